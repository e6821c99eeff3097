"""Sequences of layers, shared by networks and blocks.

`name` is the field under which a block keeps its layers, so that a parameter's path reads `layers.2.layers.0.weights`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError, ShapeError
from hagang.nn.activations import BUILDERS
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params
from hagang.nn.layers.dense import Activation
from hagang.nn.layers.prelu import PReLU
from hagang.notation import read

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["AsLayer", "activation_layer", "apply_chain", "as_layers", "checked_out_dims", "with_dims"]

AsLayer = Layer | str | Callable[[Array], Array]
"""A layer; a name or a function stands for an `Activation` layer."""


def as_layers(owner: str, layers: Sequence[AsLayer], least: int = 1) -> tuple[Layer, ...]:
    """The layers of a network or a block, validated."""
    if isinstance(layers, str | Layer) or not isinstance(layers, Sequence) or len(layers) < least:
        msg = f"{owner}: expected a list of at least one layer, received {layers!r}"
        raise ArgumentError(msg)
    return tuple(_as_layer(owner, layer) for layer in layers)


def _as_layer(owner: str, layer: Any) -> Layer:
    if isinstance(layer, Layer):
        return layer
    if isinstance(layer, str) or (callable(layer) and not isinstance(layer, type)):
        return activation_layer(layer)
    hint = f"; write {layer.__name__}(...)" if isinstance(layer, type) else ""
    msg = f"{owner}: expected layers, names of activations or functions, received {layer!r}{hint}"
    raise ArgumentError(msg)


def activation_layer(chosen: str | Callable[[Array], Array]) -> Layer:
    """An activation as a layer: one with parameters by its own class, any other as `Activation`.

    Examples
    --------
    >>> activation_layer("PReLU(slope=0.1)"), activation_layer("tanh")
    (PReLU(slope=0.1, per_feature=False), Activation(function='tanh'))
    """
    built = read(chosen, {**BUILDERS, **_LEARNED}, "activation") if isinstance(chosen, str) else chosen
    return built if isinstance(built, Layer) else Activation(chosen)


_LEARNED: dict[str, Callable[..., Layer]] = {"prelu": PReLU}


def with_dims(layers: Sequence[Layer], dims: Dims, name: str = "layers") -> Iterator[tuple[Layer, Dims, Dims]]:
    """Each layer with the shapes of one row of its input and of its output."""
    for k, layer in enumerate(layers):
        following = checked_out_dims(f"{name}.{k}", layer, dims)
        yield layer, dims, following
        dims = following


def checked_out_dims(path: str, layer: Layer, dims: Dims) -> Dims:
    """The shape of one row of a layer's output; an error names the layer's path."""
    try:
        return layer.out_dims(dims)
    except ShapeError as error:
        inner = str(error)
        joint = "." if inner.startswith(("layers.", "shortcut.")) else ": "
        msg = f"{path}{joint}{inner}"
        raise ShapeError(msg) from None


def apply_chain(
    layers: Sequence[Layer], params: Sequence[Params], x: Array, forward: Forward, name: str = "layers"
) -> Array:
    """The output of the last layer for a batch x of shape (rows, *dims)."""
    inside = forward.at(name)
    for k, (layer, own) in enumerate(zip(layers, params, strict=True)):
        x = layer.apply(own, x, inside.at(k))
    return x
