"""Benchmarks: ratios measured in one run. `./run bench NAME [--quick]` prints a table and writes bench/results/NAME.json."""
