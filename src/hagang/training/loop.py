"""The loop: epochs of chunks of steps, told as events. Results do not depend on how steps fall into chunks."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.batches import steps_per_epoch
from hagang.runtime import Chunk, Result, Session
from hagang.stopping import Record
from hagang.training.events import ChunkEnd, EpochEnd, Halt, tell
from hagang.training.prefetch import Prefetch
from hagang.training.rows import Rows
from hagang.training.scoring import quick_metric
from hagang.training.state import Kept, State
from hagang.training.steering import Steering
from hagang.training.step import GRADIENT_NORM, INPUT, LOSS, NOTICE, PREDICTION, RATE, ROW_LOSS, TARGET, WEIGHT
from hagang.training.stops import MEASURED, Boundary, boundaries, step_rule, step_verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from hagang.program import Program
    from hagang.schedules import Schedule
    from hagang.training.config import Config
    from hagang.training.programs import Programs
    from hagang.training.rows import Block, Source
    from hagang.training.scoring import Score

__all__ = ["Loop", "Outcome", "batch_of", "begin", "end_state", "run_loop", "run_rows"]

_CHUNK_SECONDS = 0.1
_EVALUATION_ROWS = 1024


@dataclass(frozen=True, eq=False)
class Loop:
    """Everything that an epoch needs.

    Parameters
    ----------
    config : Config
        The run's settings, its schedule bound to the number of steps; one that listens hears the watched loss at
        each epoch's end.
    session : Session
        Holds the weights and the optimiser's state.
    programs : Programs
        What is run on it.
    train : Source
        What is trained on.
    validation : Rows or None
        What is watched.
    score : Score, optional
        What the epochs are compared by on the watched rows, instead of the loss.
    gradient_norm : bool
        Whether the gradient's norm is measured in each epoch's last step; otherwise it is told as NaN.
    """

    config: Config
    session: Session
    programs: Programs
    train: Source
    validation: Rows | None
    score: Score | None = None
    listeners: Sequence[Any] = ()
    gradient_norm: bool = True

    @property
    def fuses_epochs(self) -> bool:
        """Whether many epochs may be taken in one call: each is one step, and nobody acts between them."""
        return (
            isinstance(self.train, Rows)
            and self.batch_size >= len(self.train)
            and self.validation is None
            and not self.gradient_norm
            and not self.config.schedule.is_adaptive
            and all(getattr(listener, "may_hear_late", False) for listener in self.listeners)
        )

    @property
    def batch_size(self) -> int:
        """Rows a step."""
        return self.config.batch_size

    @property
    def sums(self) -> bool:
        """Whether the loss sums its rows instead of averaging them."""
        return self.config.loss.reduce == "sum"


@dataclass
class Outcome:
    """How a run goes, while it goes; epochs and steps are counted from where the first run began."""

    schedule: Schedule
    by_chunk: list[Boundary]
    by_epoch: list[Boundary]
    kept: Kept
    """The best so far, and in the end the run's answer."""
    epoch: int = 0
    steps: int = 0
    best: Kept | None = None
    last_scores: dict[str, float] = field(default_factory=dict)
    stopped_by: str = ""
    diverged: bool = False
    keeps_last: bool = False
    rate: float = 0.0
    slope: float = math.nan
    steering: Steering = field(default_factory=Steering)
    began: float = field(default_factory=time.perf_counter)
    chunk_steps: int = 1

    @property
    def seconds(self) -> float:
        """Since the run began, without those that it stood still."""
        return time.perf_counter() - self.began - self.steering.idle


def begin(loop: Loop, state: State | None = None) -> Outcome:
    """Before the first epoch, or where an earlier run ended; stopping rules begin anew."""
    rules = boundaries(loop.config.stop)
    if state is None:
        return Outcome(loop.config.schedule, *rules, Kept(_weights(loop)))
    return Outcome(loop.config.schedule, *rules, state.kept, state.epoch, state.steps)


def run_loop(loop: Loop, outcome: Outcome) -> Outcome:
    """Train until a rule fires, the epochs are done, the loss diverges or a person stops; keep the best weights."""
    last = outcome.epoch + loop.config.epochs
    ahead = Prefetch(loop.train, lambda epoch: loop.train.blocks(loop.config.seed, epoch, loop.batch_size), last)
    try:
        while not outcome.stopped_by and outcome.epoch < last:
            fuses_epochs = loop.fuses_epochs and not outcome.by_epoch
            for record in _fused_epochs(loop, outcome, last) if fuses_epochs else _epoch(loop, outcome, ahead):
                tell(loop.listeners, "on_epoch_end", record)
                if outcome.by_epoch:
                    _ask(outcome, outcome.by_epoch, _record(record))
    except KeyboardInterrupt:
        outcome.stopped_by = "a person (Ctrl-C)"
    except Halt as halt:
        outcome.stopped_by = str(halt)
    finally:
        ahead.close()
    outcome.stopped_by = outcome.stopped_by or f"the number of epochs: {loop.config.epochs} done"
    outcome.best = outcome.kept
    if not (outcome.diverged or (loop.validation is not None and outcome.kept.epoch and not outcome.keeps_last)):
        outcome.kept = Kept(_weights(loop), outcome.epoch, scores=outcome.last_scores)
    return outcome


