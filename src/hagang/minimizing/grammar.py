"""What may stand in an expression: the functions, operators and constants, and what to say of anything else."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

__all__ = [
    "BINARY",
    "COMPARE",
    "CONSTANTS",
    "FUNCTIONS",
    "KINDS",
    "MAKERS",
    "REMEDIES",
    "SIGNS",
    "Function",
    "Part",
    "Value",
    "Values",
    "dotted",
]

Value: TypeAlias = Any
Values: TypeAlias = Mapping[str, Value]
Part: TypeAlias = Callable[[Values], Value]
Function: TypeAlias = Callable[..., Value]

CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}

_UFUNCS = """
    absolute arccos arccosh arcsin arcsinh arctan arctan2 arctanh cbrt ceil cos cosh deg2rad exp exp2 expm1 fabs floor
    heaviside hypot log log10 log1p log2 logaddexp maximum minimum power rad2deg reciprocal rint sign sin sinh sqrt
    square tan tanh trunc
"""
_OTHERS = {"clip": 3, "cumsum": 1, "diff": 1, "dot": 2, "inner": 2, "matmul": 2, "mean": 1, "outer": 2, "prod": 1}
_OTHERS |= {"std": 1, "sum": 1, "var": 1, "where": 3}


def _extreme(pair: Function, many: Function) -> Function:
    """Python's max and min: of two values, or along an array."""
    return lambda *x, **how: pair(*x) if len(x) == 2 else many(*x, **how)


FUNCTIONS: dict[str, tuple[Function, tuple[int, ...]]] = {
    **{name: (getattr(np, name), (getattr(np, name).nin,)) for name in _UFUNCS.split()},
    **{name: (getattr(np, name), (count,)) for name, count in _OTHERS.items()},
    "abs": (np.absolute, (1,)),
    "pow": (np.power, (2,)),
    "norm": (np.linalg.norm, (1,)),
    "linalg.norm": (np.linalg.norm, (1,)),
    "len": (lambda x: float(len(x)) if np.ndim(x) else 1.0, (1,)),
    "max": (_extreme(np.maximum, np.max), (1, 2)),
    "min": (_extreme(np.minimum, np.min), (1, 2)),
    "array": (lambda x: x, (1,)),
}
"""What may be called, and with how many values: NumPy's further arguments could write into an array."""


def _range(numbers: list[Any]) -> tuple[Callable[[], Value], float]:
    """What arange makes, and how many numbers that would be."""
    first, last, step = {1: (0.0, *numbers, 1.0), 2: (*numbers, 1.0), 3: tuple(numbers)}.get(len(numbers), (0, 0, 1))
    return lambda: np.arange(first, last, step), (last - first) / step if step else math.nan


def _line(numbers: list[Any]) -> tuple[Callable[[], Value], float]:
    """What linspace makes, and how many numbers that would be."""
    first, last, count = {2: (*numbers, 50.0), 3: tuple(numbers)}.get(len(numbers), (0, 0, 0))
    return lambda: np.linspace(first, last, int(count)), count


MAKERS = {"arange": _range, "linspace": _line}
"""What makes arrays of constants; their size is known before they are made."""


def _of_numbers(operation: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    """An operation that gives NumPy's inf and nan for two plain numbers too, where Python would raise."""

    def apply(a: Value, b: Value) -> Value:
        if not (isinstance(a, float | int) and isinstance(b, float | int)):
            return operation(a, b)
        with np.errstate(all="ignore"):
            return float(operation(np.float64(a), np.float64(b)))

    return apply


BINARY: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: _of_numbers(operator.add),
    ast.Sub: _of_numbers(operator.sub),
    ast.Mult: _of_numbers(operator.mul),
    ast.Div: _of_numbers(operator.truediv),
    ast.FloorDiv: _of_numbers(operator.floordiv),
    ast.Mod: _of_numbers(operator.mod),
    ast.Pow: _of_numbers(operator.pow),
    ast.MatMult: operator.matmul,
}
COMPARE: dict[type[ast.cmpop], Callable[[Value, Value], Value]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
REMEDIES: dict[type[ast.AST], str] = {
    ast.BitXor: "write ** for a power",
    ast.IfExp: "write where(condition, a, b)",
    ast.Lambda: "write the function's value itself",
    ast.ListComp: "write it with whole arrays, as in sum(x**2)",
    ast.GeneratorExp: "write it with whole arrays, as in sum(x**2)",
}
SIGNS = {ast.BitXor: "^", ast.BitAnd: "&", ast.BitOr: "|", ast.LShift: "<<", ast.RShift: ">>"}
KINDS: dict[type[ast.AST], str] = {
    ast.Attribute: "an attribute",
    ast.Lambda: "a function of one's own",
    ast.ListComp: "a loop",
    ast.GeneratorExp: "a loop",
    ast.SetComp: "a loop",
    ast.DictComp: "a loop",
    ast.IfExp: "an if",
    ast.NamedExpr: "an assignment",
    ast.JoinedStr: "text",
    ast.Starred: "'*'",
    ast.Dict: "a dict",
    ast.Set: "a set",
    ast.Slice: "a slice",
    ast.Await: "await",
}


def dotted(node: ast.expr) -> str:
    """The name of one of NumPy's functions, `np.` left out; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    if not parts:
        return node.id
    return ".".join(reversed(parts)) if node.id in ("np", "numpy") else ""
