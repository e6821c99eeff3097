"""The benchmarks: their figures, pages and files; and that libraries do the same work. No time is asserted."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest
from benchmarks import machine
from benchmarks.__main__ import main
from benchmarks.contender import Contender, ContenderError
from benchmarks.figures import Spread, digits, spread
from benchmarks.floor import Peak
from benchmarks.peers import PEERS
from benchmarks.peers.protocol import Settings
from benchmarks.report import put_into, report, short_table
from benchmarks.results import Cell, Cold, Loss, Results, joined, read, strange_losses, write
from benchmarks.sizes import installed_megabytes
from benchmarks.workloads import WORKLOADS, Workload, data, loss, start

from hagang.errors import ArgumentError
from hagang.runtime import check_precision

ONE = Settings(threads=1)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the benchmarks run on Linux and macOS")


# --- figures -------------------------------------------------------------------------------------------


def test_quartiles_lie_between_the_timings():
    assert spread([4.0, 1.0, 3.0, 2.0]) == Spread(median=2.5, least=1.0, lower=1.75, upper=3.25, count=4)


def test_one_timing_is_all_of_its_figures():
    assert spread([7.0]) == Spread(7.0, 7.0, 7.0, 7.0, 1)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.234, "1.23"),
        (10.0, "10.0"),
        (99.96, "100.0"),
        (123.4, "123"),
        (12345.6, "12,346"),
        (0.0959, "0.0959"),
        (0, "0"),
    ],
)
def test_numbers_show_three_digits(value, shown):
    assert digits(value) == shown


# --- workloads -----------------------------------------------------------------------------------------


def test_flops_of_a_step_by_hand():
    # Products of 2·16, 16·16 and 16·2 weights: 320, three times each but for the first layer's, which has no
    # gradient to hand down: 3·320 - 32 = 928; a multiplication and an addition for each of 10 rows.
    assert WORKLOADS["W1"].flops == 2 * 10 * 928


def test_titles_fold_what_repeats():
    assert WORKLOADS["W7"].title == "16–32×8–4, batch 64, Adam, sigmoid"
    assert WORKLOADS["W1"].title == "2–16–16–2, batch 10, SGD"


@pytest.mark.parametrize("workload", WORKLOADS.values(), ids=WORKLOADS.keys())
def test_every_step_is_alike_and_every_class_is_there(workload):
    assert workload.rows % workload.batch == 0
    x, y = data(workload)
    assert x.shape == (workload.rows, workload.sizes[0])
    assert x.dtype == np.float32
    assert set(np.unique(y)) == set(range(workload.sizes[-1]))


def test_the_loss_of_equal_logits_is_the_logarithm_of_the_classes():
    workload = Workload("T", (3, 4, 5), 2, "sgd", 0.1, 6)
    zeros = [(np.zeros_like(w), b) for w, b in start(workload)]
    assert loss(workload, *data(workload), zeros) == pytest.approx(np.log(5))


# --- libraries -----------------------------------------------------------------------------------------

# One batch of all rows: the order, which each library draws for itself, then makes no difference.
WHOLE = [
    Workload("relu", (3, 8, 7, 4), 60, "sgd", 0.1, 60),
    Workload("sigmoid", (3, 8, 7, 4), 60, "adam", 0.01, 60, "sigmoid"),
]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
@pytest.mark.filterwarnings("ignore:Explicitly requested dtype:UserWarning")  # Keras on JAX asks for int64
@pytest.mark.parametrize("workload", WHOLE, ids=lambda workload: workload.name)
@pytest.mark.parametrize("name", [name for name in PEERS if name not in ("numpy", "torch-compile")])
def test_a_library_takes_the_steps_of_the_bare_loop(name, workload):
    if missing := PEERS[name].missing():
        pytest.skip(f"needs {', '.join(missing)}")
    if rounded := name == "hagang-bf16":
        try:
            check_precision("bfloat16")
        except ArgumentError:
            pytest.skip("this processor has no AVX-512 BF16")
    # Eight steps move weights by about 0.08; scikit-learn adds Adam's epsilon before the correction, not after.
    expected, close = weights_after(PEERS["numpy"], workload), 2e-3 if rounded else 2e-4
    for ours, theirs in zip(weights_after(PEERS[name], workload), expected, strict=True):
        np.testing.assert_allclose(ours[0], theirs[0], rtol=0, atol=close)
        np.testing.assert_allclose(ours[1], theirs[1], rtol=0, atol=close)


def weights_after(peer, workload):
    trainer = peer.prepare(workload, ONE)
    assert trainer.run(8) > 0
    return trainer.weights()


def test_hagang_goes_on_from_one_run_to_the_next_and_begins_anew_after_its_weights_are_taken():
    trainer = PEERS["hagang"].prepare(WHOLE[1], ONE)
    trainer.run(5)
    trainer.run(3)
    parts = trainer.weights()
    trainer.run(8)
    again = trainer.weights()
    for (matrix, bias), (matrix_again, bias_again) in zip(parts, again, strict=True):
        np.testing.assert_array_equal(matrix, matrix_again)
        np.testing.assert_array_equal(bias, bias_again)


def test_two_classes_are_a_softmax_for_every_library():
    workload = Workload("two", (3, 8, 2), 60, "sgd", 0.1, 60)
    for name in ("numpy", "hagang", "sklearn"):
        trainer = PEERS[name].prepare(workload, ONE)
        trainer.run(20)
        weights = trainer.weights()
        assert [part.shape for part in weights[-1]] == [(8, 2), (2,)]
        assert loss(workload, *data(workload), weights) < loss(workload, *data(workload), start(workload))


def test_what_fit_raises_is_told_to_who_waits():
    trainer = PEERS["hagang"].prepare(WHOLE[0], Settings(1, runtime="abacus"))
    with pytest.raises(ArgumentError, match="received 'abacus'"):
        trainer.run(1)


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr("benchmarks.peers.find_spec", lambda name: None if name == "sklearn" else name)
    assert PEERS["sklearn"].missing() == ["scikit-learn"]
    assert PEERS["jax"].missing() == []


def test_a_worker_answers_from_its_own_process():
    with Contender(PEERS["numpy"], "W1", ONE) as contender:
        assert contender.ask("run 1", 250)["seconds"] > 0
        assert 0 < contender.ask("loss", 250)["loss"] < 1.03
        assert contender.ask("cold", 250)["megabytes"] >= 0


def test_a_worker_that_takes_too_long_is_given_up():
    with Contender(PEERS["numpy"], "W4", ONE) as contender, pytest.raises(ContenderError, match="took over 0 s"):
        contender.ask("run 1000000", 0.2)


def test_a_workers_error_is_told():
    with (
        Contender(PEERS["hagang"], "W1", Settings(1, runtime="abacus")) as contender,
        pytest.raises(ContenderError, match="ArgumentError: runtime"),
    ):
        contender.ask("run 1", 250)


def test_without_a_compiler_the_floor_is_a_matrix_product():
    peak = Peak(None, 1)
    assert peak.measure() > 0
    assert "no C++ compiler" in peak.source


def test_the_size_is_of_all_that_is_needed():
    sizes = installed_megabytes(["scikit-learn"])
    assert {"scikit-learn", "scipy", "numpy", "joblib", "threadpoolctl"} <= set(sizes)
    assert sizes["numpy"] > 5
    assert {"numpy", "duckdb"} <= set(installed_megabytes(["hagang"]))


def test_the_machine_and_engine_are_named():
    assert machine.engine("reference") == "reference"
    told = machine.describe()
    assert told["cores"] >= 1
    assert told["processor"]
    assert machine.versions(("numpy", "no-such-package")) == {"numpy": np.__version__}


# --- results and pages ---------------------------------------------------------------------------------


@pytest.fixture
def results():
    return Results(
        about={"machine": {"processor": "Z80", "cores": 1, "system": "CP/M", "python": "3.11.0"}, "threads": 1},
        workloads={"W1": {"title": "2–2, batch 1, SGD", "flops": 2_000, "steps": 10}},
        labels={"hagang": "hagang", "torch": "PyTorch, plain eager", "torch-tuned": "PyTorch, tuned eager"},
        peak_source="an abacus",
        peak_gflops=[1.0, 2.0],
        cells=[
            Cell("W1", "hagang", False, [2.0, 4.0, 3.0], [1.0] * 3, [0.0] * 3),
            Cell("W1", "torch", False, [90.0], [1.0], [0.0]),
            Cell("W1", "torch-tuned", False, [30.0], [1.0], [0.0]),
            Cell("W1", "torch", True, [600.0], [1.0], [0.0]),
        ],
        start_losses={"W1": 1.0},
        losses=[Loss("W1", "hagang", 20, 0.50), Loss("W1", "torch", 20, 0.51), Loss("W1", "torch-tuned", 20, 0.7)],
        cold=[Cold("torch", [1.5, 2.5], [100.0, 102.0])],
        megabytes={"torch": {"torch": 150.0, "numpy": 50.0}},
        failed={"JAX, scan": "not measured, jax is not installed"},
    )


def test_results_survive_their_file(results, tmp_path):
    write(results, tmp_path / "results.json")
    assert read(tmp_path / "results.json") == results


def test_results_of_another_form_are_refused(tmp_path):
    (tmp_path / "old.json").write_text(json.dumps({"format": 0}))
    with pytest.raises(ValueError, match="expected results of format 1; run the benchmarks again"):
        read(tmp_path / "old.json")


def test_a_loss_unlike_the_others_is_strange(results):
    assert [told.peer for told in strange_losses(results)] == ["torch-tuned"]
    results.start_losses["W1"] = 0.505
    assert [told.peer for told in strange_losses(results)] == ["torch", "torch-tuned"]


def lines_of(text, label):
    return [line for line in text.splitlines() if line.startswith(f"| {label} |")]


def test_the_report_shows_medians_multiples_and_the_busy_core(results):
    text = report(results)
    assert lines_of(text, "hagang") == ["| hagang | 3.00 |", "| hagang | 1.00 |"]
    assert lines_of(text, "PyTorch, plain eager")[:3] == [
        "| PyTorch, plain eager | 90.0 |",
        "| PyTorch, plain eager | 30.0 |",
        "| PyTorch, plain eager | 600 |",
    ]
    assert "| PyTorch, plain eager | 2.0 | 101 | 200 |" in text
    assert "| W1 | hagang |  | 2.00 | 2.50 | 3.00 | 3.50 | 3 | 1.00 | 0.00 |" in text


def test_the_floor_is_the_work_at_the_highest_peak(results):
    # 2,000 operations at 2 GFLOP/s: one microsecond.
    assert results.floor("W1") == 1.0
    assert lines_of(report(results), "*floor*") == ["| *floor* | 1.00 |"]


def test_the_report_names_what_is_missing_or_odd(results):
    text = report(results)
    assert "- JAX, scan: not measured, jax is not installed" in text
    assert "- W1 PyTorch, tuned eager: a loss of 0.7 after 20 steps, unlike the others" in text


def test_the_report_says_whether_the_machine_was_idle(results):
    assert "provisional" not in report(results)
    results.cells.append(Cell("W1", "jax", False, [9.0], [1.0], [0.9]))
    results.cells.append(Cell("W1", "keras", False, [9.0] * 6, [1.0] * 6, [0.9] * 6))
    assert "the machine was not idle, so these figures are provisional" in report(results)


def test_the_short_table_takes_the_faster_eager_way(results):
    table = short_table(results)
    assert "| **hagang** | 3.00 | – | – | – |" in table
    assert "| PyTorch, eager | 30.0 | 2.0 | 101 | 200 |" in table
    assert "W1: 2–2, batch 1, SGD." in table


def test_a_pages_table_is_replaced_and_nothing_else(results, tmp_path):
    page = tmp_path / "README.md"
    marks = "<!-- benchmarks: made by python -m benchmarks -->", "<!-- end of benchmarks -->"
    page.write_text(f"# before\n\n{marks[0]}\nold\n{marks[1]}\n\nafter\n", "utf-8")
    put_into(page, results)
    put_into(page, results)
    text = page.read_text("utf-8")
    assert text == f"# before\n\n{marks[0]}\n\n{short_table(results)}\n\n{marks[1]}\n\nafter\n"


def test_a_page_without_a_place_is_refused(results, tmp_path):
    page = tmp_path / "README.md"
    page.write_text("# before\n", "utf-8")
    with pytest.raises(ValueError, match=r"expected the lines .* around the place of the table"):
        put_into(page, results)


# --- the command ---------------------------------------------------------------------------------------


def test_the_command_measures_and_writes(tmp_path, capsys):
    few = [
        "--workloads",
        "W1",
        "--peers",
        "hagang,numpy",
        "--rounds",
        "1",
        "--seconds",
        "0.01",
        "--parts",
        "steps,busy",
    ]
    assert main([*few, "--threads", "1", "--out", str(tmp_path)]) == 0
    told = read(tmp_path / "results.json")
    assert {(cell.peer, cell.disturbed) for cell in told.cells} == {
        (peer, disturbed) for peer in ("hagang", "numpy") for disturbed in (False, True)
    }
    assert all(cell.microseconds[0] > 0 for cell in told.cells)
    assert [each.steps for each in told.losses] == [2000, 2000]
    assert told.failed == {}
    page = (tmp_path / "results.md").read_text("utf-8")
    assert page == report(told)
    assert page in capsys.readouterr().out


def test_parts_measured_apart_are_joined(results):
    steps = replace(results, cold=[], megabytes={})
    rest = Results(results.about, peak_source=results.peak_source, cold=results.cold, megabytes=results.megabytes)
    assert joined([steps, rest]) == results


def test_the_command_shows_earlier_results(results, tmp_path, capsys):
    write(results, tmp_path / "results.json")
    assert main(["--read", str(tmp_path / "results.json")]) == 1  # something was missing, and a loss odd
    assert capsys.readouterr().out.strip() == report(results).strip()


def test_unknown_names_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--peers", "hagang,fastai"])
    assert "expected some of hagang, hagang-1" in capsys.readouterr().err


def test_every_way_down_the_textbooks_bowl_leads_to_the_same_place(tmp_path):
    from benchmarks.textbook import contenders, measure

    each = contenders(tmp_path)
    for contender in each:
        np.testing.assert_allclose(contender.run(300), [2 + 98 * 0.98**300, 3 - 13 * 0.92**300], rtol=1e-6)
    figures = measure(each[:1], rounds=1, share=1e-5)
    assert list(figures) == ["hagang gradient_descent, graph"]
