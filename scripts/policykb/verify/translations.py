"""Translations of the text: each of an existing part, whole in its language, with the numbers of what it translates.

The numbers of the text are those of the ledger; a translation's are read here, in figures with their magnitude, or in
words. How a unit is written in a language is what the scheme of units says (pkb:written).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from ..law.knowledge import Knowledge, local
from ..names import PKB, RDF, SKOS
from ..patterns import regex
from .accounts import Accounts
from .places import Places
from .report import Fault, breach
from .words import Sentence

__all__ = ["MAGNITUDES", "check_translations", "compare_numbers", "written_units"]

RULE = "translations"
MAGNITUDES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
"""What English writes behind a number in place of its zeros."""
_FIGURE = regex(
    rf"(?<![\w.,])(?:[A-Za-z]*\$)?(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d])"
    rf"(?:\s+(?P<magnitude>{'|'.join(MAGNITUDES)})\b)?"
)
_WORDS = {
    word: value
    for words in (
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
        ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
    )
    for value, word in enumerate(words)
}
_WORD = regex(r"[A-Za-z]+")
_ONE = Decimal(1)

_Key: TypeAlias = tuple[Decimal, str]
"""A number in its unit, the unit only where the language writes it in a way of its own."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """How a language writes a unit: what stands before the number and behind it, and how many of it one is."""

    id: str
    before: str
    behind: str
    factor: Decimal


def check_translations(
    knowledge: Knowledge, sentences: Mapping[str, Sentence], accounts: Accounts, places: Places
) -> Iterator[Fault]:
    """Faults of the translations that a document has; it need not have any.

    Args:
        knowledge: the loaded knowledge base.
        sentences: the provisions by id, with their numerals.
        accounts: which numerals of the text are typed, and which are figures of speech.
        places: where resources stand.
    """
    by_iri = {sentence.provision.iri: sentence for sentence in sentences.values()}
    for node in knowledge.subjects(PKB.translationOf):
        of = knowledge.node(node, PKB.translationOf)
        if of is None or of.value not in by_iri:
            missing = local(of) if of else ""
            yield breach(
                "verify-translation-of-nothing",
                RULE,
                places.definition(node.value),
                name=node.value.rsplit("/", 1)[-1],
                provision=missing,
            )
    languages = {lang for sentence in sentences.values() for lang, _ in sentence.provision.translations}
    for language in sorted(languages):
        units = written_units(knowledge, language)
        for sentence in sentences.values():
            found = [text for lang, text in sentence.provision.translations if lang == language]
            id, where = sentence.provision.id, places.definition(sentence.provision.iri)
            if not found and id not in knowledge.restated:
                yield breach("verify-translation-missing", RULE, where, provision=id, language=language)
            if len(found) > 1:
                yield breach("verify-translation-twice", RULE, where, provision=id, language=language)
            for text in found:
                where = _where(knowledge, sentence, language, places)
                for kind, written, number in compare_numbers(sentence, text, units, accounts):
                    said = {"written": written, "number": _plain(number)}
                    yield breach(kind, RULE, where, provision=id, language=language, **said)


def _where(knowledge: Knowledge, sentence: Sentence, language: str, places: Places) -> str:
    """Where the translation of a provision stands."""
    for node in knowledge.subjects(PKB.translationOf, ox.NamedNode(sentence.provision.iri)):
        values = knowledge.objects(node, RDF.value)
        if any(isinstance(value, ox.Literal) and value.language == language for value in values):
            return places.definition(node.value)
    return places.definition(sentence.provision.iri)


def compare_numbers(
    sentence: Sentence, text: str, units: tuple[_Unit, ...], accounts: Accounts
) -> Iterator[tuple[str, str, _Key]]:
    """What a translation lacks of the numbers of its provision, and what it adds to them.

    Each is the local name of its message, the number as written in the text or in the translation, and what is read.
    """
    own = {unit.id for unit in units}
    stated: list[tuple[_Key, str, bool]] = []
    parts: set[Decimal] = set()
    for numeral in sentence.numerals:
        if not numeral.value.is_nan():
            is_typed = sentence.provision.start + numeral.start in accounts.typed
            stated.append(((numeral.value, numeral.unit if numeral.unit in own else ""), numeral.written, is_typed))
        if numeral.whole_day and numeral.day is not None:
            parts |= {Decimal(numeral.day.month), Decimal(numeral.day.day)}
    read = (*_figures(text, units), *_words(text))
    there = Counter(key for key, _ in read)
    needed = Counter(key for key, _, is_typed in stated if is_typed)
    for key, count in needed.items():
        if there[key] < count:
            yield "verify-translation-lacks", next(written for k, written, _ in stated if k == key), key
    known = {key for key, _, _ in stated}
    for key, written in read:
        is_part = key[0] in parts and not key[1]
        # "One" is also a pronoun, and so is "I".
        if key not in known and not is_part and not (key[0] == _ONE and not written.isdigit()):
            yield "verify-translation-adds", written, key


def written_units(knowledge: Knowledge, language: str) -> tuple[_Unit, ...]:
    """The units that a language writes with signs or words of their own beside the number."""
    found = []
    for node in knowledge.subjects(PKB.inText):
        for term in knowledge.objects(node, PKB.written):
            if isinstance(term, ox.Literal) and term.language == language:
                before, _, behind = term.value.partition("{value}")
                if before or behind:
                    factor = Decimal(knowledge.string(node, PKB.factor) or 1)
                    notation = knowledge.string(node, SKOS.notation) or ""
                    found.append(_Unit(notation, before.strip(), behind.strip(), factor))
    return tuple(found)


def _figures(text: str, units: Iterable[_Unit]) -> Iterator[tuple[_Key, str]]:
    """Every number in figures, with its unit."""
    for match in _FIGURE.finditer(text):
        value = Decimal(match["digits"].replace(",", "")) * MAGNITUDES.get(match["magnitude"] or "", 1)
        before, behind = text[: match.start("digits")].rstrip(), text[match.end() :].lstrip()
        unit = next((u for u in units if before.endswith(u.before) and behind.startswith(u.behind)), None)
        key = (value, "") if unit is None else (value * unit.factor, unit.id)
        yield key, match.group()


def _words(text: str) -> Iterator[tuple[_Key, str]]:
    """Every number up to ten in words, as a count or a place, or in Roman figures."""
    for match in _WORD.finditer(text):
        value = _WORDS.get(match.group(), _WORDS.get(match.group().lower()))
        if value is not None:
            yield (Decimal(value), ""), match.group()


def _plain(key: _Key) -> str:
    return f"{key[0].normalize():f} {key[1]}".strip()
