"""scikit-learn's own checks of an estimator: all of them, none excused."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from hagang import MLPClassifier, MLPRegressor


@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks(estimator, check):
    check(estimator)
