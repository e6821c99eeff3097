"""A run as a self-contained HTML page without scripts, which can be sent by e-mail."""

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
    """Report a run on one page: data, network, training, scores and baseline, plots, how to reproduce it.

    Parameters
    ----------
    run : Run
        From `fit` or `open_run`. Without a folder there is no fingerprint of the data.
    listeners : iterable
        Objects with `report_section(run)`, which returns a `ReportSection` or None, shown before the last section. The
        listeners of a run with a folder need not be passed: their sections are stored there.

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
    >>> "<h2>Reproduce</h2>" in html, "<script" in html
    (True, False)
    """
    own = [section(run) for section in SECTIONS]
    more = [listener.report_section(run) for listener in listeners]
    sections = [section for section in (*own[:-1], *run.sections, *more, own[-1]) if section is not None]
    return page(run.name, lead(run), sections, f"Made by hagang {installed_version()}.")
