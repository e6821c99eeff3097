"""From a network, a loss and an optimiser to Programs: a training step, an evaluation, a prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import backward
from hagang.errors import GradientError, ShapeError, TraceError
from hagang.graph import Dims, Node, R, show_dims
from hagang.nn import Forward, Loss, Network
from hagang.ops.arithmetic import isfinite, logical_not, zeros_like
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise
from hagang.trace import Traced, flatten, paths, rebuild, stand_ins, trace_outputs

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.optim import Optimizer
    from hagang.trace import Structure
    from hagang.train.inputs import Rows

__all__ = ["Model", "evaluation", "named", "prediction", "slots_of", "training_step"]

LOSS, DIVERGED, PREDICTION, ROW_LOSS, GRADIENT_NORM = "loss", "diverged", "prediction", "row_loss", "gradient_norm"
INPUT, TARGET, RATE, STEP, STATE = "x", "y", "lr", "t", "optimizer"


@dataclass(frozen=True, eq=False)
class Model:
    """A network about to be traced: with its loss, its parameters' structure and the affine map of its inputs."""

    network: Network
    loss: Loss
    params: Any
    affine: tuple[float, float]
    precision: np.dtype[Any]

    def inputs(self, rows: Rows) -> tuple[Traced, Traced]:
        """Stand-ins for a batch of inputs and targets."""
        x = input_node(INPUT, (R, *rows.x.shape[1:]), rows.x.dtype, "batch")
        y = input_node(TARGET, (R, *rows.y.shape[1:]), rows.y.dtype, "batch")
        return Traced(x, self.precision), Traced(y, self.precision)

    def weights(self) -> tuple[Any, list[Node]]:
        """Stand-ins for the parameters, in their nest, and their input nodes."""
        return stand_ins(self.params, "", self.precision)

    def output(self, params: Any, x: Traced, training: bool) -> Traced:
        """The network's output for a batch."""
        scale, shift = self.affine
        x = x.astype(self.precision)
        if scale != 1.0 or shift != 0.0:
            x = x * scale + shift
        result = self.network.apply(params, x, Forward(training))
        if not isinstance(result, Traced):
            msg = f"expected layers that return an array made of their input, received {type(result).__name__}"
            raise TraceError(msg)
        return result


def training_step(model: Model, rule: Optimizer, rows: Rows) -> Program:
    """One step: loss, gradients by backpropagation, the optimiser's update; it ends a chunk where the loss diverges."""
    x, y = model.inputs(rows)
    params, nodes = model.weights()
    state, _ = stand_ins(rule.init(model.params), STATE, model.precision)
    loss = _scalar_loss(model, model.output(params, x, training=True), y)
    gradients = _gradients(model, loss, nodes)
    rate = Traced(input_node(RATE, (), model.precision, "scalar"), model.precision)
    step = Traced(input_node(STEP, (), np.int64, "scalar"), model.precision)
    new_params, new_state = rule.update(params, gradients, state, rate, step)
    updates = _named_nodes(new_params, "", model.precision) | _named_nodes(new_state, STATE, model.precision)
    outputs = {LOSS: loss.node, DIVERGED: logical_not(isfinite(loss.node))}
    return optimise(Program(updates, outputs, stop=DIVERGED))


def evaluation(model: Model, rows: Rows) -> Program:
    """The loss of each row and the prediction, without training."""
    x, y = model.inputs(rows)
    output = model.output(model.weights()[0], x, training=False)
    row_loss = model.loss.per_row(output, y)
    return optimise(Program(outputs={ROW_LOSS: row_loss.node, PREDICTION: model.loss.predict(output).node}))


def gradient_norm(model: Model, rows: Rows) -> Program:
    """The Euclidean norm of the whole gradient of the loss over a batch."""
    x, y = model.inputs(rows)
    params, nodes = model.weights()
    loss = _scalar_loss(model, model.output(params, x, training=True), y)
    squares = [np.sum(np.square(g)) for g in flatten(_gradients(model, loss, nodes))[0]]
    return optimise(Program(outputs={GRADIENT_NORM: np.sqrt(sum(squares[1:], squares[0])).node}))


def prediction(model: Model, dims: tuple[int, ...], dtype: npt.DTypeLike) -> Program:
    """The prediction for rows of these dims."""
    x = Traced(input_node(INPUT, (R, *dims), dtype, "batch"), model.precision)
    output = model.output(model.weights()[0], x, training=False)
    return optimise(Program(outputs={PREDICTION: model.loss.predict(output).node}))


def _scalar_loss(model: Model, output: Traced, y: Traced) -> Traced:
    loss: Any = model.loss(output, y)
    dims: Dims | None = loss.node.dims if isinstance(loss, Traced) else None
    if dims != ():
        said = show_dims(dims) if dims is not None else f"{type(loss).__name__}, which does not depend on the network"
        msg = f"loss '{model.loss.name}': expected one number a row, shape (rows,), received {said}"
        raise ShapeError(msg)
    return loss  # type: ignore[no-any-return]


def _gradients(model: Model, loss: Traced, nodes: list[Node]) -> Any:
    found = backward(loss.node, nodes)
    if nodes and all(g is None for g in found):
        msg = f"loss '{model.loss.name}' is constant in every weight of the network; it must use the output"
        raise GradientError(msg)
    filled = [g if g is not None else zeros_like(w) for g, w in zip(found, nodes, strict=True)]
    return rebuild(_structure(model.params), [Traced(g, model.precision) for g in filled])


def _structure(nest: Any) -> Structure:
    return flatten(nest)[1]


def _named_nodes(nest: Any, prefix: str, precision: np.dtype[Any]) -> dict[str, Node]:
    return dict(zip(paths(nest, prefix), trace_outputs(nest, precision)[0], strict=True))


# --- slots ---------------------------------------------------------------------------------------------


def named(nest: Any, prefix: str = "") -> dict[str, Any]:
    """The leaves of a nest by path."""
    return dict(zip(paths(nest, prefix), flatten(nest)[0], strict=True))


def slots_of(params: Any, rule: Optimizer, precision: np.dtype[Any]) -> dict[str, npt.NDArray[Any]]:
    """What lives between steps: the parameters and the optimiser's state, in the run's precision."""
    slots = named(params) | named(rule.init(params), STATE)
    return {name: _in_precision(value, precision) for name, value in slots.items()}


def _in_precision(value: Any, precision: np.dtype[Any]) -> npt.NDArray[Any]:
    array = np.asarray(value)
    return array.astype(precision) if array.dtype.kind == "f" else array
