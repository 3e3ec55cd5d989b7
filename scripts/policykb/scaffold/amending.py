"""Draft an amendment from its text: every sentence quoted, with the rules that its numbers seem to change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

import pyoxigraph as ox

from ..errors import CallError
from ..law.knowledge import Knowledge
from ..law.rules import RuleBook
from ..verify.boundary import is_replaced, read_bounds
from ..verify.claims import Claim, collect
from ..verify.numerals import Numeral, scan
from ..wording.catalogue import worded
from .draft import Draft, Sentence, sentence_of
from .lexicon import Lexicon
from .outline import Line
from .written import PREFIXES

__all__ = ["Amending", "amending"]

_SHORT = 20
_NEXT = " ;\n    "


@dataclass(frozen=True, slots=True)
class Amending:
    """What is drafted of an amendment: its Turtle, from which day on it is, and how much was found in it."""

    turtle: str
    day: date
    sentences: int
    changes: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the text that is quoted; `sentence` is None for what is no norm."""

    start: int
    quote: str
    sentence: Sentence | None


def amending(
    draft: Draft, name: str, knowledge: Knowledge, book: RuleBook, words: Lexicon, day: date | None = None
) -> Amending:
    """An amendment as an overlay of a document: all of it to be confirmed, and what it changes left to be restated.

    Args:
        draft: what its text says.
        name: its short name, by which the file of its text goes as well.
        knowledge: the document that it amends.
        book: the rules of that.
        words: the words by which texts are read.
        day: from which day on it holds; by default the day that the text states for that, or its own.

    Raises:
        CallError: the text states no day.
    """
    found = day or _day(draft, words)
    if found is None:
        raise CallError("amendment-no-day")
    writer = _Writer(draft, name, knowledge, book, words)
    return Amending(writer.turtle(found), found, writer.sentences, writer.changes)


def _day(draft: Draft, words: Lexicon) -> date | None:
    """The day from which a text says that it holds, or else the day that it bears."""
    said = [sentence.validity for part in draft.parts for sentence in part.sentences if sentence.validity]
    days = [one.day for text in said for one in scan(text, words.units) if one.whole_day and one.day is not None]
    return days[0] if days else draft.day


class _Writer:
    def __init__(self, draft: Draft, name: str, knowledge: Knowledge, book: RuleBook, words: Lexicon) -> None:
        self.draft, self.name, self.book, self.words = draft, name, book, words
        self.bounds = read_bounds(knowledge)
        self.claims = [claim for claim in collect(knowledge, book) if claim.clause]
        self.sentences = self.changes = 0

    def turtle(self, day: date) -> str:
        lines = [f"@base <{self.book.document.iri}/> ."]
        lines += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()]
        title = self.draft.title or self.name
        digest = hashlib.sha256(self.draft.text.encode()).hexdigest()
        head = ["a pkb:Overlay", f"rdfs:label {_text(title, 'zh')}", f'pkb:validFrom "{day.isoformat()}"^^xsd:date']
        head += [f'pkb:sourceFile "{self.name}.txt"', f'pkb:textHash "{digest}"', _confirm("scaffold-amendment")]
        lines += ["", *_resource(f"<overlay/{self.name}>", head)]
        norms = structures = 0
        for piece in self._pieces():
            if piece.sentence is None:
                structures += 1
                lines += _resource(f"<overlay/{self.name}-part{structures}>", self._said(piece))
                continue
            norms += 1
            lines += _resource(f"<overlay/{self.name}-s{norms}>", self._said(piece))
            lines += self._changed(piece.sentence, norms)
        self.sentences = norms
        return "\n".join(lines).rstrip("\n") + "\n"

    def _pieces(self) -> Iterator[_Piece]:
        """The text from its beginning to its end; the number of an item stands with its first sentence.

        What stands behind a number on a line of its own is no title: an amendment has items, and no articles.
        """
        for part in self.draft.parts:
            before = part.heading
            if before is not None and part.title:
                yield _Piece(*before, sentence_of(Line(*before), self.words))
                before = None
            for sentence in part.sentences:
                start, norm = sentence.start, None if part.kind in ("front", "back") else sentence
                if before is not None:
                    start, before = before[0], None
                yield _Piece(start, self.draft.text[start : sentence.start + len(sentence.text)], norm)
            if before is not None:
                yield _Piece(*before, None)

    def _said(self, piece: _Piece) -> list[str]:
        said = [f"rdfs:label {_text(_short(piece.quote), 'zh')}"]
        if piece.sentence is not None:
            said.append(f"pkb:provisionType pkb-type:{piece.sentence.kind}")
            known = {article.number: article.iri for article in self.book.articles}
            named = [f"<{known[number].rpartition('/')[2]}>" for number in piece.sentence.refers if number in known]
            said += [f"eli:refers_to {' , '.join(named)}"] if named else []
        said.append(f"pkb:quote {_text(piece.quote)}")
        said += [f"oa:start {piece.start}"] if self.draft.text.count(piece.quote) > 1 else []
        return [*said, _confirm("scaffold-amending")] if piece.sentence is not None else said

    def _changed(self, sentence: Sentence, place: int) -> Iterator[str]:
        """The rules that a sentence seems to change, as comments: by the articles that it names, and the numbers in
        whose place it puts others; else all rules of these articles."""
        clauses = [one for one in self.book.clauses.values() if one.article in sentence.refers]
        rules = [claim for claim in self.claims if self.book.clauses[claim.clause].article in sentence.refers]
        told = dict.fromkeys(
            (claim.iri, f"{claim.role} {change}")
            for numeral, change in self._replaced(sentence)
            for claim in rules
            if _states(claim, numeral)
        )
        if not told:
            numbered = {claim.clause for claim in rules}
            bare = [one.iri for one in clauses if one.id not in numbered]
            told = dict.fromkeys((iri, "") for iri in (*(claim.iri for claim in rules), *bare))
        if not told:
            return
        self.changes += 1
        yield f"# {worded('scaffold-changes', source=f'<overlay/{self.name}-s{place}>').zh}"
        for iri, change in told:
            replaced = f"#     pkb:replaces <{iri.removeprefix(f'{self.book.document.iri}/')}> ;"
            yield f"{replaced} # {change}" if change else replaced
        yield ""

    def _replaced(self, sentence: Sentence) -> Iterator[tuple[Numeral, str]]:
        """The numbers that a sentence takes away, each with what comes in its place where there are as many."""
        numerals = [number.numeral for number in sentence.numbers]
        grouped = groupby(numerals, lambda one: is_replaced(sentence.text, one, self.bounds))
        runs = [(gone, list(each)) for gone, each in grouped]
        for (gone, old), (_, new) in pairwise([*runs, (False, [])]):
            if gone:
                yield from (
                    (one, f"{_plain(one)} → {_plain(new[place])}" if len(old) <= len(new) else _plain(one))
                    for place, one in enumerate(old)
                )


def _states(claim: Claim, numeral: Numeral) -> bool:
    units = (claim.unit, "share" if claim.role == "pkb:rate" else claim.unit)
    return claim.value == numeral.value and numeral.unit in units


def _plain(numeral: Numeral) -> str:
    return " ".join(numeral.written.split())


def _text(words: str, lang: str = "") -> str:
    return str(ox.Literal(words, language=lang)) if lang else str(ox.Literal(words))


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _SHORT else f"{words[:_SHORT]}…"


def _confirm(name: str) -> str:
    return f"pkb:toConfirm {_text(worded(name).zh, 'zh')}"


def _resource(name: str, said: list[str]) -> list[str]:
    return [f"{name} {_NEXT.join(said)} .", ""]
