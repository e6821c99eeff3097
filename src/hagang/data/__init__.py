"""Data: read tables and images, decide what they are, turn them into arrays that can be trained on.

`prepare` goes the whole way; `load`, `split`, `fit_features` and `fit_target` are its steps.
"""

from hagang.data.checks import align_labels as align_labels
from hagang.data.column_features import ColumnFeatures as ColumnFeatures
from hagang.data.column_report import ColumnReport as ColumnReport
from hagang.data.column_report import kind_of as kind_of
from hagang.data.column_report import range_of as range_of
from hagang.data.columns import Column as Column
from hagang.data.columns import Inputs as Inputs
from hagang.data.columns import Numbers as Numbers
from hagang.data.columns import Pixels as Pixels
from hagang.data.columns import Table as Table
from hagang.data.columns import Text as Text
from hagang.data.dataset import Dataset as Dataset
from hagang.data.dataset import Labelled as Labelled
from hagang.data.features import Features as Features
from hagang.data.features import features_from_json as features_from_json
from hagang.data.features import fit_features as fit_features
from hagang.data.findings import Finding as Finding
from hagang.data.frames import frame_columns as frame_columns
from hagang.data.load import load as load
from hagang.data.pixel_features import PixelFeatures as PixelFeatures
from hagang.data.positions import align_positions as align_positions
from hagang.data.prepare import prepare as prepare
from hagang.data.prepare_folds import prepare_folds as prepare_folds
from hagang.data.prepared import Part as Part
from hagang.data.prepared import Prepared as Prepared
from hagang.data.split import Split as Split
from hagang.data.split import split as split
from hagang.data.split_by import folds as folds
from hagang.data.split_by import split_by as split_by
from hagang.data.stream import StreamedRows as StreamedRows
from hagang.data.stream import Streaming as Streaming
from hagang.data.targets import Classes as Classes
from hagang.data.targets import Quantity as Quantity
from hagang.data.targets import Target as Target
from hagang.data.targets import fit_target as fit_target
from hagang.data.targets import target_from_json as target_from_json
from hagang.data.task import decide_task as decide_task
