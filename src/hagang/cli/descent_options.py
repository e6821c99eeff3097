"""The options of `hagang minimize`, each with its help."""

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
    typer.Argument(
        metavar="FUNCTION", help="Of x, a number or a vector, or of variables with names.", show_default=False
    ),
]
Start = Annotated[
    str | None,
    _option(
        "--start",
        metavar="NUMBERS",
        text="100,-10; apples=2,tax=1.1; or drawn: 'normal(2)', 'uniform(2, low=-5, high=5)'.",
        default="normal, where the variables can be counted",
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
Steps = Annotated[int, _option("--steps", metavar="N", text="How many at most.", default=STEPS)]
Schedule = Annotated[
    str | None,
    _option("--schedule", metavar="TEXT", text="How the rate changes: cosine, 'Step(30)', …", default="constant"),
]
Stop = Annotated[
    str | None,
    _option("--stop", metavar="RULE", text="'gradient<1e-6', 'no-change 20 or time>60s', …"),
]
Bounds = Annotated[
    str | None,
    _option("--bounds", metavar="RANGES", text="One a variable, low:high or none: 0:5,-1:,: or a=0:5."),
]
Tolerance = Annotated[float | None, _option("--tol", metavar="NUMBER", text="The method's tolerance.")]
Gradient = Annotated[str, _option("--gradient", metavar="KIND", text="auto, graph or numerical.", default="auto")]
Starts = Annotated[
    int | None, _option("--starts", metavar="N", text="Run from so many starts and list the minima found.")
]
Seed = Annotated[int, _option("--seed", metavar="N", text="Decides what is drawn.", default=0)]
Plot = Annotated[
    Path | None,
    _option("--plot", metavar="FILE", text="Draw the way: .png, .svg, .pdf, .gif, .mp4, or .html to turn and zoom."),
]
Progress = Annotated[
    Path | None,
    _option("--progress", metavar="FILE", text="Draw value and gradient by step, with the rule's threshold."),
]
Csv = Annotated[Path | None, _option("--csv", metavar="FILE", text="Write every step as a row.")]
At = Annotated[str | None, _option("--at", metavar="NUMBERS", text="Where: apples=2,tax=1.1; or 100,-10.")]
Explained = Annotated[Path | None, _option("--out", metavar="FILE", text="Write it too: .svg, .html or .txt.")]
Schedules = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="cosine, one-cycle, 'Step(30)', warmup-cosine, …", show_default=False),
]
Preview = Annotated[Path | None, _option("--plot", metavar="FILE", text="Draw them: .png, .svg, .pdf or .html.")]
FunctionOrModel = Annotated[
    str,
    typer.Argument(metavar="FUNCTION", help="As for hagang minimize; or a model's file.", show_default=False),
]
ExplainedData = Annotated[
    str | None,
    typer.Argument(metavar="DATA", help="For a model: rows that bring the target.", show_default=False),
]
ExplainedWeight = Annotated[
    str | None,
    _option("--weight", metavar="NAME", text="For a model: the chain from one weight, 'layers.0.weights\\[3,2]'."),
]
ExplainedRow = Annotated[int | None, _option("--row", metavar="N", text="For a model: the row, counted from 0.")]
