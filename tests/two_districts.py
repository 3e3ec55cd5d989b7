"""Two made-up documents side by side whose groups bind clauses of each other, and what they come to by another way.

The documents are the fixture with groups over several records and a copy of it that gives other sums; their groups are
drawn anew. What a subject gets is worked out here from the sums of the clauses alone: what gives way is taken out, and
a linear program finds the most that is left under all caps at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import highspy

from made import beside_the_shipped

__all__ = ["GIVEN", "SCOPES", "SLUGS", "Bound", "completions", "district", "drawn", "most", "records_of", "written"]

FIXTURE = Path(__file__).parent / "fixtures" / "scopes"
SLUGS = ("demo-2023", "other-2023")
SCOPES = ("record", "subject-year", "subject")
GIVEN: Mapping[str, tuple[str, str, tuple[str, str]]] = {
    "01-booth": ("Exhibition", "overseas", ("0.5", "0.4")),
    "02-volume": ("EnterpriseYear", "tradeCNY", ("120000", "90000")),
    "03-warehouse": ("EnterpriseYear", "overseasWarehouseArea", ("40000", "55000")),
    "03-platform": ("EnterpriseYear", "sellsViaPlatform", ("30000", "20000")),
    "05-talent": ("TalentReferral", "fullTime", ("50000", "70000")),
    "05-project": ("ProjectReferral", "newlyIntroduced", ("80000", "65000")),
    "06-foreign": ("ForeignCapitalProject", "foreignInvested", ("300000", "200000")),
    "06-chain": ("ChainProject", "chainProject", ("60000", "110000")),
}
"""By clause, in the order of the text: the type of record, the one fact that it hangs on, and what each document gives;
of the first it is a share of the fee."""
TRUE: Mapping[str, Any] = {"tradeCNY": 8_000_000, "overseasWarehouseArea": 1}
FALSE: Mapping[str, Any] = {"tradeCNY": 7_999_999, "overseasWarehouseArea": 0}


@dataclass(frozen=True)
class Bound:
    """A group as it was drawn: clauses as `slug/name`, of which the last ones may be of the other document."""

    slug: str
    name: str
    members: tuple[str, ...]
    scope: str
    way: str
    cap: int = 0

    @property
    def is_across(self) -> bool:
        """Whether it binds clauses of the other document."""
        return any(not one.startswith(self.slug) for one in self.members)


def written(folder: Path) -> Path:
    """A knowledge base with both documents beside the shipped one."""
    beside_the_shipped(folder, FIXTURE)
    for part in ("policy", "shapes"):
        (own := folder / part / SLUGS[1]).mkdir()
        for path in (folder / part / SLUGS[0]).iterdir():
            text = path.read_text("utf-8").replace(SLUGS[0], SLUGS[1])
            if path.name == "document.ttl":
                for sums in (given for _, _, given in GIVEN.values()):
                    text = text.replace(f" {sums[0]}.0 ;", f" {sums[1]}.0 ;").replace(
                        f"rate {sums[0]} ;", f"rate {sums[1]} ;"
                    )
            (own / path.name).write_text(text, "utf-8")
    return folder


def drawn(random: Random, ways: Sequence[str], clauses: Sequence[str] = tuple(GIVEN)) -> list[Bound]:
    """Groups of both documents: of each some of its own clauses, and some that bind clauses of the other as well."""
    found = []
    for slug, other in (SLUGS, SLUGS[::-1]):
        names = random.sample(clauses, len(clauses))
        for number in range(random.randint(1, 3)):
            if len(names) < 2:
                break
            mine = [f"{slug}/{names.pop()}" for _ in range(random.randint(1, 2))]
            theirs = [f"{other}/{name}" for name in random.sample(clauses, random.choice((0, 1, 2, 3)))]
            way, members = random.choice(ways), (*mine, *theirs)
            if len(members) < 2:
                way = "sum"
            if way == "excluded":
                random.shuffle(members := [*members])
            cap = random.choice((30_000, 60_000, 90_000, 150_000, 250_000))
            scopes = SCOPES if way == "sum" else SCOPES[1:]
            found.append(Bound(slug, f"art-01-g{number}", tuple(members), random.choice(scopes), way, cap))
    return found


def district(folder: Path, groups: Sequence[Bound]) -> None:
    """Write these groups in the place of those that are there."""
    for slug in SLUGS:
        path = folder / "policy" / slug / "document.ttl"
        text = re.sub(r"(?ms)^<clause/[\w-]+> a pkb:Group ;.*?\.\n(?=\n|\Z)", "", path.read_text("utf-8"))
        path.write_text(
            f"{text.rstrip()}\n" + "".join(f"\n{_turtle(one)}\n" for one in groups if one.slug == slug), "utf-8"
        )


def _turtle(one: Bound) -> str:
    members = [f"<https://w3id.org/policykb/id/{name.replace('/', '/clause/art-')}>" for name in one.members]
    more = {"sum": f"schema:maxValue {one.cap}.0 ;", "excluded": f"pkb:excluding {members[0]} ;"}.get(one.way, "")
    return (
        f'<clause/{one.name}> a pkb:Group ; rdfs:label "组"@zh , "group"@en ; pkb:scope pkb-scope:{one.scope} ;'
        f" pkb:combination pkb-combine:{one.way} ; pkb:member {' , '.join(members)} ; {more}"
        f' dct:source <art-01-s2> ; pkb:words "每家企业每年参展补助最高不超过10万元" .'
    )


def records_of(random: Random, subject: str, missing: float) -> list[dict[str, Any]]:
    """A few records of one subject, in one or two years, with facts missing."""
    kinds: dict[str, list[str]] = {}
    for kind, fact, _ in GIVEN.values():
        kinds.setdefault(kind, []).append(fact)
    found = []
    for number in range(random.randint(1, 5)):
        kind = random.choice([*kinds])
        stated = {
            fact: (TRUE if random.random() < 0.8 else FALSE).get(fact, random.random() < 0.8) for fact in kinds[kind]
        }
        stated = {fact: value for fact, value in stated.items() if random.random() >= missing}
        if kind == "Exhibition":
            stated["boothFeeCNY"] = random.choice((20_000, 60_000, 110_000, "33333.30"))
        year = random.choice(("2022", "2023", "2023"))
        if kind == "EnterpriseYear" and any(one["type"] == kind and one["period"] == year for one in found):
            continue  # of a year there is one
        found.append(
            {"id": f"{subject}-{number}", "type": kind, "period": year, "subject": {"name": subject}, **stated}
        )
    return found


def completions(records: Sequence[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The same records with all that is missing, in every way."""
    open_ = [
        (n, fact)
        for n, one in enumerate(records)
        for kind, fact, _ in GIVEN.values()
        if kind == one["type"] and fact not in one
    ]
    for values in product((True, False), repeat=len(open_)):
        found = [dict(one) for one in records]
        for (number, fact), is_met in zip(open_, values, strict=True):
            found[number][fact] = (TRUE if is_met else FALSE).get(fact, is_met)
        yield found


