"""What a program may give the front door: the obvious forms are taken, everything else is refused with its mend."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set, ValuesView
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .errors import CallError
from .frames import read_held
from .model import Fact, Finding, Lang, Place, Record, Text, Value, Vocabulary
from .readers import Reading
from .readers.cells import Cell, Read
from .readers.findings import Refused, clip, word_finding
from .readers.numbers import plain
from .readers.values import Values
from .wording.catalogue import worded

if TYPE_CHECKING:
    from .law.overlays import Source

__all__ = [
    "COMPARED",
    "Day",
    "Parameter",
    "Paths",
    "Records",
    "Stated",
    "day_of",
    "flag",
    "folder_of",
    "instance",
    "language_of",
    "parameter_texts",
    "paths_of",
    "records_of",
    "sources_of",
    "stated_record",
    "text_of",
]

COMPARED = 'kb.compare(records, policykb.load(overlays=["READING:alt"]))'
"""The call by which answers are compared, for whoever gives it something else."""
Day: TypeAlias = date | str | None
"""A day as a date or in ISO form; None where it is left to each record."""
Paths: TypeAlias = str | Path | Sequence[str | Path]
Records: TypeAlias = (
    "Reading | Record | Iterable[Record] | Paths | Mapping[str, Any] | Iterable[Mapping[str, Any]] | Any"
)
"""Records as they are read or made, files, dictionaries as in JSON, or a data frame or Arrow table."""
Stated: TypeAlias = Value | Sequence[str] | None
"""What a fact can be given: a value, a list of codes, or None where it is not known."""
Parameter: TypeAlias = str | int | Decimal | date | Sequence[str]


def refuse(argument: str, expected: str, given: object, example: str) -> CallError:
    """The error for a value of a kind that an argument does not take; `expected` is the wording of what it does."""
    return CallError(
        "argument-type", argument=argument, expected=worded(expected), given=_shown(given), example=example
    )


def day_of(day: object, argument: str = "as_of") -> date | None:
    """A day, given as a date or as text in ISO form.

    Raises:
        CallError: it is neither.
    """
    if day is None:
        return None
    day = _plain_value(day)
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)  # type: ignore[arg-type]
    except (TypeError, ValueError) as fault:
        raise CallError("not-a-day", where=argument, value=clip(day)) from fault


def paths_of(paths: object) -> tuple[Path, ...]:
    """One file or several, named by text or path.

    Raises:
        CallError: something else was given.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths) if isinstance(paths, Iterable) else [paths]
    for path in given:
        if not isinstance(path, str | Path):
            raise refuse("paths", "kind-files", path, 'kb.read("records.xlsx")')
    return tuple(map(Path, given))


def folder_of(root: object) -> Path | None:
    """A folder, named by text or path.

    Raises:
        CallError: something else was given.
    """
    if root is not None and not isinstance(root, str | Path):
        raise refuse("root", "kind-folder", root, 'policykb.load("my-knowledge-base")')
    return None if root is None else Path(root)


def sources_of(overlays: object) -> tuple[Source, ...]:
    """One overlay or several: readings as `READING:alt`, Turtle files, scenarios.

    Raises:
        CallError: something else was given.
    """
    from .law.overlays import Named, Scenario

    kinds = (str, Path, Named, Scenario)
    single = overlays is None or isinstance(overlays, kinds) or not isinstance(overlays, Iterable)
    given = [] if overlays is None else [overlays] if single else list(overlays)  # type: ignore[call-overload]
    for source in given:
        if not isinstance(source, kinds):
            raise refuse("overlays", "kind-overlays", source, 'policykb.load(overlays=["READING:alt"])')
    return tuple(given)


def records_of(records: object, read: Callable[[Sequence[Path], Sequence[str]], Reading]) -> Reading:
    """What is to be decided: what `read` returned, a record or several, files, dictionaries, a data frame.

    Args:
        records: what was given.
        read: reads files, under these names.

    Raises:
        CallError: something else was given.
        InputError: a file, or what is read as one, cannot be used.
    """
    if isinstance(records, Reading):
        return records
    if isinstance(records, Iterator | Set | ValuesView | deque):
        records = list(records)
    several_paths = (
        isinstance(records, list | tuple) and records and all(isinstance(one, str | Path) for one in records)
    )
    if isinstance(records, str | Path) or several_paths:
        return read(paths_of(records), ())
    held = read_held(records, lambda path, name: read([path], [name]))
    if held is not None:
        return held
    found: list[Record] = []
    for record in records if isinstance(records, list | tuple) else (records,):
        if not isinstance(record, Record):
            raise refuse("records", "kind-records", record, 'kb.apply(kb.read("records.xlsx"))')
        found.append(record)
    return Reading(tuple(found), ())


def flag(name: str, value: object) -> bool:
    """True or False.

    Raises:
        CallError: it is neither, such as the name of a reading.
    """
    if not isinstance(value, bool):
        raise refuse(name, "kind-truth", value, f"{name}=True")
    return value


def text_of(argument: str, value: object, example: str) -> str:
    """A text.

    Raises:
        CallError: something else was given.
    """
    if not isinstance(value, str):
        raise refuse(argument, "kind-text", value, example)
    return value


def language_of(lang: object) -> Lang:
    """Chinese or English.

    Raises:
        CallError: it is neither zh nor en.
    """
    if lang == "zh":
        return "zh"
    if lang == "en":
        return "en"
    raise CallError("unknown-language", language=clip(lang))


def instance(argument: str, value: object, kind: type, expected: str, example: str) -> None:
    """Refuse what is not of a class of ours.

    Raises:
        CallError: it is of another class.
    """
    if not isinstance(value, kind):
        raise refuse(argument, expected, value, example)


