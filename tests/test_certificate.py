"""The best lawful combination and its certificate, which a separate program checks again."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from typer.testing import CliRunner

from made import beside_the_shipped
from policykb.advice.awards import Award, Tree, come_to, members_of
from policykb.advice.certificate import certificate_json
from policykb.advice.program import best_of
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.errors import CallError
from policykb.model import Group
from policykb.shelf import load_documents
from soaking import times

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
DISTRICT = ROOT / "docs" / "examples" / "district-2020.json"
TREES = times(40)

# --- Against every lawful set, by brute force ------------------------------------------------------------------------


def _group(combination: str) -> Group:
    return Group("g", "urn:g", None, (), combination, "", "")  # type: ignore[arg-type]


def _tree(random: Random, left: int, names: Iterator[int]) -> Tree:
    """An award, or a group of up to three parts, of which some again are groups; sums are often equal."""
    if left == 0 or random.random() < 0.4:
        most = None if random.random() < 0.08 else Decimal(random.randint(1, 8))
        return Tree(Award(str(next(names)), "c", "2020", "CNY", most or Decimal(3), most))
    parts = tuple(_tree(random, left - 1, names) for _ in range(random.randint(1, 3)))
    if random.random() < 0.5:
        return Tree(None, _group(random.choice(["highest", "choice"])), parts)
    cap = None if random.random() < 0.3 else Decimal(random.randint(0, 14))
    return Tree(None, _group("sum"), parts, cap)


def _is_lawful(tree: Tree, chosen: frozenset[Award]) -> bool:
    touched = sum(bool(chosen & set(members_of(part))) for part in tree.parts)
    if tree.group is not None and tree.group.combination != "sum" and touched > 1:
        return False
    return all(_is_lawful(part, chosen) for part in tree.parts)


def _lawful(tree: Tree) -> list[frozenset[Award]]:
    awards = members_of(tree)
    sets = (frozenset(some) for size in range(len(awards) + 1) for some in combinations(awards, size))
    return [one for one in sets if _is_lawful(tree, one)]


def test_best_of_every_lawful_set() -> None:
    """No lawful set comes to more than the best one, of equal ones the first is named; so with the runner-up."""
    random, checked = Random(19), 0
    while checked < TREES:
        tree = _tree(random, 3, iter(range(99)))
        awards = members_of(tree)
        if not 2 <= len(awards) <= 8:
            continue
        checked += 1
        for end in ("least", "most"):
            lawful = _lawful(tree)

            def rank(some: frozenset[Award], tree: Tree = tree, end: Any = end) -> tuple[Decimal, list[bool]]:
                return come_to(tree, some, end), [award in some for award in members_of(tree)]

            had = best_of(tree, end)  # type: ignore[arg-type]
            other = best_of(tree, end, lacking=had)  # type: ignore[arg-type]

            assert had == max(lawful, key=rank)
            assert other == max((one for one in lawful if one - had), key=rank, default=None)


# --- What is written, and what checks it -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The program that checks certificates, with the graph of a made-up document."""
    folder = beside_the_shipped(tmp_path_factory.mktemp("kb"), ROOT / "tests" / "fixtures" / "scopes")
    kb = load_policykb(folder, "demo-2023")
    sys.path.insert(0, str(REFERENCE))
    try:
        import check_awards
        import check_certificate
    finally:
        sys.path.pop(0)
    said = "\n".join(f"{quad.triple} ." for quad in kb.knowledge.store if "label" not in quad.predicate.value)
    check_awards.G.parse(data=said, format="nt")
    yield check_certificate, kb
    check_awards.G.remove((None, None, None))


def _record(name: str, type: str, period: str, subject: str = "甲公司", **facts: Any) -> dict[str, Any]:
    return {"id": name, "type": type, "period": period, "subject": {"name": subject}, **facts}


BOOTH = _record("b", "Exhibition", "2023-05-01", overseas=True, boothFeeCNY="300000")
TALENT = _record("t", "TalentReferral", "2023-02-01", fullTime=True)
PROJECT = _record("p", "ProjectReferral", "2023-03-01", newlyIntroduced=True)
YEAR = _record(
    "y",
    "EnterpriseYear",
    "2023",
    tradeCNY="0",
    sellsViaPlatform=True,
    overseasWarehouseArea="0",
    platformFeeCNY="150000",
)


