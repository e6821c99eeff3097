"""Explaining a network's loss on rows: every array of its graph, or single numbers from one weight to the loss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.graph import evaluate
from hagang.measure import flow_through, subject, trace_pass
from hagang.measure.activation import pre_activation
from hagang.view.explained.chain import follow
from hagang.view.explained.explanation import Explanation
from hagang.view.explained.reading import evaluate_graph, read_graph

if TYPE_CHECKING:
    from hagang.graph import Node
    from hagang.measure import Pass

__all__ = ["explain_network"]

STEP = 1e-6
"""Of the difference that stands beside a weight's gradient, in units of the weight or of one."""

_WEIGHT = re.compile(r"(?P<name>[\w.]+?)(?:\[(?P<at>[-\d,\s]+)\])?")


def explain_network(network: Any, rows: Any, *, weight: str | None = None, loss: Any = None) -> Explanation:
    """Explain the loss of a network on rows, as in prediction."""
    measured = subject(network, rows, loss=loss)
    passed = trace_pass(measured, training=False)
    count = len(measured.rows)
    title = f"{measured.model.loss.name} of {count:,} row{'s' * (count != 1)}: "
    title += " → ".join(layer.label for layer in measured.model.network.layers)
    used = {name: node for name, node in passed.weights.items() if node in passed.feeds}
    graph = evaluate_graph(passed.loss, list(used.values()), passed.feeds, _names(passed), "loss")
    if weight is None:
        return Explanation(read_graph(graph), {}, title, flow_through(passed))
    node, at = _element(weight, used)
    reading = follow(graph, node, at)
    return Explanation(reading, {reading.terms[0].name: _difference(passed, node, at)}, f"{weight} in {title}")


def _names(passed: Pass) -> dict[Node, str]:
    """Weights by path, what each layer gives by its path, what goes into its activation beside it."""
    names: dict[Node, str] = {}
    for layer in passed.layers:
        before = pre_activation(layer.given, layer.gave)
        if before is not layer.gave:
            names.setdefault(before, f"{layer.path}.before")
        names.setdefault(layer.gave, layer.path)
    return {**names, **{node: path for path, node in passed.weights.items()}}


def _element(weight: str, weights: dict[str, Node]) -> tuple[Node, tuple[int, ...]]:
    """The array and the place in it that are meant."""
    found = _WEIGHT.fullmatch(weight.strip())
    if found is None or found["name"] not in weights:
        msg = f"weight: expected one as layers.0.weights[3, 2] of {', '.join(weights)}, received '{weight}'"
        raise ArgumentError(msg)
    node = weights[found["name"]]
    at = tuple(int(part) for part in (found["at"] or "").split(",") if part.strip())
    shape = tuple(dim for dim in node.dims if isinstance(dim, int))
    if len(at) != len(shape) or not all(-size <= k < size for k, size in zip(at, shape, strict=False)):
        msg = f"weight: expected a place in {found['name']}, which has shape {shape}, received '{weight}'"
        raise ArgumentError(msg)
    return node, tuple(k % size for k, size in zip(at, shape, strict=True))


def _difference(passed: Pass, node: Node, at: tuple[int, ...]) -> float:
    """The gradient by central differences."""
    value = passed.feeds[node]
    step = STEP * max(1.0, abs(float(value[at])))

    def loss(moved: float) -> float:
        changed = np.array(value)
        changed[at] += moved
        return float(evaluate([passed.loss], {**passed.feeds, node: changed})[0])

    return (loss(step) - loss(-step)) / (2 * step)
