"""scikit-learn's comparison of learning strategies, run by both libraries: only the import differs.

Run it with `python examples/learning_curves.py`.
"""

import warnings

import sklearn.neural_network
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import MinMaxScaler

import hagang

SGD = {"solver": "sgd", "learning_rate_init": 0.2}
STRATEGIES = {
    "constant rate": {**SGD, "momentum": 0},
    "constant, momentum": {**SGD, "momentum": 0.9, "nesterovs_momentum": False},
    "constant, Nesterov": {**SGD, "momentum": 0.9, "nesterovs_momentum": True},
    "inverse scaling": {**SGD, "learning_rate": "invscaling", "momentum": 0},
    "adaptive": {**SGD, "learning_rate": "adaptive", "momentum": 0},
    "adam": {"solver": "adam", "learning_rate_init": 0.01},
}

warnings.simplefilter("ignore", ConvergenceWarning)
X, y = load_iris(return_X_y=True)
X = MinMaxScaler().fit_transform(X)
largest_difference = 0.0
print(f"{'':20}  scikit-learn            hagang")
for name, settings in STRATEGIES.items():
    models = [
        library.MLPClassifier(random_state=0, max_iter=400, **settings).fit(X, y)
        for library in (sklearn.neural_network, hagang)
    ]
    results = [f"score {model.score(X, y):.3f}  loss {model.loss_:.4f}" for model in models]
    print(f"{name:20}  {results[0]}   {results[1]}")
    largest_difference = max(largest_difference, abs(models[0].score(X, y) - models[1].score(X, y)))
print(f"scores differ by at most {largest_difference:.3f}")
