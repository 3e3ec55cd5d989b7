"""Write a draft as the files of a policy document: every statement in it is a proposal, and says what to confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ..wording.catalogue import worded
from .draft import Draft, DraftPart, Number, Sentence

__all__ = ["HOME", "PREFIXES", "files"]

PREFIXES = {
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "pkb": "https://w3id.org/policykb/ns#",
    "pkb-kind": "https://w3id.org/policykb/scheme/clause-kind#",
    "pkb-type": "https://w3id.org/policykb/scheme/provision-type#",
    "pkb-unit": "https://w3id.org/policykb/scheme/unit#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The namespaces that what is drafted is written with."""
HOME = "https://w3id.org/policykb/id/"
"""What the names of all documents begin with."""
_SHORT = 20
_NEXT = " ;\n    "
_VALUES = {
    "eq": ("schema:value", False),
    "ge": ("schema:minValue", False),
    "gt": ("schema:minValue", True),
    "le": ("schema:maxValue", False),
    "lt": ("schema:maxValue", True),
}
# What is to be confirmed of a number by its role, and what a part without a heading is called by its kind.
_NOTES = {
    "amount": "scaffold-amount",
    "bound": "scaffold-bound",
    "count": "scaffold-count",
    "day": "scaffold-day",
    "figure": "scaffold-figure",
    "heading": "scaffold-heading",
    "rate": "scaffold-rate",
}
_PARTS = {"front": "scaffold-front", "back": "scaffold-back"}


def files(draft: Draft, slug: str) -> dict[str, str]:
    """The files of the policy folder by their names.

    Args:
        draft: what the text says.
        slug: the name of the document.
    """
    writer = _Writer(draft, slug)
    found = {"source.txt": draft.text, "document.ttl": writer.document()}
    for part in draft.parts:
        found[f"articles/{_name(part)}.ttl"] = writer.part(part)
    return found


def _name(part: DraftPart) -> str:
    if part.kind == "article":
        return f"art-{part.place:02}"
    return f"{part.kind}-{part.place}" if part.kind in ("attachment", "chapter") else part.kind


def _text(words: str, lang: str = "") -> str:
    return str(ox.Literal(words, language=lang)) if lang else str(ox.Literal(words))


def _short(words: str) -> str:
    return words if len(words) <= _SHORT else f"{words[:_SHORT]}…"


