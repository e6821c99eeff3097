"""What a notebook shows: tables, with every text from the data as text."""

import numpy as np

import hagang as hg
from hagang.data import prepare

NASTY = "<b>x</b>"


def table():
    rng = np.random.default_rng(0)
    return {NASTY: rng.normal(size=60), "y": np.array([NASTY, "b"])[np.arange(60) % 2]}


def test_a_run_shows_its_end_and_scores():
    run = hg.fit(hg.Network([hg.Dense(2)]), prepare(table(), "y"), epochs=3)
    html = run._repr_html_()
    assert "<th style='text-align:left'>stopped by</th><td>epoch limit: 3 epochs done</td>" in html
    assert "test accuracy" in html
    assert "(baseline " in html
    assert "<b>" not in html


def test_a_network_shows_its_layers():
    run = hg.fit(hg.Network([hg.Dense(4, "relu"), hg.Dense(2)]), prepare(table(), "y"), epochs=1)
    assert "4 relu" in run.network._repr_html_()
    assert "4 relu" in run.network.network.summary((1,))._repr_html_()


def test_a_minimum_shows_where_it_is():
    html = hg.minimize(lambda x: np.sum((x - 3) ** 2), np.zeros(12))._repr_html_()
    assert "<td>3, 3, 3, 3, 3, 3, 3, 3, …</td>" in html
    assert "lbfgs" in html
