"""What can be typed: the commands and how their help reads.

A command's work is imported when it runs, so that help appears at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hagang.cli import descent_options as d
from hagang.cli import options as o

__all__ = ["app"]

app = typer.Typer(
    name="hagang",
    help="Train neural networks on tables and small images, and minimise functions.",
    epilog="Start with [bold]hagang train digits[/], then see [bold]hagang train --help[/].\n\n"
    "Exit status: 0 success, 2 error, 130 interrupted.",
    rich_markup_mode="rich",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(chosen: bool) -> None:
    if chosen:
        import hagang

        print(f"hagang {hagang.__version__}")
        raise typer.Exit


@app.callback()
def hagang(
    version: Annotated[
        bool, typer.Option("--version", metavar=" ", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of every command."""


_TRAIN = """\
[bold]Examples[/]

hagang train digits

hagang train houses.csv --target price --out houses.safetensors

hagang train train.csv --target last --test test.csv --hidden 100,50

hagang train digits --dropout 0.2 --print-config > run.toml, then hagang train --config run.toml

[bold]Ctrl-C[/] stops the training early: the best weights so far are scored and saved, with exit status 0. A second
Ctrl-C aborts, with exit status 130.
"""


@app.command(epilog=_TRAIN)
@o.takes(*o.TRAIN, o.ConfigOptions)
def train(
    data: o.DataOptions,
    network: o.NetworkOptions,
    descent: o.DescentOptions,
    run: o.RunOptions,
    config: o.ConfigOptions,
) -> None:
    """Train a network on DATA, score it on held-out rows, and save it."""
    if config.print_config:
        from hagang.cli.config import to_toml

        print(to_toml([data, network, descent, run]))
        return
    from hagang.cli import train as command

    command.run(data, network, descent, run, config.config)


_INSPECT = """\
[bold]Examples[/]

hagang inspect houses.csv --target price

Without a target it describes the columns only. Nothing is written.
"""


@app.command(epilog=_INSPECT)
@o.takes(o.DataOptions)
def inspect(data: o.DataOptions) -> None:
    """Describe how DATA is read, and what would train badly."""
    from hagang.cli import inspect as command

    command.run(data)


_PREDICT = """\
[bold]Examples[/]

hagang predict model.safetensors new.csv

hagang predict model.safetensors new.csv --out predictions.csv

hagang predict model.safetensors new.csv --keep id,name --out predictions.parquet

DATA needs the columns of the training data, in any order; others are ignored. The output has one row per row of DATA.
"""


@app.command(epilog=_PREDICT)
def predict(
    model: o.Model,
    data: o.Data,
    out: o.Predictions = None,
    force: o.Force = False,
    keep: o.Keep = None,
    header: o.Header = None,
    separator: o.Separator = None,
    encoding: o.Encoding = None,
    types: o.Types = None,
    missing: o.Missing = None,
) -> None:
    """Predict each row of DATA: class and probabilities, or value."""
    from hagang.cli import predict as command
    from hagang.cli.source import Source

    source = Source.typed(data, header, separator, encoding, types, missing)
    command.run(model, source, out, keep or (), force=force)


@app.command()
def evaluate(
    model: o.Model,
    data: o.Data,
    header: o.Header = None,
    separator: o.Separator = None,
    encoding: o.Encoding = None,
    types: o.Types = None,
    missing: o.Missing = None,
) -> None:
    """Score a model on DATA with a target column."""
    from hagang.cli import evaluate as command
    from hagang.cli.source import Source

    command.run(model, Source.typed(data, header, separator, encoding, types, missing))


@app.command()
def show(model: o.Model) -> None:
    """Describe a model: layers, columns, target, training, scores."""
    from hagang.cli import show as command

    command.run(model)


@app.command()
def runs(directory: o.RunsIn = Path("runs")) -> None:
    """List the runs in a folder, oldest first."""
    from hagang.cli import runs as command

    command.run(directory)


@app.command()
def compare(folders: o.Runs, plot: o.Curves = None, force: o.Force = False) -> None:
    """Compare runs: settings, data, versions, outcome."""
    from hagang.cli import compare as command

    command.run(folders, plot, force)


_REPORT = """\
[bold]Example[/]

hagang train digits --folder runs/first

hagang report runs/first --out report.html
"""


@app.command(epilog=_REPORT)
def report(folder: o.Run, out: o.Page = Path("report.html"), force: o.Force = False) -> None:
    """Write a report of a run: one self-contained HTML page."""
    from hagang.cli import report as command

    command.run(folder, out, force)


_MINIMIZE = """\
[bold]Examples[/]

hagang minimize "(x\\[0]-2)**2 + 4*(x\\[1]-3)**2" --start 100,-10 --lr 0.01 --steps 1000 --plot path.png

hagang minimize "(x\\[0]**2 + x\\[1] - 11)**2 + (x\\[0] + x\\[1]**2 - 7)**2" --starts 50

hagang minimize "(price - 3)**2 + exp(cost)*price" --start price=1,cost=0 --bounds cost=-1:1

FUNCTION is arithmetic on numbers, variables and NumPy functions by name (sin, exp, sum, where, …); it is parsed, never
run as Python. If it begins with a minus, put -- before it, and the options before that.
"""


@app.command(epilog=_MINIMIZE)
def minimize(
    function: d.Function,
    start: d.Start = None,
    method: d.Method = None,
    lr: d.LearningRate = None,
    steps: d.Steps = d.STEPS,
    schedule: d.Schedule = None,
    stop: d.Stop = None,
    bounds: d.Bounds = None,
    tol: d.Tolerance = None,
    gradient: d.Gradient = "auto",
    starts: d.Starts = None,
    seed: d.Seed = 0,
    plot: d.Plot = None,
    progress: d.Progress = None,
    csv: d.Csv = None,
    force: o.Force = False,
) -> None:
    """Minimise a FUNCTION by gradient descent."""
    options = locals()
    from hagang.cli import minimize as command

    command.run(command.Typed(**options))


_EXPLAIN = """\
[bold]Examples[/]

hagang explain "(apples*a + oranges*o)*tax" --at apples=2,a=100,oranges=3,o=150,tax=1.1 --out graph.svg

hagang explain model.safetensors labelled.csv --weight "layers.0.weights\\[3,2]" --row 5

Each node has its value, computed forward, and its gradient, computed backward: the sum of what comes back from each of
its uses. Along a path, derivatives are multiplied. The gradient by finite differences stands beside it.
"""


@app.command(epilog=_EXPLAIN)
def explain(
    function: d.FunctionOrModel,
    data: d.ExplainedData = None,
    at: d.At = None,
    weight: d.ExplainedWeight = None,
    row: d.ExplainedRow = None,
    out: d.Explained = None,
    force: o.Force = False,
) -> None:
    """Show the computational graph of a FUNCTION, or of a model's loss, with every value and gradient."""
    options = locals()
    from hagang.cli import explain as command

    command.run(command.Typed(**options))


_SCHEDULE = """\
[bold]Example[/]

hagang schedule cosine one-cycle "Step(300, gamma=0.5)" --steps 1000 --lr 0.1 --plot rates.svg
"""


@app.command(epilog=_SCHEDULE)
def schedule(
    schedules: d.Schedules,
    steps: d.Steps = d.STEPS,
    lr: d.LearningRate = None,
    plot: d.Preview = None,
    force: o.Force = False,
) -> None:
    """Preview learning-rate schedules."""
    from hagang.cli import schedule as command

    command.run(schedules, steps, lr, plot, force)


@app.command()
def info() -> None:
    """Show what is installed: versions, runtime, instruction set."""
    from hagang.cli import info as command

    command.run()
