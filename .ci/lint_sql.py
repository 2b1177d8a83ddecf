#!/usr/bin/env python
"""Lint the models' SQL as dbt renders it, on a Postgres that is started for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from shopapp_demo.postgres import private_postgres


def main() -> int:
    """Return sqlfluff's exit code."""
    data_dir = Path(tempfile.mkdtemp(prefix="ecommerce-lint-"))
    try:
        with private_postgres(data_dir) as server:
            return subprocess.run(
                [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "models"],
                env={**os.environ, **server.environment(), "ECOMMERCE_CURRENCY": "EUR"},
                check=False,
            ).returncode
    finally:
        shutil.rmtree(data_dir)


if __name__ == "__main__":
    sys.exit(main())
