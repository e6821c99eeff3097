"""The course of an estimator's training: hagang's trainer set up from its parameters, and where it stands."""

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
from hagang.runtime import open_session
from hagang.stopping import rule as find_rule
from hagang.training.config import Config
from hagang.training.events import RunBegin, RunEnd, tell
from hagang.training.history import History
from hagang.training.loop import Loop, Outcome, begin, end_state, run_loop
from hagang.training.programs import programs
from hagang.training.quasi_newton import descend
from hagang.training.rows import Rows
from hagang.training.step import Model, slots_of
from hagang.training.stops import step_rule

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.estimators.prepared import Prepared
    from hagang.estimators.rows import Shuffled, SparseRows
    from hagang.nn import Loss, Network
    from hagang.program import Program
    from hagang.training.state import State

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
        self.state: State | None = None
        self.seen = 0
        self.order: npt.NDArray[np.int64] | None = None
        self.loop: Loop | None = None
        self.outcome: Outcome | None = None
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
        return {**vars(self), "state": self.stands(), "loop": None, "outcome": None, "prepared": None}

    def stands(self) -> State | None:
        """Where the training stands."""
        if self.loop is None or self.outcome is None:
            return self.state
        return end_state(self.loop, self.outcome)

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
            self.loop = self.outcome = None

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
        loop, outcome = self._opened(estimator, rows, watched, [history, *listeners_of(estimator, data, self._now)])
        before = outcome.epoch
        steps = steps_per_epoch(len(rows), loop.batch_size)
        tell(loop.listeners, "on_run_begin", RunBegin(loop.config, len(rows), steps, None, outcome.steering, before))
        self._went(estimator, run_loop(loop, outcome), before)
        end = RunEnd(outcome.stopped_by, outcome.epoch, outcome.steps, outcome.kept.epoch, outcome.seconds)
        tell(loop.listeners, "on_run_end", end)
        self._let_go(loop)
        return self._left(estimator, history, outcome.epoch - before, len(rows), watched is not None)

    def once(self, estimator: Any, x: Any, y: npt.NDArray[Any], weight: Any) -> dict[str, Any]:
        """One epoch, from where the last one ended."""
        rows = self._ordered(estimator, x, y, weight)
        history = History()
        again = self._again(estimator, rows, history)
        loop, outcome = again or self._opened(estimator, rows, None, [history], once=True)
        run_loop(loop, outcome)
        self._check(outcome)
        self._let_go(loop)
        return self._left(estimator, history, 1, len(rows), False)

    def _ordered(self, estimator: Any, x: Any, y: npt.NDArray[Any], weight: Any) -> Shuffled | SparseRows:
        rows = in_order(x, y, weight, estimator._random_state if estimator.shuffle else None, self.order)
        self.order = rows.order
        return rows

    def _again(self, estimator: Any, rows: Any, history: History) -> tuple[Loop, Outcome] | None:
        """The loop of the last call, where its Programs and its session serve for these rows and parameters."""
        loop, outcome = self.loop, self.outcome
        if loop is None or outcome is None:
            return None
        config = self._configured(estimator, rows, False, once=True)
        before, kept, new = loop.config, loop.train.head, rows.head
        fits = (before.penalty, before.optimizer, before.stop, before.precision, kept.weight is None) == (
            (config.penalty, config.optimizer, config.stop, config.precision, new.weight is None)
        )
        if not fits:
            return None
        self.loop = replace(loop, train=rows, listeners=[history], config=config)
        outcome.stopped_by = ""
        outcome.schedule = outcome.schedule if config.schedule.is_adaptive else config.schedule
        return self.loop, outcome

    def _let_go(self, loop: Loop) -> None:
        """Keep no rows alive once they have been trained on."""
        head = loop.train.head
        weight = None if head.weight is None else head.weight[:0].copy()
        none = Rows(np.empty((0, self.inputs), head.x.dtype), head.y[:0].copy(), weight)
        self.loop = replace(loop, train=none, validation=None, score=None, listeners=())

    def _opened(
        self, estimator: Any, rows: Any, watched: tuple[Any, Rows] | None, listeners: list[Any], *, once: bool = False
    ) -> tuple[Loop, Outcome]:
        config = self._configured(estimator, rows, watched is not None, once=once)
        state, model = self.stands(), self._model(config)
        slots = slots_of(model, config.optimizer, step_rule(config.stop))
        left = {} if state is None else dict(state.slots)
        if state is not None and (self.config is None or self.config.optimizer != config.optimizer):
            left = {name: value for name, value in left.items() if name in self.weights}
        slots.update({name: np.asarray(value).astype(slots[name].dtype) for name, value in left.items()})
        loop = Loop(
            config=config,
            session=open_session(slots, threads=usable_threads(estimator.threads)),
            programs=programs(model, config, rows.head),
            train=rows,
            validation=None if watched is None else watched[1],
            score=config.score if watched is None else score_of(estimator, *watched),
            listeners=listeners,
            gradient_norm=False,
        )
        self.config, self.loop = config, loop
        self.outcome = begin(loop, state)
        if state is not None and config.schedule.is_adaptive and isinstance(state.schedule, type(config.schedule)):
            self.outcome.schedule = state.schedule
        self.outcome.keeps_last = not estimator.early_stopping
        return loop, self.outcome

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
        done = self.outcome.steps if self.outcome is not None else 0
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

    def _model(self, config: Config) -> Model:
        return Model(
            self.network, self.loss, self.params, self.buffers, (1.0, 0.0), config.dtype, self.seed, config.penalty
        )

    def _descend(self, estimator: Any, rows: Any) -> dict[str, Any]:
        if hasattr(rows.x, "toarray"):
            rows = in_order(rows.x.toarray(), rows.y, rows.weight, None)
        loop, outcome = self._opened(estimator, rows, None, [], once=True)
        found = descend(
            loop, iterations=int(estimator.max_iter), evaluations=int(estimator.max_fun), tol=float(estimator.tol)
        )
        if not found.converged:
            warnings.warn(
                f"lbfgs failed to converge after {found.iterations} iteration(s): {found.said}.\n\n"
                "Increase the number of iterations (max_iter) or scale the data.",
                ConvergenceWarning,
                stacklevel=5,
            )
        outcome.kept = begin(loop).kept
        self._check(outcome)
        self._let_go(loop)
        return {**self._fitted(), "loss_": found.loss, "n_iter_": found.iterations, "t_": 0}

    # --- what a run leaves behind ---

    def _went(self, estimator: Any, outcome: Outcome, before: int) -> None:
        self._check(outcome)
        if outcome.stopped_by.startswith("a person"):
            warnings.warn("Training interrupted by user.", stacklevel=5)
        if outcome.stopped_by.startswith("the number of epochs") and outcome.epoch - before == estimator.max_iter:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached and the optimization hasn't "
                "converged yet.",
                ConvergenceWarning,
                stacklevel=5,
            )

    def _check(self, outcome: Outcome) -> None:
        finite = all(np.isfinite(array).all() for array in outcome.kept.weights.values())
        if outcome.diverged or not finite:
            why = outcome.stopped_by if outcome.diverged else "a weight is not finite"
            msg = (
                f"Solver produced non-finite parameter weights. The input data may contain large values and need to be "
                f"preprocessed: {why}"
            )
            raise DataError(msg)

    def _fitted(self) -> dict[str, Any]:
        """The attributes that say what was learned."""
        outcome = self.outcome
        kept = {} if outcome is None else outcome.kept.weights
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
        outcome = self.outcome
        if self.loop is not None and outcome is not None:
            course.outcome = replace(outcome, kept=begin(self.loop).kept)
        course.loop = None
        left = course._fitted()
        course.outcome = None
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
