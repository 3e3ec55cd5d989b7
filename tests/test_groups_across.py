"""Groups that bind clauses of several documents, which may cross: held against a linear program over all of them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from policykb.api import Policykb
from policykb.columns.aside import _once
from policykb.columns.engines import PolarsEngine
from policykb.columns.screen import Screening
from policykb.columns.together import screen_together_by_each
from policykb.columns.totals import Sums
from policykb.errors import CallError, KnowledgeError
from policykb.law.fingerprint import JOINED
from policykb.reports.as_json import to_json
from policykb.reports.phrases import Phrases
from policykb.reports.tell import tell
from policykb.shelf import each, load_documents
from soaking import times
from two_districts import GIVEN, SCOPES, SLUGS, Bound, completions, district, drawn, most, records_of, written

DRAWN = max(8, times(0))
EVERYDAY = 2
SUBJECTS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with two documents whose groups are drawn."""
    return written(tmp_path_factory.mktemp("kb"))


def totals(folder: Path, records: list[dict[str, Any]]) -> dict[str, tuple[Decimal, Decimal | None]]:
    """The least and the most that each subject gets of both documents."""
    answer = load_documents(folder, JOINED.join(SLUGS), engine="columns").apply(records)
    nothing = Decimal(0), Decimal(0)
    return {
        str(one.name): (one.total["CNY"].min, one.total["CNY"].max) if "CNY" in one.total else nothing
        for one in answer.enterprises
    }


def has_circle(groups: list[Bound]) -> bool:
    """Whether caps that share clauses are joined to a circle: there are more pairs of them than a tree has branches."""
    caps = [one for one in groups if one.way == "sum"]
    pairs = [(a, b) for n, a in enumerate(caps) for b in range(n) if not {*a.members}.isdisjoint(caps[b].members)]
    parts = [{n} for n in range(len(caps))]
    for one, b in pairs:
        a = caps.index(one)
        joined = [part for part in parts if a in part or b in part]
        parts = [part for part in parts if part not in joined] + [set().union(*joined)]
    return len(pairs) > len(caps) - len(parts)


def test_two_caps_that_cross(folder: Path) -> None:
    """Volume and talent stop at 150,000 yuan, a project of the other document and talent at 60,000.

    120,000 and 50,000 become 150,000; with 65,000 for the project that is 215,000. What the second cap limits comes to
    60,000, and volume, which it does not, to 120,000: so 180,000 are left, and beside them 80,000 and 70,000.
    """
    demo, other = SLUGS
    first = Bound(demo, "art-01-g0", (f"{demo}/02-volume", f"{demo}/05-talent"), "subject", "sum", 150_000)
    second = Bound(other, "art-01-g0", (f"{other}/05-project", f"{demo}/05-talent"), "subject", "sum", 60_000)
    district(folder, [first, second])
    facts = (("EnterpriseYear", {"tradeCNY": 8_000_000, "overseasWarehouseArea": 0, "sellsViaPlatform": False}),
             ("TalentReferral", {"fullTime": True}), ("ProjectReferral", {"newlyIntroduced": True}))  # fmt: skip
    records = [
        {"id": f"r{n}", "type": kind, "period": "2023", "subject": {"name": "甲"}, **stated}
        for n, (kind, stated) in enumerate(facts)
    ]
    kb = load_documents(folder, JOINED.join(SLUGS))
    answer = kb.apply(records)

    given = {one.source: str(one.amount.max) for one in answer.entitlements}
    assert given == {
        "other-2023/art-01-g0": "180000.00",
        "other-2023/art-02-volume": "90000.00",
        "demo-2023/art-05-project": "80000.00",
        "other-2023/art-05-talent": "70000.00",
    }
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "en")
    joints = json.loads(to_json(answer, phrases))["joints"]
    by_group = {one["group"]: one for one in joints if one["document"] == other}
    money = {name: by_group["art-01-g0"][name]["max"] for name in ("cap", "amount", "beyond")}
    assert money == {"cap": "60000.00", "amount": "180000.00", "beyond": "120000.00"}
    members = [(one["document"], one["clause"]) for one in by_group["art-01-g0"]["members"]]
    assert members == [(demo, "art-02-volume"), (demo, "art-05-talent"), (other, "art-05-project")]
    items = [item for subject in tell(answer, phrases).subjects for record in subject.records
             for section in record.sections for item in section.items]  # fmt: skip
    told = [line.text for item in items if item.source == second.slug + "/" + second.name for line in item.lines]
    assert any(text.startswith("RMB 120,000 of it is not limited by this cap") for text in told)


def has_narrow_cap(groups: list[Bound]) -> bool:
    """Whether one of several is had over more records than another group caps some of the same in."""
    wide = [one for one in groups if one.way != "sum" and one.scope == "subject"]
    yearly = [one for one in groups if one.way != "sum" and one.scope != "record"]
    caps = {scope: [one for one in groups if one.way == "sum" and one.scope == scope] for scope in SCOPES}
    pairs = [(a, b) for a in wide for b in caps["subject-year"]] + [(a, b) for a in yearly for b in caps["record"]]
    return any(not {*a.members}.isdisjoint(b.members) for a, b in pairs)


