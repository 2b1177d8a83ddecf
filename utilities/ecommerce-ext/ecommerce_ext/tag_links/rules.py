"""The rules of a project: the links to tag, and their parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import yaml

from ecommerce_ext.erasure.normalize import normalize_domain
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.tag_links.templates import template_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILE = "tag-links.yml"
# The values of the vendor's own rule. The empty ones differ by campaign or by mailer.
_PARAMETERS = {
    "utm_source": "dialoginsight",
    "utm_medium": "email",
    "utm_campaign": "",
    "idSendLog": "",
    "idBatch": "",
}
_OPTIONAL = ("utm_content", "utm_term")
_IDS = ("idSendLog", "idBatch")
# `[X]` can be ordinary text, so these placeholders must be the whole value of a parameter.
_NAME = r"\$?[^\W\d][^\s&#?<>\"'%{}\[\]$+]*"
_PLACEHOLDER = re.compile(rf"%{_NAME}%|{{{_NAME}}}|\$?\[{_NAME}\]\$?|\${_NAME}\$")
_EXCEPT = ("unsubscribe", "opt-out", "optout", "desabonn", "désabonn", "abmelden")


@dataclass(frozen=True, slots=True)
class Rules:
    """The links to tag, and their parameters.

    Attributes:
        domains: The shop's domains, in Unicode. Subdomains are included.
        parameters: The values by name, percent-encoded except for placeholders.
        exceptions: Links that contain one of these case-folded texts are not tagged.
    """

    domains: tuple[str, ...]
    parameters: dict[str, str]
    exceptions: tuple[str, ...] = _EXCEPT


def read_rules(path: Path, values: Mapping[str, str]) -> Rules:
    """Read the rules of a project.

    Args:
        path: The file, in the format of docs/tag-links.md.
        values: Parameters of this message. They override the parameters of the file.

    Raises:
        EcommerceError: With all problems of the rules.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = Problem(
            f"There is no file {path}.",
            "Write one that names the shop's domains, such as: domains: [shop.example]",
        )
        raise EcommerceError(problem) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        problem = Problem(
            f"{path} cannot be read: {reason}.",
            "Correct the file, and put placeholders in quotation marks.",
        )
        raise EcommerceError(problem) from None
    return rules_of(content, values)


def rules_of(content: Any, values: Mapping[str, str]) -> Rules:  # noqa: ANN401 - any YAML value
    """Return the rules of the content of a file, as in `read_rules`."""
    file = content if isinstance(content, dict) else {}
    own = file.get("parameters") or {}
    parameters = {**_PARAMETERS, **(own if isinstance(own, dict) else {}), **values}
    problems = [
        *_file_problems(content, own),
        *(
            problem
            for name, value in parameters.items()
            for problem in _parameter_problems(name, value)
        ),
    ]
    if problems:
        raise EcommerceError(*problems)
    return Rules(
        domains=tuple(normalize_domain(domain.strip(".")) for domain in file["domains"]),
        parameters={
            name: _encode(str(value)) for name, value in parameters.items() if value is not None
        },
        exceptions=tuple(word.casefold() for word in file.get("except", _EXCEPT)),
    )


def _file_problems(content: object, own: object) -> Iterator[Problem]:
    file = content if isinstance(content, dict) else {}
    for name in file.keys() - {"domains", "parameters", "except"}:
        yield Problem(f"Unknown rule {name!r}.", "Use domains, parameters or except.")
    domains = file.get("domains")
    if not _are_texts(domains) or not domains:
        yield Problem(
            "The rules name no domains.",
            "List the shop's domains without https://, such as: domains: [shop.example]",
        )
    elif wrong := [
        name for name in domains if not name.strip(".") or set(name) & set("/:@*? ")
    ]:
        yield Problem(
            f"{wrong[0]!r} is not a domain.",
            "Write it as shop.example, which includes subdomains.",
        )
    if not isinstance(own, dict):
        yield Problem("parameters is not a mapping.", "Write it as utm_medium: email")
    if not _are_texts(file.get("except", [])):
        yield Problem("except is not a list of texts.", "Write it as except: [unsubscribe]")


def _parameter_problems(name: object, value: object) -> Iterator[Problem]:
    known = (*_PARAMETERS, *_OPTIONAL)
    if name not in known:
        yield Problem(f"Unknown parameter {name!r}.", f"Use {', '.join(known)}.")
    elif value == "":
        yield Problem(
            f"{name} has no value.",
            f"Set it with --set {name}=VALUE or in the rules; {name}: null omits it.",
        )
    elif value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        yield Problem(f"The value of {name} is not a text.", "Put it in quotation marks.")
    elif name in _IDS and value is not None and not _is_id(str(value)):
        yield Problem(
            f"{name} is {value!r}.",
            "Set it to a whole number, or to a placeholder of your mailer, such as"
            f" {{{{{name}}}}}, %%{name}%%, *|{name}|*, %{name}%, {{{name}}}, [{name}]"
            f" or ${name}$.",
        )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _is_id(value: str) -> bool:
    is_number = value.isascii() and value.isdecimal()
    return is_number or bool(_PLACEHOLDER.fullmatch(value) or template_spans(value))


def _encode(value: str) -> str:
    """Return a percent-encoded value in which placeholders are unchanged."""
    if _PLACEHOLDER.fullmatch(value):
        return value
    pieces = []
    at = 0
    for span in template_spans(value).values():
        pieces += [quote(value[at : span.start], safe=""), value[span.start : span.end]]
        at = span.end
    return "".join([*pieces, quote(value[at:], safe="")])