# --- What a subject gets, by another way


@dataclass(frozen=True)
class _Sum:
    clause: str
    record: str
    year: str
    amount: Decimal


def _sums(records: Sequence[Mapping[str, Any]]) -> list[_Sum]:
    """What each record is given by each clause, before anything is combined."""
    found = []
    for record in records:
        for place, slug in enumerate(SLUGS):
            for name, (kind, fact, given) in GIVEN.items():
                if record["type"] != kind or record[fact] != TRUE.get(fact, True):
                    continue
                share = Decimal(str(record["boothFeeCNY"])) if name == "01-booth" else Decimal(1)
                amount = (Decimal(given[place]) * share).quantize(Decimal("0.01"))
                found.append(_Sum(f"{slug}/{name}", record["id"], record["period"], amount))
    return found


def _cases(group: Bound, sums: Sequence[_Sum]) -> list[list[_Sum]]:
    found: dict[tuple[str, ...], list[_Sum]] = {}
    for one in sums:
        if one.clause in group.members:
            key = {"record": (one.record,), "subject-year": (one.year,), "subject": ()}[group.scope]
            found.setdefault(key, []).append(one)
    return [*found.values()]


def most(groups: Sequence[Bound], records: Sequence[Mapping[str, Any]]) -> Decimal:
    """The most that records of one subject, with nothing missing, come to under all groups."""
    sums = _sums(records)
    choosing = [one for one in groups if one.way != "sum"]
    for group in sorted(choosing, key=lambda one: (SCOPES.index(one.scope), one.is_across, SLUGS.index(one.slug))):
        for case in _cases(group, sums):
            if group.way == "excluded":
                first = [one for one in case if one.clause == group.members[0]]
                gone = [one for one in case if one not in first] if first else []
            else:
                best = max(case, key=lambda one: one.amount)
                gone = [one for one in case if one is not best]
            sums = [one for one in sums if not any(one is lost for lost in gone)]
    return _linear(sums, [case for group in groups if group.way == "sum" for case in _capped(group, sums)])


def _capped(group: Bound, sums: Sequence[_Sum]) -> list[tuple[list[_Sum], int]]:
    return [(case, group.cap) for case in _cases(group, sums)]


def _linear(sums: Sequence[_Sum], caps: Sequence[tuple[list[_Sum], int]]) -> Decimal:
    """The most of all sums, each cut as far as it must be."""
    if not sums:
        return Decimal(0)
    solver = highspy.Highs()
    solver.silent()
    paid = {id(one): solver.addVariable(0, float(one.amount), 1.0) for one in sums}
    for case, cap in caps:
        solver.addConstr(sum((paid[id(one)] for one in case[1:]), start=paid[id(case[0])] * 1.0) <= float(cap))
    solver.maximize(sum((paid[id(one)] for one in sums[1:]), start=paid[id(sums[0])] * 1.0))
    return Decimal(str(round(solver.getObjectiveValue(), 2))).quantize(Decimal("0.01"))
