"""From data to a trained, scored and saved model in one call: all that `hagang train` does."""

from hagang.workflow.events import Conversion as Conversion
from hagang.workflow.events import DataReady as DataReady
from hagang.workflow.folds import Folds as Folds
from hagang.workflow.options import Options as Options
from hagang.workflow.training import train as train
