"""What is kept between runs comes to the same as what is made anew, and stands in for nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.api import load_policykb
from policykb.errors import KnowledgeFaults, PolicykbError
from policykb.law import cached
from policykb.law.cached import CACHE
from policykb.law.knowledge import Knowledge
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.names import PKB, RDFS

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / ".."
"""The same by another name: what the tests share is not read again by its own."""
SAMPLE = ROOT / "docs" / "examples" / "one-enterprise.json"
SLUG = "szq-2020-12"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of what is kept, empty so far."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE, str(folder))
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A knowledge base of one's own, to change."""
    root = tmp_path / "kb"
    for name in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / name, root / name)
    return root


def is_from_cache(root: Path, slug: str = SLUG) -> bool:
    """Whether a document is taken from what is kept."""
    return load(root, slug).sound is not None


def without_addresses(thing: object) -> str:
    """All of something as text, in its order, whatever place in memory its functions have."""
    return re.sub(r" at 0x\w+", "", repr(thing))


def alike(one: Knowledge, other: Knowledge) -> bool:
    """Whether two say the same, whatever the resources without a name are called."""
    graphs = []
    for knowledge in (one, other):
        for quads in (knowledge.store, [ox.Quad(*triple) for triple in knowledge.derived]):
            graph = ox.Dataset(quads)
            graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            graphs.append(set(graph))
    return graphs[0] == graphs[2] and graphs[1] == graphs[3]


@pytest.mark.proof
@pytest.mark.parametrize("slug", sorted(path.parent.name for path in (ROOT / "policy").glob("*/document.ttl")))
def test_what_is_kept_is_the_same(slug: str, cache: Path) -> None:
    """Statements, those that nobody wrote, the places of all, the checksums, and the rules read from them."""
    anew = load(HERE, slug)
    book = load_policykb(HERE, slug).book
    found = load(HERE, slug)

    assert (anew.sound, found.sound is found.store) == (None, True)
    assert alike(anew, found)
    assert (found.parts, found.files, found.amendments) == (anew.parts, anew.files, anew.amendments)
    some = anew.subjects(RDFS.label)[::50]
    assert [found.locate(one) for one in some] == [anew.locate(one) for one in some]
    assert without_addresses(read_rules(found)) == without_addresses(book)
    assert len(list(cache.iterdir())) == 1


@pytest.mark.proof
@pytest.mark.parametrize("form", ["table", "json", "csv", "md", "ttl"])
def test_answers_are_the_same(form: str, tmp_path: Path) -> None:
    """The command gives byte for byte the same with nothing kept, when it keeps, and from what is kept."""

    def answer(cache: str) -> bytes:
        call = [sys.executable, "-m", "policykb", "apply", str(SAMPLE), "--format", form]
        done = subprocess.run(call, env={**os.environ, CACHE: cache}, capture_output=True, check=True)
        return done.stdout

    assert answer("") == answer(str(tmp_path / "cache")) == answer(str(tmp_path / "cache"))
    assert len(list((tmp_path / "cache").iterdir())) == 1


