"""Build wheel and source distribution of every published member: run `make packages`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from project import PUBLISHED, ROOT

_UV = Path(sys.executable).with_name("uv")


def build(folder: Path) -> None:
    """Replace a folder by one with the packages.

    A wheel is built from its source distribution, so that both are complete.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for member in PUBLISHED:
        command = [str(_UV), "build", "--quiet", "--out-dir", str(folder), str(ROOT / member)]
        subprocess.run(command, check=True)  # noqa: S603 - our own uv


def main() -> None:
    """Build into the folder on the command line."""
    parser = argparse.ArgumentParser(description="Build the packages that are published.")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "dist")
    build(parser.parse_args().folder)


if __name__ == "__main__":
    main()
