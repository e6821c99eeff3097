"""An op that the engine does not have is refused by name, with the file that it is to be added to."""

import re
from dataclasses import replace

import numpy as np
import pytest

from hagang.errors import ProgramError
from hagang.graph import R, make
from hagang.ops import OPS
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise
from hagang.runtime import Chunk, open_session

pytest.importorskip("hagang._native")

X = input_node("x", (R, 3), "float32", "batch")
UNKNOWN = [
    replace(OPS["tanh"], name="unheard_of", instruction="unheard_of"),
    replace(OPS["tanh"], name="without", instruction=None),
]
WITHOUT_KERNEL = replace(OPS["transpose"], name="turn")


def refused(monkeypatch, repository, op, **attrs):
    monkeypatch.setitem(OPS, op.name, op)
    program = optimise(Program(outputs={"y": make(op, X, **attrs)}))
    chunk = Chunk(data={"x": np.ones((4, 3), np.float32)})
    assert open_session({}, runtime="reference").run(program, chunk).steps == 1
    with pytest.raises(ProgramError, match=f"op '{op.name}': expected .* runtime='reference'") as caught:
        open_session({}, runtime="native").run(program, chunk)
    files = re.findall(r"\S+/\S+\.\w+", str(caught.value))
    assert files
    assert all((repository / file.rstrip(",;")).exists() for file in files)


@pytest.mark.parametrize("op", UNKNOWN, ids=lambda op: op.name)
def test_an_instruction_that_the_engine_does_not_have(monkeypatch, repository, op):
    refused(monkeypatch, repository, op)


def test_an_op_without_a_kernel(monkeypatch, repository):
    refused(monkeypatch, repository, WITHOUT_KERNEL, perm=(1, 0))


def test_small_programs_are_refused_too(monkeypatch):
    op = UNKNOWN[0]
    monkeypatch.setitem(OPS, op.name, op)
    program = optimise(Program(outputs={"y": make(op, input_node("x", (), "float64"))}))
    with pytest.raises(ProgramError, match="op 'unheard_of': expected an instruction"):
        open_session({"x": np.float64(1)}, runtime="native").run(program, Chunk())