@pytest.mark.proof
def test_a_cap_narrower_than_a_choice_is_refused(folder: Path) -> None:
    """Where one of two is had in a year and a cap of one record shares it, neither comes first."""
    demo, other = SLUGS
    choice = Bound(other, "art-01-g0", (f"{other}/01-booth", f"{demo}/01-booth"), "subject-year", "highest")
    caps = [Bound(demo, "art-01-g0", (f"{demo}/01-booth",), scope, "sum", 30_000) for scope in SCOPES]

    for cap, is_refused in zip(caps, (True, False, False), strict=True):
        district(folder, [choice, cap])
        assert has_narrow_cap([choice, cap]) == is_refused
        if not is_refused:
            load_documents(folder, JOINED.join(SLUGS))
            continue
        with pytest.raises(KnowledgeError, match="--policy") as found:
            load_documents(folder, JOINED.join(SLUGS))
        assert "demo-2023/art-01-g0" in found.value.say("en")


@pytest.mark.proof
def test_caps_in_a_circle_are_refused(folder: Path) -> None:
    """Four caps of two documents, each sharing a clause with the next: refused where both are loaded, only there."""
    demo, other = SLUGS
    groups = [
        Bound(demo, "art-01-g0", (f"{demo}/01-booth", f"{other}/02-volume"), "subject", "sum", 30_000),
        Bound(demo, "art-01-g1", (f"{demo}/03-platform", f"{other}/05-talent"), "subject", "sum", 30_000),
        Bound(other, "art-01-g0", (f"{other}/02-volume", f"{demo}/03-platform"), "subject", "sum", 30_000),
        Bound(other, "art-01-g1", (f"{other}/05-talent", f"{demo}/01-booth"), "subject", "sum", 30_000),
    ]
    district(folder, groups)

    with pytest.raises(KnowledgeError, match="--policy") as found:
        load_documents(folder, JOINED.join(SLUGS))
    assert "other-2023/art-01-g1" in found.value.say("en")
    assert {slug: load_documents(folder, slug).book.joints.keys() for slug in SLUGS} == {
        slug: {"art-01-g0", "art-01-g1"} for slug in SLUGS
    }
    assert [has_circle(groups), has_circle(groups[:3])] == [True, False]
    district(folder, groups[:3])
    load_documents(folder, JOINED.join(SLUGS))


@pytest.mark.parametrize(
    "seed", [*range(EVERYDAY), *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(EVERYDAY, DRAWN))]
)
def test_the_most_that_is_lawful(folder: Path, seed: int) -> None:
    """With nothing missing it is the most under all rules; with something missing both ends hold for all it may be."""
    random = Random(seed)
    groups = drawn(random, ("sum",) if seed % 2 else ("sum", "sum", "highest", "choice", "excluded"))
    while has_circle(groups) or has_narrow_cap(groups):
        groups = drawn(random, ("sum",))
    district(folder, groups)
    known = {f"s{n}": records_of(random, f"s{n}", 0) for n in range(SUBJECTS)}
    unknown = {f"u{n}": records_of(random, f"u{n}", 0.25) for n in range(SUBJECTS)}

    found = totals(folder, [one for mine in (known | unknown).values() for one in mine])

    worked_out = {name: most(groups, mine) for name, mine in known.items()}
    assert {name: found[name] for name in known} == {name: (one, one) for name, one in worked_out.items()}
    for name, mine in unknown.items():
        all_ = [most(groups, one) for one in completions(mine)]
        low, high = found[name]
        assert low <= min(all_), (name, low, min(all_))
        assert high is not None and high >= max(all_), (name, high, max(all_))
        if all(group.way == "sum" for group in groups):
            assert (low, high) == (min(all_), max(all_)), name


# --- Screened


def test_a_record_that_documents_read_unlike_is_refused(tmp_path: Path) -> None:
    """Each record is taken once; where two documents read another name for one, nothing is combined."""
    columns = {"record": ["a", "a"], "row": [0, 0], "code": [None, None], "year": ["2023", "2023"], "fee": [None, 5]}
    engine = PolarsEngine()
    alike, unlike, unnamed = (
        engine.table(str(names), pl.LazyFrame({**columns, "name": names}, schema_overrides={"code": pl.String}))
        for names in (["甲", "甲"], ["甲", "乙"], ["甲", None])
    )

    found = engine.frame(_once(engine, alike, tmp_path).select("record", "name", "fee"))
    assert found.collect().rows() == [("a", "甲", 5)]
    for one in (unlike, unnamed):
        with pytest.raises(CallError, match="--policy"):
            _once(engine, one, tmp_path)


