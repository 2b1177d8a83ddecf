"""Imports of files, for the tests of the application `files`."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import xlsxwriter  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Messages
    from tap_shopapp.errors import TapError

    Import = Callable[..., tuple[Messages, TapError | None]]

TABLE = "ECommerce_Transaction.xlsx"
HEADER = ["idTransaction", "OrderName", "Total", "dtTransaction", "isTest", "Affiliation"]


def loaded(import_files: Import, *arguments: Any, **settings: Any) -> Messages:
    """Return the messages of an import that succeeds."""
    messages, error = import_files(*arguments, **settings)
    assert error is None
    return messages


def peak_memory(folder: Path, **settings: Any) -> int:
    """Return the peak memory in KiB of a process that imports files on Linux.

    The import must succeed.
    """
    config = folder / "config.json"
    config.write_text(json.dumps({"application": "files", "shop_id": "s", **settings}))
    script = (
        "import sys; sys.argv[1:] = ['--config', sys.argv[1]]\n"
        "from tap_shopapp.cli import main\n"
        "try: main()\n"
        "except SystemExit as done: assert not done.code, done.code\n"
        "print(*[l for l in open('/proc/self/status') if 'VmHWM' in l], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, config],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return int(done.stderr.split("VmHWM:")[1].split()[0])


def sheet_of_orders(
    fill: Callable[[Any, Any], object], change: tuple[str, str] | None = None
) -> bytes:
    """Return a workbook with one order.

    Args:
        fill: Called with the sheet and the workbook, to add cells.
        change: A pattern and its replacement in the XML of the sheet.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["1", "A", 10, "2026-03-05", "no"])
        fill(sheet, book)
    content = buffer.getvalue()
    return _changed(content, *change) if change else content


def _changed(content: bytes, pattern: str, replacement: str) -> bytes:
    """Return a workbook with a text of its first sheet replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                found = re.subn(pattern, replacement, text.decode())
                assert found[1] == 1
                text = found[0].encode()
            new.writestr(name, text)
    return buffer.getvalue()
