"""Minimising a function by descent.

`solve` is the face: it reads what is asked (`settings`, `bounds`, `starts`, `variables`), traces the function once
(`graph`) or calls it as it is (`objective`), and lets a method go down: an optimiser's steps (`walk`, `steps`), a line
search, or one of SciPy's. `log` keeps the path, `watch` asks who wants to stop, `result` puts it together.
"""

from hagang.minimizing.least_squares import Gap as Gap
from hagang.minimizing.least_squares import LeastSquares as LeastSquares
from hagang.minimizing.least_squares import linear_least_squares as linear_least_squares
from hagang.minimizing.solve import minimize as minimize
from hagang.minimizing.starts import Normal as Normal
from hagang.minimizing.starts import Uniform as Uniform
from hagang.minimizing.stationary import Minima as Minima
from hagang.minimizing.stationary import Stationary as Stationary
from hagang.minimizing.sweep import Sweep as Sweep
from hagang.minimizing.sweep import Tried as Tried
from hagang.minimizing.sweep import sweep_learning_rates as sweep_learning_rates
from hagang.minimizing.textbook import gradient_descent as gradient_descent
