"""Explanations of computational graphs: values and gradients of every node, as text, drawing and HTML."""

from hagang.view.explained.dispatch import explain as explain
from hagang.view.explained.explanation import Explanation as Explanation
from hagang.view.explained.explanation import check_ending as check_ending
