"""What scikit-learn's perceptrons lack."""

import numpy as np
import pytest
from sklearn.base import clone
from tests.unit.estimators.data import classes, labels, quantities

from hagang import MLPClassifier, MLPRegressor
from hagang.nn import Focal
from hagang.optim import Lion

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SMALL = {"hidden_layer_sizes": (6,), "max_iter": 30, "random_state": 0, "learning_rate_init": 0.02}


def flat(model):
    return np.concatenate([array.ravel() for array in model.coefs_ + model.intercepts_])


@pytest.mark.parametrize("settings", [{}, {"batch_size": 20}, {"solver": "sgd", "batch_size": 20}, {"dropout": 0.3}])
def test_a_warm_start_goes_on_to_the_bit(settings):
    X, y = classes()
    settings = {**SMALL, **settings, "n_iter_no_change": 100}
    whole = MLPClassifier(**settings | {"max_iter": 20}).fit(X, y)
    parts = MLPClassifier(**settings | {"max_iter": 10}, warm_start=True).fit(X, y).fit(X, y)
    np.testing.assert_array_equal(flat(parts), flat(whole))
    assert parts.loss_curve_ == whole.loss_curve_
    assert (parts.n_iter_, parts.t_) == (10, whole.t_)


def test_a_warm_start_goes_on_after_a_file():
    import pickle

    X, y = classes()
    model = MLPClassifier(**SMALL | {"batch_size": 20}, warm_start=True).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(flat(again.fit(X, y)), flat(model.fit(X, y)))


def test_epochs_one_by_one_are_a_fit():
    X, y = classes()
    whole = MLPClassifier(**SMALL | {"max_iter": 5, "batch_size": 20}).fit(X, y)
    parts = MLPClassifier(**SMALL | {"batch_size": 20})
    for _ in range(5):
        parts.partial_fit(X, y, classes=[0, 1, 2])
    assert parts.loss_curve_ == whole.loss_curve_
    np.testing.assert_array_equal(flat(parts), flat(whole))


def test_partial_fits_of_batches_of_any_size():
    X, y = classes()
    model = MLPClassifier(**SMALL)
    for size in (90, 7, 1, 33):
        model.partial_fit(X[:size], y[:size], classes=[0, 1, 2])
    assert model.t_ == 131
    assert len(model.loss_curve_) == 4


def test_weights_of_classes():
    X, y = classes()
    y = np.array(["a", "b", "c"])[np.where(np.arange(90) < 60, 0, y)]
    balanced = MLPClassifier(**SMALL, class_weight="balanced").fit(X, y)
    _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    by_hand = MLPClassifier(**SMALL).fit(X, y, sample_weight=(90 / (3 * counts))[codes])
    np.testing.assert_allclose(flat(balanced), flat(by_hand), rtol=1e-12)
    with pytest.raises(ValueError, match="class_weight: expected a target of one class a row, received several labels"):
        MLPClassifier(class_weight="balanced").fit(*labels())


def test_rows_of_ones_own_to_watch():
    X, y = classes()
    held = classes(seed=5)
    model = MLPClassifier(**SMALL).fit(X, y, X_val=held[0], y_val=held[1])
    assert len(model.validation_scores_) == len(model.validation_loss_curve_) == model.n_iter_
    assert model.validation_scores_[-1] == model.score(*held)
    early = MLPClassifier(**SMALL, early_stopping=True, n_iter_no_change=3).fit(X, y, X_val=held[0], y_val=held[1])
    assert early.score(*held) == early.best_validation_score_ == max(early.validation_scores_)
    with pytest.raises(ValueError, match="X_val and y_val together, received X_val alone"):
        model.fit(X, y, X_val=X)


@pytest.mark.parametrize(
    "scoring", ["roc_auc_ovr", "neg_log_loss", lambda model, X, y: model.predict_proba(X)[:, 0].mean()]
)
def test_early_stopping_on_any_score_keeps_the_best(scoring):
    from sklearn.metrics import check_scoring

    X, y = classes()
    held = classes(30, seed=5)
    model = MLPClassifier(**SMALL, early_stopping=True, scoring=scoring).fit(X, y, X_val=held[0], y_val=held[1])
    assert check_scoring(model, scoring=scoring)(model, *held) == pytest.approx(max(model.validation_scores_))


def test_early_stopping_on_the_loss():
    X, y = quantities()
    model = MLPRegressor(**SMALL | {"max_iter": 300}, early_stopping=True, scoring="loss").fit(X, y)
    assert model.validation_scores_ == []
    assert min(model.validation_loss_curve_) > 0
    assert model.n_iter_ < 300