def end_state(loop: Loop, outcome: Outcome) -> State | None:
    """Where the run stands, for another to go on; none after a divergence."""
    if outcome.diverged:
        return None
    slots = {name: value for name, value in loop.session.read().items() if not name.startswith(f"{NOTICE}.")}
    return State(slots, outcome.epoch, outcome.steps, outcome.schedule, outcome.best or outcome.kept)


def _ask(outcome: Outcome, rules: Sequence[Boundary], record: Record) -> None:
    """Ask every rule, so that each takes notice; the first that fires gives the reason."""
    fired = [verdict for verdict in [rule.ask(record) for rule in rules] if verdict is not None]
    if fired and not outcome.stopped_by:
        outcome.stopped_by = str(fired[0])
        outcome.keeps_last = not getattr(fired[0].rule, "restore_best", True)


def _record(epoch: EpochEnd) -> Record:
    return Record(
        step=epoch.step,
        epoch=epoch.epoch,
        value=epoch.loss,
        gradient_norm=epoch.gradient_norm,
        validation=epoch.validation_loss,
        score=epoch.score,
        seconds=epoch.seconds,
    )


# --- an epoch ------------------------------------------------------------------------------------------


def _fused_epochs(loop: Loop, outcome: Outcome, last: int) -> Iterator[EpochEnd]:
    """Many epochs in one call, each a step over all rows; told when all are done."""
    before, steps = outcome.epoch, min(outcome.chunk_steps, last - outcome.epoch)
    losses, rates = _take(loop, outcome, loop.train.head, None, steps)
    best = outcome.kept.watched
    if not outcome.diverged:
        outcome.kept = Kept(_weights(loop), outcome.epoch, min(best, float(losses.min())))
    for k, (loss, rate) in enumerate(zip(losses.tolist(), rates.tolist()), start=1):
        if np.isfinite(loss):
            at = (before + k, outcome.steps - len(losses) + k)
            yield EpochEnd(*at, loss, None, {}, math.nan, rate, outcome.seconds, is_best=loss < best)
            best = min(best, loss)


def _epoch(loop: Loop, outcome: Outcome, ahead: Prefetch) -> Iterator[EpochEnd]:
    """Every row once, block by block; nothing is told where a rule ended it on the way."""
    outcome.epoch += 1
    total = mass = 0.0
    end = outcome.steps + steps_per_epoch(len(loop.train), loop.batch_size)
    for block in ahead.blocks(outcome.epoch):
        total += _block(loop, outcome, block, end)
        mass += _mass(block.rows, block.order)
        if outcome.stopped_by and (outcome.diverged or outcome.steps < end):
            return
    yield _close(loop, outcome, total if loop.sums else total / mass)


def _block(loop: Loop, outcome: Outcome, block: Block, end: int) -> float:
    """Take the steps of a block until a rule fires, and sum the losses of its rows; the epoch's last is measured."""
    told, done, steps = [np.empty(0)], 0, steps_per_epoch(len(block.order), loop.batch_size)
    while done < steps and not outcome.stopped_by:
        now = min(outcome.chunk_steps, steps - done)
        measured = loop.gradient_norm and outcome.steps + now == end
        if measured and now > 1:
            now, measured = now - 1, False
        part = block.order[done * loop.batch_size : (done + now) * loop.batch_size]
        losses, _ = _take(loop, outcome, block.rows, part, now, measured=measured)
        told.append(losses)
        done += len(losses)
    return _row_total(np.concatenate(told), loop, block)


def _take(
    loop: Loop, outcome: Outcome, rows: Rows, order: npt.NDArray[np.int64] | None, steps: int, *, measured: bool = False
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64]]:
    """Take so many steps along an order, or over all rows each, and tell of them: their losses and rates."""
    began, first = time.perf_counter(), outcome.steps + 1
    rates = _rate(loop, outcome) * outcome.schedule(np.arange(first - 1, first - 1 + steps))
    batch_size = None if order is None else loop.batch_size
    program = loop.programs.measured_step if measured else loop.programs.step
    result = loop.session.run(program, Chunk(batch_of(rows), order, batch_size, steps, first, {RATE: rates}))
    losses, rates = result.outputs[LOSS], rates[: result.steps]
    outcome.steps += result.steps
    outcome.epoch += result.steps if order is None else 0
    if measured:
        outcome.slope = float(result.outputs[GRADIENT_NORM][-1])
    else:
        outcome.chunk_steps = _next_size(steps, time.perf_counter() - began, outcome.chunk_steps)
    outcome.rate = float(rates[-1])
    if result.stopped:
        _stop_at_step(loop, outcome, result, rates)
    chunk = ChunkEnd(outcome.epoch, outcome.steps, losses, rates, outcome.seconds)
    tell(loop.listeners, "on_chunk_end", chunk)
    _ask(outcome, outcome.by_chunk, Record(step=outcome.steps, epoch=outcome.epoch, seconds=outcome.seconds))
    return losses, rates