def screened(kb: Policykb, source: Path, out: Path) -> tuple[set[Any], set[Any], tuple[Decimal, Decimal]]:
    """What counts, what became of every clause, and the totals of all, as the folders of both documents have it."""
    job = Screening(kb.vocabulary.record_types["Exhibition"], out, portion=29)
    sums, fates, low, high = set(), set(), Decimal(0), Decimal(0)
    for one, found in screen_together_by_each(each(kb), [source], None, job):
        slug = one.knowledge.policy
        rows = [
            row
            for name in found.reports
            for file in (out / slug / name / "decisions").glob("*.parquet")
            for row in pl.read_parquet(file).rows(named=True)
        ]
        for row in rows:
            whole = {name: None if row[name] is None else f"{slug}/{row[name]}" for name in ("clause", "group")}
            if row["counted"]:
                sums.add((row["record"], *whole.values(), row["status"], row["amount_min"], row["amount_max"]))
            if row["clause"] is not None and row["amount_min"] is not None:
                by = row["suppressed_by"]
                by = by if by is None or "/" in by else f"{slug}/{by}"
                fates.add((row["record"], whole["clause"], row["selected"], by, row["suppressed_in"]))
        of_tables = [report.summary.totals["CNY"] for report in found.reports.values() if report.summary.totals]
        owed = found.owed.totals["CNY"] if found.owed.totals else Sums(Decimal(0), Decimal(0), 0)
        added = sum(one.min for one in of_tables), sum(one.max for one in of_tables)
        assert added == (owed.min, owed.max), slug
        low, high = low + owed.min, high + owed.max
    return sums, fates, (low, high)


def test_cases_are_counted_wherever_a_group_changes_a_sum(folder: Path, tmp_path: Path) -> None:
    """甲 has 65,000 for a project by one document and 50,000 for talent by the other: a case in each.

    Together they are 60,000 at most. 乙 has the talent alone, which the cap leaves as it is: no case.
    """
    demo, other = SLUGS
    district(
        folder, [Bound(other, "art-01-g0", (f"{other}/05-project", f"{demo}/05-talent"), "subject", "sum", 60_000)]
    )
    facts = (("甲", "TalentReferral", {"fullTime": True}), ("甲", "ProjectReferral", {"newlyIntroduced": True}),
             ("乙", "TalentReferral", {"fullTime": True}))  # fmt: skip
    records = [
        {"id": f"r{n}", "type": kind, "period": "2023", "subject": {"name": name}, **stated}
        for n, (name, kind, stated) in enumerate(facts)
    ]
    source = tmp_path / "r.json"
    source.write_text(json.dumps({"records": records}), "utf-8")
    kb = load_documents(folder, JOINED.join(SLUGS), engine="columns")
    job = Screening(kb.vocabulary.record_types["Exhibition"], tmp_path / "out")

    told = {
        (one.knowledge.policy, name): (joint.cases, str(joint.before.max), str(joint.after.max))
        for one, found in screen_together_by_each(each(kb), [source], None, job)
        for name, report in found.reports.items()
        for joint in report.summary.joints
    }
    assert told == {
        (demo, "TalentReferral"): (1, "50000.00", "0.00"),
        (other, "ProjectReferral"): (1, "65000.00", "0.00"),
        (other, "TalentReferral"): (1, "0.00", "60000.00"),
    }


@pytest.mark.parametrize(
    "seed", [*range(EVERYDAY), *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(EVERYDAY, DRAWN))]
)
@pytest.mark.proof
def test_screened_as_applied(folder: Path, tmp_path: Path, seed: int) -> None:
    """Screening by both documents together gives the same sums from the same sources, and the same winners."""
    random = Random(seed)
    groups = drawn(random, ("sum", "sum", "highest", "choice", "excluded"))
    while has_circle(groups) or has_narrow_cap(groups):
        groups = drawn(random, ("sum",))
    district(folder, groups)
    records = [one for n in range(SUBJECTS) for one in records_of(random, f"s{n}", 0.2)]
    # A sum of several stands by the first of its records, which tables have type by type.
    order = list(dict.fromkeys(kind for kind, _, _ in GIVEN.values()))
    records.sort(key=lambda one: order.index(one["type"]))
    source = tmp_path / "r.json"
    source.write_text(json.dumps({"records": records}), "utf-8")
    kb = load_documents(folder, JOINED.join(SLUGS), engine="columns")
    answer = kb.apply([source])

    sums, fates, totals_ = screened(kb, source, tmp_path / "out")

    counted = [one.amount for one in answer.entitlements]
    assert sums == {(e.record, e.clause, e.group, e.status, e.amount.min, e.amount.max) for e in answer.entitlements}
    assert fates == {
        (d.record, d.clause, d.selected, d.suppressed_by, d.suppressed_in) for d in answer.decisions if d.amount
    }
    assert totals_ == (sum(one.min for one in counted), sum(one.max or 0 for one in counted))
