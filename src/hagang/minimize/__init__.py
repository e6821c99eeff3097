"""Minimising a function by descent."""

from hagang.minimize.textbook import gradient_descent as gradient_descent
