"""What different learning rates do to a descent: each one's path, value and verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hagang.errors import ArgumentError
from hagang.minimizing.checks import check_rate
from hagang.minimizing.curvature import curvature_at
from hagang.minimizing.settings import read_settings
from hagang.minimizing.solve import prepare, solve
from hagang.trace import flatten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hagang.minimizing.variables import Array
    from hagang.optim import Optimizer

__all__ = ["RateTrial", "Sweep", "sweep_learning_rates", "verdict_of"]

CRAWLS, CONVERGES, OSCILLATES, OVERSHOOTS, DIVERGES = "crawls", "converges", "oscillates", "overshoots", "diverges"

_NAMED = {
    "decades": tuple(10.0**k for k in range(-5, 2)),
    "thirds": tuple(float(f"{digit}e{k}") for k in range(-4, 1) for digit in (1, 3)),
}


@dataclass(frozen=True)
class RateTrial:
    """One rate of a sweep.

    Parameters
    ----------
    lr : float
        The learning rate.
    verdict : str
        `"crawls"`, `"converges"`, `"oscillates"`, `"overshoots"` or `"diverges"`; see `verdict_of`.
    result : OptimizeResult
        What `minimize` returns at this rate, the path included.
    """

    lr: float
    verdict: str
    result: Any


@dataclass(frozen=True)
class Sweep:
    r"""The rates tried, in rising order; printed, a table.

    Parameters
    ----------
    trials : tuple of RateTrial
        One per rate.
    limit : float or None
        :math:`2 / \lambda_{\max}` of the Hessian at the lowest point: fixed steps above it cannot settle there. None
        where the function does not curve upwards.
    """

    trials: tuple[RateTrial, ...]
    limit: float | None

    def __iter__(self) -> Iterator[RateTrial]:
        return iter(self.trials)

    def __len__(self) -> int:
        return len(self.trials)

    def __getitem__(self, k: int) -> RateTrial:
        return self.trials[k]

    @property
    def best(self) -> RateTrial:
        """The rate that came lowest."""
        return min(self.trials, key=lambda one: one.result.fun)

    def __str__(self) -> str:
        head = f"{'rate':>9}  {'steps':>6}  {'value':>14}  {'gradient':>9}  verdict"
        rows = [_line(one, one is self.best) for one in self.trials]
        foot = [] if self.limit is None else [f"2 / the highest curvature at the lowest point: {self.limit:.6g}"]
        return "\n".join([head, *rows, *foot])


def _line(one: RateTrial, is_best: bool) -> str:
    result = one.result
    last = f"{result.losses[-1]:>14.8g}  {result.gradient_norms[-1]:>9.1e}"
    return f"{one.lr:>9.3g}  {result.nit:>6}  {last}  {one.verdict}{' (lowest)' if is_best else ''}"


def sweep_learning_rates(
    f: Callable[..., Any],
    x0: Any,
    rates: Literal["decades", "thirds"] | Sequence[float] = "decades",
    *,
    args: Any = (),
    method: str | Optimizer = "sgd",
    steps: int = 100,
    schedule: Any = None,
    stop: Any = None,
    bounds: Any = None,
    gradient: Any = "auto",
    seed: int = 0,
) -> Sweep:
    r"""Descend at several learning rates from the same start, and say what each does.

    Parameters
    ----------
    f, x0, args, method, steps, schedule, stop, bounds, gradient, seed
        As for `minimize`; a method that takes a learning rate.
    rates : "decades", "thirds" or sequence of float
        0.00001 to 10 by tens; 0.0001 to 3 by threes (0.0001, 0.0003, 0.001, …); or the rates themselves.

    Returns
    -------
    Sweep
        Its items have `lr`, `verdict` and `result`; printed, it is a table. For a quadratic and fixed steps the
        verdict is `"diverges"` for rates above :math:`2 / \lambda_{\max}`, which `limit` tells.

    Raises
    ------
    ArgumentError
        Where a rate is not positive, or the method takes none.

    Examples
    --------
    >>> print(sweep_learning_rates(lambda x: (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2, [100.0, -10.0], [0.001, 0.1, 0.3]))
         rate   steps           value   gradient  verdict
        0.001     100       6570.7824    1.7e+02  crawls
          0.1     100   3.9851948e-16    4.0e-08  converges (lowest)
          0.3     100   1.1364592e+32    4.3e+16  diverges
    2 / the highest curvature at the lowest point: 0.25
    """
    chosen = _rates(rates)
    common = (steps, schedule, stop, "all", None, None, None)
    settings = [read_settings(method, lr, *common) for lr in chosen]
    objective, points, box = prepare(f, x0, args, settings[0], bounds, gradient, 1, seed)
    results = [solve(objective, each, points[0], box) for each in settings]
    trials = [RateTrial(lr, _verdict(result), result) for lr, result in zip(chosen, results, strict=True)]
    lowest = min(results, key=lambda result: result.fun)
    highest = curvature_at(objective, objective.variables.flat(lowest.x), lowest.fun, box=box).high
    return Sweep(tuple(trials), 2 / highest if highest > 0 else None)


def _rates(rates: Any) -> list[float]:
    if isinstance(rates, str):
        if rates not in _NAMED:
            msg = f"rates: expected 'decades', 'thirds' or a list of rates, received {rates!r}"
            raise ArgumentError(msg)
        return list(_NAMED[rates])
    listed = np.atleast_1d(np.asarray(rates, object)).tolist()
    if not listed:
        msg = "rates: expected at least one learning rate, received none"
        raise ArgumentError(msg)
    for lr in listed:
        check_rate("rates", lr)
    return sorted(map(float, listed))


# --- verdicts ------------------------------------------------------------------------------------------

ARRIVED = 1e-3
"""The share of the first gradient below which a run counts as converged."""

SETTLED = 1e-9
"""The share of it below which rounding decides the direction of a step."""


def _verdict(result: Any) -> str:
    leaves = flatten(result.path)[0]
    points = np.concatenate([leaf.reshape(len(leaf), -1) for leaf in leaves], axis=1)
    return verdict_of(points, result.losses, result.gradient_norms)


def verdict_of(points: Array, values: Array, norms: Array) -> str:
    """What a learning rate did.

    Parameters
    ----------
    points : array, shape (k, n)
        The path.
    values, norms : array, shape (k,)
        The function and the gradient's norm along it.

    Returns
    -------
    str
        - `"diverges"`: a value is not finite, or at the end the value and the gradient rise.
        - `"converges"`: the gradient fell below a thousandth of the first, to and fro or not.
        - `"overshoots"`: a step was thrown higher than the start, or steps go to and fro and gain nothing.
        - `"oscillates"`: most steps turn back on the one before, but the value falls.
        - `"crawls"`: none of these; more steps, or a larger rate, are needed.

    Examples
    --------
    >>> x = 0.5 ** np.arange(20)
    >>> verdict_of(x[:, np.newaxis], x**2, 2 * x)
    'converges'
    """
    if not (np.all(np.isfinite(values)) and np.all(np.isfinite(norms))) or _rises_at_the_end(values, norms):
        return DIVERGES
    above = values[0] + 1e-9 * max(1.0, abs(values[0]))
    if norms[-1] <= ARRIVED * norms[0] and values[-1] <= above:
        return CONVERGES
    turns = _share_of_turns(points, norms)
    if np.max(values) > above or (turns > 0.5 and not _gains(values)):
        return OVERSHOOTS
    return OSCILLATES if turns > 0.5 else CRAWLS


def _rises_at_the_end(values: Array, norms: Array) -> bool:
    """Whether value and gradient grow over the last quarter, with no way back in sight."""
    last = max(2, len(values) // 4)
    if len(values) < 4 or norms[-1] <= SETTLED * norms[0]:
        return False
    rising = np.mean(np.diff(values[-last:]) > 0) > 0.9
    return bool(rising and norms[-1] > norms[-last])


def _gains(values: Array) -> bool:
    """Whether the second half of a run came lower than the first."""
    half = len(values) // 2
    return bool(np.min(values[half:]) < np.min(values[:half]) - 1e-3 * (values[0] - np.min(values)))


def _share_of_turns(points: Array, norms: Array) -> float:
    """The share of steps that go back against the one before, among those that rounding does not decide."""
    moves = np.diff(points[norms > SETTLED * norms[0]], axis=0)
    lengths = np.linalg.norm(moves, axis=1)
    if len(moves) < 2:
        return 0.0
    products = np.sum(moves[1:] * moves[:-1], axis=1)
    return float(np.mean(products < -0.5 * lengths[1:] * lengths[:-1]))
