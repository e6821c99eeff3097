"""In scikit-learn's company: pipelines, searches, calibration, routing, processes, files."""

import copy
import os

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.unit.estimators.data import classes, quantities

from hagang import MLPClassifier, MLPRegressor
from hagang.estimators.prepared import usable_threads

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SMALL = {"hidden_layer_sizes": (6,), "max_iter": 30, "random_state": 0, "learning_rate_init": 0.02}


def test_pipelines_and_searches():
    X, y = classes()
    pipe = make_pipeline(StandardScaler(), MLPClassifier(**SMALL))
    search = GridSearchCV(pipe, {"mlpclassifier__alpha": [1e-4, 1.0], "mlpclassifier__dropout": [0.0, 0.2]}, cv=3)
    assert search.fit(X, y).best_score_ > 0.8
    halving = HalvingRandomSearchCV(
        MLPClassifier(**SMALL),
        {"hidden_layer_sizes": [(4,), (8,)], "alpha": [1e-4, 1e-2]},
        cv=2,
        resource="max_iter",
        min_resources=5,
        max_resources=20,
        random_state=0,
    )
    assert halving.fit(X, y).best_score_ > 0.5


def test_processes_give_the_same_scores():
    X, y = classes()
    alone, together = (cross_val_score(MLPClassifier(**SMALL), X, y, cv=2, n_jobs=n) for n in (1, 2))
    np.testing.assert_array_equal(alone, together)


def test_threads_times_processes_are_the_cores():
    cores = os.cpu_count()
    shares = joblib.Parallel(n_jobs=2)(joblib.delayed(usable_threads)(None) for _ in range(2))
    assert max(shares) * 2 <= max(cores, 2)
    pooled = joblib.Parallel(n_jobs=2, backend="threading")(joblib.delayed(usable_threads)(None) for _ in range(2))
    assert pooled == [1, 1]
    assert usable_threads(3) == 3


def test_threads_predict_together():
    X, y = classes()
    model = MLPClassifier(**SMALL).fit(X, y)
    parts = joblib.Parallel(n_jobs=4, backend="threading")(joblib.delayed(model.predict_proba)(X) for _ in range(16))
    for part in parts:
        np.testing.assert_array_equal(part, parts[0])


def test_calibration():
    X, y = classes()
    model = CalibratedClassifierCV(MLPClassifier(**SMALL), cv=2).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X).sum(1), 1.0)


@pytest.mark.parametrize(("kind", "rows"), [(MLPClassifier, classes), (MLPRegressor, quantities)])
def test_importance_and_dependence(kind, rows):
    X, y = rows()
    model = kind(**SMALL).fit(X, y)
    assert permutation_importance(model, X, y, n_repeats=3, random_state=0).importances_mean.shape == (X.shape[1],)
    assert partial_dependence(model, X, [0], grid_resolution=5)["average"].shape[1:] == (5,)


def test_metadata_is_routed():
    X, y = classes()
    with sklearn.config_context(enable_metadata_routing=True):
        model = MLPClassifier(**SMALL).set_fit_request(sample_weight=True, X_val=True, y_val=True)
        pipe = make_pipeline(model)
        pipe.fit(X, y, sample_weight=np.linspace(1, 2, 90), X_val=X, y_val=y)
    assert len(pipe[-1].validation_scores_) == 30


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
def test_copies(make):
    X, y = classes()
    model = MLPClassifier(**SMALL).fit(X, y)
    np.testing.assert_array_equal(make(model).predict_proba(X), model.predict_proba(X))


def test_read_only_maps_of_files(tmp_path):
    X, y = classes()
    joblib.dump((X, y), tmp_path / "rows")
    mapped = joblib.load(tmp_path / "rows", mmap_mode="r")
    assert not mapped[0].flags.writeable
    model = MLPClassifier(**SMALL, batch_size=20).fit(*mapped)
    np.testing.assert_array_equal(model.predict(mapped[0]), MLPClassifier(**SMALL, batch_size=20).fit(X, y).predict(X))
