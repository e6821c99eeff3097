"""Checks before training whether a network suits its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.data import Finding, Quantity
from hagang.nn import Dense
from hagang.trace import flatten

if TYPE_CHECKING:
    from hagang.data import Prepared
    from hagang.nn import Network

__all__ = ["network_findings"]

WEIGHTS_A_ROW = 200
RANGES = {
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "softplus": (0.0, np.inf),
}
"""What the activations of a last layer can give."""


def network_findings(network: Network, ready: Prepared) -> list[Finding]:
    """Report a network that is far too large for its rows, or cannot represent the target.

    Examples
    --------
    >>> from hagang import Dense, Network
    >>> from hagang.data import prepare
    >>> [str(finding) for finding in network_findings(Network([Dense(5, "tanh"), Dense(3)]), prepare("iris"))]
    []
    """
    weights = sum(np.size(leaf) for leaf in flatten(network.init((ready.features.width,), 0))[0])
    findings = []
    if weights > WEIGHTS_A_ROW * len(ready.train):
        text = (
            f"the network has {weights:,} weights for {len(ready.train):,} training rows: it can learn them by heart; "
            "try fewer units, dropout or weight decay"
        )
        findings.append(Finding("network", text))
    return [*findings, *_range(network, ready)]


def _range(network: Network, ready: Prepared) -> list[Finding]:
    last = network.layers[-1]
    if not isinstance(ready.target, Quantity) or not isinstance(last, Dense):
        return []
    name = last.activation if isinstance(last.activation, str) else getattr(last.activation, "__name__", "")
    low, high = RANGES.get(name, (-np.inf, np.inf))
    least, most = float(ready.train.y.min()), float(ready.train.y.max())
    if low <= least and most <= high:
        return []
    text = (
        f"the last layer's {name} gives {low:g} to {high:g}, and the target as it is trained on is {least:.3g} to "
        f"{most:.3g}: it cannot be reached; end with Dense({last.units})"
    )
    return [Finding("network", text)]
