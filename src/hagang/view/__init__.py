"""Pictures of what the other packages find, in one style.

A picture is plain data, a `Picture` of panels of marks, which matplotlib or plotly draws; both are imported when the
first one is drawn.
"""

from hagang.view.descent import plot_descent as plot_descent
from hagang.view.explained import explain as explain
from hagang.view.flow import plot_gradient_flow as plot_gradient_flow
from hagang.view.picture import Picture as Picture
