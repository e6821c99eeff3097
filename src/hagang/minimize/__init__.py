"""Minimising a function by descent."""

from hagang.minimize.solve import minimize as minimize
from hagang.minimize.starts import Normal as Normal
from hagang.minimize.starts import Uniform as Uniform
from hagang.minimize.stationary import Minima as Minima
from hagang.minimize.stationary import Stationary as Stationary
from hagang.minimize.textbook import gradient_descent as gradient_descent
