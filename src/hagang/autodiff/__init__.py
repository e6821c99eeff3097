"""Reverse mode, numerical differentiation beside it, and the check of one against the other."""

from hagang.autodiff.backward import backward as backward
from hagang.autodiff.check import DerivativeCheck as DerivativeCheck
from hagang.autodiff.check import GradientCheck as GradientCheck
from hagang.autodiff.check import check_grad as check_grad
from hagang.autodiff.numerical import numerical_gradient as numerical_gradient
