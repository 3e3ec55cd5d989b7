"""What the search leads to at once: the words of a provision, the sums that it names, and common questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from ..answers.plain import plain
from ..model import Lang
from ..names import PKB, SKOS
from ..verify.translations import MAGNITUDES
from ..verify.words import Sentence, read_sentences
from .content import Content
from .form import typed_of

__all__ = ["passages_of"]

_SHORT = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion"}
_BOTH: tuple[Lang, Lang] = ("zh", "en")


def passages_of(content: Content) -> dict[str, Any]:
    """The provisions with their places, texts and sums, what common questions say, and how sums are written."""
    say = content.phrases("zh").wording.say
    names = {name: article.number for article in content.kb.book.articles for name in article.provisions}
    paid = set(_paid(content))
    provisions = []
    for id, sentence in read_sentences(content.kb.knowledge, content.kb.book).items():
        provision = sentence.provision
        title = [provision.label.get(lang) for lang in _BOTH]
        if id in names:
            title = [f"{say('article', lang, number=names[id])} {provision.label.get(lang)}" for lang in _BOTH]
        sums = dict.fromkeys(_sums(sentence))
        provisions.append(
            {
                "title": title,
                "place": content.addresses[provision.iri],
                "text": ["".join(provision.quote.split()), *(text for _, text in provision.translations)],
                "sums": [f"{unit} {value}" for unit, value in sums],
                "pays": [f"{unit} {value}" for unit, value in sums if (id, unit, value) in paid],
            }
        )
    asked = [word for lang in _BOTH for word in say("site-apply-asked", lang).split("|")]
    heading = [say("site-apply", lang) for lang in _BOTH]
    questions = [{"title": heading, "place": "document.html#apply", "words": asked}]
    return {"provisions": provisions, "questions": questions, "written": _written(content)}


def _sums(sentence: Sentence, span: tuple[int, int] | None = None) -> Iterator[tuple[str, str]]:
    """The numbers of a provision that have a unit, or of some of its words: the unit, and the number in it."""
    for numeral in sentence.numerals:
        inside = span is None or span[0] <= numeral.start < span[1]
        if inside and numeral.unit and not numeral.value.is_nan():
            yield numeral.unit, plain(numeral.value)


def _paid(content: Content) -> Iterator[tuple[str, str, str]]:
    """The sums that amounts rest their words on, each with its provision."""
    sentences = read_sentences(content.kb.knowledge, content.kb.book)
    for clause in content.kb.book.clauses.values():
        for option in clause.options:
            for name in clause.provisions:
                for span in sentences[name].spans(option.words):
                    yield from ((name, unit, value) for unit, value in _sums(sentences[name], span))


def _written(content: Content) -> dict[str, Any]:
    """How people write sums: units by their names with what one is, and words for multiples.

    Multiples are what names of a unit have before a name of one of it: 万 of 万元, "million" of "million yuan".
    """
    knowledge, typed = content.kb.knowledge, typed_of(content)
    units = {
        name: (unit, factor)
        for name, (unit, factor, divisor) in typed["units"].items()
        if divisor == "1" and not re.search(r"\d\d", name)
    }
    for node in knowledge.subjects(PKB.inText):
        one = knowledge.string(node, SKOS.notation) or "", knowledge.string(node, PKB.factor) or "1"
        for term in (*knowledge.objects(node, PKB.written), *knowledge.objects(node, SKOS.altLabel)):
            before, _, behind = term.value.rpartition("{value}") if isinstance(term, ox.Literal) else ("", "", "")
            if bool(before) != bool(behind):
                units.setdefault("".join((before or behind).lower().split()), one)
    single = [name for name, (_, factor) in units.items() if factor == "1"]
    multiples = {
        name.removesuffix(one): factor
        for name, (unit, factor) in units.items()
        for one in single
        if units[one][0] == unit and factor != "1" and name.endswith(one)
    }
    multiples = {name: factor for name, factor in multiples.items() if not any(one in name for one in single)}
    multiples |= {word: str(value) for word, value in MAGNITUDES.items()}
    return {
        "halfWidth": typed["halfWidth"],
        "units": units,
        "multiples": multiples,
        "short": {short: multiples[word] for short, word in _SHORT.items()},
    }
