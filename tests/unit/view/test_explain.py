"""Explanations: hand-worked graphs, sums where paths join, and what they look like."""

import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hagang as hg
from hagang.view.explained.layout import lay_out


def price(apples, a, oranges, o, tax):
    fruit = apples * a + oranges * o
    return fruit * tax


BASKET = (2, 100, 3, 150, 1.1)


def told(explanation):
    return {node.name: (node.formula, node.value, node.gradient) for node in explanation.graph.nodes}


def test_the_textbooks_basket():
    explanation = hg.explain(price, *BASKET)
    assert explanation.value == pytest.approx(715)
    # d/dapples = tax·a = 1.1·100, d/da = tax·apples = 1.1·2, d/dtax = 200 + 450
    assert explanation.gradients == pytest.approx({"apples": 110, "a": 2.2, "oranges": 165, "o": 3.3, "tax": 650})
    assert explanation.numerical == pytest.approx(explanation.gradients)
    nodes = told(explanation)
    assert nodes["v1"] == ("apples × a", 200, pytest.approx(1.1))
    assert nodes["fruit"] == ("v1 + v2", 650, pytest.approx(1.1))
    assert nodes["price"] == ("fruit × tax", pytest.approx(715), 1)


def edges(explanation):
    nodes = explanation.graph.nodes
    return {(nodes[e.source].name, nodes[e.target].name): (e.local, e.contribution) for e in explanation.graph.edges}


def test_each_edge_has_the_derivative_of_its_own_operation():
    found = edges(hg.explain(price, *BASKET))
    assert found["apples", "v1"] == (100, pytest.approx(110))
    assert found["v1", "fruit"] == (1, pytest.approx(1.1))
    assert found["tax", "price"] == (650, 650)


def test_what_comes_back_is_summed_where_paths_join():
    def f(x):
        square = x * x
        return square * x + 3 * x

    explanation = hg.explain(f, 2.0)
    assert explanation.gradients == {"x": 15}  # 3x² + 3
    found = edges(explanation)
    # x·x: 2x = 4, times 2 that comes back to it; the other factor: 4; three times x: 3. The path through the square
    # is no part of the second.
    assert found["x", "square"] == (4, 8)
    assert [share for (source, _), (_, share) in found.items() if source == "x"] == [8, 4, 3]
    assert "2 × 4 from square" in str(explanation)
    assert "+ 1 × 4 from v1" in str(explanation)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_the_shares_sum_to_the_gradient(numbers):
    def f(x):
        z = np.tanh(x[0] * x[1]) - x[2]
        return np.sum(z * x) + z**2 + np.max(x)

    graph = hg.explain(f, np.array(numbers)).graph
    for k, node in enumerate(graph.nodes[:-1]):
        shares = [edge.contribution for edge in graph.edges if edge.source == k and edge.contribution is not None]
        if node.gradient is not None:
            np.testing.assert_allclose(np.sum(shares, axis=0), node.gradient, atol=1e-12)


def test_arrays_nests_and_names():
    def loss(model, x, y):
        hidden = np.tanh(x @ model["weights"] + model["bias"])
        return np.mean((hidden - y) ** 2)

    model = {"weights": np.full((2, 4), 0.3), "bias": np.zeros(4)}
    x, y = np.ones((3, 2)), np.zeros((3, 4))
    explanation = hg.explain(loss, model, x, y)
    exact = hg.grad(loss)(model, x, y)
    np.testing.assert_allclose(explanation.gradients["model.weights"], exact["weights"])
    assert told(explanation)["hidden"][0].startswith("tanh(")
    assert list(explanation.numerical) == ["model.weights", "model.bias", "x", "y"]


def test_many_inputs_are_explained_without_differences():
    explanation = hg.explain(lambda x: np.sum(x**2), np.ones(1000))
    assert explanation.numerical == {}
    assert "numerical" not in str(explanation)


def test_choices_show_where_no_gradient_flows():
    explanation = hg.explain(lambda x: np.where(x > 1, x**2, 0.0) + hg.stop_gradient(x), 3.0)
    assert explanation.gradients == {"x": 6}
    assert {formula: gradient for formula, _, gradient in told(explanation).values()}["1 < x"] is None


def test_a_constant_in_an_input_has_gradient_zero():
    explanation = hg.explain(lambda a, b: a * 2 + np.floor(b), 1.0, 2.5)
    assert "b             0          0           0" in str(explanation)


def test_it_is_one_number_that_is_explained():
    with pytest.raises(hg.GradientError, match=re.escape("explain: expected a function that returns one real number")):
        hg.explain(lambda x: x * 2, np.ones(3))


# --- what it looks like --------------------------------------------------------------------------------


def test_text_fits_eighty_columns():
    assert max(map(len, str(hg.explain(price, *BASKET)).splitlines())) <= 80


def test_the_drawing_has_every_number():
    svg = hg.explain(price, *BASKET).svg()
    texts = [text.text or "" for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {"apples", "110", "3.3", "715", "= fruit × tax", "× 150", "× 650"} <= set(texts)
    assert "prefers-color-scheme: dark" in svg


def test_a_page_needs_no_network_and_escapes_what_it_shows(tmp_path):
    def f(x):
        return np.where(x > 1, x**2, x)

    explanation = hg.explain(f, 3.0)
    assert explanation._repr_html_() == explanation.svg()
    explanation.save(tmp_path / "graph.html")
    page = (tmp_path / "graph.html").read_text(encoding="utf-8")
    assert "1 &lt; x" in page
    assert re.findall(r'(?:src|href)="', page) == []


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(hg.ArgumentError, match=re.escape("path: expected a file that ends in .txt, .svg, .html")):
        hg.explain(price, *BASKET).save(tmp_path / "graph.png")


# --- layout --------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=60), st.integers(2, 31))
def test_no_boxes_overlap_and_edges_lead_to_the_right(pairs, count):
    edges = sorted({(min(a, b), max(a, b)) for a, b in pairs if a != b and max(a, b) < count})
    sizes = [(40.0 + 3 * k, 20.0 + k) for k in range(count)]
    layout = lay_out(sizes, edges)
    boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(layout.boxes, sizes)]
    for k, (left, top, right, bottom) in enumerate(boxes):
        assert min(left, top) >= 0
        assert right <= layout.width + 1e-6
        assert bottom <= layout.height + 1e-6
        for other in boxes[:k]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] + 1e-6 or other[3] <= top + 1e-6
    for (source, target), route in zip(edges, layout.routes):
        assert boxes[source][2] <= boxes[target][0]
        assert route[0][0] == pytest.approx(boxes[source][2])
        assert route[-1][0] == pytest.approx(boxes[target][0])
        assert all(a[0] <= b[0] + 1e-6 for a, b in itertools.pairwise(route))


def test_inputs_stand_beside_what_they_are_first_used_in():
    layout = lay_out([(10.0, 10.0)] * 4, [(0, 1), (1, 3), (2, 3)])
    assert layout.boxes[2][0] == layout.boxes[1][0]


def test_edges_do_not_cross_where_they_need_not():
    layout = lay_out([(10.0, 10.0)] * 4, [(0, 3), (1, 2)])
    assert (layout.boxes[0][1] < layout.boxes[1][1]) == (layout.boxes[3][1] < layout.boxes[2][1])
