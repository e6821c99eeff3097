"""Nested parameters: tuples, lists and dicts of leaves, flattened to leaves with paths and built up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Structure", "flatten", "map_leaves", "paths", "rebuild"]


@dataclass(frozen=True)
class Structure:
    """The shape of a nest: which container, which keys, what inside; a leaf has none."""

    kind: Any = None
    keys: tuple[Any, ...] = ()
    children: tuple[Structure, ...] = ()


LEAF = Structure()


def flatten(nest: Any) -> tuple[list[Any], Structure]:
    """The leaves of a nest in order, and the structure that `rebuild` needs.

    Tuples (named ones too), lists and dicts are nests; everything else is a leaf. None is an empty nest.
    """
    leaves: list[Any] = []
    return leaves, _flatten(nest, leaves)


def _flatten(nest: Any, leaves: list[Any]) -> Structure:
    items = _items(nest)
    if items is None:
        leaves.append(nest)
        return LEAF
    keys = tuple(key for key, _ in items)
    return Structure(type(nest), keys, tuple(_flatten(child, leaves) for _, child in items))


def _items(nest: Any) -> list[tuple[Any, Any]] | None:
    if nest is None:
        return []
    if isinstance(nest, dict):
        return list(nest.items())
    if isinstance(nest, (tuple, list)):
        return list(enumerate(nest))
    return None


def rebuild(structure: Structure, leaves: Sequence[Any]) -> Any:
    """Put leaves back into a structure."""
    feed = iter(leaves)
    nest = _rebuild(structure, feed)
    if next(feed, structure) is not structure:
        msg = f"rebuild: expected as many leaves as the structure holds, received {len(leaves)}"
        raise ArgumentError(msg)
    return nest


def _rebuild(structure: Structure, feed: Iterator[Any]) -> Any:
    kind = structure.kind
    if kind is None:
        return next(feed)
    if kind is type(None):
        return None
    children = [_rebuild(child, feed) for child in structure.children]
    if issubclass(kind, dict):
        return kind(zip(structure.keys, children, strict=True))
    return kind(*children) if hasattr(kind, "_fields") else kind(children)


def map_leaves(function: Callable[..., Any], nest: Any, *more: Any) -> Any:
    """Apply a function to the leaves of nests of one structure."""
    leaves, structure = flatten(nest)
    others = [_like(structure, nest) for nest in more]
    return rebuild(structure, [function(*group) for group in zip(leaves, *others, strict=True)])


def _like(structure: Structure, nest: Any) -> list[Any]:
    leaves, own = flatten(nest)
    if own != structure:
        msg = "expected nests of one structure (the same keys and lengths), received different ones"
        raise ArgumentError(msg)
    return leaves


def paths(nest: Any, prefix: str = "") -> list[str]:
    """The path of each leaf, in the order of `flatten`: `layers.0.weights`."""
    items = _items(nest)
    if items is None:
        return [prefix]
    return [path for key, child in items for path in paths(child, f"{prefix}.{key}" if prefix else str(key))]
