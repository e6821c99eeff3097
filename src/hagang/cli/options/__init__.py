"""The options that `hagang` knows, each with its help: a dataclass for each panel of `hagang train --help`."""

from hagang.cli.options.common import Curves as Curves
from hagang.cli.options.common import Data as Data
from hagang.cli.options.common import Encoding as Encoding
from hagang.cli.options.common import Force as Force
from hagang.cli.options.common import Header as Header
from hagang.cli.options.common import Keep as Keep
from hagang.cli.options.common import Missing as Missing
from hagang.cli.options.common import Model as Model
from hagang.cli.options.common import Page as Page
from hagang.cli.options.common import Predictions as Predictions
from hagang.cli.options.common import Run as Run
from hagang.cli.options.common import Runs as Runs
from hagang.cli.options.common import RunsIn as RunsIn
from hagang.cli.options.common import Separator as Separator
from hagang.cli.options.common import Types as Types
from hagang.cli.options.config import TRAIN as TRAIN
from hagang.cli.options.config import ConfigOptions as ConfigOptions
from hagang.cli.options.data import DataOptions as DataOptions
from hagang.cli.options.descent import DescentOptions as DescentOptions
from hagang.cli.options.make import takes as takes
from hagang.cli.options.network import NetworkOptions as NetworkOptions
from hagang.cli.options.run import RunOptions as RunOptions
