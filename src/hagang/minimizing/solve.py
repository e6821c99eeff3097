"""`minimize`: one face for every method."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hagang.errors import ArgumentError, GradientError, TraceError
from hagang.minimizing.bounds import Box, clipped, read_bounds
from hagang.minimizing.checks import check_whole
from hagang.minimizing.descent import DescentConfig, Endpoint, Stepper, descend
from hagang.minimizing.graph import Graph
from hagang.minimizing.jac import read_jac
from hagang.minimizing.line_search import LineSearch
from hagang.minimizing.objective import BlackBox, Objective, first_value
from hagang.minimizing.result import result_of
from hagang.minimizing.scipy_methods import SciPyMethod
from hagang.minimizing.settings import DEFAULT_STEPS, LINE_SEARCHES, Settings, read_settings
from hagang.minimizing.starts import draw_near, generator, read_distribution
from hagang.minimizing.stationary import RunEnd, StationaryPoint, judge, on_the_way, survey
from hagang.minimizing.steps import BlackBoxSteps, GraphSteps
from hagang.minimizing.termination import CONVERGED, FAILED, StopCheck
from hagang.minimizing.trajectory import Trajectory
from hagang.minimizing.variables import Array, Nest, Variables, read_nest
from hagang.stopping import AnyOf, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scipy.optimize import OptimizeResult

    from hagang.optim import Optimizer

__all__ = ["minimize", "objective_of", "prepare", "solve"]


def objective_of(
    f: Callable[..., Any],
    args: Any,
    variables: Variables,
    points: Sequence[Array],
    gradient: str | Callable[..., Any],
    runtime: str | None = None,
    box: Box | None = None,
) -> Objective:
    """The function as the methods see it: traced, or a black box with numerical or given gradients."""
    known: object = f
    if not callable(known):
        msg = f"f: expected a function, received {f!r:.60}"
        raise ArgumentError(msg)
    function = _with_args(f, args)
    start, value = first_value(function, [variables.nest(point.copy()) for point in points])
    if callable(gradient):
        return _counted(BlackBox(function, variables, _with_args(gradient, args), box=box))
    if gradient == "numerical":
        return _counted(BlackBox(function, variables, box=box))
    if gradient == "graph":
        return _agreeing(Graph(function, variables, start, runtime), value, start)
    if gradient == "auto":
        return _traced_or_not(function, variables, start, value, runtime, box)
    msg = f"gradient: expected 'auto', 'graph', 'numerical' or a function, received {gradient!r:.60}"
    raise ArgumentError(msg)


def _with_args(f: Callable[..., Any], args: Any) -> Callable[..., Any]:
    more = args if isinstance(args, tuple) else (args,)
    return (lambda x: f(x, *more)) if more else f


def _counted(box: BlackBox) -> BlackBox:
    """With the call that has looked at the start."""
    box.counts.values = 1
    return box


def _agreeing(graph: Graph, value: float, start: Nest) -> Graph:
    """The graph, seen to say at the start what the function says: one that draws numbers, say, would not."""
    traced_value = graph.interpreted(start)
    if not np.isclose(traced_value, value, rtol=1e-8, atol=1e-12):
        msg = (
            f"f: its trace says {traced_value!r} at the start, f itself {value!r}; it seems to draw random numbers or "
            "to keep something between calls; gradient='numerical' calls it anew each time"
        )
        raise TraceError(msg)
    return graph


def _traced_or_not(
    f: Callable[[Nest], Any], variables: Variables, start: Nest, value: float, runtime: str | None, box: Box | None
) -> Objective:
    try:
        return _agreeing(Graph(f, variables, start, runtime), value, start)
    except (TraceError, GradientError) as error:
        why = " ".join(str(error).split())
    except Exception as error:  # f runs on arrays, so what it does to stand-ins is no mistake of its author's
        why = f"{type(error).__name__}: {error}"
    note = f"gradients by central differences, since f could not be traced: {why}"
    return _counted(BlackBox(f, variables, notes=(note,), box=box))


# --- one run -------------------------------------------------------------------------------------------


def solve(objective: Objective, settings: Settings, start: Array, box: Box | None) -> Any:
    """One run from one start, and what kind of point it came to."""
    end, path = _run(objective, settings, start, box)
    return result_of(objective, settings, end, path, _judged(objective, settings, end, box))


def _judged(objective: Objective, settings: Settings, end: Endpoint, box: Box | None) -> StationaryPoint:
    last = RunEnd(end.x, end.value, end.gradient)
    left = end.gradient if box is None else box.projected_gradient(end.x, end.gradient)
    is_flat = bool(np.max(np.abs(left)) <= settings.tolerance)
    if is_flat or end.termination.kind in (CONVERGED, FAILED):
        return judge(objective, last, box, settings.tolerance)
    return on_the_way(objective, last, box)


def _run(objective: Objective, settings: Settings, start: Array, box: Box | None) -> tuple[Endpoint, Trajectory]:
    """Overflow is no matter for warnings, since the result tells of it."""
    with np.errstate(all="ignore"):
        return _ended(objective, settings, start, box)


def _ended(objective: Objective, settings: Settings, start: Array, box: Box | None) -> tuple[Endpoint, Trajectory]:
    path = Trajectory(settings.every)
    if settings.optimizer is not None and settings.lr is not None:
        at_step, at_boundary = split(settings.stop)
        schedule, steps = settings.schedule, settings.steps
        descent = DescentConfig(settings.optimizer, settings.lr, schedule, at_step or AnyOf(()), steps, box)
        check = StopCheck(at_boundary, settings.callback, objective.variables)
        keeps = settings.every is not None or check.asks_often
        end = descend(objective, _stepper(objective, descent, start, keeps), descent, check, path)
    else:
        rule = None if settings.stop == AnyOf(()) else settings.stop
        check = StopCheck(rule, settings.callback, objective.variables)
        end = _search(settings, box).run(objective, start, check, path)
    return end, path


def _stepper(objective: Objective, descent: DescentConfig, start: Array, keeps: bool) -> Stepper:
    if isinstance(objective, Graph):
        return GraphSteps(objective, descent, start, keeps)
    if isinstance(objective, BlackBox):
        return BlackBoxSteps(objective, descent, start)
    msg = f"expected a traced function or a black box, received {type(objective).__name__}"
    raise ArgumentError(msg)


def _search(settings: Settings, box: Box | None) -> LineSearch | SciPyMethod:
    if settings.method in LINE_SEARCHES:
        exact = settings.method == "steepest"
        return LineSearch(settings.steps, settings.lr, settings.schedule, box, exact)
    return SciPyMethod(settings.method, settings.steps, box, settings.scipy)


# --- the face ------------------------------------------------------------------------------------------


def minimize(
    f: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: str | Optimizer = "lbfgs",
    jac: Any = None,
    *,
    lr: float | None = None,
    steps: int = DEFAULT_STEPS,
    schedule: Any = None,
    stop: Any = None,
    bounds: Any = None,
    gradient: Literal["auto", "graph", "numerical"] | Callable[..., Any] = "auto",
    callback: Callable[..., Any] | None = None,
    record: Literal["all"] | int | None = "all",
    starts: int | None = None,
    seed: int = 0,
    tol: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> OptimizeResult:
    r"""Find where a function is lowest, by descent, and keep the whole path.

    .. math:: \min_x f(x)

    Written in NumPy, f is traced once and runs in the engine, with exact gradients; any other function is a black box
    with gradients by central differences. All is computed in float64.

    Parameters
    ----------
    f : callable
        `f(x, *args)` returns one number. x is what x0 is: a number, an array, or nested tuples and dicts of arrays.
        It gets copies, which it may keep or write into, and is called within the bounds only.
    x0 : number, array, nest of arrays, str, Normal or Uniform
        The start. `"normal(3)"` draws three numbers from a normal distribution, `"uniform(3, low=-5, high=5)"` from
        an interval; with `bounds`, which tell their number, a mere `"normal"` will do.
    args : tuple
        Further arguments of f, data for example; held constant.
    method : str or Optimizer
        - `"lbfgs"`, `"bfgs"`, `"cg"`, `"newton-cg"`: SciPy's, with our gradients and products with the Hessian;
        - `"nelder-mead"`: SciPy's too, which takes no gradient;
        - `"gd"`: gradient descent with backtracking (Armijo's condition);
        - `"steepest"`: the step from the curvature along the gradient, backtracked if need be;
        - `"sgd"`, `"momentum"`, `"adam"`, …: the optimisers of `hagang.optim`, by name, written out
          (`"Momentum(0.95)"`) or as objects; `"sgd"` takes fixed steps, as the textbook does.
    jac : bool, callable or str
        SciPy's word for `gradient`: True where f returns the value and the gradient, a function of x and args, or
        `"2-point"`, `"3-point"` or `"cs"`, all of which mean differences here.
    lr : float
        The learning rate; by default the optimiser's own. For `"gd"`, the step that is tried first each time.
    steps : int
        How many at most.
    schedule : str, Schedule or callable
        What the learning rate is multiplied by; see `hagang.schedules`.
    stop : str, Rule, callable or sequence of them
        When to stop earlier: `"gradient<1e-6"`, `"no-change 20 or time>60s"`; see `hagang.stopping`. With SciPy's
        methods it takes the place of their own criteria. Without it the optimisers take all steps, `"gd"` and
        `"steepest"` stop where the gradient's norm is below 1e-5, and SciPy's methods where SciPy stops.
    bounds : sequence of (low, high), scipy.optimize.Bounds or dict
        A pair for each number, None on a side without one. Steps are projected; L-BFGS is SciPy's L-BFGS-B. A start
        outside is clipped, which `notes` says.
    gradient : "auto", "graph", "numerical" or callable
        Trace, and fall back on differences where f cannot be traced (the result's `gradient` and `notes` say so);
        trace or raise; differences; or a function of x and args.
    callback : callable
        Called after each step as SciPy calls it: with `intermediate_result` if that is the name of its only
        parameter, else with x. It ends the run by raising StopIteration.
    record : "all", int or None
        Whether to keep every point, one every so many steps (and the last), or none. A path of more than 256 MiB
        is decimated; `notes` says so.
    starts : int
        Run from so many starts: x0 itself and others drawn about it, or evenly from finite bounds; all drawn if x0
        is. The best run is returned, and `minima` tells what the runs found.
    seed : int
        Of all that is drawn.
    tol : float
        SciPy's: the method's tolerance of the gradient (and, for L-BFGS, of the value; for Newton-CG, of x).
    options : dict
        SciPy's: `maxiter` (the same as `steps`), `disp`, and the method's own: `gtol`, `ftol`, `xtol`, `maxcor`, ….
        For methods that are not SciPy's, `gtol` bounds the gradient's Euclidean norm, `ftol` and `xtol` the change
        of value and x in a step. `runtime` names the runtime.

    Returns
    -------
    scipy.optimize.OptimizeResult
        SciPy's fields `x`, `fun`, `jac`, `nit`, `nfev`, `njev`, `nhev`, `success`, `status`, `message`, and

        - `path`, `losses`, `gradient_norms`: the points (stacked along a new first axis), values and norms from the
          start to the end, and `steps`, their numbers; `learning_rates`, that of the step that leaves each but the
          last (for SciPy's methods the step's length over the gradient's). Within bounds the norm is that of the
          projected gradient.
        - `stopped_by`: which rule ended the run, with its numbers.
        - `kind`: what the gradient and the curvature at x say it is: a `"minimum"`, a `"saddle"`, a `"maximum"`, a
          `"plateau"` (flat in some direction, and down in none) or a `"slope"`; `curvature`: the lowest and the
          highest eigenvalue of the Hessian along the variables that no bound holds, NaN where they were not worth
          an evaluation; `verdict`: the same in words, with what helps. At most fifty evaluations go into it, which
          `nfev` and its like do not count.
        - `method`; `gradient`: `"graph"`, `"numerical"` or `"given"`; `notes`.
        - `minima`, with `starts`: the distinct points found, the lowest first, each with how many runs came to it and
          whether it is a minimum, a saddle or a plateau; printed, a table.

        x is the last point of a run that came to its end, and the best one of a run that diverged, failed or was
        stopped. `success` says that x is a minimum or a plateau: that the gradient there is within the tolerance
        (`tol`, `gtol`, `"gradient<..."`, or 1e-5), or so near zero beside the curvature that nothing is to be gained,
        and that f falls to no side. Where a target of the caller's own (`"value<..."`, a function) ended the run, it
        says that the target was reached. `status` is 0 for success, 1 for steps used up, 2 for divergence or no way
        further down, 3 for a time limit or Ctrl-C, 4 for an end at a saddle, at a maximum or on a slope, 99 for a
        callback; `message` says what would help.

    Raises
    ------
    ArgumentError
        Where an argument is wrong or contradicts another, f returns no single number, or is not finite at the start.
    TraceError, GradientError
        With `gradient="graph"`, where f cannot be traced or differentiated.

    Examples
    --------
    >>> def f(x):
    ...     return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2
    >>> result = minimize(f, [100.0, -10.0])
    >>> result.x.round(4), result.success
    (array([2., 3.]), True)
    >>> result = minimize(f, [100.0, -10.0], method="sgd", lr=0.01, steps=1000)
    >>> result.x, result.path.shape
    (array([2.00000016, 3.        ]), (1001, 2))
    >>> minimize(f, [100.0, -10.0], method="momentum", lr=0.01, stop="gradient<1e-3").stopped_by
    'the gradient norm ... fell below 0.001 at step ...'

    References
    ----------
    J. Nocedal, S. Wright, Numerical Optimization (2006).
    """
    settings = read_settings(method, lr, steps, schedule, stop, record, callback, tol, options)
    count = _count(starts)
    f, gradient = read_jac(f, jac, gradient)
    objective, points, box = prepare(f, x0, args, settings, bounds, gradient, count or 1, seed)
    if count is None:
        return solve(objective, settings, points[0], box)
    return _lowest_of(objective, settings, points, box)


def prepare(
    f: Callable[..., Any],
    x0: Any,
    args: Any,
    settings: Settings,
    bounds: Any,
    gradient: str | Callable[..., Any],
    count: int,
    seed: int,
) -> tuple[Objective, list[Array], Box | None]:
    """The function made ready, and where its runs start; see `minimize` for what each argument means."""
    drawn = read_distribution(x0, _size_of(bounds))
    nest = drawn.draw(generator(seed)) if drawn is not None else read_nest(x0)
    variables = Variables.of(nest)
    box = _box(bounds, variables, settings)
    first, notes = clipped(box, variables.flat(nest), variables)
    points = [_point(drawn, first, variables, box, seed, k) for k in range(count)]
    objective = objective_of(f, args, variables, points, gradient, settings.runtime, box)
    objective.notes = (*objective.notes, *notes) if drawn is None else objective.notes
    return objective, points, box


def _count(starts: Any) -> int | None:
    return None if starts is None else check_whole("starts", starts, least=1)


def _size_of(bounds: Any) -> int | None:
    """How many variables the bounds are for, where they say."""
    sides = getattr(bounds, "lb", bounds)
    return len(sides) if hasattr(sides, "__len__") and not isinstance(sides, dict) else None


def _box(bounds: Any, variables: Variables, settings: Settings) -> Box | None:
    if bounds is not None and not settings.takes_bounds:
        msg = f"bounds: method '{settings.method}' keeps to none; use 'lbfgs', or an optimiser, which is projected"
        raise ArgumentError(msg)
    return read_bounds(bounds, variables)


def _point(drawn: Any, first: Array, variables: Variables, box: Box | None, seed: int, k: int) -> Array:
    """Start number k."""
    if drawn is not None:
        point = variables.flat(drawn.draw(generator(seed, k)))
        return point if box is None else box.project(point)
    return first if k == 0 else draw_near(first, box, generator(seed, k))


def _lowest_of(objective: Objective, settings: Settings, points: Sequence[Array], box: Box | None) -> Any:
    """The lowest of many runs, with what all of them found; of the others only the ends are kept."""
    best, ends = None, []
    for point in points:
        end, path = _run(objective, settings, point, box)
        if math.isfinite(end.value):
            ends.append(RunEnd(end.x, end.value, end.gradient))
            best = (end, path) if best is None or end.value < best[0].value else best
    if best is None:
        msg = f"f: none of the runs from {len(points)} starts came to a finite value; start elsewhere, or bound x"
        raise ArgumentError(msg)
    minima = survey(objective, ends, box, settings.tolerance)
    result = result_of(objective, settings, *best, minima[0])
    result.minima = minima
    if len(ends) < len(points):
        failed = f"{len(points) - len(ends)} of {len(points)} starts led to no finite value"
        result.notes, result.message = (*result.notes, failed), f"{result.message}; {failed}"
    return result
