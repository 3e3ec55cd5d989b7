"""Overlays together: those that cannot stand together are refused in either order; all others have their whole effect.

What an overlay says has its effect where whatever reads the rules from the clauses downwards comes by each statement.
That walk is written here once more, so that it shares nothing with `ways`, which goes upwards.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations, permutations
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.answers.scenarios import scenario
from policykb.engines.program import program
from policykb.errors import KnowledgeError, OverlayConflict
from policykb.law.conflicts import check_overlays
from policykb.law.knowledge import Knowledge, local
from policykb.law.load import load
from policykb.law.overlays import Overlay, Scenario, apply_overlay, read_overlay
from policykb.law.rules import read_rules
from policykb.names import CPSV, DCT, PKB, RDF, SH, XSD
from soaking import IS_SOAKED

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "policy" / "szq-2020-12" / "overlays"
SHAPE = "https://w3id.org/policykb/id/szq-2020-12/shape/"
READINGS = tuple(path.stem.replace(".", ":") for path in sorted(FOLDER.glob("*.ttl")))

Statement = tuple[str, str, str, str, str]
"""The clause, the part that the subject plays, and the statement itself."""


@cache
def knowledge(*overlays: str) -> Knowledge:
    return load(ROOT, "szq-2020-12", overlays)


@cache
def reading(name: str) -> Overlay:
    return read_overlay(ROOT, "szq-2020-12", name)


@cache
def compiled(*overlays: str) -> frozenset[str]:
    return frozenset(map(str, program(read_rules(knowledge(*overlays)))))


# --- What is read ---------------------------------------------------------------------------------------------


def described(store: ox.Store, subject: ox.NamedNode | ox.BlankNode) -> Iterator[tuple[ox.NamedNode, object]]:
    """The statements about a resource, lists as what is in them."""
    for quad in store.quads_for_pattern(subject, None, None):
        cell, members = quad.object, []
        while isinstance(cell, ox.BlankNode):
            members += [q.object for q in store.quads_for_pattern(cell, RDF.first, None)]
            cell = next((q.object for q in store.quads_for_pattern(cell, RDF.rest, None)), RDF.nil)
        yield quad.predicate, tuple(members) if isinstance(quad.object, ox.BlankNode) else quad.object


def named(value: object) -> list[ox.NamedNode]:
    return [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, ox.NamedNode)]


def is_read(store: ox.Store, clauses: Container[str] | None = None) -> set[Statement]:
    """Every statement that the rules are read from, going down from the clauses and groups, or from some of them."""
    found: set[Statement] = set()
    for kind in (PKB.Clause, PKB.Group):
        for quad in store.quads_for_pattern(None, RDF.type, kind):
            assert isinstance(quad.subject, ox.NamedNode)
            if clauses is None or local(quad.subject) in clauses:
                found |= _read_of(store, quad.subject)
    return found


BELOW: dict[str, dict[ox.NamedNode, str]] = {
    "whole": {PKB.eligibility: "condition", CPSV.produces: "option", PKB.notice: "notice"},
    "option": {
        PKB.condition: "option's condition",
        PKB.band: "band",
        **dict.fromkeys((PKB.base, PKB.multiplier, PKB.divisor, PKB.agreed), "fact"),
    },
    "band": {PKB.condition: "option's condition"},
    "fact": dict.fromkeys((PKB.stated, PKB.standIn, PKB.minuend, PKB.subtrahend, PKB.finalOf, PKB["from"]), "fact"),
}
INSIDE = {SH.property, SH.node, SH["and"], SH["or"]}
COMPARED = {SH.path, SH.lessThan, SH.lessThanOrEquals}
OF_BANDS = {PKB.rate, PKB.condition}
"""All that is read of an option that is a band of another one."""


def _read_of(store: ox.Store, root: ox.NamedNode) -> set[Statement]:
    found: set[Statement] = set()
    clause, pending = local(root), [(root, "whole")]
    seen = set(pending)
    while pending:
        subject, part = pending.pop()
        for predicate, value in described(store, subject):
            if part != "band" or predicate in OF_BANDS:
                found.add((clause, part, subject.value, predicate.value, str(value)))
            below = [(one, part_of_value) for part_of_value in _parts(part, predicate) for one in named(value)]
            pending += [pair for pair in below if pair not in seen]
            seen.update(below)
    return found


def _parts(part: str, predicate: ox.NamedNode) -> Iterator[str]:
    """The part that is played by what a resource names, which plays a part itself."""
    if predicate in BELOW.get(part, {}):
        yield BELOW[part][predicate]
    elif "condition" in part and predicate in INSIDE:
        yield part
    elif "condition" in part and predicate == SH["not"]:
        yield part.removesuffix(", not") if part.endswith(", not") else f"{part}, not"
    elif "condition" in part and predicate in COMPARED:
        yield "fact"


# --- Overlays in combination -----------------------------------------------------------------------------------


def with_overlays(store: ox.Store, overlays: Iterable[Overlay]) -> ox.Store:
    copy = ox.Store()
    copy.extend(store)
    for overlay in overlays:
        apply_overlay(copy, overlay)
    return copy


class Together:
    """Judges overlays that stand together on some rules."""

    def __init__(self, store: ox.Store) -> None:
        self.store, self.base = store, is_read(store)
        self._alone: dict[str, set[Statement]] = {}

    def alone(self, overlay: Overlay) -> set[Statement]:
        """What is read of an overlay's statements where nothing is beside it."""
        if overlay.name not in self._alone:
            self._alone[overlay.name] = about(is_read(with_overlays(self.store, (overlay,))), overlay.stated)
        return self._alone[overlay.name]

    def touched(self, overlay: Overlay) -> set[str]:
        """The clauses and groups that an overlay bears on."""
        return {each[0] for each in (*self.alone(overlay), *about(self.base, overlay.replaces))}

    def fault(self, overlays: tuple[Overlay, ...]) -> str | None:
        """What is wrong with overlays together, or with a refusal of them; None where all is well."""
        refused = {order: refusal(self.store, order) for order in permutations(overlays)}
        if len({said is None for said in refused.values()}) > 1 or (
            len(overlays) == 2 and len(set(refused.values())) > 1
        ):
            return f"refused in one order, or with one name, only: {list(refused.values())}"
        is_refused = refused[overlays] is not None
        if any(one.subjects & other.subjects for one, other in combinations(overlays, 2)):
            return None if is_refused else "two restate one resource"
        clauses = set().union(*map(self.touched, overlays))
        reads = [is_read(with_overlays(self.store, order), clauses) for order in permutations(overlays)]
        lost = [self.alone(overlay) - read for overlay in overlays for read in reads]
        if is_refused:
            return None if any(lost) else "refused although nothing is lost"
        if any(lost):
            return f"not refused, and lost: {[sorted(found)[:2] for found in lost]}"
        return None if all(read == reads[0] for read in reads) else "another outcome in another order"


