"""Numbers as people write them: 500万元, RMB 5,000,000, 30%."""

from __future__ import annotations

from decimal import Decimal

from ..model import Lang, Text, Unit, Vocabulary
from ..patterns import regex
from ..wording.texts import filled
from .plain import plain

__all__ = ["Forms", "grouped", "money", "official_forms", "written"]

_NUMERAL = regex("[〇零一二两三四五六七八九十几数][〇零一二两三四五六七八九十百千]*|(?<![0-9０-９（(：:])[百千]+")
"""What of a Chinese numeral stands before 万, 亿 or the unit, and belongs to the number."""

Forms = dict[str, tuple[tuple[str, Decimal], ...]]
"""The written forms of each unit with how many of the unit each holds, the largest first."""


def official_forms(vocabulary: Vocabulary, text: str) -> Forms:
    """The written forms of each unit (亿元, 万元) that a document itself uses."""
    # 一百二十万元 is written in 万元, and 两千元 in 元: what belongs to the number is no part of the unit.
    bare = _NUMERAL.sub("", "".join(text.split()))
    found: dict[str, dict[Decimal, str]] = {}
    # Of several forms of one size the name of the unit is the usual one, else the shortest: 平方 is in 平方米 as well.
    names = {unit.label.zh for unit in vocabulary.units.values()}
    for form in sorted(
        vocabulary.unit_forms.values(), key=lambda f: (f.written not in names, len(f.written), f.written)
    ):
        if form.factor and form.divisor == 1 and form.written in bare:
            found.setdefault(form.unit, {}).setdefault(form.factor, form.written)
    return {
        unit: tuple((name, factor) for factor, name in sorted(forms.items(), reverse=True))
        for unit, forms in found.items()
    }


def written(value: Decimal, unit: Unit | None, forms: Forms, lang: Lang) -> str:
    """A number with its unit, never rounded; in Chinese in the largest form that keeps it exact and short.

    Args:
        value: in the unit itself (yuan, square metres).
        unit: None for a bare number.
        forms: the written forms to choose from.
        lang: the language.
    """
    if unit is None:
        return grouped(value)
    if lang == "zh":
        for name, factor in forms.get(unit.id, ()):
            scaled = value / factor
            if factor > 1 and abs(scaled) >= 1 and scaled == round(scaled, 2):
                return f"{plain(scaled)}{name}"
    if unit.written is not None:
        return filled(unit.written, {"value": grouped(value / unit.factor)}, unit.id, "ontology/schemes/unit.ttl").get(
            lang
        )
    name = unit.name(value, lang)
    return f"{grouped(value)}{name}" if lang == "zh" else f"{grouped(value)} {name}".rstrip()


def money(value: Decimal, currency: str, vocabulary: Vocabulary, forms: Forms) -> Text:
    """A sum as people write it, in both languages."""
    unit = vocabulary.units.get(currency)
    return Text(written(value, unit, forms, "zh"), written(value, unit, forms, "en"))


def grouped(value: Decimal) -> str:
    """A number with thousands separators and no digit that says nothing: 5,000,000 and 0.02."""
    whole, _, fraction = plain(value).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}" + (f".{fraction}" if fraction else "")
