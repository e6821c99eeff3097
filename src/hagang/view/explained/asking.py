"""`explain`: of a function at a point, of a network on rows, of one weight."""

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
    r"""Show how a function's value comes about, and how its gradient goes back: the chain rule with its numbers.

    .. math:: \frac{\partial f}{\partial u} = \sum_{v \text{ made of } u} \frac{\partial f}{\partial v}
        \frac{\partial v}{\partial u}

    Each node of the graph has its value, computed from the inputs forward, and its gradient, computed from the result
    backward; each edge has the derivative of the one op that it belongs to. So along a path derivatives are
    multiplied, and where paths join, what comes back is summed.

    Parameters
    ----------
    f : callable, Network, TrainedNetwork or Run
        A function written in NumPy that returns one real number; the names of its arguments and of its local variables
        name the nodes. Of a network, the loss is explained, as in prediction.
    *args : number, array, or nested tuples, lists and dicts of them
        Where. For a network, the rows, which bring their target: `(X, y)`, or a table.
    weight : str, optional
        For a network: one weight, as `layers.0.weights[3, 2]`. Shown are single numbers then, from that weight to the
        loss: each gradient as the sum over all that the number goes into. Of those the chain follows the one that
        brings most.
    loss : str, Loss or callable, optional
        For a network; by default the one it was trained with, or what `fit` would choose.

    Returns
    -------
    Explanation
        Printed, a table; `.svg()` a drawing, `.html()` a page, `.save("graph.svg")` a file; `.gradients` by name.

    Raises
    ------
    GradientError
        Where f returns no single real number.
    ArgumentError
        Where the network has no such weight.
    TraceError
        Where f does what a trace cannot see.

    Examples
    --------
    Apples and oranges, with tax:

    >>> def price(apples, a, oranges, o, tax):
    ...     fruit = apples * a + oranges * o
    ...     return fruit * tax
    >>> print(explain(price, 2, 100, 3, 150, 1.1))
    price(apples, a, oranges, o, tax)
    <BLANKLINE>
    name     made of        value  gradient  what comes back
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
    input    gradient  by differences  apart
    apples        110             110  ...
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
