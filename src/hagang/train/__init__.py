"""Training: `fit`, its loop, the events it tells, their history, and the trained network."""

from hagang.train.events import ChunkEnd as ChunkEnd
from hagang.train.events import EpochEnd as EpochEnd
from hagang.train.events import RunBegin as RunBegin
from hagang.train.events import RunEnd as RunEnd
from hagang.train.fitting import fit as fit
from hagang.train.history import History as History
from hagang.train.loading import load as load
from hagang.train.run import Run as Run
from hagang.train.trained import TrainedNetwork as TrainedNetwork
