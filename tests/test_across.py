"""Records beside each other: what a comparison of all pairs finds is found, in one pass."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from policykb.api import Policykb
from policykb.check import run_check
from policykb.model import Amount, Finding, Place, Record, Value
from policykb.records.across import Across

SETS, SEED = 3000, 20200924
OWN = "370402"
CODES = (None, None, "91370402MA0000015R", "91370402MA0000023L")
SPELLINGS = {
    "甲有限公司": ("甲有限公司", "甲 有限公司", "甲\u3000有限公司\u200b", "甲有限责任公司"),
    "甲股份有限公司": ("甲股份有限公司", "甲股份公司"),
    "abc(中国)": ("ABC（中国）", "abc(中国)", "ＡＢＣ【中国】", "Abc [中国]"),
    "乙": ("乙",),
}
NAME_OF = {spelling: name for name, spellings in SPELLINGS.items() for spelling in spellings}
YEARLY = ("EnterpriseYear", "ZoneAssessment", "TownAssessment")
DIGITS = {"tradeRank": 6, "cityRank": 4, "zaozhuangZone": 0, "chosenOutstanding": 6, "chosenImproved": 6}
DIGITS |= {"zoneCount": 4, "districtInFront": 6}
PLACES = {"tradeRank": "tradeCNY", "cityRank": None}
SINGLE = ("zaozhuangZone", "chosenOutstanding", "chosenImproved")
SHARED = ("zoneCount", "districtInFront")


def facts(kind: str, dice: random.Random) -> dict[str, Value]:
    """Few different values, so that records meet often; some left out."""
    choices: dict[str, dict[str, tuple[Value | None, ...]]] = {
        "EnterpriseYear": {
            "tradeRank": (None, 1, 2, 3),
            "tradeCNY": (None, Decimal(100), Decimal("100.0001"), Decimal(200), Decimal("200.00")),
            "priorTradeCNY": (None, None, Decimal(100), Decimal(200)),
        },
        "ZoneAssessment": {"zaozhuangZone": (None, True, False), "cityRank": (None, 1, 2), "zoneCount": (None, 5, 6)},
        "TownAssessment": {
            "districtInFront": (None, True, False),
            "chosenOutstanding": (None, True, False),
            "chosenImproved": (True, False),
        },
        "Exhibition": {"boothFeeCNY": (None, Decimal(1000), Decimal("1000.0"), Decimal(2000))},
    }
    stated = {fact: dice.choice(values) for fact, values in choices[kind].items()}
    return {fact: value for fact, value in stated.items() if value is not None}


def record_sets() -> Iterator[list[Record]]:
    """Small sets of records of few subjects, types and periods; the id and the row of each are its number."""
    dice = random.Random(SEED)
    for _ in range(SETS):
        kinds = dice.choice((YEARLY[:1], YEARLY[1:], ("Exhibition",), (*YEARLY, "Exhibition")))
        records = []
        for number in range(2, dice.randint(4, 9)):
            kind = dice.choice(kinds)
            period = dice.choice(("2020", "2020", "2020-12-31", "2021"))
            name = dice.choice(dice.choice(tuple(SPELLINGS.values())))
            division = dice.choice((None, OWN, OWN, "370403", "370481"))
            place, own = Place("a.csv", row=number), facts(kind, dice)
            records.append(
                Record(str(number), kind, period, name, dice.choice(CODES), division, own, place, places={"id": place})
            )
        yield records


def name_of(record: Record) -> str:
    return NAME_OF[record.name or ""]


def codes(record: Record, records: list[Record]) -> set[str]:
    """The codes beside the name of a record, in all records."""
    return {r.credit_code for r in records if r.credit_code and name_of(r) == name_of(record)}


def subject(record: Record, records: list[Record]) -> tuple[str, str]:
    """By the code; a name without one by the single code that stands beside it elsewhere."""
    known = {record.credit_code} if record.credit_code else codes(record, records)
    return ("code", str(*known)) if len(known) == 1 else ("name", name_of(record))


def period(record: Record) -> str:
    return record.period[:4] if record.type in YEARLY else record.period


def form(name: str) -> str:
    return name.replace("股份有限公司", "公司").replace("有限公司", "公司")


def compared(fact: str) -> Callable[[Record, Record], bool]:
    """Whether two records are compared by a fact: both state it, in one type and period, in one city or district."""

    def holds(a: Record, b: Record) -> bool:
        stated = fact in a.facts and fact in b.facts
        scopes = {(record.division or OWN)[: DIGITS[fact]] for record in (a, b)}
        return stated and (a.type, period(a)) == (b.type, period(b)) and len(scopes) == 1

    return holds


def expected(records: list[Record]) -> set[tuple[str, str]]:
    """Every finding but those about contradicted places, by comparing each record with all the earlier ones."""
    found: set[tuple[str, str]] = set()
    for at, here in enumerate(records):
        before = records[:at]
        rules = (*twice(here, before, records), *claims(here, before, records), *writing(here, before))
        found |= {(rule, here.id) for rule in rules}
        if here.type == "EnterpriseYear" and of_another_year(here, records):
            found.add(("differing-year", here.id))
        if any(of_another_division(here, one, records) for one in before):
            found.add(("differing-division", here.id))
        beside = codes(here, records)
        if not here.credit_code and beside:
            found.add(("name-without-code" if len(beside) == 1 else "name-of-several-codes", here.id))
        for fact in PLACES:
            rivals = [r for r in records if states(r, fact) and scope(r, fact) == scope(here, fact)]
            bounded = fact == "cityRank" and "zoneCount" in here.facts
            places = [int(str(r.facts[fact])) for r in rivals if fact in r.facts]
            beyond = [place for place in places if place > len(rivals)]
            within = sorted({place for place in places if place <= len(rivals)})
            is_whole = bool(within) and (len(beyond) < 2 or within == [*range(1, len(within) + 1)])
            if fact in here.facts and not bounded and is_whole and here.facts[fact] in beyond:
                found.add(("place-beyond", here.id))
    return found


def of_another_year(here: Record, records: list[Record]) -> bool:
    """Whether the first record of the prior year that states the figure states another than this record says."""
    stated, last = here.facts.get("priorTradeCNY"), str(int(here.period[:4]) - 1)
    own = [r for r in records if r.type == here.type and r.period[:4] == last and "tradeCNY" in r.facts]
    own = [r for r in own if subject(r, records) == subject(here, records)]
    return stated is not None and bool(own) and own[0].facts["tradeCNY"] != stated


def of_another_division(here: Record, other: Record, records: list[Record]) -> bool:
    """Whether two records of one subject and period, of any types, name two divisions."""
    same = subject(here, records) == subject(other, records) and period(here) == period(other)
    return same and bool(here.division and other.division) and here.division != other.division


def states(record: Record, fact: str) -> bool:
    return record.type == {"tradeRank": "EnterpriseYear", "cityRank": "ZoneAssessment"}[fact]


def scope(record: Record, fact: str) -> tuple[str, str, str]:
    return record.type, period(record), (record.division or OWN)[: DIGITS[fact]]


def sums(record: Record) -> set[str]:
    return {fact for fact, value in record.facts.items() if isinstance(value, Decimal)}


def numbers(record: Record) -> set[str]:
    return {fact for fact, value in record.facts.items() if type(value) is int}


def twice(here: Record, before: list[Record], records: list[Record]) -> Iterator[str]:
    same = [r for r in before if (r.type, period(r)) == (here.type, period(here))]
    if here.type not in YEARLY:
        near = [r for r in before if r.type == here.type and may_be_of_one_day(r, here)]
        if here.facts and any(subject(r, records) == subject(here, records) and r.facts == here.facts for r in near):
            yield "identical-record"
        return
    one = [r for r in records if r is not here and (r.type, period(r)) == (here.type, period(here))]
    one = [r for r in one if may_be_one(r, here, records)]
    if any(sums(r) & sums(here) or (numbers(r) & numbers(here) and r.facts != here.facts) for r in one):
        yield "differing-record"
    elif any(r in same for r in one):
        yield "duplicate-record"


def may_be_of_one_day(one: Record, other: Record) -> bool:
    """Whether two events are of one day, or one of them of a year alone, which holds the day of the other."""
    some = {one.period, other.period}
    return len(some) == 1 or (len({text[:4] for text in some}) == 1 and any(len(text) == 4 for text in some))


def may_be_one(one: Record, other: Record, records: list[Record]) -> bool:
    """Whether two records are of one subject, or one of them, which has no code, may be of the other's."""
    for known, open_one in ((one, other), (other, one)):
        of_period = [r for r in records if (r.type, period(r)) == (one.type, period(one))]
        whose = subject(known, records)
        names = {name_of(r) for r in of_period if r.credit_code and subject(r, records) == whose}
        if not open_one.credit_code and name_of(open_one) in names:
            return True
    return subject(one, records) == subject(other, records)


