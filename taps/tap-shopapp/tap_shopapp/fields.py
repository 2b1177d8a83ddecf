"""Fields of a record, read by kind: all at once where they are as they should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_shopapp.timestamps import utc_timestamp
from tap_shopapp.values import are_decimals, boolean, decimal, text

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS = frozenset((str, type(None)))
_BOOLEANS = frozenset((bool, type(None)))


@dataclass(kw_only=True, slots=True)
class Fields:
    """The plain fields of one kind of record; one that is left out is null.

    Attributes:
        texts: Names of fields that become text, whatever they are.
        decimals: Names of fields that are exact decimal strings.
        booleans: Names of fields that are true or false.
        times: Names of fields that are RFC 3339 times.
        others: Names of fields that are known, and read elsewhere.
        within: What stands before a name where an error names it.
    """

    texts: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    within: str = ""
    _names: tuple[str, ...] = field(init=False)
    _known: frozenset[str] = field(init=False)
    _decimals_at: slice = field(init=False)
    _booleans_at: slice = field(init=False)

    def __post_init__(self) -> None:
        self._names = (*self.texts, *self.decimals, *self.booleans, *self.times)
        self._known = frozenset((*self._names, *self.others))
        decimals_end = len(self.texts) + len(self.decimals)
        self._decimals_at = slice(len(self.texts), decimals_end)
        self._booleans_at = slice(decimals_end, decimals_end + len(self.booleans))

    def read(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of a record by name, as the contract writes them.

        Each kind is first looked at as a whole, since a call per field would be most of
        what a run costs.

        Raises:
            RecordError: If one is not of its kind.
        """
        values = list(map(raw.get, self._names))
        record = dict(zip(self._names, values, strict=True))
        if not _TEXTS.issuperset(map(type, values[: len(self.texts)])):
            record.update((name, text(record[name])) for name in self.texts)
        if not are_decimals(values[self._decimals_at]):
            for name in self.decimals:
                record[name] = decimal(record[name], f"{self.within}{name}")
        if not _BOOLEANS.issuperset(map(type, values[self._booleans_at])):
            for name in self.booleans:
                boolean(record[name], f"{self.within}{name}")
        for name in self.times:
            if (value := record[name]) is not None:
                record[name] = utc_timestamp(value, f"{self.within}{name}")
        return record

    def unknown(self, raw: Mapping[str, Any]) -> set[str]:
        """Return the names in a record that the contract does not know."""
        names = raw.keys()
        return set() if names <= self._known else {*names} - self._known
