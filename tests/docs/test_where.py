"""The way's table of where to find what: each file that it names holds what it is named for."""

import re
from pathlib import Path

import pytest

import hagang as hg

ROOT = Path(__file__).resolve().parents[2]

PLACES = [
    ("src/hagang/optim/adam.py", r"default_lr: ClassVar\[float\] = 1e-3"),
    ("src/hagang/runs/settings.py", r"rule\.default_lr if lr is None"),
    ("src/hagang/runtime/reference.py", r"def _feed\("),
    ("src/hagang/runtime/session.py", r"def rows\("),
    ("src/hagang/training/trainer.py", r"def state\("),
    ("src/hagang/workflow/pipeline.py", r"^def run\("),
    ("src/hagang/training/stops.py", r"^def boundaries\("),
    ("native/kernels/gather.hpp", r"void gather\("),
    ("src/hagang/nn/activations/rectified.py", r"def relu\("),
    ("src/hagang/ops/arithmetic.py", r"^where_op = "),
    ("src/hagang/autodiff/backward.py", r"def backward\("),
    ("src/hagang/training/step.py", r"def training_step\("),
    ("src/hagang/training/loop.py", r"def _ask\("),
    ("src/hagang/training/holdout.py", r"^class Baseline"),
    ("src/hagang/view/report/sections.py", r"outcome\[\"baseline\"\]"),
    ("docs/the-engine.md", r"^\*\*Phases\.\*\*"),
    ("src/hagang/runtime/native/schedule.py", r"phase: int"),
]


@pytest.mark.parametrize(("path", "pattern"), PLACES, ids=[path for path, _ in PLACES])
def test_a_named_file_holds_what_it_is_named_for(path, pattern):
    page = (ROOT / "docs" / "the-way.md").read_text(encoding="utf-8")
    assert Path(path).name in page or Path(path).stem in page
    assert re.search(pattern, (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_the_default_rate_is_the_one_named():
    assert hg.Adam.default_lr == 0.001
