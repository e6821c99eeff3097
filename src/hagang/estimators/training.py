"""An estimator's training: the Trainer set up from its parameters, and what a fit leaves behind."""

from __future__ import annotations

import copy
import math
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from hagang.data.batches import steps_per_epoch
from hagang.errors import ArgumentError, DataError
from hagang.estimators import translate
from hagang.estimators.callbacks import listeners_of
from hagang.estimators.prepared import usable_threads
from hagang.estimators.rows import in_order
from hagang.estimators.scoring import score_of
from hagang.stopping import rule as find_rule
from hagang.training.config import Config
from hagang.training.events import RunBegin, RunEnd, tell
from hagang.training.history import History
from hagang.training.inputs import TrainingData
from hagang.training.loop import Loop, RunState, run_loop
from hagang.training.programs import programs
from hagang.training.quasi_newton import descend
from hagang.training.rows import Rows
from hagang.training.state import Snapshot
from hagang.training.step import Model
from hagang.training.trainer import Trainer

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.estimators.prepared import Prepared
    from hagang.estimators.rows import RowOrder, Shuffled, SparseRows
    from hagang.nn import Loss, Network
    from hagang.program import Program
    from hagang.training.state import TrainingState

__all__ = ["Course"]

_BATCH = 200
_OUT = {"binary": "logistic", "multilabel": "logistic", "multiclass": "softmax", "regression": "identity"}


