"""The options of `hagang minimize`, `explain` and `schedule`, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = [
    "STEPS",
    "At",
    "Bounds",
    "Csv",
    "Explained",
    "ExplainedData",
    "ExplainedRow",
    "ExplainedWeight",
    "Function",
    "FunctionOrModel",
    "Gradient",
    "LearningRate",
    "Method",
    "Plot",
    "Preview",
    "Progress",
    "Schedule",
    "Schedules",
    "Seed",
    "Start",
    "Starts",
    "Steps",
    "Stop",
    "Tolerance",
]

STEPS = 1000


def _option(*names: str, metavar: str, text: str, default: object = None) -> Any:
    text = text if default is None else f"{text} [dim]\\[{default}][/]"
    return typer.Option(*names, metavar=metavar, help=text, show_default=False)


Function = Annotated[
    str,
    typer.Argument(metavar="FUNCTION", help="Of x, a number or a vector, or of named variables.", show_default=False),
]
Start = Annotated[
    str | None,
    _option(
        "--start",
        metavar="NUMBERS",
        text="Starting point: 100,-10; apples=2,tax=1.1; or drawn: 'normal(2)', 'uniform(2, low=-5, high=5)'.",
        default="normal, if the number of variables is known",
    ),
]
Method = Annotated[
    str | None,
    _option(
        "--method",
        metavar="NAME",
        text="lbfgs, cg, newton-cg; gd, steepest; sgd (fixed steps), momentum, adam, …, or 'Momentum(0.95)'.",
        default="lbfgs; sgd with --lr",
    ),
]
LearningRate = Annotated[
    float | None,
    _option("--lr", metavar="RATE", text="The learning rate.", default="the optimiser's own"),
]
Steps = Annotated[int, _option("--steps", metavar="N", text="Maximum number of steps.", default=STEPS)]
Schedule = Annotated[
    str | None,
    _option("--schedule", metavar="TEXT", text="Learning-rate schedule: cosine, 'Step(30)', …", default="constant"),
]
Stop = Annotated[
    str | None,
    _option("--stop", metavar="RULE", text="Stopping rule: 'gradient<1e-6', 'no-change 20 or time>60s', …"),
]
Bounds = Annotated[
    str | None,
    _option("--bounds", metavar="RANGES", text="Bounds per variable, low:high, either optional: 0:5,-1:,: or a=0:5."),
]
Tolerance = Annotated[float | None, _option("--tol", metavar="NUMBER", text="Tolerance of the method.")]
Gradient = Annotated[
    str, _option("--gradient", metavar="KIND", text="Gradients: auto, graph or numerical.", default="auto")
]
Starts = Annotated[
    int | None, _option("--starts", metavar="N", text="Number of random starts; lists the minima found.")
]
Seed = Annotated[int, _option("--seed", metavar="N", text="Random seed.", default=0)]
Plot = Annotated[
    Path | None,
    _option("--plot", metavar="FILE", text="Plot the path: .png, .svg, .pdf, .gif, .mp4, or .html (interactive)."),
]
Progress = Annotated[
    Path | None,
    _option("--progress", metavar="FILE", text="Plot value and gradient by step, with the rule's threshold."),
]
Csv = Annotated[Path | None, _option("--csv", metavar="FILE", text="Write one row per step.")]
At = Annotated[str | None, _option("--at", metavar="NUMBERS", text="The point: apples=2,tax=1.1; or 100,-10.")]
Explained = Annotated[Path | None, _option("--out", metavar="FILE", text="Save it as well: .svg, .html or .txt.")]
Schedules = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="cosine, one-cycle, 'Step(30)', warmup-cosine, …", show_default=False),
]
Preview = Annotated[Path | None, _option("--plot", metavar="FILE", text="Plot them: .png, .svg, .pdf or .html.")]
FunctionOrModel = Annotated[
    str,
    typer.Argument(metavar="FUNCTION", help="As for hagang minimize; or a model file.", show_default=False),
]
ExplainedData = Annotated[
    str | None,
    typer.Argument(metavar="DATA", help="For a model: rows with a target column.", show_default=False),
]
ExplainedWeight = Annotated[
    str | None,
    _option("--weight", metavar="NAME", text="For a model: the chain from one weight, 'layers.0.weights\\[3,2]'."),
]
ExplainedRow = Annotated[int | None, _option("--row", metavar="N", text="For a model: the row, counted from 0.")]
