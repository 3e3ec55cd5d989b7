"""Add an item that records can state, and its type of record, to the file of the ontology in which it belongs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ..doors.files import read_text
from ..errors import CallError
from ..law.fingerprint import JOINED
from ..law.knowledge import Knowledge
from ..model import Text, Vocabulary
from ..patterns import regex
from .written import HOME, PREFIXES

__all__ = ["KINDS", "Item", "NewType", "check_body", "written"]

KINDS = ("boolean", "integer", "decimal", "date")
"""The datatypes of items; one of codes has a scheme besides, and is written by hand."""
_FACT, _TYPE = regex(r"[a-z][A-Za-z0-9]*"), regex(r"[A-Z][A-Za-z0-9]*")
_BODY = regex(r"[\w-]+")
_USED = ("pkb", "pkb-unit", "rdfs", "xsd")
_PREFIX = regex(r"(?m)^@prefix ([\w-]*): <[^>]*> \.\n")
_FILE = "records.ttl"


@dataclass(frozen=True, slots=True)
class Item:
    """An item: its name, type, unit (None without), labels and question (None where its name says it), and who decides.

    `proof` says what shows it, `register` which register holds it; `body` is the name of the body of the document that
    decides it, `awaited` what that body is to do.
    """

    name: str
    kind: str
    unit: str | None
    label: Text
    question: Text | None = None
    proof: Text | None = None
    register: Text | None = None
    body: str | None = None
    awaited: Text | None = None


@dataclass(frozen=True, slots=True)
class NewType:
    """A type of record that is not there yet; `once` where a subject has one record a period."""

    label: Text
    about: Text
    once: bool


def written(
    root: Path, slugs: Sequence[str], vocabulary: Vocabulary, item: Item, record_type: str, new: NewType | None
) -> tuple[Path, str]:
    """The file that changes, and its new text.

    Args:
        root: the knowledge base.
        slugs: the documents that have the item; only a new type of record is theirs alone.
        vocabulary: what is there, and the units.
        item: the item.
        record_type: the type of record that states it.
        new: what it is, where it is not there yet.

    Raises:
        CallError: a name is taken or no name, or something named is not there.
    """
    files = {path: read_text(path) for path in sorted((root / "ontology").rglob("*.ttl"))}
    _check(files, vocabulary, item, slugs)
    rivals = vocabulary.record_types[record_type].facts if record_type in vocabulary.record_types else ()
    for label in (*(vocabulary.facts[name].label for name in rivals), *vocabulary.columns.values()):
        for one, other in ((item.label.zh, label.zh), (item.label.en, label.en)):
            if one.casefold() == other.casefold():
                raise CallError("name-not-free", name=one)
    home = next((path for path, text in files.items() if _line(record_type).search(text)), None)
    if new is None:
        if home is None:
            raise CallError("unknown-record-type", type=record_type, known=tuple(vocabulary.record_types))
        owners = home.parent.name.split(JOINED) if home.parent != root / "ontology" else slugs
        if not set(slugs) <= set(owners):
            raise CallError("type-of-another-document", type=record_type, policy=JOINED.join(owners))
        return home, _with_fact(_with_prefixes(files[home]), record_type, item, slugs[0])
    if home is not None or not _TYPE.fullmatch(record_type):
        raise CallError("name-not-free" if home is not None else "not-a-type-name", name=record_type)
    target = root / "ontology" / JOINED.join(sorted(slugs)) / _FILE
    places = [int(place) for text in files.values() for place in re.findall(r"pkb:position (\d+)", text)]
    said = [
        "a rdfs:Class , pkb:RecordType",
        f"pkb:position {max(places, default=0) + 1}",
        "rdfs:subClassOf pkb:Record",
        *_both("rdfs:label", new.label),
        *_both("rdfs:comment", new.about),
        *(["pkb:oncePerPeriod true"] if new.once else []),
        f"pkb:fact ( pkb:{item.name} )",
    ]
    text = _with_prefixes(files.get(target, ""))
    return target, f"{text}\n{_resource(record_type, said)}\n{_resource(item.name, _said(item, slugs[0]))}"


def check_body(knowledge: Knowledge, item: Item) -> None:
    """See that the body that decides an item is one of the document.

    Raises:
        CallError: the document describes none of this name.
    """
    if item.body is None:
        return
    is_name = _BODY.fullmatch(item.body) is not None
    iri = ox.NamedNode(_body(knowledge.policy, item.body)) if is_name else None
    if iri is None or not any(knowledge.store.quads_for_pattern(iri, None, None, None)):
        raise CallError("no-such-body", body=item.body, policy=knowledge.policy)


def _body(slug: str, name: str) -> str:
    return f"{HOME}{slug}/body/{name}"


def _check(files: dict[Path, str], vocabulary: Vocabulary, item: Item, slugs: Sequence[str]) -> None:
    if not _FACT.fullmatch(item.name):
        raise CallError("not-a-fact-name", name=item.name)
    taken = any(_line(item.name).search(text) for text in files.values())
    if taken or item.name in vocabulary.facts or item.name in vocabulary.columns:
        raise CallError("name-not-free", name=item.name)
    if item.kind not in KINDS:
        raise CallError("unknown-kind", kind=item.kind, known=KINDS)
    is_number = item.kind in ("integer", "decimal")
    if is_number != (item.unit is not None) or (item.unit is not None and item.unit not in vocabulary.units):
        raise CallError("unit-of-item", kind=item.kind, unit=item.unit or "", known=tuple(vocabulary.units))


def _line(name: str) -> re.Pattern[str]:
    """The line in which something is described."""
    return re.compile(rf"(?m)^pkb:{name}\s")


def _with_fact(text: str, record_type: str, item: Item, slug: str) -> str:
    """A file with the item at the end, and in the list of its type."""
    start = _line(record_type).search(text)
    assert start is not None
    end = text.find("\n\n", start.start())
    block = text[start.start() : end if end >= 0 else len(text)]
    changed = re.sub(r"(pkb:fact \( (?:pkb:\w+ )+)\)", rf"\g<1>pkb:{item.name} )", block, count=1)
    if changed == block:
        raise CallError("type-list-not-found", type=record_type)
    return f"{text.replace(block, changed, 1).rstrip()}\n\n{_resource(item.name, _said(item, slug))}"


def _with_prefixes(text: str) -> str:
    """A file with the prefixes that an item needs, in their order."""
    there = dict.fromkeys(_PREFIX.findall(text))
    lines = {found[1]: found[0] for found in _PREFIX.finditer(text)}
    lines |= {name: f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in _USED if name not in there}
    rest = _PREFIX.sub("", text).strip("\n")
    head = "".join(lines[name] for name in sorted(lines))
    return f"{head}\n{rest}\n" if rest else head


def _said(item: Item, slug: str) -> Iterator[str]:
    yield "a pkb:Fact"
    yield f"rdfs:range xsd:{item.kind}"
    if item.unit is not None:
        yield f"pkb:unit pkb-unit:{item.unit}"
    yield from _both("rdfs:label", item.label)
    yield from _both("pkb:question", item.question)
    yield from _both("pkb:proof", item.proof)
    yield from _both("pkb:register", item.register)
    yield from _both("pkb:awaited", item.awaited)
    if item.body is not None:
        yield f"pkb:decidedBy <{_body(slug, item.body)}>"


def _both(predicate: str, text: Text | None) -> list[str]:
    """Words in both languages."""
    if text is None:
        return []
    zh, en = (str(ox.Literal(words, language=lang)) for words, lang in ((text.zh, "zh"), (text.en, "en")))
    return [f"{predicate} {zh} , {en}"]


def _resource(name: str, said: Iterable[str]) -> str:
    between = " ;\n    "
    return f"pkb:{name} {between.join(said)} .\n"
