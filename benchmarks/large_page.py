"""Measure the time to build a large shop's tables, statistics and results page.

    python large_page.py [--orders 1000000]

SQL generates the shop (large_shop.sql), so the times exclude tap and loader.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from playwright.sync_api import sync_playwright
from shopapp_demo.postgres import private_postgres

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
MARTS = "path:models/ecommerce/marts+"
SETTINGS = {
    "ECOMMERCE_CURRENCY": "CAD",
    "ECOMMERCE_ID_FORMAT": "qualified",
    "ECOMMERCE_CONTACTS_RELATION": "crm.contacts",
    "ECOMMERCE_INTERACTIONS_RELATION": "crm.happened",
    "ECOMMERCE_PROJECT_DIR": str(HERE.parent),
}


def main() -> None:
    """Run all steps and print the time of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    orders = parser.parse_args().orders
    say(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}; {orders:,} orders")
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o755)  # if root runs this, Postgres runs as another user
    try:
        with private_postgres(folder / "postgres") as postgres:
            os.environ.update(postgres.environment() | SETTINGS)
            os.environ["DBT_TARGET_PATH"] = str(folder / "target")
            os.environ["DBT_LOG_PATH"] = str(folder / "logs")
            started = time.monotonic()
            script = (HERE / "large_shop.sql").read_text().replace(":orders", str(orders))
            with psycopg.connect(postgres.url) as connection:
                connection.execute(script.encode())
            report("the shop, by SQL", started)
            dbt("the seeds", "seed")
            dbt("the four tables and their inputs", "run", "--exclude", MARTS)
            dbt("the statistics", "run", "--select", MARTS)
            dbt("their tests", "test", "--select", "path:tests/dbt")
            started = time.monotonic()
            subprocess.run([BIN / "ecommerce", "results"], check=True, capture_output=True)
            report("the page", started)
        page = folder / "target" / "results.html"
        say(f"its size: {page.stat().st_size / 1e6:.1f} MB")
        measure_page(page)
    finally:
        shutil.rmtree(folder)


def dbt(step: str, *arguments: str) -> None:
    """Run a dbt command and print its time."""
    started = time.monotonic()
    subprocess.run(
        [
            *(BIN / "dbt", *arguments, "--quiet", "--project-dir", HERE.parent),
            *("--profiles-dir", HERE.parent / "profiles"),
        ],
        check=True,
    )
    report(step, started)


def measure_page(page: Path) -> None:
    """Open the page in a browser and select the period All."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        opened = browser.new_page()
        started = time.monotonic()
        opened.goto(page.as_uri())
        report("opening the page", started)
        started = time.monotonic()
        opened.get_by_role("radio", name="All").check()
        report("selecting the period All", started)
        say(opened.locator("#headline").inner_text().replace("\n", " ")[:200])
        browser.close()


def report(step: str, started: float) -> None:
    """Print the time of a step."""
    say(f"{step}: {time.monotonic() - started:.1f} s")


def say(text: str) -> None:
    """Print a line without buffering."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
