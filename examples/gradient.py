"""The gradient of a function in plain NumPy, compared with its numerical gradient, and gradient descent.

Run it with `python examples/gradient.py`.
"""

import numpy as np

import hagang as hg


def bowl(x):
    """A quadratic with its minimum at (2, 3)."""
    return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2


start = np.array([100.0, -10.0])
print("from the graph", hg.grad(bowl)(start))
print("numerical     ", hg.numerical_gradient(bowl, start).round(6))

gradient, x = hg.grad(bowl), start
for _ in range(100):
    x = x - 0.1 * gradient(x)
print("after descent ", x.round(6))
