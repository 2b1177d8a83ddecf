"""Which permissions the credentials have.

The shop answers a wrong token, an expired token and a missing permission with the same status
401 and the name of the permission. A second request, which needs another permission, shows
which it is.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from tap_shopapp.api.errors import RefusedError, StatusError
from tap_shopapp.api.json_body import loads
from tap_shopapp.applications.adobe_commerce.search import (
    CATEGORIES,
    CREDIT_MEMOS,
    CUSTOMERS,
    ON_BAD_RESPONSE,
    ORDERS,
    PRODUCTS,
    STORE_CONFIGS,
)
from tap_shopapp.applications.base import CONNECT_BUDGET
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_shopapp.api.http import JsonClient
    from tap_shopapp.api.request import Answer
    from tap_shopapp.applications.adobe_commerce.page_reader import PageReader
    from tap_shopapp.applications.adobe_commerce.search import Filter, SearchList

_ALL = (ORDERS, CREDIT_MEMOS, PRODUCTS, CATEGORIES, CUSTOMERS)
_STORE_PERMISSION = "Magento_Backend::store"
_PERMISSION = re.compile(r"[A-Za-z]\w*_\w+::[\w/]+", re.ASCII)
_NOT_FOUND = 404
# No record of a shop meets these filters.
_NEVER: Filter = ("updated_at", "gt", "2999-01-01 00:00:00")
_NO_ID: Filter = ("entity_id", "lt", "1")


class Permissions:
    """Requests a list for each permission.

    Args:
        client: Sends the requests.
        root: Path of the API.
        pages: Counts the records of lists.
        has_login: Whether the credentials are exchanged for a token. Then a rejection that
            names a permission is about the permission.
    """

    def __init__(
        self, client: JsonClient, root: str, pages: PageReader, *, has_login: bool
    ) -> None:
        self._client = client
        self._path = f"{root}{STORE_CONFIGS}"
        self._pages = pages
        self._missing: list[str] = []
        self._refusal: RefusedError | None = None
        self._has_any = has_login

    def check(self, lists: Sequence[SearchList]) -> Answer:
        """Request the store views and each list, and return the answer with the store views.

        Raises:
            TapError: The server is not Adobe Commerce, the credentials are rejected,
                permissions are missing, or the shop ignores a filter.
        """
        answers: list[Answer] = []
        self._try(_STORE_PERMISSION, lambda: answers.append(self._store_configs()))
        for listed in lists:
            self._try(listed.permission, partial(self._probe, listed))
        if not self._refusal:
            return answers[0]
        missing = list(self._missing)
        for listed in _ALL:
            if not self._has_any and listed not in lists:
                self._try(listed.permission, partial(self._probe, listed))
        if not self._has_any:
            raise self._refusal
        msg = f"The credentials lack the permissions {', '.join(missing)}."
        raise TapError(
            msg,
            "Add them to the resources of the integration, or to the role of the user, or"
            " deselect the streams that need them.",
        )

    def _try(self, permission: str, request: Callable[[], object]) -> None:
        try:
            request()
            self._has_any = True
        except RefusedError as refusal:
            named = _named(refusal.content)
            if not named:
                # A login or a signature. Repeated failures would lock the user.
                raise
            self._refusal = self._refusal or refusal
            self._missing.append(named if _PERMISSION.fullmatch(named) else permission)

    def _store_configs(self) -> Answer:
        try:
            return self._client.get_list(self._path, retry_budget=CONNECT_BUDGET)
        except StatusError as error:
            if error.status != _NOT_FOUND:
                raise
            msg = f"There is no Adobe Commerce at api_url ({_NOT_FOUND} on {self._path})."
            raise TapError(
                msg, "Set api_url to the address of the shop, without /rest."
            ) from None

    def _probe(self, listed: SearchList) -> None:
        """Count records with a filter that no record meets."""
        never = _NEVER if listed.has_times else _NO_ID
        if self._pages.length(listed, [never], CONNECT_BUDGET):
            msg = f"The shop ignores the filter {never[0]} of {listed.path}."
            raise TapError(msg, ON_BAD_RESPONSE)


def _named(content: bytes) -> str | None:
    """Return the permission that an error names, in an object or in a list."""
    try:
        body, _ = loads(content)
    except ValueError:
        return None
    parameters = body.get("parameters") if isinstance(body, dict) else None
    if isinstance(parameters, dict):
        parameters = [parameters.get("resources")]
    named = parameters[0] if isinstance(parameters, list) and parameters else None
    return named if isinstance(named, str) else None
