"""What the knowledge base says about data, as readers and forms see it."""

from __future__ import annotations

import re
from decimal import Decimal as D
from pathlib import Path

import pytest

from policykb.law.load import load
from policykb.law.vocabulary import read_vocabulary
from policykb.model import UnitForm, Vocabulary
from policykb.readers.words import normal

READERS = Path(__file__).parents[1] / "scripts" / "policykb" / "readers"
RANKS = READERS.parent / "answers" / "ranks.py"
ENVELOPES = READERS.parent / "answers" / "envelopes.py"
HISTORY = ENVELOPES.with_name("history.py")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """The vocabulary of the shipped knowledge base."""
    return read_vocabulary(load(policy="szq-2020-12"))


def test_record_types_stand_in_their_order(vocabulary: Vocabulary) -> None:
    """Eighteen kinds of record, in the document's order."""
    assert (len(vocabulary.record_types), next(iter(vocabulary.record_types)), [*vocabulary.record_types][-1]) == (
        18,
        "EnterpriseYear",
        "TownAssessment",
    )


def test_a_fact_knows_its_unit_its_types_and_who_decides(vocabulary: Vocabulary) -> None:
    """Each fact is declared once, with all that forms and readers need."""
    area, accepted = vocabulary.facts["overseasWarehouseArea"], vocabulary.facts["recognisedPlatform"]

    assert (area.datatype, area.unit, area.record_types, area.decided_by) == (
        "decimal",
        "m2",
        ("EnterpriseYear",),
        None,
    )
    assert accepted.decided_by is not None
    assert (accepted.decided_by.id, accepted.is_derived, accepted.inputs) == (
        "district-government",
        False,
        ("recognisedPlatform",),
    )


def test_a_derived_fact_knows_what_it_rests_on(vocabulary: Vocabulary) -> None:
    """The increase rests on this year's and last year's trade, and no table states it."""
    increase = vocabulary.facts["tradeIncreaseUSD"]

    assert (increase.is_derived, increase.inputs, increase.record_types) == (True, ("tradeUSD", "priorTradeUSD"), ())


def test_closed_lists_come_from_the_data_rules(vocabulary: Vocabulary) -> None:
    """The codes of a fact are those its data rules allow, in their order."""
    assert vocabulary.facts["designatedLevel"].codes == ("province", "city", "district", "none")
    assert vocabulary.facts["programmes"].codes == ("national", "taishan", "zaozhuang")


@pytest.mark.parametrize(
    "form",
    [
        UnitForm("万元", "CNY", D("10000")),
        UnitForm("亿元", "CNY", D("100000000")),
        UnitForm("万美元", "USD", D("10000")),
        UnitForm("㎡", "m2", D("1")),
        UnitForm("亩", "m2", D("2000"), D("3")),
    ],
)
def test_written_units(vocabulary: Vocabulary, form: UnitForm) -> None:
    """How many of the unit one of each written form makes."""
    assert vocabulary.unit_forms[form.written] == form


def test_no_name_means_two_items_of_one_record_type(vocabulary: Vocabulary) -> None:
    """Within a record type every label and other name belongs to one fact or column."""
    doubled = []
    for kind in vocabulary.record_types.values():
        seen: dict[str, str] = {}
        items = [("column", name, label) for name, label in vocabulary.columns.items()]
        items += [("fact", fact, vocabulary.facts[fact].label) for fact in kind.facts]
        for sort, name, label in items:
            for written in {normal(w) for w in (name, label.zh, label.en, *vocabulary.aliases.get((sort, name), ()))}:
                if seen.setdefault(written, name) != name:
                    doubled.append((kind.id, written, seen[written], name))

    assert doubled == []


def test_every_finding_has_its_message(vocabulary: Vocabulary) -> None:
    """Every rule of readers, derived facts and envelopes has a message and mend in both languages, and each is used."""
    code = "".join(path.read_text(encoding="utf-8") for path in READERS.rglob("*.py"))
    # Errors, which end the reading, and the words for their places are in a catalogue of their own.
    code = re.sub(r"\b(?:InputError|CallError|KnowledgeError|at)\(\s*([^,)]*)", "", code)
    named = set(re.findall(r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)+|converted)"', code))
    named |= set(re.findall(r'say\("([a-z-]+)"', RANKS.read_text(encoding="utf-8")))
    named |= set(re.findall(r'"(envelope-[a-z]+)"', ENVELOPES.read_text(encoding="utf-8")))
    named |= set(re.findall(r'"(history-differs)"', HISTORY.read_text(encoding="utf-8")))
    encodings = {"utf-8", "utf-16", "utf-8-sig", "utf-16-le", "utf-16-be"}
    named |= {rule for _, rule in vocabulary.refused_units.values()}
    lists = {name for sort, name in vocabulary.aliases if sort in ("words", "row")}

    assert named - encodings - lists == set(vocabulary.messages)
    assert [rule for rule, texts in vocabulary.messages.items() for text in texts if not (text.zh and text.en)] == []


def test_messages_hold_the_same_placeholders_in_both_languages(vocabulary: Vocabulary) -> None:
    """A message says the same in Chinese and English."""
    assert [
        rule
        for rule, texts in vocabulary.messages.items()
        for text in texts
        if set(re.findall(r"{(\w+)}", text.zh)) != set(re.findall(r"{(\w+)}", text.en))
    ] == []
