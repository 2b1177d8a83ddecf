"""GraphQL over HTTP: documents are files, and errors arrive with status 200."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.request import Answer
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_shopapp.api.http import JsonClient

    ExceptionFor = Callable[[Mapping[str, Any], Mapping[str, Any]], Exception | None]


@dataclass(frozen=True, slots=True)
class Document:
    """A GraphQL operation, and its name in errors."""

    name: str
    text: str


def read_document(application: str, name: str) -> Document:
    """Return the document `queries/<name>.graphql` of an application."""
    folder = files("tap_shopapp.applications") / application / "queries"
    return Document(name, (folder / f"{name}.graphql").read_text(encoding="utf-8"))


class GraphQLClient:
    """Executes documents. An answer with errors raises an exception.

    Args:
        client: Sends the requests.
        path: Path of the API, below the address of the client.
        exception_for: Maps an error and its answer to a `TransientError`, an
            `UnauthorizedError` or a `TapError`. Returns null for an unknown error, which
            means that the tap sent a wrong query.
    """

    def __init__(self, client: JsonClient, path: str, *, exception_for: ExceptionFor) -> None:
        self._client = client
        self._path = path
        self._exception_for = exception_for

    def execute(
        self,
        document: Document,
        variables: Mapping[str, Any] | None = None,
        *,
        retry_budget: float | None = None,
    ) -> Answer:
        """Return the answer to a document; its body is the content of `data`.

        Raises:
            TapError: The server rejects the query, or does not recover in time.
        """
        answer = self._client.post(
            self._path,
            {"query": document.text, "variables": dict(variables or {})},
            check=lambda answer: self._check(answer, document),
            label=document.name,
            retry_budget=retry_budget,
        )
        return Answer(answer.body["data"], answer.server_time, answer.headers)

    def _check(self, answer: Answer, document: Document) -> None:
        errors = answer.body.get("errors")
        if not errors and isinstance(answer.body.get("data"), dict):
            return
        codes = []
        for error in errors if isinstance(errors, list) else []:
            if not isinstance(error, dict):
                continue
            if exception := self._exception_for(error, answer.body):
                raise exception
            extensions = error.get("extensions")
            code = extensions.get("code") if isinstance(extensions, dict) else None
            codes.append(code if isinstance(code, str) and code.isidentifier() else "no code")
        detail = ", ".join(sorted(set(codes))) or "no data"
        msg = f"The shop rejected the query {document.name} ({detail})."
        raise TapError(msg, "Check the settings api_url and application.")
