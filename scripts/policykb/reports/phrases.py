"""Short phrases that reports share: sums, statuses and conditions in words, from the ontology's wordings."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from pyoxigraph import NamedNode

from ..decisions import plain
from ..model import Amount, Atom, Clause, Criterion, Decision, Lang, Option, Provision, Value, Vocabulary
from ..names import ELI
from ..rules import RuleBook
from ..wording import Wording
from .figures import Forms, official_forms, written

__all__ = ["Phrases", "readable"]

T = TypeVar("T")
_REMEMBERED = 2**14
_BREAK = re.compile(r"(?<=[\u2e80-\uffef”“])\s+(?=[\u2e80-\uffef”“])")
_SIGNS = {
    "ge": "≥",
    "gt": ">",
    "le": "≤",
    "lt": "<",
    "before": "<",
    "notafter": "≤",
    "in": "=",
    "has": "=",
    "known": "",
}


@lru_cache(maxsize=4096)
def readable(quote: str) -> str:
    """Words of the source for display: page breaks and stray spaces between Chinese characters are closed up."""
    return " ".join(_BREAK.sub("", quote).split())


@dataclass(frozen=True)
class Phrases:
    """Phrases in one language for one rule book."""

    book: RuleBook
    vocabulary: Vocabulary
    wording: Wording
    lang: Lang

    @cached_property
    def _made(self) -> dict[Hashable, object]:
        return {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is made for a key, made once however many records need it; some thousand are remembered."""
        found = self._made.get(key)
        if found is None:
            found = make()
            if len(self._made) < _REMEMBERED:
                self._made[key] = found
        return cast("T", found)

    def say(self, name: str, **values: object) -> str:
        """A text of the ontology in this language."""
        return self.wording.say(name, self.lang, **values)

    def concept(self, scheme: str, name: str) -> str:
        """The name of a concept of one of the project's schemes, such as a clause kind."""
        node = NamedNode(f"https://w3id.org/policykb/scheme/{scheme}#{name}")
        return self.book.knowledge.label(node).get(self.lang)

    def fact(self, name: str) -> str:
        """The label of a fact or column."""
        fact = self.vocabulary.facts.get(name)
        if fact is not None:
            return fact.label.get(self.lang)
        column = self.vocabulary.columns.get(name)
        return column.get(self.lang) if column else name

    def kind(self, name: str) -> str:
        """The label of a record type."""
        known = self.vocabulary.record_types.get(name)
        return known.label.get(self.lang) if known else name

    def article(self, clause: Clause) -> str:
        """The article of a clause, as it is cited."""
        return self.say("article", number=clause.article)

    def place(self, provision: Provision) -> str:
        """Where a provision stands: its article, or the part of the document where it is in none."""
        return self.once(("place", provision.id), lambda: self._place(provision))

    def _place(self, provision: Provision) -> str:
        number = self._articles.get(provision.id)
        if number is not None:
            return self.say("article", number=number)
        part = self.book.knowledge.node(NamedNode(provision.iri), ELI.is_part_of)
        return (self.book.knowledge.label(part) if part else provision.label).get(self.lang)

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
        return written(Decimal(value), self.vocabulary.units.get(unit or ""), self.forms, self.lang)

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

    def rate(self, rate: Decimal, option: Option) -> str:
        """A rate of an option: a share of a base in the same currency, a sum for each unit of another one."""
        base = self.vocabulary.facts.get(option.base or "")
        if option.multiplier or option.divisor or base is None or base.unit is None:
            return plain(rate)
        if base.unit == option.currency:
            return f"{plain(rate * 100)}%"
        unit = self.vocabulary.units[base.unit]
        return self.say("rate-per", sum=self.money(rate, option.currency), unit=unit.label, one=self.number(1, unit.id))

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
        base = self.fact(option.base or "")
        if option.rate is None:
            text = self.say("amount-bands", base=base)
        else:
            text = self.say("amount-rate", base=base, rate=self.rate(option.rate, option))
        text += f" × {self.fact(option.multiplier)}" if option.multiplier else ""
        text += f" ÷ {self.fact(option.divisor)}" if option.divisor else ""
        if option.cap is not None:
            text += self.say("amount-cap", cap=self.money(option.cap, option.currency))
        return self.say("amount-ceiling") + text if option.kind == "ceiling" else text

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
