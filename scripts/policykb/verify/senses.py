"""Check what rules say besides numbers against the words they rest on: items, opposites, alternatives, who decides."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyoxigraph as ox

from ..law.knowledge import Knowledge
from ..law.rules import RuleBook
from ..model import Clause, Criterion, Node, Text, Vocabulary
from ..names import PKB, SKOS
from ..patterns import regex
from .places import Places
from .report import Fault, breach
from .words import Sentence

__all__ = ["ITEM", "Senses", "check_senses", "read_senses"]

RULE = "senses"
_SCHEME = ox.NamedNode("https://w3id.org/policykb/scheme/sense")
ITEM = regex(
    r"(?:^|(?<=[\n：；。:;]))\s*(?:[（(]\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*[）)]|[0-9]{1,2}\s*[.．、](?!\d))"
)
"""The mark that an item of a list begins with."""
_HEAD = regex(r"[^。；：\n]+(?=：)")
"""What stands before a colon, which what follows is listed by."""
_ORDERS = {"before": ("lt", "gt"), "notafter": ("le", "ge")}
"""What the words say of a number by which this year is compared with the prior one: 增长超过20%, 增长20%以上."""


@dataclass(frozen=True, slots=True)
class Senses:
    """What words can say: each sense by its name, and in families those of which a rule and its words share one."""

    phrases: Mapping[str, re.Pattern[str]]
    families: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Text]

    def in_words(self, family: str, words: str) -> frozenset[str]:
        """Which senses of a family some words have."""
        return frozenset(name for name in self.families[family] if self.phrases[name].search(words))

    def says(self, name: str, words: str) -> bool:
        """Whether words have a sense."""
        return self.phrases[name].search(words) is not None


def read_senses(knowledge: Knowledge) -> Senses:
    """The senses of the scheme."""
    phrases: dict[str, re.Pattern[str]] = {}
    families: dict[str, list[str]] = {}
    labels: dict[str, Text] = {}
    for node in knowledge.subjects(SKOS.inScheme, _SCHEME):
        name = knowledge.string(node, SKOS.notation) or ""
        labels[name] = knowledge.label(node)
        if (words := knowledge.string(node, PKB.phrasedAs)) is not None:
            phrases[name] = re.compile(words)
        if (family := knowledge.node(node, SKOS.broader)) is not None:
            families.setdefault(knowledge.string(family, SKOS.notation) or "", []).append(name)
    return Senses(phrases, {name: tuple(some) for name, some in families.items()}, labels)


def check_senses(
    knowledge: Knowledge, book: RuleBook, vocabulary: Vocabulary, sentences: Mapping[str, Sentence], places: Places
) -> Iterator[tuple[str, Fault]]:
    """What says another thing than its words: each with the IRI whose pkb:justification lets it pass.

    Args:
        knowledge: tells the senses of words.
        book: the rules.
        vocabulary: the facts with their names.
        sentences: the provisions by id.
        places: where resources stand.
    """
    check = _Check(read_senses(knowledge), vocabulary, sentences, places)
    told: set[tuple[str, str]] = set()
    for clause in book.clauses.values():
        for iri, fault in check.clause(clause):
            if (iri, fault.what.en) not in told:
                told.add((iri, fault.what.en))
                yield iri, fault


@dataclass(frozen=True, slots=True)
class _Check:
    senses: Senses
    vocabulary: Vocabulary
    sentences: Mapping[str, Sentence]
    places: Places

    def clause(self, clause: Clause) -> Iterator[tuple[str, Fault]]:
        """All that is told of a clause."""
        trees = [tree for tree in (clause.root, *(option.condition for option in clause.options)) if tree is not None]
        # Of two tiers one is what the words say, and the other is where it is not so: 山区的上浮50%.
        asked = {
            (one.path, one.words)
            for tree in trees
            for one, is_negated in _signed(tree, False)
            if _asks(one, is_negated)
        }
        for tree in trees:
            for criterion, is_negated in _signed(tree, False):
                yield from self._opposites(criterion.iri, self._facts(criterion), criterion.words)
                if _asks(criterion, is_negated) or (criterion.path, criterion.words) not in asked:
                    yield from self._truth(criterion, is_negated)
                yield from self._order(criterion)
            for node in tree.nodes():
                yield from self._joined(node)
            for node, is_negated in _with_signs(tree, False):
                if node.op == "or" and not is_negated:
                    yield from self._alternatives(node)
        for option in clause.options:
            yield from self._opposites(option.iri, option.facts(), option.words)
            for part in option.expression.nodes() if option.expression is not None else ():
                if part.words and not part.iri.startswith(f"{option.iri}~"):
                    yield from self._opposites(
                        part.iri, tuple(one.fact for one in part.operands if one.fact is not None), part.words
                    )

    def _told(self, iri: str, id: str, **words: object) -> tuple[str, Fault]:
        """A fault of a criterion or amount, with its IRI."""
        return iri, breach(id, RULE, self.places.definition(iri), **words)

    def _facts(self, criterion: Criterion) -> tuple[str, ...]:
        others = (atom.other for atom in criterion.atoms if atom.other)
        return (criterion.path, *others)

    def _label(self, fact: str) -> str:
        known = self.vocabulary.facts.get(fact)
        return known.label.zh if known else ""

    def _opposites(self, iri: str, facts: tuple[str, ...], words: str) -> Iterator[tuple[str, Fault]]:
        """出口额 where the words say 进口额: an item and its words have nothing in common of what excludes another."""
        for family in self.senses.families:
            said = self.senses.in_words(family, words)
            named = self.senses.in_words(family, "，".join(map(self._label, facts)))
            if said and named and not said & named:
                yield self._told(
                    iri,
                    "verify-sense",
                    name=_name(iri),
                    items=[known.label for fact in facts if (known := self.vocabulary.facts.get(fact)) is not None],
                    words=words,
                    named=[self.senses.labels[name] for name in sorted(named)],
                    said=[self.senses.labels[name] for name in sorted(said)],
                )

    def _truth(self, criterion: Criterion, is_negated: bool) -> Iterator[tuple[str, Fault]]:
        """Yes or no: what words that say 未, 没有 or 无 ask of an item without these is that it is not so."""
        values = {value for atom in criterion.atoms if atom.op in ("has", "in") for value in atom.values}
        if values not in ({True}, {False}) or not all(isinstance(value, bool) for value in values):
            return
        is_asked = _asks(criterion, is_negated)
        sentence = self.sentences.get(criterion.provision)
        quote = sentence.provision.quote if sentence else ""
        is_named_so = self.senses.says("negated", self._label(criterion.path))
        says_not = self.senses.says("lacking", criterion.words) and not self.senses.says("several", criterion.words)
        if is_asked and not is_named_so and (between := self._denial(criterion, sentence)):
            yield self._told(
                criterion.iri,
                "verify-sense-denied",
                name=_name(criterion.iri),
                words=criterion.words,
                between=between,
                other="false" if True in values else "true",
            )
        # Words without a negation may stand behind one: 有下列情形之一的，不予支持：被列入失信名单的.
        may_be_denied = is_named_so or self.senses.says("negated", quote)
        if (is_asked and says_not and not is_named_so) or (not is_asked and not may_be_denied):
            yield self._told(
                criterion.iri,
                "verify-sense-truth",
                name=_name(criterion.iri),
                item=self._label(criterion.path),
                asked=_truth_as(is_asked),
                words=criterion.words,
                other="false" if True in values else "true",
            )

    def _denial(self, criterion: Criterion, sentence: Sentence | None) -> str:
        """What stands right behind the words of a criterion, or before the list of them: who is so has nothing."""
        spans = sentence.spans(criterion.words) if sentence else ()
        if sentence is None or len(spans) != 1 or self.senses.says("several", criterion.words):
            return ""
        quote, (start, end) = sentence.provision.quote, spans[0]
        phrase = self.senses.phrases["denied"]
        if behind := phrase.match(quote, end):
            return behind[0]
        head = _HEAD.findall(quote[:start])
        before = phrase.search(head[-1]) if head else None
        return before[0] if before is not None else ""

    def _order(self, criterion: Criterion) -> Iterator[tuple[str, Fault]]:
        """较上年增长: the prior year is the smaller one, and less than this one where no number says how much."""
        for atom in criterion.atoms:
            if atom.op not in _ORDERS or atom.other is None or not self.senses.says("growth", criterion.words):
                continue
            first, second = (
                "prior-year" in self.senses.in_words("year", self._label(f)) for f in (atom.path, atom.other)
            )
            if second and not first:
                id = "verify-sense-order"
            elif first and not second and not self._fits(criterion, atom.op):
                id = "verify-sense-strict"
            else:
                continue
            yield self._told(
                criterion.iri,
                id,
                name=_name(criterion.iri),
                words=criterion.words,
                first=atom.path,
                second=atom.other,
                property="sh:lessThanOrEquals" if atom.op == "before" else "sh:lessThan",
            )

    def _fits(self, criterion: Criterion, op: str) -> bool:
        """Whether less, or no more, is what the number of the words says: 增长20%以上 includes the 20 %."""
        sentence = self.sentences.get(criterion.provision)
        spans = sentence.spans(criterion.words) if sentence else ()
        reads = sentence.reads(spans[0]) if sentence and spans else ()
        said = {read.operator for read in reads if read.operator != "eq"} or ({"eq"} if reads else {"gt"})
        return "eq" in said or bool(said & set(_ORDERS[op]))

    def _joined(self, node: Node) -> Iterator[tuple[str, Fault]]:
        """Two criteria with nothing between them but 或 are alternatives, and with 且 they are not."""
        if node.op not in ("and", "or"):
            return
        leaves = [child.criterion for child in node.children if child.criterion is not None]
        provisions = {leaf.provision for leaf in leaves}
        sentence = self.sentences.get(min(provisions)) if len(provisions) == 1 else None
        if sentence is None:
            return
        spans = [(sentence.spans(leaf.words)[:1], leaf) for leaf in leaves]
        placed = sorted(((span[0], leaf) for span, leaf in spans if span), key=lambda one: one[0])
        yield from self._listed(node, sentence, placed)
        for ((_, end), one), ((start, _), other) in pairwise(placed):
            between = sentence.provision.quote[end:start]
            wrong = "both" if node.op == "or" else "either"
            if end <= start and self.senses.phrases[wrong].fullmatch(between) is not None:
                yield self._joined_so(node, one, other, between)

    def _alternatives(self, node: Node) -> Iterator[tuple[str, Fault]]:
        """One of several is enough where the text says so: 或, a list; what other articles ask is asked as well."""
        for one, other in pairwise(node.children):
            left, right = one.leaves(), other.leaves()
            first, second = self._parts(left), self._parts(right)
            if not first or not second:
                continue
            if first & second and (self._share(left, right) or self._lists((*left, *right))):
                continue
            names = {"one": _name(left[0].iri), "other": _name(right[0].iri)}
            yield self._told(left[0].iri, "verify-sense-alternatives", **names)

    def _parts(self, leaves: Sequence[Criterion]) -> set[str]:
        """The articles that criteria rest on."""
        known = (self.sentences.get(leaf.provision) for leaf in leaves)
        return {sentence.provision.part for sentence in known if sentence is not None}

    def _share(self, left: Sequence[Criterion], right: Sequence[Criterion]) -> bool:
        """Whether two alternatives read the same words in two ways."""
        words = [(leaf.provision, leaf.words) for leaf in right]
        return any(
            leaf.provision == provision and (leaf.words in said or said in leaf.words)
            for leaf in left
            for provision, said in words
        )

    def _lists(self, leaves: Sequence[Criterion]) -> bool:
        """Whether the sentences of some criteria list what they ask for, or say that one is enough."""
        quotes = (self.sentences[leaf.provision].provision.quote for leaf in leaves if leaf.provision in self.sentences)
        return any(self.senses.says("alternatives", quote) for quote in quotes)

    def _listed(
        self, node: Node, sentence: Sentence, placed: Sequence[tuple[tuple[int, int], Criterion]]
    ) -> Iterator[tuple[str, Fault]]:
        """Items behind 下列情形之一 are alternatives, and behind 同时符合 they are not."""
        quote = sentence.provision.quote
        head = self.senses.phrases["any-item" if node.op == "and" else "every-item"].search(quote)
        marks = [match.start() for match in ITEM.finditer(quote) if head is not None and match.start() >= head.end()]
        items = {bisect_right(marks, span[0]) for span, _ in placed} - {0}
        if head is not None and len(items) > 1:
            one, other = placed[0][1], placed[-1][1]
            yield self._joined_so(node, one, other, head[0])

    def _joined_so(self, node: Node, one: Criterion, other: Criterion, between: str) -> tuple[str, Fault]:
        wanted = "sh:and" if node.op == "or" else "sh:or"
        names = {"one": _name(one.iri), "other": _name(other.iri)}
        return self._told(one.iri, "verify-sense-joined", **names, between=between, property=wanted)


def _with_signs(node: Node, is_negated: bool) -> Iterator[tuple[Node, bool]]:
    """Every node of a condition, and whether it is one that must not hold."""
    yield node, is_negated
    for child in node.children:
        yield from _with_signs(child, is_negated != (node.op == "not"))


def _asks(criterion: Criterion, is_negated: bool) -> bool:
    """Whether an item is asked to be so."""
    return any(True in atom.values for atom in criterion.atoms if atom.op in ("has", "in")) != is_negated


def _truth_as(is_asked: bool) -> str:
    """Yes or no, as Turtle writes it."""
    return "true" if is_asked else "false"


def _signed(node: Node, is_negated: bool) -> Iterator[tuple[Criterion, bool]]:
    """Every criterion of a condition, and whether it is one that must not hold."""
    yield from ((one.criterion, sign) for one, sign in _with_signs(node, is_negated) if one.criterion is not None)


def _name(iri: str) -> str:
    return iri.rsplit("/", 1)[-1].partition("~")[0]