def claims(here: Record, before: list[Record], records: list[Record]) -> Iterator[str]:
    for fact in (*PLACES, *SINGLE, *SHARED):
        rivals = [r for r in before if compared(fact)(r, here)]
        others = [
            r for r in rivals if r.facts[fact] == here.facts[fact] and subject(r, records) != subject(here, records)
        ]
        if fact in PLACES and others:
            yield "shared-place"
        if fact in SINGLE and here.facts.get(fact) is True and others:
            yield "shared-distinction"
        if fact in SHARED and rivals and rivals[0].facts[fact] != here.facts[fact]:
            yield "differing-figure"


def writing(here: Record, before: list[Record]) -> Iterator[str]:
    of_code = [r for r in before if here.credit_code and r.credit_code == here.credit_code]
    of_name = [r for r in before if name_of(r) == name_of(here)]
    coded = [r for r in of_name if r.credit_code]
    renamed = bool(of_code) and name_of(of_code[0]) != name_of(here)
    rivals = bool(here.credit_code and coded) and coded[0].credit_code != here.credit_code
    if renamed:
        yield "code-two-names"
    if rivals:
        yield "name-two-codes"
    if of_name and not rivals and of_name[0].name != here.name:
        yield "differing-spelling"
    alike = [r for r in before if form(name_of(r)) == form(name_of(here))]
    if alike and not of_name and not renamed:
        first = name_of(alike[0])
        if not (here.credit_code and any(name_of(r) == first and r.credit_code for r in before)):
            yield "similar-name"