def about(statements: Iterable[Statement], subjects: Iterable[ox.NamedNode]) -> set[Statement]:
    names = {subject.value for subject in subjects}
    return {each for each in statements if each[2] in names}


def refusal(store: ox.Store, overlays: tuple[Overlay, ...]) -> frozenset[str] | None:
    """The names of two that are refused together."""
    try:
        check_overlays(store, (), overlays)
    except OverlayConflict as conflict:
        COUNTED[conflict.id] += 1
        return frozenset(overlay.name for overlay in overlays if f"“{overlay.name}”" in conflict.say("en"))
    return None


@cache
def shipped() -> Together:
    """The shipped readings on the rules that they bear on."""
    rules = {ox.NamedNode(each[2]) for each in is_read(knowledge().store)}
    return Together(part_of(knowledge().store, rules.union(*(reading(name).replaces for name in READINGS))))


@pytest.mark.proof
def test_all_pairs_of_readings() -> None:
    """Of all 190 pairs of shipped readings two are refused; every other one has the whole effect of both."""
    refused = []
    for pair in combinations(map(reading, READINGS), 2):
        assert shipped().fault(pair) is None, [one.name for one in pair]
        found = refusal(shipped().store, pair)
        refused += [found] if found else []

    assert len(READINGS) == 20
    assert refused == [{"R10a-currency:alt", "R10a-whole:alt"}, {"R1a-measure:alt", "R1a-no-prior:alt"}]


