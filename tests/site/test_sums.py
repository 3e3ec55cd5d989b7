"""Whoever searches for a sum of the text, written as people write it, is led first to a provision that has it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policykb.law.knowledge import Knowledge
from policykb.law.load import load
from policykb.law.rules import RuleBook, read_rules
from policykb.verify.words import read_sentences
from soaking import share

ROOT = Path(__file__).parents[2]
NAMES = {"CNY": ("元", "RMB ", " yuan"), "USD": ("美元", "US$", " US dollars")}
ZEROS = {10_000: "万", 100_000_000: "亿"}


@cache
def knowledge() -> Knowledge:
    """What is loaded, once."""
    return load(ROOT, "szq-2020-12")


@cache
def book() -> RuleBook:
    """The rules, read once."""
    return read_rules(knowledge())


def digits(value: Decimal) -> str:
    """A number as people write it, without superfluous zeros."""
    return f"{value.normalize():f}"


def in_chinese(unit: str, value: Decimal) -> list[str]:
    """How a sum is written in Chinese."""
    if unit == "share":
        return [f"{digits(value * 100)}%", f"{digits(value * 100)}％"]
    name = NAMES[unit][0] if unit in NAMES else "平方米"
    sums = [f"{digits(value)}{name}"]
    sums += [f"{digits(value / size)}{sign}{name}" for size, sign in ZEROS.items() if value >= size]
    return sums


def in_english(unit: str, value: Decimal) -> list[str]:
    """How a sum is written in English, and with signs and commas."""
    if unit == "share":
        return [f"{digits(value * 100)} percent", f"{digits(value * 100)} per cent"]
    if unit not in NAMES:
        return [f"{digits(value)} square metres", f"{digits(value)} m²"]
    _, before, behind = NAMES[unit]
    sums = [f"{before}{value.normalize():,f}", f"{value.normalize():,f}{behind}", f"{unit} {digits(value)}"]
    if value >= 1_000_000:
        short = digits(value / 1_000_000)
        sums += [f"{before}{short} million", f"{short} million{behind}", f"{unit} {short}m"]
    return sums


def sums() -> list[tuple[str, Decimal]]:
    """Every sum of money, share and area of the text."""
    found = {
        (numeral.unit, numeral.value.normalize())
        for sentence in read_sentences(knowledge(), book()).values()
        for numeral in sentence.numerals
        if numeral.unit in ("CNY", "USD", "share", "m2") and not numeral.value.is_nan()
    }
    return sorted(found)


def has(quote: str, unit: str, value: Decimal) -> bool:
    """Whether a provision writes the sum; a bare 亿元 is one, and a magnitude can stand once for several numbers."""
    text = re.sub(r"[\s人民币]", "", quote)
    return any(one in text or one.removeprefix("1") in text for one in in_chinese(unit, value))


@pytest.mark.parametrize("lang", ["", "en/"])
def test_every_sum(visit: Any, lang: str) -> None:
    """For every sum and every way to write it, the first result is a provision whose words have that sum.

    Every third sum with every change, and all of them with POLICYKB_SOAK.
    """
    one = visit()
    one.open(f"{lang}index.html?q=500", ready=".md-search-result__item")
    field, first = one.page.locator(".md-search__input"), one.page.locator(".md-search-result__item").first
    wrong = []
    for unit, value in share(sums(), 3, 1 if lang else 0):
        for written in (*in_chinese(unit, value), *in_english(unit, value)):
            field.fill(written)
            one.until("text => document.querySelector('.md-search-result__list').dataset.asked === text", written)
            place = first.locator("a").first.get_attribute("href") or ""
            provision = book().provisions.get(place.rpartition("#")[2])
            if provision is None or not has(provision.quote, unit, value):
                wrong.append((written, place))
    assert not wrong, wrong
