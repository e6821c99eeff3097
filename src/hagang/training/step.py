"""Building Programs from a network, a loss and an optimiser: training step, evaluation, prediction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import backward
from hagang.errors import GradientError, ShapeError, TraceError
from hagang.graph import Dims, Node, R, show_dims
from hagang.nn import Forward, Loss, Network
from hagang.ops.arithmetic import isfinite, logical_not, logical_or, zeros_like
from hagang.ops.leaf import input_node
from hagang.optim.patterns import UNDECAYED, chosen
from hagang.program import Program, optimise
from hagang.stopping import Record
from hagang.trace import Traced, flatten, lift, paths, rebuild, stand_ins, trace_outputs
from hagang.training.stops import MEASURED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from hagang.optim import Optimizer
    from hagang.stopping import Rule
    from hagang.trace import Structure
    from hagang.training.config import Config
    from hagang.training.inputs import TrainingData
    from hagang.training.rows import Rows

__all__ = ["Model", "answer", "evaluation", "loss_and_gradient", "named", "prediction", "slots_of", "training_step"]

LOSS, STOP, PREDICTION, ROW_LOSS, GRADIENT_NORM = "loss", "stop", "prediction", "row_loss", "gradient_norm"
GRADIENT = "gradient"
INPUT, TARGET, WEIGHT, RATE, STEP, STATE, NOTICE = "x", "y", "w", "lr", "t", "optimizer", "notice"
"""Names of outputs and inputs; `optimizer` and `notice` begin the names of the slots of the optimiser and of the
stopping rule."""


@dataclass(frozen=True, eq=False)
class Model:
    r"""A network before tracing, with everything its passes need.

    Parameters
    ----------
    network, loss
        Themselves.
    params, buffers : nest of array
        What is trained, and what layers keep beside it; each array is a slot named by its path.
    affine : pair of float
        Scale and shift of the inputs.
    precision : dtype
        Of weights and inputs.
    seed : int
        What random layers draw for.
    penalty : float
        :math:`\alpha` of :math:`\frac\alpha2 \lVert W \rVert^2`, which is added to the sum of the rows' losses; biases
        are exempt.
    """

    network: Network
    loss: Loss
    params: Any
    buffers: Any
    affine: tuple[float, float]
    precision: np.dtype[Any]
    seed: int = 0
    penalty: float = 0.0

    @classmethod
    def of(cls, config: Config, data: TrainingData) -> Model:
        """The network of a configuration, initialised with its seed."""
        dims, network = data.train.head.dims, config.network
        params, buffers = network.init(dims, config.seed), network.buffers(dims)
        return cls(network, config.loss, params, buffers, data.affine, config.dtype, config.seed, config.penalty)

    def inputs(self, rows: Rows) -> tuple[Traced, Traced, Traced | None]:
        """Stand-ins for a batch of inputs, targets and, if given, row weights."""
        x = input_node(INPUT, (R, *rows.x.shape[1:]), rows.x.dtype, "batch")
        y = input_node(TARGET, (R, *rows.y.shape[1:]), rows.y.dtype, "batch")
        weight = None
        if rows.weight is not None:
            weight = Traced(input_node(WEIGHT, (R,), self.precision, "batch"), self.precision)
        return Traced(x, self.precision), Traced(y, self.precision), weight

    def weights(self) -> tuple[Any, list[Node]]:
        """Stand-ins for the parameters, in their nest, and their input nodes."""
        return stand_ins(self.params, "", self.precision)

    def training(self, step: Any) -> Forward:
        """The context of a training pass at this step."""
        return Forward(True, self._kept(), self.seed, step)

    def predicting(self) -> Forward:
        """The context of a prediction pass."""
        return Forward(False, self._kept())

    def _kept(self) -> Any:
        return stand_ins(self.buffers, "", self.precision)[0]

    def output(self, params: Any, x: Traced, forward: Forward) -> Traced:
        """The network's output for a batch."""
        scale, shift = self.affine
        x = x.astype(self.precision)
        if scale != 1.0 or shift != 0.0:
            x = x * scale + shift
        result = self.network.apply(params, x, forward)
        if not isinstance(result, Traced):
            msg = f"expected layers that return an array made of their input, received {type(result).__name__}"
            raise TraceError(msg)
        return result


