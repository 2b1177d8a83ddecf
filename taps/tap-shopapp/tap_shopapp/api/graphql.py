"""GraphQL over HTTP: documents from files, and errors that come under status 200."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.http import Answer
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_shopapp.api.http import JsonClient

    Fault = Callable[[Mapping[str, Any], Mapping[str, Any]], Exception | None]


@dataclass(frozen=True, slots=True)
class Document:
    """One operation of GraphQL, and its name in errors."""

    name: str
    text: str


def read_document(application: str, name: str) -> Document:
    """Return the document `queries/<name>.graphql` of an application."""
    folder = files("tap_shopapp.applications") / application / "queries"
    return Document(name, (folder / f"{name}.graphql").read_text(encoding="utf-8"))


class GraphQLClient:
    """Executes documents; an answer with errors is none.

    Args:
        client: What sends them.
        path: Where, below the API's address.
        fault: What an error means, given it and the whole answer: a `TransientError`, an
            `UnauthorizedError` or a `TapError`; null for an error that is nobody's but ours.
    """

    def __init__(self, client: JsonClient, path: str, *, fault: Fault) -> None:
        self._client = client
        self._path = path
        self._fault = fault

    def execute(
        self,
        document: Document,
        variables: Mapping[str, Any] | None = None,
        *,
        patience: float | None = None,
    ) -> Answer:
        """Return the answer to a document, its body being what stands under `data`.

        Raises:
            TapError: If the server refuses, or does not recover in time.
        """
        answer = self._client.post(
            self._path,
            {"query": document.text, "variables": dict(variables or {})},
            check=lambda answer: self._check(answer, document),
            label=document.name,
            patience=patience,
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
            if fault := self._fault(error, answer.body):
                raise fault
            extensions = error.get("extensions")
            code = extensions.get("code") if isinstance(extensions, dict) else None
            codes.append(code if isinstance(code, str) and code.isidentifier() else "no code")
        said = ", ".join(sorted(set(codes))) or "no data"
        msg = f"The shop did not take the query {document.name} ({said})."
        raise TapError(
            msg, "Check api_url, and that the application that is set is the shop's."
        )
