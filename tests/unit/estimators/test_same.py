"""The same as scikit-learn: with one random state, the same weights after every kind of fit, up to rounding."""

import warnings

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn import neural_network as peer
from tests.unit.estimators.data import classes, labels, quantities

import hagang

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

WEIGHTED = tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 7)
SETTINGS = [
    {},
    {"batch_size": 32},
    {"batch_size": 32, "shuffle": False, "activation": "tanh", "alpha": 3.0},
    {"solver": "sgd", "learning_rate_init": 0.05},
    {"solver": "sgd", "momentum": 0.0, "batch_size": 20, "activation": "logistic"},
    {"solver": "sgd", "nesterovs_momentum": False, "batch_size": 20},
    {"solver": "sgd", "learning_rate": "invscaling", "momentum": 0.0, "batch_size": 20, "power_t": 0.3},
    {"solver": "sgd", "learning_rate": "adaptive", "momentum": 0.0, "tol": 1e-2, "n_iter_no_change": 2},
    {"hidden_layer_sizes": (7, 5), "activation": "identity", "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6},
    {"hidden_layer_sizes": (), "batch_size": 50},
    {"early_stopping": True, "batch_size": 16, "n_iter_no_change": 3, "learning_rate_init": 0.02},
    {"tol": 0.05, "n_iter_no_change": 2, "learning_rate_init": 0.01},
    {"n_iter_no_change": np.inf, "batch_size": 40},
]


def both(kind, data, settings, **fit):
    settings = {"hidden_layer_sizes": (6,), "max_iter": 40, "random_state": 3, **settings}
    return [getattr(module, kind)(**settings).fit(*data, **fit) for module in (peer, hagang)]


def compare(theirs, ours, rtol=1e-9):
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.t_ == theirs.t_
    assert (ours.n_layers_, ours.n_outputs_, ours.out_activation_) == (
        theirs.n_layers_,
        theirs.n_outputs_,
        theirs.out_activation_,
    )
    for a, b in zip(theirs.coefs_ + theirs.intercepts_, ours.coefs_ + ours.intercepts_, strict=True):
        np.testing.assert_allclose(b, a, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("kinds", [2, 3])
def test_classes(settings, kinds):
    theirs, ours = both("MLPClassifier", classes(kinds=kinds), settings)
    compare(theirs, ours)
    X = classes(seed=1)[0]
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-7, atol=1e-9)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-8)
    assert ours.loss_ == ours.loss_curve_[-1]
    if settings.get("early_stopping"):
        assert ours.validation_scores_ == pytest.approx(theirs.validation_scores_)
        assert ours.best_validation_score_ == pytest.approx(theirs.best_validation_score_)
        assert ours.best_loss_ is theirs.best_loss_ is None
    else:
        assert ours.best_loss_ == pytest.approx(theirs.best_loss_)


@pytest.mark.parametrize("settings", SETTINGS[:4] + SETTINGS[-3:], ids=str)
def test_quantities(settings):
    theirs, ours = both("MLPRegressor", quantities(), settings)
    compare(theirs, ours)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-8)
    X = classes(seed=1)[0]
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-7)


def test_thousands_of_rows_over_many_epochs():
    """Long enough for whatever is made ready while the engine is at work."""
    theirs, ours = both("MLPRegressor", quantities(rows=3000), {"max_iter": 15, "hidden_layer_sizes": (30,)})
    compare(theirs, ours, rtol=1e-7)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-8)


@pytest.mark.parametrize("settings", SETTINGS[:4], ids=str)
def test_labels_and_several_outputs(settings):
    theirs, ours = both("MLPClassifier", labels(), settings)
    compare(theirs, ours)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-8)
    np.testing.assert_array_equal(ours.predict(labels()[0]), theirs.predict(labels()[0]))
    theirs, ours = both("MLPRegressor", quantities(outputs=3), {**settings, "tol": 0.0, "n_iter_no_change": 100})
    compare(theirs, ours)
    np.testing.assert_allclose(ours.predict(labels()[0]), theirs.predict(labels()[0]), rtol=1e-7)


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_matrix])
def test_sparse_rows(make):
    X, y = classes()
    theirs, ours = both("MLPClassifier", (make(np.where(X > 1, X, 0)), y), {"batch_size": 32})
    compare(theirs, ours)
    np.testing.assert_allclose(ours.predict_proba(make(X)), theirs.predict_proba(make(X)), rtol=1e-7)


def test_lbfgs_ends_as_deep():
    theirs, ours = both("MLPClassifier", classes(), {"solver": "lbfgs", "alpha": 0.1, "max_iter": 300, "tol": 1e-6})
    assert ours.loss_ < 1.02 * theirs.loss_
    assert not hasattr(ours, "loss_curve_")
    theirs, ours = both("MLPRegressor", quantities(), {"hidden_layer_sizes": (), "solver": "lbfgs", "tol": 1e-9})
    compare_only = [np.concatenate([c.ravel() for c in each.coefs_]) for each in (theirs, ours)]
    np.testing.assert_allclose(*compare_only, rtol=1e-5, atol=1e-6)


@pytest.mark.skipif(not WEIGHTED, reason="scikit-learn before 1.7 weighs no rows")
def test_weights_and_the_poisson_loss():
    X, y = classes()
    weight = np.linspace(0.1, 2, len(y))
    compare(*both("MLPClassifier", (X, y), {"batch_size": 32}, sample_weight=weight))
    counts = np.random.default_rng(0).poisson(np.exp(X[:, 0] / 3)).astype(float)
    theirs, ours = both("MLPRegressor", (X, counts), {"loss": "poisson", "n_iter_no_change": 100})
    compare(theirs, ours)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-7)


def test_parameters_are_those_of_scikit_learn():
    for kind in ("MLPClassifier", "MLPRegressor"):
        theirs, ours = (getattr(module, kind)().get_params() for module in (peer, hagang))
        assert {name: ours[name] for name in theirs} == theirs


def test_the_warnings_are_those_of_scikit_learn():
    said = []
    for module in (peer, hagang):
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            module.MLPClassifier(max_iter=2, batch_size=500).fit(*classes())
        said.append([(each.category, str(each.message)) for each in heard])
    assert said[0] == said[1]


def test_verbose_lines(capsys):
    said = []
    for module in (peer, hagang):
        module.MLPClassifier(max_iter=20, verbose=True, random_state=0, tol=0.1, n_iter_no_change=2).fit(*classes())
        module.MLPClassifier(max_iter=3, verbose=True, random_state=0, early_stopping=True).fit(*classes())
        adaptive = {"solver": "sgd", "learning_rate": "adaptive", "momentum": 0, "tol": 10, "n_iter_no_change": 1}
        module.MLPRegressor(max_iter=50, verbose=True, random_state=0, **adaptive).fit(*quantities())
        said.append(capsys.readouterr().out)
    assert "Setting learning rate to 0.000200" in said[0]
    assert said[0] == said[1]
