"""Whether a skewed target is trained on in logarithms: what to try, for how long, and which of the two to keep."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hagang.data import Finding
from hagang.data.skewed import in_logarithms

if TYPE_CHECKING:
    from hagang.data import Prepared

__all__ = ["EPOCHS", "SECONDS", "candidate", "keep_better"]

EPOCHS, SECONDS = 20, 3.0
"""How long each trial lasts at most."""


def candidate(data: Prepared) -> Prepared | None:
    """The same data with the target's logarithm, where that is worth a trial.

    Returns
    -------
    Prepared or None
        None where the target is not a skewed quantity from 0 up, or without validation rows to compare on.
    """
    return in_logarithms(data) if len(data.validation) else None


def keep_better(data: Prepared, in_logs: Prepared, error: float, log_error: float) -> Prepared:
    """Whichever has the lower validation error, with a finding that gives both.

    Parameters
    ----------
    data, in_logs
        The data as it is, and what `candidate` gave.
    error, log_error
        Root mean squared errors on the validation rows, in the target's unit.
    """
    better = log_error < error
    how = "trained on" if better else "not trained on"
    text = (
        f"{data.target.name!r} is skewed, and {how} as log(1 + y): in a trial the RMSE on the validation rows was "
        f"{log_error:.6g} that way, and {error:.6g} untransformed"
    )
    chosen = in_logs if better else data
    return replace(chosen, findings=(*chosen.findings, Finding("target", text, data.target.name)))
