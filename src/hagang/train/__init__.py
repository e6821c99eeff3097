"""Training: `fit`, its loop, the events it tells, their history, and the trained network."""

from hagang.train.batch_size import choose_batch_size as choose_batch_size
from hagang.train.compare import differences as differences
from hagang.train.events import ChunkEnd as ChunkEnd
from hagang.train.events import EpochEnd as EpochEnd
from hagang.train.events import RunBegin as RunBegin
from hagang.train.events import RunEnd as RunEnd
from hagang.train.fitting import fit as fit
from hagang.train.folder import MODEL as MODEL
from hagang.train.folder import check_folder as check_folder
from hagang.train.folder import read_record as read_record
from hagang.train.held import Outcomes as Outcomes
from hagang.train.history import History as History
from hagang.train.loading import load as load
from hagang.train.logarithm import try_logarithm as try_logarithm
from hagang.train.run import Run as Run
from hagang.train.run import find_runs as find_runs
from hagang.train.run import open_run as open_run
from hagang.train.sources import Batches as Batches
from hagang.train.sources import DataSource as DataSource
from hagang.train.suits import suits as suits
from hagang.train.trained import TrainedNetwork as TrainedNetwork
