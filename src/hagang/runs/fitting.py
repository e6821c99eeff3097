"""`fit`: train a network on data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hagang.data.batches import steps_per_epoch
from hagang.errors import ArgumentError
from hagang.runs.recorder import Recorder
from hagang.runs.run import Run, layers_of
from hagang.runs.settings import resolve
from hagang.training.events import LiveRun, RunBegin, RunEnd, check_listeners, tell
from hagang.training.loop import Loop, RunState, run_loop
from hagang.training.trained import TrainedNetwork
from hagang.training.trainer import Trainer

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from hagang.nn import Loss, Network
    from hagang.optim import Optimizer
    from hagang.schedules import Schedule
    from hagang.training.config import Config
    from hagang.training.state import TrainingState

__all__ = ["fit"]


def fit(
    network: Network | TrainedNetwork | Run,
    data: Any,
    *,
    class_weight: str | Mapping[Any, float] | None = None,
    loss: str | Loss | Callable[[Any, Any], Any] | None = None,
    optimizer: str | Optimizer = "adam",
    lr: float | None = None,
    schedule: Any = None,
    epochs: int = 20,
    batch_size: int | str | None = None,
    validation: Any = None,
    score: Any = None,
    stop: Any = None,
    listeners: Sequence[Any] = (),
    seed: int = 0,
    threads: int | None = None,
    precision: str = "float32",
    runtime: str | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Run:
    r"""Train a network by gradient descent on mini-batches.

    Each step computes the loss of a batch, its gradient by backpropagation, and the optimiser's update; each epoch
    visits every row once, in a random order determined by the seed. Equal arguments give bit-identical results.

    Parameters
    ----------
    network : Network, TrainedNetwork or Run
        The layers. A trained network continues from its weights; a run from its end, with the optimiser state and the
        step count, so that 10 epochs plus 10 are bit-identical to 20.
    data : arrays or Prepared
        `(X, y)` or `(X, y, weight)`: X of shape (rows, features); y class codes or labels (rows,), quantities
        (rows,) or (rows, outputs), or several binary labels per row, integers of shape (rows, labels); weight
        (rows,), the weight of each row in the mean loss. Or the result of `hagang.data.prepare`; either of them in
        `Batches`; or your own `DataSource`.
    class_weight : "balanced" or mapping, optional
        Class weights by code or label, or balanced. They multiply the row weights, including those of validation rows.
        A row has the weight of its own class even with label smoothing, where PyTorch weights each class's share.
    loss : str, Loss or callable, optional
        By default cross entropy for classes and the mean squared residual for quantities. A function of
        (output, target) returns one number per row.
    optimizer : str or Optimizer
        A name, with default constants, or an optimiser.
    lr : float, optional
        The learning rate; by default the optimiser's own.
    schedule : str or Schedule, optional
        The learning-rate schedule; by default constant.
    epochs : int
        Maximum passes over the data.
    batch_size : int or "full", optional
        Rows per step; by default a power of two from 16 to 256, depending on the number of rows.
    validation : float or arrays, optional
        The share of the rows to hold out for validation, or other rows, in the form of `data`. With validation, the
        weights of the best epoch are kept.
    score : str or callable, optional
        The criterion for the best epoch instead of the validation loss: a metric by name, or a function of (target,
        prediction) for which higher is better, where the prediction is probabilities (rows, classes) or values. It
        must accept `sample_weight=` if rows are weighted.
    stop : str, rule or sequence of them, optional
        When to stop early: `"patience 10"`, `"gradient<1e-6"`, `"time>60s"`, rules of `hagang.stopping`, or a function
        of the record at the end of each epoch that returns whether to stop.
    listeners : sequence
        Objects with some of `on_run_begin`, `on_chunk_end`, `on_epoch_end`, `on_run_end`; or functions of the record
        at the end of each epoch.
    seed : int
        Determines initialisation, shuffling and split.
    threads : int, optional
        By default the number of available cores; results do not depend on it.
    precision : "float32", "float64" or "bfloat16"
        The dtype of weights and inputs. With "bfloat16" they are float32, but operands of a training step's matrix
        products are rounded to 8 significant bits: faster for large networks on processors with AVX-512 BF16. Sums
        and evaluation are float32.
    runtime : str, optional
        The runtime; by default the fastest available.
    folder : str or path, optional
        A new folder to store the run for `open_run`: configuration, environment, history, the best model so far. It is
        updated during the run, so that a crash loses little.

    Returns
    -------
    Run
        The trained network, its history, scores and reason to stop. Ctrl-C stops cleanly and keeps the best weights.

    Raises
    ------
    ArgumentError, DataError, ShapeError
        If an argument, the data or the network are invalid; the message gives the remedy.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.nn import Dense, Network
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> run = fit(Network([Dense(8, "tanh"), Dense(2)]), (X, [0, 1, 1, 0]), lr=0.05, epochs=200)
    >>> run.network.predict(X)
    array([0, 1, 1, 0])
    """
    check_listeners(listeners, "listeners")
    config, rows = resolve(
        layers_of(network),
        data,
        class_weight=class_weight,
        loss=loss,
        optimizer=optimizer,
        lr=lr,
        schedule=schedule,
        epochs=epochs,
        batch_size=batch_size,
        validation=validation,
        score=score,
        stop=stop,
        seed=seed,
        precision=precision,
        runtime=runtime,
    )
    recorder = Recorder(folder, config, data, rows, listeners, threads=threads, runtime=runtime)
    state, weights = _start(network, config)
    config = replace(config, schedule=_schedule(network, config, steps_per_epoch(len(rows.train), config.batch_size)))
    trainer = Trainer.open(config, rows, state=state, weights=weights, runtime=runtime, threads=threads)
    loop = Loop(trainer, recorder.listeners, config.score)
    run = RunState.begin(loop, state.best if state is not None else None)
    live = LiveRun(trainer, lambda: trainer.network(run.kept.weights))
    tell(loop.listeners, "on_run_begin", _begin(live, run))
    run_loop(loop, run)
    end = RunEnd(run.reason, trainer.epochs_begun, trainer.steps, run.kept.epoch, run.seconds)
    tell(loop.listeners, "on_run_end", end)
    left = None if run.diverged else trainer.state(run.best).at_next_epoch()
    return recorder.close(live.network(), end, run.kept.scores, left)


# --- going on ------------------------------------------------------------------------------------------


def _start(
    network: Network | TrainedNetwork | Run, config: Config
) -> tuple[TrainingState | None, Mapping[str, npt.NDArray[Any]] | None]:
    """The start of a run: the state of an earlier run, or the weights of a trained network."""
    if isinstance(network, TrainedNetwork):
        return None, network.weights
    if not isinstance(network, Run):
        return None, None
    if network.state is None:
        msg = (
            f"network: expected a run to go on from, received one that ended by {network.stopped_by}; pass run.network"
        )
        raise ArgumentError(msg)
    if network.config is None or config.optimizer != network.config.optimizer:
        before = network.config.optimizer if network.config is not None else None
        msg = (
            f"optimizer: expected {before!r}, whose state the run holds, received {config.optimizer!r}; "
            "pass run.network to go on from the weights alone"
        )
        raise ArgumentError(msg)
    return network.state, None


def _schedule(network: Network | TrainedNetwork | Run, config: Config, steps: int) -> Schedule:
    """The schedule over all steps, including those of an earlier run; an adaptive one keeps its state."""
    before = network.state if isinstance(network, Run) else None
    if before is None or not isinstance(network, Run) or network.config is None:
        return config.schedule.bind(config.epochs * steps, steps)
    if config.schedule.is_adaptive and config.schedule == network.config.schedule:
        return before.schedule
    return config.schedule.bind(before.steps + config.epochs * steps, steps)


def _begin(live: LiveRun, run: RunState) -> RunBegin:
    trainer = live.trainer
    return RunBegin(trainer.config, len(trainer.data.train), trainer.epoch_steps, live, run.steering, trainer.epoch)
