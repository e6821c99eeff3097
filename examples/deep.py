"""Vanishing gradients in ten layers on handwritten digits, and three remedies. Pass a path to plot the losses."""

import sys

import hagang as hg
from hagang.data import prepare
from hagang.view import Picture
from hagang.view.marks import Axis, Line, Panel

SMALL = hg.Gaussian(0.01)
DEPTH, UNITS = 10, 100

sigmoid = hg.Dense(UNITS, "sigmoid", initialiser=SMALL)
relu = hg.Dense(UNITS, "relu", initialiser=SMALL)
normalised = [hg.Dense(UNITS, bias=False, initialiser=SMALL), hg.BatchNorm(), "sigmoid"]
CHAINS = {
    "sigmoid, N(0, 0.01)": [sigmoid] * DEPTH,
    "sigmoid, N(0, 0.01), batch norm": normalised * DEPTH,
    "ReLU, He": [hg.Dense(UNITS, "relu", initialiser="he")] * DEPTH,
    "ReLU, N(0, 0.01), residual": [relu, *[hg.Residual([relu])] * (DEPTH - 1)],
}


def train(chain):
    """Train for thirty epochs, with the same settings for all."""
    network = hg.Network([*chain, hg.Dense(10)])
    optimizer = hg.ExponentialAverage(hg.DecoupledWeightDecay(hg.Adam(), 0.3), 0.99, start=100)
    return hg.fit(network, DATA, optimizer=optimizer, lr=0.003, schedule="one-cycle", epochs=30, batch_size=32)


def loss_plot(runs):
    """Plot the training losses by epoch."""
    colours = ("vermilion", "blue", "green", "purple")
    lines = [
        Line([epoch.epoch for epoch in run.history.epochs], run.history.losses, label=name, colour=colour)
        for (name, run), colour in zip(runs.items(), colours, strict=True)
    ]
    panel = Panel(lines, Axis("epoch"), Axis("training loss", scale="log"))
    return Picture([panel], f"{DEPTH} layers on digits", width=6.8, height=4.2)


DATA = prepare("digits")
runs = {name: train(chain) for name, chain in CHAINS.items()}
accuracy = {name: run.network.evaluate(DATA)["accuracy"] for name, run in runs.items()}
for name, run in runs.items():
    print(f"{name:32}  loss {run.history.losses[-1]:8.4f}  test accuracy {accuracy[name]:.3f}")
print("above 95 %:", "; ".join(name for name in CHAINS if accuracy[name] > 0.95))
if len(sys.argv) > 1 and sys.argv[1].endswith((".svg", ".png")):
    loss_plot(runs).save(sys.argv[1])