def test_layers_of_ones_own():
    X, y = classes()
    settings = SMALL | {"hidden_layer_sizes": (6, 5)}
    model = MLPClassifier(
        **settings,
        activation=["tanh", lambda z: z / (1 + np.abs(z))],
        dropout=[0.1, 0.0],
        normalisation="batch",
        initialiser="he",
    ).fit(X, y)
    assert [coef.shape for coef in model.coefs_] == [(4, 6), (6, 5), (5, 3)]
    assert model.score(X, y) > 0.8
    with pytest.raises(ValueError, match=r"activation: expected one value, or one for each of the 1 hidden layers"):
        MLPClassifier(**SMALL, activation=["tanh", "relu"]).fit(X, y)


def test_losses_optimisers_schedules_and_rules_of_hagang():
    X, y = classes()
    model = MLPClassifier(
        **SMALL | {"max_iter": 50}, loss=Focal(), optimizer=Lion(), schedule="cosine", stop="epochs 12"
    ).fit(X, y)
    assert model.n_iter_ == 12
    assert model.score(X, y) > 0.6
    X, y = quantities()
    robust = MLPRegressor(loss=lambda output, target: np.sum(np.abs(output - target), axis=1), **SMALL).fit(X, y)
    assert robust.loss_curve_[-1] < robust.loss_curve_[0]
    with pytest.raises(ValueError, match="expected a loss that predicts probabilities, received the function"):
        MLPClassifier(loss=lambda output, target: output[:, 0]).fit(*classes())


def test_two_classes_by_two_outputs():
    X, y = classes(kinds=2)
    model = MLPClassifier(**SMALL, loss="cross_entropy").fit(X, y)
    assert model.n_outputs_ == 2
    assert model.out_activation_ == "softmax"
    assert model.predict_proba(X).shape == (90, 2)


def test_functions_hear_and_stop():
    X, y = classes()
    heard = []

    def three(record):
        heard.append(record.loss)
        if record.epoch == 3:
            msg = "enough"
            raise StopIteration(msg)

    model = MLPClassifier(**SMALL, callbacks=three).fit(X, y)
    assert model.n_iter_ == 3
    assert heard == model.loss_curve_


def test_scikit_learns_callbacks_hear():
    callback = pytest.importorskip("sklearn.callback", reason="needs the callbacks of scikit-learn 1.9")
    X, y = classes()

    class Ear:
        def __init__(self):
            self.heard = []

        def setup(self, estimator, context):
            self.heard.append("setup")

        def teardown(self, estimator, context):
            self.heard.append("teardown")

        def on_fit_task_begin(self, estimator, context):
            pass

        def on_fit_task_end(self, estimator, context, *, X, y, fitted_estimator):
            self.heard.append((context.task_name, fitted_estimator.score(X, y)))
            return len(self.heard) == 4

    ear = Ear()
    assert isinstance(ear, callback.FitCallback)
    model = MLPClassifier(**SMALL).set_callbacks(ear).fit(X, y)
    assert [each if isinstance(each, str) else each[0] for each in ear.heard] == [
        "setup",
        "epoch",
        "epoch",
        "epoch",
        "fit",
        "teardown",
    ]
    assert model.n_iter_ == 3
    assert ear.heard[-2][1] == model.score(X, y)


def test_a_bar_of_progress(capsys):
    MLPClassifier(**SMALL, progress_bar=True).fit(*classes())
    assert "epoch" in capsys.readouterr().err


def test_arrays_put_into_coefs_count():
    X, y = quantities()
    model = MLPRegressor(**SMALL).fit(X, y)
    with pytest.raises(ValueError, match="read-only"):
        model.coefs_[0][0, 0] = 0.0
    model.intercepts_[-1] = model.intercepts_[-1] + 1.0
    before = clone(model).fit(X, y).predict(X)
    np.testing.assert_allclose(model.predict(X), before + 1.0)
    assert model.set_params(warm_start=True, max_iter=1).fit(X, y).loss_curve_[-1] > 0.2


def test_precision_is_that_of_the_rows_or_as_asked():
    X, y = classes()
    single, double = np.float32, np.float64
    for given, asked, expected in [(single, None, single), (double, None, double), (double, "float32", single)]:
        model = MLPClassifier(**SMALL, precision=asked).fit(X.astype(given), y)
        assert model.coefs_[0].dtype == expected
        assert model.predict_proba(X.astype(given)).dtype == given


