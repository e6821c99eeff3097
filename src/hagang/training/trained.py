"""Trained networks: prediction, scoring, saving, further training."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang import metrics
from hagang.data import (
    Classes,
    ColumnFeatures,
    Features,
    Pixels,
    Prepared,
    Table,
    Target,
    align_labels,
    align_positions,
)
from hagang.data import load as load_data
from hagang.errors import ArgumentError, DataError, ShapeError
from hagang.graph import R
from hagang.program import Program
from hagang.runtime import open_session
from hagang.saved import KINDS, graph_from_json, graph_to_json, to_record, write
from hagang.training.evaluate import run_rows
from hagang.training.inputs import as_inputs
from hagang.training.step import INPUT, PREDICTION

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.data import Inputs
    from hagang.nn import Network, Summary

__all__ = ["WEIGHTS", "TrainedNetwork"]

WEIGHTS = "weights."
"""The prefix of the names of weights in a file."""


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network with its weights, the encoding of its inputs and the decoding of its outputs.

    Parameters
    ----------
    program : Program
        The prediction graph.
    weights : mapping of str to array
        By path, as `layers.0.weights`.
    task : str
        "classification", "multilabel" or "regression".
    network : Network, optional
        The layers, if they are hagang's own; a model loaded without user-defined code predicts all the same.
    features, target : optional
        The encoding of tables or images as inputs, and the decoding of outputs to labels or values.
    about : mapping
        The record of the training: configuration, scores, versions.
    """

    program: Program
    weights: Mapping[str, npt.NDArray[Any]]
    task: str
    network: Network | None = None
    features: Features | None = None
    target: Target | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        layers = self.network.summary(self.input_dims) if self.network is not None else "layers of the user's own"
        return f"<pre>{escape(f'{self.task}, inputs of shape {self.input_dims}')}\n{escape(str(layers))}</pre>"

    # --- predictions ---

    def predict(self, data: Any) -> npt.NDArray[Any]:
        """The most probable class label, or the value, of each row.

        Parameters
        ----------
        data : array or table
            Inputs of shape (rows, features); if the network was trained on a table, also a file, a frame or a dict
            with the same columns.

        Returns
        -------
        ndarray, shape (rows,) or (rows, outputs)
            Class labels (codes if the network was trained on codes), 1 for each label with a probability above 0.5
            and else 0, or values in the units of the target.
        """
        told = self.outputs(data)
        if self.task == "regression":
            values = told if self.target is None else self.target.decode(told)
            return values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
        if self.task == "multilabel":
            return (told > 0.5).astype(np.int64)
        codes = _codes(told)
        return codes if self.target is None else self.target.decode(codes)

    def predict_proba(self, data: Any) -> npt.NDArray[Any]:
        """The probability of each class or label, shape (rows, classes); columns in the order of `classes`."""
        if self.task == "regression":
            msg = (
                "predict_proba: expected a network trained on classes, this one was trained on quantities; use predict"
            )
            raise ArgumentError(msg)
        told = self.outputs(data)
        return np.hstack([1 - told, told]) if self.task == "classification" and told.shape[1] == 1 else told

    def outputs(self, data: Any) -> npt.NDArray[Any]:
        """The raw outputs: probabilities, or standardised values; shape (rows, outputs)."""
        x = self._inputs(data)
        session = open_session(self.weights)
        return run_rows(session, self.program, {INPUT: x})[PREDICTION]

    @property
    def classes(self) -> tuple[Any, ...] | None:
        """The class labels in the order of the probabilities, if known."""
        return self.target.labels if isinstance(self.target, Classes) else None

    @property
    def input_dims(self) -> tuple[int, ...]:
        """The shape of one row of the inputs."""
        return tuple(dim for dim in self._input_node.dims if dim is not R and isinstance(dim, int))

    @property
    def _input_node(self) -> Any:
        return self.program.inputs[INPUT]

    def summary(self) -> Summary:
        """Output shape, parameters and FLOPs per row of each layer; prints as a table.

        Raises
        ------
        ArgumentError
            If the layers are user-defined, so that the model file does not contain them.
        """
        if self.network is None:
            msg = "summary: expected a model whose layers are known, this one was loaded without its user's layers"
            raise ArgumentError(msg)
        return self.network.summary(self.input_dims)

    # --- scores ---

    def evaluate(self, data: Any) -> dict[str, float]:
        """Score the predictions.

        Parameters
        ----------
        data : pair of arrays, Prepared, or table
            `(X, y)`; prepared data, whose test rows are scored; or a table, a file or images with the target.

        Returns
        -------
        dict
            For classes accuracy, balanced_accuracy, roc_auc, pr_auc, f1, log_loss; for labels accuracy (all labels of
            a row correct), hamming_loss, roc_auc, pr_auc, f1, log_loss; for quantities rmse, mae, r2, in the units of
            the target.
        """
        x, y = self._labelled(data)
        told = self.outputs(x)
        if self.task != "regression" or self.target is None:
            return metrics.score(self.task, y, told)
        return metrics.score(self.task, self.target.decode(y), self.target.decode(told))

    def labelled(self, data: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Labelled rows as the network needs them: inputs, and class codes or quantities."""
        x, y = self._labelled(data)
        return self._inputs(x), y

    def _labelled(self, data: Any) -> tuple[Any, npt.NDArray[Any]]:
        if isinstance(data, Prepared):
            return data.test.X, data.test.y
        if isinstance(data, tuple | list):
            return data[0], self._targets(data[1])
        if self.target is None:
            msg = "evaluate: expected (X, y), since the network was trained on arrays"
            raise ArgumentError(msg)
        loaded = load_data(data, self.target.name, task=self.task, like=self)
        part = loaded.test or loaded
        if part.target is None:
            msg = f"evaluate: the data has no target '{self.target.name}' to compare with"
            raise DataError(msg)
        labels = self.target.labels if isinstance(self.target, Classes) else ()
        return part.inputs, self.target.encode(align_labels(labels, part.target)[0])

    def _targets(self, y: Any) -> npt.NDArray[Any]:
        array = np.asarray(y)
        if isinstance(self.target, Classes) and array.dtype.kind in "OUST":
            places = {str(label): code for code, label in enumerate(self.target.labels)}
            return np.array([places[str(label)] for label in array], np.int64)
        return array

    # --- files ---

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save to one `.safetensors` file, which `hagang.load` reads without executing any code.

        Raises
        ------
        FileFormatError
            Where the file cannot be written.
        """
        graph, constants = self._graph()
        document = {
            "kind": "network",
            "task": self.task,
            "graph": graph,
            "network": to_record(self.network, KINDS),
            "features": self.features.to_json() if self.features is not None else None,
            "target": self.target.to_json() if self.target is not None else None,
            "about": dict(self.about),
        }
        write(path, {f"{WEIGHTS}{name}": value for name, value in self.weights.items()} | constants, document)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with its graph as a file has it: the ops' rules are functions that no pickle holds."""
        others = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "program"}
        return _with_graph, (*self._graph(), others)

    def _graph(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        return graph_to_json({PREDICTION: self.program.outputs[PREDICTION]})

    # --- inputs ---

    def _inputs(self, data: Any) -> npt.NDArray[Any]:
        if self.features is not None and not isinstance(data, np.ndarray):
            data = self.features.transform(self._table(data))
        node = self._input_node
        x = as_inputs(data, node.dtype, "data")
        if x.shape[1:] != self.input_dims:
            msg = f"data: expected rows of shape {self.input_dims}, as at training, received {x.shape[1:]}"
            raise ShapeError(msg)
        if x.dtype != node.dtype:
            msg = f"data: expected {node.dtype} numbers, as at training, received {x.dtype}"
            raise DataError(msg)
        return x

    def _table(self, data: Any) -> Inputs:
        return self.aligned(data if isinstance(data, Table | Pixels) else load_data(data, like=self).inputs)

    def aligned(self, inputs: Inputs) -> Inputs:
        """The inputs with the column names of the training data, for a table without header."""
        if isinstance(self.features, ColumnFeatures) and self.target is not None:
            return align_positions(inputs, self.features.known, self.target.name)
        return inputs


def _with_graph(
    graph: Mapping[str, Any], constants: Mapping[str, npt.NDArray[Any]], others: Mapping[str, Any]
) -> TrainedNetwork:
    return TrainedNetwork(Program(outputs=graph_from_json(graph, constants)), **others)


def _codes(probabilities: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    if probabilities.shape[1] == 1:
        return (probabilities[:, 0] > 0.5).astype(np.int64)
    codes: npt.NDArray[np.int64] = np.argmax(probabilities, axis=1)
    return codes
