"""`python -m bench`: every headline figure beside its peer, measured in the same run; writes bench/results.json.

A ratio is our time over the peer's for the same work; `reach` is the most it may be. Exit 1 when one is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

PARTS = ("acts", "audit", "publish")
RESULTS = Path(__file__).with_name("results.json")


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    from tallystick.site.sqlite import choose

    choose()
    import sqlite3

    return {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def judged(result: dict[str, Any]) -> dict[str, Any]:
    """The result with `ok`: None where the peer is not on this machine."""
    ratio = result["ratio"]
    return {**result, "ok": None if ratio is None else ratio <= result["reach"]}


def measured(part: str, scale: float) -> list[dict[str, Any]]:
    """One part's results."""
    run: Callable[[float], dict[str, Any] | Iterable[dict[str, Any]]] = import_module(f"bench.{part}").run
    found = run(scale)
    return [judged({"part": part, **each}) for each in ([found] if isinstance(found, dict) else found)]


def shown(results: list[dict[str, Any]]) -> Table:
    """The results as a table to read."""
    table = Table(box=None, padding=(0, 2))
    for heading in ("", "ours", "peer", "ratio", "reach", ""):
        table.add_column(heading, justify="left" if not heading else "right")
    for each in results:
        absent = each["ok"] is None
        table.add_row(
            each["name"],
            _figure(each, "ours"),
            "not here" if absent else _figure(each, "peer"),
            "" if absent else f"{each['ratio']:.2f}",
            f"≤ {each['reach']:g}",
            "" if absent else "✓" if each["ok"] else "✗",
        )
    return table


def _figure(result: dict[str, Any], whose: str) -> str:
    rate = result.get(f"{whose}_per_s")
    return f"{rate:,.0f}/s" if rate else f"{result[f'{whose}_s']:.2f} s"


def main() -> int:
    """Measure, show, write."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("--scale", type=float, default=float(os.environ.get("TALLYSTICK_SCALE") or 1))
    options.add_argument("--only", choices=PARTS, action="append", help="this part; may be given again")
    asked = options.parse_args()
    console = Console(width=120)
    about = machine()
    results: list[dict[str, Any]] = []
    for part in asked.only or PARTS:
        console.print(f"Measuring {part} …", style="dim")
        results += measured(part, asked.scale)
    console.print(shown(results))
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    whole = {"at": when, "scale": asked.scale, "machine": about, "results": results}
    RESULTS.write_text(json.dumps(whole, indent=2) + "\n")
    console.print(f"Written to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}.")
    return 1 if any(each["ok"] is False for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
