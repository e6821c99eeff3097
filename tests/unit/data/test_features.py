"""Columns to features: fitted on the training part, the same for ever after."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from hagang.data import ColumnFeatures, Pixels, Table, features_from_json, fit_features, load
from hagang.errors import ArgumentError, DataError


def table(**columns):
    return load(columns).inputs


def fitted(**columns):
    return fit_features(table(**columns))


def kinds(features):
    return {encoder.name: encoder.kind for encoder in features.encoders}


def reasons(features):
    return {item.name: item.reason for item in features.left_out}


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_numbers_by_hand():
    # Median 2; mean and deviation of 1, 2, 3 are 2 and sqrt(2/3); the bounds are 2 -+ 1.96.
    features = fitted(x=[1.0, None, 2.0, 3.0])
    assert features.names == ("x", "x missing")
    out = features.transform(table(x=[3.0, None, 1e9]))
    scale = np.sqrt(2 / 3)
    np.testing.assert_allclose(out, [[1 / scale, 0], [0, 1], [1.96 / scale, 0]], rtol=1e-6)
    assert out.dtype == np.float32


def test_standardising_agrees_with_scikit_learn(rng):
    x = rng.normal(5, 3, (200, 3))
    out = fit_features(load(x).inputs).transform(load(x).inputs)
    np.testing.assert_allclose(out, StandardScaler().fit_transform(x), rtol=1e-5, atol=1e-6)


def test_one_hot_agrees_with_scikit_learn(rng):
    values = rng.choice(["red", "green", "blue"], (60, 1))
    features = fitted(c=values[:, 0])
    expected = OneHotEncoder(sparse_output=False).fit_transform(values)
    np.testing.assert_array_equal(features.transform(table(c=values[:, 0])), expected)
    assert features.names == ("c=blue", "c=green", "c=red")


@pytest.mark.parametrize(
    ("scale", "low", "high"), [("standard", -1.34164, 1.34164), ("minmax", 0, 1), ("none", 10, 40)]
)
def test_scales(scale, low, high):
    data = table(x=[10.0, 20.0, 30.0, 40.0])
    out = fit_features(data, scale=scale).transform(data)
    assert (out.min(), out.max()) == pytest.approx((low, high), rel=1e-5)


def test_an_unknown_scale_is_named():
    with pytest.raises(ArgumentError, match=r"one of 'standard', 'minmax', 'robust', 'none'. Received 'cubic'"):
        fit_features(table(x=[1, 2]), scale="cubic")


def test_robust_scaling_by_hand():
    # Median 30, quartiles 20 and 40: the last is 48.5 before it is clipped to 48.5 / sqrt(1 + (48.5 / 3)^2).
    data = table(x=[10.0, 20.0, 30.0, 40.0, 1000.0])
    out = fit_features(data, scale="robust").transform(data)[:, 0]
    z = np.array([-1, -0.5, 0, 0.5, 48.5])
    np.testing.assert_allclose(out, z / np.sqrt(1 + (z / 3) ** 2), rtol=1e-6)


def test_a_column_may_have_a_scale_of_its_own():
    data = table(x=[10.0, 20.0, 40.0], y=[10.0, 20.0, 40.0], z=[1.0, 2.0, 4.0])
    features = fit_features(data, scale={"x": "none", "": "minmax", "y": "robust"})
    out = features.transform(data)
    np.testing.assert_array_equal(out[:, 0], [10, 20, 40])
    assert out[1, 1] == 0
    assert (out[:, 2].min(), out[:, 2].max()) == (0, 1)
    assert features_from_json(json.loads(json.dumps(features.to_json()))) == features


def test_a_scale_for_a_column_that_is_not_there():
    with pytest.raises(ArgumentError, match=r"scale names a column 'prize' that is not.*Did you mean 'price'"):
        fit_features(table(price=[1, 2]), scale={"prize": "none"})
    with pytest.raises(ArgumentError, match=r"scale by column is for tables, and these are images of shape \(2, 2\)"):
        fit_features(Pixels(np.arange(8, dtype=np.uint8).reshape(2, 4), (2, 2)), scale={"x": "none"})


def test_many_categories_become_codes_with_one_for_the_unseen_and_one_for_the_missing():
    words = [f"w{k % 50:02}" for k in range(200)]
    features = fit_features(table(w=words, x=np.arange(200) % 7), embed=40)
    assert features.names == ("x", "w code")
    assert features.codes == (52,)
    out = features.transform(table(w=["w00", "w49", None, "new"], x=[1, 2, 3, 4]))
    assert out[:, 1].tolist() == [2, 51, 1, 0]
    assert features_from_json(json.loads(json.dumps(features.to_json()))) == features
    assert fit_features(table(w=words, x=words), embed=50).codes == ()


def test_extremes_do_not_set_the_scale(rng):
    x = rng.normal(size=1000)
    x[0] = 1e9
    features = fitted(x=x)
    out = features.transform(table(x=x))
    assert np.abs(out).max() < 8
    assert out[1:].std() == pytest.approx(1, abs=0.1)
    assert "extreme values are cut at the column's bounds: 'x' (1 row)" in map(str, features.findings)


def test_a_rare_value_of_a_nearly_constant_column_stays_within_five():
    # One 1 among 10,000 has mean 1e-4 and deviation 0.01: standardised it would be 100.
    out = fitted(x=np.eye(1, 10_000)[0], y=np.arange(10_000) % 7).transform(table(x=[1.0, 0.0], y=[0, 0]))
    np.testing.assert_allclose(out[:, 0], [5, -5e-4 / (1 - 1e-4)], rtol=1e-5)


def test_without_scaling_nothing_is_cut(rng):
    x = np.r_[rng.normal(size=500), 1e9]
    assert fit_features(table(x=x), scale="none").transform(table(x=x)).max() == np.float32(1e9)


def test_missing_and_unseen_categories():
    features = fitted(c=["a", "b", None, "a"], d=["u", "v", "u", "v"])
    assert features.names == ("c=a", "c=b", "c missing", "d=u", "d=v")
    out = features.transform(table(c=["b", "z", None], d=["v", None, "w"]))
    np.testing.assert_array_equal(out, [[0, 1, 0, 0, 1], [0, 0, 0, 0, 0], [0, 0, 1, 0, 0]])


def test_rare_and_many_categories_are_joined():
    values = ["often"] * 300 + ["seldom"] + [f"k{i:03d}" for i in range(100) for _ in range(6)]
    features = fitted(c=values)
    assert len(features.names) == 64 + 1
    assert features.names[-1] == "c other"
    assert "c=seldom" not in features.names
    np.testing.assert_array_equal(features.transform(table(c=["never seen", "seldom"]))[:, -1], 1)
    assert "rare categories are joined to one, these being kept: 'c' (64 values)" in " ".join(
        map(str, features.findings)
    )


def test_identifiers_and_constants_are_left_out_and_said(rng):
    n = 60
    features = fitted(
        row=np.arange(n),
        PassengerId=rng.permutation(n) * 7,
        name=[f"person {i}" for i in range(n)],
        cabin=[f"C{i}" if i % 3 else None for i in range(n)],
        street=["Pave"] * n,
        zero=np.zeros(n),
        empty=[None] * n,
        x=rng.normal(size=n),
    )
    assert kinds(features) == {"cabin": "presence", "x": "number"}
    assert reasons(features) == {
        "row": "counts the rows",
        "PassengerId": "is an identifier by its name, and differs in every row",
        "name": "is different in every row",
        "street": "has one value only ('Pave')",
        "zero": "has one value only (0)",
        "empty": "has no values",
    }
    assert "'street' has one value only ('Pave'): left out" in map(str, features.findings)
    np.testing.assert_array_equal(features.transform(table(cabin=["C9", None], x=[0, 0]))[:, 0], [0, 1])


def test_real_features_are_not_taken_for_identifiers(rng):
    n = 60
    features = fitted(
        year=np.arange(1950, 1950 + n),
        income=rng.permutation(n) * 1000,
        paid=rng.permutation(n),
        valid=rng.integers(0, 2, n),
        repeated_id=np.arange(n) // 2,
        measured=np.sort(rng.normal(size=n)),
    )
    assert reasons(features) == {}


def test_a_table_of_nothing_but_a_counter_is_kept():
    features = fitted(x=np.arange(100))
    assert kinds(features) == {"x": "number"}


def test_no_column_of_use_is_an_error():
    with pytest.raises(DataError, match=r"no column can be trained on: 'a' has one value only \(1\); 'b' has no"):
        fitted(a=[1, 1], b=[None, None])


def test_a_constant_that_is_sometimes_missing_says_where():
    features = fitted(x=[1.0, None, 1.0], y=[1.0, 2.0, 3.0])
    assert kinds(features)["x"] == "presence"


def test_extra_columns_are_ignored_and_reported_and_missing_ones_named():
    features = fitted(age=[1, 2, 3], job=["a", "b", "a"])
    new = table(more=[1], job=["c"], age=[None])
    findings = list(map(str, features.notice(new)))
    assert findings == [
        "columns not there at training are ignored: 'more'",
        "'age' is missing in 1 row, never at training",
        "'job' has values not there at training: 'c'",
    ]
    with pytest.raises(
        DataError, match=r"1 column is missing.*: 'age'; the data has 'Age', 'job'.*Did you mean 'Age'\?"
    ):
        features.transform(table(Age=[1], job=["a"]))


def test_text_among_numbers_names_column_row_and_value():
    features = fitted(age=[1.0, 2.0, 3.0])
    with pytest.raises(DataError, match="column 'age' holds 'old' in row 2; expected a number, as at training"):
        features.transform(table(age=["1", "old", "3"]))
    many = [str(i) for i in range(40)]
    with pytest.raises(DataError, match="column 'age' holds 'oops' in row 41"):
        features.transform(table(age=[*many, "oops"]))


def test_marks_for_missing_at_training_stay_so():
    many = [str(i) for i in range(40)]
    features = fitted(age=[*many, "withheld"])
    assert "'age' is numbers, but for 'withheld': counted as missing" in map(str, features.findings)
    assert features.transform(table(age=["3", "withheld"]))[1, 1] == 1


def test_numbers_where_text_was_are_spelled_as_text():
    features = fitted(code=["020", "30", "020", "30"])
    out = features.transform(table(code=[30.0, 20.0]))
    np.testing.assert_array_equal(out, [[0, 1], [0, 0]])
    boolean = fitted(flag=["False", "True", "x", "x", "True", "False"])
    np.testing.assert_array_equal(boolean.transform(table(flag=[True, False])), [[0, 1, 0], [1, 0, 0]])


def test_two_ways_to_write_numbers_do_not_mix():
    features = fitted(x=["1,5", "2,25", "3"])
    np.testing.assert_array_equal(features.transform(table(x=["1,5"])), features.transform(table(x=[1.5])))
    with pytest.raises(DataError, match=r"written as 1,234\.5, at training as 1234,5"):
        features.transform(table(x=["1,234"]))


def test_the_order_of_columns_does_not_matter():
    features = fitted(a=[1.0, 2.0], b=[3.0, 5.0])
    np.testing.assert_array_equal(
        features.transform(table(a=[1.0], b=[5.0])), features.transform(table(b=[5.0], a=[1.0]))
    )


@given(
    st.lists(st.lists(st.floats(-1e38, 1e38), min_size=8, max_size=8), min_size=1, max_size=4),
    st.lists(st.sampled_from(["a", "b", None]), min_size=8, max_size=8),
    st.sampled_from(["standard", "minmax", "none"]),
)
def test_features_are_finite_and_their_description_loses_nothing(numbers, words, scale):
    data = table(**{f"n{i}": column for i, column in enumerate(numbers)}, w=words)
    try:
        features = fit_features(data, scale=scale)
    except DataError:
        return
    again = features_from_json(json.loads(json.dumps(features.to_json(), allow_nan=False)))
    assert again == features
    out = features.transform(data)
    assert np.isfinite(out).all()
    assert out.shape == (8, features.width) == (8, len(features.names))
    np.testing.assert_array_equal(again.transform(data), out)


def test_descriptions_name_every_column():
    text = fitted(a=[1.0, 2.0, None], b=["x", "y", "x"], c=[1, 1, 1]).describe()
    assert text.splitlines()[1:] == [
        "b: category, a feature for each of 2 values",
        "c: left out, has one value only (1)",
    ]
    assert text.startswith("a: number, (x - 1.5) / 0.5, cut at 0.52 and 2.48, missing as 1.5 and marked")


def test_images_stay_bytes(rng):
    images = Pixels(rng.integers(0, 256, (50, 12), np.uint8), (3, 4))
    features = fit_features(images)
    assert features.transform(images) is images.values
    assert features.affine == (1 / 255, 0.0)
    assert (features.width, features.names[5]) == (12, "pixel 1,1")
    assert features_from_json(json.loads(json.dumps(features.to_json()))) == features


def test_images_standardised(rng):
    values = rng.integers(0, 200, (50, 12), np.uint8)
    factor, shift = fit_features(Pixels(values, (3, 4)), scale="standard").affine
    scaled = values.astype(np.float64) * factor + shift
    assert (scaled.mean(), scaled.std()) == pytest.approx((0, 1), abs=1e-12)


def test_images_that_do_not_fit(rng):
    images = Pixels(rng.integers(0, 256, (5, 12), np.uint8), (3, 4))
    features = fit_features(images)
    with pytest.raises(DataError, match=r"shape \(4, 3\); expected \(3, 4\)"):
        features.transform(Pixels(images.values, (4, 3)))
    with pytest.raises(DataError, match="trained on images"):
        features.transform(Table((), 0))
    with pytest.raises(DataError, match=r"trained on columns, but these are images of shape \(3, 4\)"):
        fitted(x=[1, 2]).transform(images)
    with pytest.raises(DataError, match="same value"):
        fit_features(Pixels(np.zeros((5, 12), np.uint8), (3, 4)))
    with pytest.raises(ArgumentError, match="Received 'cubic'"):
        fit_features(images, scale="cubic")


def test_fitting_needs_the_training_part_alone(rng):
    train, rest = table(x=rng.normal(size=50)), table(x=rng.normal(100, 1, size=50))
    features = ColumnFeatures.fit(train)
    before = features.to_json()
    features.transform(rest)
    assert features.to_json() == before
