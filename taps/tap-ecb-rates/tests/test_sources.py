"""Rates are extracted as the ECB wrote them, or the run fails."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from tap_ecb_rates.tap import TapEcbRates

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer

HISTORY = """\
Date,USD,JPY,CAD,
2026-10-30,1.1172,175.68,1.5606,
2026-10-29,1.1101,136,N/A,
2026-10-28,1.1000,135.50,1.5500,
"""


def extract(
    capsys: pytest.CaptureFixture[str], state: dict[str, Any] | None = None, **config: Any
) -> list[dict[str, Any]]:
    """Run the tap and return its records."""
    TapEcbRates(config=config, state=state, validate_config=True).sync_all()
    lines = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    return [message["record"] for message in lines if message["type"] == "RECORD"]


def run(config: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tap as a program."""
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    return subprocess.run(
        [sys.executable, "-m", "tap_ecb_rates", "--config", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_file_is_read_with_exact_digits_in_order_of_day(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(HISTORY)
    records = extract(capsys, source="file", file=str(path))
    assert [(r["rate_on"], r["currency"], r["rate"]) for r in records] == [
        ("2026-10-28", "CAD", "1.5500"),
        ("2026-10-28", "JPY", "135.50"),
        ("2026-10-28", "USD", "1.1000"),
        ("2026-10-29", "JPY", "136"),  # no rate of the Canadian dollar was published
        ("2026-10-29", "USD", "1.1101"),
        ("2026-10-30", "CAD", "1.5606"),
        ("2026-10-30", "JPY", "175.68"),
        ("2026-10-30", "USD", "1.1172"),
    ]
    assert {(r["base_currency"], r["source"]) for r in records} == {("EUR", "file")}


def test_zip_is_read_over_http(
    capsys: pytest.CaptureFixture[str], httpserver: HTTPServer
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref-hist.csv", HISTORY)
    httpserver.expect_request("/hist.zip").respond_with_data(packed.getvalue())
    records = extract(capsys, source="url", url=httpserver.url_for("/hist.zip"))
    assert len(records) == 8
    assert {r["source"] for r in records} == {"url"}


def test_auto_adds_only_days_after_the_bundled_history(
    capsys: pytest.CaptureFixture[str], httpserver: HTTPServer
) -> None:
    newer = HISTORY.replace("2026-10-29", "2099-01-02")
    httpserver.expect_request("/hist.csv").respond_with_data(newer)
    records = extract(
        capsys, source="auto", url=httpserver.url_for("/hist.csv"), start_date="2026-10-30"
    )
    days = {(r["rate_on"], r["source"]) for r in records}
    assert ("2099-01-02", "ecb") in days
    assert {source for day, source in days if day < "2099"} == {"bundled"}


def test_auto_without_network_warns_and_names_the_last_day(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    records = extract(
        capsys, source="auto", url="http://127.0.0.1:1/hist.zip", start_date="2026-10-30"
    )
    assert {"rate_on": "2026-10-30", "currency": "CAD", "rate": "1.5606"}.items() <= next(
        r for r in records if r["currency"] == "CAD"
    ).items()
    warnings = [
        record.getMessage() for record in caplog.records if record.levelname == "WARNING"
    ]
    assert len(warnings) == 1
    assert "end on 2026-10-30" in warnings[0]


def test_bundled_history_starts_on_1999_01_04(
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = {"bookmarks": {"exchange_rates": {"replication_key_value": "1999-01-04"}}}
    records = extract(capsys, state, source="bundled")
    first = [r for r in records if r["rate_on"] == "1999-01-04"]
    assert {"USD": "1.1789", "JPY": "133.73", "GBP": "0.7111"}.items() <= {
        r["currency"]: r["rate"] for r in first
    }.items()


def test_run_with_bookmark_reads_the_week_before_it_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(HISTORY + "2026-10-22,1.0,1.0,1.0,\n")
    state = {
        "bookmarks": {
            "exchange_rates": {
                "replication_key": "rate_on",
                "replication_key_value": "2026-10-30",
            }
        }
    }
    records = extract(capsys, state, source="file", file=str(path))
    # The lookback starts on the 23rd, so the 22nd is not read.
    assert {r["rate_on"] for r in records} == {"2026-10-28", "2026-10-29", "2026-10-30"}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("<html>maintenance</html>", 200),
        (HISTORY[:60], 200),
        ("Date,USD\n2026-10-30,lots\n", 200),
        ("PK\x03\x04 half a zip", 200),
        ("", 200),
        (HISTORY, 404),
    ],
    ids=["a page", "half a file", "no number", "half a zip", "nothing", "not found"],
)
def test_invalid_history_stops_the_run_without_traceback(
    content: str, status: int, httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/hist").respond_with_data(content, status=status)
    done = run({"source": "url", "url": httpserver.url_for("/hist")}, tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert '"RECORD"' not in done.stdout


def test_redirect_is_not_followed(httpserver: HTTPServer, tmp_path: Path) -> None:
    elsewhere = httpserver.url_for("/elsewhere")
    httpserver.expect_request("/hist").respond_with_data(
        "", status=302, headers={"Location": elsewhere}
    )
    done = run({"source": "url", "url": httpserver.url_for("/hist")}, tmp_path)
    assert done.returncode == 1
    assert [request.path for request, _ in httpserver.log] == ["/hist"]


def test_plain_http_outside_the_loopback_is_refused(tmp_path: Path) -> None:
    done = run({"source": "url", "url": "http://rates.invalid/hist.zip"}, tmp_path)
    assert done.returncode == 1
    assert "does not begin with https" in done.stderr


def test_unreadable_config_prints_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tap_ecb_rates", "--config", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        1,
        (f"A file cannot be read: [Errno 21] Is a directory: '{tmp_path}'. Check its path.\n"),
    )