def training_step(model: Model, rule: Optimizer, rows: Rows, stop: Rule, *, gradient_norm: bool = False) -> Program:
    """One step: loss, gradients by backpropagation, the optimiser's update, the layers' buffers.

    It reports the loss, what the stopping rule reads and, where asked, the gradient's norm. It ends a chunk where the
    loss is not finite, or where the stopping rule says so.
    """
    x, y, weight = model.inputs(rows)
    params, nodes = model.weights()
    state, _ = stand_ins(rule.init(model.params), STATE, model.precision)
    step = _step_number(model)
    forward = model.training(step)
    loss = _penalised(model, params, _scalar_loss(model, model.output(params, x, forward), y, weight), y, weight)
    gradients = _gradients(model, loss, nodes)
    rate = Traced(input_node(RATE, (), model.precision, "scalar"), model.precision)
    new_params, new_state = rule.update(params, gradients, state, rate, step)
    wanted = {*stop.reads, *(["gradient_norm"] if gradient_norm else [])}
    told = _measures(wanted, loss, flatten(gradients)[0], flatten(params)[0], flatten(new_params)[0])
    notice, _ = stand_ins(stop.start(), NOTICE, model.precision)
    fired, notice = stop.step(notice, Record(step=step, **told))
    nests = (new_params, forward.updated_buffers, new_state, notice)
    updates = _named_nodes(nests, ("", "", STATE, NOTICE), model.precision)
    ends = logical_or(logical_not(isfinite(loss.node)), lift(fired, model.precision))
    outputs = {MEASURED[name]: value.node for name, value in told.items()}
    return optimise(Program(updates, {**outputs, STOP: ends}, stop=STOP))


def _step_number(model: Model) -> Traced:
    return Traced(input_node(STEP, (), np.int64, "scalar"), model.precision)


def _measures(wanted: set[str], loss: Any, gradients: list[Any], old: list[Any], new: list[Any]) -> dict[str, Any]:
    """The outputs of a step: the loss, and if requested the gradient norm and the change of the weights."""
    told = {"value": loss}
    if "gradient_norm" in wanted:
        told["gradient_norm"] = _norm(gradients)
    if "change" in wanted:
        told["change"] = _norm([b - a for a, b in zip(old, new, strict=True)])
    return told


def _norm(parts: list[Any]) -> Any:
    return np.sqrt(reduce(add, (np.sum(np.square(part)) for part in parts)))


def evaluation(model: Model, rule: Optimizer, rows: Rows) -> Program:
    """The loss of each row and the prediction, without training, with the weights for prediction."""
    x, y, _ = model.inputs(rows)
    output = model.output(_answer(model, rule), x, model.predicting())
    row_loss = model.loss.per_row(output, y)
    return optimise(Program(outputs={ROW_LOSS: row_loss.node, PREDICTION: model.loss.predict(output).node}))


def answer(model: Model, rule: Optimizer) -> Program:
    """The weights for prediction: the parameters, or their average if the optimiser keeps one, and the buffers."""
    nests = (_answer(model, rule), model.predicting().buffers)
    return optimise(Program(outputs=_named_nodes(nests, ("", ""), model.precision)))


def _answer(model: Model, rule: Optimizer) -> Any:
    state, _ = stand_ins(rule.init(model.params), STATE, model.precision)
    return rule.evaluation_weights(model.weights()[0], state)


