"""L1 regularisation of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import check_number
from hagang.optim.link import Link, check_inner
from hagang.optim.patterns import UNDECAYED, Exempt, as_patterns, chosen
from hagang.trace import flatten, rebuild

if TYPE_CHECKING:
    from hagang.optim.base import Array, Nest, Optimizer

__all__ = ["L1Penalty"]


@dataclass(frozen=True)
class L1Penalty(Link):
    r"""L1 regularisation: adds the gradient of :math:`\lambda \lVert w \rVert_1` to the gradient, for sparse weights.

    .. math:: g \leftarrow g + \lambda \operatorname{sign} w

    with sign 0 = 0. For the squared norm see `WeightDecay`.

    Parameters
    ----------
    inner : Optimizer
        The optimiser that receives the sum.
    strength : float
        :math:`\lambda`, at least 0.
    exempt : tuple of str or callable
        What is not regularised: path patterns such as `"layers.0.*"`, or a function `exempt(path, w)`; by default the
        arrays named `bias`, `scale` or `slope`.

    Examples
    --------
    >>> from hagang.optim import SGD
    >>> rule, w = L1Penalty(SGD(), 0.5), np.array([2.0, -1.0, 0.0])
    >>> rule.update(w, np.zeros(3), rule.init(w), lr=1.0, t=1)[0]
    array([ 1.5, -0.5,  0. ])

    References
    ----------
    R. Tibshirani, Regression shrinkage and selection via the lasso (1996).
    """

    inner: Optimizer
    strength: float = 1e-5
    exempt: Exempt = UNDECAYED

    def __post_init__(self) -> None:
        check_inner(self, self.inner)
        check_number(self, "strength", least=0)
        object.__setattr__(self, "exempt", as_patterns(self, "exempt", self.exempt))

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        flat, structure = flatten(gradients)
        arrays = zip(flat, flatten(params)[0], chosen(params, self.exempt), strict=True)
        penalised = [g + self.strength * np.sign(w) if applies else g for g, w, applies in arrays]
        return self.inner.update(params, rebuild(structure, penalised), state, lr, t)
