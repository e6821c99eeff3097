"""What draws a picture: matplotlib for files, plotly for pages that one can turn and zoom, and animations."""
