"""Runs the tap on each application beside the floor, and prints their costs as ratios.

    python applications.py [--orders 12000] [--rounds 21] [--only shopify]

The shop is the one that the tests try every application on. Milliseconds are CPU for a thousand
orders, and × CPU their ratio. What a run on a shop without orders costs is taken off both, and
said in seconds: for the tap it would else be half.
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

# Default numbers of orders: as many as a fake serves in about a minute.
ORDERS = {"shopapp": 12_000, "vendure": 8_000, "woocommerce": 6_000}
OTHERS = 3_000
# So often the loop makes its requests within one run: once is over before it can be measured.
PASSES = 5


def main() -> None:
    """Run everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", choices=FAKES, nargs="+", default=sorted(FAKES))
    given = parser.parse_args()
    say(
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}; medians of {given.rounds} rounds;"
        f" {os.getloadavg()[0]:.0f} wanted to run when it began,"
    )
    rows = [
        measure(application, given.orders or ORDERS.get(application, OTHERS), given.rounds)
        for application in given.only
    ]
    say(f"{os.getloadavg()[0]:.0f} when it ended.\n")
    say("| | orders | requests | loop ms | tap ms | × CPU (least–most) | start s | MB |")
    say("|---|---|---|---|---|---|---|---|")
    for row in rows:
        say(row)


def measure(application: str, orders: int, rounds: int) -> str:
    """Return what an application costs, as a row of the table."""
    contenders: dict[str, Callable[[], Cost]] = {}
    asked = []
    script = [sys.executable, HERE / "recorded_loop.py"]
    with ExitStack() as stack:
        for many in (orders, 0):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            tell(f"{application}: recording a shop of {many:,} orders …")
            url = stack.enter_context(served("recorded.py", application, many, folder))
            requests = folder / "requests.json"
            asked.append(len(orjson.loads(requests.read_bytes())))
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
    times = [its / floor for its, floor in zip(tap, loop, strict=True)]
    row = (
        f"| {application} | {orders:,} | {asked[0]}"
        f" | {1e6 * statistics.median(loop) / orders:.0f}"
        f" | {1e6 * statistics.median(tap) / orders:.0f}"
        f" | {statistics.median(times):.2f} ({min(times):.2f}–{max(times):.2f})"
        f" | {start:.1f} | {max(run.memory for run in taps):.0f} |"
    )
    tell(row)
    return row


def without(runs: Sequence[Cost], starts: Sequence[Cost]) -> list[float]:
    """Return the CPU seconds of runs, less those of an empty shop's."""
    start = statistics.median(run.cpu for run in starts)
    return [run.cpu - start for run in runs]


def tell(line: str) -> None:
    """Say how far it is."""
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
