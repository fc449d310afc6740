"""``python benchmarks/run.py [--json FILE]``: every figure of one run. Run it more than once, on a quiet machine."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import card, forms, store, terminal

PARTS = {"card": card.measure, "forms": forms.measure, "store": store.measure, "terminal": terminal.measure}


def main() -> None:
    """Measure the parts asked for, print each figure as it comes, and write them all as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts (all)")
    options = parser.parse_args()
    figures = []
    for name in options.parts or PARTS:
        for figure in PARTS[name]():
            print(figure.as_text(), flush=True)
            figures.append(figure.as_dict())
    if options.json:
        report = {"python": platform.python_version(), "machine": platform.machine(), "figures": figures}
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
