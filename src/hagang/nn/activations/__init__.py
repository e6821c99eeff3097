"""Activations: NumPy functions of an array, elementwise unless stated otherwise.

Those with constants are callable frozen dataclasses. To add one, write it in its family's file and list it in
`ACTIVATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache
from typing import Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.graph import R
from hagang.nn.activations.along_rows import glu as glu
from hagang.nn.activations.along_rows import log_softmax as log_softmax
from hagang.nn.activations.along_rows import softmax as softmax
from hagang.nn.activations.rectified import ELU as ELU
from hagang.nn.activations.rectified import LeakyReLU as LeakyReLU
from hagang.nn.activations.rectified import hard_swish as hard_swish
from hagang.nn.activations.rectified import identity as identity
from hagang.nn.activations.rectified import relu as relu
from hagang.nn.activations.rectified import relu6 as relu6
from hagang.nn.activations.rectified import selu as selu
from hagang.nn.activations.saturating import hard_sigmoid as hard_sigmoid
from hagang.nn.activations.saturating import hard_tanh as hard_tanh
from hagang.nn.activations.saturating import log_sigmoid as log_sigmoid
from hagang.nn.activations.saturating import sigmoid as sigmoid
from hagang.nn.activations.saturating import softsign as softsign
from hagang.nn.activations.saturating import tanh as tanh
from hagang.nn.activations.smooth import Softplus as Softplus
from hagang.nn.activations.smooth import gelu as gelu
from hagang.nn.activations.smooth import gelu_tanh as gelu_tanh
from hagang.nn.activations.smooth import mish as mish
from hagang.nn.activations.smooth import silu as silu
from hagang.notation import read
from hagang.ops.leaf import input_node
from hagang.trace import Traced, run

Array = Any
Function = Callable[[Array], Array]

ACTIVATIONS: dict[str, Function | type[Function]] = {
    "identity": identity,
    "relu": relu,
    "relu6": relu6,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "selu": selu,
    "softplus": Softplus,
    "silu": silu,
    "mish": mish,
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "hard_swish": hard_swish,
    "sigmoid": sigmoid,
    "hard_sigmoid": hard_sigmoid,
    "log_sigmoid": log_sigmoid,
    "tanh": tanh,
    "hard_tanh": hard_tanh,
    "softsign": softsign,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "glu": glu,
}


def activation(chosen: str | Function) -> Function:
    """Look up an activation by name.

    Parameters
    ----------
    chosen : str or callable
        A name, or an activation with constants as Python prints it; a function is returned unchanged.

    Raises
    ------
    ArgumentError
        If the name or a constant is unknown.

    Examples
    --------
    >>> activation("tanh") is tanh, activation("LeakyReLU(slope=0.1)")
    (True, LeakyReLU(slope=0.1))
    """
    if isinstance(chosen, str):
        return _read(chosen)
    if callable(chosen) and not isinstance(chosen, type):
        return chosen
    msg = f"activation: expected one of {', '.join(ACTIVATIONS)}, or a function of an array, received {chosen!r}"
    raise ArgumentError(msg)


@cache
def _read(text: str) -> Function:
    return read(text, BUILDERS, "activation", elsewhere=_LAYERS)  # type: ignore[no-any-return]


_LAYERS = {"prelu": "its slope is learned, so it is a layer: put PReLU() after Dense(...); "}


def _builder(activation: Any) -> Callable[..., Function]:
    return activation if isinstance(activation, type) else lambda: activation


BUILDERS: dict[str, Callable[..., Function]] = {name: _builder(each) for name, each in ACTIVATIONS.items()}
"""The constructor of each, for parsing text."""


def activation_text(chosen: str | Function) -> str:
    """An activation as text: its name, or with its constants.

    Examples
    --------
    >>> activation_text(tanh), activation_text(ELU(alpha=0.5))
    ('tanh', 'ELU(alpha=0.5)')
    """
    if isinstance(chosen, str):
        return chosen
    return repr(chosen) if is_dataclass(chosen) else getattr(chosen, "__name__", "custom")


def dims_after(chosen: str | Function, dims: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a row after an activation, found by tracing the function.

    Examples
    --------
    >>> dims_after("relu", (6,)), dims_after("glu", (6,))
    ((6,), (3,))
    """
    precision = np.dtype(np.float64)
    row = Traced(input_node("x", (R, *dims), precision, "batch"), precision)
    return tuple(np.shape(run(activation(chosen), row))[1:])
