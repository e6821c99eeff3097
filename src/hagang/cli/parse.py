"""From what is typed to the library's options, and from the library's words to what is typed."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from hagang.workflow.options import Options

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["as_typed", "name_option", "options"]

_NAMES = frozenset(field.name for field in fields(Options))
_IN_TEXTS = (
    "batch_size|class_weight|drop|encoding|epochs|folder|force|hidden|loss|lr|memory|missing|scale|seed|stream|target|"
    "task|validation"
)
_ARGUMENT = re.compile(rf"\b({_IN_TEXTS})=('?)([\w./-]+)\2")
_SUBJECT = re.compile(r"^(\w+)(?=: expected)")


def options(*panels: object) -> Options:
    """Read the panels of a command; what concerns the terminal alone is left out.

    Examples
    --------
    >>> from hagang.cli.options import NetworkOptions, RunOptions
    >>> options(NetworkOptions(hidden="100,50"), RunOptions(seed=3)).hidden
    (100, 50)
    """
    typed: Mapping[str, Any] = {name: value for panel in panels for name, value in vars(panel).items()}
    return Options.of(**{name: value for name, value in typed.items() if name in _NAMES})


def as_typed(text: str) -> str:
    """Put a message's options as they are typed.

    Examples
    --------
    >>> as_typed("if it is a quantity, say task='regression'")
    'if it is a quantity, say --task regression'
    """
    return _ARGUMENT.sub(lambda match: f"{_option(match[1])}{_value(match[3])}", text)


def name_option(text: str) -> str:
    """Name the option that a message is about as it is typed.

    Examples
    --------
    >>> name_option("batch_size: expected a whole number")
    '--batch-size: expected a whole number'
    """
    return _SUBJECT.sub(lambda match: _option(match[1]) if match[1] in _NAMES else match[1], text)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _value(text: str) -> str:
    return "" if text == "True" else f" {text}"
