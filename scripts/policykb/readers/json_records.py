"""Read records from JSON: {"records": [...]}, a bare list, or one record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..doors.files import read_bytes
from ..doors.incoming import is_fit
from ..errors import InputError
from ..model import Place, Record, RecordType, Severity
from ..wording.catalogue import at, reason
from .around import Missing
from .below import Doubts
from .builder import RecordBuilder, homes, known_types, unit_line_words, unknown_type
from .cells import Cell
from .findings import clip, make_finding
from .reader import Found, Reader
from .sheet.units import may_be_unit, of_name, read_lines, stated_units
from .words import normal

__all__ = ["JsonObject", "Number", "cell_of", "json_found", "load_json", "parse_json", "read_json"]

LARGEST = 256 * 2**20  # bytes; JSON is read as a whole
_MOST_KEYS = 16_384  # of an object, as of columns of a table
_SUBJECT = ("name", "creditCode", "division")
_SAYS_MORE = ("unknown-unit", "units-disagree", "remark-unclear", "answers-turned")
_OWN = ("id", "type", "period", *_SUBJECT)


class Number(str):
    """A JSON number, its digits as written."""

    __slots__ = ()


class JsonObject(dict[str, Any]):
    """A JSON object that remembers keys it holds more than once."""

    repeated: tuple[str, ...] = ()


def load_json(path: Path, file: str) -> Any:
    """The content of a JSON file; numbers stay as written, repeated keys are remembered.

    Raises:
        InputError: it is no UTF-8 text or no JSON, with line and column, or has an object of too many keys.
    """
    return parse_json(read_bytes(path, LARGEST), file)


def parse_json(data: bytes, file: str) -> Any:
    """JSON in UTF-8, as `load_json` has it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError("json-not-utf8", where=file) from fault
    try:
        return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number, object_pairs_hook=_object)
    except json.JSONDecodeError as fault:
        raise InputError(
            "invalid-json",
            where=at("at-column", file=file, line=fault.lineno, column=fault.colno),
            detail=reason(fault, "json"),
        ) from fault
    except RecursionError as fault:
        raise InputError("json-too-deep", where=file) from fault
    except InputError as fault:
        raise fault.at(file) from fault


def read_json(path: Path, file: str, stem: str, kind: RecordType | None, reader: Reader) -> Iterator[Found]:
    """The records of a JSON file, and the findings that belong to none.

    Args:
        path: the file.
        file: its name in places.
        stem: what the ids of records without one begin with.
        kind: the type of records that state none, from the call or the file's name.
        reader: the names and values that are known.

    Raises:
        InputError: the file is no JSON, holds no list of records, or a record has no known type.
    """
    yield from json_found(load_json(path, file), file, stem, kind, reader)


def json_found(content: Any, file: str, stem: str, kind: RecordType | None, reader: Reader) -> Iterator[Found]:
    """The same of JSON that is read already."""
    beside, units = _beside_records(content), _units_in(content, reader)
    doubts, missing = Doubts(reader, beside), Missing(reader, beside)
    for position, entry in enumerate(_entries(content, file), start=1):
        if not isinstance(entry, JsonObject):
            raise InputError(
                "not-a-record",
                where=at("at-record", file=file, record=position),
                entry=clip(json.dumps(entry, ensure_ascii=False)),
            )
        record = doubts.told(_record(entry, position, file, stem, kind, reader, units))
        yield missing.told(record, lambda one, fact: str(one.facts[fact]))
    if isinstance(content, JsonObject) and "records" in content:
        for key in content:
            if key != "records":
                yield make_finding(
                    reader.vocabulary,
                    "unknown-column",
                    "error" if reader.strict else "warning",
                    Place(file, column=key),
                )


def _entries(content: Any, file: str) -> list[Any]:
    if isinstance(content, JsonObject) and "records" in content:
        if content.repeated:
            raise InputError("repeated-key", where=file, key=content.repeated[0])
        content = content["records"]
    elif isinstance(content, JsonObject):
        content = [content]
    if not isinstance(content, list):
        raise InputError("no-records-list", where=file)
    if not content:
        raise InputError("empty-list", where=file)
    return content


