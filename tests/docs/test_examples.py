"""Every script in `examples` runs and prints something."""

import runpy
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.py"))
EXPECTED = {
    "deep": "above 95 %: sigmoid, N(0, 0.01), batch norm; ReLU, He; ReLU, N(0, 0.01), residual",
    "gradient": "after descent  [2. 3.]",
    "importance": "a rough texture makes 'benign' less likely: True",
    "learning_curves": "scores differ by at most 0.000",
    "own_activation": "the saved model predicts the same: True",
    "watch": "stopped by the validation loss is low enough",
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_runs_and_ends_as_it_should(script, capsys):
    runpy.run_path(str(script), run_name="__main__")
    assert EXPECTED[script.stem] in capsys.readouterr().out