@pytest.mark.soak
def test_pairs_of_one_clause() -> None:
    """Readings of one clause together are what the one changes and what the other changes, as in the browser."""
    # Whether the district counts is part of every clause.
    touched = {name: shipped().touched(reading(name)) for name in READINGS if name != "R0-territory:alt"}
    pairs = [
        pair
        for pair in combinations(touched, 2)
        if touched[pair[0]] & touched[pair[1]] and not refusal(shipped().store, tuple(map(reading, pair)))
    ]
    base = compiled()
    different = []
    for one, other in pairs:
        first, second = compiled(one), compiled(other)
        if compiled(one, other) != (base - (base - first) - (base - second)) | (first - base) | (second - base):
            different.append((one, other))

    assert len(pairs) == 7
    assert different == []


# --- Generated overlays -----------------------------------------------------------------------------------------

COUNTED: Counter[str] = Counter()
Description = list[tuple[ox.NamedNode, object]]


def part_of(store: ox.Store, subjects: Iterable[ox.NamedNode]) -> ox.Store:
    """What is said about some resources."""
    found = ox.Store()
    pending: list[ox.NamedNode | ox.BlankNode] = list(subjects)
    while pending:
        for quad in store.quads_for_pattern(pending.pop(), None, None):
            found.add(quad)
            pending += [quad.object] if isinstance(quad.object, ox.BlankNode) else []
    return found


class Draws:
    """Draws overlays on some rules, each with one or two resources restated."""

    def __init__(self, store: ox.Store, seed: int) -> None:
        self.store, self.random, self.number = store, random.Random(seed), 0
        self.subjects = sorted({ox.NamedNode(each[2]) for each in is_read(store)}, key=str)

    def overlay(self) -> Overlay | None:
        """The next one; None where it is refused by itself."""
        self.number += 1
        texts, replaced = [], self.random.sample(self.subjects, self.random.choice((1, 1, 2)))
        for place, subject in enumerate(replaced):
            about = list(described(self.store, subject))
            texts += self.edited(subject, about, ox.NamedNode(f"urn:new:{self.number}-{place}"))
        head = f"<urn:overlay:{self.number}> a {PKB.Overlay} ; {PKB.replaces} {', '.join(map(str, replaced))} ."
        drawn = read_overlay(ROOT, "szq-2020-12", Scenario(f"overlay {self.number}", "\n".join((head, *texts))))
        drawn = replace(drawn, is_scenario=False)
        if check_overlays(self.store, (), (drawn,)):
            COUNTED["without effect"] += 1
            return None
        return drawn

    def edited(self, subject: ox.NamedNode, about: Description, new: ox.NamedNode) -> list[str]:
        """A resource restated in another way, and with it what it names then."""
        choices = [self.with_number, self.without_value, self.unchanged]
        predicates = {predicate for predicate, _ in about}
        if predicates & {PKB.eligibility, PKB.condition}:
            choices += [self.with_other_condition] * 3
        if CPSV.produces in predicates:
            choices += [self.with_bands] * 3
        if predicates & (INSIDE | {SH["not"]}):
            choices += [self.with_part_inside] * 3
        return self.random.choice(choices)(subject, about, new)

    def unchanged(self, subject: ox.NamedNode, about: Description, new: ox.NamedNode) -> list[str]:
        return [written(subject, about)]

    def with_number(self, subject: ox.NamedNode, about: Description, new: ox.NamedNode) -> list[str]:
        """With another bound, rate or sum."""
        number = ox.Literal(str(self.random.randint(2, 99)), datatype=XSD.decimal)
        return [written(subject, [(p, number if getattr(v, "datatype", None) == XSD.decimal else v) for p, v in about])]

    def without_value(self, subject: ox.NamedNode, about: Description, new: ox.NamedNode) -> list[str]:
        """Without one of the resources that it names."""
        left = [pair for pair in about if not named(pair[1]) or pair[0] in (RDF.type, DCT.source)]
        others = [pair for pair in about if pair not in left]
        return [written(subject, [*left, *self.random.sample(others, max(len(others) - 1, 0))])]

    def with_other_condition(self, subject: ox.NamedNode, about: Description, new: ox.NamedNode) -> list[str]:
        """With a condition of its own, in which the old one stands, is reversed, or does not stand at all."""
        holder = self.random.choice((SH.node, SH["not"], None))
        old = [value for predicate, value in about if predicate in (PKB.eligibility, PKB.condition)]
        restated = [(p, new if p in (PKB.eligibility, PKB.condition) else v) for p, v in about]
        inside = [(holder, value) for value in old if holder is not None]
        return [written(subject, restated), written(new, [(RDF.type, SH.NodeShape), *inside])]

    def with_part_inside(self, subject: ox.NamedNode, about: Description, new: ox.NamedNode) -> list[str]:
        """A part of the condition one level down, or reversed there."""
        place = self.random.choice([n for n, (p, _) in enumerate(about) if p in INSIDE | {SH["not"]}])
        predicate, value = about[place]
        holder = self.random.choice((SH.node, SH["not"]))
        restated = [*about[:place], (holder, new), *about[place + 1 :]]
        return [written(subject, restated), written(new, [(RDF.type, SH.NodeShape), (predicate, value)])]

    def with_bands(self, subject: ox.NamedNode, about: Description, new: ox.NamedNode) -> list[str]:
        """The options as bands of a new one, or beside it."""
        options = [value for predicate, value in about if predicate == CPSV.produces]
        kept = [pair for pair in about if pair[0] != CPSV.produces]
        if self.random.random() < 0.3:
            kept += [(CPSV.produces, option) for option in options]
        bands = [(PKB.band, option) for option in options]
        return [written(subject, [*kept, (CPSV.produces, new)]), written(new, [(RDF.type, PKB.Option), *bands])]


