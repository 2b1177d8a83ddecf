"""``ecommerce tag-links``: tag the links of a message from standard input or a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.tag_links.html import tag_html
from ecommerce_ext.tag_links.rules import FILE, read_rules
from ecommerce_ext.tag_links.text import tag_text

if TYPE_CHECKING:
    from ecommerce_ext.settings import Settings

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
@click.pass_obj
def tag_links_command(
    settings: Settings,
    message: BinaryIO,
    values: tuple[str, ...],
    rules: Path | None,
    *,
    is_text: bool,
) -> None:
    """Tag the links of a message for attribution.

    MESSAGE is an HTML file; default: standard input. The command writes the message to
    standard output and adds utm_source, utm_medium, utm_campaign, idSendLog and idBatch to
    every link to the shop's domains.
    """
    read = read_rules(rules or settings.project / FILE, _parameters(values))
    content = message.read()
    if content.startswith(_UTF_16_BYTE_ORDER_MARKS):
        raise EcommerceError(Problem("The message is UTF-16.", "Save it as UTF-8."))
    # Works for any encoding that extends ASCII: other bytes are preserved.
    decoded = content.decode("utf-8", "surrogateescape")
    tagged = (tag_text if is_text else tag_html)(decoded, read)
    # As bytes, because text output changes line endings on some systems.
    sys.stdout.buffer.write(tagged.encode("utf-8", "surrogateescape"))


def _parameters(values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise EcommerceError(
            Problem(f"{wrong[0]!r} has no value.", "Write it as --set utm_campaign=spring-sale")
        )
    return {name: value for name, _, value in pairs}