def run(kb: Policykb, records: list[Record]) -> list[Finding]:
    """What one pass finds."""
    across = Across(kb.decider.record_rules, kb.vocabulary)
    types = kb.decider.record_rules.types
    found = [finding for record in records for finding in across.check(record, types[record.type])]
    return [*found, *(finding for _, finding in across.finish())]


@pytest.mark.proof
def test_one_pass_finds_what_all_pairs_show(shipped: Policykb) -> None:
    """Three thousand generated sets: repeated records, shared places and distinctions, spellings, codes."""
    wrong, seen = [], set()
    for records in record_sets():
        got = {(f.rule, str(f.record)) for f in run(shipped, records) if f.rule != "contradicted-place"}
        seen |= {rule for rule, _ in got}
        if got != expected(records):
            wrong.append((records, got ^ expected(records)))

    assert wrong[:1] == []
    assert len(seen) == 15  # each kind has come up


def test_places_that_figures_contradict(shipped: Policykb) -> None:
    """A finding names a true contradiction, and every ranking that holds any has one."""
    for records in record_sets():
        holds = compared("tradeRank")
        pairs = {
            (worse.id, better.id)
            for a, b in combinations(records, 2)
            for better, worse in ((a, b), (b, a))
            if holds(a, b)
            and {"tradeCNY"} <= better.facts.keys() & worse.facts.keys()
            and better.facts["tradeRank"] < worse.facts["tradeRank"]  # type: ignore[operator]
            and better.facts["tradeCNY"] < worse.facts["tradeCNY"]  # type: ignore[operator]
        }
        found = [f for f in run(shipped, records) if f.rule == "contradicted-place"]
        named = {(str(f.record), re.findall(r"a\.csv, row (\d+)", f.message.en)[0]) for f in found}

        assert named <= pairs
        by_id = {record.id: record for record in records}
        assert all(any(holds(by_id[worse], by_id[record]) for record, _ in named) for worse, _ in pairs)


def year(number: int, name: str, period: str = "2020", code: str | None = None, **stated: Value) -> Record:
    """An enterprise-year in row `number` of a table."""
    place = Place("b.csv", row=number)
    return Record(f"r{number}", "EnterpriseYear", period, name, code, None, stated, place, places={"id": place})


def told(shipped: Policykb, *records: Record) -> list[tuple[str | None, str]]:
    return [(finding.record, finding.rule) for finding in shipped.apply(records).findings]


def test_a_year_written_as_its_last_day_is_the_year(shipped: Policykb) -> None:
    """2020 and 2020-12-31 are one year, so the second record is a repeated one."""
    found = told(shipped, year(2, "甲", "2020", tradeRank=1), year(3, "甲", "2020-12-31", tradeRank=1))

    assert found == [("r3", "Record-period-year"), ("r3", "duplicate-record")]


def test_rows_without_a_period_are_no_parts_of_one_year(shipped: Policykb) -> None:
    """Of two sheets, 2020 and 2021, that forgot the column of years nobody is told to add the figures up."""
    figures = {"tradeCNY": Decimal(6000)}, {"tradeCNY": Decimal(7000)}
    found = told(shipped, year(2, "甲", "", **figures[0]), year(3, "甲", "", **figures[1]))

    assert found == [("r2", "Record-period"), ("r3", "Record-period")]


