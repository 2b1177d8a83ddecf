"""Login to Vendure: a user name and a password in exchange for a session token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_shopapp.api.auth import Auth
from tap_shopapp.api.errors import UnauthorizedError
from tap_shopapp.api.graphql import read_document
from tap_shopapp.api.request import json_request
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from tap_shopapp.api.auth import Flow, Headers
    from tap_shopapp.api.request import Answer

_LOGIN = read_document("vendure", "login")


class Login(Auth):
    """Sessions of a user. A session that the shop rejects is replaced by a new one.

    Args:
        username: Name of the user.
        password: Password of the user.
        path: Path of the API, below the address of the client.
        headers: Other headers that every request needs.
    """

    def __init__(self, username: str, password: str, *, path: str, headers: Headers) -> None:
        self._request = json_request(
            path,
            {
                "query": _LOGIN.text,
                "variables": {"username": username, "password": password},
            },
            label=_LOGIN.name,
            check=_check,
            credentials=headers,
        )
        self._other_headers = headers
        self._headers: Headers | None = None

    @override
    def flow(self) -> Flow:
        if self._headers is None:
            answer = yield self._request
            token = answer.headers.get("vendure-auth-token")
            if not token:
                raise TapError(
                    "The shop accepted the login but returned no token.",
                    "Add 'bearer' to authOptions.tokenMethod in its configuration, or use an"
                    " API key.",
                )
            self._headers = {**self._other_headers, "Authorization": f"Bearer {token}"}
        return self._headers

    @override
    def renew(self) -> bool:
        self._headers = None
        return True


def _check(answer: Answer) -> None:
    data = answer.body.get("data")
    login = data.get("login") if isinstance(data, dict) else None
    if not isinstance(login, dict) or login.get("__typename") != "CurrentUser":
        raise UnauthorizedError("wrong user name or password")
