"""The rules of a project: which links are tagged, and with what."""

from __future__ import annotations

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
# As the vendor's own rule has them; the other three differ by campaign or by mailer.
_PARAMETERS = {
    "utm_source": "dialoginsight",
    "utm_medium": "email",
    "utm_campaign": "",
    "idSendLog": "",
    "idBatch": "",
}
_OPTIONAL = ("utm_content", "utm_term")
_IDS = ("idSendLog", "idBatch")
_EXCEPT = ("unsubscribe", "opt-out", "optout", "desabonn", "désabonn", "abmelden")


@dataclass(frozen=True, slots=True)
class Rules:
    """Which links are tagged, and with what.

    Attributes:
        domains: The shop's domains, in Unicode; their subdomains count as well.
        parameters: By name, the value as it stands in a query: percent-encoded, but for
            template tags.
        exceptions: Texts, without case, that links have in them that are left alone.
    """

    domains: tuple[str, ...]
    parameters: dict[str, str]
    exceptions: tuple[str, ...] = _EXCEPT


def read_rules(path: Path, values: Mapping[str, str]) -> Rules:
    """Read the rules of a project.

    Args:
        path: The file, as docs/tag-links.md describes it.
        values: Parameters of this one message, which win over the file's.

    Raises:
        EcommerceError: With everything that is wrong with them.
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
        why = " ".join(str(error).split())
        raise EcommerceError(Problem(f"{path} cannot be read: {why}.", "Mend it.")) from None
    return rules_of(content, values)


def rules_of(content: Any, values: Mapping[str, str]) -> Rules:  # noqa: ANN401 - whatever YAML gives
    """Return the rules that a file's content makes: see `read_rules`."""
    file = content if isinstance(content, dict) else {}
    own = file.get("parameters") or {}
    parameters = {**_PARAMETERS, **(own if isinstance(own, dict) else {}), **values}
    problems = [
        *_problems_of_the_file(content, own),
        *(
            problem
            for name, value in parameters.items()
            for problem in _problems_of_a_parameter(name, value)
        ),
    ]
    if problems:
        raise EcommerceError(*problems)
    return Rules(
        domains=tuple(normalize_domain(domain.strip(".")) for domain in file["domains"]),
        parameters={
            name: _encoded(str(value))
            for name, value in parameters.items()
            if value is not None
        },
        exceptions=tuple(word.casefold() for word in file.get("except", _EXCEPT)),
    )


def _problems_of_the_file(content: object, own: object) -> Iterator[Problem]:
    file = content if isinstance(content, dict) else {}
    for name in file.keys() - {"domains", "parameters", "except"}:
        yield Problem(f"There is no rule {name!r}.", "Write domains, parameters or except.")
    domains = file.get("domains")
    if not _are_texts(domains) or not domains:
        yield Problem(
            "The rules name no domains.",
            "List the shop's, without https://, such as: domains: [shop.example]",
        )
    elif wrong := [one for one in domains if not one.strip(".") or set(one) & set("/:@*? ")]:
        yield Problem(
            f"{wrong[0]!r} is no domain.", "Write it as shop.example; subdomains count as well."
        )
    if not isinstance(own, dict):
        yield Problem("parameters is no mapping.", "Write one per line, as utm_medium: email")
    if not _are_texts(file.get("except", [])):
        yield Problem("except is no list of texts.", "Write it as except: [unsubscribe]")


def _problems_of_a_parameter(name: object, value: object) -> Iterator[Problem]:
    known = (*_PARAMETERS, *_OPTIONAL)
    if name not in known:
        yield Problem(f"Links have no parameter {name!r}.", f"There are {', '.join(known)}.")
    elif value == "":
        yield Problem(
            f"{name} has no value.",
            f"Give it by --set {name}=VALUE or in the rules; {name}: null leaves it out.",
        )
    elif value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        yield Problem(f"The value of {name} is no text.", "Put it into quotation marks.")
    elif name in _IDS and value is not None and not _is_id(str(value)):
        yield Problem(
            f"{name} is {value!r}.",
            "Set it to a whole number, or to what your mailer replaces by one, such as"
            f" {{{{{name}}}}} or %%{name}%%.",
        )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _is_id(value: str) -> bool:
    return (value.isascii() and value.isdecimal()) or bool(template_spans(value))


def _encoded(value: str) -> str:
    """Return a value as a query holds it; template tags stay as they are."""
    pieces = []
    at = 0
    for span in template_spans(value).values():
        pieces += [quote(value[at : span.start], safe=""), value[span.start : span.end]]
        at = span.end
    return "".join([*pieces, quote(value[at:], safe="")])
