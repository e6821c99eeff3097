"""`hagang schedule`, as a person types it."""

import pytest


def test_schedules_are_previewed(hagang, tmp_path):
    answer = hagang(
        "schedule", "linear", "Step(50, gamma=0.5)", "--steps", "100", "--lr", "0.2", "--plot", tmp_path / "a.svg"
    )
    assert (answer.status, answer.err) == (0, "")
    head, linear, step, *_ = answer.out.splitlines()
    assert head.split() == ["Schedule", "over", "100", "steps", "first", "highest", "last"]
    assert linear.split()[0] == "linear"
    assert linear.split()[-3:] == ["0.2", "0.2", "0.002"]
    assert "█" * 12 + "▅" * 12 in step
    assert "linear" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["cosin"], "did you mean 'cosine'?"),
        (["cosine", "--steps", "0"], "--steps: expected at least 1, received 0"),
        (["cosine", "--plot", "a.gif"], "--plot: expected a file that ends in .png, .svg, .pdf, .html, received"),
    ],
)
def test_mistakes_are_told(hagang, typed, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = hagang("schedule", *typed)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err
    assert list(tmp_path.iterdir()) == []
