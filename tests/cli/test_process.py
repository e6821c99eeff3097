"""The command in a process of its own: what it imports, how it ends, what a pipe gets."""

import os
import signal
import subprocess
import sys

import pytest
from tests.cli.processes import ENVIRONMENT, HAGANG, INTERRUPTIBLE

HEAVY = ["numpy", "duckdb", "sklearn", "matplotlib", "scipy", "pandas"]


def run(*arguments):
    return subprocess.run([*HAGANG, *arguments], capture_output=True, text=True, check=False, env=ENVIRONMENT)


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from hagang.cli import main; main(['train', '--help'])\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert set(done.stderr.split()).isdisjoint(HEAVY)
    assert "Usage: hagang train" in done.stdout


def test_without_arguments_it_helps():
    done = run()
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("train", "predict", "evaluate", "show", "info"))


def test_it_tells_its_version():
    done = run("--version")
    assert (done.returncode, done.stdout.startswith("hagang ")) == (0, True)


def test_an_error_is_a_line_and_status_2(folder):
    done = run("train", "nowhere.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: there is no file 'nowhere.csv'")
    assert done.stderr.count("\n") == 1


def test_the_reader_of_a_pipe_may_leave(models):
    done = subprocess.run(
        f"{sys.executable} -m hagang predict flowers.safetensors big.csv | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        cwd=_with_many_rows(models),
        env=ENVIRONMENT,
    )
    assert done.stdout == "kind,probability of iris,probability of rose\n"
    assert done.stderr == ""


def _with_many_rows(folder):
    (folder / "big.csv").write_text("petal,width,colour\n" + "2.5,1.0,red\n" * 20_000, encoding="utf-8")
    return folder


def _until(process, said):
    """Read standard error until something was said."""
    for line in process.stderr:
        if said in line:
            return
    pytest.fail(f"never said '{said}'")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to the whole console")
def test_ctrl_c_ends_the_training_keeps_the_best_and_saves(folder):
    typed = ["train", "flowers.csv", "-t", "kind", "--patience", "0", "--epochs", "1000000", "--schedule", "constant"]
    with subprocess.Popen(
        [*INTERRUPTIBLE, *typed], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        _until(process, "epoch")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert "Stopped    interrupted (Ctrl-C)" in out
    assert "are kept" in " ".join(out.split())
    assert "Saved      model.safetensors" in out
    assert run("show", "model.safetensors").returncode == 0
