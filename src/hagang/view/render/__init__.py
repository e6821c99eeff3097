"""Renderers: matplotlib for files and animations, plotly for interactive pages."""
