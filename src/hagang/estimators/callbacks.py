"""Who hears of an estimator's epochs: the user's functions, scikit-learn's callbacks, lines and bars of progress."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hagang.estimators import translate
from hagang.training.events import check_listeners
from hagang.training.progress import progress

if TYPE_CHECKING:
    from hagang.training.events import EpochEnd, RunBegin, RunEnd

__all__ = ["CallbackSupport", "ScikitCallbacks", "listeners_of"]

try:
    from sklearn.callback import CallbackSupportMixin as CallbackSupport
except ImportError:  # scikit-learn before 1.9 has no callbacks

    class CallbackSupport:  # type: ignore[no-redef]
        """Nothing: this scikit-learn has no callbacks."""


class _Verbose:
    """scikit-learn's own lines."""

    def __init__(self, estimator: Any) -> None:
        self._adaptive = translate.is_adaptive(estimator)
        self._stalled = translate.stalled_of(estimator, watches=estimator.early_stopping, each_step=False)
        self._rate: float | None = None

    def on_epoch_end(self, record: EpochEnd) -> None:
        if self._adaptive and self._rate is not None and record.rate < self._rate:
            print(f"{self._stalled.message} Setting learning rate to {record.rate:f}")
        self._rate = record.rate
        print(f"Iteration {record.epoch}, loss = {record.loss:.8f}")
        if record.score is not None:
            print(f"Validation score: {record.score:f}")

    def on_run_end(self, record: RunEnd) -> None:
        if record.stopped_by.rule.startswith("stalled"):
            print(f"{record.stopped_by} {'Learning rate too small. ' if self._adaptive else ''}Stopping.")


class ScikitCallbacks:
    """Tells each epoch to the callbacks that `set_callbacks` was given, as a task of `fit`.

    Parameters
    ----------
    estimator : estimator
        What is being fitted.
    data : mapping
        X, y and metadata, for callbacks that ask for them.
    state : callable
        Gives the attributes of a fitted estimator as training stands now.
    """

    def __init__(self, estimator: Any, data: dict[str, Any], state: Any) -> None:
        self._estimator, self._data, self._state = estimator, data, state
        self._context: Any = None
        self._epoch: Any = None

    def on_run_begin(self, record: RunBegin) -> None:
        self._context = self._estimator._init_callback_context(max_subtasks=record.config.epochs)
        self._context.call_on_fit_task_begin(estimator=self._estimator, **self._data)
        self._epoch = self._begin()

    def _begin(self) -> Any:
        context = self._context.subcontext(task_name="epoch")
        return context.call_on_fit_task_begin(estimator=self._estimator, **self._data)

    def on_epoch_end(self, record: EpochEnd) -> None:
        del record
        ended = {**self._data, "reconstruction_attributes": self._state()}
        epoch, self._epoch = self._epoch, None
        if epoch.call_on_fit_task_end(estimator=self._estimator, **ended):
            msg = "A callback asked to stop."
            raise StopIteration(msg)

    def on_chunk_end(self, record: Any) -> None:
        """The first chunk of an epoch: its task begins."""
        del record
        if self._epoch is None:
            self._epoch = self._begin()

    def on_run_end(self, record: RunEnd) -> None:
        del record
        if self._epoch is not None:
            self._epoch.call_on_fit_task_end(estimator=self._estimator)
        self._context.call_on_fit_task_end(
            estimator=self._estimator, **self._data, reconstruction_attributes=self._state()
        )


def listeners_of(estimator: Any, data: dict[str, Any], state: Any) -> list[Any]:
    """Those whom the parameters, and `set_callbacks`, ask for."""
    given = estimator.callbacks or ()
    heard = list(given) if isinstance(given, list | tuple) else [given]
    check_listeners(heard, "callbacks")
    if estimator.verbose:
        heard.append(_Verbose(estimator))
    if estimator.progress_bar:
        heard.append(progress(sys.stderr))
    if getattr(estimator, "_skl_callbacks", None) or hasattr(estimator, "_parent_callback_ctx"):
        heard.append(ScikitCallbacks(estimator, data, state))
    return heard