@dataclass
class _Writer:
    draft: Draft
    slug: str

    def head(self) -> list[str]:
        prefixes = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
        return [f"@base <{HOME}{self.slug}/> .", *prefixes, ""]

    def document(self) -> str:
        draft, lines = self.draft, self.head()
        said = ["a eli:LegalResource", f"dct:title {_text(draft.title or self.slug, 'zh')}"]
        if draft.number is not None:
            said.append(f"eli:number {_text(draft.number)}")
        if draft.day is not None:
            said.append(f'eli:date_document "{draft.day.isoformat()}"^^xsd:date')
        else:
            said.append("pkb:undated true")
        digest = hashlib.sha256(draft.text.encode()).hexdigest()
        said += [f'pkb:textHash "{digest}"', 'pkb:defaultCurrency "CNY"', self.confirm("scaffold-document")]
        lines += self.resource(f"<{HOME}{self.slug}>", said)
        for part in draft.parts:
            for number, sentence in enumerate(part.sentences, 1):
                if sentence.validity:
                    place = f"{self.owner(part)}-s{number}"
                    lines.append(f"# {worded('scaffold-validity').zh} <{place}> {sentence.validity}")
        return "\n".join(lines).rstrip("\n") + "\n"

    def owner(self, part: DraftPart) -> str:
        """The division that the sentences of a part belong to; those of a chapter stand before its articles."""
        return f"{_name(part)}-text" if part.kind == "chapter" else _name(part)

    def part(self, part: DraftPart) -> str:
        lines, name = self.head(), _name(part)
        label = part.title or (part.heading[1] if part.heading else worded(_PARTS[part.kind]).zh)
        said = ["a eli:LegalResourceSubdivision", f"rdfs:label {_text(label, 'zh')}", self.confirm("scaffold-part")]
        if part.kind == "article" and part.chapter:
            said.insert(1, f"eli:is_part_of <chapter-{part.chapter}>")
        lines += self.resource(f"<{name}>", said)
        if part.heading is not None:
            start, quote = part.heading
            named = worded("scaffold-title")
            both = f"rdfs:label {_text(named.zh, 'zh')} , {_text(named.en, 'en')}"
            heading = ["a pkb:Structure", both, f"pkb:quote {_text(quote)}"]
            lines += self.resource(f"<{name}-heading>", [*heading, *self.place(start, quote)])
            lines += self.heading_numbers(part, name)
        if part.kind == "chapter" and part.sentences:
            said = ["a eli:LegalResourceSubdivision", f"rdfs:label {_text(label, 'zh')}", self.confirm("scaffold-part")]
            lines += self.resource(f"<{name}-text>", said)
        for number, sentence in enumerate(part.sentences, 1):
            lines += self.sentence(part, f"{self.owner(part)}-s{number}", sentence)
        return "\n".join(lines).rstrip("\n") + "\n"

    def heading_numbers(self, part: DraftPart, name: str) -> Iterator[str]:
        """The number of a heading, where it is not the place of the part in the document."""
        is_attached = part.kind == "attachment"
        if part.heading is not None and (part.written > 0 if is_attached else part.written != part.place):
            yield from self.figure(f"{name}-heading", part.heading[1], "heading")
        for place, number in enumerate(part.numbers, 1):
            yield from self.figure(f"{name}-heading", number.words, "figure", f"{name}-heading-n{place}")

    def sentence(self, part: DraftPart, name: str, sentence: Sentence) -> Iterator[str]:
        is_front = part.kind in ("front", "back")
        kind = "Structure" if is_front else "Provision"
        said = [f"a pkb:{kind}", f"rdfs:label {_text(_short(sentence.text), 'zh')}"]
        if not is_front:
            said.append(f"pkb:provisionType pkb-type:{sentence.kind}")
        articles = {one.place for one in self.draft.articles if one.written == one.place}
        if referred := [f"<art-{number:02d}>" for number in sentence.refers if number in articles]:
            said.append(f"eli:refers_to {' , '.join(referred)}")
        said += [f"pkb:quote {_text(sentence.text)}", *self.place(sentence.start, sentence.text)]
        note = worded("scaffold-sentence").zh
        if sentence.cites:
            note += worded("scaffold-cites", works=[f"《{one}》" for one in sentence.cites]).zh
        said.append(f"pkb:toConfirm {_text(note, 'zh')}")
        yield from self.resource(f"<{name}>", said)
        for place, number in enumerate(sentence.numbers, 1):
            yield from self.number(name, f"{name}-n{place}", number)
        if sentence.kind == "incentive" and not is_front:
            yield from self.clause(name, sentence)

    def number(self, provision: str, name: str, number: Number) -> Iterator[str]:
        if number.role in ("figure", "day") or not number.numeral.unit:
            yield from self.figure(provision, number.words, number.role, name)
            return
        predicate, is_strict = _VALUES[number.operator]
        value = f"{number.numeral.value.normalize():f}"
        said = ["a pkb:Quantity", f"rdfs:label {_text(number.words, 'zh')}"]
        said.append(f"{predicate} {value if '.' in value else f'{value}.0'}")
        said += ["pkb:exclusive true"] if is_strict else []
        said += [f"pkb:unit pkb-unit:{number.numeral.unit}", f"dct:source <{provision}>"]
        note = worded(_NOTES[number.role]).zh
        note += worded("scaffold-per", per=number.per).zh if number.per else ""
        said += [f"pkb:words {_text(number.words)}", f"pkb:toConfirm {_text(note, 'zh')}"]
        yield from self.resource(f"<{name}>", said)

    def figure(self, provision: str, words: str, role: str, name: str = "") -> Iterator[str]:
        said = ["a pkb:FigureOfSpeech", f"rdfs:label {_text(words, 'zh')}", f"dct:source <{provision}>"]
        said += [f"pkb:words {_text(words)}", self.confirm(_NOTES[role])]
        yield from self.resource(f"<{name or provision + '-number'}>", said)

    def clause(self, provision: str, sentence: Sentence) -> Iterator[str]:
        kind = "subsidy" if any(word in sentence.text for word in ("补助", "补贴", "资助", "贴息")) else "award"
        said = ["a pkb:Clause", f"dct:title {_text(_short(sentence.text), 'zh')}", f"pkb:clauseKind pkb-kind:{kind}"]
        said += [f"cv:hasLegalResource <{provision}>", self.confirm("scaffold-clause")]
        yield from self.resource(f"<clause/{provision}>", said)
        amounts = [n for n in sentence.numbers if n.role in ("amount", "rate")]
        bounds = [n for n in sentence.numbers if n.role == "bound"]
        pairs = "分别" in sentence.text and len(bounds) == len(amounts)
        for place, number in enumerate(amounts):
            when = f" # {bounds[place].words}" if pairs else ""
            term = "pkb:rate" if number.role == "rate" else "schema:value"
            value = f"{number.numeral.value.normalize():f}"
            written = value if "." in value else f"{value}.0"
            yield f"# <option/{provision}-{place + 1}> a pkb:Option ;{when}"
            yield f"#     {term} {written} ;{f' # 每{number.per}' if number.per else ''}"
            yield f"#     pkb:words {_text(number.words)} ."
        yield "" if amounts else "#"

    def place(self, start: int, quote: str) -> list[str]:
        """The offset of a quote that stands in the text more than once."""
        return [f"oa:start {start}"] if self.draft.text.count(quote) > 1 else []

    def confirm(self, name: str) -> str:
        return f"pkb:toConfirm {_text(worded(name).zh, 'zh')}"

    def resource(self, name: str, said: list[str]) -> list[str]:
        return [f"{name} {_NEXT.join(said)} .", ""]
