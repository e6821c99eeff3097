"""Minimising a function by descent.

`solve` is the face: it reads the arguments (`settings`, `bounds`, `starts`, `variables`), traces the function once
(`graph`) or calls it as it is (`objective`), and runs a method: an optimiser's steps (`descent`, `steps`), a line
search, or one of SciPy's. `trajectory` keeps the path, `termination` asks whether to stop, `result` puts it together.
"""

from hagang.minimizing.least_squares import LeastSquares as LeastSquares
from hagang.minimizing.least_squares import OptimalityGap as OptimalityGap
from hagang.minimizing.least_squares import linear_least_squares as linear_least_squares
from hagang.minimizing.plugin import scipy_method as scipy_method
from hagang.minimizing.solve import minimize as minimize
from hagang.minimizing.starts import Normal as Normal
from hagang.minimizing.starts import Uniform as Uniform
from hagang.minimizing.stationary import Minima as Minima
from hagang.minimizing.stationary import StationaryPoint as StationaryPoint
from hagang.minimizing.sweep import RateTrial as RateTrial
from hagang.minimizing.sweep import Sweep as Sweep
from hagang.minimizing.sweep import sweep_learning_rates as sweep_learning_rates
from hagang.minimizing.textbook import gradient_descent as gradient_descent
