"""Short phrases that reports share: amounts, statuses and reasons in words, from the ontology's wordings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import NamedNode

from ..decisions import plain
from ..model import Amount, Atom, Clause, Criterion, CriterionResult, Decision, Lang, Node, Option, Vocabulary
from ..rules import RuleBook
from ..wording import Wording

__all__ = ["Phrases", "readable"]

_BREAK = re.compile(r"(?<=[\u2e80-\uffef”“])\s+(?=[\u2e80-\uffef”“])")


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

    def money(self, value: Decimal, currency: str) -> str:
        """An exact sum with thousands separators and its currency."""
        unit = self.vocabulary.units.get(currency)
        name = unit.label.get(self.lang) if unit else currency
        return f"{value:,.2f} {name}"

    def amount(self, amount: Amount | None) -> str:
        """An interval of money in words."""
        if amount is None:
            return self.say("no-amount")
        if amount.max is None:
            return self.say("no-upper-end", low=self.money(amount.min, amount.currency))
        if amount.min == amount.max:
            return self.money(amount.min, amount.currency)
        if amount.min == 0:
            return self.say("up-to", high=self.money(amount.max, amount.currency))
        return self.say("range", low=f"{amount.min:,.2f}", high=self.money(amount.max, amount.currency))

    def status(self, decision: Decision) -> str:
        """How a decision reads to an officer; undetermined ones say what they wait for."""
        clause = self.book.clauses.get(decision.clause or "")
        if decision.status == "undetermined":
            if decision.missing:
                return self.say("status-missing")
            if decision.awaiting:
                return self.say("status-awaiting")
            # What is neither missing nor awaited waits for the end of a window, unless the text leaves it unsettled.
            return self.say("status-unsettled" if clause and clause.combination == "unsettled" else "status-window")
        if decision.suppressed_by is not None:
            return self.say("status-suppressed")
        if clause is not None and not clause.options and decision.status in ("eligible", "not-eligible"):
            return self.say("status-applies" if decision.status == "eligible" else "status-not-applies")
        return self.say(f"status-{decision.status}")

    def reason(self, decision: Decision) -> str:
        """Why, in one line: what is missing or awaited, what failed, which clause won, or what was met."""
        parts = []
        if decision.missing:
            parts.append(self.say("needs", facts=self.join(self.fact(fact) for fact in decision.missing)))
        parts += [self.say("waits", body=body.label, fact=self.fact(fact)) for fact, body in decision.awaiting]
        if decision.status == "not-eligible":
            parts += self._failures(decision)
            if decision.fallback is not None:
                parts.append(self.say("fallback", quote=readable(decision.fallback.quote)))
        if decision.suppressed_by is not None:
            parts.append(self.say("suppressed", winner=self.book.clauses[decision.suppressed_by].title))
        if decision.status == "not-in-force" or (decision.status == "undetermined" and not parts):
            parts += [note.get(self.lang) for note in decision.notes[-1:]]
        parts += [finding.message.get(self.lang) for finding in decision.findings]
        if decision.readings:
            parts.append(self.say("reading-changes", readings=self.join(decision.readings)))
        return " ".join(parts)

    def _failures(self, decision: Decision) -> list[str]:
        clause = self.book.clauses[decision.clause or ""]
        truths = {result.criterion.iri: result.truth for result in decision.criteria}
        failed = _blame(clause.root, truths) if clause.root else []
        if not failed:
            conditions = [option.condition for option in clause.options if option.condition is not None]
            failed = _nearest(_blame(Node("", "or", tuple(conditions)), truths))
        return list(dict.fromkeys(criterion.message.get(self.lang) for criterion in failed))

    def criterion(self, result: CriterionResult) -> str:
        """A criterion with its truth, required and actual value."""
        actual = self.say("none-stated") if result.actual is None else self.value(result.criterion.path, result.actual)
        truth, label = self.say(f"truth-{result.truth}"), result.criterion.label.get(self.lang)
        return f"{truth} {self.say('pair', key=label, value=self.required(result.criterion))}; {actual}"

    def required(self, criterion: Criterion) -> str:
        """What a criterion asks, with fact names, units and code names in this language."""
        return self.join((f"{self.fact(criterion.path)} {self._atom(atom)}" for atom in criterion.atoms), and_also=True)

    def _atom(self, atom: Atom) -> str:
        signs = {
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
        if atom.other:
            return f"{signs[atom.op]} {self.fact(atom.other)}"
        values = " / ".join(self.value(atom.path, plain(value)) for value in atom.values)
        return f"{signs[atom.op]} {values}".strip()

    def value(self, fact_id: str, text: str) -> str:
        """A value in plain notation made readable: separators and unit, code names, yes and no."""
        fact = self.vocabulary.facts.get(fact_id)
        if text in ("true", "false"):
            return self.say("yes" if text == "true" else "no")
        if fact is None:
            return text
        if fact.datatype in ("decimal", "integer") and text.replace(".", "", 1).replace("-", "", 1).isdigit():
            unit = self.vocabulary.units.get(fact.unit or "")
            # A place or a count reads better bare: "≤ 3".
            name = f" {unit.label.get(self.lang)}" if unit and fact.datatype == "decimal" else ""
            return f"{Decimal(text):,f}{name}"
        codes = [self.vocabulary.codes[c].get(self.lang) if c in self.vocabulary.codes else c for c in text.split("; ")]
        return self.join(codes)

    def option(self, option: Option) -> str:
        """The amount rule of an option in words and numbers."""
        if option.value is not None:
            return self.money(option.value, option.currency)
        if option.floor is not None:
            return self.say("amount-floor", floor=self.money(option.floor, option.currency))
        text = (
            self.say("amount-bands", base=self.fact(option.base or ""))
            if option.bands
            else self.say("amount-rate", base=self.fact(option.base or ""), rate=self._rate(option))
        )
        text += "".join(f" × {self.fact(f)}" for f in (option.multiplier,) if f) + "".join(
            f" ÷ {self.fact(f)}" for f in (option.divisor,) if f
        )
        if option.kind == "ceiling":
            text = self.say("amount-ceiling") + text
        return text + (
            self.say("amount-cap", cap=self.money(option.cap, option.currency)) if option.cap is not None else ""
        )

    def _rate(self, option: Option) -> str:
        """A share of a base in the same currency is a percentage; otherwise the bare factor."""
        rate = option.rate or Decimal(0)
        base = self.vocabulary.facts.get(option.base or "")
        return f"{plain(rate * 100)}%" if base is not None and base.unit == option.currency else plain(rate)

    def join(self, parts: object, *, and_also: bool = False) -> str:
        """Parts in a row, with the comma of the language."""
        separator = " ∧ " if and_also else ("、" if self.lang == "zh" else ", ")
        return separator.join(parts)  # type: ignore[arg-type]

    def article(self, clause: Clause) -> str:
        """The article of a clause, as it is cited."""
        return self.say("article", number=clause.article)


def _nearest(failed: list[Criterion]) -> list[Criterion]:
    """Of several missed lower bounds of one fact the lowest, since it is the one nearest; all others as they are."""
    lower = [c for c in failed if c.atoms[0].op in ("ge", "gt")]
    lowest: dict[str, Criterion] = {}
    for criterion in lower:
        best = lowest.setdefault(criterion.path, criterion)
        if Decimal(str(criterion.atoms[0].values[0])) < Decimal(str(best.atoms[0].values[0])):
            lowest[criterion.path] = criterion
    return [c for c in failed if c not in lower or c is lowest[c.path]]


def _blame(node: Node, truths: Mapping[str, str]) -> list[Criterion]:
    """The unmet criteria that make a condition unmet, in their order."""
    if node.criterion is not None:
        return [node.criterion] if truths.get(node.criterion.iri) == "unmet" else []
    if node.op == "not":
        return list(node.leaves())
    found = [_blame(child, truths) for child in node.children]
    if node.op == "or" and not all(found):
        return []
    return [criterion for blamed in found for criterion in blamed]