def _record(
    entry: JsonObject,
    position: int,
    file: str,
    stem: str,
    kind: RecordType | None,
    reader: Reader,
    units: Mapping[tuple[str, ...], str],
) -> Record:
    written = entry.get("type")
    if written is not None:
        found = reader.names.record_type(written) if isinstance(written, str) else None
        if found is None:
            raise unknown_type(reader.names, str(written), at("at-record", file=file, record=position))
        kind = found
    if kind is None:
        where = at("at-record", file=file, record=position)
        raise InputError("record-without-type", where=where, known=known_types(reader.vocabulary))
    place = Place(file, row=position)
    id_ = entry.get("id")
    stated = " ".join(id_.split()) if isinstance(id_, str) and is_fit(id_) else None
    identifier = stated or f"{stem}#{position}"
    builder = RecordBuilder(reader.vocabulary, kind, place, identifier)
    for key in entry.repeated:
        builder.refuse("duplicate-key", Place(file, row=position, column=key))
    subject = entry.get("subject")
    if subject is not None and not isinstance(subject, JsonObject):
        builder.refuse("subject-not-an-object", Place(file, row=position, column="subject"), value=subject)
    elif subject is not None:
        for key in subject.repeated:
            builder.refuse("duplicate-key", Place(file, row=position, column=f"subject.{key}"))
        for key, value in subject.items():
            spot = Place(file, row=position, column=f"subject.{key}")
            if key in _SUBJECT:
                _take_column(builder, reader, key, value, spot)
            else:
                _unknown(builder, reader, (key, value), spot, None)
    # What other keys say of a year is held against the period, wherever that stands.
    for key, value in sorted(entry.items(), key=lambda item: item[0] != "period"):
        spot = Place(file, row=position, column=key)
        if key in kind.facts:
            _take_fact(builder, reader, key, value, spot)
        elif key in _OWN and key != "type":
            if key in builder.columns and value is not None and str(value) != builder.columns[key]:
                item, other = reader.vocabulary.columns.get(key, key), builder.columns[key]
                builder.refuse("stated-twice", spot, value=value, item=item, other=other)
            else:
                _take_column(builder, reader, key, value, spot)
        elif key not in ("type", "subject"):
            _unknown(builder, reader, (key, value), spot, kind)
    _refuse_units(builder, {**units, **_units_in(entry, reader)})
    return builder.record()


def _beside_records(content: Any) -> list[str]:
    """What an object of records says beside them, in objects within as well."""
    outer = isinstance(content, JsonObject) and "records" in content
    return [value for path, value in _texts_in(content) if path[0] != "records"] if outer else []