def test_frames_of_mixed_columns():
    pandas = pytest.importorskip("pandas", reason="needs pandas")
    polars = pytest.importorskip("polars", reason="needs polars")
    X, y = classes()
    columns = {"a": X[:, 0].copy(), "b": X[:, 1], "kind": np.array(["x", "y", "z"])[y], "flag": y == 1}
    columns["a"][::7] = np.nan
    for frame in (pandas.DataFrame(columns), polars.DataFrame(columns).with_columns(polars.col("a").fill_nan(None))):
        model = MLPClassifier(**SMALL, missing="indicate").fit(frame, y)
        assert model.score(frame, y) == 1.0
        assert list(model.feature_names_in_) == ["a", "b", "kind", "flag"]
        assert model.n_features_in_ == 4
        assert model.coefs_[0].shape[0] == 2 + 1 + 3 + 1
    with pytest.raises(ValueError, match="Input X contains NaN"):
        MLPClassifier(**SMALL).fit(pandas.DataFrame(columns), y)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(pandas.DataFrame(columns)[["b", "a", "kind", "flag"]])


def test_parameters_may_change_between_partial_fits():
    X, y = quantities()
    model = MLPRegressor(**SMALL).partial_fit(X, y)
    before = flat(model)
    model.set_params(learning_rate_init=1e-12).partial_fit(X, y)
    np.testing.assert_allclose(flat(model), before, atol=1e-10)
    loss = model.loss_
    model.set_params(alpha=1e4).partial_fit(X, y)
    assert model.loss_ > 10 * loss


def test_no_rows_are_kept_alive():
    import gc
    import weakref

    X, y = classes()
    for fitted in (
        lambda model, rows: model.fit(rows, y),
        lambda model, rows: model.partial_fit(rows, y, classes=[0, 1, 2]),
    ):
        rows = X.copy()
        alive = weakref.ref(rows)
        model = fitted(MLPClassifier(**SMALL), rows)
        del rows
        gc.collect()
        assert alive() is None
        assert model.predict(X).shape == (90,)


def test_a_first_fit_of_quantities_may_watch_rows():
    X, y = quantities()
    model = MLPRegressor(**SMALL, early_stopping=True).fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    assert len(model.validation_scores_) == len(model.loss_curve_)
    with pytest.raises(ValueError, match="y: expected 1 outputs, as before, received 2"):
        MLPRegressor(**SMALL).fit(X, y, X_val=X, y_val=np.c_[y, y])


@pytest.mark.parametrize("weights", [{0: -1}, {0: np.nan}, {0: np.inf}, {0: 0, 1: 0, 2: 0}])
def test_weights_that_no_class_can_have(weights):
    X, y = classes()
    with pytest.raises(ValueError, match="class_weight: expected numbers from 0, not all of them 0, received"):
        MLPClassifier(**SMALL, class_weight=weights).fit(X, y)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"callbacks": 3}, "callbacks: expected functions of an epoch's record.*received 3"),
        ({"callbacks": [print, "x"]}, "callbacks: .*on_epoch_end, on_run_end; received 'x'"),
        ({"callbacks": list}, r"received the class list: give an object of it, list\(…\)"),
        ({"class_weight": "balance"}, "'class_weight' parameter .* must be .*'balanced'"),
        ({"scoring": "f2"}, "'f2' is not a valid scoring value"),
        ({"loss": "log_los"}, "loss: expected 'log_loss' or one of hagang's losses.*did you mean 'log_loss'"),
    ],
)
def test_parameters_that_would_do_nothing(settings, text):
    X, y = classes()
    with pytest.raises(ValueError, match=text):
        MLPClassifier(**SMALL, **settings).fit(X, y)


def test_anything_that_can_be_called_hears():
    heard = []

    class Heard:
        def __call__(self, record):
            heard.append(record.epoch)

    MLPClassifier(**SMALL, callbacks=Heard()).fit(*classes())
    assert heard == list(range(1, 31))


def test_intercepts_are_zeros_under_a_normalisation():
    X, y = classes()
    model = MLPClassifier(**SMALL, normalisation="layer").fit(X, y)
    assert not model.intercepts_[0].any()
    assert model.intercepts_[0].shape == (model.coefs_[0].shape[1],)
    assert model.intercepts_[-1].any()
    model.intercepts_[0] = model.intercepts_[0] + 1.0
    with pytest.raises(ValueError, match=r"intercepts_: expected zeros for layers\.0, which is under a normalisation"):
        model.predict(X)


def test_rows_that_are_only_watched_do_not_choose_the_weights():
    X, y = classes()
    watched = classes(seed=5)[0], np.roll(classes(seed=5)[1], 1)
    model = MLPClassifier(**{**SMALL, "n_iter_no_change": 2, "tol": 10.0}).fit(X, y, X_val=watched[0], y_val=watched[1])
    alone = MLPClassifier(**{**SMALL, "n_iter_no_change": 2, "tol": 10.0}).fit(X, y)
    assert model.n_iter_ == alone.n_iter_
    np.testing.assert_array_equal(model.coefs_[0], alone.coefs_[0])
