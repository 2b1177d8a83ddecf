"""JSON from bodies, also from those that have other text before it."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import orjson

from tap_shopapp.records.values import storable

# The beginning of a JSON object or list. Brackets in a PHP notice are followed by other text.
_BEGINNING = re.compile(rb'[\[{]\s*["{\[\]}]')
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")


def loads(content: bytes | bytearray) -> tuple[Any, bool]:
    """Return a JSON value, and whether other text was before it, such as a PHP notice or a BOM.

    Text that cannot be stored is replaced.

    Raises:
        ValueError: The content is not JSON.
    """
    if content.lstrip()[:1] in (b"[", b"{", b'"'):
        return _loads(content), False
    # Only what begins with other text is searched: a list that is cut off may end with a list.
    beginning = _BEGINNING.search(content)
    if not beginning:
        raise ValueError
    return _loads(content[beginning.start() :]), True


def error_code(content: bytes) -> str:
    """Return the code in the body of an error; empty if it has none."""
    try:
        body, _ = loads(content)
    except ValueError:
        return ""
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _loads(content: bytes | bytearray) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value. Text that cannot be stored is replaced."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        # orjson rejects lone surrogates, which JSON allows, and infinite numbers, which
        # become text here, so that one record cannot lose its page. orjson then reads the
        # repaired text, so that numbers have the same types on every page.
        text = content.decode("utf-8", "replace")
        lenient = json.loads(text, parse_constant=str, parse_float=_finite)
        return orjson.loads(json.dumps(storable(lenient)))
    # NUL is rare and easy to find in the raw page, so most pages are never walked.
    return storable(value) if b"\\u0000" in content else value


def _finite(digits: str) -> float | str:
    return value if math.isfinite(value := float(digits)) else digits
