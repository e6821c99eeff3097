"""Feature importance: scikit-learn's permutation importance and partial dependence of a regressor and a classifier.

Run it with `python examples/importance.py`.
"""

from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hagang import MLPClassifier, MLPRegressor

X, y = load_diabetes(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
network = MLPRegressor(solver="lbfgs", hidden_layer_sizes=(10,), alpha=300.0, max_iter=5000, random_state=0)
model = make_pipeline(StandardScaler(), network).fit(X_train, y_train)
print(f"R² {model.score(X_test, y_test):.2f} on other rows")

importance = permutation_importance(model, X_test, y_test, n_repeats=10, random_state=0)
for column in importance.importances_mean.argsort()[::-1][:4]:
    mean, spread = importance.importances_mean[column], importance.importances_std[column]
    print(f"{X.columns[column]:4} {'#' * round(100 * mean)}  {mean:.3f} ± {spread:.3f}")

curve = partial_dependence(model, X_test, ["bmi"], grid_resolution=6)
for value, prediction in zip(curve["grid_values"][0], curve["average"][0], strict=True):
    print(f"bmi {value:+.3f}  {prediction:5.1f}")
print("rises with bmi:", bool(curve["average"][0][0] < curve["average"][0][-1]))

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
network = MLPClassifier(solver="lbfgs", hidden_layer_sizes=(10,), alpha=1.0, max_iter=1000, random_state=0)
model = make_pipeline(StandardScaler(), network).fit(X_train, y_train)
print(f"accuracy {model.score(X_test, y_test):.3f} on other rows")

importance = permutation_importance(model, X_test, y_test, n_repeats=10, random_state=0)
first = importance.importances_mean.argmax()
print(f"the largest loss is without '{X.columns[first]}': {importance.importances_mean[first]:.3f}")

curve = partial_dependence(model, X_test, ["worst texture"], grid_resolution=6)["average"][0]
print("a rough texture makes 'benign' less likely:", bool(curve[-1] < curve[0]))