class Course:
    """What is trained, and where it stands. What a run holds open is not pickled; its state is."""

    def __init__(self, estimator: Any, x: Any, y: npt.NDArray[Any], random: np.random.RandomState) -> None:
        self.kind = estimator._kind()
        self.outputs = estimator._outputs_for(y)
        self.network: Network = translate.network_of(estimator, self.outputs)
        self.loss: Loss = translate.loss_of(estimator, self.kind, self.outputs)
        self.inputs = int(x.shape[1])
        self.seed = int(random.randint(2**31)) if np.any(estimator.dropout) else 0
        self.params = translate.start_of(estimator, self.network, self.inputs, random)
        self.buffers = self.network.buffers((self.inputs,))
        self.head = Rows(np.empty((0, self.inputs), x.dtype), y[:0].copy())
        self.config: Config | None = None
        self.weights: dict[str, npt.NDArray[Any]] = {}
        self.state: TrainingState | None = None
        self.seen = 0
        self.order: RowOrder | None = None
        self.trainer: Trainer | None = None
        self.ended: RunState | None = None
        self.prepared: Prepared | None = None

    @classmethod
    def begin(
        cls, estimator: Any, x: Any, y: npt.NDArray[Any], random: np.random.RandomState, *, goes_on: bool
    ) -> Course:
        """A new course, or the one that the estimator has been on."""
        if not goes_on:
            return cls(estimator, x, y, random)
        course: Course = estimator._course
        if course.network != translate.network_of(estimator, course.outputs):
            msg = (
                "a fit that goes on expects the layers that it began with; they were changed since. Call fit with "
                "warm_start=False, or clone the estimator"
            )
            raise ArgumentError(msg)
        course._take_over(estimator)
        return course

    # --- where it stands ---

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "state": self.stands(), "trainer": None, "ended": None, "prepared": None}

    def stands(self) -> TrainingState | None:
        """Where the training stands."""
        if self.trainer is None or self.ended is None:
            return self.state
        return None if self.ended.diverged else self.trainer.state(self.ended.best or self.ended.kept).at_next_epoch()

    def weights_with(self, coefs: Any, intercepts: Any) -> dict[str, npt.NDArray[Any]]:
        """The weights, with these in the dense layers."""
        weights = dict(self.weights)
        for path, coef, intercept in zip(translate.dense_paths(self.network), coefs, intercepts, strict=True):
            weights[f"{path}.weights"] = coef
            if f"{path}.bias" in weights:
                weights[f"{path}.bias"] = intercept
            elif np.any(intercept):
                msg = f"intercepts_: expected zeros for {path}, which is under a normalisation, received {intercept}"
                raise ArgumentError(msg)
        return weights

    def _take_over(self, estimator: Any) -> None:
        """Go on from arrays that a user put into `coefs_` or `intercepts_`."""
        now = self.weights_with(estimator.coefs_, estimator.intercepts_)
        changed = {name: np.asarray(array) for name, array in now.items() if self.weights[name] is not array}
        if changed:
            state = self.stands()
            self.state = None if state is None else replace(state, slots={**state.slots, **changed})
            self.weights |= changed
            self.trainer = self.ended = None

    def program(self) -> Program:
        """From rows to predictions."""
        if self.config is None:
            msg = "expected a course that has begun"
            raise ArgumentError(msg)
        return programs(self._model(self.config), self.config, self.head).predict

    # --- a run ---

    def run(
        self, estimator: Any, x: Any, y: npt.NDArray[Any], weight: Any, watched: tuple[Any, Rows] | None, data: Any
    ) -> dict[str, Any]:
        """Train until a rule fires or the epochs are done; gives the estimator's attributes."""
        self.loss.check_target(y)
        rows = self._ordered(estimator, x, y, weight)
        if estimator.solver == "lbfgs" and estimator.optimizer is None:
            return self._descend(estimator, rows)
        history = History()
        loop, run = self._opened(estimator, rows, watched, [history, *listeners_of(estimator, data, self._now)])
        trainer, before = loop.trainer, loop.trainer.epoch
        begin = RunBegin(trainer.config, len(rows), trainer.epoch_steps, None, run.steering, before)
        tell(loop.listeners, "on_run_begin", begin)
        run_loop(loop, run)
        self._warn(estimator, run)
        end = RunEnd(run.reason, trainer.epochs_begun, trainer.steps, run.kept.epoch, run.seconds)
        tell(loop.listeners, "on_run_end", end)
        self._let_go()
        return self._left(estimator, history, trainer.epochs_begun - before, len(rows), watched is not None)

    def once(self, estimator: Any, x: Any, y: npt.NDArray[Any], weight: Any) -> dict[str, Any]:
        """One epoch, from where the last one ended."""
        rows = self._ordered(estimator, x, y, weight)
        history = History()
        loop, run = self._again(estimator, rows, history) or self._opened(estimator, rows, None, [history], once=True)
        run_loop(loop, run)
        self._check(run)
        self._let_go()
        return self._left(estimator, history, 1, len(rows), False)

    def _ordered(self, estimator: Any, x: Any, y: npt.NDArray[Any], weight: Any) -> Shuffled | SparseRows:
        rows = in_order(x, y, weight, estimator._random_state if estimator.shuffle else None, self.order)
        self.order = rows.order
        return rows

    def _again(self, estimator: Any, rows: Any, history: History) -> tuple[Loop, RunState] | None:
        """The session of the last call, where it serves for these rows and parameters."""
        if self.trainer is None or self.ended is None:
            return None
        config = self._configured(estimator, rows, False, once=True)
        if not self.trainer.rebind(config, self._data(rows, None)):
            return None
        loop = Loop(self.trainer, [history], gradient_norm=False, keeps_last=not estimator.early_stopping)
        run = RunState.begin(loop, self.ended.kept)
        run.chunk_steps = self.ended.chunk_steps
        self.ended = run
        return loop, run

    def _let_go(self) -> None:
        """Keep no rows alive once they have been trained on."""
        if self.trainer is not None:
            head = self.trainer.data.train.head
            weight = None if head.weight is None else head.weight[:0].copy()
            none = Rows(np.empty((0, self.inputs), head.x.dtype), head.y[:0].copy(), weight)
            self.trainer.data = self._data(none, None)

    def _data(self, rows: Any, watched: Rows | None) -> TrainingData:
        return TrainingData(rows, watched, self.kind if self.kind in ("multilabel", "regression") else "classification")

    def _opened(
        self, estimator: Any, rows: Any, watched: tuple[Any, Rows] | None, listeners: list[Any], *, once: bool = False
    ) -> tuple[Loop, RunState]:
        config = self._configured(estimator, rows, watched is not None, once=once)
        state = self.stands()
        if state is not None and (self.config is None or self.config.optimizer != config.optimizer):
            state = replace(state, slots={name: value for name, value in state.slots.items() if name in self.weights})
        trainer = Trainer.open(
            config,
            self._data(rows, None if watched is None else watched[1]),
            model=self._model(config),
            state=state,
            threads=usable_threads(estimator.threads),
        )
        if state is not None and config.schedule.is_adaptive and isinstance(state.schedule, type(config.schedule)):
            trainer.schedule = state.schedule
        loop = Loop(
            trainer,
            listeners,
            score=None if watched is None else score_of(estimator, *watched),
            gradient_norm=False,
            keeps_last=not estimator.early_stopping,
        )
        self.config, self.trainer = config, trainer
        self.ended = RunState.begin(loop, state.best if state is not None else None)
        return loop, self.ended

    def _configured(self, estimator: Any, rows: Any, watches: bool, *, once: bool) -> Config:
        count = len(rows)
        batch_size = min(_BATCH, count) if estimator.batch_size == "auto" else int(min(estimator.batch_size, count))
        if estimator.batch_size != "auto" and estimator.batch_size > count:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=4
            )
        steps = steps_per_epoch(count, batch_size)
        decides = watches and estimator.early_stopping
        stalled = translate.stalled_of(estimator, watches=decides, each_step=steps == 1)
        schedule = translate.schedule_of(estimator, count, steps, stalled)
        epochs = 1 if once else int(estimator.max_iter)
        done = self._steps_done()
        return Config(
            network=self.network,
            loss=self.loss,
            optimizer=translate.optimizer_of(estimator),
            schedule=schedule.bind(done + epochs * steps, steps),
            stop=find_rule(None) if once else translate.stop_of(estimator, stalled),
            lr=float(estimator.learning_rate_init),
            epochs=epochs,
            batch_size=batch_size,
            seed=self.seed,
            precision=str(rows.x.dtype),
            penalty=float(estimator.alpha),
        )

    def _steps_done(self) -> int:
        if self.trainer is not None:
            return self.trainer.steps
        return self.state.steps if self.state is not None else 0

    def _model(self, config: Config) -> Model:
        return Model(
            self.network, self.loss, self.params, self.buffers, (1.0, 0.0), config.dtype, self.seed, config.penalty
        )

    def _descend(self, estimator: Any, rows: Any) -> dict[str, Any]:
        if hasattr(rows.x, "toarray"):
            rows = in_order(rows.x.toarray(), rows.y, rows.weight, None)
        loop, run = self._opened(estimator, rows, None, [], once=True)
        found = descend(
            loop.trainer,
            iterations=int(estimator.max_iter),
            evaluations=int(estimator.max_fun),
            tol=float(estimator.tol),
        )
        if not found.converged:
            warnings.warn(
                f"lbfgs failed to converge after {found.iterations} iteration(s): {found.said}.\n\n"
                "Increase the number of iterations (max_iter) or scale the data.",
                ConvergenceWarning,
                stacklevel=5,
            )
        run.kept = Snapshot(loop.trainer.weights())
        self._check(run)
        self._let_go()
        return {**self._fitted(), "loss_": found.loss, "n_iter_": found.iterations, "t_": 0}

    # --- what a run leaves behind ---

    def _warn(self, estimator: Any, run: RunState) -> None:
        """Say what scikit-learn says of a run that did not converge."""
        self._check(run)
        if run.reason.kind == "interrupted":
            warnings.warn("Training interrupted by user.", stacklevel=5)
        if run.reason.kind == "epochs" and not run.reason.rule:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached and the optimization hasn't "
                "converged yet.",
                ConvergenceWarning,
                stacklevel=5,
            )

    def _check(self, run: RunState) -> None:
        finite = all(np.isfinite(array).all() for array in run.kept.weights.values())
        if run.diverged or not finite:
            why = run.reason if run.diverged else "a weight is not finite"
            msg = (
                f"Solver produced non-finite parameter weights. The input data may contain large values and need to be "
                f"preprocessed: {why}"
            )
            raise DataError(msg)

    def _fitted(self) -> dict[str, Any]:
        """The attributes that say what was learned."""
        kept = {} if self.ended is None else self.ended.kept.weights
        self.weights = {name: translate.frozen(np.asarray(value)) for name, value in kept.items()}
        self.prepared = None
        paths = translate.dense_paths(self.network)
        exponent = getattr(self.loss, "name", "") == "poisson"
        return {
            "coefs_": [self.weights[f"{path}.weights"] for path in paths],
            "intercepts_": [self._intercept(path) for path in paths],
            "n_layers_": len(paths) + 1,
            "n_outputs_": self.outputs,
            "out_activation_": "exp" if exponent else _OUT[self.kind],
        }

    def _intercept(self, path: str) -> npt.NDArray[Any]:
        weights, bias = self.weights[f"{path}.weights"], self.weights.get(f"{path}.bias")
        return translate.frozen(np.zeros(weights.shape[1:], weights.dtype)) if bias is None else bias

    def _now(self) -> dict[str, Any]:
        """The attributes of an estimator fitted so far; its course is a copy, which training leaves alone."""
        course = copy.copy(self)
        if self.trainer is not None and self.ended is not None:
            course.ended = replace(self.ended, kept=Snapshot(self.trainer.weights()))
        course.trainer = None
        left = course._fitted()
        course.ended = None
        return {**left, "_course": course}

    def _left(self, estimator: Any, history: History, epochs: int, rows: int, watched: bool) -> dict[str, Any]:
        fresh = self.seen == 0
        self.seen += epochs * rows
        before = [] if fresh else list(getattr(estimator, "loss_curve_", []))
        curve = before + history.losses
        left = {
            **self._fitted(),
            "loss_": curve[-1] if curve else math.nan,
            "loss_curve_": curve,
            "best_loss_": None if estimator.early_stopping else min(curve, default=math.inf),
            "n_iter_": epochs,
            "t_": self.seen,
            "validation_scores_": None,
            "best_validation_score_": None,
        }
        if watched:
            earlier = [] if fresh else getattr(estimator, "validation_scores_", None) or []
            losses = [] if fresh else getattr(estimator, "validation_loss_curve_", [])
            scores = list(earlier) + history.scores
            left |= {
                "validation_scores_": scores,
                "best_validation_score_": max(scores, default=None),
                "validation_loss_curve_": list(losses) + history.validation_losses,
            }
        return left
