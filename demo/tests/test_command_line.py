"""The demo's command line: errors of files."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_up_without_writable_folder_prints_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".demo").touch()

    done = subprocess.run(
        [sys.executable, "-m", "shopapp_demo", "up"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        1,
        (
            "The demo failed: [Errno 17] File exists: '.demo'."
            " Run `make demo` in a writable directory.\n"
        ),
    )
