"""``python benchmarks/run.py [--json FILE]``: every figure of one run. Run it more than once, on a quiet machine."""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import card, crowd, documents, drain, forms, outbox, store, terminal, upload
from benchmarks.sizes import SHORT, Sizes

PARTS = {
    "card": card.measure,
    "forms": forms.measure,
    "documents": documents.measure,
    "store": store.measure,
    "outbox": outbox.measure,
    "drain": drain.measure,
    "upload": upload.measure,
    "crowd": crowd.measure,
    "terminal": terminal.measure,
}


def main() -> None:
    """Measure the parts asked for, print each figure as it comes, and write them all as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--short", action="store_true", help="small sizes: does it work?")
    for field in dataclasses.fields(Sizes):
        words = field.name.replace("_", "-")
        parser.add_argument(f"--{words}", type=int, metavar="N", help=f"({getattr(Sizes(), field.name):,})")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts (all)")
    options = parser.parse_args()
    sizes = _sizes(options)
    figures = []
    for name in options.parts or PARTS:
        for figure in PARTS[name](sizes):
            print(figure.as_text(), flush=True)
            figures.append(figure.as_dict())
    if options.json:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        report = {**machine, "sizes": dataclasses.asdict(sizes), "figures": figures}
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _sizes(options: argparse.Namespace) -> Sizes:
    given = {field.name: getattr(options, field.name) for field in dataclasses.fields(Sizes)}
    base = SHORT if options.short else Sizes()
    return dataclasses.replace(base, **{name: value for name, value in given.items() if value is not None})


if __name__ == "__main__":
    main()
