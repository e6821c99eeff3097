"""How fast hagang trains, beside other libraries on the same workloads. Run `python -m benchmarks --help`."""
