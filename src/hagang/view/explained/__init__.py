"""Explaining a computational graph: its numbers, forward and backward, as text, drawing and page."""

from hagang.view.explained.asking import explain as explain
from hagang.view.explained.explanation import Explanation as Explanation
from hagang.view.explained.explanation import check_ending as check_ending
