"""Learning-rate schedules: pure functions from the step to a factor of the learning rate, and the one that listens."""

from hagang.schedules.base import Constant as Constant
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
from hagang.schedules.decay import MultiStep as MultiStep
from hagang.schedules.decay import Polynomial as Polynomial
from hagang.schedules.decay import Step as Step
from hagang.schedules.names import SCHEDULES as SCHEDULES
from hagang.schedules.names import schedule as schedule
from hagang.schedules.plateau import Heard as Heard
from hagang.schedules.plateau import Plateau as Plateau

__all__ = [
    "SCHEDULES",
    "Constant",
    "Cosine",
    "CosineRestarts",
    "Cyclical",
    "Exponential",
    "Function",
    "Heard",
    "InverseTime",
    "Joined",
    "Linear",
    "MultiStep",
    "OneCycle",
    "PerEpoch",
    "Plateau",
    "Polynomial",
    "Product",
    "Schedule",
    "Step",
    "Warmup",
    "schedule",
]