def written(subject: ox.NamedNode, about: Description) -> str:
    """A resource as Turtle."""
    values = [f"( {' '.join(map(str, v))} )" if isinstance(v, tuple) else str(v) for _, v in about]
    return "\n".join(f"{subject} {p} {value} ." for (p, _), value in zip(about, values, strict=True))


SETS = (
    ("art-01-growth", "art-01-volume", "art-01-rank", "art-01-highest"),
    ("art-05-warehouse",),
    ("art-10-foreign-capital",),
    ("art-26-founder",),
)
"""The clauses on which overlays are drawn: with a group, several options, notices, derived facts, deep conditions."""


MOST = 36 if IS_SOAKED else 14
"""Of how many overlays on each set of clauses every pair is tried."""


@pytest.mark.proof
def test_generated_overlays(capsys: pytest.CaptureFixture[str]) -> None:
    """Over 350 pairs of overlays (2,500 in `make soak`), and some threes: refused in either order, or with their whole
    effect in either."""
    COUNTED.clear()
    for seed, clauses in enumerate(SETS):
        rules = (each for each in is_read(knowledge().store) if each[0] in clauses)
        store = part_of(knowledge().store, {ox.NamedNode(each[2]) for each in rules})
        together = Together(store)
        draws = Draws(store, seed)
        drawn = [overlay for overlay in (draws.overlay() for _ in range(60)) if overlay is not None][:MOST]
        sets = [*combinations(drawn, 2), *draws.random.sample(list(combinations(drawn, 3)), 40)]
        for overlays in sets:
            COUNTED["together"] += 1
            said = together.fault(overlays)
            assert said is None, "\n\n".join((said, *(o.data.decode() for o in overlays)))
    with capsys.disabled():
        print(f"\noverlays: {dict(COUNTED)}")

    assert COUNTED["together"] >= 2 * MOST**2 - 2 * MOST
    assert COUNTED["overlay-conflict-through"] >= MOST**2 // 8


# --- What is said about it --------------------------------------------------------------------------------------

HEAD = """@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix szq: <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix szq-clause: <https://w3id.org/policykb/id/szq-2020-12/clause/> .
@prefix szq-option: <https://w3id.org/policykb/id/szq-2020-12/option/> .
@prefix szq-shape: <https://w3id.org/policykb/id/szq-2020-12/shape/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

AREA = """szq-shape:art-05-warehouse-area a sh:PropertyShape ;
    sh:path pkb:overseasWarehouseArea ;
    sh:minCount 1 ;
    sh:minInclusive {bound} .
"""

NARROW = """szq-shape:art-05-warehouse a sh:NodeShape ;
    sh:property szq-shape:art-05-warehouse-statistics .
