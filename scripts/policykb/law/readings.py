"""The open points of a policy document: the words each turns on, its default, the reason, a possible alternative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..model import Text
from ..names import DCT, ELI, OA, PKB
from .knowledge import Knowledge, Term, local

__all__ = ["Reading", "ReadingKind", "read_readings"]

ReadingKind: TypeAlias = Literal["executable", "recorded", "note"]
"""An alternative that an overlay runs; one that is recorded in words only; no alternative at all."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An open point of the text.

    `words` are the exact words it turns on, in the document's order, and `provisions` the ids of where they stand;
    `targets` the IRIs of all that the reading bears on. `articles` is empty where it concerns the whole document.
    """

    id: str
    iri: str
    label: Text
    words: tuple[str, ...]
    default: Text
    alternative: Text | None
    reason: Text
    kind: ReadingKind
    targets: tuple[str, ...]
    provisions: tuple[str, ...]
    articles: tuple[int, ...]

    @property
    def overlay(self) -> str | None:
        """The name to load the alternative by, `READING:alt`; None where it cannot be run."""
        return f"{self.id}:alt" if self.kind == "executable" else None


@dataclass(frozen=True, slots=True)
class _Passage:
    """A provision that a reading cites: where its quote starts, and the article it belongs to, if any."""

    id: str
    quote: str
    start: int
    article: int | None


def read_readings(knowledge: Knowledge) -> tuple[Reading, ...]:
    """All open points, in the document's order: by the first provision cited, then by the words in it.

    Raises:
        KnowledgeError: a reading lacks one of its parts, or its words do not stand in a provision it cites.
    """
    found = [_reading(knowledge, iri) for iri in knowledge.instances(PKB.Reading)]
    return tuple(reading for _, reading in sorted(found, key=lambda entry: (entry[0], entry[1].id)))


def _reading(knowledge: Knowledge, iri: ox.NamedNode) -> tuple[tuple[int, int], Reading]:
    passages = sorted(
        (_passage(knowledge, iri, cast(Term, source)) for source in knowledge.objects(iri, DCT.source)),
        key=lambda passage: passage.start,
    )
    if not passages:
        raise _incomplete("reading-uncited", knowledge, iri)
    words = _words(knowledge, iri, passages)
    targets = [cast(ox.NamedNode, target) for target in knowledge.objects(iri, OA.hasTarget)]
    whole = any(
        knowledge.objects(target, ELI.date_document) or knowledge.objects(target, PKB.undated) for target in targets
    )
    articles = {passage.article for passage in passages if passage.article is not None}
    alternative = knowledge.text(iri, PKB.alternative)
    recorded = knowledge.string(iri, PKB.recordedOnly) == "true"
    if recorded and alternative is None:
        raise _incomplete("reading-without-alternative", knowledge, iri)
    reading = Reading(
        id=knowledge.string(iri, DCT.identifier) or local(iri),
        iri=iri.value,
        label=knowledge.label(iri),
        words=tuple(word for _, word in words),
        default=_text(knowledge, iri, PKB.default),
        alternative=alternative,
        reason=_text(knowledge, iri, PKB.reason),
        kind="note" if alternative is None else "recorded" if recorded else "executable",
        targets=tuple(target.value for target in targets),
        provisions=tuple(passage.id for passage in passages),
        articles=() if whole else tuple(sorted(articles)),
    )
    return (passages[0].start, words[0][0]), reading


def _words(knowledge: Knowledge, iri: ox.NamedNode, passages: list[_Passage]) -> list[tuple[int, str]]:
    """The words with the position of each in the source, in order."""
    found = []
    for term in knowledge.objects(iri, PKB.words):
        word = cast(ox.Literal, term).value
        places = [passage.start + passage.quote.index(word) for passage in passages if word in passage.quote]
        if not places:
            raise _incomplete("reading-words-elsewhere", knowledge, iri, words=word)
        found.append((min(places), word))
    if not found:
        raise _incomplete("reading-without-words", knowledge, iri)
    return sorted(found)


def _passage(knowledge: Knowledge, iri: ox.NamedNode, source: Term) -> _Passage:
    quote, start = None, None
    anchor = knowledge.node(source, DCT.source)
    for selector in knowledge.objects(anchor, OA.hasSelector) if anchor else []:
        quote = knowledge.string(cast(Term, selector), OA.exact) or quote
        start = knowledge.string(cast(Term, selector), OA.start) or start
    if quote is None or start is None:
        raise _incomplete("reading-not-anchored", knowledge, iri, resource=local(source))
    part = knowledge.node(source, ELI.is_part_of)
    number = knowledge.string(part, ELI.number) if part else None
    return _Passage(local(source), quote, int(start), int(number) if number else None)


def _text(knowledge: Knowledge, iri: ox.NamedNode, predicate: ox.NamedNode) -> Text:
    found = knowledge.text(iri, predicate)
    if found is None or not found.zh or not found.en:
        raise _incomplete("reading-lacks", knowledge, iri, property=local(predicate))
    return found


def _incomplete(id: str, knowledge: Knowledge, iri: ox.NamedNode, **values: Any) -> KnowledgeError:
    return KnowledgeError(id, where=knowledge.locate(iri), reading=local(iri), **values)
