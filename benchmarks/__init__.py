"""Training speed of hagang and other libraries on the same workloads. Run `python -m benchmarks --help`."""
