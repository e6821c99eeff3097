"""scikit-learn's multi-layer perceptrons, trained by hagang: the same names, faster, with what their users miss."""

from hagang.estimators.classifier import MLPClassifier as MLPClassifier
from hagang.estimators.regressor import MLPRegressor as MLPRegressor
