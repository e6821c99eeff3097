"""How options are declared: a dataclass for each panel of the help, a field for each option.

A field is `name: Annotated[type, option(...)] = default`: the command line, its help, `--config` and `--print-config`
know the option from there. An option of `hagang train` is also a field of `workflow.options.Options` and a parameter of
`workflow.training.train`; tests hold the three together.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from functools import wraps
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["argument", "decided_by", "flag", "option", "takes"]


def option(
    *names: str,
    metavar: str,
    text: str,
    panel: str = "Options",
    default: object = None,
    least: int | None = None,
    **more: Any,
) -> Any:
    """An option with its help, which ends with its default, or what decides it, in brackets."""
    text = text if default is None else f"{text} [dim]\\[{default}][/]"
    return typer.Option(
        *names, metavar=metavar, help=text, rich_help_panel=panel, show_default=False, min=least, **more
    )


def flag(*names: str, text: str, panel: str = "Options", default: object = None) -> Any:
    """A flag."""
    return option(*names, metavar=" ", text=text, panel=panel, default=default)


def argument(metavar: str, text: str) -> Any:
    """A positional argument."""
    return typer.Argument(metavar=metavar, help=text, show_default=False)


def decided_by(help_text: str) -> str:
    """The default, or what decides it, from the end of an option's help.

    Examples
    --------
    >>> decided_by(option("--lr", metavar="RATE", text="The rate.", default="the optimiser's own").help)
    "the optimiser's own"
    """
    match = re.search(r" \[dim\]\\\[(.*)\]\[/\]$", help_text)
    return match[1] if match else ""


def takes(*panels: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function that takes one object of each of these dataclasses."""

    def decorate(work: Callable[..., None]) -> Callable[..., None]:
        @wraps(work)
        def command(**typed: Any) -> None:
            work(*(panel(**{field.name: typed[field.name] for field in fields(panel)}) for panel in panels))

        command.__dict__.pop("__wrapped__")
        command.__annotations__ = {}
        command.__signature__ = Signature([each for panel in panels for each in _parameters(panel)])  # type: ignore[attr-defined]
        return command

    return decorate


def _parameters(panel: Any) -> list[Parameter]:
    hints = get_type_hints(panel, include_extras=True)
    return [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(panel)
    ]
