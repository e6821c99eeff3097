"""AdamW: Adam with decoupled weight decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hagang.errors import check_number
from hagang.optim.adam import Adam, check_moments
from hagang.optim.base import Array, Nest, Optimizer
from hagang.optim.decay import DecoupledWeightDecay
from hagang.optim.patterns import UNDECAYED, Exempt, as_patterns

__all__ = ["AdamW"]


@dataclass(frozen=True)
class AdamW(Optimizer):
    r"""Adam with decoupled weight decay.

    .. math:: w \leftarrow (1 - \eta \lambda)\, w, \quad \text{then Adam}

    The same as `DecoupledWeightDecay(Adam(...), weight_decay)`.

    Parameters
    ----------
    beta1, beta2, epsilon, amsgrad
        Adam's constants.
    weight_decay : float
        :math:`\lambda`, at least 0.
    exempt : tuple of str or callable
        What does not decay: path patterns, or a function `exempt(path, w)`; by default the arrays named `bias`,
        `scale` or `slope`.

    Examples
    --------
    >>> import numpy as np
    >>> rule = AdamW(weight_decay=0.1)
    >>> w = np.array([2.0])
    >>> rule.update(w, np.zeros(1), rule.init(w), lr=0.5, t=1)[0]
    array([1.9])

    Notes
    -----
    PyTorch's AdamW decays biases too, unless they are in a separate parameter group.

    References
    ----------
    I. Loshchilov, F. Hutter, Decoupled weight decay regularization (2017).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 1e-2
    amsgrad: bool = False
    exempt: Exempt = UNDECAYED
    default_lr: ClassVar[float] = 1e-3

    def __post_init__(self) -> None:
        check_moments(self)
        check_number(self, "weight_decay", least=0)
        object.__setattr__(self, "exempt", as_patterns(self, "exempt", self.exempt))

    def _links(self) -> Optimizer:
        adam = Adam(self.beta1, self.beta2, self.epsilon, self.amsgrad)
        return DecoupledWeightDecay(adam, self.weight_decay, self.exempt)

    def init(self, params: Nest) -> Nest:
        return self._links().init(params)

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        return self._links().update(params, gradients, state, lr, t)
