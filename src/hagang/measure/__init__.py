"""Measurements of networks on some rows. Nothing here trains."""

from hagang.measure.final_landscape import FinalLandscape as FinalLandscape
from hagang.measure.final_landscape import surroundings as surroundings
from hagang.measure.flow import GradientFlow as GradientFlow
from hagang.measure.flow import LayerFlow as LayerFlow
from hagang.measure.flow import flow_through as flow_through
from hagang.measure.flow import gradient_flow as gradient_flow
from hagang.measure.landscape import Landscape as Landscape
from hagang.measure.landscape import landscape as landscape
from hagang.measure.memory import step_bytes as step_bytes
from hagang.measure.passing import LayerPass as LayerPass
from hagang.measure.passing import Pass as Pass
from hagang.measure.passing import trace_pass as trace_pass
from hagang.measure.subject import Subject as Subject
from hagang.measure.subject import subject as subject
from hagang.measure.watch import Watch as Watch
from hagang.measure.watch import Watched as Watched
from hagang.measure.watch import watched as watched
