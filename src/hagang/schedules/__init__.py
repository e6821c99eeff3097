"""Learning-rate schedules: functions from the step to a factor of the learning rate, and `Plateau`, which adapts."""

from hagang.schedules.base import ConstantRate as ConstantRate
from hagang.schedules.base import Product as Product
from hagang.schedules.base import Schedule as Schedule
from hagang.schedules.compose import Function as Function
from hagang.schedules.compose import Joined as Joined
from hagang.schedules.compose import PerEpoch as PerEpoch
from hagang.schedules.compose import Warmup as Warmup
from hagang.schedules.cosine import Cosine as Cosine
from hagang.schedules.cosine import CosineRestarts as CosineRestarts
from hagang.schedules.cycles import Cyclical as Cyclical
from hagang.schedules.cycles import OneCycle as OneCycle
from hagang.schedules.decay import Exponential as Exponential
from hagang.schedules.decay import InverseTime as InverseTime
from hagang.schedules.decay import Linear as Linear
from hagang.schedules.decay import MultiStepDecay as MultiStepDecay
from hagang.schedules.decay import Polynomial as Polynomial
from hagang.schedules.decay import StepDecay as StepDecay
from hagang.schedules.names import SCHEDULES as SCHEDULES
from hagang.schedules.names import schedule as schedule
from hagang.schedules.plateau import Plateau as Plateau
from hagang.schedules.plateau import PlateauState as PlateauState

__all__ = [
    "SCHEDULES",
    "ConstantRate",
    "Cosine",
    "CosineRestarts",
    "Cyclical",
    "Exponential",
    "Function",
    "InverseTime",
    "Joined",
    "Linear",
    "MultiStepDecay",
    "OneCycle",
    "PerEpoch",
    "Plateau",
    "PlateauState",
    "Polynomial",
    "Product",
    "Schedule",
    "StepDecay",
    "Warmup",
    "schedule",
]
