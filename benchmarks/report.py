"""Results as Markdown: the whole report, and the short table of the README."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figures import digits, spread
from benchmarks.results import strange_losses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from benchmarks.results import Cell, Results

__all__ = ["put_into", "report", "short_table"]

_OURS, _OURS_ALONE = "hagang", "hagang-1"
_NONE = "–"
# One way for each library; PyTorch's two eager ways share a line, the faster of them counting.
_SHORT = (("hagang",), ("numpy",), ("sklearn",), ("torch", "torch-tuned"), ("torch-compile",), ("jax",), ("keras",))
_SHORT_LABELS = {"torch": "PyTorch, eager", "jax": "JAX, scanned epoch", "numpy": "a NumPy loop"}
_BEGIN, _END = "<!-- benchmarks: made by python -m benchmarks -->", "<!-- end of benchmarks -->"


def report(results: Results) -> str:
    """The complete report as Markdown."""
    parts = [
        "# Benchmarks",
        _setting(results),
        "## A training step",
        _steps_text(results),
        _medians(results, disturbed=False),
        f"## As multiples of {_label(results, _OURS)}'s median",
        _ratios(results),
        "## With one core kept busy by another process",
        _disturbed_text(results),
        _medians(results, disturbed=True),
        "## Cold start, memory, size",
        _cold_text(results),
        _cold(results),
        "## Every figure",
        "Microseconds per step. Cores: processor time over wall time. Others: cores used by other processes meanwhile.",
        _spreads(results),
        _remarks(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def short_table(results: Results) -> str:
    """The README's table: median step time per library and workload, cold start, memory and size."""
    head = ["µs per training step", *results.workloads, "first step (s)", "memory (MB)", "installed (MB)"]
    rows = [row for names in _SHORT if (row := _short_row(results, names)) is not None]
    workloads = "; ".join(f"{name}: {each['title']}" for name, each in results.workloads.items())
    about = f"{workloads}. {_machine_line(results)} Made by `python -m benchmarks`."
    return f"{_table(head, [*rows, _floor_row(results, 3)])}\n\n{about}"


def put_into(page: Path, results: Results) -> None:
    """Replace the text between the two marks of a page by the short table."""
    text = page.read_text("utf-8")
    if _BEGIN not in text or _END not in text:
        msg = f"{page}: expected the lines '{_BEGIN}' and '{_END}' around the place of the table"
        raise ValueError(msg)
    before, rest = text.split(_BEGIN, 1)
    after = rest.split(_END, 1)[1]
    page.write_text(f"{before}{_BEGIN}\n\n{short_table(results)}\n\n{_END}{after}", "utf-8")


# --- the setting ---------------------------------------------------------------------------------------


