"""Loading trained networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.data import features_from_json, target_from_json
from hagang.errors import FileFormatError, HagangError
from hagang.program import Program, verify
from hagang.saved import KINDS, from_record, graph_from_json, is_known, read
from hagang.training.step import INPUT, PREDICTION
from hagang.training.trained import WEIGHTS, TrainedNetwork

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.nn import Network

__all__ = ["load"]


def load(path: str | os.PathLike[str]) -> TrainedNetwork:
    """Load a trained network.

    It predicts from its stored graph: no code of the user's is needed, and none is run. Where all its layers are
    hagang's own it can also be trained on.

    Parameters
    ----------
    path : str or path
        A file that `TrainedNetwork.save` or `hagang train` wrote.

    Raises
    ------
    FileFormatError
        Where the file is missing, damaged, somebody else's, or from a newer hagang.
    """
    tensors, document = read(path)
    try:
        return _built(tensors, document)
    except FileFormatError:
        raise
    except (HagangError, LookupError, TypeError, ValueError, AttributeError) as error:
        msg = f"{path}: expected a trained network, received a file whose description does not fit: {error}"
        raise FileFormatError(msg) from None


def _built(tensors: Mapping[str, npt.NDArray[Any]], document: Mapping[str, Any]) -> TrainedNetwork:
    roots = graph_from_json(document["graph"], tensors)
    weights = {name.removeprefix(WEIGHTS): value for name, value in tensors.items() if name.startswith(WEIGHTS)}
    program = verify(Program(outputs={PREDICTION: roots[PREDICTION]}))
    _check_inputs(program, weights)
    return TrainedNetwork(
        program=program,
        weights=weights,
        task=document["task"],
        network=_network(document["network"]),
        features=features_from_json(document["features"]) if document["features"] is not None else None,
        target=target_from_json(document["target"]) if document["target"] is not None else None,
        about=document["about"],
    )


def _check_inputs(program: Program, weights: Mapping[str, npt.NDArray[Any]]) -> None:
    wanted = set(program.with_role("slot"))
    if wanted - set(weights) or set(program.with_role("batch")) != {INPUT}:
        msg = f"the predict graph reads {sorted(wanted)} and a batch, the file holds {sorted(weights)}"
        raise FileFormatError(msg)


def _network(record: Any) -> Network | None:
    network: Network | None = from_record(record, KINDS) if record is not None and is_known(record) else None
    return network