def parameter_texts(name: str, value: object) -> list[str]:
    """The values of a query's parameter as they are written.

    Raises:
        CallError: a value is of a kind that has no exact writing.
    """
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return [text for one in value for text in parameter_texts(name, one)]
    value = _plain_value(value)
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, int | Decimal):
        return [plain(value)]
    if isinstance(value, str):
        return [value]
    raise refuse(name, "kind-parameter", value, f'{name}="…"')


def stated_record(
    vocabulary: Vocabulary,
    type: str,
    period: object,
    *,
    id: object,
    subject: Mapping[str, object],
    facts: Mapping[str, object],
) -> Record:
    """A record of what a program states, each value of the fact's own type; see `Policykb.record`.

    Raises:
        CallError: the record type or a fact does not exist, or a value does not fit its fact.
    """
    kind = vocabulary.record_types.get(type) if isinstance(type, str) else None
    if kind is None:
        raise CallError("unknown-record-type", type=clip(type), known=tuple(vocabulary.record_types))
    own = str(id) if isinstance(id, int) and not isinstance(id, bool) else text_of("id", id, 'id="1"')
    values = Values(vocabulary)
    place = Place("api")
    stated: dict[str, Value] = {}
    findings: list[Finding] = []
    for name, given in facts.items():
        if name not in kind.facts:
            raise CallError("foreign-fact", type=type, fact=name, known=kind.facts)
        read = _read(values, vocabulary.facts[name], given)
        if read.value is not None:
            stated[name] = read.value
        for note in read.notes:
            message, mend = word_finding(vocabulary, note.rule, fact=name, value=clip(given), words=note.words)
            findings.append(Finding(note.rule, note.severity, message, mend, place, own, name, clip(given)))
    known = {name: None if value is None else text_of(name, value, f'{name}="…"') for name, value in subject.items()}
    when = _period(values, period)
    return Record(
        own, type, when, known["name"], known["credit_code"], known["division"], stated, place, tuple(findings)
    )


def _period(values: Values, period: object) -> str:
    """A year or a day, as text."""
    period = _plain_value(period)
    if isinstance(period, date):
        return period.isoformat()
    if isinstance(period, str) or (isinstance(period, int) and not isinstance(period, bool)):
        try:
            found = values.read_period(Cell(str(period))).value
        except Refused:
            found = None
        if isinstance(found, str):
            return found
    raise CallError("not-a-period", where="period", value=clip(period))


def _read(values: Values, fact: Fact, given: object) -> Read:
    """What a program states about a fact, read as a file's value would be."""
    given = _plain_value(given)
    if isinstance(given, float) and isfinite(given) and fact.datatype in ("decimal", "integer"):
        raise CallError("fact-float", where=fact.id, value=repr(given))
    try:
        if given is None:
            return Read(None)
        if isinstance(given, list | tuple) and fact.is_list:
            if all(isinstance(member, str) for member in given):
                return values.read_list([Cell(member) for member in given], fact)
        elif (cell := _cell(fact, given)) is not None:
            return values.read(cell, fact)
    except Refused:
        pass
    expected, example = _takes(values.vocabulary, fact)
    raise CallError("fact-value", where=fact.id, expected=expected, given=_shown(given), example=example)


def _cell(fact: Fact, given: object) -> Cell | None:
    """A value as the cell of a file would hold it; None where no file holds such a thing for this fact."""
    if isinstance(given, bool):
        return Cell("true" if given else "false", "truth") if fact.datatype == "boolean" else None
    if isinstance(given, date):
        return Cell(given.isoformat(), "date", given) if fact.datatype == "date" else None
    if isinstance(given, Decimal) and not given.is_finite():
        return None
    if isinstance(given, int | Decimal):
        # Codes may be numbers as well (一类 is 1); for texts and truth values a number is a slip.
        numeric = fact.datatype in ("decimal", "integer")
        return Cell(plain(given), "number") if numeric else None
    return Cell(given) if isinstance(given, str) and given.strip() else None


def _plain_value(value: object) -> object:
    """A value of plain Python: what NumPy and pandas wrap is taken out, a moment becomes its day."""
    if isinstance(value, datetime):
        day = value.date()
        return day if type(day) is date else str(value)  # The "not a time" of pandas is a datetime without a day.
    if type(value).__module__ == "numpy" and not hasattr(value, "__len__"):
        return value.item()  # type: ignore[attr-defined]
    return value


def _takes(vocabulary: Vocabulary, fact: Fact) -> tuple[Text, str]:
    """What a fact takes, in words, and an example."""
    labels = [(code, vocabulary.codes.get(code, Text("", ""))) for code in fact.codes]
    codes = tuple(Text(f"{code} {label.zh}".strip(), f"{code} {label.en}".strip()) for code, label in labels)
    if fact.is_list:
        return worded("kind-codes", codes=codes), f'["{fact.codes[0]}"]' if fact.codes else '["…"]'
    if codes:
        return worded("kind-code", codes=codes), f'"{fact.codes[0]}"'
    return {
        "decimal": (worded("kind-number"), 'Decimal("1234.56")'),
        "integer": (worded("kind-whole"), "3"),
        "boolean": (worded("kind-truth"), "True"),
        "date": (worded("kind-day"), '"2020-11-05"'),
    }.get(fact.datatype, (worded("kind-text"), '"…"'))


def _shown(value: object) -> str:
    """A value and its type, as a message shows them."""
    return f"{clip(repr(value))} ({type(value).__name__})"
