"""The spool of the application `files` contains personal data while the tap runs."""

from __future__ import annotations

import os
import stat
import tempfile
from typing import TYPE_CHECKING

from tap_shopapp.applications.files.spool import spooled

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_spool_under_umask_0_is_readable_by_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = os.umask(0)
    try:
        with spooled():
            modes = {
                path.name.partition("-")[0]: stat.S_IMODE(path.stat().st_mode)
                for path in tmp_path.rglob("*")
            }
    finally:
        os.umask(before)

    assert modes == {"tap": 0o700, "rows.sqlite": 0o600}
