"""Measure the cost of the tap on each application as a ratio to a lower bound.

    python applications.py [--orders 12000] [--rounds 21] [--only shopify]

The shop is the one of the common test suite. Milliseconds are CPU time per thousand orders, and
× CPU is their ratio. The cost of a run on a shop without orders is subtracted from both and
printed in seconds; it is about half of the tap's cost.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from run import BIN, HERE, Cost, cost, in_turns, say, served
from shop_fakes.registry import FAKES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Default numbers of orders: a fake serves them in about a minute.
ORDERS = {"shopapp": 12_000, "vendure": 8_000, "woocommerce": 6_000, "adobe_commerce": 4_000}
OTHERS = 3_000
# Repetitions of the loop's requests in one run; a single pass is too short to measure.
PASSES = 5


def main() -> None:
    """Measure all applications and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", choices=FAKES, nargs="+", default=sorted(FAKES))
    options = parser.parse_args()
    say(
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}; medians of {options.rounds} rounds;"
        f" load average {os.getloadavg()[0]:.0f} at the start,"
    )
    rows = [
        measure(application, options.orders or ORDERS.get(application, OTHERS), options.rounds)
        for application in options.only
    ]
    say(f"load average {os.getloadavg()[0]:.0f} at the end.\n")
    say("| | orders | requests | loop ms | tap ms | × CPU (least–most) | start s | MB |")
    say("|---|---|---|---|---|---|---|---|")
    for row in rows:
        say(row)


def measure(application: str, orders: int, rounds: int) -> str:
    """Return the costs of an application as a row of the table."""
    contenders: dict[str, Callable[[], Cost]] = {}
    request_counts = []
    script = [sys.executable, HERE / "recorded_loop.py"]
    with ExitStack() as stack:
        for many in (orders, 0):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            report(f"{application}: recording a shop of {many:,} orders …")
            url = stack.enter_context(served("recorded.py", application, many, folder))
            requests = folder / "requests.json"
            request_counts.append(len(orjson.loads(requests.read_bytes())))
            commands = {
                "loop": [*script, url, requests, str(PASSES)],
                "tap": [BIN / "tap-shopapp", "--config", folder / "config.json"],
            }
            for side, command in commands.items():
                contenders[f"{application}, {many:,} orders, {side}"] = partial(cost, [command])
        loops, taps, loop_starts, tap_starts = in_turns(contenders, rounds).values()
    start = statistics.median(run.cpu for run in tap_starts)
    tap = without(taps, tap_starts)
    loop = [cpu / PASSES for cpu in without(loops, loop_starts)]
    times = [seconds / floor for seconds, floor in zip(tap, loop, strict=True)]
    row = (
        f"| {application} | {orders:,} | {request_counts[0]}"
        f" | {1e6 * statistics.median(loop) / orders:.0f}"
        f" | {1e6 * statistics.median(tap) / orders:.0f}"
        f" | {statistics.median(times):.2f} ({min(times):.2f}–{max(times):.2f})"
        f" | {start:.1f} | {max(run.memory for run in taps):.0f} |"
    )
    report(row)
    return row


def without(runs: Sequence[Cost], starts: Sequence[Cost]) -> list[float]:
    """Return the CPU seconds of runs, less the median of an empty shop."""
    start = statistics.median(run.cpu for run in starts)
    return [run.cpu - start for run in runs]


def report(line: str) -> None:
    """Print progress to stderr."""
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
