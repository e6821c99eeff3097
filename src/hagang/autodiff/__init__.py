"""Reverse mode, numerical differentiation beside it, and the check of one against the other."""

from hagang.autodiff.backward import backward as backward
