"""Shared parts of the checks: requests to the server, schemas of the API, and the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import requests
import yaml
from jsonschema import Draft202012Validator
from requests.auth import HTTPBasicAuth

if TYPE_CHECKING:
    from collections.abc import Callable

OK, BAD_REQUEST, UNAUTHORIZED, NOT_FOUND = 200, 400, 401, 404
_LONGEST_SHOWN = 120


class Contract:
    """The schemas of openapi.yaml."""

    def __init__(self) -> None:
        packaged = files("tap_shopapp") / "openapi.yaml"
        # In a checkout the file is next to the package.
        in_checkout = Path(__file__).parents[4] / "openapi.yaml"
        source = packaged if packaged.is_file() else in_checkout
        self._components = yaml.safe_load(source.read_text(encoding="utf-8"))["components"]

    def breach(self, schema: str, value: object) -> str | None:
        """Return the first violation of a schema, null if the value is valid."""
        reference = {"$ref": f"#/components/schemas/{schema}"}
        validator = Draft202012Validator({"components": self._components, **reference})
        for error in validator.iter_errors(value):
            return f"{error.json_path}: {error.message}"
        return None


@dataclass
class Report:
    """Numbers of checks by result, and a function that prints a line."""

    say: Callable[[str], object]
    passed: int = 0
    warned: int = 0
    failed: int = 0


@dataclass
class ServerCheck:
    """Checks of one server, without retries and redirects.

    Attributes:
        url: Address of the API.
        authorization: The Authorization header.
        report: Counts and prints every check.
    """

    url: str
    authorization: str
    report: Report
    contract: Contract = field(default_factory=Contract)
    _session: requests.Session = field(default_factory=requests.Session, repr=False)

    def __post_init__(self) -> None:
        # Plain http never leaves the loopback interface, whatever proxy is set.
        self._session.trust_env = self.url.startswith("https:")

    def ask_token(self, client_id: str, client_secret: str) -> requests.Response:
        """Return the answer to a token request."""
        return self._session.post(
            f"{self.url}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=HTTPBasicAuth(client_id.encode(), client_secret.encode()),
            timeout=60,
            allow_redirects=False,
        )

    def get(
        self, path: str, query: dict[str, object] | None = None, *, authorization: str = ""
    ) -> requests.Response:
        """Return the answer to a GET request."""
        return self._session.get(
            f"{self.url}{path}",
            params={name: str(value) for name, value in (query or {}).items()},
            headers={"Authorization": authorization or self.authorization},
            auth=_unsigned,
            timeout=60,
            allow_redirects=False,
        )

    def expect(
        self, where: str, expectation: str, received: object = None, *, is_fatal: bool = True
    ) -> None:
        """Report a check. `received` is the unexpected result, null for success."""
        report = self.report
        if received is None:
            report.passed += 1
            report.say(f"ok       {where}: {expectation}")
            return
        report.failed += is_fatal
        report.warned += not is_fatal
        word = "FAILED  " if is_fatal else "warning "
        report.say(f"{word} {where}: expected that {expectation}; received {_short(received)}")

    def expect_status(self, where: str, answer: requests.Response, status: int) -> bool:
        """Report whether an answer has a status, and return the result."""
        is_right = answer.status_code == status
        self.expect(where, f"the status is {status}", None if is_right else describe(answer))
        return is_right

    def expect_problem(
        self, where: str, answer: requests.Response, status: int, asked: str
    ) -> None:
        """Report whether a request is rejected with a problem in JSON."""
        kind = answer.headers.get("Content-Type", "no content type")
        received: str | None = None
        if answer.status_code != status:
            received = describe(answer)
        elif not kind.startswith("application/problem+json"):
            received = kind
        else:
            received = self.contract.breach("Problem", answer.json())
        self.expect(where, f"{asked} returns {status} as application/problem+json", received)


def describe(answer: requests.Response) -> str:
    """Return the status and the content type of an answer."""
    kind = answer.headers.get("Content-Type", "no content type")
    return f"{answer.status_code} ({kind})"


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    # The header is set; without this, requests looks for a password in the netrc file.
    return request


def _short(received: object) -> str:
    text = str(received)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
