"""The training loop: epochs of chunks of steps, reported as events. Results do not depend on the size of chunks."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.batches import steps_per_epoch
from hagang.stopping import Record, StopReason
from hagang.training.events import ChunkEnd, EpochEnd, Halt, tell
from hagang.training.prefetch import Prefetch
from hagang.training.rows import Rows
from hagang.training.state import Snapshot
from hagang.training.steering import Steering
from hagang.training.step import LOSS, NOTICE
from hagang.training.stops import MEASURED, Boundary, boundaries, step_rule, step_verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from hagang.training.rows import Block
    from hagang.training.scoring import Score
    from hagang.training.trainer import Steps, Trainer

__all__ = ["Loop", "RunState", "run_loop"]

_CHUNK_SECONDS = 0.1
INTERRUPTED = StopReason("interrupted (Ctrl-C)", "interrupted")


@dataclass(frozen=True, eq=False)
class Loop:
    """The settings of a training loop.

    Parameters
    ----------
    trainer : Trainer
        Takes the steps.
    listeners : sequence
        Who is told.
    score : Score, optional
        What the epochs are compared by on the watched rows, instead of the loss.
    gradient_norm : bool
        Whether the gradient norm is measured in each epoch's last step; otherwise it is told as NaN.
    keeps_last : bool
        Whether the weights of the last epoch are the answer, even where rows are watched.
    """

    trainer: Trainer
    listeners: Sequence[Any] = ()
    score: Score | None = None
    gradient_norm: bool = True
    keeps_last: bool = False

    @property
    def fuses_epochs(self) -> bool:
        """Whether many epochs can be run in one call: each is a single step, and nothing acts between them."""
        trainer = self.trainer
        return (
            isinstance(trainer.data.train, Rows)
            and trainer.batch_size >= len(trainer.data.train)
            and trainer.data.validation is None
            and not self.gradient_norm
            and not trainer.config.schedule.is_adaptive
            and all(getattr(listener, "may_hear_late", False) for listener in self.listeners)
        )


@dataclass
class RunState:
    """The state of a run in progress."""

    by_chunk: list[Boundary]
    by_epoch: list[Boundary]
    kept: Snapshot
    """The best so far, and in the end the run's answer."""
    best: Snapshot | None = None
    last_scores: dict[str, float] = field(default_factory=dict)
    stopped_by: StopReason | None = None
    diverged: bool = False
    keeps_last: bool = False
    rate: float = 0.0
    gradient_norm: float = math.nan
    steering: Steering = field(default_factory=Steering)
    began: float = field(default_factory=time.perf_counter)
    chunk_steps: int = 1

    @classmethod
    def begin(cls, loop: Loop, best: Snapshot | None = None) -> RunState:
        """The state before the first epoch, or after an earlier run; stopping rules start afresh."""
        rules = boundaries(loop.trainer.config.stop)
        return cls(*rules, best or Snapshot(loop.trainer.weights()), keeps_last=loop.keeps_last)

    @property
    def seconds(self) -> float:
        """Seconds since the run began, without pauses."""
        return time.perf_counter() - self.began - self.steering.idle

    @property
    def reason(self) -> StopReason:
        """Why the run ended."""
        return self.stopped_by or StopReason("unfinished", "unfinished")


def run_loop(loop: Loop, run: RunState) -> RunState:
    """Train until a rule fires, the epochs are done, the loss diverges or the user interrupts; keep the best."""
    trainer = loop.trainer
    last = trainer.epoch + trainer.config.epochs
    source, seed = trainer.data.train, trainer.config.seed
    prefetch = Prefetch(source, lambda epoch: source.blocks(seed, epoch, trainer.batch_size), last)
    try:
        while run.stopped_by is None and trainer.epoch < last:
            fuses = loop.fuses_epochs and not run.by_epoch
            for record in _fused_epochs(loop, run, last) if fuses else _epoch(loop, run, prefetch):
                tell(loop.listeners, "on_epoch_end", record)
                if run.by_epoch:
                    _ask(run, run.by_epoch, _record(record))
    except KeyboardInterrupt:
        run.stopped_by = INTERRUPTED
    except Halt as halt:
        run.stopped_by = halt.reason
    finally:
        prefetch.close()
    done = trainer.config.epochs
    run.stopped_by = run.stopped_by or StopReason(f"epoch limit: {done} epochs done", "epochs", "", {"epochs": done})
    _settle(loop, run)
    return run


def _settle(loop: Loop, run: RunState) -> None:
    """Choose the final weights: the best on the validation rows, the last finite ones, or the last."""
    watched = loop.trainer.data.validation is not None and run.kept.epoch and not run.keeps_last
    run.best = run.kept
    if not (run.diverged or watched):
        run.kept = Snapshot(loop.trainer.weights(), loop.trainer.epochs_begun, scores=run.last_scores)


def _ask(run: RunState, rules: Sequence[Boundary], record: Record) -> None:
    """Check every rule, so that each advances its state; the first that fires gives the reason."""
    fired = [verdict for verdict in [rule.ask(record) for rule in rules] if verdict is not None]
    if fired and run.stopped_by is None:
        run.stopped_by = fired[0].reason
        run.keeps_last = run.keeps_last or not getattr(fired[0].rule, "restore_best", True)


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


