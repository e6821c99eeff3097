"""The native runtime: a Program lowered to a Plan of kernels, phases and layouts, run by the C++ engine."""

from hagang.runtime.native.session import NativeSession as NativeSession
from hagang.runtime.native.session import open_session as open_session
