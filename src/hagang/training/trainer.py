"""The Trainer: a model in training, with its Programs, session and state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import Classes
from hagang.data.batches import steps_per_epoch
from hagang.runtime import Chunk, open_session
from hagang.training.evaluate import Evaluation, batch_of, evaluate
from hagang.training.programs import Programs, programs
from hagang.training.state import EpochProgress, Snapshot, TrainingState
from hagang.training.step import GRADIENT_NORM, LOSS, NOTICE, RATE, Model, slots_of
from hagang.training.stops import step_rule
from hagang.training.trained import TrainedNetwork

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy.typing as npt

    from hagang.runtime import Result, Session
    from hagang.schedules import Schedule
    from hagang.training.config import Config
    from hagang.training.inputs import TrainingData
    from hagang.training.rows import Block, Rows
    from hagang.training.scoring import Score

    Array = npt.NDArray[Any]

__all__ = ["Steps", "Trainer"]


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps taken in one call.

    Parameters
    ----------
    losses, rates : ndarray, shape (steps,)
        The loss and the learning rate of each.
    result : Result
        What the runtime said: every output of each step, and whether the Program ended the chunk.
    """

    losses: Array
    rates: npt.NDArray[np.float64]
    result: Result

    @property
    def gradient_norm(self) -> float:
        """The gradient norm of the last step, before its update; NaN if not measured."""
        norms = self.result.outputs.get(GRADIENT_NORM)
        return float("nan") if norms is None else float(norms[-1])


