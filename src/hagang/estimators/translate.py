"""From an estimator's parameters to hagang's layers, loss, optimiser, schedule and stopping rule."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.estimators.rules import Adaptive, EarlyEpsilon, InverseScaling, Stalled, Summed
from hagang.nn import BinaryCrossEntropy, CrossEntropy, CustomLoss, Dense, HalfMeanSquared, Network, Poisson
from hagang.nn import loss as find_loss
from hagang.optim import SGD, Momentum
from hagang.optim import optimizer as find_optimizer
from hagang.recipe.layers import block
from hagang.schedules import ConstantRate
from hagang.schedules import schedule as find_schedule
from hagang.stopping import rule as find_rule

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.nn import Layer, Loss
    from hagang.optim import Optimizer
    from hagang.schedules import Schedule
    from hagang.stopping import Rule

__all__ = [
    "dense_paths",
    "frozen",
    "hidden_sizes",
    "is_adaptive",
    "loss_of",
    "network_of",
    "optimizer_of",
    "other_loss",
    "schedule_of",
    "stalled_of",
    "start_of",
    "stop_of",
]

_SUMMED = (BinaryCrossEntropy, HalfMeanSquared, Poisson)


# --- layers --------------------------------------------------------------------------------------------


def hidden_sizes(estimator: Any) -> list[int]:
    """The numbers of hidden units, layer by layer."""
    widths = estimator.hidden_layer_sizes
    sizes = list(widths) if np.iterable(widths) else [widths]
    if not all(isinstance(size, int | np.integer) and size > 0 for size in sizes):
        msg = f"hidden_layer_sizes must be > 0, got {sizes}."
        raise ArgumentError(msg)
    return [int(size) for size in sizes]


def network_of(estimator: Any, outputs: int) -> Network:
    """Hidden layers with what belongs to each, and the layer of outputs."""
    sizes = hidden_sizes(estimator)
    activations = [_activation(each) for each in _per_layer(estimator, "activation", len(sizes))]
    rates = _per_layer(estimator, "dropout", len(sizes))
    norm = estimator.normalisation or "none"
    layers: list[Layer] = []
    for size, activation, rate in zip(sizes, activations, rates, strict=True):
        layers += block(size, activation, norm=norm, dropout=rate, initialiser=estimator.initialiser)
    return Network([*layers, Dense(outputs, initialiser=estimator.initialiser)])


def _activation(chosen: Any) -> Any:
    return "sigmoid" if chosen == "logistic" else chosen


def _per_layer(estimator: Any, name: str, layers: int) -> list[Any]:
    """One value for all hidden layers, or one for each."""
    value = getattr(estimator, name)
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [value] * layers
    if len(value) != layers:
        msg = f"{name}: expected one value, or one for each of the {layers} hidden layers, received {value!r}"
        raise ArgumentError(msg)
    return list(value)


def dense_paths(network: Network) -> list[str]:
    """Where the weights and biases stand that scikit-learn calls `coefs_` and `intercepts_`.

    A dense layer under a normalisation has no bias: its `intercepts_` are zeros.
    """
    return [f"layers.{k}" for k, layer in enumerate(network.layers) if isinstance(layer, Dense)]


def start_of(estimator: Any, network: Network, inputs: int, random: np.random.RandomState) -> Any:
    """The weights before the first step.

    Without an `initialiser` they are drawn as scikit-learn draws them, in its order, so that the same
    `random_state` gives the same start: uniform within the square root of 6 (2 for "logistic") over the sum of
    inputs and outputs, the intercepts too.
    """
    params = network.init((inputs,), int(random.randint(2**31)) if estimator.initialiser is not None else 0)
    if estimator.initialiser is None:
        factor = 2.0 if estimator.activation == "logistic" else 6.0
        for layer in params["layers"]:
            if "weights" in layer:
                bound = np.sqrt(factor / sum(layer["weights"].shape))
                for name in [each for each in ("weights", "bias") if each in layer]:
                    layer[name] = random.uniform(-bound, bound, layer[name].shape)
    return params


# --- loss ----------------------------------------------------------------------------------------------


def loss_of(estimator: Any, kind: str, outputs: int) -> Loss:
    """The loss for a kind of target: "binary", "multiclass", "multilabel" or "regression".

    Losses of several outputs are summed over them, as scikit-learn's gradients have it.
    """
    own = {"binary": BinaryCrossEntropy(), "multilabel": BinaryCrossEntropy(), "multiclass": CrossEntropy()}
    chosen = estimator.loss
    if chosen == "log_loss":
        rule: Loss = own[kind]
    elif chosen == "squared_error":
        rule = HalfMeanSquared()
    else:
        rule = other_loss(chosen, "squared_error" if kind == "regression" else "log_loss")
    if kind != "regression" and isinstance(rule, CustomLoss):
        msg = (
            f"loss: expected a loss that predicts probabilities, received the function {rule.name}, which does not "
            "say how; derive a class from hagang.nn.Loss and give it a predict"
        )
        raise ArgumentError(msg)
    return Summed(rule, outputs) if isinstance(rule, _SUMMED) and outputs > 1 else rule


def other_loss(chosen: Any, default: str) -> Loss:
    """One of hagang's losses, in the place of scikit-learn's."""
    if isinstance(chosen, str) and get_close_matches(chosen, [default], cutoff=0.8):
        msg = f"loss: expected {default!r} or one of hagang's losses, received {chosen!r}; did you mean {default!r}?"
        raise ArgumentError(msg)
    return find_loss(chosen)


# --- descent -------------------------------------------------------------------------------------------


def optimizer_of(estimator: Any) -> Optimizer:
    """The optimiser that `optimizer` is, or that `solver` names."""
    if estimator.optimizer is not None:
        return find_optimizer(estimator.optimizer)
    if estimator.solver == "adam":
        return EarlyEpsilon(float(estimator.beta_1), float(estimator.beta_2), float(estimator.epsilon))
    if not estimator.momentum:
        return SGD()
    return Momentum(float(estimator.momentum), nesterov=bool(estimator.nesterovs_momentum))


def schedule_of(estimator: Any, rows: int, steps: int, stalled: Stalled) -> Schedule:
    """How the rate changes; scikit-learn's `learning_rate` acts with the solver "sgd" only."""
    if estimator.schedule is not None:
        return find_schedule(estimator.schedule)
    if estimator.solver != "sgd" or estimator.learning_rate == "constant":
        return ConstantRate()
    if estimator.learning_rate == "invscaling":
        return InverseScaling(float(estimator.power_t), rows, steps)
    return Adaptive(stalled)


def is_adaptive(estimator: Any) -> bool:
    """Whether the rate falls where epochs stall."""
    return bool(estimator.solver == "sgd" and estimator.learning_rate == "adaptive" and estimator.schedule is None)


def stalled_of(estimator: Any, *, watches: bool, each_step: bool) -> Stalled:
    """The rule that `tol` and `n_iter_no_change` make, on the training loss or the validation score."""
    adaptive = is_adaptive(estimator)
    falls = Adaptive.falls(float(estimator.learning_rate_init)) if adaptive else 0
    watched = "validation" if estimator.scoring == "loss" else "score"
    of = watched if watches else "value"
    at_step = each_step and not watches and not adaptive
    return Stalled(float(estimator.n_iter_no_change), float(estimator.tol), falls, of, at_step)


def stop_of(estimator: Any, stalled: Stalled) -> Rule:
    """`tol` and `n_iter_no_change`, and any rule that the user adds."""
    return stalled if estimator.stop is None else stalled | find_rule(estimator.stop)


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """An array that cannot be changed by accident: predictions are prepared from it."""
    array.flags.writeable = False
    return array
