"""A point written on the command line, as a function written there needs it: numbers, named numbers, or drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.minimizing.starts import Normal, Uniform, generator

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.minimizing.expression import Expression

__all__ = ["function_of", "number", "read_point", "settled"]

_DRAWN = re.compile(r"\s*(normal|uniform)\b")


def read_point(text: str | None, option: str) -> Any:
    """What was typed as a point: numbers, named numbers, a distribution's text, or None."""
    if text is None or _DRAWN.match(text):
        return text
    parts = [part.strip() for part in text.split(",")]
    if not any("=" in part for part in parts):
        return [number(part, option) for part in parts]
    named: dict[str, float] = {}
    for part in parts:
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name.isidentifier() or name in named:
            msg = f"{option}: expected a name and a number for each variable, as in a=2,b=3, received '{part}'"
            raise ArgumentError(msg)
        named[name] = number(value, f"{option} {name}")
    return named


def number(text: str, where: str) -> float:
    """The number that a text stands for."""
    try:
        return float(text)
    except ValueError:
        msg = f"{where}: expected a number, received '{text}'"
        raise ArgumentError(msg) from None


def settled(start: Any, expression: Expression, seed: int, option: str) -> Any:
    """The point that the function needs: its variables by name, a number, a vector, or text to draw it from."""
    if not expression.names:
        raise expression.error("expected a variable, x for example", 0)
    if isinstance(start, dict):
        return _all_used(start, expression, option)
    if expression.names != ("x",):
        return _by_name(start, expression, seed, option)
    count, at = expression.needs.get("x", (0, 0))
    if start is None and count:
        return f"normal({count})"
    if start is None:
        msg = f"{option}: expected where to begin, as 100,-10 or 'normal(2)'"
        raise ArgumentError(msg)
    if isinstance(start, list) and count > len(start):
        why = f"x needs at least {count} numbers here, {option} gives {len(start)}"
        raise expression.error(why, at)
    return start[0] if isinstance(start, list) and len(start) == 1 and not count else start


def _all_used(start: dict[str, float], expression: Expression, option: str) -> dict[str, float]:
    unused = [name for name in start if name not in expression.names]
    if unused:
        msg = f"{option}: '{unused[0]}' does not stand in the function, which has {', '.join(expression.names)}"
        raise ArgumentError(msg)
    for name, (_, at) in expression.needs.items():
        why = f"'{name}' is one number and cannot be indexed"
        raise expression.error(why, at)
    return {name: start[name] for name in expression.names}


def _by_name(start: Any, expression: Expression, seed: int, option: str) -> dict[str, float]:
    """A start for several variables, which mere numbers are not: their order would be a guess."""
    names = expression.names
    if isinstance(start, list) or (start is not None and start.strip() not in ("normal", "uniform")):
        example = ",".join(f"{name}=…" for name in names)
        msg = f"{option}: the function's variables are {', '.join(names)}; write {option} {example}"
        raise ArgumentError(msg)
    drawn = Uniform(len(names)) if start == "uniform" else Normal(len(names))
    return dict(zip(names, drawn.draw(generator(seed)).tolist(), strict=True))


def function_of(expression: Expression, x0: Any) -> Callable[[Any], Any]:
    """The function of the nest of its variables, or of x itself."""
    return expression if isinstance(x0, dict) else lambda x: expression({"x": x})
