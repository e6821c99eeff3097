"""Two ways to take a first-order optimiser's steps: one Program in a runtime, or a loop in Python."""

from __future__ import annotations

import math
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.minimizing.descent import Stepper, norm_of
from hagang.minimizing.graph import PRECISION, VALUE, Graph
from hagang.minimizing.trajectory import Segment
from hagang.ops.arithmetic import isfinite, logical_not, logical_or
from hagang.ops.leaf import input_node
from hagang.optim import PerArray
from hagang.program import Program, optimise
from hagang.runtime import Chunk, Result
from hagang.stopping import Record
from hagang.trace import Traced, flatten, lift, paths, rebuild, stand_ins, trace_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from hagang.graph import Node
    from hagang.minimizing.descent import DescentConfig
    from hagang.minimizing.objective import BlackBox
    from hagang.minimizing.variables import Array

__all__ = ["BlackBoxSteps", "GraphSteps"]

RATE, NORM, STOP, STATE, RULE_STATE, MOVED, AT = "lr", "norm", "stop", "state", "notice", "moved", "at"


# --- in a runtime --------------------------------------------------------------------------------------


class GraphSteps(Stepper):
    """All steps in one Program: the function, its gradient, the update, the stopping rule and what is recorded.

    Where nobody wants the points, the Program does not report them, which halves what a step of a small function
    costs; the few that are asked for in the end are found by taking the steps of a chunk again.
    """

    def __init__(self, graph: Graph, descent: DescentConfig, start: Array, keeps: bool = True) -> None:
        self.graph, self.descent, self.start, self.keeps = graph, descent, start, keeps
        nest = graph.variables.nest(start)
        self.state = descent.optimizer.init(nest)
        self.rule_state = descent.stop.start()
        slots = graph.slots(start) | _named(self.state, STATE) | _named(self.rule_state, RULE_STATE)
        if "change" in descent.stop.reads:
            slots[MOVED] = np.array(math.inf)
        graph.session.write(slots)
        self.program = _step_program(graph, descent, self.state, self.rule_state, keeps)

    def run(self, first: int, rates: Array) -> Segment:
        before = None if self.keeps else self.graph.session.read()
        result = self._run(first, rates)
        done, outputs = result.steps, result.outputs
        self.graph.counts.values += done
        self.graph.counts.gradients += done
        norms = outputs[NORM] if NORM in outputs else np.broadcast_to(math.nan, done)
        replay = None if before is None else partial(self._replay, before, first, rates)
        return Segment(first, self._points(result), outputs[VALUE], norms, rates[:done], result.stopped, replay)

    def _run(self, first: int, rates: Array) -> Result:
        chunk = Chunk(steps=len(rates), first_step=first + 1, scalars={RATE: rates})
        return self.graph.session.run(self.program, chunk)

    def _points(self, result: Result) -> Array | None:
        if not self.keeps:
            return None
        leaves = [result.outputs[f"{AT}{k}"].reshape(result.steps, -1) for k in range(len(self.graph.inputs))]
        return leaves[0] if len(leaves) == 1 else np.concatenate(leaves, axis=1)

    def _replay(self, before: dict[str, npt.NDArray[Any]], first: int, rates: Array, k: int) -> Array:
        """The point after k steps of a chunk, taken again from where the chunk began."""
        self.graph.session.write(before)
        if k:
            self._run(first, rates[:k])
        return self.point()

    def point(self) -> Array:
        return self._flat(self.graph.session.read())

    def _flat(self, slots: dict[str, npt.NDArray[Any]]) -> Array:
        return np.concatenate([slots[name].ravel() for name in self.graph.variables.names])

    def answer(self) -> Array:
        slots = self.graph.session.read()
        state = _read(self.state, STATE, slots)
        variables = self.graph.variables
        return variables.flat(self.descent.optimizer.evaluation_weights(variables.nest(self._flat(slots)), state))

    def moved(self) -> float | None:
        return float(self.graph.session.read()[MOVED]) if "change" in self.descent.stop.reads else None

    def stop_state(self) -> Any:
        return _read(self.rule_state, RULE_STATE, self.graph.session.read())


def _named(nest: Any, prefix: str) -> dict[str, npt.NDArray[Any]]:
    return {name: _typed(leaf) for name, leaf in zip(paths(nest, prefix), flatten(nest)[0], strict=True)}


def _typed(leaf: Any) -> npt.NDArray[Any]:
    array = np.asarray(leaf)
    return array.astype({"f": np.float64, "b": np.bool_}.get(array.dtype.kind, np.int64))


def _read(nest: Any, prefix: str, slots: dict[str, npt.NDArray[Any]]) -> Any:
    """The nest with the values that its slots hold now."""
    return rebuild(flatten(nest)[1], [slots[name][()] for name in paths(nest, prefix)])


def _step_program(graph: Graph, descent: DescentConfig, state: Any, stop_state: Any, keeps: bool) -> Program:
    step = Traced(input_node("t", (), np.int64, "scalar"), PRECISION)
    rate = Traced(input_node(RATE, (), PRECISION, "scalar"), PRECISION)
    structure = graph.variables.structure
    old, gradients = _traced(graph.inputs), _traced(graph.gradients)
    held, _ = stand_ins(state, STATE, PRECISION)
    moved, new_state = descent.optimizer.update(
        rebuild(structure, old), rebuild(structure, gradients), held, rate, step
    )
    new = _projected(flatten(moved)[0], graph, descent)
    norm = _norm(gradients if descent.box is None else _left(old, gradients, graph, descent))
    record, extra = _record(step, Traced(graph.output, PRECISION), norm, old, new, descent)
    fired, new_stop_state = descent.stop.step(stand_ins(stop_state, RULE_STATE, PRECISION)[0], record)
    ends = logical_not(isfinite(graph.output))
    if descent.has_rule:
        ends = logical_or(ends, lift(fired, PRECISION))
    updates = {name: lift(w, PRECISION) for name, w in zip(graph.variables.names, new, strict=True)}
    updates |= _nodes(new_state, STATE) | _nodes(new_stop_state, RULE_STATE) | extra
    outputs = {VALUE: graph.output, STOP: ends}
    if keeps or "gradient_norm" in descent.stop.reads:
        outputs[NORM] = norm.node
    if keeps:
        outputs |= {f"{AT}{k}": node for k, node in enumerate(graph.inputs)}
    return optimise(Program(updates, outputs, stop=STOP))


