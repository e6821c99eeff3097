"""Parameter groups: a learning-rate factor, an optimiser or freezing for parameters selected by a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError, check_number
from hagang.optim.link import Link, check_inner
from hagang.optim.patterns import matches
from hagang.trace import flatten, paths, rebuild

if TYPE_CHECKING:
    from hagang.optim.base import Array, Nest, Optimizer

__all__ = ["ParamGroup", "ParamGroups"]


@dataclass(frozen=True)
class ParamGroup:
    """The parameters whose path matches a pattern.

    Parameters
    ----------
    pattern : str
        Such as `"layers.0.*"` or `"*.bias"`; `*` matches anything, dots included.
    rate : float
        The factor of the learning rate.
    frozen : bool
        Whether the parameters are not trained.
    optimizer : Optimizer, optional
        Their optimiser; by default that of the other parameters.
    """

    pattern: str
    rate: float = 1.0
    frozen: bool = False
    optimizer: Optimizer | None = None

    def __post_init__(self) -> None:
        pattern: object = self.pattern
        if not isinstance(pattern, str):
            msg = f"ParamGroup: expected pattern to be text such as 'layers.0.*', received pattern={pattern!r}"
            raise ArgumentError(msg)
        check_number(self, "rate", least=0)
        if self.optimizer is not None:
            check_inner(self, self.optimizer)


@dataclass(frozen=True)
class ParamGroups(Link):
    """An optimiser with exceptions for groups of parameters.

    Parameters
    ----------
    inner : Optimizer
        The optimiser of the parameters in no group.
    groups : tuple of ParamGroup
        A parameter belongs to the first group whose pattern matches its path.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.optim import SGD
    >>> rule = ParamGroups(SGD(), (ParamGroup("first", frozen=True), ParamGroup("second", rate=0.5)))
    >>> w = {"first": np.zeros(1), "second": np.zeros(1), "third": np.zeros(1)}
    >>> ones = {name: np.ones(1) for name in w}
    >>> rule.update(w, ones, rule.init(w), lr=1.0, t=1)[0]
    {'first': array([0.]), 'second': array([-0.5]), 'third': array([-1.])}

    Notes
    -----
    Each group is updated separately: if the inner optimiser clips by norm, it is the norm of the group. Wrap the groups
    in `ClipByNorm` to clip by the global norm, frozen parameters included; put weight decay inside the groups.
    """

    inner: Optimizer
    groups: tuple[ParamGroup, ...]

    def __post_init__(self) -> None:
        check_inner(self, self.inner)
        groups: Any = self.groups
        groups = (groups,) if isinstance(groups, ParamGroup) else tuple(groups)
        if not all(isinstance(group, ParamGroup) for group in groups):
            msg = f"ParamGroups: expected groups to be a tuple of ParamGroup, received {self.groups!r:.60}"
            raise ArgumentError(msg)
        object.__setattr__(self, "groups", groups)

    def init(self, params: Nest) -> Nest:
        parts = self._parts(params)
        return {name: self._rule(name).init(part) for name, part in parts.items() if not self._frozen(name)}

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        parts, gradient_parts = self._parts(params), self._parts(gradients)
        new, states = dict(parts), {}
        for name in state:
            rate = lr if name == _REST else lr * self.groups[int(name)].rate
            new[name], states[name] = self._rule(name).update(parts[name], gradient_parts[name], state[name], rate, t)
        return self._joined(params, new), states

    def evaluation_weights(self, params: Nest, state: Nest) -> Nest:
        parts = self._parts(params)
        for name, own in state.items():
            parts[name] = self._rule(name).evaluation_weights(parts[name], own)
        return self._joined(params, parts)

    def _rule(self, name: str) -> Optimizer:
        return self.inner if name == _REST else self.groups[int(name)].optimizer or self.inner

    def _frozen(self, name: str) -> bool:
        return name != _REST and self.groups[int(name)].frozen

    def _parts(self, nest: Nest) -> dict[str, dict[str, Array]]:
        """The arrays of each group by path, without empty groups."""
        parts: dict[str, dict[str, Array]] = {}
        for path, leaf in zip(paths(nest), flatten(nest)[0], strict=True):
            parts.setdefault(self._name(path), {})[path] = leaf
        empty = [group.pattern for k, group in enumerate(self.groups) if str(k) not in parts]
        if empty:
            msg = (
                f"ParamGroups: expected pattern {empty[0]!r} to match a parameter that no earlier group takes; "
                f"the parameters are {', '.join(paths(nest))}"
            )
            raise ArgumentError(msg)
        return parts

    def _name(self, path: str) -> str:
        matching = (str(k) for k, group in enumerate(self.groups) if matches(path, (group.pattern,)))
        return next(matching, _REST)

    def _joined(self, like: Nest, parts: dict[str, dict[str, Array]]) -> Nest:
        """The arrays of all groups in the structure of `like`."""
        leaves = {path: leaf for part in parts.values() for path, leaf in part.items()}
        return rebuild(flatten(like)[1], [leaves[path] for path in paths(like)])


_REST = "rest"
