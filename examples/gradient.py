"""The gradient of a function in plain NumPy, beside its numerical one, and a descent along it.

Run it with `python examples/gradient.py`.
"""

import numpy as np

import hagang as hg


def bowl(x):
    """Lowest at (2, 3), four times as steep one way as the other."""
    return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2


start = np.array([100.0, -10.0])
print("by the graph  ", hg.grad(bowl)(start))
print("numerically   ", hg.numerical_gradient(bowl, start).round(6))

slope, x = hg.grad(bowl), start
for _ in range(100):
    x = x - 0.1 * slope(x)
print("after descent ", x.round(6))
