"""What is certain and what is possible is each had by a completion: of a record, a subject, all records together.

`POLICYKB_SOAK` sets how many records of each type are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice, product
from random import Random

import pytest

from generated_records import generate, near_numbers
from policykb.api import Policykb
from policykb.model import Entitlement, Fact, Record, Value
from soaking import times

COUNT = times(5)
HUGE = Decimal(10) ** 14
TYPES = ("EnterpriseYear", "Exhibition", "ForeignCapitalProject", "ProjectReferral", "InnovationPlatform", "TalentHire")
MOST = 400


def _values(kb: Policykb, type: str, fact: Fact) -> list[Value]:
    """Every value of a fact at which something may turn, and one that is larger than all of them."""
    if fact.datatype == "boolean":
        return [True, False]
    if fact.datatype == "date":
        return [date(2015, 1, 1), date(2020, 6, 1)]
    if fact.datatype in ("decimal", "integer"):
        near = sorted({n for n in near_numbers(kb.book, type, fact) if n >= 0})
        top = 10**9 if fact.datatype == "integer" else HUGE
        return [int(n) if fact.datatype == "integer" else n for n in near if n or fact.datatype == "decimal"] + [top]
    return [(code,) if fact.is_list else code for code in fact.codes]


def _completions(kb: Policykb, record: Record, random: Random) -> Iterator[Record]:
    """The record with all that its type can state; what is missing is tried out in every way, in any order.

    Of two measures that stand in for each other one is enough: where it is stated, the other is not missing.
    """
    facts = [kb.vocabulary.facts[name] for name in kb.vocabulary.record_types[record.type].facts]
    pairs = [derived.inputs for derived in kb.book.derived.values() if derived.expression.op == "first"]
    settled = {name for pair in pairs if set(pair) & record.facts.keys() for name in pair}
    missing = [fact for fact in facts if fact.id not in {*record.facts, *settled}]
    choices = [random.sample(values, len(values)) for values in (_values(kb, record.type, one) for one in missing)]
    for values in product(*choices):
        yield replace(record, facts={**record.facts, **{f.id: v for f, v in zip(missing, values, strict=True)}})


def _total(sums: Sequence[Entitlement]) -> dict[str, tuple[Decimal, Decimal | None]]:
    found: dict[str, tuple[Decimal, Decimal | None]] = {}
    for one in sums:
        low, high = found.get(one.amount.currency, (Decimal(0), Decimal(0)))
        most = None if high is None or one.amount.max is None else high + one.amount.max
        found[one.amount.currency] = (low + one.amount.min, most)
    return found


def _gapped(kb: Policykb, type: str) -> Iterator[tuple[Record, list[Record]]]:
    """Records of which so little is missing that every completion can be tried, with these."""
    random = Random(f"ends {type}")
    names = kb.vocabulary.record_types[type].facts
    for record in generate(kb.book, kb.vocabulary, type, 300, 11):
        facts = dict(record.facts)
        for name in names:
            if name not in facts and random.random() < 0.8:
                values = _values(kb, type, kb.vocabulary.facts[name])
                facts[name] = random.choice(values)
        gapped = replace(record, period="2020", division=None, facts=facts)
        every = list(islice(_completions(kb, gapped, random), MOST + 1))
        if 1 < len(every) <= MOST:
            yield gapped, every


@pytest.mark.parametrize("type", TYPES)
def test_each_end_is_had_by_a_completion(shipped: Policykb, type: str) -> None:
    """The least and the most of a record are those of its completions; no upper end where it grows with a fact, or the
    text states none. Records of other subjects add up, so that the same holds of these and of a district.
    """
    tried = 0
    for record, every in _gapped(shipped, type):
        (stated,) = shipped.decider.alone([record])
        totals = [_total(one[1]) for one in shipped.decider.alone(every) if one is not None]
        if stated is None or not totals:
            continue
        for currency, (low, high) in _total(stated[1]).items():
            ends = [total.get(currency, (Decimal(0), Decimal(0))) for total in totals]
            most = None if any(end[1] is None for end in ends) else max(end[1] or Decimal(0) for end in ends)
            assert low == min(end[0] for end in ends), (record.facts, currency)
            if high is None:
                assert most is None or most > 10**10, (record.facts, currency)
                # It says by which clause: one of the sums has no upper end.
                assert any(one.amount.max is None for one in stated[1] if one.amount.currency == currency)
            else:
                assert high == most, (record.facts, currency)
        tried += 1
        if tried == COUNT:
            break
    assert tried >= min(COUNT, 30)
