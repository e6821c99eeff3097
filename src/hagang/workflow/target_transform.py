"""A trial of a skewed target, untransformed and in logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.recipe import target_transform as rule
from hagang.runs import fit

if TYPE_CHECKING:
    from hagang.data import Prepared
    from hagang.nn import Network

__all__ = ["transform_target"]


def transform_target(network: Network, data: Prepared, **options: Any) -> Prepared:
    """Train briefly on a skewed target from 0 up and on its logarithm, and keep the one with the lower error.

    Parameters
    ----------
    network, data
        As for `fit`; a target that is not skewed, or data without validation rows, is left as it is.
    **options
        Further arguments of `fit`.

    Returns
    -------
    Prepared
        With a finding that gives both errors, root mean squares over the validation rows in the target's unit.
    """
    in_logs = rule.candidate(data)
    if in_logs is None:
        return data
    error, log_error = (_error(network, each, options) for each in (data, in_logs))
    return rule.keep_better(data, in_logs, error, log_error)


def _error(network: Network, data: Prepared, options: dict[str, Any]) -> float:
    run = fit(network, data, **{"epochs": rule.EPOCHS, "stop": f"time>{rule.SECONDS}s", **options})
    part = data.validation
    residuals = data.target.decode(run.network.outputs(part.X)) - data.target.decode(part.y)
    error = float(np.sqrt(np.mean(residuals**2)))
    return error if np.isfinite(error) else np.inf
