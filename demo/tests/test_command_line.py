"""The demo's command line ends in a sentence where it may not write."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_up_where_its_folder_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
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
            "The demo cannot go on: [Errno 17] File exists: '.demo'."
            " Run `make demo` where you may write.\n"
        ),
    )
