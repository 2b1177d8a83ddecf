"""Describes invalid settings by what they accept, never by their value, which may be secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FORMATS = {"date-time": "a date and time such as 2026-01-31T00:00:00Z"}
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "an object with valid entries",
}


def setting_problems(schema: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield one phrase for each setting that is missing or invalid, sorted by name.

    Args:
        schema: The JSON schema of the settings.
        settings: The settings of the tap.
    """
    required = schema.get("required", ())
    wrong = {name for name in required if name not in settings}
    for error in Draft202012Validator(schema).iter_errors(settings):
        wrong.update(str(name) for name in list(error.absolute_path)[:1])
    for name in sorted(wrong):
        if name in settings:
            yield f"{name} must be {accepted(schema['properties'][name])}"
        else:
            yield f"{name} is not set"


def accepted(setting: Mapping[str, Any]) -> str:
    """Return what a setting accepts, in words.

    Args:
        setting: The JSON schema of the setting. A pattern needs words in `accepted`.

    >>> accepted({"type": ["integer", "null"], "minimum": 1})
    'a whole number of at least 1'
    """
    if "accepted" in setting:
        return str(setting["accepted"])
    if "enum" in setting:
        return f"one of {', '.join(setting['enum'])}"
    if "format" in setting:
        return _FORMATS[setting["format"]]
    words = _TYPES[next(name for name in setting["type"] if name != "null")]
    if "maximum" in setting:
        return f"{words} from {setting['minimum']} to {setting['maximum']}"
    return f"{words} of at least {setting['minimum']}" if "minimum" in setting else words
