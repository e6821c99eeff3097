"""`train`: from data to a trained, scored and saved model."""

from __future__ import annotations

from dataclasses import fields
from difflib import get_close_matches
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, ParamSpec

from hagang.errors import ArgumentError
from hagang.recipe import defaults
from hagang.workflow import pipeline
from hagang.workflow.config import read_config
from hagang.workflow.data import with_values
from hagang.workflow.options import Options

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hagang.nn import Initialiser, Loss
    from hagang.optim import Optimizer
    from hagang.runs import Run

__all__ = ["train"]

P = ParamSpec("P")

_NAMES = frozenset(field.name for field in fields(Options))
_OF_THE_TERMINAL = ("json", "print_config", "quiet")


def _options_of(work: Callable[P, Run]) -> Callable[P, Run]:
    """Refuse options that `work` does not have, and take those that are not given from the file `config`."""
    known = list(signature(work).parameters)

    @wraps(work)
    def with_config(*args: P.args, **kwargs: P.kwargs) -> Run:
        _check_names(kwargs, known)
        if kwargs.get("config") is None:
            return work(*args, **kwargs)
        options: dict[str, Any] = read_config(kwargs["config"])  # type: ignore[arg-type]
        source = {} if args else {"data": options.get("source")}
        options = {name: value for name, value in options.items() if name in _NAMES}
        return work(*args, **{**source, **options, **kwargs})

    return with_config


