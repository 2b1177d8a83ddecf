"""ISO 8601 text has the same meaning on every Python."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from tap_shopapp.applications.files.values import moment
from tap_shopapp.errors import RecordError
from tap_shopapp.records.timestamps import parse_iso

# `fromisoformat` of Python 3.10 accepts only the first three.
ACCEPTED = {
    "2024-03-09": "2024-03-09T00:00:00",
    "2024-03-09 10:20": "2024-03-09T10:20:00",
    "2024-03-09T10:20:30.123456+05:30": "2024-03-09T10:20:30.123456+05:30",
    "20240309": "2024-03-09T00:00:00",
    "20240309T102030Z": "2024-03-09T10:20:30+00:00",
    "2024-03-09T10:20:30Z": "2024-03-09T10:20:30+00:00",
    "2024-03-09T10:20:30.5z": "2024-03-09T10:20:30.500000+00:00",
    "2024-03-09 10:20:30.1234567-0500": "2024-03-09T10:20:30.123456-05:00",
    "2024-03-09 10:20:30,25+01": "2024-03-09T10:20:30.250000+01:00",
    "2024-02-29T10": "2024-02-29T10:00:00",
}
REJECTED = [
    "2024-W10-6",  # Python 3.11 accepts week dates
    "2024-03-09_10:20",  # Python 3.11 accepts any character between date and time
    "2024-03-09T24:00:00",  # Python 3.14 accepts the end of a day
    "2024-0309",
    "2024-3-9",
    "24-03-09",
    "2023-02-29",
    "2024-03-09T10:60",
    "2024-03-09T1020:30",
    "2024-03-09T10:20:30 +01:00",
    "\u0662\u0660\u0662\u0664-03-09",
    "2024-03-09Z",
    "",
]


@pytest.mark.parametrize(("text", "expected"), ACCEPTED.items())
def test_iso_text_is_read_the_same_on_every_python(text: str, expected: str) -> None:
    assert parse_iso(text).isoformat() == expected


@pytest.mark.parametrize("text", REJECTED)
def test_other_text_is_rejected_on_every_python(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an ISO 8601|must be in|out of range"):
        parse_iso(text)


def test_cell_of_a_file_is_read_the_same_on_every_python() -> None:
    # 10:20:30 in Tokyo is nine hours earlier in UTC.
    zone = ZoneInfo("Asia/Tokyo")
    assert moment("20240309T102030", None, zone) == "2024-03-09T01:20:30Z"
    assert moment("2024-03-09T10:20:30.5Z", None, zone) == "2024-03-09T10:20:30.500000Z"
    with pytest.raises(RecordError):
        moment("2024-W10-6", None, zone)
