"""Plots and explanations in one visual style.

A plot is plain data, a `Picture` of panels of marks, which matplotlib or plotly renders; both are imported when the
first picture is rendered.
"""

from hagang.view.batches import compare_batch_sizes as compare_batch_sizes
from hagang.view.descent import compare_descents as compare_descents
from hagang.view.descent import plot_descent as plot_descent
from hagang.view.explained import explain as explain
from hagang.view.flow import plot_gradient_flow as plot_gradient_flow
from hagang.view.landscape import plot_landscape as plot_landscape
from hagang.view.layer_stats import plot_distributions as plot_distributions
from hagang.view.layer_stats import plot_watch as plot_watch
from hagang.view.picture import Picture as Picture
from hagang.view.predictions import plot_calibration as plot_calibration
from hagang.view.predictions import plot_confusion as plot_confusion
from hagang.view.predictions import plot_regions as plot_regions
from hagang.view.predictions import plot_residuals as plot_residuals
from hagang.view.progress import plot_progress as plot_progress
from hagang.view.schedules import plot_schedules as plot_schedules
from hagang.view.training import plot_comparison as plot_comparison
from hagang.view.training import plot_training as plot_training
from hagang.view.weights import plot_weights as plot_weights
