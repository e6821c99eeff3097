"""Reverse mode: cotangents flow from the output to the inputs, by the chain rule, and are summed where paths meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.autodiff.masks import joined, mask_of_share, masked
from hagang.errors import GradientError
from hagang.graph import Node, ZeroGradient, depends_on, order, show_dims
from hagang.ops.arithmetic import add, ones_like

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["backward"]


def backward(output: Node, wrt: Sequence[Node], cotangent: Node | None = None) -> list[Node | None]:
    """The gradient of an output with respect to some of the nodes it is made of, as graph.

    Parameters
    ----------
    output : Node
        What is differentiated: a scalar, or any shape with a cotangent.
    wrt : sequence of Node
        With respect to what.
    cotangent : Node, optional
        The gradient of what follows with respect to the output, of its shape; one for a scalar.

    Returns
    -------
    list of Node or None
        For each of `wrt` its gradient; None where the output is constant in it.

    Raises
    ------
    GradientError
        Where the output is not a scalar and no cotangent is given, or an op on the way has no derivative.
    """
    if cotangent is None:
        cotangent = _one(output)
    nodes = order([output])
    active = depends_on(nodes, wrt)
    cotangents = {output: cotangent} if output in active and output.is_float else {}
    gradients: dict[Node, Node] = {}
    masks: dict[Node, Node | None] = {output: None}
    targets = set(wrt)
    for node in reversed(nodes):
        g = cotangents.pop(node, None)
        if g is None:
            continue
        if node in targets:
            gradients[node] = g
        for i, parent in enumerate(node.inputs):
            if parent in active and parent.is_float and not isinstance(node.op.gradient, ZeroGradient):
                share = _pull_back(node, g, i)
                if share is not None:
                    share = masked(node, i, share, masks[node])
                    mask = mask_of_share(node, i, masks[node])
                    is_first = parent not in cotangents
                    cotangents[parent] = share if is_first else add(cotangents[parent], share)
                    masks[parent] = mask if is_first else joined(masks[parent], mask)
    return [gradients.get(node) for node in wrt]


def _one(output: Node) -> Node:
    if output.dims != () or not output.is_float:
        msg = (
            "expected a function that returns one real number (shape ()), received "
            f"{output.dtype.name}{show_dims(output.dims)}; sum it, or ask for the jacobian"
        )
        raise GradientError(msg)
    return ones_like(output)


def _pull_back(node: Node, g: Node, i: int) -> Node | None:
    rule = node.op.gradient
    if rule is None or isinstance(rule, ZeroGradient):
        msg = f"no gradient is defined for op '{node.op.name}'; give the function one with hagang.custom_gradient"
        raise GradientError(msg)
    share = rule(node, g, i)
    parent = node.inputs[i]
    if share is not None and (share.dims, share.dtype) != (parent.dims, parent.dtype):
        msg = (
            f"{node.op.name}: expected the gradient for input {i} to be {parent.dtype.name}{show_dims(parent.dims)}, "
            f"as the input is, received {share.dtype.name}{show_dims(share.dims)}"
        )
        raise GradientError(msg)
    return share
