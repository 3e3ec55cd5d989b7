"""The open points of the document: each is there with its words, and each alternative can be run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from generated_records import generate
from policykb.answers.alternatives import batches
from policykb.answers.versions import outcome
from policykb.api import load_policykb
from policykb.engines import choice
from policykb.engines.program import program
from policykb.errors import KnowledgeError, OverlayConflict
from policykb.law.knowledge import Knowledge
from policykb.law.load import load
from policykb.law.overlays import read_overlay
from policykb.law.readings import Reading, read_readings
from policykb.law.rules import RuleBook, read_rules
from policykb.model import Text
from policykb.names import PKB, RDF, RDFS
from soaking import times

ROOT = Path(__file__).resolve().parents[1]
POLICY = ROOT / "policy" / "szq-2020-12"
OVERLAY = "https://w3id.org/policykb/id/szq-2020-12/overlay/"
READING = "https://w3id.org/policykb/id/szq-2020-12/reading/"

EXECUTABLE = (
    "R0-period", "R0-territory", "R1a-threshold", "R1a-measure", "R1a-no-prior", "R1b-once", "R1c-each", "R1-highest",
    "R2-base", "R2-major", "R5a-both", "R5a-base", "R10a-measures", "R10a-currency", "R10a-whole", "R10b-major",
    "R10c-etc", "R19-list", "R26-stack", "R26f-national",
)  # fmt: skip
RECORDED = ("R2-cap", "R10a-project", "R10a-who", "R17-share", "R20-over")
NOTES = (
    "R1a-on-top", "R1b-growth", "R5b-ceiling", "R10c-window", "R18-payee", "R18-last", "R21-kinds", "R22-deemed",
    "R24-average", "R26-floor", "R26d-payee", "R29-front",
)  # fmt: skip

# Pairs that turn on one clause or group and still restate different resources.
TOGETHER = (
    ("R1a-threshold", "R1a-no-prior"),
    ("R1a-threshold", "R1a-measure"),
    ("R1-highest", "R1c-each"),
    ("R2-base", "R2-major"),
    ("R5a-both", "R5a-base"),
    ("R10a-measures", "R10a-currency"),
)


@cache
def knowledge(*overlays: str) -> Knowledge:
    return load(ROOT, "szq-2020-12", overlays)


@cache
def book(*overlays: str) -> RuleBook:
    return read_rules(knowledge(*overlays))


@cache
def readings() -> dict[str, Reading]:
    return {reading.id: reading for reading in read_readings(knowledge())}


def test_every_open_point_is_there() -> None:
    """Every open point of the document is an object of the graph, and no other is."""
    found = readings()

    assert sorted(found) == sorted(EXECUTABLE + RECORDED + NOTES)


def test_a_point_is_executable_recorded_or_a_note() -> None:
    """A point with an alternative is run or recorded in words; one without is a note."""
    found = {name: reading.kind for name, reading in readings().items()}
    kinds = (("executable", EXECUTABLE), ("recorded", RECORDED), ("note", NOTES))

    assert found == {name: kind for kind, names in kinds for name in names}


def test_overlays_run_the_executable_alternatives_and_no_others() -> None:
    """There is one overlay for each executable reading; what is recorded only, and a note, has none."""
    found = sorted(path.name for path in (POLICY / "overlays").glob("*.ttl"))

    assert found == sorted(f"{name}.alt.ttl" for name in EXECUTABLE)


def test_readings_follow_the_document() -> None:
    """Readings come in the order of the first provision they turn on, and in it by their words."""
    assert list(readings()) == [
        "R0-period", "R0-territory",
        "R1a-threshold", "R1a-measure", "R1a-no-prior", "R1a-on-top", "R1b-growth", "R1b-once", "R1c-each",
        "R1-highest",
        "R2-major", "R2-base", "R2-cap",
        "R5a-both", "R5a-base", "R5b-ceiling",
        "R10a-who", "R10a-measures", "R10a-currency", "R10a-project", "R10a-whole",
        "R10b-major", "R10c-window", "R10c-etc",
        "R17-share", "R18-payee", "R18-last", "R19-list", "R20-over", "R21-kinds", "R22-deemed", "R24-average",
        "R26-floor", "R26-stack", "R26d-payee", "R26f-national",
        "R29-front",
    ]  # fmt: skip


@pytest.mark.parametrize("name", EXECUTABLE + RECORDED + NOTES)
def test_words_stand_in_the_source(name: str) -> None:
    """The words that a reading turns on are words of the official text, each within a provision that it cites."""
    quotes = [book().provisions[provision].quote for provision in readings()[name].provisions]
    words = readings()[name].words

    assert words
    assert all(any(word in quote for quote in quotes) and word in knowledge().source for word in words)


@pytest.mark.parametrize("name", EXECUTABLE + RECORDED + NOTES)
def test_every_wording_is_bilingual(name: str) -> None:
    """Title, default, alternative and reason are there in Chinese and in English."""
    reading = readings()[name]
    texts = (reading.label, reading.default, reading.reason, *((reading.alternative,) if reading.alternative else ()))

    assert all(text.zh and text.en and text.zh != text.en for text in texts)


@pytest.mark.parametrize("name", EXECUTABLE + RECORDED + NOTES)
def test_targets_exist(name: str) -> None:
    """What a reading bears on is in the graph: provisions, clauses, groups, options, shapes and facts."""
    store = knowledge().store
    dangling = [t for t in readings()[name].targets if not any(store.quads_for_pattern(ox.NamedNode(t), None, None))]

    assert dangling == []


@pytest.mark.parametrize(
    ("name", "articles"),
    [("R0-territory", ()), ("R0-period", ()), ("R1-highest", (1,)), ("R10c-etc", (10, 26)), ("R29-front", (29,))],
)
def test_articles(name: str, articles: tuple[int, ...]) -> None:
    """A reading belongs to the articles of its words; one about the whole document belongs to none."""
    assert readings()[name].articles == articles


@pytest.mark.proof
@pytest.mark.parametrize("name", EXECUTABLE)
def test_an_overlay_names_the_reading_it_runs(name: str) -> None:
    """An overlay says in both languages what it is and which reading it runs; the reading names it in turn."""
    loaded = knowledge(f"{name}:alt")
    head = ox.NamedNode(f"{OVERLAY}{name}-alt")

    assert loaded.node(head, RDF.type) == PKB.Overlay
    assert loaded.node(head, PKB.runsReading) == ox.NamedNode(f"{READING}{name}")
    assert loaded.text(head, RDFS.label) not in (None, Text("", ""))
    assert readings()[name].overlay == f"{name}:alt"


@pytest.mark.proof
@pytest.mark.parametrize("name", EXECUTABLE)
def test_an_overlay_changes_the_program(name: str) -> None:
    """An alternative that the engines run is another program than the default."""
    assert set(program(book(f"{name}:alt"))) != set(program(book()))


@pytest.mark.parametrize("name", EXECUTABLE)
def test_an_overlay_quotes_the_text(name: str) -> None:
    """Every criterion and option under an alternative still stands on words of the provision it cites."""
    changed = book(f"{name}:alt")
    options = [option for clause in changed.clauses.values() for option in clause.options]
    roots = [clause.root for clause in changed.clauses.values()] + [option.condition for option in options]
    criteria = [leaf for root in roots if root for leaf in root.leaves()]
    cited = [(c.provision, c.words) for c in criteria] + [(o.provision, o.words) for o in options]
    named = all(c.label.zh and c.label.en and c.message.zh and c.message.en for c in criteria)

    assert named
    assert [c for c in cited if not c[1] or c[1] not in changed.provisions[c[0]].quote] == []


@pytest.mark.proof
@pytest.mark.parametrize(("first", "second"), TOGETHER)
def test_alternatives_that_can_hold_together(first: str, second: str) -> None:
    """Alternatives of one clause that restate different resources give one program in either order."""
    one, other = (first, second), (second, first)
    programs = [set(program(book(*(f"{name}:alt" for name in pair)))) for pair in (one, other)]

    assert programs[0] == programs[1]
    assert programs[0] not in (set(program(book(f"{first}:alt"))), set(program(book(f"{second}:alt"))))


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        (
            'pkb:words "以上奖励之一"',
            'pkb:words "以下奖励之一"',
            "R1-highest 摘录的词句不在它引用的规定中",
            "R1-highest quotes words that no provision",
        ),
        (
            'pkb:alternative "三个名录都要列入。"@zh , "On all three."@en',
            "pkb:recordedOnly true",
            "R19-list 没有可记录的另一种读法",
            "R19-list has no alternative",
        ),
        (
            'pkb:reason "能否兼得，原文没有写。"@zh , ',
            "pkb:reason ",
            "R26-stack 缺少中文或英文的 reason",
            "R26-stack lacks reason in Chinese or English",
        ),
    ],
)
def test_a_broken_reading_is_refused(old: str, new: str, zh: str, en: str) -> None:
    """A reading that misquotes, or lacks one of its parts, is refused by name."""
    text = (POLICY / "readings.ttl").read_text(encoding="utf-8")
    assert text.count(old) == 1
    store = ox.Store()
    store.extend(quad for quad in knowledge().store if not str(quad.subject).startswith(f"<{READING}"))
    store.extend(ox.parse(text.replace(old, new).encode(), format=ox.RdfFormat.TURTLE))
    broken = Knowledge(ROOT, "szq-2020-12", store, (), (), "")

    with pytest.raises(KnowledgeError, match=f"{zh}(?s:.*){en}"):
        read_readings(broken)


def test_two_readings_of_the_same_words_are_refused() -> None:
    """Two readings that restate one resource cannot both hold; neither silently wins."""
    with pytest.raises(
        OverlayConflict, match=r"对“art-01-growth”各有解读(?s:.*)both read “art-01-growth” in their own way"
    ):
        load(overlays=["R1a-measure:alt", "R1a-no-prior:alt"])


def test_readings_of_a_batch_touch_other_clauses() -> None:
    """Readings that are loaded at once touch clauses that the others do not; where that is not known, it is alone."""
    read = {name: read_overlay(ROOT, "szq-2020-12", f"{name}:alt") for name in EXECUTABLE}

    found = batches(book(), read)

    assert sorted(name for batch in found for name in batch) == sorted(EXECUTABLE)
    assert {"R0-period": None} in found
    for batch in found:
        named = [clause for names in batch.values() for clause in names or ()]
        assert len(named) == len(set(named))
        assert len(batch) == 1 or None not in batch.values()


@pytest.mark.proof
def test_readings_change_what_they_change_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The readings named in a decision are those under which, loaded alone, all of it is decided otherwise.

    Few records are decided by SPARQL, and many over columns; both name the same.
    """
    kb = load_policykb(ROOT, "szq-2020-12")
    types = kb.vocabulary.record_types
    records = [one for name in types for one in generate(kb.book, kb.vocabulary, name, times(3), 7)]
    plain = {(d.record, d.clause): d for d in kb.apply(records).decisions}
    expected: dict[tuple[str, str | None], list[str]] = {key: [] for key in plain}
    for reading in read_readings(kb.knowledge):
        if reading.overlay is not None:
            other = load_policykb(ROOT, "szq-2020-12", [reading.overlay])
            for one in other.apply(records).decisions:
                before = plain.get((one.record, one.clause))
                if one.clause is not None and before is not None and outcome(before) != outcome(one):
                    expected[one.record, one.clause].append(reading.id)

    for many in (choice.MANY, 1):
        monkeypatch.setattr(choice, "MANY", many)
        found = {(d.record, d.clause): list(d.readings or ()) for d in kb.apply(records, readings=True).decisions}

        assert found == expected
    assert len({name for names in expected.values() for name in names}) > 5
