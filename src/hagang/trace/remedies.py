"""What to write instead of an expression that cannot be traced, read off the expression itself."""

from __future__ import annotations

import ast
import builtins
import re
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet
    from types import FrameType

__all__ = ["remedy"]

_Remedy: TypeAlias = "Callable[[ast.Call, FrameType], str | None]"

_JOIN = "join the parts with np.stack or np.concatenate, or choose between old and new with np.where"


def remedy(
    expression: ast.AST | None, holder: ast.AST | None, frame: FrameType, through: AbstractSet[str] = frozenset()
) -> str | None:
    """What to write instead, or None where the expression is none of the known cases.

    Parameters
    ----------
    expression : AST or None
        What was running.
    holder : AST or None
        The expression or statement around it.
    frame : frame
        Where it was running; tells what the names stand for.
    through : set of str
        The packages whose code was running in between.
    """
    if through & {"pandas", "polars"}:
        return _for_table(expression, frame)
    match expression:
        case ast.Call():
            return _for_call(expression, frame)
        case ast.Subscript(ctx=ast.Load()):
            return _for_index(expression, frame)
        case ast.Subscript():
            return _JOIN
        case ast.AugAssign():
            return _for_augmented(expression)
    return _for_test(expression, holder)


def _code(node: ast.AST) -> str:
    return ast.unparse(node)


def _for_table(expression: ast.AST | None, frame: FrameType) -> str:
    """A column or a table of pandas or polars among the operands: its array first."""
    general = "take the table's array first, with .to_numpy()"
    parts = [node for node in ast.walk(expression) if _is_table(node, frame)] if expression is not None else []
    if not parts or not isinstance(expression, ast.expr):
        return general
    text = _code(expression)
    for name in sorted({_code(part) for part in parts}, key=len, reverse=True)[:1]:
        text = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w(])", f"{name}.to_numpy()", text)
    return f"use {text}"


def _is_table(node: ast.AST, frame: FrameType) -> bool:
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    return type(_resolve(node, frame)).__module__.partition(".")[0] in ("pandas", "polars")


_JOINERS = {"RClass": "np.hstack", "CClass": "np.column_stack"}


def _for_index(node: ast.Subscript, frame: FrameType) -> str:
    """A constant indexed by a traced value: the constant made traced first; np.r_ and np.c_: a join."""
    joiner = _JOINERS.get(type(_resolve(node.value, frame)).__name__)
    if joiner:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return f"use {joiner}([{', '.join(map(_ranged, parts))}])"
    return _with_like(f"use np.asarray({_code(node.value)}, like=$)[{_code(node.slice)}]", frame)


def _ranged(part: ast.expr) -> str:
    """A slice in np.r_ counts."""
    if not isinstance(part, ast.Slice):
        return _code(part)
    start, stop = (_code(end) if end else "0" for end in (part.lower, part.upper))
    return f"np.arange({start}, {stop}{', ' + _code(part.step) if part.step else ''})"


def _with_like(text: str, frame: FrameType) -> str:
    """Name a traced argument for `like=`; one with axes, since plain numbers cannot stand there."""
    arguments = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    known = [name for name in arguments if _is_traced_array(frame.f_locals.get(name))]
    return text.replace("$", known[0]) if known else text.replace("$", "x") + ", where x is a traced array"


def _is_traced_array(value: Any) -> bool:
    return hasattr(value, "node") and value.ndim > 0


def _for_augmented(node: ast.AugAssign) -> str:
    if not isinstance(node.target, ast.Name):
        return _JOIN
    return f"write {_code(node.target)} = {_code(ast.BinOp(node.target, node.op, node.value))}"


# --- what asks for a truth value -----------------------------------------------------------------------


def _for_test(expression: ast.AST | None, holder: ast.AST | None) -> str | None:
    """An `if`, `while`, `assert`, `and`, `or`, `not` or a chain of comparisons."""
    for node in (expression, holder):
        match node:
            case ast.BoolOp():
                return f"use {_logic(node)}"
            case ast.UnaryOp(op=ast.Not()):
                return f"use np.logical_not({_code(node.operand)})"
            case ast.Compare(ops=[_, _, *_]):
                return f"use {_chain(node)}"
            case ast.IfExp():
                return f"use np.where({_code(node.test)}, {_code(node.body)}, {_code(node.orelse)})"
            case ast.If() | ast.While():
                return f"use np.where({_code(node.test)}, a, b)"
    return None


