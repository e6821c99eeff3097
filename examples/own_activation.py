"""A network with a custom activation: a NumPy function, traced like the built-in ones.

The saved model predicts without this file. Run it with `python examples/own_activation.py`.
"""

import tempfile
from pathlib import Path

import numpy as np

import hagang as hg
from hagang.data import prepare


def snake(z):
    """The snake activation for periodic functions: x + sin²x."""
    return z + np.sin(z) ** 2


data = prepare("wine")
run = hg.fit(hg.Network([hg.Dense(30, snake), hg.Dense(3)]), data, epochs=100, stop="patience 20")
scores = run.network.evaluate(data)
print(f"accuracy {scores['accuracy']:.3f}, stopped by {run.stopped_by}")

file = Path(tempfile.mkdtemp()) / "wine.safetensors"
run.network.save(file)
same = hg.load(file).predict(data.test.X) == run.network.predict(data.test.X)
print(f"the saved model predicts the same: {same.all()}")
