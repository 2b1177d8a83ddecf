"""Unreadable config, state and catalog files give one message without traceback."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from tap_shopapp.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line, which must fail, and return its error message."""

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["tap-shopapp", "--config", "ENV", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1
        return capsys.readouterr().err

    return run


@pytest.mark.parametrize("option", ["--config", "--state", "--catalog"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"canary', "is not JSON. Correct it, or omit the option."),
        (b"", "is not JSON. Correct it, or omit the option."),
        (b"\xff\xfe", "is not JSON. Correct it, or omit the option."),
        (b'["canary"]', "is not a JSON object. Correct it, or omit the option."),
        (b'"canary"', "is not a JSON object. Correct it, or omit the option."),
    ],
)
def test_file_without_json_object_is_named_by_its_option(
    run: Run, tmp_path: Path, option: str, content: bytes, expected: str
) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(content)

    for named in ([option, str(file)], [f"{option}={file}"]):
        assert run(*named) == f"The file after {option} {expected}\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("not-there.json", "No such file or directory"), (".", "Is a directory")],
)
def test_unreadable_file_is_named_with_the_reason(
    run: Run, tmp_path: Path, name: str, expected: str
) -> None:
    assert run("--state", str(tmp_path / name)) == (
        f"The file after --state cannot be read ({expected}). Check its path.\n"
    )


@pytest.mark.parametrize("content", ["{}", '{"streams": 5}', '{"streams": ["orders"]}'])
def test_catalog_without_streams_is_an_error(run: Run, tmp_path: Path, content: str) -> None:
    catalog = tmp_path / "catalog.json"
    catalog.write_text(content)

    assert run("--catalog", str(catalog)) == (
        "The catalog has no list of streams. Create it with --discover, or omit the option.\n"
    )
