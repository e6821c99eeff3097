"""Training: `fit`, its loop, the events it tells, their history, and the trained network."""

from hagang.training.batch_size import choose_batch_size as choose_batch_size
from hagang.training.compare import differences as differences
from hagang.training.events import ChunkEnd as ChunkEnd
from hagang.training.events import EpochEnd as EpochEnd
from hagang.training.events import RunBegin as RunBegin
from hagang.training.events import RunEnd as RunEnd
from hagang.training.fitting import fit as fit
from hagang.training.folder import MODEL as MODEL
from hagang.training.folder import check_folder as check_folder
from hagang.training.folder import read_record as read_record
from hagang.training.held import Outcomes as Outcomes
from hagang.training.history import History as History
from hagang.training.loading import load as load
from hagang.training.run import Run as Run
from hagang.training.run import find_runs as find_runs
from hagang.training.run import open_run as open_run
from hagang.training.sources import Batches as Batches
from hagang.training.sources import DataSource as DataSource
from hagang.training.suits import suits as suits
from hagang.training.trained import TrainedNetwork as TrainedNetwork
