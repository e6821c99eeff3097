"""Live display of a run in a terminal: losses, learning rate, speed, time left, gradients per layer, control keys."""

from hagang.view.live.live import Live as Live