def _said(kb: Policykb, records: list[dict[str, Any]]) -> Any:
    return json.loads(json.dumps(certificate_json(kb, kb.apply(records))))


def _signed(claimed: Any) -> Any:
    rest = {name: value for name, value in claimed.items() if name != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True)
    return {**rest, "digest": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}


def test_worked_out_by_hand(checker: Any) -> None:
    """A year at most 200,000: 100,000 for exhibitions (capped), 80,000 of two referrals, 30,000 for a platform.

    The better referral is the project (80,000 beside 50,000). With it all come to 210,000, of which 200,000 are had;
    with the other one to 180,000. Both together are forbidden by the words of the choice.
    """
    _, kb = checker
    records = [BOOTH, TALENT, PROJECT, YEAR]

    (subject,) = _said(kb, records)["subjects"]

    (money,) = subject["best"]
    for end in ("least", "most"):
        names = [one["record"] for one in money[end]["had"]]
        other = [one["record"] for one in money[end]["runnerUp"]["had"]]
        assert (money[end]["total"], names) == ("200000.00", ["b", "p", "y"])
        assert (money[end]["runnerUp"]["total"], other) == ("180000.00", ["b", "t", "y"])
        (forbidden,) = money[end]["runnerUp"]["forbidden"]
        assert forbidden == {"group": "art-05-choice", "words": "由企业择一享受，不得重复"}


CHOICES: dict[str, dict[str, list[Any]]] = {
    "Exhibition": {"overseas": [True, True, False, None], "boothFeeCNY": ["1", "60000", "300000", None]},
    "TalentReferral": {"fullTime": [True, None]},
    "ProjectReferral": {"newlyIntroduced": [True, False, None]},
    "EnterpriseYear": {
        "tradeCNY": ["0", "8000000", None],
        "sellsViaPlatform": [True, None],
        "overseasWarehouseArea": ["0", "1", None],
        "platformFeeCNY": ["0", "150000", "900000", None],
    },
    "ChainProject": {"chainProject": [True, None]},
    "ForeignCapitalProject": {"foreignInvested": [True, False]},
}
YEARLY = ("EnterpriseYear", "ChainProject", "ForeignCapitalProject")


def _generated(random: Random, number: int) -> list[dict[str, Any]]:
    """Records of one subject, of all types that the groups bind, often with something missing."""
    made: list[dict[str, Any]] = []
    for place in range(random.randint(1, 5)):
        kind, year = random.choice(list(CHOICES)), random.choice(["2022", "2023"])
        drawn = {name: random.choice(values) for name, values in CHOICES[kind].items()}
        stated = {name: value for name, value in drawn.items() if value is not None}
        day = year if kind in YEARLY else f"{year}-0{place + 1}-01"
        if not any((one["type"], one["period"]) == (kind, day) for one in made):
            name = f"示例{'甲乙丙丁戊己庚辛壬癸'[number % 10]}公司"
            made.append(_record(f"{number}-{place}", kind, day, name, **stated))
    return made


def test_agrees_with_apply_and_is_accepted(checker: Any) -> None:
    """Whatever is stated and missing, the best set comes to what `apply` says, and the checker finds the same."""
    program, kb = checker
    random = Random(3)
    for size in range(12):
        records = [one for number in range(10) for one in _generated(random, 10 * size + number)]
        answer = kb.apply(records)

        claimed = json.loads(json.dumps(certificate_json(kb, answer)))

        for subject, total in zip(claimed["subjects"], answer.enterprises, strict=True):
            told = {m["currency"]: (m["least"]["total"], m["most"]["total"]) for m in subject["best"]}
            assert told == {c: (str(a.min), None if a.max is None else str(a.max)) for c, a in total.total.items()}
        given = json.loads(json.dumps(records), parse_float=Decimal, parse_int=Decimal)
        assert program.check(claimed, given) == []


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    yield path
    for name, one in inner:
        yield from _leaves(one, (*path, name))


def _altered(claimed: Any, path: tuple[Any, ...], how: str) -> Any:
    changed = json.loads(json.dumps(claimed))
    place = changed
    for name in path[:-1]:
        place = place[name]
    value = place[path[-1]]
    if how == "gone":
        del place[path[-1]]
    elif isinstance(value, str) and value.endswith(".00"):
        place[path[-1]] = str(Decimal(value) + 1)
    elif isinstance(value, str):
        place[path[-1]] = value + "x"
    elif isinstance(value, list):
        place[path[-1]] = [*value, *value[:1]] if value else [None]
    elif isinstance(value, dict):
        place[path[-1]] = {**value, "more": 1}
    else:
        place[path[-1]] = "1.00" if value is None else None
    return changed


