"""Whether a skewed target is learned better in logarithms: both are tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import Finding, Part, Prepared
from hagang.data.skewed import in_logarithms
from hagang.training.fitting import fit

if TYPE_CHECKING:
    from hagang.nn import Network

__all__ = ["Trial", "try_logarithm"]

EPOCHS, SECONDS = 20, 3.0


@dataclass(frozen=True, eq=False)
class Trial:
    """The data to train on, and what the trial told; no findings where nothing was tried."""

    ready: Prepared
    finding: Finding | None = None


def try_logarithm(network: Network, ready: Prepared, **options: Any) -> Trial:
    """Train for a few epochs on a skewed target from 0 up, and on its logarithm, and keep what errs less.

    Parameters
    ----------
    network, ready
        As for `fit`; targets that are not skewed, or without validation rows, are left as they are.
    **options
        Further arguments of `fit`.

    Returns
    -------
    Trial
        The error is the root mean square over the validation rows, in the target's unit.
    """
    logs = in_logarithms(ready)
    if logs is None or not len(ready.validation):
        return Trial(ready)
    plain, curved = (_error(network, data, options) for data in (ready, logs))
    better = curved < plain
    told = (
        f"{ready.target.name!r} is skewed, and {'learned' if better else 'not learned'} as log(1 + y): in a trial the "
        f"error on the validation rows was {curved:.6g} so, and {plain:.6g} as it is"
    )
    finding = Finding("target", told, ready.target.name)
    chosen = logs if better else ready
    return Trial(replace(chosen, findings=(*chosen.findings, finding)), finding)


def _error(network: Network, ready: Prepared, options: dict[str, Any]) -> float:
    run = fit(network, ready, **{"epochs": EPOCHS, "stop": f"time>{SECONDS}s", **options})
    part: Part = ready.validation
    told = ready.target.decode(run.network.outputs(part.X))
    error = float(np.sqrt(np.mean((told - ready.target.decode(part.y)) ** 2)))
    return error if np.isfinite(error) else np.inf
