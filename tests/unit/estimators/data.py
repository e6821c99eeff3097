"""Small problems for the estimators' tests."""

import numpy as np


def classes(rows=90, kinds=3, seed=0):
    generator = np.random.default_rng(seed)
    y = np.arange(rows) % kinds
    centres = 3 * np.eye(max(kinds, 4))[:kinds, :4]
    return centres[y] + generator.normal(size=(rows, 4)), y


def labels(rows=90):
    X, _ = classes(rows)
    return X, np.column_stack([X[:, 0] > 1, X[:, 1] > 1, X.sum(1) > 3]).astype(int)


def quantities(rows=90, outputs=1):
    X, _ = classes(rows)
    y = np.sin(X @ np.linspace(-1, 1, 4 * outputs).reshape(4, outputs))
    return X, y[:, 0] if outputs == 1 else y