def _logic(node: ast.BoolOp) -> str:
    name = "np.logical_and" if isinstance(node.op, ast.And) else "np.logical_or"
    return _nested(name, [_code(value) for value in node.values])


def _chain(node: ast.Compare) -> str:
    sides = [node.left, *node.comparators]
    parts = [_code(ast.Compare(a, [op], [b])) for a, op, b in zip(sides, node.ops, sides[1:], strict=False)]
    return _nested("np.logical_and", parts)


def _nested(name: str, parts: list[str]) -> str:
    """A function of two applied to several: `f(f(a, b), c)`."""
    text = parts[0]
    for part in parts[1:]:
        text = f"{name}({text}, {part})"
    return text


# --- calls ---------------------------------------------------------------------------------------------


def _for_call(call: ast.Call, frame: FrameType) -> str | None:
    package, name = _callee(call.func, frame)
    distribution = _distribution(call.func, frame)
    if distribution:
        return _for_distribution(distribution, call)
    if package == "math":
        return _for_math(name, call, frame)
    remedy = _CALLS.get((package, name))
    if remedy is None and package == "numpy" and call.args and isinstance(call.args[0], (ast.List, ast.Tuple)):
        return _of_stacked(call)
    return remedy(call, frame) if remedy else None


def _of_stacked(call: ast.Call) -> str:
    """NumPy's functions do not look into a list for traced values: the list stacked first."""
    _, *rest = _arguments(call)
    return f"use {_code(call.func)}({', '.join([_stacked(call.args[0]), *rest])})"


def _transformed(call: ast.Call, _: FrameType) -> str:
    """The transform as a product with the transform of the unit vectors, real and imaginary part."""
    array = (_arguments(call) or ["x"])[0]
    unit = f"{_code(call.func)}(np.eye(len({array})))"
    return f"use {unit}.real @ {array} for the real part and {unit}.imag @ {array} for the imaginary part"


def _callee(function: ast.expr, frame: FrameType) -> tuple[str, str]:
    """The package and the name of what is called, whatever it is called here."""
    value = _resolve(function, frame)
    name = getattr(value, "__name__", None)
    if isinstance(name, str):
        return str(getattr(value, "__module__", None) or "").partition(".")[0], name
    return "", _code(function)


_DISTRIBUTIONS = ("norm", "t", "gamma", "beta", "expon", "lognorm", "poisson", "binom")


def _distribution(function: ast.expr, frame: FrameType) -> str | None:
    """The name of SciPy's distribution whose method is called."""
    owner = _resolve(function.value, frame) if isinstance(function, ast.Attribute) else None
    is_scipys = type(owner).__module__.startswith("scipy.stats") and hasattr(owner, "name")
    return str(owner.name) if is_scipys else None  # type: ignore[attr-defined]


def _for_distribution(name: str, call: ast.Call) -> str:
    known = ", ".join(_DISTRIBUTIONS)
    if name not in _DISTRIBUTIONS or not isinstance(call.func, ast.Attribute):
        return f"write the density with NumPy; hagang.stats has {known}"
    return f"use hagang.stats.{name}.{call.func.attr}({', '.join(_arguments(call))})"


def _resolve(node: ast.expr, frame: FrameType) -> object:
    """What a name or a module's attribute stands for; nothing of the user's is called to find out."""
    if isinstance(node, ast.Name):
        scopes = (frame.f_locals, frame.f_globals, vars(builtins))
        return next((scope[node.id] for scope in scopes if node.id in scope), None)
    if isinstance(node, ast.Attribute):
        base = _resolve(node.value, frame)
        return getattr(base, node.attr, None) if isinstance(base, ModuleType) else None
    return None


def _arguments(call: ast.Call) -> list[str]:
    return [_code(argument) for argument in (*call.args, *call.keywords)]


