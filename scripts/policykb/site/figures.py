"""Numbers as people write them: 500万元, 5,000,000 yuan, 30%."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ..decisions import plain
from ..model import Value, Vocabulary
from ..reports.phrases import Phrases

if TYPE_CHECKING:
    from .content import Content

__all__ = ["SitePhrases", "official_forms", "search_words"]


@dataclass(frozen=True)
class SitePhrases(Phrases):
    """The phrases of reports, with numbers in the units that the ontology lists for them."""

    def number(self, value: Decimal | int, unit: str | None) -> str:
        """A number with its unit; in Chinese in the largest written form (亿元, 万元) that keeps it exact and short.

        Args:
            value: in the unit itself (yuan, square metres).
            unit: the notation of the unit, None for a bare number.
        """
        number = Decimal(value)
        if unit == "share":
            return f"{plain(number * 100)}%"
        if self.lang == "zh":
            for written, factor in official_forms(self.vocabulary, self.book.document.text).get(unit or "", ()):
                scaled = number / factor
                if abs(scaled) >= 1 and scaled == round(scaled, 2):
                    return f"{plain(scaled) if factor > 1 else _grouped(number)}{written}"
        known = self.vocabulary.units.get(unit or "")
        name = known.label.get(self.lang) if known else ""
        space = "" if self.lang == "zh" else " "
        return f"{_grouped(number)}{space}{name}" if name else _grouped(number)

    def money(self, value: Decimal, currency: str) -> str:
        """A sum with its currency."""
        return self.number(value, currency)

    def value(self, fact_id: str, text: str) -> str:
        """A fact's value, made readable."""
        fact = self.vocabulary.facts.get(fact_id)
        if fact is not None and fact.datatype in ("decimal", "integer"):
            try:
                return self.number(Decimal(text), fact.unit)
            except ArithmeticError:
                return text
        return super().value(fact_id, text)

    def stated(self, fact_id: str, value: Value) -> str:
        """A value that a record states, made readable."""
        return self.value(fact_id, plain(value))


def search_words(content: Content) -> set[str]:
    """Words that the search must not cut: names that the text puts in quotation marks, and listed terms."""
    listed = content.phrases("zh").say("site-search-words").split()
    return {*listed, *re.findall(r"“([^”\s]{2,8})”", content.kb.book.document.text)}


_FORMS: dict[int, dict[str, list[tuple[str, Decimal]]]] = {}


def official_forms(vocabulary: Vocabulary, text: str) -> dict[str, list[tuple[str, Decimal]]]:
    """The written forms of each unit (亿元, 万元) that a document itself uses, the largest first."""
    if id(vocabulary) not in _FORMS:
        bare = "".join(text.split())
        found: dict[str, list[tuple[str, Decimal]]] = {}
        for form in sorted(vocabulary.unit_forms.values(), key=lambda f: (len(f.written), f.written)):
            known = found.setdefault(form.unit, [])
            # Of several forms of one size the shortest is the usual one.
            if (
                form.factor
                and form.divisor == 1
                and form.written in bare
                and form.factor not in {factor for _, factor in known}
            ):
                known.append((form.written, form.factor))
        _FORMS[id(vocabulary)] = {unit: sorted(forms, key=lambda f: -f[1]) for unit, forms in found.items()}
    return _FORMS[id(vocabulary)]


def _grouped(number: Decimal) -> str:
    whole, _, fraction = plain(number).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}" + (f".{fraction}" if fraction else "")