@dataclass(eq=False)
class Trainer:
    """A model in training; used by `fit`, the estimators and trials.

    It takes steps, looks at rows, and gives and takes its state; it asks no stopping rule and tells nobody
    (`run_loop` does).

    Parameters
    ----------
    config : Config
        The settings.
    data : TrainingData
        The rows to train on, and those to watch.
    model : Model
        The network with its loss.
    programs : Programs
        What is run: a training step, an evaluation, a prediction.
    session : Session
        Holds the slots: weights, buffers, the optimiser's state.
    schedule : Schedule
        Bound to the number of steps.
    epoch, steps : int
        How many whole epochs and how many steps were done, counted from where the first run began.
    progress : EpochProgress
        Of an epoch that has begun.
    rate_factor : float
        What the schedule's learning rates are multiplied by.
    """

    config: Config
    data: TrainingData
    model: Model
    programs: Programs
    session: Session
    schedule: Schedule
    epoch: int = 0
    steps: int = 0
    progress: EpochProgress = field(default_factory=EpochProgress)
    rate_factor: float = 1.0

    @classmethod
    def open(
        cls,
        config: Config,
        data: TrainingData,
        *,
        model: Model | None = None,
        state: TrainingState | None = None,
        weights: Mapping[str, Array] | None = None,
        runtime: str | None = None,
        threads: int | None = None,
    ) -> Trainer:
        """Open a session for a model.

        Parameters
        ----------
        config : Config
            The settings; its schedule is bound to the number of steps.
        data : TrainingData
            The rows.
        model : Model, optional
            By default the configuration's network, its weights drawn by the configuration's seed.
        state : TrainingState, optional
            Where another training stood, to go on there exactly.
        weights : mapping of str to array, optional
            By path; they take the place of those drawn, or of the state's.
        runtime, threads : optional
            As for `fit`.
        """
        model = model or Model.of(config, data)
        slots = slots_of(model, config.optimizer, step_rule(config.stop))
        for name, value in {**(state.slots if state is not None else {}), **(weights or {})}.items():
            slots[name] = np.asarray(value).astype(slots[name].dtype)
        trainer = cls(
            config=config,
            data=data,
            model=model,
            programs=programs(model, config, data.train.head),
            session=open_session(slots, runtime=runtime, threads=threads),
            schedule=config.schedule,
        )
        if state is not None:
            trainer.epoch, trainer.steps, trainer.progress = state.epoch, state.steps, state.progress
        return trainer

    @property
    def batch_size(self) -> int:
        """Rows per step."""
        return self.config.batch_size

    @property
    def epoch_steps(self) -> int:
        """Steps per epoch."""
        return steps_per_epoch(len(self.data.train), self.batch_size)

    @property
    def epochs_begun(self) -> int:
        """The number of complete epochs, plus the current one."""
        return self.epoch + (self.progress.steps > 0)

    @property
    def sums_loss(self) -> bool:
        """Whether the loss sums its rows instead of averaging them."""
        return self.config.loss.reduce == "sum"

    # --- steps ---

    def take(
        self, rows: Rows, order: npt.NDArray[np.int64] | None, steps: int, *, gradient_norm: bool = False
    ) -> Steps:
        """Take steps over rows in the given order, or over all rows each; fewer if the Program stops.

        The loss that is not finite, and a stopping rule that acts at the very step, end them.
        """
        rates = self.config.lr * self.rate_factor * self.schedule(np.arange(self.steps, self.steps + steps))
        program = self.programs.measured_step if gradient_norm else self.programs.step
        batch_size = None if order is None else self.batch_size
        chunk = Chunk(batch_of(rows), order, batch_size, steps, self.steps + 1, {RATE: rates})
        result = self.session.run(program, chunk)
        self.steps += result.steps
        losses = result.outputs[LOSS]
        if order is None:
            self.epoch += result.steps
        else:
            self.progress = self.progress.after(losses, _masses(rows, order, self.batch_size)[: result.steps])
        return Steps(losses, rates[: result.steps], result)

    def remaining(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The part of the current epoch's blocks that remains."""
        skipped = self.progress.steps * self.batch_size
        for block in blocks:
            if skipped < len(block.order):
                yield replace(block, order=block.order[skipped:]) if skipped else block
            skipped = max(0, skipped - len(block.order))

    def train_steps(self, steps: int) -> npt.NDArray[np.float64]:
        """Take this many steps, across epochs; returns the loss of each.

        Fewer where the loss is not finite, or a stopping rule that acts at the very step fires.
        """
        losses: list[Array] = []
        left, ended = steps, False
        while left and not ended:
            for block in self.remaining(self.data.train.blocks(self.config.seed, self.epoch + 1, self.batch_size)):
                now = min(left, steps_per_epoch(len(block.order), self.batch_size))
                taken = self.take(block.rows, block.order[: now * self.batch_size], now)
                losses.append(taken.losses)
                left, ended = left - now, taken.result.stopped
                if ended or not left:
                    break
            if self.progress.steps == self.epoch_steps:
                self.finish_epoch()
        return np.concatenate(losses or [np.empty(0)]).astype(np.float64)

    def finish_epoch(self) -> float:
        """Finish the current epoch; returns its loss."""
        loss = self.progress.loss(summed=self.sums_loss)
        self.epoch, self.progress = self.epoch + 1, EpochProgress()
        return loss

    # --- looking ---

    def evaluate(self, rows: Rows, score: Score | None = None) -> Evaluation:
        """Loss, metric and score of rows with the weights for prediction."""
        return evaluate(
            self.session, self.programs.evaluate, rows, task=self.data.task, summed=self.sums_loss, score=score
        )

    def weights(self) -> dict[str, Array]:
        """The weights for prediction, by path: an average if the optimiser keeps one."""
        outputs = self.session.run(self.programs.answer, Chunk()).outputs
        return {name: value[0] for name, value in outputs.items()}

    def network(self, weights: Mapping[str, Array] | None = None) -> TrainedNetwork:
        """The trained network with these weights, or the current ones."""
        target, features = self.data.target, self.data.features
        return TrainedNetwork(
            program=self.programs.predict,
            weights=self.weights() if weights is None else weights,
            task=self.data.task,
            network=self.config.network,
            features=features,
            target=target if isinstance(target, Classes) or features is not None else None,
            about={"config": self.config.describe()},
        )

    # --- state ---

    def state(self, best: Snapshot | None = None) -> TrainingState:
        """The state of the training, with the best weights so far, by default the current ones."""
        slots = {name: value for name, value in self.session.read().items() if not name.startswith(f"{NOTICE}.")}
        best = best or Snapshot(self.weights(), self.epoch)
        return TrainingState(slots, self.epoch, self.steps, self.schedule, best, self.progress)

    def branch(self, *, threads: int | None = None, **changes: Any) -> Trainer:
        """A separate Trainer that starts from this state, with changes to the configuration."""
        config = replace(self.config, schedule=self.schedule, **changes)
        return Trainer.open(config, self.data, model=self.model, state=self.state(), threads=threads)

    def rebind(self, config: Config, data: TrainingData) -> bool:
        """Continue with other rows and settings in the same session, if its Programs allow; returns whether they do.

        They do where the optimiser, the stopping rule, the penalty, the precision and the presence of weights are the
        same.
        """
        before, head, other = self.config, self.data.train.head, data.train.head
        now = (before.penalty, before.optimizer, before.stop, before.precision, head.weight is None)
        if now != (config.penalty, config.optimizer, config.stop, config.precision, other.weight is None):
            return False
        self.config, self.data = config, data
        self.schedule = self.schedule if config.schedule.is_adaptive else config.schedule
        return True


def _masses(rows: Rows, order: npt.NDArray[np.int64], batch_size: int) -> npt.NDArray[np.float64]:
    """The total weight of the rows of each step; the last may have fewer rows."""
    starts = np.arange(0, len(order), batch_size)
    if rows.weight is None:
        return np.minimum(batch_size, len(order) - starts).astype(np.float64)
    return np.add.reduceat(rows.weight[order].astype(np.float64), starts)
