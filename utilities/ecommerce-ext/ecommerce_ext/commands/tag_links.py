"""``ecommerce tag-links``: tag the links of a message, from standard input or a file."""

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

_BYTE_ORDER_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


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
    help=f"The rules; default: {FILE} in the project's directory.",
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
    """Tag the links of a message, so that orders tell which message earned them.

    MESSAGE is a file of HTML; without one, standard input. The same is written to standard
    output, every link to the shop's domains with utm_source, utm_medium, utm_campaign,
    idSendLog and idBatch.
    """
    read = read_rules(rules or settings.project / FILE, _parameters(values))
    given = message.read()
    if given.startswith(_BYTE_ORDER_MARKS_OF_UTF_16):
        raise EcommerceError(Problem("The message is UTF-16.", "Save it as UTF-8."))
    # Bytes of any encoding that has ASCII in it come out as they went in.
    decoded = given.decode("utf-8", "surrogateescape")
    tagged = (tag_text if is_text else tag_html)(decoded, read)
    # Not as text: on some systems that changes the ends of lines.
    sys.stdout.buffer.write(tagged.encode("utf-8", "surrogateescape"))


def _parameters(values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise EcommerceError(
            Problem(f"{wrong[0]!r} sets nothing.", "Write it as --set utm_campaign=spring-sale")
        )
    return {name: value for name, _, value in pairs}
