"""hagang trains neural networks, and minimises any function, by gradient descent.

This is the table of contents. Names are loaded on first use, so that importing hagang imports NumPy at most:
SciPy, scikit-learn, DuckDB and matplotlib come with the first work that needs them.

To add a name, list it under its home in `_HOMES` and import it in the block for type checkers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hagang.autodiff import GradientCheck as GradientCheck
    from hagang.autodiff import check_grad as check_grad
    from hagang.autodiff import numerical_gradient as numerical_gradient
    from hagang.derivatives import grad as grad
    from hagang.derivatives import hessian as hessian
    from hagang.derivatives import hessian_vector_product as hessian_vector_product
    from hagang.derivatives import jacobian as jacobian
    from hagang.derivatives import value_and_grad as value_and_grad
    from hagang.errors import ArgumentError as ArgumentError
    from hagang.errors import DataError as DataError
    from hagang.errors import FileFormatError as FileFormatError
    from hagang.errors import GradientError as GradientError
    from hagang.errors import HagangError as HagangError
    from hagang.errors import HagangWarning as HagangWarning
    from hagang.errors import ProgramError as ProgramError
    from hagang.errors import ShapeError as ShapeError
    from hagang.errors import TraceError as TraceError
    from hagang.errors import TrainingError as TrainingError
    from hagang.estimators import MLPClassifier as MLPClassifier
    from hagang.estimators import MLPRegressor as MLPRegressor
    from hagang.measure import Watch as Watch
    from hagang.minimizing import gradient_descent as gradient_descent
    from hagang.minimizing import linear_least_squares as linear_least_squares
    from hagang.minimizing import minimize as minimize
    from hagang.minimizing import scipy_method as scipy_method
    from hagang.minimizing import sweep_learning_rates as sweep_learning_rates
    from hagang.nn import ELU as ELU
    from hagang.nn import KL as KL
    from hagang.nn import Activation as Activation
    from hagang.nn import BatchNorm as BatchNorm
    from hagang.nn import BinaryCrossEntropy as BinaryCrossEntropy
    from hagang.nn import BinaryFocal as BinaryFocal
    from hagang.nn import CrossEntropy as CrossEntropy
    from hagang.nn import Dense as Dense
    from hagang.nn import Dropout as Dropout
    from hagang.nn import Embedding as Embedding
    from hagang.nn import Focal as Focal
    from hagang.nn import Forward as Forward
    from hagang.nn import Gaussian as Gaussian
    from hagang.nn import GaussianNLL as GaussianNLL
    from hagang.nn import GaussianNoise as GaussianNoise
    from hagang.nn import Glorot as Glorot
    from hagang.nn import HalfMeanSquared as HalfMeanSquared
    from hagang.nn import He as He
    from hagang.nn import Hinge as Hinge
    from hagang.nn import Huber as Huber
    from hagang.nn import Layer as Layer
    from hagang.nn import LayerNorm as LayerNorm
    from hagang.nn import LeakyReLU as LeakyReLU
    from hagang.nn import LeCun as LeCun
    from hagang.nn import LogCosh as LogCosh
    from hagang.nn import Loss as Loss
    from hagang.nn import MeanAbsolute as MeanAbsolute
    from hagang.nn import MeanSquared as MeanSquared
    from hagang.nn import MultiHinge as MultiHinge
    from hagang.nn import Network as Network
    from hagang.nn import Orthogonal as Orthogonal
    from hagang.nn import Poisson as Poisson
    from hagang.nn import PReLU as PReLU
    from hagang.nn import Quantile as Quantile
    from hagang.nn import Residual as Residual
    from hagang.nn import ResidualSumOfSquares as ResidualSumOfSquares
    from hagang.nn import RMSNorm as RMSNorm
    from hagang.nn import Scale as Scale
    from hagang.nn import Sequential as Sequential
    from hagang.nn import SmoothL1 as SmoothL1
    from hagang.nn import Softplus as Softplus
    from hagang.nn import Uniform as Uniform
    from hagang.nn import Zeros as Zeros
    from hagang.optim import LAMB as LAMB
    from hagang.optim import SGD as SGD
    from hagang.optim import AdaDelta as AdaDelta
    from hagang.optim import AdaGrad as AdaGrad
    from hagang.optim import Adam as Adam
    from hagang.optim import AdaMax as AdaMax
    from hagang.optim import AdamW as AdamW
    from hagang.optim import ClipByNorm as ClipByNorm
    from hagang.optim import ClipByValue as ClipByValue
    from hagang.optim import DecoupledWeightDecay as DecoupledWeightDecay
    from hagang.optim import ExponentialAverage as ExponentialAverage
    from hagang.optim import GradientAccumulation as GradientAccumulation
    from hagang.optim import L1Penalty as L1Penalty
    from hagang.optim import Lion as Lion
    from hagang.optim import MaxNorm as MaxNorm
    from hagang.optim import Momentum as Momentum
    from hagang.optim import NAdam as NAdam
    from hagang.optim import Optimizer as Optimizer
    from hagang.optim import ParamGroup as ParamGroup
    from hagang.optim import ParamGroups as ParamGroups
    from hagang.optim import PerArray as PerArray
    from hagang.optim import PolyakAverage as PolyakAverage
    from hagang.optim import RAdam as RAdam
    from hagang.optim import RMSProp as RMSProp
    from hagang.optim import Rprop as Rprop
    from hagang.optim import WeightDecay as WeightDecay
    from hagang.runs import Run as Run
    from hagang.runs import choose_batch_size as choose_batch_size
    from hagang.runs import fit as fit
    from hagang.runs import open_run as open_run
    from hagang.trace import custom_gradient as custom_gradient
    from hagang.trace import logsumexp as logsumexp
    from hagang.trace import stop_gradient as stop_gradient
    from hagang.training import Batches as Batches
    from hagang.training import DataSource as DataSource
    from hagang.training import History as History
    from hagang.training import TrainedNetwork as TrainedNetwork
    from hagang.training import load as load
    from hagang.view import explain as explain
    from hagang.workflow.training import train as train

    __version__: str

_HOMES: dict[str, tuple[str, ...]] = {
    "hagang.autodiff": ("GradientCheck", "check_grad", "numerical_gradient"),
    "hagang.derivatives": (
        "grad",
        "hessian",
        "hessian_vector_product",
        "jacobian",
        "value_and_grad",
    ),
    "hagang.errors": (
        "ArgumentError",
        "DataError",
        "FileFormatError",
        "GradientError",
        "HagangError",
        "HagangWarning",
        "ProgramError",
        "ShapeError",
        "TraceError",
        "TrainingError",
    ),
    "hagang.estimators": ("MLPClassifier", "MLPRegressor"),
    "hagang.measure": ("Watch",),
    "hagang.minimizing": (
        "gradient_descent",
        "linear_least_squares",
        "minimize",
        "scipy_method",
        "sweep_learning_rates",
    ),
    "hagang.nn": (
        "Activation",
        "BatchNorm",
        "BinaryCrossEntropy",
        "BinaryFocal",
        "CrossEntropy",
        "Dense",
        "Dropout",
        "ELU",
        "Embedding",
        "Focal",
        "Forward",
        "Gaussian",
        "GaussianNLL",
        "GaussianNoise",
        "Glorot",
        "HalfMeanSquared",
        "He",
        "Hinge",
        "Huber",
        "KL",
        "Layer",
        "LayerNorm",
        "LeCun",
        "LeakyReLU",
        "LogCosh",
        "Loss",
        "MeanAbsolute",
        "MeanSquared",
        "MultiHinge",
        "Network",
        "Orthogonal",
        "PReLU",
        "Poisson",
        "Quantile",
        "RMSNorm",
        "Residual",
        "ResidualSumOfSquares",
        "Scale",
        "Sequential",
        "SmoothL1",
        "Softplus",
        "Uniform",
        "Zeros",
    ),
    "hagang.optim": (
        "LAMB",
        "SGD",
        "GradientAccumulation",
        "AdaDelta",
        "AdaGrad",
        "AdaMax",
        "Adam",
        "AdamW",
        "ClipByNorm",
        "ClipByValue",
        "DecoupledWeightDecay",
        "ExponentialAverage",
        "ParamGroup",
        "ParamGroups",
        "L1Penalty",
        "Lion",
        "MaxNorm",
        "Momentum",
        "NAdam",
        "Optimizer",
        "PerArray",
        "PolyakAverage",
        "RAdam",
        "RMSProp",
        "Rprop",
        "WeightDecay",
    ),
    "hagang.runs": ("Run", "choose_batch_size", "fit", "open_run"),
    "hagang.trace": ("custom_gradient", "logsumexp", "stop_gradient"),
    "hagang.training": (
        "Batches",
        "DataSource",
        "History",
        "TrainedNetwork",
        "load",
    ),
    "hagang.view": ("explain",),
    "hagang.workflow.training": ("train",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *(name for name, home in _HOME.items() if home != "hagang.estimators")]
"""What `from hagang import *` brings: all but the estimators, which are classes of scikit-learn's."""


_PACKAGES = ("stats",)
"""Packages whose names are public as they are, `hagang.stats.norm` say."""


def __getattr__(name: str) -> Any:
    value: Any
    if name == "__version__":
        value = import_module("hagang._version").installed_version()
    elif name in _PACKAGES:
        value = import_module(f"hagang.{name}")
    elif name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    else:
        msg = f"module 'hagang' has no attribute {name!r}"
        raise AttributeError(msg, name=name, obj=import_module(__name__))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(["__version__", *_PACKAGES, *_HOME])