def _texts_in(content: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts in an object, in objects and lists within it as well, each with the keys that lead to it.

    Records are looked at one by one.
    """
    inside: list[tuple[tuple[str, ...], Any]] = [((), content)] if isinstance(content, JsonObject) else []
    while inside:
        path, one = inside.pop()
        if isinstance(one, JsonObject):
            inside += [((*path, key), value) for key, value in one.items() if path or key != "records"]
        elif isinstance(one, list):
            inside += [(path, value) for value in one]
        elif isinstance(one, str):
            yield path, one


def _units_in(content: Any, reader: Reader) -> dict[tuple[str, ...], str]:
    """What an object says of the unit of figures in a key of its own, which nothing says is meant of which.

    Objects and lists within it count: {"meta": {"unit": "万元"}}, {"units": {"tradeCNY": "万元"}}. The keys that lead
    there are told with it.
    """
    words, forms = reader.names.words, reader.values.forms
    found: dict[tuple[str, ...], str] = {}
    for path, value in _texts_in(content):
        if path[0] in reader.vocabulary.facts or path[-1] in _OWN:
            continue
        if any(normal(key) in words.unit_of for key in path) and may_be_unit(value, words):
            found[path] = value
        elif scaled := [unit for unit in stated_units(value, words, forms) if unit.factor != 1]:
            found[path] = scaled[0].written
        elif "records" in content and (unclear := of_name(read_lines([value], words, forms)).unclear):
            found[path] = unclear[0]
    return found


def _example(builder: RecordBuilder, name: str, value: Any, unit: str) -> str:
    """A figure with the unit that some words name, in a form that can stand behind it: no 600010,000 yuan."""
    forms = builder.vocabulary.unit_forms
    known = forms.get(unit)
    if known is None:
        meant = unit_line_words(builder.vocabulary, name, unit)["suggestion"]
        scaled = (form := forms.get(meant)) is not None and form.factor != form.divisor
        unit = meant if scaled and meant in unit else unit
    else:
        same = (one.written for one in forms.values() if (one.unit, one.factor) == (known.unit, known.factor))
        unit = next((one for one in (unit, *same) if not any(map(str.isdecimal, one))), unit)
    return f"{value} {unit}" if unit.isascii() else f"{value}{unit}"


def _refuse_units(builder: RecordBuilder, units: Mapping[tuple[str, ...], str]) -> None:
    """Refuse the figures of a record, or the one that is named, beside which a unit stands in a key of its own."""
    facts, forms = builder.vocabulary.facts, builder.vocabulary.unit_forms
    for path, unit in units.items():
        form, key = forms.get(unit), ".".join(path)
        named = {one for one in path if one in facts} or facts
        for name, value in builder.facts.items():
            if name not in named:
                continue
            # 人民币 beside a sum in yuan says what is so in any case.
            is_so = form is not None and form.factor == form.divisor and form.unit == facts[name].unit
            if facts[name].adds_up and not is_so:
                words = {
                    "key": key,
                    "unit": clip(unit),
                    "expected": facts[name].unit or "",
                    "example": _example(builder, name, value, unit),
                }
                builder.refuse("unit-beside-key", builder.places[name], fact=name, value=value, **words)


def _take_column(builder: RecordBuilder, reader: Reader, key: str, value: Any, spot: Place) -> None:
    if value is None:
        return
    cell = cell_of(value)
    if cell is None:
        builder.refuse("value-not-text", spot, value=value)
    else:
        builder.take_column(reader.values, key, cell, spot)


def _take_fact(builder: RecordBuilder, reader: Reader, key: str, value: Any, spot: Place) -> None:
    if value is None:
        return
    fact = reader.vocabulary.facts[key]
    builder.places[key] = spot
    if isinstance(value, list) and fact.is_list:
        cells = [cell_of(member) for member in value]
        if None in cells:
            builder.refuse("value-not-text", spot, fact=key, value=json.dumps(value, ensure_ascii=False))
            return
        known = [cell for cell in cells if cell is not None]
        builder.put(key, spot, json.dumps(value, ensure_ascii=False), lambda: reader.values.read_list(known, fact))
        return
    cell = cell_of(value)
    if cell is None:
        rule = "several-values" if isinstance(value, list) else "value-not-simple"
        builder.refuse(rule, spot, fact=key, value=json.dumps(value, ensure_ascii=False))
        return
    written = cell.text if isinstance(value, bool) else value
    builder.put(key, spot, written, lambda: reader.values.read(cell, fact, words_for_truth=False))


def _unknown(
    builder: RecordBuilder, reader: Reader, item: tuple[str, Any], spot: Place, kind: RecordType | None
) -> None:
    """An item that the record's type does not have."""
    key, value = item
    other = kind is not None and key in reader.vocabulary.facts and reader.vocabulary.facts[key].record_types
    if other:
        label, types = reader.vocabulary.facts[key].label, homes(reader.vocabulary, key)
        severity: Severity = "error" if reader.strict else "warning"
        builder.tell("fact-of-another-type", severity, spot, type=builder.kind.label, item=label, types=types)
        return
    exact = reader.names.column(0, key, kind)
    year = builder.columns.get("period", "")[:4]
    facts = reader.names.of_period(exact, int(year) if year.isdecimal() else 0)
    name = exact.known or next((fact for fact in facts if fact in builder.kind.facts), None)
    name = name or (reader.names.nearest_name(key, kind) if exact.year is None else None)
    if name is not None and exact.unit is not None and exact.unit.factor != 1:
        unit = exact.unit.written
        example = clip(value) if str(value).endswith(unit) else f"{clip(value)}{unit}"
        builder.refuse("key-with-unit", spot, suggestion=name, unit=unit, example=example)
    elif exact.fault in _SAYS_MORE:  # tradeCNY_wan: the bare name would lose what the key says
        builder.refuse(exact.fault, spot, value=value, **dict(exact.words))
    elif name is not None:
        builder.refuse("near-column", spot, suggestion=name)
    else:
        builder.tell(*reader.unknown(key), spot)
        if isinstance(value, str) and (rule := reader.doubt_beside(builder.kind, value, builder.columns.get("period"))):
            builder.refuse(rule, spot, value=value)


def cell_of(value: Any) -> Cell | None:
    """A JSON value as a cell; None for lists and objects."""
    if isinstance(value, bool):
        return Cell("true" if value else "false", "truth")
    if isinstance(value, Number):
        return Cell(str(value), "number")
    return Cell(value) if isinstance(value, str) else None


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    if len(pairs) > _MOST_KEYS:
        raise InputError("json-too-many-keys", count=len(pairs), most=_MOST_KEYS)
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        found.repeated = tuple(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
    return found
