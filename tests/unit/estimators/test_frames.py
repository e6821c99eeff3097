"""Frames of pandas, polars and Arrow, and arrays with gaps: what their columns become, and what is refused by name."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier as Theirs
from tests.unit.estimators.data import classes

from hagang import MLPClassifier, MLPRegressor

pandas = pytest.importorskip("pandas", reason="needs pandas")
polars = pytest.importorskip("polars", reason="needs polars")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SMALL = {"hidden_layer_sizes": (6,), "max_iter": 30, "random_state": 0}


def frame(**more):
    X, y = classes()
    return pandas.DataFrame({"a": X[:, 0], "b": X[:, 1], **more}), y


def refused(X, text, **settings):
    with pytest.raises(ValueError, match=text):
        MLPClassifier(**SMALL, **settings).fit(X, classes()[1])


@pytest.mark.parametrize("values", ["datetime64[s]", "timedelta64[s]"])
def test_dates_are_refused_by_name(values):
    X, _ = frame(when=np.arange(90).astype(values))
    refused(X, r"column 'when': expected numbers, received dates or durations .*such as the year")
    refused(polars.from_pandas(X), "column 'when': expected numbers.*received (datetime|timedelta)")
    refused(X[["when"]].to_numpy(), "X: expected numbers, received dates or durations")
    with pytest.raises(ValueError, match="y: expected numbers, received dates or durations"):
        MLPRegressor(**SMALL).fit(X[["a"]], X["when"])


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ([[1, 2]] * 90, "column 'c': expected numbers, text, categories or truth values, received list"),
        (pandas.period_range("2020", periods=90, freq="D"), "received Period.*leave the column out"),
        (["a", 1.5] * 45, "column 'c': expected values of one kind, received numbers and text.*astype"),
    ],
)
def test_what_no_column_may_hold(column, text):
    refused(frame(c=pandas.Series(column, dtype=None if isinstance(column, pandas.Index) else object))[0], text)


def test_columns_of_one_name_and_lazy_frames():
    X, _ = frame(c=np.ones(90))
    refused(X.set_axis(["a", "a", "c"], axis=1), "the name 'a' stands for several columns")
    refused(polars.from_pandas(X).lazy(), r"received a LazyFrame; pass X.collect\(\)")


def test_numbers_in_columns_of_objects_and_truth_values_are_numbers():
    X, y = frame(flag=np.arange(90) % 2 == 0)
    theirs = Theirs(**SMALL).fit(X, y).predict_proba(X)
    for same in (X, X.astype({"a": object}), polars.from_pandas(X)):
        assert np.allclose(MLPClassifier(**SMALL).fit(same, y).predict_proba(same), theirs)


@pytest.mark.parametrize("kind", ["string", "category", object])
def test_gaps_in_text_are_a_value(kind):
    X, y = frame(c=pandas.Series(["u", None, "v"] * 30, dtype=kind))
    model = MLPClassifier(**SMALL).fit(X, y)
    assert model.coefs_[0].shape[0] == 2 + 3
    assert np.isfinite(model.predict_proba(X.assign(c=np.nan))).all()
    with pytest.raises(ValueError, match="column 'c': expected text as in training, received numbers"):
        model.predict(X.assign(c=1.5))
    with pytest.raises(ValueError, match="column 'a': expected numbers, received 'x'"):
        model.predict(X.assign(a="x"))


def test_arrow_tables_and_names_that_are_no_text():
    pyarrow = pytest.importorskip("pyarrow", reason="needs pyarrow")
    X, y = frame(c=["u", "v", "w"] * 30)
    model = MLPClassifier(**SMALL).fit(X, y)
    table = pyarrow.table(X)
    assert np.array_equal(MLPClassifier(**SMALL).fit(table, y).predict_proba(table), model.predict_proba(X))
    numbered = MLPClassifier(**SMALL).fit(X.set_axis([0, 1, 2], axis=1), y)
    assert np.array_equal(numbered.predict_proba(X.to_numpy()), model.predict_proba(X))


def test_gaps_in_arrays_are_indicated():
    X, y = classes()
    X = X.copy()
    X[::7, 0] = np.nan
    model = MLPClassifier(**SMALL, missing="indicate").fit(X, y)
    assert model.coefs_[0].shape[0] == X.shape[1] + 1
    assert model.predict(np.nan_to_num(X)).shape == (90,)
    assert np.isfinite(model.predict_proba(np.full_like(X, np.nan))).all()


def test_a_label_that_is_pandas_na():
    y = pandas.Series(["p", "q"] * 45, dtype="string")
    y[3] = pandas.NA
    with pytest.raises(ValueError, match=r"Input y contains NaN.*received <NA> in row 3"):
        MLPClassifier(**SMALL).fit(frame()[0], y)
