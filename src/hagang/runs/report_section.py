"""A section of a run's report, which any listener may contribute."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ReportSection"]


@dataclass(frozen=True)
class ReportSection:
    """A section of a report.

    Parameters
    ----------
    title : str
        Its heading, as text.
    html : str
        What stands under it. Texts that come from data must be escaped; `hagang.view.report` has functions that do it.
        Scripts do not run in a report, and nothing is fetched.
    """

    title: str
    html: str