"""


def overlay_file(folder: Path, name: str, replaced: str, *texts: str, day: str | None = None) -> Path:
    """A file with an overlay; line 11 declares it, and what it states starts on line 12."""
    dated = f' ; pkb:validFrom "{day}"^^xsd:date' if day else ""
    path = folder / name
    path.write_text(
        f"{HEAD}<urn:{name}> a pkb:Overlay{dated} ; pkb:replaces {replaced} .\n{''.join(texts)}", encoding="utf-8"
    )
    return path


def said(*overlays: Path | str, as_of: date | None = None) -> tuple[str, str]:
    """The kind of error that overlays end in, and what it says in English."""
    with pytest.raises(KnowledgeError) as found:
        read_rules(load(ROOT, "szq-2020-12", overlays, as_of))
    return found.value.id, found.value.say("en")


@pytest.mark.parametrize("order", [("R10a-whole:alt", "R10a-currency:alt"), ("R10a-currency:alt", "R10a-whole:alt")])
def test_bands_of_options_that_are_restated(order: tuple[str, str]) -> None:
    """The reading in bands takes from the options all that the reading in yuan says of them."""
    id, text = said(*order)

    assert id == "overlay-conflict-through"
    assert text.startswith("policy/szq-2020-12/overlays/R10a-currency.alt.ttl, line 25: “R10a-currency:alt” restates ")
    assert "“art-10-foreign-capital-1”, which no longer bears as it does once “R10a-whole:alt” has restated" in text


@pytest.mark.parametrize("turn", [1, -1])
def test_two_files_on_one_resource(tmp_path: Path, turn: int) -> None:
    """What two files restate is refused, whichever comes first; none is dropped without a word."""
    one = overlay_file(tmp_path, "one.ttl", "szq-shape:art-05-warehouse-area", AREA.format(bound="300.0"))
    other = overlay_file(tmp_path, "other.ttl", "szq-shape:art-05-warehouse-area", AREA.format(bound="400.0"))
    id, text = said(*(one, other)[::turn])

    assert id == "overlay-conflict"
    assert "“one.ttl”" in text
    assert "“other.ttl”" in text
    assert f"{(other, one)[::turn][0]}, line 12: " in text


@pytest.mark.parametrize("turn", [1, -1])
def test_a_criterion_that_the_other_leaves_out(tmp_path: Path, turn: int) -> None:
    """A bound restated in a condition that another file states without it."""
    bound = overlay_file(tmp_path, "bound.ttl", "szq-shape:art-05-warehouse-area", AREA.format(bound="300.0"))
    narrow = overlay_file(tmp_path, "narrow.ttl", "szq-shape:art-05-warehouse", NARROW)
    id, text = said(*(bound, narrow)[::turn])

    assert id == "overlay-conflict-through"
    assert f"{bound}, line 12: “bound.ttl” restates “art-05-warehouse-area”" in text
    assert "once “narrow.ttl” has restated art-05-warehouse" in text


def test_made_on_top(tmp_path: Path) -> None:
    """A file that restates what only a reading states is made on top of it; before it, there is nothing to restate."""
    bands = "szq-option:art-10-foreign-capital-bands"
    top = overlay_file(
        tmp_path,
        "top.ttl",
        bands,
        f"{bands} a pkb:Option ; dct:identifier 'art-10-foreign-capital-bands' ; dct:title '封顶'@zh , 'capped'@en ;\n",
        "    pkb:amountKind <https://w3id.org/policykb/scheme/amount-kind#marginal-bands> ; schema:currency 'USD' ;\n",
        "    pkb:base pkb:fdiBaseUSD ; schema:maxValue 200000.0 ;\n",
        "    pkb:band ",
        " , ".join(f"szq-option:art-10-foreign-capital-{number}" for number in (1, 2, 3, 4)),
        " .\n",
    )

    capped = read_rules(knowledge("R10a-whole:alt", str(top))).clauses["art-10-foreign-capital"].options[0]
    assert capped.cap == 200_000
    assert (
        "The overlay replaces “art-10-foreign-capital-bands”, which does not exist." in said(top, "R10a-whole:alt")[1]
    )


def test_a_scenario_is_made_on_top() -> None:
    """A value that is set stands on all that is loaded, here on a band of a reading."""
    asked = scenario(knowledge("R10a-whole:alt"), ["art-10-foreign-capital-1.rate=0.5"])
    bands = (
        read_rules(load(ROOT, "szq-2020-12", ("R10a-whole:alt", asked))).clauses["art-10-foreign-capital"].options[0]
    )

    assert [str(band.rate) for band in bands.bands] == ["0.5", "0.04", "0.05", "0.06"]


def test_what_nothing_reads(tmp_path: Path) -> None:
    """A criterion that no condition names has no effect; the file says on which line it stands."""
    lost = overlay_file(
        tmp_path,
        "lost.ttl",
        "szq-shape:art-05-warehouse , szq-shape:art-05-warehouse-area",
        NARROW,
        AREA.format(bound="300.0"),
    )
    id, text = said(lost)

    assert id == "overlay-unread"
    assert text.startswith(f"{lost}, line 14: No clause or group uses “art-05-warehouse-area”")


def test_a_reading_under_an_amendment(tmp_path: Path) -> None:
    """A reading of what an amendment has left out is refused from that day, and had before."""
    new = AREA.format(bound="100.0").replace("warehouse-area", "warehouse-size")
    amendment = overlay_file(
        tmp_path,
        "amendment.ttl",
        "szq-shape:art-05-warehouse",
        NARROW.replace("-statistics", "-statistics , szq-shape:art-05-warehouse-size"),
        new.replace("minCount 1 ;", "minCount 1 ; dct:source szq:art-05-s3 ;"),
        day="2021-06-01",
    )
    mine = overlay_file(tmp_path, "mine.ttl", "szq-shape:art-05-warehouse-area", AREA.format(bound="300.0"))

    assert read_rules(load(ROOT, "szq-2020-12", (amendment, mine), date(2021, 5, 31)))
    id, text = said(amendment, mine, as_of=date(2021, 6, 1))
    assert id == "overlay-amended"
    assert text.startswith(f"{mine}, line 12: ")


def test_two_amendments_of_one_day(tmp_path: Path) -> None:
    """Of two amendments of one day none comes first; of different days the later one holds."""
    first, second, later = (
        overlay_file(
            tmp_path, f"{name}.ttl", "szq-shape:art-05-warehouse-area", AREA.format(bound=f"{bound}.0"), day=day
        )
        for name, bound, day in (("a", 300, "2021-06-01"), ("b", 400, "2021-06-01"), ("c", 200, "2021-07-01"))
    )

    assert said(first, second, as_of=date(2021, 6, 1))[0] == "overlay-conflict"
    loaded = load(ROOT, "szq-2020-12", (first, later), date(2021, 7, 1))
    assert loaded.string(ox.NamedNode(f"{SHAPE}art-05-warehouse-area"), SH.minInclusive) == "200"


def test_what_ties_to_the_text_is_kept(tmp_path: Path) -> None:
    """A criterion restated without its source and words keeps both, one of them only where they fit."""
    area = ox.NamedNode(f"{SHAPE}art-05-warehouse-area")
    kept = overlay_file(tmp_path, "kept.ttl", "szq-shape:art-05-warehouse-area", AREA.format(bound="300.0"))
    loaded = load(ROOT, "szq-2020-12", (kept,))
    assert loaded.string(area, DCT.source) == "https://w3id.org/policykb/id/szq-2020-12/art-05-s3"
    assert loaded.string(area, PKB.words) == "自主建设或租赁仓储总面积达到500平方米以上"

    moved = AREA.format(bound="300.0").replace("minCount 1 ;", "minCount 1 ; dct:source szq:art-05-s1 ;")
    id, text = said(overlay_file(tmp_path, "moved.ttl", "szq-shape:art-05-warehouse-area", moved))
    assert id == "overlay-words-elsewhere"
    assert "moved.ttl, line 12: The words “自主建设或租赁仓储总面积达到500平方米以上”" in text

    both = moved.replace("minCount 1 ;", 'minCount 1 ; pkb:words "面积达到300平方米" ;')
    id, text = said(overlay_file(tmp_path, "both.ttl", "szq-shape:art-05-warehouse-area", both))
    assert (id, "The words “面积达到300平方米”" in text) == ("overlay-words-elsewhere", True)


def test_every_misplaced_statement_at_once(tmp_path: Path) -> None:
    """An overlay that speaks of what it does not replace, and replaces what is not there, hears of both."""
    wrong = overlay_file(
        tmp_path, "wrong.ttl", "szq-shape:none", AREA.format(bound="300.0"), AREA.replace("-area", "-investment")
    )
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("{bound}", "300.0"), encoding="utf-8")
    id, text = said(wrong)

    assert id == "several-faults"
    assert [line.partition(": ")[0] for line in text.splitlines() if "wrong.ttl" in line] == [
        f"{wrong}, line {number}" for number in (12, 16, 11)
    ]
