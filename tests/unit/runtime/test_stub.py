"""`_native.pyi` agrees with the compiled module: names, signatures, decorators and docstrings."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import hagang

_native = pytest.importorskip("hagang._native")


def stub() -> ast.Module:
    return ast.parse(Path(hagang.__file__).with_name("_native.pyi").read_text("utf-8"))


def in_stub() -> dict[str, tuple[str, str | None]]:
    """The signature and docstring of every function and class of the stub, by dotted name."""
    entries: dict[str, tuple[str, str | None]] = {}

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef):
                decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
                entries[prefix + node.name] = signature(node, decorators), ast.get_docstring(node)
            elif isinstance(node, ast.ClassDef) and not node.bases:
                entries[prefix + node.name] = "class", ast.get_docstring(node)
                visit(node.body, f"{prefix}{node.name}.")

    visit(stub().body, "")
    return entries


def signature(node: ast.FunctionDef, decorators: list[str]) -> str:
    return f"{decorators} ({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}"


def in_module() -> dict[str, tuple[str, str | None]]:
    """The same of the module, by the signatures that nanobind keeps."""
    entries: dict[str, tuple[str, str | None]] = {}

    def visit(members: dict[str, object], prefix: str) -> None:
        for name, member in members.items():
            function = member.fget if isinstance(member, property) else member
            if isinstance(member, type):
                entries[prefix + name] = "class", member.__doc__
                visit(dict(vars(member)), f"{prefix}{name}.")
            elif hasattr(function, "__nb_signature__"):
                (text, doc, _defaults), *overloads = function.__nb_signature__
                assert not overloads, name
                node = ast.parse(f"{as_in_stub(text, name)}: ...").body[0]
                static = prefix and type(function).__name__ == "nb_func"
                decorator = "property" if function is not member else "staticmethod" if static else None
                entries[prefix + name] = signature(node, [decorator] if decorator else []), doc

    visit(vars(_native), "")
    return entries


def as_in_stub(text: str, name: str) -> str:
    """A signature by nanobind with the stub's names of types; a getter's has no name of its own."""
    text = text.replace("def (", f"def {name}(").replace("collections.abc.", "").replace("hagang._native.", "")
    text = re.sub(r"ndarray\[dtype=(\w+)[^\]]*\]", r"npt.NDArray[np.\1]", text)
    return re.sub(r"ndarray\[[^\]]*\]", "npt.NDArray[Any]", text)


def test_the_stub_and_the_module_agree():
    assert in_stub() == in_module()


def test_the_keys_and_types_of_cpu_are_those_of_its_typed_dict():
    cpu = next(node for node in stub().body if isinstance(node, ast.ClassDef) and node.name == "Cpu")
    kinds = {field.target.id: re.match(r"\w+", ast.unparse(field.annotation))[0] for field in cpu.body}
    assert kinds == {name: type(value).__name__ for name, value in _native.cpu().items()}
