"""The compared libraries, one file each with a function from workload and settings to a Trainer."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Settings, Trainer
    from benchmarks.workloads import Workload

__all__ = ["PEERS", "Peer"]


@dataclass(frozen=True)
class Peer:
    """One implementation of the workloads.

    Parameters
    ----------
    name : str
        What it is called on the command line.
    label : str
        What it is called in tables.
    module, function : str
        Where its `prepare` is, in this package.
    packages : tuple of str
        The distributions that must be installed, the import name of each being the same but for scikit-learn.
    quick : bool
        Whether a quick run takes it.
    alone : bool
        Whether cold start, memory and size are told of it: of one way for each library.
    """

    name: str
    label: str
    module: str
    packages: tuple[str, ...]
    function: str = "prepare"
    quick: bool = True
    alone: bool = True

    def missing(self) -> list[str]:
        """The missing packages."""
        return [name for name in self.packages if find_spec(_IMPORTS.get(name, name)) is None]

    def prepare(self, workload: Workload, settings: Settings) -> Trainer:
        """Import the library and prepare everything for the first step."""
        module = importlib.import_module(f"benchmarks.peers.{self.module}")
        trainer: Trainer = getattr(module, self.function)(workload, settings)
        return trainer


_IMPORTS = {"scikit-learn": "sklearn"}

_ALL = (
    Peer("hagang", "hagang", "hagang_fit", ("hagang",)),
    Peer("hagang-1", "hagang, one thread", "hagang_fit", ("hagang",), "prepare_one_thread", alone=False),
    Peer(
        "hagang-within", "hagang, within epochs", "hagang_fit", ("hagang",), "prepare_within", alone=False, quick=False
    ),
    Peer("hagang-bf16", "hagang, bfloat16 products", "hagang_fit", ("hagang",), "prepare_bfloat16", alone=False),
    Peer("numpy", "NumPy loop", "numpy_loop", ("numpy",)),
    Peer("sklearn", "scikit-learn", "sklearn_mlp", ("scikit-learn",)),
    Peer("torch", "PyTorch, plain eager", "torch_eager", ("torch",)),
    Peer("torch-tuned", "PyTorch, tuned eager", "torch_eager", ("torch",), "prepare_tuned", alone=False),
    Peer("torch-compile", "PyTorch, torch.compile", "torch_compiled", ("torch",), quick=False),
    Peer("jax", "JAX, scan", "jax_scan", ("jax", "jaxlib")),
    Peer("keras", "Keras on JAX", "keras_fit", ("keras", "jax", "jaxlib")),
)
PEERS = {peer.name: peer for peer in _ALL}