def _fused_epochs(loop: Loop, run: RunState, last: int) -> Iterator[EpochEnd]:
    """Many full-batch epochs in one call; their events follow when all are done."""
    trainer = loop.trainer
    before, steps = trainer.epoch, min(run.chunk_steps, last - trainer.epoch)
    taken = _take(loop, run, trainer.data.train.head, None, steps)
    best = run.kept.watched
    if not run.diverged:
        run.kept = Snapshot(trainer.weights(), trainer.epoch, min(best, float(taken.losses.min())))
    for k, (loss, rate) in enumerate(zip(taken.losses.tolist(), taken.rates.tolist()), start=1):
        if np.isfinite(loss):
            at = (before + k, trainer.steps - len(taken.losses) + k)
            yield EpochEnd(*at, loss, None, {}, math.nan, rate, run.seconds, is_best=loss < best)
            best = min(best, loss)


def _epoch(loop: Loop, run: RunState, prefetch: Prefetch) -> Iterator[EpochEnd]:
    """One epoch, block by block; there is no event if a rule ended it early."""
    trainer = loop.trainer
    for block in trainer.remaining(prefetch.blocks(trainer.epoch + 1)):
        _block(loop, run, block)
        if run.stopped_by is not None and (run.diverged or trainer.progress.steps < trainer.epoch_steps):
            return
    yield _close(loop, run, trainer.finish_epoch())


def _block(loop: Loop, run: RunState, block: Block) -> None:
    """Take the steps of a block until a rule fires; the gradient norm is measured in the epoch's last step."""
    trainer = loop.trainer
    done, steps = 0, steps_per_epoch(len(block.order), trainer.batch_size)
    while done < steps and run.stopped_by is None:
        now = min(run.chunk_steps, steps - done)
        measured = loop.gradient_norm and trainer.progress.steps + now == trainer.epoch_steps
        if measured and now > 1:
            now, measured = now - 1, False
        part = block.order[done * trainer.batch_size : (done + now) * trainer.batch_size]
        done += len(_take(loop, run, block.rows, part, now, measured=measured).losses)


def _take(
    loop: Loop, run: RunState, rows: Rows, order: npt.NDArray[np.int64] | None, steps: int, *, measured: bool = False
) -> Steps:
    """Take a chunk of steps, report it, and check the rules between chunks."""
    trainer, began = loop.trainer, time.perf_counter()
    trainer.rate_factor = run.steering.factor
    taken = trainer.take(rows, order, steps, gradient_norm=measured)
    if measured:
        run.gradient_norm = taken.gradient_norm
    else:
        run.chunk_steps = _next_size(steps, time.perf_counter() - began, run.chunk_steps)
    run.rate = float(taken.rates[-1])
    if taken.result.stopped:
        _stop_at_step(trainer, run, taken)
    epoch = trainer.epochs_begun
    tell(loop.listeners, "on_chunk_end", ChunkEnd(epoch, trainer.steps, taken.losses, taken.rates, run.seconds))
    _ask(run, run.by_chunk, Record(step=trainer.steps, epoch=epoch, seconds=run.seconds))
    return taken


def _stop_at_step(trainer: Trainer, run: RunState, taken: Steps) -> None:
    outputs = taken.result.outputs
    if not np.isfinite(taken.losses[-1]):
        run.diverged = True
        run.stopped_by = _divergence(trainer, taken)
        return
    slots = trainer.session.read()
    state = {name: value for name, value in slots.items() if name.startswith(f"{NOTICE}.")}
    last = {field: outputs[name][-1] for field, name in MEASURED.items() if name in outputs}
    verdict = step_verdict(step_rule(trainer.config.stop), state, Record(step=trainer.steps, **last))
    run.diverged, run.stopped_by = verdict.restore_best, verdict.reason


def _next_size(steps: int, seconds: float, last: int) -> int:
    """The number of steps that takes about a tenth of a second, at most ten times the last chunk."""
    enough = int(steps * _CHUNK_SECONDS / max(seconds, 1e-9))
    return max(1, min(enough, 10 * last))


def _divergence(trainer: Trainer, taken: Steps) -> StopReason:
    loss, rate = float(taken.result.outputs[LOSS][-1]), float(taken.rates[-1])
    text = (
        f"divergence: the loss became {loss} at step {trainer.steps} (epoch {trainer.epochs_begun}) at learning rate "
        f"{rate:g}; try lr={rate / 10:g}, or scale the inputs"
    )
    return StopReason(text, "divergence", "", {"loss": loss, "step": trainer.steps, "rate": rate})


def _close(loop: Loop, run: RunState, loss: float) -> EpochEnd:
    """Evaluate the validation rows, keep the weights if they are the best, and update the schedule."""
    trainer, validation = loop.trainer, loop.trainer.data.validation
    seen = None if validation is None else trainer.evaluate(validation, loop.score)
    validation_loss, metrics, score = (None, {}, None) if seen is None else (seen.loss, seen.metrics, seen.score)
    watched = -score if score is not None else loss if validation_loss is None else validation_loss
    scores = {} if validation_loss is None else {"loss": validation_loss, **metrics}
    if loop.score is not None and score is not None:
        scores[loop.score.name] = score
    is_best = watched < run.kept.watched
    if is_best:
        run.kept = Snapshot(trainer.weights(), trainer.epoch, watched, scores)
    run.last_scores = scores
    trainer.schedule = trainer.schedule.observe(watched)
    last = (loss, validation_loss, metrics, run.gradient_norm, run.rate, run.seconds, is_best, score)
    return EpochEnd(trainer.epoch, trainer.steps, *last)