def test_a_contradicted_place_shows_both_records(shipped: Policykb) -> None:
    """Rank 1 with 100 beside rank 2 with 250.5: both figures, both places, and where the other stands."""
    kinds = {"tradeRank": 1, "tradeCNY": Decimal(100)}, {"tradeRank": 2, "tradeCNY": Decimal("250.50")}
    answer = shipped.apply([year(2, "甲", **kinds[0]), year(3, "乙", **kinds[1])])
    finding = next(f for f in answer.findings if f.rule == "contradicted-place")

    assert (finding.record, finding.severity, finding.place.row, finding.fact) == ("r3", "warning", 3, "tradeRank")
    assert finding.message.en == (
        "“Rank by trade in the district” does not agree with “Total imports and exports of the year”: "
        "here place 2 with 250.5, while b.csv, row 2 has place 1 with only 100."
    )


def test_equal_figures_may_have_an_order(shipped: Policykb) -> None:
    """Whoever settles a tie puts one first; that contradicts nothing."""
    same = Decimal(100000)

    assert told(shipped, year(2, "甲", tradeRank=1, tradeCNY=same), year(3, "乙", tradeRank=2, tradeCNY=same)) == []


def test_one_subject_in_two_spellings_has_one_total(shipped: Policykb) -> None:
    """Width and kind of brackets, blanks and case make no other subject: one total, and the spelling is pointed out."""
    first, second = (
        Record(
            f"r{n}",
            "TalentHire",
            f"2020-10-0{n}",
            name,
            None,
            None,
            {"fullTime": True, "level": "national"},
            Place("c"),
        )
        for n, name in ((1, "ABC（中国）有限公司"), (2, "abc (中国)有限公司"))
    )
    answer = shipped.apply([first, second])

    assert [(e.name, e.records, e.total["CNY"]) for e in answer.enterprises] == [
        ("ABC（中国）有限公司", ("r1", "r2"), Amount(Decimal("4000000.00"), Decimal("4000000.00"), "CNY"))
    ]
    assert [finding.rule for finding in answer.findings] == ["differing-spelling"]


def test_names_that_differ_in_the_form_alone_stay_two(shipped: Policykb) -> None:
    """有限公司 and 股份有限公司 are two forms, and may be one enterprise: suspected, never merged."""
    answer = shipped.apply([year(2, "甲有限公司"), year(3, "甲股份有限公司")])

    assert len(answer.enterprises) == 2
    assert [finding.rule for finding in answer.findings] == ["similar-name"]


def test_derived_places_are_no_statements(shipped: Policykb) -> None:
    """Places that were derived from the figures are shared where the figures are equal, which is told as a tie."""
    records = [year(n, name, tradeCNY=Decimal(100000)) for n, name in ((2, "甲"), (3, "乙"))]
    answer = shipped.apply(records, complete=True)

    assert [finding.rule for finding in answer.findings] == ["rank-tied", "rank-tied"]


def test_ranks_of_a_year_written_two_ways_are_derived_together(shipped: Policykb) -> None:
    """Two enterprises, one with the year written as its last day: the smaller is second."""
    records = [year(2, "甲", tradeCNY=Decimal(200)), year(3, "乙", "2020-12-31", tradeCNY=Decimal(100))]
    answer = shipped.apply(records, complete=True)

    assert [record.facts["tradeRank"] for record in answer.records] == [1, 2]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_checking_a_file_finds_the_same(shipped: Policykb, tmp_path: Path, kind: str) -> None:
    """`check`, which holds no records, tells the same about them as `apply`, record and row included."""
    rows = [("甲（一）", 1, 10000), ("乙", 1, 30000), ("丙", 2, 40000), ("甲(一)", 3, 5000)]
    file = tmp_path / f"EnterpriseYear.{kind}"
    if kind == "csv":
        lines = [f"e{n},{name},2020,{rank},{trade}" for n, (name, rank, trade) in enumerate(rows)]
        file.write_text("\n".join(["id,name,period,tradeRank,tradeCNY", *lines]), encoding="utf-8")
    else:
        records = [
            {"id": f"e{n}", "type": "EnterpriseYear", "period": "2020", "subject": {"name": name}}
            | {"tradeRank": rank, "tradeCNY": trade}
            for n, (name, rank, trade) in enumerate(rows)
        ]
        file.write_text(json.dumps({"records": records}), encoding="utf-8")
    report = run_check(shipped, [file])
    answer = shipped.apply(shipped.read([file]))

    assert [located.finding for located in report.findings] == list(answer.findings)
    assert [(f.record, f.rule) for f in answer.findings] == [
        ("e3", "differing-spelling"),
        ("e0", "differing-record"),
        ("e3", "differing-record"),
        ("e1", "shared-place"),
        ("e2", "contradicted-place"),
    ]
