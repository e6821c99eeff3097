"""Weight decay: through the gradient, or decoupled from it."""

from __future__ import annotations

from dataclasses import dataclass

from hagang.errors import check_number
from hagang.optim.base import Array, Nest, Optimizer, plain_number
from hagang.optim.link import Link, check_inner
from hagang.optim.patterns import UNDECAYED, Exempt, as_patterns, chosen
from hagang.trace import flatten, rebuild

__all__ = ["DecoupledWeightDecay", "WeightDecay"]


@dataclass(frozen=True)
class WeightDecay(Link):
    r"""L2 weight decay: adds the gradient of :math:`\tfrac{\lambda}{2} \lVert w \rVert^2` to the gradient.

    .. math:: g \leftarrow g + \lambda w

    Parameters
    ----------
    inner : Optimizer
        The optimiser that receives the sum.
    weight_decay : float
        :math:`\lambda`, at least 0.
    exempt : tuple of str or callable
        What does not decay: path patterns such as `"layers.0.*"`, or a function `exempt(path, w)`; by default the
        arrays named `bias`, `scale` or `slope`.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.optim import SGD
    >>> rule, w = WeightDecay(SGD(), 0.1), {"weights": np.array([2.0]), "bias": np.array([2.0])}
    >>> zero = {"weights": np.zeros(1), "bias": np.zeros(1)}
    >>> rule.update(w, zero, rule.init(w), lr=0.5, t=1)[0]
    {'weights': array([1.9]), 'bias': array([2.])}

    Notes
    -----
    PyTorch's `weight_decay` of SGD, Adam and others, which also decays the biases.

    References
    ----------
    A. Krogh, J. Hertz, A simple weight decay can improve generalization (1991).
    """

    inner: Optimizer
    weight_decay: float = 1e-4
    exempt: Exempt = UNDECAYED

    def __post_init__(self) -> None:
        _check(self)

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        flat, structure = flatten(gradients)
        arrays = zip(flat, flatten(params)[0], chosen(params, self.exempt), strict=True)
        decayed = [g + self.weight_decay * w if decays else g for g, w, decays in arrays]
        return self.inner.update(params, rebuild(structure, decayed), state, lr, t)


@dataclass(frozen=True)
class DecoupledWeightDecay(Link):
    r"""Decoupled weight decay: the weights shrink at each step, independently of the gradient.

    .. math:: w \leftarrow (1 - \eta \lambda)\, w, \quad \text{then the step}

    Parameters
    ----------
    inner : Optimizer
        The optimiser that makes the step.
    weight_decay : float
        :math:`\lambda`, at least 0.
    exempt : tuple of str or callable
        What does not decay: path patterns such as `"layers.0.*"`, or a function `exempt(path, w)`; by default the
        arrays named `bias`, `scale` or `slope`.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.optim import Lion
    >>> rule, w = DecoupledWeightDecay(Lion(), 0.1), np.array([2.0])
    >>> rule.update(w, np.zeros(1), rule.init(w), lr=0.5, t=1)[0]
    array([1.9])

    References
    ----------
    I. Loshchilov, F. Hutter, Decoupled weight decay regularization (2017).
    """

    inner: Optimizer
    weight_decay: float = 1e-2
    exempt: Exempt = UNDECAYED

    def __post_init__(self) -> None:
        _check(self)

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        weights, structure = flatten(params)
        arrays = zip(weights, chosen(params, self.exempt), strict=True)
        share = plain_number(lr) * self.weight_decay
        shrunk = [w - share * w if decays else w for w, decays in arrays]
        return self.inner.update(rebuild(structure, shrunk), gradients, state, lr, t)


def _check(link: WeightDecay | DecoupledWeightDecay) -> None:
    check_inner(link, link.inner)
    check_number(link, "weight_decay", least=0)
    object.__setattr__(link, "exempt", as_patterns(link, "exempt", link.exempt))
