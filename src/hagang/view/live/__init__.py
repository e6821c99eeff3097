"""A run as it goes, in a terminal: curves, rate, speed, time left, gradients by layer; and keys to steer it."""

from hagang.view.live.live import Live as Live
