"""Gradient flow through the layers, for one or several networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import ArgumentError
from hagang.measure import GradientFlow
from hagang.view.marks import Axis, Line, Mark, Panel
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hagang.measure import LayerFlow

__all__ = ["plot_gradient_flow"]

QUARTER = 0.25
"""The maximum derivative of the sigmoid."""


def plot_gradient_flow(flows: GradientFlow | Mapping[str, GradientFlow], *, quarter: bool = False) -> Picture:
    """Plot how activations and gradients propagate through the layers.

    Parameters
    ----------
    flows : GradientFlow or mapping of str to GradientFlow
        The result of `hagang.measure.gradient_flow`, for one network or several by name.
    quarter : bool
        Whether to add the line of a gradient that shrinks by ¼ per layer, for comparison.

    Returns
    -------
    Picture
        Per layer: the gradient (logarithmic), the standard deviation of the activations, the share of saturated units.

    Raises
    ------
    ArgumentError
        If there is no flow, or one without layers.

    Examples
    --------
    >>> from hagang.measure import gradient_flow
    >>> from hagang.nn import Dense, Network
    >>> X = np.random.default_rng(0).normal(size=(50, 4))
    >>> flow = gradient_flow(Network([Dense(8, "sigmoid"), Dense(8, "sigmoid"), Dense(1)]), (X, X[:, :1]))
    >>> [panel.y.label for panel in plot_gradient_flow(flow).panels]
    ['gradient (RMS)', 'activation (std)', 'saturated (share)']
    """
    named = {"": flows} if isinstance(flows, GradientFlow) else dict(flows)
    if not named or not all(flow.layers for flow in named.values()):
        msg = f"flows: expected at least one flow with layers, received {len(named)}"
        raise ArgumentError(msg)
    gradient = _lines(named, lambda layer: layer.gradient or np.nan)
    if quarter:
        gradient.append(_quarters(next(iter(named.values()))))
    layer = Axis("layer, from the input")
    flat = Axis("saturated (share)", limits=(-0.03, 1.03))
    after = _lines(named, lambda layer: layer.activation)
    panels = [
        Panel(gradient, layer, Axis("gradient (RMS)", "log"), title="Gradients"),
        Panel(after, layer, Axis("activation (std)"), title="Activations", legend="none"),
        Panel(_lines(named, lambda layer: layer.saturated), layer, flat, title="Saturation", legend="none"),
    ]
    return Picture(panels, columns=3, width=9.6, height=3.6)


def _lines(named: Mapping[str, GradientFlow], of: Callable[[LayerFlow], float]) -> list[Mark]:
    lines: list[Mark] = []
    for name, flow in named.items():
        numbers = np.array([of(layer) for layer in flow.layers])
        lines.append(Line(np.arange(1, len(numbers) + 1), numbers, label=name, dots=True))
    return lines


def _quarters(flow: GradientFlow) -> Line:
    count = len(flow.layers)
    left = flow.layers[-1].gradient * QUARTER ** np.arange(count - 1, -1, -1)
    return Line(np.arange(1, count + 1), left, label="¼ per layer", colour="grey", dash="dashed", width=1.2)
