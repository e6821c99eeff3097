"""The native runtime: a Program lowered to a Plan of kernels, phases and layouts, run by the C++ engine."""

from hagang import _native
from hagang.runtime.native.lower import lowered as lowered
from hagang.runtime.native.session import NativeSession as NativeSession
from hagang.runtime.native.session import open_session as open_session


def multiplies_bfloat16() -> bool:
    """Whether the processor has products of bfloat16 numbers, for the instruction set in use."""
    return bool(_native.cpu()["bfloat16"])
