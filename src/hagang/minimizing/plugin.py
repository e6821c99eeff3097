"""hagang's methods, for who stays at home in scipy.optimize."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.minimizing.solve import minimize

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.optimize import OptimizeResult

    from hagang.optim import Optimizer

__all__ = ["scipy_method"]


def scipy_method(method: str | Optimizer = "lbfgs", **options: Any) -> Callable[..., OptimizeResult]:
    """A method of `minimize` as `scipy.optimize.minimize(..., method=...)` takes it.

    Parameters
    ----------
    method : str or Optimizer
        As for `minimize`.
    **options
        Further arguments of `minimize`: `lr`, `steps`, `schedule`, `stop`, … SciPy's own `options` are added:
        `maxiter` is the number of steps.

    Returns
    -------
    callable
        For SciPy's `method`. SciPy's `jac`, `bounds`, `tol` and `callback` mean what they mean there; `hess` and
        `hessp` are not needed, since products with the Hessian come from the graph.

    Raises
    ------
    ArgumentError
        When called with constraints, which no method here keeps.

    Examples
    --------
    >>> from scipy import optimize
    >>> def bowl(x):
    ...     return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2
    >>> optimize.minimize(bowl, [10.0, -10.0], method=scipy_method("adam", lr=0.1)).x.round(3)
    array([2., 3.])
    """

    def call(
        f: Callable[..., Any],
        x0: Any,
        args: Any = (),
        *,
        jac: Any = None,
        bounds: Any = None,
        constraints: Any = (),
        callback: Callable[..., Any] | None = None,
        hess: Any = None,  # noqa: ARG001
        hessp: Any = None,  # noqa: ARG001
        maxiter: int | None = None,
        disp: bool = False,
        tol: float | None = None,
    ) -> OptimizeResult:
        if constraints:
            msg = "constraints: no method of hagang keeps any but bounds; use SciPy's 'SLSQP' or 'trust-constr'"
            raise ArgumentError(msg)
        more = {"steps": maxiter} | options if maxiter is not None else dict(options)
        more["options"] = {"disp": disp, **more.get("options", {})}
        return minimize(f, x0, args, method, jac, bounds=bounds, callback=callback, tol=tol, **more)

    return call
