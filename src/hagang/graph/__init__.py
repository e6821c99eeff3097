"""What a graph is: dims, records of ops, nodes; walking, evaluating and printing them.

This package knows what an op *is*, not which ops exist.
"""

from hagang.graph.dims import Dim as Dim
from hagang.graph.dims import Dims as Dims
from hagang.graph.dims import R as R
from hagang.graph.dims import RowsDim as RowsDim
from hagang.graph.dims import bind as bind
from hagang.graph.dims import count as count
from hagang.graph.dims import has_rows as has_rows
from hagang.graph.dims import known_count as known_count
from hagang.graph.dims import show_dims as show_dims
from hagang.graph.evaluate import evaluate as evaluate
from hagang.graph.evaluate import rows_of as rows_of
from hagang.graph.node import CONSTANT as CONSTANT
from hagang.graph.node import Attrs as Attrs
from hagang.graph.node import Axis as Axis
from hagang.graph.node import InferRule as InferRule
from hagang.graph.node import Kind as Kind
from hagang.graph.node import Linearity as Linearity
from hagang.graph.node import Node as Node
from hagang.graph.node import Op as Op
from hagang.graph.node import OutputType as OutputType
from hagang.graph.node import ZeroGradient as ZeroGradient
from hagang.graph.node import make as make
from hagang.graph.order import depends_on as depends_on
from hagang.graph.order import order as order
from hagang.graph.order import remade as remade
from hagang.graph.order import rewrite as rewrite
from hagang.graph.order import substitute as substitute
from hagang.graph.show import names as names
from hagang.graph.show import show as show
