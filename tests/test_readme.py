"""The commands of the README and of the sales figures print the output that they show.

They run on a clean copy.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = [(ROOT / name).read_text() for name in ("README.md", "docs/figures.md")]
BLOCKS = [
    block
    for page in PAGES
    for block in re.findall(
        r"```console\n\$ (.+?)\n```\n(?:.*?)```text\n(.+?)```", page, re.DOTALL
    )
]


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    """A copy of the tracked files, in a directory that the demo's Postgres can access."""
    folder = Path(tempfile.mkdtemp(prefix="ecommerce-readme-"))
    folder.chmod(0o755)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    # Reuse the installed packages.
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / ".venv" / "installed").touch()
    yield folder
    subprocess.run(["make", "demo-down"], cwd=folder, check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.pipeline
@pytest.mark.timeout(400)
def test_each_command_prints_the_output_that_is_shown(copy: Path) -> None:
    assert len(BLOCKS) == 3
    for command, shown in BLOCKS:
        done = subprocess.run(
            ["bash", "-c", command], cwd=copy, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert shown in done.stdout
    assert (copy / "target" / "static_index.html").stat().st_size > 1_000_000
    assert (copy / "target" / "results.html").stat().st_size > 200_000


@pytest.mark.pipeline
@pytest.mark.timeout(200)
def test_run_after_a_kill_is_refused_until_forced(copy: Path) -> None:
    environment = dict(
        line.split("=", 1) for line in (copy / ".demo/environment").read_text().splitlines()
    )
    command: list[Any] = [copy / ".venv/bin/meltano", "run", "--full-refresh"]
    pipeline = ["tap-shopapp", "target-ecommerce"]
    options: dict[str, Any] = {
        "cwd": copy,
        "env": {**os.environ, **environment},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
    }
    before = revenue(copy)
    with subprocess.Popen([*command, *pipeline], start_new_session=True, **options) as run:
        assert run.stdout
        assert any("Beginning" in line for line in run.stdout)
        os.killpg(run.pid, signal.SIGKILL)

    refused = subprocess.run([*command, *pipeline], check=False, **options)
    forced = subprocess.run([*command, "--force", *pipeline], check=False, **options)

    assert refused.returncode != 0
    assert "--force" in refused.stdout
    assert forced.returncode == 0, forced.stdout[-2000:]
    assert revenue(copy) == before


def revenue(copy: Path) -> str:
    """Return the sum of the demo's raw orders."""
    query = (
        "select count(*), sum(total_amount::numeric), count(distinct transaction_id)"
        " from ecommerce_raw.transactions"
    )
    return subprocess.run(
        [copy / ".venv/bin/shopapp-demo", "query", query],
        cwd=copy,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
