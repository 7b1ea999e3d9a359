"""`./run bench NAME [--quick]`."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from bench.figures import write

NAMES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if path.stem not in {"__init__", "__main__", "figures", "mutants"}
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument(
        "--quick", action="store_true", help="a smaller run of the same comparison, within 50 s on two cores"
    )
    chosen = parser.parse_args()
    figures = import_module(f"bench.{chosen.name}").run(quick=chosen.quick)
    return 0 if write(chosen.name, figures) else 1


if __name__ == "__main__":
    sys.exit(main())
