"""Rules as text, the way Python prints them: `Warmup(Cosine(end=0.1), steps=100)`. Parsed, never evaluated."""

from __future__ import annotations

import ast
import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

__all__ = ["read"]


def read(
    text: str,
    known: Mapping[str, Callable[..., Any]],
    what: str,
    inner: Mapping[str, Callable[..., Any]] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> Any:
    """Build the object described by a text: a name, or a call with numbers, strings, tuples and nested calls.

    Parameters
    ----------
    text : str
        Such as `"cosine"` or `"ClipByNorm(Adam(beta1=0.8), max_norm=1.0)"`; case, hyphens and
        underscores are ignored.
    known : mapping of str to callable
        The constructors by name.
    what : str
        What is being parsed, for errors.
    inner : mapping of str to callable, optional
        Further constructors that errors do not suggest.
    elsewhere : mapping of str to str, optional
        Names that belong elsewhere, with the hint to show.

    Raises
    ------
    ArgumentError
        If the text is anything else, naming the character.

    Examples
    --------
    >>> read("complex(1, imag=-2)", {"complex": complex}, "number")
    (1-2j)
    """
    return _RuleParser(text, known, what, inner or {}, elsewhere or {}).read()


class _RuleParser:
    def __init__(
        self,
        text: str,
        known: Mapping[str, Callable[..., Any]],
        what: str,
        inner: Mapping[str, Callable[..., Any]],
        elsewhere: Mapping[str, str],
    ) -> None:
        self.text, self.what, self.elsewhere = text, what, elsewhere
        self.known = {_plain(name): build for name, build in {**known, **inner}.items()}
        self.shown = {_plain(name): name for name in known}

    def read(self) -> Any:
        if _plain(self.text.strip()) in self.known:
            return self._call(self.text.strip(), 0, [], {})
        try:
            tree = ast.parse(self.text.strip(), mode="eval")
        except SyntaxError as error:
            self._fail("a name or a call", (error.offset or 1) - 1)
        return self._built(tree.body)

    def _value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float, str, bool, type(None))):
            return node.value
        if isinstance(node, (ast.Tuple, ast.List)):
            return tuple(self._value(item) for item in node.elts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            value = self._value(node.operand)
            if isinstance(value, (int, float)):
                return -value
        return self._built(node)

    def _built(self, node: ast.expr) -> Any:
        name = node.func if isinstance(node, ast.Call) else node
        if not isinstance(name, ast.Name):
            self._fail("a name or a call", node.col_offset)
        if not isinstance(node, ast.Call):
            return self._call(name.id, name.col_offset, [], {})
        fields = {keyword.arg or "**": self._value(keyword.value) for keyword in node.keywords}
        return self._call(name.id, name.col_offset, [self._value(item) for item in node.args], fields)

    def _call(self, name: str, at: int, values: list[Any], fields: dict[str, Any]) -> Any:
        build = self.known.get(_plain(name))
        if build is None:
            near = get_close_matches(_plain(name), self.shown, n=1)
            hint = f"did you mean '{self.shown[near[0]]}'? " if near else ""
            self._fail("a known name", at, self.elsewhere.get(_plain(name), hint))
        signature = inspect.signature(build)
        try:
            signature.bind(*values, **fields)
        except TypeError as error:
            shown = ", ".join(f"{p.name}={p.default!r}" for p in signature.parameters.values())
            shown = shown.replace(f"={inspect.Parameter.empty!r}", "")
            msg = f"{self.what} {self.text!r}: {name}: {error}; expected {name}({shown})"
            raise ArgumentError(msg) from None
        return build(*values, **fields)

    def _fail(self, expected: str, at: int, hint: str = "") -> NoReturn:
        names = ", ".join(self.shown.values())
        msg = f"{self.what}: expected {expected} at character {at + 1} of {self.text!r}; {hint}known: {names}"
        raise ArgumentError(msg)


def _plain(name: str) -> str:
    """A name normalised for comparison: `one-cycle`, `one_cycle` and `OneCycle` are the same."""
    return name.lower().replace("-", "").replace("_", "")
