"""The options that `hagang` knows, each with its help. A default, or what decides it, stands at the end in brackets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hagang.cli import recipe

__all__ = [
    "Activation",
    "Average",
    "BatchSize",
    "Data",
    "Drop",
    "Epochs",
    "Header",
    "Hidden",
    "LearningRate",
    "Loss",
    "Model",
    "Optimizer",
    "Out",
    "Patience",
    "Precision",
    "Predictions",
    "Quiet",
    "Scale",
    "Schedule",
    "Seed",
    "Separator",
    "Stop",
    "Target",
    "Task",
    "Test",
    "Threads",
    "Validation",
    "WeightDecay",
]

_DATA, _NETWORK, _DESCENT, _RUN, _OPTIONS = "Data", "Network", "Descent", "Run", "Options"


def _option(*names: str, metavar: str, text: str, panel: str, default: object = None, least: int | None = None) -> Any:
    text = text if default is None else f"{text} [dim]\\[{default}][/]"
    return typer.Option(*names, metavar=metavar, help=text, rich_help_panel=panel, show_default=False, min=least)


def _flag(*names: str, text: str, panel: str) -> Any:
    return _option(*names, metavar=" ", text=text, panel=panel)


def _argument(metavar: str, text: str) -> Any:
    return typer.Argument(metavar=metavar, help=text, show_default=False)


# --- what is worked on ---------------------------------------------------------------------------------

_SOURCES = (
    "A table (CSV, TSV, Parquet; also .gz), a folder of MNIST's four files, a NumPy .npz file, or one of "
    "digits, iris, wine, breast_cancer, diabetes."
)

Data = Annotated[str, _argument("DATA", _SOURCES)]
Model = Annotated[Path, _argument("MODEL", "A model that hagang train has saved.")]
Predictions = Annotated[
    Path | None, _option("--out", "-o", metavar="FILE", text="A CSV file to write.", panel=_OPTIONS, default="stdout")
]

# --- data ----------------------------------------------------------------------------------------------

Target = Annotated[
    str | None,
    _option(
        "--target",
        "-t",
        metavar="COLUMN",
        text="The column to predict: its name, its position (the first is 1) or last.",
        panel=_DATA,
    ),
]
Task = Annotated[
    str | None,
    _option(
        "--task", metavar="KIND", text="classification or regression.", panel=_DATA, default="by the target's values"
    ),
]
Drop = Annotated[
    list[str] | None, _option("--drop", metavar="COLUMN", text="Leave a column out; repeatable.", panel=_DATA)
]
Scale = Annotated[
    str | None,
    _option(
        "--scale",
        metavar="HOW",
        text="standard, minmax or none.",
        panel=_DATA,
        default="standard; images: minmax",
    ),
]
Validation = Annotated[
    float,
    _option(
        "--validation",
        metavar="SHARE",
        text="Share of the rows to watch, not to train on.",
        panel=_DATA,
        default=recipe.VALIDATION,
    ),
]
Test = Annotated[
    str,
    _option(
        "--test",
        metavar="SHARE|DATA",
        text="Share of the rows to score at the end, or other rows.",
        panel=_DATA,
        default=recipe.TEST,
    ),
]
Header = Annotated[
    bool | None,
    _flag("--header/--no-header", text="Whether the first row names the columns. [dim]\\[found][/]", panel=_DATA),
]
Separator = Annotated[
    str | None,
    _option("--separator", metavar="TEXT", text="Between a text file's cells.", panel=_DATA, default="found"),
]

# --- network -------------------------------------------------------------------------------------------

Hidden = Annotated[
    str | None,
    _option(
        "--hidden",
        metavar="SIZES",
        text="Units of each hidden layer, as 100,50; none for a linear model.",
        panel=_NETWORK,
        default=f"100; 256,128 from {recipe.SMALL:,} rows",
    ),
]
Activation = Annotated[
    str,
    _option(
        "--activation",
        metavar="NAME",
        text="relu, tanh, sigmoid, softplus or identity.",
        panel=_NETWORK,
        default=recipe.ACTIVATION,
    ),
]
Loss = Annotated[
    str | None,
    _option(
        "--loss",
        metavar="NAME",
        text="cross_entropy, focal, hinge, …; mean_squared, mean_absolute, 'Huber(delta=0.5)', 'Quantile(q=0.9)', …",
        panel=_NETWORK,
        default="the task's first",
    ),
]
Precision = Annotated[
    str,
    _option("--precision", metavar="TYPE", text="float32 or float64.", panel=_NETWORK, default=recipe.PRECISION),
]

# --- descent -------------------------------------------------------------------------------------------

Optimizer = Annotated[
    str,
    _option(
        "--optimizer",
        metavar="NAME",
        text="adam, momentum, sgd, rmsprop, lion, …, or 'Adam(beta1=0.8)'.",
        panel=_DESCENT,
        default=recipe.OPTIMIZER,
    ),
]
LearningRate = Annotated[
    float | None,
    _option("--lr", metavar="RATE", text="The learning rate.", panel=_DESCENT, default="the optimiser's own"),
]
WeightDecay = Annotated[
    float | None,
    _option(
        "--weight-decay",
        metavar="RATE",
        text="Shrink the weights by this times the learning rate at each step.",
        panel=_DESCENT,
        default=f"{recipe.WEIGHT_DECAY} with adam",
    ),
]
Average = Annotated[
    float,
    _option(
        "--average",
        metavar="SHARE",
        text="Keep a fading mean of the weights, this much of it at each step; 0 for none.",
        panel=_DESCENT,
        default=recipe.AVERAGE,
    ),
]
Schedule = Annotated[
    str,
    _option(
        "--schedule",
        metavar="TEXT",
        text="How the rate changes: constant, cosine, plateau, 'Step(step_size=30)', …",
        panel=_DESCENT,
        default=recipe.SCHEDULE,
    ),
]
BatchSize = Annotated[
    str | None,
    _option("--batch-size", metavar="N|full", text="Rows a step.", panel=_DESCENT, default="16 to 256, by the rows"),
]
Epochs = Annotated[
    int,
    _option(
        "--epochs",
        metavar="N",
        text="At most so many times over the rows.",
        panel=_DESCENT,
        default=recipe.EPOCHS,
        least=1,
    ),
]
Patience = Annotated[
    int,
    _option(
        "--patience",
        metavar="N",
        text="Stop after so many epochs without a better validation loss; 0 for never.",
        panel=_DESCENT,
        default=recipe.PATIENCE,
        least=0,
    ),
]
Stop = Annotated[
    str | None,
    _option("--stop", metavar="RULE", text="A further reason to stop: 'time>60s', 'loss<0.01', …", panel=_DESCENT),
]

# --- run -----------------------------------------------------------------------------------------------

Seed = Annotated[
    int,
    _option(
        "--seed", metavar="N", text="Decides split, start and shuffling.", panel=_RUN, default=recipe.SEED, least=0
    ),
]
Threads = Annotated[
    int | None,
    _option("--threads", metavar="N", text="Results do not depend on it.", panel=_RUN, default="all cores", least=1),
]
Out = Annotated[
    Path, _option("--out", "-o", metavar="FILE", text="Where the model goes.", panel=_RUN, default=recipe.OUT)
]
Quiet = Annotated[bool, _flag("--quiet", "-q", text="Print nothing but errors.", panel=_RUN)]
