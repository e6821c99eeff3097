"""A function written as text, `(x[0] - 2)**2 + 4*(x[1] - 3)**2`: parsed into NumPy calls, never evaluated as Python."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from unicodedata import east_asian_width

import numpy as np

from hagang.errors import ArgumentError
from hagang.minimizing.checks import did_you_mean
from hagang.minimizing.grammar import BINARY, COMPARE, CONSTANTS, FUNCTIONS, KINDS, MAKERS, REMEDIES, SIGNS, dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from hagang.minimizing.grammar import Part, Value, Values

__all__ = ["Expression", "read_expression"]

LONGEST, DEEPEST, HIGHEST_POWER, LARGEST = 10_000, 60, 1000.0, 1_000_000


@dataclass(frozen=True)
class Expression:
    """A function read from text.

    Parameters
    ----------
    text : str
        As it was written, on one line.
    names : tuple of str
        Its variables, in the order in which they appear.
    places : mapping of str to int
        Where each first stands, counted in characters from 0.
    needs : mapping of str to (int, int)
        For variables that are indexed, how many numbers they must have, and where that is asked.
    """

    text: str
    names: tuple[str, ...]
    places: Mapping[str, int]
    needs: Mapping[str, tuple[int, int]]
    _part: Part

    def __call__(self, values: Values) -> Value:
        """The value, given that of each variable by name: numbers, arrays or traced values."""
        return self._part(values)

    def error(self, why: str, at: int) -> ArgumentError:
        """An error that points at a character."""
        return _error(self.text, why, at)


def read_expression(text: str, variables: Collection[str] | None = None) -> Expression:
    """Parse a function.

    Understood are numbers, variables, `+ - * / // % ** @`, comparisons, `and or not`, indices (`x[0]`, `x[1:]`), lists,
    and NumPy's functions and constants by name, with or without `np.`; nothing else is.

    Parameters
    ----------
    text : str
        The expression.
    variables : collection of str, optional
        The names that may stand in it; they take precedence over constants. By default any may.

    Returns
    -------
    Expression

    Raises
    ------
    ArgumentError
        Where something else stands in it, pointing at the character.

    Examples
    --------
    >>> bowl = read_expression("(x[0] - 2)**2 + 4*(x[1] - 3)**2")
    >>> float(bowl({"x": np.array([100.0, -10.0])}))
    10280.0
    >>> read_expression("x + __import__('os').getpid()")
    Traceback (most recent call last):
        ...
    hagang.errors.ArgumentError: expression: '__import__' is not among the functions that may stand here
      x + __import__('os').getpid()
          ^
    """
    flat = " ".join(text.split("\n")).replace("\t", " ").strip()
    if len(flat) > LONGEST:
        msg = f"expression: expected at most {LONGEST} characters, received {len(flat)}"
        raise ArgumentError(msg)
    reader = _Reader(flat, variables)
    part = reader.part(_parsed(flat), 0)
    places = dict(sorted(reader.places.items(), key=lambda item: item[1]))
    return Expression(flat, tuple(places), places, reader.needs, part)


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        at, why = max(0, (error.offset or 1) - 1), error.msg
    except (ValueError, MemoryError, RecursionError) as error:
        at, why = 0, str(error) or type(error).__name__
    raise _error(text, f"it cannot be read ({why.partition(';')[0]})", at)


def _error(text: str, why: str, at: int) -> ArgumentError:
    first = max(0, at - 60)
    shown = ("…" if first else "") + text[first : at + 60] + ("…" if at + 60 < len(text) else "")
    shown = "".join(letter if letter.isprintable() else "�" for letter in shown)
    width = bool(first) + sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text[first:at])
    return ArgumentError(f"expression: {why}\n  {shown}\n  {' ' * width}^")


class _Reader:
    """Turns the parsed text into functions of the variables' values, and notes which variables there are."""

    def __init__(self, text: str, variables: Collection[str] | None) -> None:
        self.text = text
        self.variables = variables
        self.places: dict[str, int] = {}
        self.needs: dict[str, tuple[int, int]] = {}
        self.made = 0.0

    def error(self, why: str, node: ast.AST) -> ArgumentError:
        return _error(self.text, why, self.at(node))

    def at(self, node: ast.AST) -> int:
        """Where a node begins, in characters; Python counts bytes."""
        return self.characters(getattr(node, "col_offset", 0))

    def end(self, node: ast.AST) -> int:
        """Where it ends."""
        return self.characters(getattr(node, "end_col_offset", 0))

    def characters(self, count: int) -> int:
        return len(self.text.encode()[:count].decode(errors="ignore"))

    def part(self, node: ast.expr, depth: int) -> Part:
        """The function of the variables that a node stands for."""
        if depth > DEEPEST:
            msg = f"expected at most {DEEPEST} levels of nesting"
            raise self.error(msg, node)
        read = _READ.get(type(node))
        if read is None:
            self.refuse(node)
        return read(self, node, depth + 1)

    def refuse(self, node: ast.AST) -> NoReturn:
        what = KINDS.get(type(node), type(node).__name__.lower())
        remedy = REMEDIES.get(type(node))
        raise self.error(f"{what} may not stand here" + (f"; {remedy}" if remedy else ""), node)

    # --- leaves ---

    def number(self, node: ast.Constant, depth: int) -> Part:
        del depth
        if node.value is Ellipsis or isinstance(node.value, (str, bytes, complex)) or node.value is None:
            msg = f"expected a number, received {node.value!r:.20}"
            raise self.error(msg, node)
        try:
            value: Any = node.value if isinstance(node.value, bool) else float(node.value)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise self.error("expected a number below 1e308", node)
        return lambda values: value  # noqa: ARG005

    def name(self, node: ast.Name, depth: int) -> Part:
        del depth
        name = node.id
        if self.variables is not None and name in self.variables:
            return self.variable(node)
        if name in CONSTANTS:
            return lambda values: CONSTANTS[name]  # noqa: ARG005
        if name in FUNCTIONS or name in MAKERS:
            msg = f"'{name}' is a function; write {name}(...)"
            raise self.error(msg, node)
        if name in ("np", "numpy"):
            raise self.error("expected a function after 'np.', as in np.sin(x[0])", node)
        if name.startswith("__"):
            msg = f"'{name}' may not stand here"
            raise self.error(msg, node)
        if self.variables is not None:
            msg = f"'{name}' has no value{did_you_mean(name, self.variables)}"
            raise self.error(msg, node)
        return self.variable(node)

    def variable(self, node: ast.Name) -> Part:
        name = node.id
        self.places[name] = min(self.at(node), self.places.get(name, LONGEST))
        return lambda values: values[name]

    def attribute(self, node: ast.Attribute, depth: int) -> Part:
        del depth
        name = dotted(node)
        if name in CONSTANTS and isinstance(node.value, ast.Name):
            return lambda values: CONSTANTS[name]  # noqa: ARG005
        if name in FUNCTIONS or name in MAKERS:
            msg = f"'{name}' is a function; write np.{name}(...)"
            raise self.error(msg, node)
        self.part(node.value, 0)  # what is wrong inside is told first
        raise _error(self.text, f"'.{node.attr}' may not stand here", self.end(node.value))

    # --- operations ---

    def binary(self, node: ast.BinOp, depth: int) -> Part:
        """A chain of operations, a + b + c, taken from its left end without nesting."""
        links: list[tuple[Callable[[Value, Value], Value], Part]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            apply = BINARY.get(type(left.op))
            if apply is None:
                self.refuse_operator(left)
            right = self.exponent(left.right, depth) if isinstance(left.op, ast.Pow) else self.part(left.right, depth)
            links.append((apply, right))
            left = left.left
        first = self.part(left, depth)
        links.reverse()

        def chain(values: Values) -> Value:
            value = first(values)
            for apply, right in links:
                value = apply(value, right(values))
            return value

        return chain

    def refuse_operator(self, node: ast.BinOp) -> NoReturn:
        sign = SIGNS[type(node.op)]
        remedy = "; write ** for a power" if sign == "^" else ""
        raise _error(self.text, f"'{sign}' may not stand here{remedy}", self.text.find(sign, self.end(node.left)))

    def exponent(self, node: ast.expr, depth: int) -> Part:
        part = self.part(node, depth)
        value = self.known(node, part)
        if value is not None and not np.all(np.abs(value) <= HIGHEST_POWER):
            msg = f"expected a power of at most {HIGHEST_POWER:g}"
            raise self.error(msg, node)
        return part

    def known(self, node: ast.AST, part: Part) -> Value | None:
        """The value of a part without variables."""
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        if names & set(self.places):
            return None
        with np.errstate(all="ignore"):
            try:
                return part({})
            except (ArithmeticError, ValueError, TypeError):  # 0.0 ** -1.0, for example
                return math.nan

    def unary(self, node: ast.UnaryOp, depth: int) -> Part:
        inner = self.part(node.operand, depth)
        if isinstance(node.op, ast.USub):
            return lambda values: -inner(values)
        if isinstance(node.op, ast.UAdd):
            return inner
        if isinstance(node.op, ast.Not):
            return lambda values: np.logical_not(inner(values))
        raise self.error("'~' may not stand here; write not", node)

    def compare(self, node: ast.Compare, depth: int) -> Part:
        parts = [self.part(each, depth) for each in (node.left, *node.comparators)]
        signs = [COMPARE.get(type(op)) for op in node.ops]
        if None in signs:
            raise self.error("expected <, <=, >, >=, == or !=", node)

        def chain(values: Values) -> Value:
            operands = [part(values) for part in parts]
            answers = [sign(a, b) for sign, a, b in zip(signs, operands, operands[1:]) if sign is not None]
            result = answers[0]
            for answer in answers[1:]:
                result = np.logical_and(result, answer)
            return result

        return chain

    def boolean(self, node: ast.BoolOp, depth: int) -> Part:
        parts = [self.part(each, depth) for each in node.values]
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or

        def joined(values: Values) -> Value:
            result = parts[0](values)
            for part in parts[1:]:
                result = join(result, part(values))
            return result

        return joined

    def listed(self, node: ast.List | ast.Tuple, depth: int) -> Part:
        parts = [self.part(each, depth) for each in node.elts]
        if not parts:
            raise self.error("expected at least one number in the list", node)
        return lambda values: np.stack([part(values) for part in parts])

    # --- indices and calls ---

    def subscript(self, node: ast.Subscript, depth: int) -> Part:
        inner = self.part(node.value, depth)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        indices = tuple(self.index(each) for each in parts)
        if isinstance(node.value, ast.Name):
            self.need(node.value.id, indices[0] if isinstance(indices[0], int) else 0, node)
        index = indices if len(indices) > 1 else indices[0]
        return lambda values: inner(values)[index]

    def need(self, name: str, index: int, node: ast.AST) -> None:
        count = index + 1 if index >= 0 else -index
        if count > self.needs.get(name, (0, 0))[0]:
            self.needs[name] = count, self.at(node)

    def index(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Slice):
            return slice(*(None if end is None else self.whole(end) for end in (node.lower, node.upper, node.step)))
        if isinstance(node, ast.Constant) and node.value is Ellipsis:
            return Ellipsis
        return self.whole(node)

    def whole(self, node: ast.expr) -> int:
        sign, inner = 1, node
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            sign, inner = -1, node.operand
        if isinstance(inner, ast.Constant) and type(inner.value) is int and inner.value <= LARGEST:
            return sign * inner.value
        raise self.error("expected a whole number, as in x[0] or x[1:]", node)

    def call(self, node: ast.Call, depth: int) -> Part:
        name = dotted(node.func)
        if name in MAKERS:
            return self.maker(name, node, depth)
        if name not in FUNCTIONS:
            self.refuse_call(node, name)
        function, counts = FUNCTIONS[name]
        if len(node.args) not in counts:
            count = " or ".join(map(str, counts))
            msg = f"expected {count} value{'s' * (counts != (1,))} in {name}(...), received {len(node.args)}"
            raise self.error(msg, node)
        parts = [self.part(each, depth) for each in node.args]
        how = {word.arg or "**": self.keyword(word) for word in node.keywords}
        if name == "outer":
            function = self.bounded_outer(node)

        def called(values: Values) -> Value:
            try:
                return function(*(part(values) for part in parts), **how)
            except (TypeError, MemoryError, OverflowError) as error:
                msg = f"{name}(...) cannot be computed ({str(error).partition(chr(10))[0]})"
                raise self.error(msg, node) from error

        return called

    def bounded_outer(self, node: ast.Call) -> Callable[..., Value]:
        def outer(a: Value, b: Value) -> Value:
            if math.prod(np.shape(a)) * math.prod(np.shape(b)) > LARGEST:
                msg = f"expected at most {LARGEST} numbers from outer(...)"
                raise self.error(msg, node)
            return np.outer(a, b)

        return outer

    def keyword(self, word: ast.keyword) -> Any:
        value = word.value
        if word.arg == "axis":
            return self.whole(value)
        if word.arg == "keepdims" and isinstance(value, ast.Constant) and isinstance(value.value, bool):
            return value.value
        raise self.error("expected axis=number or keepdims=True", word)

    def maker(self, name: str, node: ast.Call, depth: int) -> Part:
        """An array of constants, whose size is known before it is made."""
        numbers = [self.known(each, self.part(each, depth)) for each in node.args]
        if node.keywords or not all(isinstance(value, float) and math.isfinite(value) for value in numbers):
            msg = f"expected numbers in {name}(...)"
            raise self.error(msg, node)
        make, count = MAKERS[name](numbers)
        self.made += max(count, 1)
        if not (1 <= count <= LARGEST and self.made <= LARGEST):
            msg = f"expected from 1 to {LARGEST} numbers from {name}(...), and as many in the whole expression"
            raise self.error(msg, node)
        array = make()
        return lambda values: array  # noqa: ARG005

    def refuse_call(self, node: ast.Call, name: str) -> NoReturn:
        if isinstance(node.func, ast.Attribute) and not name:
            self.part(node.func.value, 0)  # what is wrong inside is told first
            method = node.func.attr
            remedy = f"; write {method}(x), not x.{method}()" if method in FUNCTIONS else ""
            raise _error(self.text, f"'.{method}' may not stand here{remedy}", self.end(node.func.value))
        if not name:
            raise self.error("expected a function; write * to multiply", node)
        msg = f"'{name}' is not among the functions that may stand here{did_you_mean(name, [*FUNCTIONS, *MAKERS])}"
        raise self.error(msg, node)


_READ: dict[type[ast.expr], Callable[[_Reader, Any, int], Part]] = {
    ast.Constant: _Reader.number,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.BinOp: _Reader.binary,
    ast.UnaryOp: _Reader.unary,
    ast.Compare: _Reader.compare,
    ast.BoolOp: _Reader.boolean,
    ast.List: _Reader.listed,
    ast.Tuple: _Reader.listed,
    ast.Subscript: _Reader.subscript,
    ast.Call: _Reader.call,
}
