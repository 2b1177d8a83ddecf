"""Converts cells to values in the form of the ShopApp API.

An error shows the form of a cell, what is expected and the option that allows the cell. It
never shows the cell, which may be personal data.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

from tap_shopapp.applications.files.columns import Kind, is_id
from tap_shopapp.applications.files.rows import Form
from tap_shopapp.errors import RecordError
from tap_shopapp.records.timestamps import parse_iso

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tap_shopapp.applications.files.entry import Entry, Target

_TRUE = {"true", "yes", "1", "t", "y"}
_FALSE = {"false", "no", "0", "f", "n"}
# Thousands are grouped by three or not at all: 12,50 is not 1250.
_AMOUNT = r"([+-]?)(\d+|\d{{1,3}}(?:[{group}]\d{{3}})+|)(?:[{point}](\d*))?"
_WITH_POINT = re.compile(_AMOUNT.format(group=" ,'\u00a0\u202f\u2019", point="."), re.ASCII)
_WITH_COMMA = re.compile(_AMOUNT.format(group=" .'\u00a0\u202f\u2019", point=","), re.ASCII)
# Maximum digits before and after the point. No real amount has more.
_MOST_DIGITS = 40
_WHOLE = re.compile(r"([+-]?\d+)\.0*", re.ASCII)
_WITH_EXPONENT = re.compile(r"[+-]?[\d.,]+e[+-]?\d+", re.IGNORECASE)
_LONGEST_SHAPE = 30
_CORRECT = "Correct the cell, or list the column under ignore."
# What to do about cells that a spreadsheet program changed.
_FIXES = {
    Form.ERROR: "Correct the formula, and save the file again.",
    Form.FORMULA: "Open the file in a spreadsheet program and save it, so that it has values.",
    Form.TOO_LONG: "A spreadsheet keeps 15 digits of a number. Format the column as text, and"
    " enter the values again.",
}
_AS_TEXT = "Format the column as text, and enter the id again."


def unexpected(code: str, form: str, expected: str, fix: str = _CORRECT) -> RecordError:
    """Return the error of a cell. Its message continues `The column 'x' has`."""
    return RecordError(code, f"{form}, but {expected} is expected. {fix}")


def value(
    cell: str, target: Target, entry: Entry, zone: ZoneInfo, form: Form | None = None
) -> str | bool | list[str]:
    """Return the value of a cell, by the type of its target column.

    Args:
        cell: The text of the cell.
        target: The column.
        entry: The formats of the file.
        zone: Time zone of times without offset.
        form: Form of the cell in the file, null for text. Formats apply to text only.

    Raises:
        RecordError: The text is not valid. The message shows its form, not its content.
    """
    kind = entry.table.columns[target.column].kind
    if form and not form.is_readable:
        code = f"the error {cell}" if form is Form.ERROR else form.value
        raise unexpected("unreadable_cell", code, "a value", _FIXES[form])
    if kind is Kind.AMOUNT:
        return _amount(cell, entry, form)
    if kind is Kind.TIME:
        return _moment(cell, target, entry, zone, form)
    if kind is Kind.BOOLEAN:
        return truth(cell)
    if form not in (None, Form.NUMBER) and is_id(target.column):
        raise unexpected("no_key", str(form and form.value), "an id", _AS_TEXT)
    if kind is Kind.TEXTS:
        return [part.strip() for part in cell.split(",") if part.strip()]
    if target.format == "integer":
        return whole(cell)
    return cell


def _amount(cell: str, entry: Entry, form: Form | None) -> str:
    if form is Form.NUMBER:
        return number(cell)
    text = cell.strip()
    if entry.currency_sign:
        text = _without_sign(text, entry.currency_sign)
    try:
        if form is None:
            return amount(text, decimal_comma=entry.decimal_comma)
    except RecordError:
        pass
    shown, fix = _amount_problem(text, form, decimal_comma=entry.decimal_comma)
    expected = f"an amount such as {'1.234,50' if entry.decimal_comma else '1,234.50'}"
    raise unexpected("inexact_amount", shown, expected, fix)


def _without_sign(text: str, sign: str) -> str:
    """Return an amount without its currency sign, which is before or after the number."""
    escaped = re.escape(sign)
    before = re.fullmatch(rf"([+-]?)\s*{escaped}\s*(.*)", text, re.IGNORECASE)
    after = re.fullmatch(rf"(.*?)\s*{escaped}", text, re.IGNORECASE)
    if before:
        return before[1] + before[2]
    return after[1] if after else text


def _amount_problem(text: str, form: Form | None, *, decimal_comma: bool) -> tuple[str, str]:
    """Return the form of a cell that is not an amount, and what to do about it."""
    if form:
        return form.value, _CORRECT
    match = (_WITH_POINT if decimal_comma else _WITH_COMMA).fullmatch(text)
    if match and (match[2] or match[3]):
        separator = "point" if decimal_comma else "comma"
        setting = str(not decimal_comma).lower()
        fix = f"Set decimal_comma: {setting} in the entry of the file."
        return f"a number with a decimal {separator}", fix
    if text.endswith("%"):
        return Form.PERCENTAGE.value, _CORRECT
    if re.search(r"\d", text) and not _WITH_EXPONENT.fullmatch(text):
        fix = "If the amount has a currency sign or code, set currency_sign in the entry of"
        return form_of(text), f"{fix} the file."
    return form_of(text), _CORRECT


def form_of(text: str) -> str:
    """Return the form of a text without its content: digits become 9.

    >>> form_of("31/01/2026")
    'text of the form 99/99/9999'
    """
    if _WITH_EXPONENT.fullmatch(text):
        return "a number with an exponent"
    if any(character.isalpha() for character in text):
        return "text with digits" if re.search(r"\d", text) else "text"
    shape = re.sub(r"\d", "9", text)
    return f"text of the form {shape[:_LONGEST_SHAPE]}"


def amount(cell: str, *, decimal_comma: bool) -> str:
    """Return an amount as a decimal string, without thousands separators."""
    match = (_WITH_COMMA if decimal_comma else _WITH_POINT).fullmatch(cell.strip())
    if match is None or not (match[2] or match[3]):
        raise RecordError("inexact_amount", "The value is not an amount.")
    sign, grouped, fraction = match.groups()
    digits = sign + (re.sub(r"\D", "", grouped) or "0")
    return f"{digits}.{fraction}" if fraction else digits


def number(cell: str) -> str:
    """Return a number from a typed cell, which may have an exponent, in plain digits."""
    exact = Decimal(cell)
    if not exact.is_finite() or abs(exact.adjusted()) > _MOST_DIGITS:
        raise unexpected("inexact_amount", "a number with too many digits", "an amount")
    return f"{exact:f}"


def _moment(cell: str, target: Target, entry: Entry, zone: ZoneInfo, form: Form | None) -> str:
    pattern = None if form is Form.TIME else target.format or entry.date_format
    try:
        return moment(cell, pattern, zone)
    except RecordError as error:
        if form and form is not Form.TIME:
            fix = "Format the cells of the column as dates in a spreadsheet program."
            raise unexpected(error.code, form.value, "a time", fix) from None
        shown = form_of(cell.strip())
        fix = "Set date_format in the entry of the file, such as %d/%m/%Y."
        raise unexpected(
            error.code,
            "a time that does not exist" if _is_like_iso(cell) else shown,
            f"a time in the format {pattern}" if pattern else "a time such as 2026-01-31 14:00",
            _CORRECT if _is_like_iso(cell) else fix,
        ) from None


def _is_like_iso(cell: str) -> bool:
    return re.match(r"\s*\d{4}-\d\d-\d\d(?!\d)", cell, re.ASCII) is not None


def moment(cell: str, form: str | None, zone: ZoneInfo) -> str:
    """Return a time in RFC 3339: without offset it is in the zone, a day is its midnight."""
    text = cell.strip()
    try:
        parsed = datetime.strptime(text, form) if form else parse_iso(text)  # noqa: DTZ007
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
        # The first and the last day of the calendar do not exist in every zone.
        moment_in_utc = aware.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise RecordError("impossible_time", "The value is not a time.") from None
    return moment_in_utc.isoformat().replace("+00:00", "Z")


def truth(cell: str) -> bool:
    """Return a truth value."""
    text = cell.strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise unexpected("not_a_boolean", form_of(text), "true or false")


def whole(cell: str) -> str:
    """Return a whole number without decimal zeros, which some programs add."""
    match = _WHOLE.fullmatch(cell.strip())
    return match[1] if match else cell.strip()
