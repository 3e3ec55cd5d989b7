"""Records of any number: a few in memory, many in a file without a name, each packed small."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

from ..doors.spill import Spill
from ..model import Finding, Place, Record
from .rows import RowPlaces

__all__ = ["Records"]


class Records(Spill[Record]):
    """A sequence of records; what the rows of one table share is held once, in memory."""

    def __init__(self, records: Any = (), **options: int) -> None:
        self._shared: list[Any] = []
        self._numbers: dict[object, int] = {}
        super().__init__(records, **options)

    def packed(self, item: Record) -> bytes:
        """A record as bytes."""
        places: object = item.places
        if type(places) is RowPlaces:
            own = {name: _place(place) for name, place in places.own.items()}
            packed: tuple[object, ...] = (self._number(places.columns, id(places.columns)), own)
        else:
            packed = ({name: _place(place) for name, place in item.places.items()},)
        who = (item.id, item.type, item.period, item.name, item.credit_code, item.division)
        stated = {name: one if isinstance(one, str) else self._number(one, one) for name, one in item.stated.items()}
        shown = dict(item.shown) or None
        derived = tuple(item.derived) or None
        findings = tuple(self._finding(one) for one in item.findings)
        rest = (dict(item.facts), _place(item.place), findings, packed, derived, shown, stated or None)
        return pickle.dumps((who, rest), pickle.HIGHEST_PROTOCOL)

    def unpacked(self, data: bytes) -> Record:
        """The record again."""
        who: tuple[str, str, str, str | None, str | None, str | None]
        who, (facts, spot, findings, packed, derived, shown, stated) = pickle.loads(data)
        place = Place(*spot)
        if len(packed) == 2:
            columns, own = packed
            places: Mapping[str, Place] = RowPlaces(place, self._shared[columns])
            for name, one in own.items():
                places[name] = Place(*one)  # type: ignore[index]
        else:
            places = {name: Place(*one) for name, one in packed[0].items()}
        return Record(
            *who,
            facts,
            place,
            tuple(self._shared[one] if isinstance(one, int) else _found(one) for one in findings),
            places,
            frozenset(derived or ()),
            shown or {},
            {name: one if isinstance(one, str) else self._shared[one] for name, one in (stated or {}).items()},
        )

    def _number(self, shared: object, key: object) -> int:
        """The number of what several records share, which stays in memory."""
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._shared)
            self._shared.append(shared)
        return number

    def _finding(self, one: Finding) -> object:
        """A finding; the fault of a whole column is one of its records', and held once."""
        if one.record is None:
            return self._number(one, one)
        return (
            one.rule,
            one.severity,
            one.message,
            one.mend,
            _place(one.place),
            one.record,
            one.fact,
            one.value,
            one.component,
        )


def _place(place: Place) -> tuple[object, ...]:
    return place.file, place.sheet, place.row, place.column, place.index


def _found(packed: Any) -> Finding:
    rule, severity, message, mend, place, *rest = packed
    return Finding(rule, severity, message, mend, Place(*place), *rest)