def _setting(results: Results) -> str:
    about = results.about
    versions = ", ".join(f"{name} {version}" for name, version in about.get("versions", {}).items())
    lines = [
        _machine_line(results),
        f"Commit {about.get('commit')}, {about.get('date')}; hagang's runtime: {about.get('runtime')}.",
        f"Versions: {versions}.",
        _company(results),
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def _machine_line(results: Results) -> str:
    machine = results.about.get("machine", {})
    return (
        f"{machine.get('processor')}, {machine.get('cores')} cores, {machine.get('system')}, "
        f"Python {machine.get('python')}, {results.about.get('threads')} threads."
    )


def _company(results: Results) -> str:
    others = [share for cell in results.cells if not cell.disturbed for share in cell.others]
    if not others:
        return ""
    each = f"Meanwhile other processes used {np.median(others):.2f} cores (median; at most {max(others):.2f})"
    return each + (
        ": **the machine was not idle, so these figures are provisional**." if np.median(others) > 0.1 else "."
    )


def _steps_text(results: Results) -> str:
    titles = "\n".join(
        f"- {name}: {each['title']}; {each['flops'] / 1e6:,.3f} MFLOP per step, {each['steps']} steps per epoch"
        for name, each in results.workloads.items()
    )
    if not results.peak_gflops:
        return "Not measured."
    peak = f"{max(results.peak_gflops):,.0f} GFLOP/s, the peak of {results.peak_source}"
    return (
        f"{titles}\n\nMicroseconds, the median of several rounds; shuffling and gathering rows are included. "
        f"Floor: the step's matrix products at {peak}."
    )


def _disturbed_text(results: Results) -> str:
    if not any(cell.disturbed for cell in results.cells):
        return "Not measured."
    return "Microseconds per step, the median of several rounds."


def _cold_text(results: Results) -> str:
    if not results.cold and not results.megabytes:
        return "Not measured."
    return (
        f"A fresh process, from import to the end of the first step of {results.about.get('cold_workload')}, beyond "
        "importing NumPy and making the data: median seconds, and median peak of memory. Size: the library with all "
        "that it needs, NumPy included, as installed, without compiled bytecode."
    )


# --- tables --------------------------------------------------------------------------------------------


def _medians(results: Results, *, disturbed: bool) -> str:
    if not any(cell.disturbed == disturbed for cell in results.cells):
        return ""
    rows = _rows(results, lambda cell, _: digits(spread(cell.microseconds).median), disturbed=disturbed)
    return _table(["", *results.workloads], rows if disturbed else [*rows, _floor_row(results, 0)])


def _ratios(results: Results) -> str:
    def ratio(cell: Cell, workload: str) -> str:
        ours = results.cell(workload, _OURS)
        if ours is None:
            return _NONE
        return digits(spread(cell.microseconds).median / spread(ours.microseconds).median)

    return _table(["", *results.workloads], _rows(results, ratio, disturbed=False))


def _rows(results: Results, show: Callable[[Cell, str], str], *, disturbed: bool) -> list[list[str]]:
    rows = []
    for peer, label in results.labels.items():
        cells = [results.cell(workload, peer, disturbed=disturbed) for workload in results.workloads]
        if any(cells):
            shown = (_NONE if cell is None else show(cell, cell.workload) for cell in cells)
            rows.append([label, *shown])
    return rows


def _floor_row(results: Results, empty: int) -> list[str]:
    floors = (results.floor(workload) for workload in results.workloads)
    return ["*floor*", *(_NONE if floor is None else digits(floor) for floor in floors), *[""] * empty]


def _spreads(results: Results) -> str:
    head = ["", "", "busy core", "least", "lower quartile", "median", "upper quartile", "rounds", "cores", "others"]
    rows = []
    for cell in results.cells:
        each = spread(cell.microseconds)
        figures = (each.least, each.lower, each.median, each.upper)
        others = f"{np.median(cell.others):.2f}" if cell.others else _NONE
        rows.append(
            [
                cell.workload,
                _label(results, cell.peer),
                "yes" if cell.disturbed else "",
                *map(digits, figures),
                str(each.count),
                f"{np.median(cell.cores):.2f}",
                others,
            ]
        )
    return _table(head, rows)


def _cold(results: Results) -> str:
    names = [name for name in results.labels if name in results.megabytes or _started(results, name)]
    rows = [[_label(results, name), *_cold_figures(results, name)] for name in names]
    return _table(["", "seconds", "memory (MB)", "installed (MB)"], rows) if rows else ""


def _started(results: Results, peer: str) -> bool:
    return any(each.peer == peer for each in results.cold)


def _cold_figures(results: Results, peer: str) -> list[str]:
    each = next((each for each in results.cold if each.peer == peer), None)
    start = (
        [_NONE, _NONE] if each is None else [digits(np.median(each.seconds), 2), f"{np.median(each.megabytes):,.0f}"]
    )
    size = results.megabytes.get(peer)
    return [*start, _NONE if size is None else f"{sum(size.values()):,.0f}"]


def _short_row(results: Results, names: Sequence[str]) -> list[str] | None:
    figures = [_fastest(results, workload, names) for workload in results.workloads]
    if all(figure is None for figure in figures):
        return None
    label = _SHORT_LABELS.get(names[0], _label(results, names[0]))
    shown = (_NONE if figure is None else digits(figure) for figure in figures)
    return [f"**{label}**" if names[0] == _OURS else label, *shown, *_cold_figures(results, names[0])]


def _fastest(results: Results, workload: str, names: Iterable[str]) -> float | None:
    cells = [cell for name in names if (cell := results.cell(workload, name)) is not None]
    return min((spread(cell.microseconds).median for cell in cells), default=None)


# --- remarks -------------------------------------------------------------------------------------------


def _remarks(results: Results) -> str:
    lines = [f"- {where}: {why}" for where, why in results.failed.items()]
    for each in strange_losses(results):
        where = f"{each.workload} {_label(results, each.peer)}"
        lines.append(f"- {where}: a loss of {each.loss:.4g} after {each.steps} steps, unlike the others")
    odd = "## Missing or odd\n\n" + "\n".join(lines) if lines else ""
    return "\n\n".join(part for part in (_agreement(results), odd) if part)


def _agreement(results: Results) -> str:
    """The range of losses per workload."""
    each = []
    for workload, start in results.start_losses.items():
        losses = [each for each in results.losses if each.workload == workload]
        if losses:
            values = [each.loss for each in losses]
            each.append(
                f"{workload} {start:.3g} → {min(values):.4g} to {max(values):.4g} after {losses[0].steps} steps"
            )
    return f"Losses of all libraries after as many steps from the same weights: {'; '.join(each)}." if each else ""


def _label(results: Results, peer: str) -> str:
    return results.labels.get(peer, peer)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ruler, *rows])
