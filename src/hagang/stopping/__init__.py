"""Stopping rules: frozen records that decide when a run ends and give the reason, with the numbers that triggered it.

Those in `steps` act at the exact step, as part of the Program; those in `boundaries` at the end of chunks or epochs.
"""

from hagang.stopping.base import AllOf as AllOf
from hagang.stopping.base import AnyOf as AnyOf
from hagang.stopping.base import Record as Record
from hagang.stopping.base import Rule as Rule
from hagang.stopping.base import Verdict as Verdict
from hagang.stopping.base import split as split
from hagang.stopping.boundaries import Epochs as Epochs
from hagang.stopping.boundaries import Interrupt as Interrupt
from hagang.stopping.boundaries import Patience as Patience
from hagang.stopping.boundaries import Time as Time
from hagang.stopping.reason import StopKind as StopKind
from hagang.stopping.reason import StopReason as StopReason
from hagang.stopping.steps import Divergence as Divergence
from hagang.stopping.steps import GradientBelow as GradientBelow
from hagang.stopping.steps import NoChange as NoChange
from hagang.stopping.steps import Steps as Steps
from hagang.stopping.steps import ValueBelow as ValueBelow
from hagang.stopping.text import rule as rule

__all__ = [
    "AllOf",
    "AnyOf",
    "Divergence",
    "Epochs",
    "GradientBelow",
    "Interrupt",
    "NoChange",
    "Patience",
    "Record",
    "Rule",
    "Steps",
    "StopKind",
    "StopReason",
    "Time",
    "ValueBelow",
    "Verdict",
    "rule",
    "split",
]
