"""SciPy's result, as a notebook shows it."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult

from hagang.trace import flatten

__all__ = ["MinimizeResult"]

_SHOWN = 8


class MinimizeResult(OptimizeResult):  # type: ignore[misc]
    """What `minimize` found; in a notebook a table of what matters."""

    def _repr_html_(self) -> str:
        rows = [
            ("method", str(self.method)),
            ("stopped by", str(self.stopped_by)),
            ("it is", str(self.verdict)),
            ("x", _numbers(self.x)),
            ("value", f"{float(self.fun):.10g}"),
            ("gradient norm", f"{float(np.linalg.norm(_flat(self.jac))):.3g}"),
            ("steps, evaluations", f"{self.nit:,}, {self.nfev:,}"),
            *(("note", str(note)) for note in self.notes),
        ]
        body = "".join(f"<tr><th style='text-align:left'>{escape(n)}</th><td>{escape(s)}</td></tr>" for n, s in rows)
        return f"<table>{body}</table>"


def _flat(nest: Any) -> Any:
    return np.concatenate([np.ravel(leaf) for leaf in flatten(nest)[0]])


def _numbers(nest: Any) -> str:
    numbers = _flat(nest)
    return ", ".join(f"{number:.8g}" for number in numbers[:_SHOWN]) + (", …" if len(numbers) > _SHOWN else "")
