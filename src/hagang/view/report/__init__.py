"""A run as one page of HTML that can be mailed: no file beside it, no network, no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang._version import installed_version
from hagang.runs.report_section import ReportSection as ReportSection
from hagang.view.report.html import bullets as bullets
from hagang.view.report.html import code as code
from hagang.view.report.html import facts as facts
from hagang.view.report.html import figure as figure
from hagang.view.report.html import paragraph as paragraph
from hagang.view.report.html import table as table
from hagang.view.report.page import page
from hagang.view.report.sections import SECTIONS, lead

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hagang.runs import Run

__all__ = ["ReportSection", "bullets", "code", "facts", "figure", "paragraph", "report", "table"]


def report(run: Run, *, listeners: Iterable[Any] = ()) -> str:
    """Tell of a run on one page: data, network, training, scores beside guessing, pictures, how to do it again.

    Parameters
    ----------
    run : Run
        From `fit` or `open_run`. Of a run in memory the data's fingerprint is missing.
    listeners : iterable
        Objects with `report_section(run)`, which gives a `Section` or None, shown before the last section. Those that
        were listeners of a run with a folder need not be given: what they contributed is kept there.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.nn import Dense, Network
    >>> from hagang.runs import fit
    >>> run = fit(Network([Dense(1)]), (np.eye(3), np.ones(3)), epochs=2)
    >>> html = report(run)
    >>> "<h2>Do it again</h2>" in html, "<script" in html
    (True, False)
    """
    own = [section(run) for section in SECTIONS]
    more = [listener.report_section(run) for listener in listeners]
    sections = [section for section in (*own[:-1], *run.sections, *more, own[-1]) if section is not None]
    return page(run.name, lead(run), sections, f"Made by hagang {installed_version()}.")