def _check_names(names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name in known:
            continue
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        if name in _OF_THE_TERMINAL:
            hint = "; it belongs to the command line, and listeners= hear what a training does"
        msg = f"{name}: expected an option of train, received one it does not know{hint}"
        raise ArgumentError(msg)


@_options_of
def train(
    data: Any = None,
    *,
    target: Any = None,
    task: str | None = None,
    drop: str | Sequence[str] = (),
    scale: str | Mapping[str, str] | None = None,
    log_target: bool = True,
    folds: int | None = None,
    validation: Any = defaults.VALIDATION,
    test: Any = defaults.TEST,
    weight: Any = None,
    class_weight: str | Mapping[Any, float] | None = None,
    group: Any = None,
    time: Any = None,
    part: Any = None,
    header: bool | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    types: Mapping[str, str] | None = None,
    missing: str | Sequence[str] = (),
    stream: bool | None = None,
    memory: str | int | None = None,
    hidden: str | int | Sequence[int] | None = None,
    activation: str | Callable[[Any], Any] = defaults.ACTIVATION,
    init: str | Initialiser | None = None,
    norm: str = "none",
    residual: bool = False,
    dropout: str | float | tuple[float, float] = 0.0,
    noise: float = 0.0,
    loss: str | Loss | Callable[[Any, Any], Any] | None = None,
    label_smoothing: float = 0.0,
    precision: str = defaults.PRECISION,
    optimizer: str | Optimizer = defaults.OPTIMIZER,
    lr: float | None = None,
    weight_decay: float | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    max_norm: float | None = None,
    clip_norm: float | None = None,
    ema_decay: float = defaults.EMA_DECAY,
    schedule: Any = defaults.SCHEDULE,
    batch_size: int | str | None = None,
    drop_last: bool = False,
    balanced: bool = False,
    epochs: int = defaults.EPOCHS,
    patience: int = defaults.PATIENCE,
    stop: Any = None,
    seed: int = defaults.SEED,
    threads: int | None = None,
    out: str | os.PathLike[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    watch: bool = False,
    force: bool = False,
    listeners: Sequence[Any] = (),
    config: str | os.PathLike[str] | None = None,
) -> Run:
    """Read data, train a network on it, score it on rows held out, and save it.

    It does what the command `hagang train` does, with the same options, and gives the same bits.

    Parameters
    ----------
    data : str, path, table or arrays
        A file, a folder or a set by name; a pandas, polars or Arrow table; a dict of columns; an array of shape (rows,
        columns); or `(X, y)` or `(X, y, weight)`. `hagang.data.load` lists what can be read.
    target : str, int or array, optional
        The column to predict: its name, its position (the first is 1) or ``"last"``; or the values, one per row.
    task : "classification" or "regression", optional
        By default decided by the target's values.
    drop : str or sequence of str
        Columns to leave out.
    scale : str or mapping of str to str, optional
        ``"standard"``, ``"minmax"``, ``"robust"`` or ``"none"``; by column in a mapping, whose key ``""`` stands for
        the others. By default ``"standard"``, and ``"minmax"`` for images.
    log_target : bool
        Whether to try a skewed target from 0 up as log(1 + y), and keep it where the validation error is lower.
    folds : int, optional
        First cross-validate with this many folds; `run.record["folds"]` has the scores.
    validation : float or data
        The share of the rows that is watched, not trained on, or other rows, in any form of `data`.
    test : float or data
        The share of the rows that is scored at the end, or other rows, in any form of `data`.
    weight : str, int or array, optional
        How much each row counts: a column, or the values.
    class_weight : "balanced" or mapping, optional
        How much the rows of each class count, by label; or so that all classes count the same.
    group, time, part : str, int or array, optional
        Columns that decide the split: rows of one group stay together; the earliest are trained on and the latest
        tested; or each row says "train", "validation" or "test".
    header : bool, optional
        Whether a text file's first row names the columns; detected by default.
    separator : str, optional
        What separates a text file's cells; detected by default.
    encoding : str, optional
        How a text file's letters are written, as ``"cp949"``; detected by default.
    types : mapping of str to str, optional
        What columns are: ``"text"``, ``"words"`` (NA, null and the like are values), ``"number"``,
        ``"decimal-point"``, ``"decimal-comma"``, ``"date"``, ``"day-first"`` or ``"month-first"``; detected by default.
    missing : str or sequence of str
        More words that mean "no value".
    stream : bool, optional
        Convert the table once to a compact form on disk, beside `out`, and read it block by block; by default where it
        needs more than `memory`.
    memory : str or int, optional
        Memory to stay within, as ``"2GB"``; half of the machine's by default.
    hidden : str, int or sequence of int, optional
        The width of each hidden layer, as ``(100, 50)`` or ``"100,50"``; ``()`` or ``"none"`` for a linear model. By
        default 100, and 256 and 128 from 500 training rows on.
    activation : str or callable
        Of the hidden layers.
    init : str or Initialiser, optional
        How weights are drawn; by default what suits the activation, and close to zero for the outputs.
    norm : "none", "batch", "layer" or "rms"
        Normalisation before each activation.
    residual : bool
        Add a hidden layer's input to its output where both are equally wide.
    dropout : float or (float, float)
        The rate of the hidden layers' outputs; or of the inputs, and of these.
    noise : float
        The standard deviation of Gaussian noise added to the scaled inputs while training.
    loss : str, Loss or callable, optional
        By default cross entropy for classes, mean squared error for quantities.
    label_smoothing : float
        The share of each row's class that is spread over all classes.
    precision : "float32", "float64" or "bfloat16"
        As for `fit`.
    optimizer : str or Optimizer
        By name, with its default constants, or itself.
    lr : float, optional
        The learning rate; the optimiser's own by default.
    weight_decay : float, optional
        Decoupled weight decay, times the learning rate per step; by default 0.3 with Adam without `l1` and `l2`.
    l1, l2 : float
        Penalties: this times the sum of the weights' magnitudes, and half of this times the sum of their squares.
    max_norm : float, optional
        Bound on the norm of each unit's incoming weights.
    clip_norm : float, optional
        Bound on the gradient's norm.
    ema_decay : float
        Of the exponential moving average of the weights; 0 disables it.
    schedule : str or Schedule
        How the learning rate changes.
    batch_size : int, "full" or "auto", optional
        Rows per step; ``"auto"`` tries sizes by the loss reached in the same time, and `run.record["batch_sizes"]`
        has the trials. By default 16 to 256, by the number of rows.
    drop_last : bool
        Leave out a last batch that is not full.
    balanced : bool
        Draw rows so that every class fills the same share of a batch.
    epochs : int
        Maximum passes over the data.
    patience : int
        Stop after this many epochs without a lower validation loss; 0 for never.
    stop : str, rule or sequence of them, optional
        A further stopping rule, as for `fit`.
    seed : int
        Decides split, initial weights and shuffling.
    threads : int, optional
        By default the cores that the process may use; results do not depend on it.
    out : str or path, optional
        Where to save the model.
    folder : str or path, optional
        Where to keep the run, as for `fit`.
    watch : bool
        With `folder`, record what happens inside the network, by layer, for the report.
    listeners : sequence
        As for `fit`; they may also have `on_data`, `on_conversion`, `on_folds` and `on_batch_size`.
    force : bool
        Whether `out` may replace a file that is no model of hagang's. What is read is never written over.
    config : str or path, optional
        A TOML file with options, as `hagang train --print-config` writes it; those that are given here take precedence.

    Returns
    -------
    Run
        `run.network` predicts from raw tables like `data`; `run.record` has the options, findings, scores beside the
        baseline, and what the command prints besides.

    Raises
    ------
    ArgumentError, DataError, FileFormatError
        Where an option, the data or a file does not fit; the message says what would.
    TrainingError
        Where the training ended before its first epoch was done.

    Examples
    --------
    >>> run = train("iris", hidden=(20,), epochs=60, lr=0.01)
    >>> run.network.about["scores"]["accuracy"] > 0.9
    True
    >>> train("iris", hiden=20)
    Traceback (most recent call last):
    ...
    hagang.errors.ArgumentError: hiden: expected an option of train, received one it does not know; did you mean hidden?
    """
    values = {name: value for name, value in locals().items() if name in _NAMES}
    if data is None:
        msg = "data: expected a path, a table, an array, (X, y) or (X, y, weight), received None"
        raise ArgumentError(msg)
    source, values = with_values(data, values)
    return pipeline.run(source, Options.of(**values), listeners)
