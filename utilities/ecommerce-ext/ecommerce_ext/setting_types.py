"""What describes a setting: its type, default, accepted values, description and group."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Value = str | int | bool | dict[str, Any]

_KINDS: dict[type, str] = {str: "string", int: "integer", bool: "boolean", dict: "object"}
_BOOLEANS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


@dataclass(frozen=True, slots=True)
class Form:
    """The values that a setting accepts.

    Attributes:
        words: The values, as an error message names them after "Set it to".
        accepts: Whether the setting accepts a value of its type.
    """

    words: str
    accepts: Callable[[Any], bool] = lambda _: True


# What a setting accepts by its type, unless it names a form.
_FORMS = {
    str: Form("any text"),
    int: Form("a whole number"),
    bool: Form("true or false"),
    dict: Form("a JSON object, such as {}"),
}


def one_of(*words: str) -> Form:
    """Return the form of a setting that accepts only these words."""
    return Form(f"{', '.join(words[:-1])} or {words[-1]}", words.__contains__)


def matching(pattern: str, words: str) -> Form:
    """Return the form of a text that matches a regular expression."""
    return Form(words, lambda text: re.fullmatch(pattern, text, re.DOTALL) is not None)


def between(lowest: int, highest: int, words: str = "a whole number") -> Form:
    """Return the form of an integer in a range, for instance "a whole number from 1 to 99"."""
    return Form(
        f"{words} from {lowest} to {highest}", lambda number: lowest <= number <= highest
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """The definition of one setting, except its name.

    Attributes:
        description: One or two sentences for the user.
        value: The default; its type is the setting's type.
        example: A value to show for a setting that must be set.
        form: The values that the setting accepts.
        sensitive: Whether the value is a secret.
        group: The settings that belong together.
    """

    description: str
    value: Value
    example: str
    form: Form
    sensitive: bool
    group: Group

    @property
    def kind(self) -> str:
        """The type, as Meltano names it: string, integer, boolean or object."""
        return _KINDS[type(self.value)]

    @property
    def default(self) -> str:
        """The default, as an environment variable holds it."""
        return as_text(self.value)

    @property
    def required(self) -> bool:
        """Whether the user must set it: only these settings have an example."""
        return bool(self.example)

    def parse(self, text: str) -> Value:
        """Return the value that a text stands for.

        Raises:
            ValueError: If the setting does not accept the text.
        """
        if not text and not self.default:
            return text
        value = _READERS[self.kind](text)
        if not text or not self.form.accepts(value):
            raise ValueError
        return value

    def accepts(self, text: str) -> bool:
        """Return whether the setting accepts a text."""
        try:
            self.parse(text)
        except ValueError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together.

    Attributes:
        title: What the settings are about.
        in_dbt: Whether macros of the dbt package read them.
        decides_rows: Whether a change of one changes rows of orders, so that the next build
            reads every order.
    """

    title: str
    in_dbt: bool = False
    decides_rows: bool = False

    def setting(
        self,
        description: str,
        *,
        default: Value = "",
        example: str = "",
        form: Form | None = None,
        sensitive: bool = False,
    ) -> Any:  # noqa: ANN401 - the field has the type of the setting
        """Return a field of a dataclass that holds the value of a setting of this group."""
        form = form or _FORMS[type(default)]
        setting = Setting(description, default, example, form, sensitive, self)
        return field(repr=not sensitive, metadata={"setting": setting})


def as_text(value: Value) -> str:
    """Return a value as an environment variable holds it, the same way as Meltano writes it."""
    return value if isinstance(value, str) else json.dumps(value)


def _read_integer(text: str) -> int:
    if not re.fullmatch("[0-9]+", text):
        raise ValueError
    return int(text)


def _read_boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise ValueError
    return _BOOLEANS[text.lower()]


def _read_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError from None
    if not isinstance(value, dict):
        raise ValueError  # noqa: TRY004 - the text is wrong, not a type of this program
    return value


_READERS: dict[str, Callable[[str], Value]] = {
    "string": str,
    "integer": _read_integer,
    "boolean": _read_boolean,
    "object": _read_object,
}
