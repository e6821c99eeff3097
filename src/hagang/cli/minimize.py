"""`hagang minimize`: the minimum of a function written on the command line."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.cli.console import Console
from hagang.cli.point import function_of, number, read_point, settled
from hagang.errors import ArgumentError
from hagang.minimizing.expression import Expression, read_expression
from hagang.minimizing.solve import minimize
from hagang.minimizing.variables import Variables
from hagang.saved import check_output
from hagang.trace import flatten, map_leaves, rebuild

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["Typed", "run"]

_ALIKE = ("lr", "steps", "schedule", "stop", "gradient", "starts", "seed", "tol")
_TYPED = {"x0": "start"}
_ARGUMENT = re.compile(rf"^({'|'.join(('x0', 'method', 'bounds', *_ALIKE))}): ")
_SHOWN, _LISTED = 12, 20


@dataclass(frozen=True)
class Typed:
    """The options of `hagang minimize`, by their names on the command line."""

    function: str
    start: str | None
    method: str | None
    lr: float | None
    steps: int
    schedule: str | None
    stop: str | None
    bounds: str | None
    tol: float | None
    gradient: str
    starts: int | None
    seed: int
    plot: Path | None
    progress: Path | None
    csv: Path | None
    force: bool


def run(typed: Typed) -> None:
    """Read the function, minimise it, print the result, write the files."""
    _check_writables(typed)
    start = read_point(typed.start, "--start")
    expression = read_expression(typed.function, start if isinstance(start, dict) else None)
    x0 = settled(start, expression, typed.seed, "--start")
    f = function_of(expression, x0)
    result = _minimized(f, x0, typed)
    console = Console()
    _print_result(console, expression, result)
    if typed.csv is not None:
        _write_table(typed.csv, result)
        console.row("Steps", f"{typed.csv}, {len(result.steps):,} rows")
    if typed.plot is not None:
        from hagang.view import plot_descent

        plot_descent(f, result, stop=typed.stop).save(typed.plot)
        console.row("Plot", str(typed.plot))
    if typed.progress is not None:
        from hagang.view import plot_progress

        plot_progress(result, stop=typed.stop, title=expression.text).save(typed.progress)
        console.row("Progress", str(typed.progress))


def _minimized(f: Callable[[Any], Any], x0: Any, typed: Typed) -> Any:
    rate = typed.lr is not None or typed.schedule is not None
    options: dict[str, Any] = {
        "method": typed.method or ("sgd" if rate else "lbfgs"),
        "bounds": _bounds(typed.bounds),
        **{name: getattr(typed, name) for name in _ALIKE},
    }
    try:
        return minimize(f, x0, **options)
    except ArgumentError as error:
        raise ArgumentError(_ARGUMENT.sub(lambda match: f"--{_TYPED.get(match[1], match[1])}: ", str(error))) from None


def _check_writables(typed: Typed) -> None:
    """Check before the run that its files can be written."""
    for file in filter(None, (typed.plot, typed.progress, typed.csv)):
        check_output(file, force=typed.force, option="--plot, --progress or --csv")
    for name in ("plot", "progress"):
        file = getattr(typed, name)
        if file is not None:
            from hagang.view.picture import check_suffix

            check_suffix(file, f"--{name}")


# --- bounds --------------------------------------------------------------------------------------------


def _bounds(text: str | None) -> Any:
    """Pairs in the order of the numbers, or by the variables' names."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not any("=" in part for part in parts):
        return [_pair(part) for part in parts]
    named = [part.partition("=") for part in parts]
    return {name.strip(): _pair(pair) for name, _, pair in named}


def _pair(text: str) -> tuple[float | None, float | None]:
    low, colon, high = (piece.strip() for piece in text.partition(":"))
    if not colon:
        msg = f"--bounds: expected low:high for each variable, either left out for none, received '{text}'"
        raise ArgumentError(msg)
    return (number(low, "--bounds") if low else None, number(high, "--bounds") if high else None)


# --- what is printed and written --------------------------------------------------------------------------

_GRADIENTS = {"graph": "exact gradients", "numerical": "gradients by central differences"}


def _print_result(console: Console, expression: Expression, result: Any) -> None:
    console.row("Function", expression.text)
    first = Variables.of(result.x)
    console.row("Start", f"{_point(first, _first(result.path))}, value {result.losses[0]:.10g}")
    console.row("Method", f"{result.method}, {_GRADIENTS[result.gradient]}, {_count(result.nfev)}")
    console.row("Stopped", result.stopped_by, *result.notes)
    console.row("Lowest" if result.losses[-1] != result.fun else "End", _point(first, result.x))
    console.row("Value", f"{result.fun:.10g}")
    if result.kind != "minimum" and result.status in (0, 4):
        console.row("Kind", result.verdict)
    console.row("Gradient", f"{_point(first, result.jac, 4)}, norm {float(np.linalg.norm(first.flat(result.jac))):.3g}")
    if "minima" in result:
        console.gap()
        _print_minima(console, result.minima)


def _count(evaluations: int) -> str:
    return f"{evaluations:,} evaluation{'s' * (evaluations != 1)}"


def _first(path: Any) -> Any:
    leaves, structure = flatten(path)
    return rebuild(structure, [leaf[0] for leaf in leaves])


def _point(variables: Variables, x: Any, digits: int = 10) -> str:
    numbers = [f"{number:.{digits}g}" for number in variables.flat(x)]
    if variables.is_vector:
        return f"({', '.join(numbers[:_SHOWN])}{', …' * (len(numbers) > _SHOWN)})"
    return ", ".join(f"{label} = {number}" for label, number in zip(variables.labels, numbers, strict=True))


def _print_minima(console: Console, minima: Sequence[Any]) -> None:
    variables = Variables.of(minima[0].x)
    rows = [
        (
            _point(variables, _rounded(each.x), 6),
            f"{each.fun:.8g}",
            str(each.count),
            each.kind,
            f"{each.gradient_norm:.1e}",
            f"{each.lowest_curvature:.3g} to {each.highest_curvature:.3g}",
        )
        for each in minima[:_LISTED]
    ]
    console.table(("Point", "value", "runs", "kind", "gradient", "curvature"), rows)
    if len(minima) > _LISTED:
        console.row("", f"and {len(minima) - _LISTED:,} more, higher up")


def _rounded(x: Any) -> Any:
    """Without the last digits, which differ between methods; zero without a sign."""
    return map_leaves(lambda leaf: np.round(leaf, 6) + 0.0, x)


def _write_table(file: Path, result: Any) -> None:
    """Every kept step: its number, value, gradient norm, the rate of the step that leaves it, and the point."""
    variables = Variables.of(result.x)
    points = np.concatenate([np.reshape(leaf, (len(leaf), -1)) for leaf in flatten(result.path)[0]], axis=1)
    rates = [*map(repr, result.learning_rates.tolist()), ""]
    numbers = zip(result.steps.tolist(), result.losses.tolist(), result.gradient_norms.tolist(), rates, points.tolist())
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["step", "value", "gradient_norm", "learning_rate", *variables.labels])
        writer.writerows([step, value, norm, rate, *point] for step, value, norm, rate, point in numbers)
