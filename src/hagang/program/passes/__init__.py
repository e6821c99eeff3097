"""The passes, one a file: each a pure function from a graph's roots to a graph's roots."""
