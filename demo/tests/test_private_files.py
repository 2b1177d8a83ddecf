"""Files that the demo writes: only their owner can read them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shopapp_demo.private import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder that the user of the server has access to, unlike pytest's folder."""
    folder = Path(tempfile.mkdtemp(prefix="demo-test-"))
    folder.chmod(0o755)
    yield folder
    demo("down", folder)
    shutil.rmtree(folder)


def demo(command: str, folder: Path) -> None:
    """Run the demo's command line in a folder, with umask 0."""
    environment = {k: v for k, v in os.environ.items() if k != "ECOMMERCE_TEST_DATABASE_URL"}
    subprocess.run(
        [sys.executable, "-m", "shopapp_demo", command],
        cwd=folder,
        env=environment,
        umask=0,
        check=True,
        capture_output=True,
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_demo_files_with_umask_0_are_private(folder: Path) -> None:
    demo("up", folder)

    home = folder / ".demo"
    modes = {path.name: mode(path) for path in home.iterdir() if path.is_file()}
    assert modes == dict.fromkeys(
        ("environment", "warehouse.url", "shop.log", "shop.pid"), 0o600
    )
    assert mode(home / "postgres") == 0o700
    assert mode(home / "postgres" / "password") == 0o600
    password = (home / "postgres" / "password").read_text()
    assert password in (home / "environment").read_text()


def test_existing_readable_file_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "environment"
    path.write_text("content of an earlier version")
    path.chmod(0o644)

    write_private(path, "token")

    assert mode(path) == 0o600
    assert path.read_text() == "token"