def _rate(loop: Loop, outcome: Outcome) -> float:
    """What the schedule's factors multiply."""
    return loop.config.lr * outcome.steering.factor


def _stop_at_step(loop: Loop, outcome: Outcome, result: Result, rates: npt.NDArray[np.float64]) -> None:
    losses = result.outputs[LOSS]
    if not np.isfinite(losses[-1]):
        outcome.diverged = True
        outcome.stopped_by = _divergence(losses, rates, outcome)
        return
    slots = loop.session.read()
    state = {name: value for name, value in slots.items() if name.startswith(f"{NOTICE}.")}
    last = {field: result.outputs[name][-1] for field, name in MEASURED.items() if name in result.outputs}
    verdict = step_verdict(step_rule(loop.config.stop), state, Record(step=outcome.steps, **last))
    outcome.diverged, outcome.stopped_by = verdict.restore_best, str(verdict)


def _next_size(steps: int, seconds: float, last: int) -> int:
    """As many steps as take about a tenth of a second, at most ten times the last size."""
    wanted = int(steps * _CHUNK_SECONDS / max(seconds, 1e-9))
    return max(1, min(wanted, 10 * last))


def _divergence(losses: npt.NDArray[Any], rates: npt.NDArray[np.float64], outcome: Outcome) -> str:
    rate = rates[len(losses) - 1]
    return (
        f"divergence: the loss became {losses[-1]} at step {outcome.steps} (epoch {outcome.epoch}) at learning rate "
        f"{rate:g}; try lr={rate / 10:g}, or scale the inputs"
    )


def _row_total(losses: npt.NDArray[Any], loop: Loop, block: Block) -> float:
    """The rows' losses summed, from the means of steps, the last of which may have fewer rows."""
    if loop.sums:
        return float(losses.sum(dtype=np.float64))
    starts = np.arange(len(losses)) * loop.batch_size
    weight = block.rows.weight
    if weight is None:
        masses = np.minimum(loop.batch_size, len(block.order) - starts)
    else:
        taken = block.order[: starts[-1] + loop.batch_size]
        masses = np.add.reduceat(weight[taken].astype(np.float64), starts)
    return float(np.dot(losses.astype(np.float64), masses))


def _mass(rows: Rows, order: npt.NDArray[np.int64]) -> float:
    """What these rows count together."""
    return float(len(order) if rows.weight is None else rows.weight[order].sum(dtype=np.float64))


def batch_of(rows: Rows) -> dict[str, npt.NDArray[Any]]:
    """What a step gathers its rows from."""
    arrays = {INPUT: rows.x, TARGET: rows.y}
    return arrays if rows.weight is None else {**arrays, WEIGHT: rows.weight}


def _close(loop: Loop, outcome: Outcome, loss: float) -> EpochEnd:
    validation_loss, metrics, score = _validate(loop)
    watched = -score if score is not None else loss if validation_loss is None else validation_loss
    scores = {} if validation_loss is None else {"loss": validation_loss, **metrics}
    if loop.score is not None and score is not None:
        scores[loop.score.name] = score
    is_best = watched < outcome.kept.watched
    if is_best:
        outcome.kept = Kept(_weights(loop), outcome.epoch, watched, scores)
    outcome.last_scores = scores
    outcome.schedule = outcome.schedule.observe(watched)
    told = (loss, validation_loss, metrics, outcome.slope, outcome.rate, outcome.seconds, is_best, score)
    return EpochEnd(outcome.epoch, outcome.steps, *told)


def _weights(loop: Loop) -> dict[str, npt.NDArray[Any]]:
    told = loop.session.run(loop.programs.answer, Chunk()).outputs
    return {name: value[0] for name, value in told.items()}


# --- looking at other rows -----------------------------------------------------------------------------


def run_rows(session: Session, program: Program, data: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Run a Program over all rows of the data, some at a time, and join what it says of each."""
    rows = len(data[INPUT])
    steps = max(1, steps_per_epoch(rows, _EVALUATION_ROWS))
    chunk = Chunk(data, batch_size=_EVALUATION_ROWS, steps=steps)
    return dict(session.run(program, chunk).outputs)


def _validate(loop: Loop) -> tuple[float | None, dict[str, float], float | None]:
    """The loss on the watched rows, the metric that a person watches, and the score where one is asked for."""
    rows = loop.validation
    if rows is None:
        return None, {}, None
    told = run_rows(loop.session, loop.programs.evaluate, batch_of(rows))
    prediction, losses = told[PREDICTION], told[ROW_LOSS].astype(np.float64)
    weight = np.ones(len(losses)) if rows.weight is None else rows.weight.astype(np.float64)
    total = float(np.dot(losses, weight))
    score = None if loop.score is None else loop.score(rows.y, prediction, rows.weight)
    return total if loop.sums else total / float(weight.sum()), quick_metric(prediction, rows.y, rows.weight), score