def _traced(nodes: Sequence[Node]) -> list[Traced]:
    return [Traced(node, PRECISION) for node in nodes]


def _nodes(nest: Any, prefix: str) -> dict[str, Node]:
    return dict(zip(paths(nest, prefix), trace_outputs(nest, PRECISION)[0], strict=True))


def _norm(parts: Sequence[Any]) -> Any:
    return np.sqrt(reduce(add, (np.sum(np.square(part)) for part in parts)))


def _projected(new: list[Any], graph: Graph, descent: DescentConfig) -> list[Any]:
    if descent.box is None:
        return new
    low, high = graph.variables.split(descent.box.low), graph.variables.split(descent.box.high)
    return [np.minimum(np.maximum(w, a), b) for w, a, b in zip(new, low, high, strict=True)]


def _left(old: list[Traced], gradients: list[Traced], graph: Graph, descent: DescentConfig) -> list[Any]:
    """The projected gradient."""
    inside = _projected([w - g for w, g in zip(old, gradients, strict=True)], graph, descent)
    return [w - p for w, p in zip(old, inside, strict=True)]


def _record(
    step: Traced, value: Traced, norm: Any, old: list[Traced], new: list[Any], descent: DescentConfig
) -> tuple[Record, dict[str, Node]]:
    """What the rule reads at the point that a step leaves, and the slot for how far the step goes."""
    done = step - 1
    if "change" not in descent.stop.reads:
        return Record(done, done, value, norm), {}
    last = Traced(input_node(MOVED, (), PRECISION), PRECISION)
    length = _norm([b - a for a, b in zip(old, new, strict=True)])
    return Record(done, done, value, norm, last), {MOVED: length.node}


# --- in Python -----------------------------------------------------------------------------------------


class BlackBoxSteps(Stepper):
    """The same steps one by one in Python, for a function that only Python can call."""

    def __init__(self, objective: BlackBox, descent: DescentConfig, start: Array) -> None:
        self.objective, self.descent, self.start = objective, descent, start
        self.x, self.length = start.copy(), math.inf
        self.rule_state = descent.stop.start()
        self.is_asked = descent.has_rule
        rule, variables = descent.optimizer, objective.variables
        self.state: Any
        self.update: Callable[..., tuple[Array, Any]]
        if isinstance(rule, PerArray) and variables.structure.kind is None:
            self.state = rule.init_one(self.x)
            self.update = rule.update_one
        else:
            self.state = rule.init(variables.nest(self.x))
            self.update = self._update_nest

    def run(self, first: int, rates: Array) -> Segment:
        points, gradients = np.empty((2, len(rates), len(self.x)))
        values: list[float] = []
        fired = self._loop(first, rates.tolist(), points, gradients, values)
        done, box = len(values), self.descent.box
        left = gradients[:done] if box is None else box.projected_gradient(points[:done], gradients[:done])
        norms = np.sqrt(np.einsum("ki,ki->k", left, left))
        return Segment(first, points[:done], np.array(values, np.float64), norms, rates[:done], fired)

    def _loop(self, first: int, rates: list[float], points: Array, gradients: Array, values: list[float]) -> bool:
        """Fill the arrays; whether a rule, or a value that is not finite, ended it."""
        f, gradient_into, update = self.objective.f, self.objective.gradient_into, self.update
        box, x = self.descent.box, self.x
        for k, (rate, point, gradient) in enumerate(zip(rates, points, gradients, strict=True)):
            point[:] = x
            value = f(point)
            if math.isfinite(value):
                gradient_into(point, gradient)
            values.append(value)
            if not math.isfinite(value):
                point[:], gradient[:] = x, math.nan
                return True
            if self.is_asked and self._fires(first + k, point, value, gradient):
                return True
            x, self.state = update(point, gradient, self.state, rate, first + k + 1)
            if box is not None:
                x = box.project(x)
            self.length = float(np.linalg.norm(x - point)) if self.is_asked else math.inf
            self.x = x
        return False

    def _fires(self, step: int, point: Array, value: float, gradient: Array) -> bool:
        norm = norm_of(gradient, point, self.descent.box)
        record = Record(step, step, value, norm, self.length)
        fired, self.rule_state = self.descent.stop.step(self.rule_state, record)
        return bool(fired)

    def _update_nest(self, x: Array, gradient: Array, state: Any, rate: float, t: int) -> tuple[Array, Any]:
        variables = self.objective.variables
        nests = variables.nest(x), variables.nest(gradient)
        moved, state = self.descent.optimizer.update(*nests, state, rate, t)
        return variables.flat(moved), state

    def point(self) -> Array:
        return self.x

    def answer(self) -> Array:
        variables = self.objective.variables
        nest = self.descent.optimizer.evaluation_weights(variables.nest(self.x), self.state)
        return variables.flat(nest)

    def moved(self) -> float | None:
        return self.length

    def stop_state(self) -> Any:
        return self.rule_state
