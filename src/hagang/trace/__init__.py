"""From a NumPy function to its graph: the function is called once with stand-ins that record what it does.

`traced` is the stand-in; `ufuncs`, `reductions`, `products`, `shapes`, `indexing`, `creation` and `linalg` say
what each NumPy function becomes, `rearranging`, `composing`, `sorting` and `special` what is made of those; `nested`
flattens parameters; `source` words what cannot be traced.
"""

from hagang.trace import composing as composing
from hagang.trace import creation as creation
from hagang.trace import indexing as indexing
from hagang.trace import linalg as linalg
from hagang.trace import products as products
from hagang.trace import rearranging as rearranging
from hagang.trace import shapes as shapes
from hagang.trace import sorting as sorting
from hagang.trace import special as special
from hagang.trace.agreement import check_agreement as check_agreement
from hagang.trace.gradients import custom_gradient as custom_gradient
from hagang.trace.gradients import stop_gradient as stop_gradient
from hagang.trace.nested import Structure as Structure
from hagang.trace.nested import flatten as flatten
from hagang.trace.nested import map_leaves as map_leaves
from hagang.trace.nested import paths as paths
from hagang.trace.nested import rebuild as rebuild
from hagang.trace.random import uniform as uniform
from hagang.trace.reductions import logsumexp as logsumexp
from hagang.trace.traced import RowCount as RowCount
from hagang.trace.traced import Traced as Traced
from hagang.trace.traced import lift as lift
from hagang.trace.tracing import call as call
from hagang.trace.tracing import default_precision as default_precision
from hagang.trace.tracing import run as run
from hagang.trace.tracing import spec as spec
from hagang.trace.tracing import stand_ins as stand_ins
from hagang.trace.tracing import trace_outputs as trace_outputs