def _instead(function: str) -> _Remedy:
    """Another function of the same arguments."""
    return lambda call, _: f"use {function}({', '.join(_arguments(call))})"


def _always(text: str) -> _Remedy:
    return lambda _, __: text


def _for_math(name: str, call: ast.Call, frame: FrameType) -> str | None:
    if name in _SPECIAL:
        return _instead(f"scipy.special.{_SPECIAL[name]}")(call, frame)
    name = _NUMPY_NAMES.get(name, name)
    return _instead(f"np.{name}")(call, frame) if hasattr(np, name) else None


_NUMPY_NAMES = {
    "fabs": "abs",
    "pow": "power",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "degrees": "rad2deg",
    "radians": "deg2rad",
    "fsum": "sum",
}
_SPECIAL = {"erf": "erf", "erfc": "erfc", "lgamma": "gammaln"}


def _extreme(of_two: str, of_one: str) -> _Remedy:
    def extreme(call: ast.Call, frame: FrameType) -> str | None:
        arguments = _arguments(call)
        return f"use {_nested(of_two, arguments)}" if len(arguments) > 1 else _instead(of_one)(call, frame)

    return extreme


def _kept(call: ast.Call, _: FrameType) -> str:
    return f"keep it an array: leave {_code(call.func)}() out; np.floor, np.rint and x.astype(...) convert arrays"


def _made_array(call: ast.Call, _: FrameType) -> str:
    first = call.args[0] if call.args else None
    if isinstance(first, (ast.List, ast.Tuple)):
        return f"use {_stacked(first)}"
    if isinstance(first, (ast.ListComp, ast.GeneratorExp)):
        return f"use np.stack({_code(first)})"
    return f"leave {_code(call.func)}() out: a traced value behaves as an array; np.stack joins several"


def _stacked(item: ast.expr) -> str:
    if isinstance(item, (ast.List, ast.Tuple)):
        return f"np.stack([{', '.join(map(_stacked, item.elts))}])"
    return _code(item)


def _liked(call: ast.Call, frame: FrameType) -> str:
    return _with_like(f"use {_code(call.func)}({', '.join([*_arguments(call), 'like=$'])})", frame)


def _first_traced(call: ast.Call, frame: FrameType) -> str | None:
    """NumPy asks only the first argument whether it is traced: make it so."""
    if not call.args:
        return None
    array, *rest = _arguments(call)
    return _with_like(f"use {_code(call.func)}({', '.join([f'np.asarray({array}, like=$)', *rest])})", frame)


def _shifted(form: str) -> _Remedy:
    """A composition with hagang.logsumexp."""
    return lambda call, _: f"use {form.format(x=(_arguments(call) or ['x'])[0])}"


_CALLS: dict[tuple[str, str], _Remedy] = {
    ("builtins", "max"): _extreme("np.maximum", "np.max"),
    ("builtins", "min"): _extreme("np.minimum", "np.min"),
    ("builtins", "sum"): _instead("np.sum"),
    ("builtins", "any"): _instead("np.any"),
    ("builtins", "all"): _instead("np.all"),
    ("builtins", "round"): _instead("np.round"),
    ("builtins", "len"): _always("use x.shape[0], which may be multiplied, divided and used in a shape"),
    **{("builtins", name): _kept for name in ("float", "int", "bool", "complex")},
    **{("numpy", name): _made_array for name in ("array", "asarray", "asanyarray", "ascontiguousarray")},
    **{("numpy", name): _liked for name in ("zeros", "ones", "full")},
    ("numpy", "empty"): _always("use np.zeros(shape, like=x)"),
    **{("numpy", name): _first_traced for name in ("take", "broadcast_to")},
    **{("numpy", name): _transformed for name in ("fft", "rfft", "ifft", "irfft")},
    ("scipy", "logsumexp"): _instead("hagang.logsumexp"),
    ("scipy", "softmax"): _shifted("np.exp({x} - hagang.logsumexp({x}, axis=..., keepdims=True))"),
    ("scipy", "log_softmax"): _shifted("{x} - hagang.logsumexp({x}, axis=..., keepdims=True)"),
}
