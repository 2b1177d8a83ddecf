"""Pages that a server cannot produce are halved, and records that it fails on are left out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from tap_shopapp.api.errors import PageError
from tap_shopapp.api.page_size import PageSize

if TYPE_CHECKING:
    from collections.abc import Collection


class Server:
    """A list of numbers.

    Attributes:
        rest: The numbers that are not read yet.
        failing: Numbers that make the server fail.
        largest: Largest page that it produces.
        is_down_for: Number of requests that fail, whatever they request.
        requested: Sizes of the requested pages.
    """

    def __init__(
        self,
        count: int,
        failing: Collection[int] = (),
        largest: int = 100,
    ) -> None:
        self.rest = list(range(1, count + 1))
        self.failing = failing
        self.largest = largest
        self.is_down_for = 0
        self.requested: list[int] = []
        self.skipped: list[int] = []

    def fetch(self, count: int) -> list[int]:
        self.requested.append(count)
        page = self.rest[:count]
        self.is_down_for -= 1
        if self.is_down_for >= 0 or len(page) > self.largest or set(self.failing) & set(page):
            raise PageError("The shop kept failing on /a (500).", "Wait.")
        return page

    def identify(self) -> int | None:
        if self.rest:
            self.is_down_for = 0  # the request waits until the server answers
        return self.rest[0] if self.rest else None

    def skip(self, record: int) -> None:
        self.skipped.append(record)
        self.rest.remove(record)

    def read(self, size: PageSize) -> list[int]:
        """Read all pages."""
        found: list[int] = []
        while self.rest:
            page = size.read(self.fetch, self.identify, self.skip)
            found += page
            self.rest = self.rest[len(page) :]
        return found


@pytest.mark.parametrize(
    "failing", [{1}, {10}, {5}, {5, 6}, {1, 2, 3}, {1, 10}, {2, 5, 9}, set(range(1, 11))]
)
def test_failing_records_are_left_out_and_all_others_are_read(failing: set[int]) -> None:
    server = Server(10, failing)

    found = server.read(PageSize(4))

    assert found == [number for number in range(1, 11) if number not in failing]
    assert server.skipped == sorted(failing)


def test_too_large_pages_stay_small_and_leave_nothing_out() -> None:
    server = Server(12, largest=2)

    assert server.read(PageSize(8)) == list(range(1, 13))
    assert server.skipped == []
    assert server.requested == [8, 4, 2, 2, 2, 2, 2, 2]


def test_page_size_returns_to_the_largest_after_the_cause_is_found() -> None:
    server = Server(9, {1})

    assert server.read(PageSize(4)) == list(range(2, 10))
    # Halved, then once more after the server has answered the request for the id.
    assert server.requested == [4, 2, 1, 1, 4, 4]


def test_server_that_was_down_loses_no_record_and_keeps_no_small_pages() -> None:
    server = Server(9)
    server.is_down_for = 3

    assert server.read(PageSize(4)) == [*range(1, 10)]
    assert server.skipped == []
    assert server.requested == [4, 2, 1, 1, 4, 4]


def test_page_that_fails_without_records_ends_the_run() -> None:
    server = Server(0)
    server.is_down_for = 9

    with pytest.raises(PageError, match="kept failing"):
        PageSize(4).read(server.fetch, server.identify, server.skip)


def test_halved_page_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    Server(3, largest=2).read(PageSize(4))

    assert "The shop kept failing on /a (500). The next page has 2 records." in caplog.text
