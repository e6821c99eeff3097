"""`explain`: a function at a point, a network on rows, or a single weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.nn import Network
from hagang.runs import Run
from hagang.training import TrainedNetwork
from hagang.view.explained.explanation import explain_function
from hagang.view.explained.network import explain_network

if TYPE_CHECKING:
    from hagang.view.explained.explanation import Explanation

__all__ = ["explain"]


def explain(f: Any, *args: Any, weight: str | None = None, loss: Any = None) -> Explanation:
    r"""Explain how a value is computed and how its gradient is backpropagated: the chain rule with all its numbers.

    .. math:: \frac{\partial f}{\partial u} = \sum_{v \text{ uses } u} \frac{\partial f}{\partial v}
        \frac{\partial v}{\partial u}

    Each node of the graph has its value, computed forward from the inputs, and its gradient, computed backward from the
    result; each edge has the local derivative of one op. Derivatives are multiplied along a path, and the contributions
    of paths that join are summed.

    Parameters
    ----------
    f : callable, Network, TrainedNetwork or Run
        A NumPy function that returns one real number; nodes are named after its arguments and local variables. For a
        network, the loss is explained, in prediction mode.
    *args : number, array, or nested tuples, lists and dicts of them
        The point. For a network, rows with their target: `(X, y)`, or a table.
    weight : str, optional
        For a network: a single weight, such as `layers.0.weights[3, 2]`. The explanation then follows single numbers
        from that weight to the loss: each gradient is a sum over the uses of the number, and the chain continues with
        the use that contributes most.
    loss : str, Loss or callable, optional
        For a network; by default the one it was trained with, or the default of `fit`.

    Returns
    -------
    Explanation
        Prints as a table; `.svg()` is a drawing, `.html()` a page, `.save("graph.svg")` writes a file; `.gradients` by
        name.

    Raises
    ------
    GradientError
        If f does not return a single real number.
    ArgumentError
        If the network has no such weight.
    TraceError
        If f does something that cannot be traced.

    Examples
    --------
    Apples and oranges, with tax:

    >>> def price(apples, a, oranges, o, tax):
    ...     fruit = apples * a + oranges * o
    ...     return fruit * tax
    >>> print(explain(price, 2, 100, 3, 150, 1.1))
    price(apples, a, oranges, o, tax)
    <BLANKLINE>
    node     formula        value  gradient  contributions
    apples                      2       110  1.1 × 100 from v1
    a                         100       2.2  1.1 × 2 from v1
    oranges                     3       165  1.1 × 150 from v2
    o                         150       3.3  1.1 × 3 from v2
    tax                       1.1       650  1 × 650 from price
    v1       apples × a       200       1.1  1.1 × 1 from fruit
    v2       oranges × o      450       1.1  1.1 × 1 from fruit
    fruit    v1 + v2          650       1.1  1 × 1.1 from price
    price    fruit × tax      715         1
    <BLANKLINE>
    input    gradient  numerical  difference
    apples        110        110  ...
    """
    if isinstance(f, Network | TrainedNetwork | Run):
        if len(args) != 1:
            msg = (
                f"explain: expected a network and its rows, (X, y) or a table, received {len(args)} arguments after it"
            )
            raise ArgumentError(msg)
        return explain_network(f, args[0], weight=weight, loss=loss)
    if weight is not None or loss is not None:
        msg = "weight, loss: expected a network to explain, received a function; name its variables instead"
        raise ArgumentError(msg)
    return explain_function(f, *args)
