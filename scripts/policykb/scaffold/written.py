"""Write a draft as the files of a policy document: every statement in it is a proposal, and says what to confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyoxigraph as ox

from ..verify.boundary import is_range
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
_LEAST, _MOST = "schema:minValue", "schema:maxValue"
_LISTS = frozenset("、，及和以上下（）()含")
"""What stands between the bounds of tiers: 5亿元、3亿元以上、1亿元."""
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
    words = " ".join(words.split())
    return words if len(words) <= _SHORT else f"{words[:_SHORT]}…"


def _decimal(number: Number) -> str:
    value = f"{number.numeral.value.normalize():f}"
    return value if "." in value else f"{value}.0"


def _is_given(number: Number) -> bool:
    """Whether a number is what is given, and not the most or the least of it: 10%, 5万元, up to 50%."""
    return number.operator == "eq" or (number.role == "rate" and number.operator in ("le", "lt"))


def _step(sentence: Sentence, before: list[Number], number: Number) -> str:
    """What an amount is given for each of, where a number of its own says so in front: 每满1万人, 每新增1家."""
    last = before[-1].numeral.end if before else 0
    counted = [one for one in sentence.numbers if one.role == "count" and one.numeral.start >= last]
    # 每1美元奖励…: what is counted stands behind the number itself.
    steps = [one for one in counted if one.per or sentence.text[: one.numeral.start].rstrip().endswith("每")]
    return next((f"{one.per}{one.words}" for one in steps if one.numeral.end <= number.numeral.start), "")


def _listed(sentence: Sentence) -> list[Number]:
    """The bounds that a sentence lists one after the other, of which 分别 says that each has an amount of its own."""
    bounds = [one for one in sentence.numbers if one.role == "bound"]
    between = [sentence.text[one.numeral.end : other.numeral.start] for one, other in pairwise(bounds)]
    return bounds if "分别" in sentence.text and all(set(words) <= _LISTS for words in between) else []


def _paying(sentences: Sequence[Sentence]) -> list[tuple[int, Sentence]]:
    """The sentences that are drafted as clauses, with their places."""
    return [(place, one) for place, one in enumerate(sentences, 1) if one.kind == "incentive"]


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
        note += worded("scaffold-refused").zh if sentence.told == "refused" and not is_front else ""
        said.append(f"pkb:toConfirm {_text(note, 'zh')}")
        yield from self.resource(f"<{name}>", said)
        for place, number in enumerate(sentence.numbers, 1):
            yield from self.number(name, f"{name}-n{place}", number)
        if sentence.told == "limited" and not is_front:
            yield from self.group(part, name, sentence)
        if sentence.kind == "incentive" and not is_front:
            yield from self.clause(name, sentence)

    def number(self, provision: str, name: str, number: Number) -> Iterator[str]:
        if number.role in ("figure", "day") or not number.numeral.unit:
            yield from self.figure(provision, number.words, number.role, name)
            return
        predicate, is_strict = _VALUES[number.operator]
        said = ["a pkb:Quantity", f"rdfs:label {_text(' '.join(number.words.split()), 'zh')}"]
        said.append(f"{predicate} {_decimal(number)}")
        said += ["pkb:exclusive true"] if is_strict else []
        said += [f"pkb:unit pkb-unit:{number.numeral.unit}", f"dct:source <{provision}>"]
        is_limit = number.role == "amount" and not _is_given(number)
        note = worded("scaffold-limit" if is_limit else _NOTES[number.role]).zh
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
        drafted = list(self.amounts(provision, sentence))
        yield from drafted
        yield "" if drafted else "#"

    def group(self, part: DraftPart, provision: str, sentence: Sentence) -> Iterator[str]:
        """What binds several clauses, as a comment: its members are of the articles that it names, else above it."""
        named = [one for one in self.draft.articles if one.written == one.place and one.place in sentence.refers]
        if not named and sentence.is_of_all:
            named = list(self.draft.articles)
        above = [] if named else [one for one in part.sentences if one.start < sentence.start]
        members = [f"<clause/{_name(one)}-s{n}>" for one in named for n, _ in _paying(one.sentences)]
        members += [f"<clause/{self.owner(part)}-s{n}>" for n, _ in _paying(above)]
        limits = [n for n in sentence.numbers if n.role == "amount" and n.operator == "le"]
        yield f"# <clause/{provision}> a pkb:Group ; # {worded('scaffold-group').zh}"
        yield f"#     pkb:combination pkb-combine:{'sum' if limits else 'highest'} ;"
        yield from (f"#     schema:maxValue {_decimal(one)} ;" for one in limits)
        yield from ([f"#     pkb:member {' , '.join(members)} ;"] if members else [])
        yield f"#     pkb:words {_text(sentence.text.rstrip('。；'))} ."
        yield ""

    def amounts(self, provision: str, sentence: Sentence) -> Iterator[str]:
        """The amounts of a clause as comments: each sum or rate is an option, and what only bounds one is none."""
        numbers = [n for n in sentence.numbers if n.role in ("amount", "rate")]
        uppers = {
            low: high
            for low, high in pairwise(range(len(numbers)))
            if is_range(sentence.text, numbers[low].numeral, numbers[high].numeral)
        }
        options = [i for i, one in enumerate(numbers) if i in uppers or _is_given(one)]
        options = [i for i in options if i not in uppers.values()]
        conditions = _listed(sentence) if len(options) > 1 else []
        for place, index in enumerate(options):
            number = numbers[index]
            when = f" # {conditions[place].words}" if len(conditions) == len(options) else ""
            yield f"# <option/{provision}-{place + 1}> a pkb:Option ;{when}"
            each = number.per or _step(sentence, numbers[:index], number)
            per = f" # {worded('scaffold-each', per=each).zh}" if each else ""
            if index in uppers:
                lower, upper = ("pkb:leastRate", "pkb:rate") if number.role == "rate" else (_LEAST, _MOST)
                yield f"#     {lower} {_decimal(number)} ;"
                yield f"#     {upper} {_decimal(numbers[uppers[index]])} ; # {worded('scaffold-range').zh}{per}"
                words = sentence.text[number.numeral.start : numbers[uppers[index]].numeral.end]
            else:
                yield f"#     {'pkb:rate' if number.role == 'rate' else 'schema:value'} {_decimal(number)} ;{per}"
                words = number.words
            yield f"#     pkb:words {_text(words)} ."
        limits = [i for i in range(len(numbers)) if i not in (*options, *uppers.values())]
        for index in limits:
            yield f"# {worded('scaffold-limit').zh}" if index == limits[0] else "#"
            per = f" # 每{numbers[index].per}" if numbers[index].per else ""
            least = numbers[index].operator in ("ge", "gt")
            yield f"#     {_LEAST if least else _MOST} {_decimal(numbers[index])} ;{per}"
            yield f"#     pkb:words {_text(numbers[index].words)} ."

    def place(self, start: int, quote: str) -> list[str]:
        """The offset of a quote that stands in the text more than once."""
        return [f"oa:start {start}"] if self.draft.text.count(quote) > 1 else []

    def confirm(self, name: str) -> str:
        return f"pkb:toConfirm {_text(worded(name).zh, 'zh')}"

    def resource(self, name: str, said: list[str]) -> list[str]:
        return [f"{name} {_NEXT.join(said)} .", ""]
