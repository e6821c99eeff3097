"""Training: the Trainer, the loop with its events, their history, and the trained network."""

from hagang.training.events import ChunkEnd as ChunkEnd
from hagang.training.events import EpochEnd as EpochEnd
from hagang.training.events import RunBegin as RunBegin
from hagang.training.events import RunEnd as RunEnd
from hagang.training.history import History as History
from hagang.training.holdout import Outcomes as Outcomes
from hagang.training.loading import load as load
from hagang.training.network_checks import network_findings as network_findings
from hagang.training.sources import Batches as Batches
from hagang.training.sources import DataSource as DataSource
from hagang.training.trained import TrainedNetwork as TrainedNetwork
