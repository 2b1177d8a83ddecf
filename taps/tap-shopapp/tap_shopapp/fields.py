"""Fields of a record, read by kind: all at once where they are as they should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_shopapp.timestamps import utc_timestamp
from tap_shopapp.values import are_decimals, boolean, decimal, text

if TYPE_CHECKING:
    from collections import Counter

_TEXTS = frozenset((str, type(None)))
_BOOLEANS = frozenset((bool, type(None)))


@dataclass(kw_only=True, slots=True)
class Fields:
    """The fields of one kind of record; one that is left out is null.

    Attributes:
        texts: Names of fields that become text, whatever they are.
        decimals: Names of fields that are exact decimal strings.
        booleans: Names of fields that are true or false.
        times: Names of fields that are RFC 3339 times.
        others: Names of fields that are taken as they are.
        within: What stands before a name where an error names it.
        names: All of them.
    """

    texts: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    within: str = ""
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        named = (*self.texts, *self.decimals, *self.booleans, *self.times, *self.others)
        self.names = frozenset(named)

    def read(self, raw: dict[str, Any], unknown: Counter[str]) -> dict[str, Any]:
        """Return the fields of a record by name, as the contract writes them.

        Each kind is first looked at as a whole, since a call per field would be most of
        what a run costs.

        Args:
            raw: The record as the shop sent it.
            unknown: Where fields are counted that the contract does not know.

        Raises:
            RecordError: If a field is not of its kind.
        """
        if raw.keys() == self.names:  # as most often
            record = raw.copy()
        else:
            record = {name: raw.get(name) for name in self.names}
            unknown.update(f"{self.within}{name}" for name in raw.keys() - self.names)
        value = record.__getitem__
        if not _TEXTS.issuperset(map(type, map(value, self.texts))):
            record.update([(name, text(record[name])) for name in self.texts])
        if not are_decimals(map(value, self.decimals)):
            for name in self.decimals:
                record[name] = decimal(record[name], f"{self.within}{name}")
        if not _BOOLEANS.issuperset(map(type, map(value, self.booleans))):
            for name in self.booleans:
                boolean(record[name], f"{self.within}{name}")
        for name in self.times:
            if (moment := record[name]) is not None:
                record[name] = utc_timestamp(moment, name, self.within)
        return record