def loss_and_gradient(model: Model, rows: Rows) -> Program:
    """The loss of a batch and its gradient with respect to each parameter, for solvers with their own steps."""
    x, y, weight = model.inputs(rows)
    params, nodes = model.weights()
    output = model.output(params, x, model.training(_step_number(model)))
    loss = _penalised(model, params, _scalar_loss(model, output, y, weight), y, weight)
    gradients = _named_nodes((_gradients(model, loss, nodes),), (GRADIENT,), model.precision)
    return optimise(Program(outputs={LOSS: loss.node, **gradients}))


def prediction(model: Model, dims: tuple[int, ...], dtype: npt.DTypeLike) -> Program:
    """The prediction for rows of this shape."""
    x = Traced(input_node(INPUT, (R, *dims), dtype, "batch"), model.precision)
    output = model.output(model.weights()[0], x, model.predicting())
    return optimise(Program(outputs={PREDICTION: model.loss.predict(output).node}))


def _scalar_loss(model: Model, output: Traced, y: Traced, weight: Traced | None) -> Traced:
    loss: Any = model.loss(output, y, weight)
    dims: Dims | None = loss.node.dims if isinstance(loss, Traced) else None
    if dims != ():
        said = show_dims(dims) if dims is not None else f"{type(loss).__name__}, which does not depend on the network"
        msg = f"loss '{model.loss.name}': expected one number a row, shape (rows,), received {said}"
        raise ShapeError(msg)
    return loss  # type: ignore[no-any-return]


def _penalised(model: Model, params: Any, loss: Traced, y: Traced, weight: Traced | None) -> Traced:
    """The loss with the penalty, divided by the total weight of the batch's rows."""
    if not model.penalty:
        return loss
    squares = zip(flatten(params)[0], chosen(params, UNDECAYED), strict=True)
    penalty: Any = 0.5 * model.penalty * reduce(add, (np.sum(np.square(w)) for w, counts in squares if counts))
    if model.loss.reduce == "sum":
        return loss + penalty  # type: ignore[no-any-return]
    mass: Any = y.shape[0] if weight is None else np.maximum(np.sum(weight), np.finfo(weight.dtype).tiny)
    return loss + penalty / mass  # type: ignore[no-any-return]


def _gradients(model: Model, loss: Traced, nodes: list[Node]) -> Any:
    found = backward(loss.node, nodes)
    if nodes and all(g is None for g in found):
        msg = f"loss '{model.loss.name}' is constant in every weight of the network; it must use the output"
        raise GradientError(msg)
    filled = [g if g is not None else zeros_like(w) for g, w in zip(found, nodes, strict=True)]
    return rebuild(_structure(model.params), [Traced(g, model.precision) for g in filled])


def _structure(nest: Any) -> Structure:
    return flatten(nest)[1]


def _named_nodes(nests: Sequence[Any], prefixes: Sequence[str], precision: np.dtype[Any]) -> dict[str, Node]:
    names = [path for nest, prefix in zip(nests, prefixes, strict=True) for path in paths(nest, prefix)]
    return dict(zip(names, trace_outputs(nests, precision)[0], strict=True))


# --- slots ---------------------------------------------------------------------------------------------


def named(nest: Any, prefix: str = "") -> dict[str, Any]:
    """The leaves of a nest by path."""
    return dict(zip(paths(nest, prefix), flatten(nest)[0], strict=True))


def slots_of(model: Model, rule: Optimizer, stop: Rule) -> dict[str, npt.NDArray[Any]]:
    """The slots: parameters, buffers, optimiser state, state of the stopping rule."""
    slots = named(model.params) | named(model.buffers) | named(rule.init(model.params), STATE)
    slots |= named(stop.start(), NOTICE)
    return {name: _in_precision(value, model.precision) for name, value in slots.items()}


def _in_precision(value: Any, precision: np.dtype[Any]) -> npt.NDArray[Any]:
    array = np.asarray(value)
    return array.astype(precision) if array.dtype.kind == "f" else array
