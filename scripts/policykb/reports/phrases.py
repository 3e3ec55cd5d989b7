"""Short phrases that reports share: sums, statuses and conditions in words, from the ontology's wordings."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TypeVar, cast

from ..answers.figures import Forms, official_forms, written
from ..answers.plain import SIGNS, plain
from ..expression import Expression
from ..law.rules import RuleBook
from ..model import Amount, Atom, Clause, Criterion, Decision, Document, Lang, Option, Provision, Value, Vocabulary
from ..wording.texts import Wording
from .articles import ArticleNames

__all__ = ["Phrases"]

T = TypeVar("T")
_REMEMBERED = 2**13
_OF_ONE_UNIT = ("sum", "excess", "difference", "least", "greatest")
_SIGNS = {**SIGNS, "in": "=", "has": "=", "known": ""}


@dataclass(frozen=True)
class Phrases:
    """Phrases in one language for one rule book."""

    book: RuleBook
    vocabulary: Vocabulary
    wording: Wording
    lang: Lang

    @cached_property
    def _made(self) -> list[dict[Hashable, object]]:
        """What was made of late, and what was made before that and not asked for since."""
        return [{}, {}]

    @cached_property
    def _numbers(self) -> dict[tuple[Decimal, str | None], str]:
        """Numbers as they are written: a sum of a record is told in several places."""
        return {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is made for a key, made once however many records need it; the last some thousand are remembered."""
        found = self._made[0].get(key)
        if found is None:
            found = self._made[1].get(key)
            if found is None:
                found = make()
            if len(self._made[0]) >= _REMEMBERED:
                # What many share stays; numbers that no other record states go.
                self._made[:] = {}, self._made[0]
            self._made[0][key] = found
        return cast("T", found)

    def say(self, name: str, **values: object) -> str:
        """A text of the ontology in this language."""
        return self.wording.say(name, self.lang, **values)

    def concept(self, scheme: str, name: str) -> str:
        """The name of a concept of one of the project's schemes, such as a clause kind."""
        found = self.vocabulary.concepts.get(f"{scheme}#{name}")
        return name if found is None else found.get(self.lang)

    def fact(self, name: str) -> str:
        """The label of a fact or column."""
        if (fact := self.vocabulary.facts.get(name)) is not None:
            return fact.label.get(self.lang)
        column = self.vocabulary.columns.get(name) or self.vocabulary.given.get(name)
        return column.get(self.lang) if column else name

    def kind(self, name: str) -> str:
        """The label of a record type."""
        known = self.vocabulary.record_types.get(name)
        return known.label.get(self.lang) if known else name

    def article(self, clause: Clause) -> str:
        """The article of a clause, as it is cited; of one in no article the part, or the amendment, that states it."""
        stated = None if clause.article else self.book.provisions.get(clause.provisions[0])
        return self._cited(clause.iri, clause.article) if stated is None else self.place(stated)

    def article_cell(self, clause: Clause) -> int | str:
        """The article of a clause in a column of articles: its number alone where one document answers."""
        has_bare = clause.article > 0 and self._has_bare_number(clause.iri, clause.article)
        return clause.article if has_bare else self.article(clause)

    def article_name(self, iri: str, number: int) -> str:
        """An article by its number, or by its place in its chapter, without its document."""
        return self._article_names.name(iri, number, self.lang)

    @cached_property
    def _article_names(self) -> ArticleNames:
        return ArticleNames(self.book, self.wording)

    def _has_bare_number(self, iri: str, number: int) -> bool:
        """Whether the number of an article says enough: one document answers, and its articles bear these numbers."""
        return not self.book.documents and not self._article_names.is_placed(iri, number)

    def _cited(self, iri: str, number: int) -> str:
        """An article, with its document where there are several."""
        name = self.article_name(iri, number)
        if not self.book.documents:
            return name
        document = self.cited(self._article_names.document(iri))
        if self._article_names.is_placed(iri, number):
            return self.say("article-placed-of", document=document, article=name)
        return self.say("article-of", document=document, number=number)

    def cited(self, document: Document) -> str:
        """A document as it is cited: by its number, or by its title where it bears none."""
        return document.number if document.has_number else self.say("document-titled", title=document.title)

    def document_of(self, iri: str) -> str:
        """The document that a part is of, as it is cited; nothing where one alone answers."""
        return self.cited(self._article_names.document(iri)) if self.book.documents else ""

    def in_full(self, document: Document) -> str:
        """A document by its number and its title."""
        name = "document-numbered" if document.has_number else "document-titled"
        return self.say(name, number=document.number, title=document.title)

    def documents(self, *, in_full: bool = False) -> str:
        """The document that answers, or those that answer together."""
        return self.join(map(self.in_full if in_full else self.cited, self.book.documents or (self.book.document,)))

    def place(self, provision: Provision) -> str:
        """Where a provision stands: its article, or the part of the document where it is in none, or the amendment."""
        return self.once(("place", provision.id), lambda: self._place(provision))

    def place_cell(self, provision: Provision) -> int | str:
        """Where a provision stands, in a column of articles: a number alone where one document answers."""
        number = self._articles.get(provision.id)
        has_bare = number is not None and self._has_bare_number(provision.iri, number)
        return number if number is not None and has_bare else self.place(provision)

    def _place(self, provision: Provision) -> str:
        number = self._articles.get(provision.id)
        return provision.place.get(self.lang) if number is None else self._cited(provision.iri, number)

    @cached_property
    def _articles(self) -> dict[str, int]:
        return {name: article.number for article in self.book.articles for name in article.provisions}

    def join(self, parts: object, *, and_also: bool = False) -> str:
        """Parts in a row, with the comma of the language."""
        separator = " ∧ " if and_also else ("、" if self.lang == "zh" else ", ")
        return separator.join(parts)  # type: ignore[arg-type]

    # --- Numbers and sums

    @cached_property
    def forms(self) -> Forms:
        """The written forms of units that the document itself uses."""
        return official_forms(self.vocabulary, self.book.document.text)

    def number(self, value: Decimal | int, unit: str | None) -> str:
        """A number with its unit, exact; in Chinese in the largest form (亿元, 万元) that keeps it short.

        Args:
            value: in the unit itself (yuan, square metres).
            unit: the notation of the unit, None for a bare number.
        """
        exact = Decimal(value)
        # Zero has two signs that are equal and written apart.
        found = self._numbers.get((exact, unit)) if exact else None
        if found is None:
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()
            found = written(exact, self.vocabulary.units.get(unit or ""), self.forms, self.lang)
            self._numbers[exact, unit] = found
        return found

    def money(self, value: Decimal, currency: str) -> str:
        """An exact sum with its currency."""
        return self.number(value, currency)

    def amount(self, amount: Amount | None) -> str:
        """An interval of money in words."""
        if amount is None:
            return self.say("no-amount")
        low = self.money(amount.min, amount.currency)
        if amount.max is None:
            return self.say("no-upper-end", low=low)
        high = self.money(amount.max, amount.currency)
        if amount.min == amount.max:
            return high
        return self.say("up-to", high=high) if amount.min == 0 else self.say("range", low=low, high=high)

    def counts(self, counts: bool | None) -> str:
        """Whether a sum is part of the totals; None where it is one of several of which one counts."""
        return self.say("book-one-of" if counts is None else "yes" if counts else "no")

    def unit(self, node: Expression) -> str | None:
        """The unit that a node of an expression is in, where it is that of the fact below; None for a bare number."""
        if node.fact is not None:
            fact = self.vocabulary.facts.get(node.fact)
            return None if fact is None else fact.unit
        return self.unit(node.operands[0]) if node.operands and (node.op in _OF_ONE_UNIT or node.fixed == 0) else None

    def rate(self, product: Expression, option: Option) -> str:
        """What a product multiplies by: a share of a base in the same currency, a sum for each unit or step.

        A bare factor where an exchange rate, or the like, comes in as well.
        """
        base, by = product.operands
        rate, unit = by.number or Decimal(0), self.unit(base)
        # How often something is there is no exchange rate: fifty yuan for each person and day stay a sum.
        is_converted = option.expression is not None and any(
            node.op in ("product", "quotient")
            and node.operands[1].fact is not None
            and not (node.op == "product" and self._is_count(node.operands[1]))
            for node in option.expression.nodes()
        )
        if is_converted:
            return plain(rate)
        if self._is_count(base):
            return self.money(rate, option.currency)
        if unit is None:
            return plain(rate)
        if unit == option.currency:
            return f"{plain(rate * 100)}%"
        name = self.vocabulary.units[unit].label
        return self.say("rate-per", sum=self.money(rate, option.currency), unit=name, one=self.number(1, unit))

    def _is_count(self, node: Expression) -> bool:
        """Whether a number says how often something is there, so that what it is multiplied by is a sum for each."""
        if node.fact is not None:
            return node.fact in self.vocabulary.facts and self.vocabulary.facts[node.fact].datatype == "integer"
        if node.op == "product":
            return all(map(self._is_count, node.operands))
        return node.op == "steps" or (node.op in ("least", "greatest") and self._is_count(node.operands[0]))

    def under_cap(self, top: Expression) -> tuple[Expression, Decimal | None]:
        """What an amount is worked out by before its cap, and the cap, where there is one."""
        if top.op == "least" and top.operands[1].number is not None:
            return top.operands[0], top.operands[1].number
        return top, None

    def amounts(self, clause: Clause) -> list[str]:
        """The amount rules of a clause in words, each once; that no amount is stated, where it grants money so."""
        if clause.is_unstated:
            return [self.concept("amount-kind", "none-stated")]
        return list(dict.fromkeys(self.option(option) for option in clause.options))

    def option(self, option: Option) -> str:
        """The amount rule of an option in words and numbers."""
        if option.value is not None:
            return self.money(option.value, option.currency)
        if option.floor is not None:
            return self.say("amount-floor", floor=self.money(option.floor, option.currency))
        assert option.expression is not None
        below, cap = self.under_cap(option.expression)
        text = self._rule(below, option)
        if cap is not None:
            text += self.say("amount-cap", cap=self.money(cap, option.currency))
        return self.say("amount-ceiling") + text if option.kind == "ceiling" else text

    def _rule(self, node: Expression, option: Option) -> str:
        """An expression in words: the names of facts, and the numbers of the text in the units they are in."""
        if node.fact is not None:
            return self.fact(node.fact)
        if (fixed := node.fixed) is not None:
            return self.number(fixed, self.unit(node))
        if node.op == "sum" and option.kind == "marginal-bands":
            bands = self.say("told-semicolon").join(one.label.get(self.lang) for one in option.bands)
            return self.say("amount-bands", base=self.join(map(self.fact, node.facts())), bands=bands)
        if node.op == "sum":
            terms = (
                self.money(one.number, option.currency) if one.number is not None else self._rule(one, option)
                for one in node.operands
            )
            return " + ".join(terms)
        one, by = node.operands
        first = self._rule(one, option)
        first = f"({first})" if one.op == "sum" and " + " in first else first
        if node.op == "product" and by.number is not None:
            return self.say("amount-rate", base=first, rate=self.rate(node, option))
        unit = self.unit(one) or option.unit_of(node)
        second = self.number(by.number, unit) if by.number is not None else self._rule(by, option)
        if node.op in ("product", "quotient"):
            return f"{first} {'×' if node.op == 'product' else '÷'} {second}"
        return self.say(f"amount-{node.op}", first=first, second=second)

    # --- Values and conditions

    def value(self, fact_id: str, text: str) -> str:
        """A value in plain notation made readable: separators and unit, code names, yes and no."""
        fact = self.vocabulary.facts.get(fact_id)
        if text in ("true", "false"):
            return self.say("yes" if text == "true" else "no")
        if fact is None:
            return text
        if fact.datatype in ("decimal", "integer"):
            try:
                return self.number(Decimal(text), fact.unit)
            except InvalidOperation:
                return text
        codes = [self.vocabulary.codes[c].get(self.lang) if c in self.vocabulary.codes else c for c in text.split("; ")]
        return self.join(codes)

    def stated(self, fact_id: str, value: Value) -> str:
        """A value that a record states, made readable."""
        return self.value(fact_id, plain(value))

    def required(self, criterion: Criterion) -> str:
        """What a criterion asks, with fact names, units and code names in this language."""
        parts = (f"{self.fact(criterion.path)} {self._atom(atom)}" for atom in criterion.atoms)
        return self.once(("required", criterion), lambda: self.join(parts, and_also=True))

    def _atom(self, atom: Atom) -> str:
        other = self.fact(atom.other) if atom.other else self._values(atom)
        return f"{_SIGNS[atom.op]} {other}".strip()

    def _values(self, atom: Atom) -> str:
        return " / ".join(self.value(atom.path, plain(value)) for value in atom.values)

    def bounds(self, criterion: Criterion) -> str:
        """What a criterion asks of its fact, without its name: 500平方米以上, RMB 300,000 or more."""
        return self.once(("bounds", criterion), lambda: self._bounds(criterion))

    def _bounds(self, criterion: Criterion) -> str:
        return self.join(
            self.say(f"bound-{atom.op}", value=self.fact(atom.other) if atom.other else self._values(atom))
            for atom in criterion.atoms
        )

    # --- Statuses

    def status(self, decision: Decision) -> str:
        """How a decision reads; undetermined ones say what they wait for."""
        clause = self.book.clauses.get(decision.clause or "")
        if decision.suppressed_by is not None:
            if self.book.is_excluded(decision.clause or "", decision.suppressed_by):
                return self.say("status-excluded")
            if decision.status == "eligible" and self.book.is_chosen(decision.clause or "", decision.suppressed_by):
                return self.say("status-not-chosen")
            return self.say("status-suppressed" if decision.status == "eligible" else "status-outdone")
        if decision.status == "undetermined":
            if decision.missing:
                return self.say("status-missing")
            if decision.awaiting:
                return self.say("status-awaiting")
            # What is neither missing nor awaited waits for the end of a window, unless the text leaves it unsettled.
            return self.say("status-unsettled" if clause and clause.combination == "unsettled" else "status-window")
        if clause is not None and not clause.grants_money and decision.status in ("eligible", "not-eligible"):
            return self.say("status-applies" if decision.status == "eligible" else "status-not-applies")
        return self.say(f"status-{decision.status}")
