"""Saved models: one `.safetensors` file of tensors and a description, loaded without running any code from it.

`file` is the container; `graphs` converts graphs to JSON and back, `records` layers, optimisers and other frozen
dataclasses.
"""

from hagang.saved.atomic import atomic_write as atomic_write
from hagang.saved.atomic import check_writable as check_writable
from hagang.saved.file import Header as Header
from hagang.saved.file import read as read
from hagang.saved.file import read_header as read_header
from hagang.saved.file import write as write
from hagang.saved.graphs import graph_from_json as graph_from_json
from hagang.saved.graphs import graph_to_json as graph_to_json
from hagang.saved.kinds import KINDS as KINDS
from hagang.saved.outputs import check_output as check_output
from hagang.saved.outputs import is_model as is_model
from hagang.saved.records import from_record as from_record
from hagang.saved.records import is_known as is_known
from hagang.saved.records import to_record as to_record
