"""Explaining a network's loss on rows: every array of its graph, or the chain from a single weight to the loss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.graph import evaluate
from hagang.measure import flow_through, subject, trace_pass
from hagang.measure.activation import pre_activation
from hagang.view.explained.annotated_graph import annotate_graph, evaluate_graph
from hagang.view.explained.chain import follow
from hagang.view.explained.explanation import Explanation

if TYPE_CHECKING:
    from hagang.graph import Node
    from hagang.measure import Pass

__all__ = ["explain_network"]

STEP = 1e-6
"""The step of the finite difference for a weight, relative to the weight or 1."""

_WEIGHT = re.compile(r"(?P<name>[\w.]+?)(?:\[(?P<at>[-\d,\s]+)\])?")


def explain_network(network: Any, rows: Any, *, weight: str | None = None, loss: Any = None) -> Explanation:
    """Explain the loss of a network on rows, in prediction mode."""
    measured = subject(network, rows, loss=loss)
    passed = trace_pass(measured, training=False)
    count = len(measured.rows)
    title = f"{measured.model.loss.name} of {count:,} row{'s' * (count != 1)}: "
    title += " → ".join(layer.label for layer in measured.model.network.layers)
    used = {name: node for name, node in passed.weights.items() if node in passed.feeds}
    graph = evaluate_graph(passed.loss, list(used.values()), passed.feeds, _names(passed), "loss")
    if weight is None:
        return Explanation(annotate_graph(graph), {}, title, flow_through(passed))
    node, at = _element(weight, used)
    chain = follow(graph, node, at)
    return Explanation(chain, {chain.nodes[0].name: _difference(passed, node, at)}, f"{weight} in {title}")


def _names(passed: Pass) -> dict[Node, str]:
    """Names of weights, of layer outputs, and of pre-activations, by path."""
    names: dict[Node, str] = {}
    for layer in passed.layers:
        before = pre_activation(layer.given, layer.gave)
        if before is not layer.gave:
            names.setdefault(before, f"{layer.path}.before")
        names.setdefault(layer.gave, layer.path)
    return {**names, **{node: path for path, node in passed.weights.items()}}


def _element(weight: str, weights: dict[str, Node]) -> tuple[Node, tuple[int, ...]]:
    """The array and the index of the weight."""
    match = _WEIGHT.fullmatch(weight.strip())
    if match is None or match["name"] not in weights:
        msg = f"weight: expected one as layers.0.weights[3, 2] of {', '.join(weights)}, received '{weight}'"
        raise ArgumentError(msg)
    node = weights[match["name"]]
    at = tuple(int(part) for part in (match["at"] or "").split(",") if part.strip())
    shape = tuple(dim for dim in node.dims if isinstance(dim, int))
    if len(at) != len(shape) or not all(-size <= k < size for k, size in zip(at, shape, strict=False)):
        msg = f"weight: expected an index into {match['name']}, which has shape {shape}, received '{weight}'"
        raise ArgumentError(msg)
    return node, tuple(k % size for k, size in zip(at, shape, strict=True))


def _difference(passed: Pass, node: Node, at: tuple[int, ...]) -> float:
    """The derivative by a central difference."""
    value = passed.feeds[node]
    step = STEP * max(1.0, abs(float(value[at])))

    def loss(shift: float) -> float:
        changed = np.array(value)
        changed[at] += shift
        return float(evaluate([passed.loss], {**passed.feeds, node: changed})[0])

    return (loss(step) - loss(-step)) / (2 * step)
