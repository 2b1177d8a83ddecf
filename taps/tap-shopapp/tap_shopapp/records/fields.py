"""Reads the fields of a record by type, all fields of a type in one step if possible."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from tap_shopapp.records.timestamps import utc_timestamp
from tap_shopapp.records.values import are_decimals, boolean, decimal, reference, text

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, KeysView

    _Values = Callable[[dict[str, Any]], tuple[Any, ...]]

_TEXTS = frozenset((str, type(None)))
_BOOLEANS = frozenset((bool, type(None)))


@dataclass(kw_only=True, slots=True)
class Fields:
    """The fields of one type of record. Missing fields are null.

    Attributes:
        ids: Names of fields that are ids of other records.
        texts: Names of fields that are converted to text.
        decimals: Names of fields that are exact decimal strings.
        booleans: Names of fields that are true or false.
        times: Names of fields that are RFC 3339 times.
        others: Names of fields that are not converted.
        within: Prefix of names in errors.
    """

    ids: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    within: str = ""
    _nulls: dict[str, Any] = field(init=False)
    _texts: _Values = field(init=False)
    _decimals: _Values = field(init=False)
    _booleans: _Values = field(init=False)

    def __post_init__(self) -> None:
        kinds = (self.texts, self.decimals, self.booleans)
        self._texts, self._decimals, self._booleans = map(_values, kinds)
        self._nulls = dict.fromkeys(chain(self.ids, *kinds, self.times, self.others))

    @property
    def names(self) -> KeysView[str]:
        """The names of all fields."""
        return self._nulls.keys()

    def read(self, raw: dict[str, Any], unknown: Counter[str]) -> dict[str, Any]:
        """Return the fields of a record by name, in the form of the contract.

        All fields of a type are checked in one step first, since a call per field would be most
        of the cost of a run.

        Args:
            raw: The record.
            unknown: Counts fields that are not in the contract.

        Raises:
            RecordError: A field does not have its type.
        """
        record = self._nulls | raw
        if len(record) > len(self._nulls):
            for name in raw.keys() - self._nulls.keys():
                del record[name]
                unknown[f"{self.within}{name}"] += 1
        if not _TEXTS.issuperset(map(type, self._texts(record))):
            record.update([(name, text(record[name])) for name in self.texts])
        if not are_decimals(self._decimals(record)):
            for name in self.decimals:
                record[name] = decimal(record[name], f"{self.within}{name}")
        if self.booleans and not _BOOLEANS.issuperset(map(type, self._booleans(record))):
            for name in self.booleans:
                boolean(record[name], f"{self.within}{name}")
        self._read_ids_and_times(record)
        return record

    def _read_ids_and_times(self, record: dict[str, Any]) -> None:
        for name in self.ids:
            if (found := record[name]) is not None:
                record[name] = reference(found, f"{self.within}{name}")
        for name in self.times:
            if (moment := record[name]) is not None:
                record[name] = utc_timestamp(moment, name, self.within)


def _values(names: tuple[str, ...]) -> _Values:
    """Return a function that returns the values of fields as a tuple."""
    if len(names) == 1:
        names *= 2  # with one name, itemgetter returns the value itself
    return itemgetter(*names) if names else lambda _: ()
