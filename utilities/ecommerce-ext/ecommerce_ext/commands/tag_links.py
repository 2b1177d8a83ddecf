"""``ecommerce tag-links``: tag the links of a message from standard input or a file."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.tag_links.html import tag_html_links
from ecommerce_ext.tag_links.rules import FILE, read_rules
from ecommerce_ext.tag_links.text import tag_text_links

if TYPE_CHECKING:
    from ecommerce_ext.settings import Settings

# Encodings of the source of an e-mail. Quoted-printable writes `=` as `=3D`.
_TRANSFER_ENCODING = re.compile(
    r"^content-transfer-encoding:\s*(quoted-printable|base64)|\bhref=3D",
    re.IGNORECASE | re.MULTILINE,
)
_ANCHOR = re.compile(r"<a[\s/]", re.IGNORECASE)
_UTF_16_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


@click.command("tag-links")
@click.argument("message", type=click.File("rb"), default="-")
@click.option("--text", "is_text", is_flag=True, help="The message is plain text, not HTML.")
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of this message, such as utm_campaign=spring-sale.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help=f"The rules file; default: {FILE} in the project directory.",
)
@click.option(
    "--allow-untagged", is_flag=True, help="Exit with code 0 even if no link is tagged."
)
@click.pass_obj
def tag_links_command(  # noqa: PLR0913 - one parameter per option
    settings: Settings,
    message: BinaryIO,
    values: tuple[str, ...],
    rules: Path | None,
    *,
    is_text: bool,
    allow_untagged: bool,
) -> None:
    """Tag the links of a message for attribution.

    MESSAGE is an HTML file; default: standard input. The command writes the message to
    standard output and adds utm_source, utm_medium, utm_campaign, idSendLog and idBatch to
    every link to the shop's domains. It writes the number of tagged links to standard error,
    with the number of other links by reason. If no link is tagged, the exit code is 1.
    """
    read = read_rules(rules or settings.project / FILE, _parameters(values))
    content = message.read()
    if content.startswith(_UTF_16_BYTE_ORDER_MARKS):
        raise EcommerceError(Problem("The message is UTF-16.", "Save it as UTF-8."))
    # Works for any encoding that extends ASCII: other bytes are preserved.
    decoded = content.decode("utf-8", "surrogateescape")
    tagged = (tag_text_links if is_text else tag_html_links)(decoded, read)
    # As bytes, because text output changes line endings on some systems.
    sys.stdout.buffer.write(tagged.message.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
    if not tagged.is_tagged and not allow_untagged:
        instruction = _how_to_convert(decoded, is_text=is_text) or tagged.instruction()
        raise EcommerceError(Problem(tagged.summary(), instruction))
    click.echo(tagged.summary(), err=True)


def _how_to_convert(message: str, *, is_text: bool) -> str:
    """Return what to do about a message that is not in the expected form, or nothing."""
    if encoding := _TRANSFER_ENCODING.search(message):
        return f"Decode the message first: its source is {encoding[1] or 'quoted-printable'}."
    if not is_text and "://" in message and not _ANCHOR.search(message):
        return "If the message is plain text, add --text."
    return ""


def _parameters(values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise EcommerceError(
            Problem(f"{wrong[0]!r} has no value.", "Write it as --set utm_campaign=spring-sale")
        )
    return {name: value for name, _, value in pairs}
