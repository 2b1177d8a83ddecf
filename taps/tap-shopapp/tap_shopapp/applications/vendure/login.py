"""Logging in to Vendure: a user's name and password for the token of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_shopapp.api.auth import Authorization, Headers
from tap_shopapp.api.graphql import read_document
from tap_shopapp.api.http import UnauthorizedError
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests.auth import AuthBase

    from tap_shopapp.api.http import Answer, JsonClient

_LOGIN = read_document("vendure", "login")


class Login(Authorization):
    """Sessions of a user of the shop; one that is refused is followed by the next.

    Args:
        username: The user, as the shop knows it.
        password: What proves it.
        path: Where the API is, below the client's address.
        headers: What every request carries beside.
    """

    def __init__(
        self, username: str, password: str, *, path: str, headers: Mapping[str, str]
    ) -> None:
        self._credentials = {"username": username, "password": password}
        self._path = path
        self._headers = headers
        self._signature: AuthBase | None = None

    @override
    def signature(self, client: JsonClient, *, patience: float) -> AuthBase:
        if self._signature is None:
            answer = client.post(
                self._path,
                {"query": _LOGIN.text, "variables": self._credentials},
                check=_check,
                label=_LOGIN.name,
                signature=Headers(self._headers),
                patience=patience,
            )
            token = answer.headers.get("vendure-auth-token")
            if not token:
                raise TapError(
                    "The shop let the user in, but gave no token.",
                    "Have 'bearer' added to authOptions.tokenMethod in its configuration, or"
                    " use an API key.",
                )
            self._signature = Headers({**self._headers, "Authorization": f"Bearer {token}"})
        return self._signature

    @override
    def renew(self) -> bool:
        self._signature = None
        return True


def _check(answer: Answer) -> None:
    data = answer.body.get("data")
    login = data.get("login") if isinstance(data, dict) else None
    if not isinstance(login, dict) or login.get("__typename") != "CurrentUser":
        raise UnauthorizedError("the user's name or password is wrong")
