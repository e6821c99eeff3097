"""Pictures of what the other packages find. Matplotlib is imported when the first is drawn."""

from hagang.view.descent import plot_descent as plot_descent