def test_every_field_altered_is_rejected(checker: Any) -> None:
    """Whichever field is altered, taken away or added to, the certificate is no longer accepted; what it says of the
    subjects neither where the digest is made anew.
    """
    program, kb = checker
    records = [TALENT, PROJECT, _record("u", "TalentReferral", "2023-02-01", "乙公司")]
    claimed = _said(kb, records)
    given = json.loads(json.dumps(records), parse_float=Decimal, parse_int=Decimal)
    assert program.check(claimed, given) == []

    paths = [path for path in _leaves(claimed) if path]
    changed = {(path, how): _altered(claimed, path, how) for path in paths for how in ("altered", "gone")}
    accepted = [key for key, one in changed.items() if not program.check(one, given)]
    resigned = [
        key for key, one in changed.items() if key[0][0] == "subjects" and not program.check(_signed(one), given)
    ]

    assert len(paths) > 80
    assert accepted == []
    assert resigned == []


def test_why_it_is_refused(checker: Any) -> None:
    """A refusal names every place that is not so, with what is claimed and what was found there."""
    program, kb = checker
    records = [BOOTH, TALENT, PROJECT, YEAR]
    given = json.loads(json.dumps(records), parse_float=Decimal, parse_int=Decimal)
    claimed = _said(kb, records)
    most = claimed["subjects"][0]["best"][0]["most"]
    most["total"], most["runnerUp"]["forbidden"][0]["words"] = "210000.00", "可以并得"

    told = program.check(_signed(claimed), given)

    assert told == [
        "/subjects/0/best/0/most/total: claimed 210000.00, found 200000.00",
        "/subjects/0/best/0/most/runnerUp/forbidden/0/words: claimed 可以并得, found 由企业择一享受，不得重复",
    ]
    assert [line[:7] for line in program.check(claimed, given)] == ["/subjec", "/subjec", "/digest"]
    assert program.check(_signed(claimed), given[:-1])
    (told,) = program.check({**claimed, "receipt": {}}, given)
    assert "asOf" in told


def test_what_is_open_or_wrong_has_no_certificate(checker: Any) -> None:
    """Whether others are kept out has to be settled, and no record can be left out."""
    _, kb = checker
    chain = _record("c", "ChainProject", "2023", chainProject=True)
    with pytest.raises(CallError, match="art-06-foreign"):
        _said(kb, [chain, _record("f", "ForeignCapitalProject", "2021")])
    with pytest.raises(CallError, match="policykb check"):
        _said(kb, [chain, {**BOOTH, "boothFeeCNY": "-1"}])


@pytest.mark.proof
def test_one_document(checker: Any) -> None:
    """Of several documents in force one is named."""
    _, kb = checker
    both = load_documents(kb.knowledge.root)

    with pytest.raises(CallError, match="--policy"):
        certificate_json(both, both.apply([BOOTH]))


@pytest.mark.proof
def test_the_example_district(tmp_path: Path) -> None:
    """The certificate of the example district fits its schema, and the program accepts it as a user runs it."""
    out = tmp_path / "certificate.json"

    said = CliRunner().invoke(program(), ["advise", str(DISTRICT), "--certificate", str(out)])
    exported = CliRunner().invoke(program(), ["export", str(tmp_path / "graph")])

    assert (said.exception, exported.exception) == (None, None)
    files = [json.loads(path.read_text("utf-8")) for path in REFERENCE.glob("*.schema.json")]
    registry: Any = Registry().with_resources([(file["$id"], Resource.from_contents(file)) for file in files])
    (schema,) = (file for file in files if file["$id"].endswith("certificate.json"))
    claimed = json.loads(out.read_text("utf-8"))
    assert list(Draft202012Validator(schema, registry=registry).iter_errors(claimed)) == []
    call = [sys.executable, str(REFERENCE / "check_certificate.py"), str(out), str(DISTRICT), str(tmp_path / "graph")]
    assert subprocess.run(call, check=False, capture_output=True).returncode == 0
    out.write_text(out.read_text("utf-8").replace("300000.00", "300000.01", 1), "utf-8")
    refused = subprocess.run(call, check=False, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "claimed 300000.01, found 300000.00" in refused.stderr
