"""Rows of three classes, and a network for them, so small that a fit takes milliseconds."""

import numpy as np

from hagang.nn import Dense, Network

CENTRES = np.array([[0.0, 3.0], [3.0, -1.0], [-3.0, -1.0]])


def blobs(rows=60, seed=0):
    """Three clusters that hardly overlap, in turn."""
    y = np.arange(rows) % 3
    return CENTRES[y] + np.random.default_rng(seed).normal(size=(rows, 2)), y


def diagonal(rows=60):
    """Three clusters along a diagonal that overlap, in turn."""
    y = np.arange(rows) % 3
    return np.random.default_rng(0).normal(size=(rows, 2)) + y[:, None], y


def tiny():
    """Two inputs, five units, three classes."""
    return Network([Dense(5, "tanh"), Dense(3)])