def _changed(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / path).read_text("utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new, 1), "utf-8")

    return change


@pytest.mark.proof
@pytest.mark.parametrize(
    "change",
    [
        _changed("policy/szq-2020-12/articles/art-05.ttl", "0.1", "0.2"),
        _changed("ontology/facts.ttl", "@prefix", "# \n@prefix"),
        _changed("shapes/records.ttl", "@prefix", "# \n@prefix"),
        _changed("queries/complete-29-identifiers.rq", "PREFIX", "# \nPREFIX"),
        lambda root: shutil.copy(root / "ontology" / "facts.ttl", root / "ontology" / "more.ttl"),
        lambda root: next((root / "policy" / SLUG / "translations").rglob("*.ttl")).unlink(),
    ],
    ids=["rule", "fact", "shape", "step", "new-file", "translation-gone"],
)
def test_whatever_is_changed_is_made_anew(change: Callable[[Path], None], own: Path, cache: Path) -> None:
    """A byte of anything that a graph is made from is enough."""
    load_policykb(own, SLUG)
    assert is_from_cache(own)

    change(own)

    assert not is_from_cache(own)


def test_another_program_makes_it_anew(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier version of the program made is not taken."""
    load_policykb(HERE, SLUG)
    monkeypatch.setattr(cached, "_program", lambda: "another")

    assert not is_from_cache(HERE)


@pytest.mark.proof
def test_a_fault_is_found_all_the_same(own: Path, cache: Path) -> None:
    """What was sound before is refused once it is broken, with its place; and is not kept."""
    load_policykb(own, SLUG)
    path = own / "policy" / SLUG / "articles" / "art-05.ttl"
    path.write_text(path.read_text("utf-8").replace("schema:maxValue", "schema:maxValu", 1), "utf-8")

    for _ in range(2):
        with pytest.raises((PolicykbError, KnowledgeFaults), match=r"art-05\.ttl"):
            load_policykb(own, SLUG)
    assert len(list(cache.iterdir())) == 1


@pytest.mark.proof
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"no graph\n",
        lambda data: b"policykb graph x y\n" + data,
        lambda data: data.replace(b"300000", b"900000"),
    ],
    ids=["cut", "empty", "other", "no-number", "changed"],
)
def test_what_is_damaged_is_passed_over(damage: Callable[[bytes], bytes], cache: Path) -> None:
    """And takes no part: it is made anew, and kept again."""
    load_policykb(HERE, SLUG)
    (path,) = cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))

    assert not is_from_cache(HERE)
    load_policykb(HERE, SLUG)
    assert is_from_cache(HERE)


def test_what_others_may_write_is_not_believed(cache: Path) -> None:
    """Nothing is taken from, or put into, a folder that is open to others."""
    load_policykb(HERE, SLUG)
    cache.chmod(0o777)

    assert not is_from_cache(HERE)
    for path in cache.iterdir():
        path.unlink()
    load_policykb(HERE, SLUG)
    assert not list(cache.iterdir())


@pytest.mark.parametrize("place", ["file", "below-a-file", ""])
def test_nothing_is_kept_where_nothing_can_be(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is none the worse for it."""
    (tmp_path / "file").write_bytes(b"mine")
    where = {"file": tmp_path / "file", "below-a-file": tmp_path / "file" / "more", "": ""}[place]
    monkeypatch.setenv(CACHE, str(where))

    assert load_policykb(HERE, SLUG).book.clauses
    assert (tmp_path / "file").read_bytes() == b"mine"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_no_more_than_a_dozen_are_kept(own: Path, cache: Path) -> None:
    """What was not used for longest goes."""
    for number in range(14):
        store = ox.Store()
        cached.cache_graph(cached.cache_name([str(number)]), store, ())
        os.utime(cache / f"{cached.cache_name([str(number)])}.graph", (number, number))
        if number == 12:
            assert cached.cached_graph(cached.cache_name(["1"])) is not None  # used, and so it stays

    there = [number for number in range(14) if cached.cached_graph(cached.cache_name([str(number)]))]
    assert there == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]


@pytest.mark.proof
def test_readings_are_made_anew(cache: Path) -> None:
    """On top of what is kept a reading comes to the same as on top of what is not."""
    load_policykb(HERE, SLUG)
    changed = load_policykb(HERE, SLUG, "R1-highest:alt")

    assert changed.knowledge.sound is None
    assert alike(changed.knowledge, load(HERE, SLUG, ["R1-highest:alt"]))
    assert len(list(cache.iterdir())) == 1


@pytest.mark.proof
def test_each_amendment_is_kept_apart(cache: Path) -> None:
    """From the day of an amendment on another graph is kept, with what was amended, and is the same as made anew."""
    days = [one.valid_from for one in load(HERE, "yunting-2024").amendments if one.valid_from is not None]
    first, day = load_policykb(HERE, "yunting-2024"), min(days)
    anew = first.version(day)
    again = load_policykb(HERE, "yunting-2024").version(day)

    assert anew.knowledge.sound is None
    assert again.knowledge.sound is again.knowledge.store
    assert alike(anew.knowledge, again.knowledge)
    assert (again.knowledge.restated, again.knowledge.parts) == (anew.knowledge.restated, anew.knowledge.parts)
    assert without_addresses(again.book) == without_addresses(anew.book)
    assert len(list(cache.iterdir())) == 2


@pytest.mark.proof
def test_a_graph_that_was_exchanged_is_looked_through(cache: Path) -> None:
    """Only the very graph that was found sound is taken for sound."""
    load_policykb(HERE, SLUG)
    found = load(HERE, SLUG)
    store = ox.Store()
    store.extend(found.store)
    thing = found.instances(PKB.Clause)[0]
    store.add(ox.Quad(thing, PKB.bandd, ox.Literal("1")))

    with pytest.raises((PolicykbError, KnowledgeFaults)):
        read_rules(replace(found, store=store))
