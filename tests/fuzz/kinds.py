"""What is mutated: files of records, overlays, knowledge bases, queries and the words of calls."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from documentation import ROOT
from policykb.doors.files import KNOWLEDGE

from .calls import call, fault_of
from .mutate import ODD, Change, changed, changed_archive

__all__ = ["KINDS", "Kind"]

EXAMPLES = ROOT / "docs/examples"
READ = (
    ("apply", "{}", "--type", "EnterpriseYear", "--format", "json"),
    ("check", "{}", "--type", "EnterpriseYear", "--format", "json"),
)
RECORDS = (
    *READ,
    *READ,
    ("apply", "{}", "--complete", "--strict"),
    ("check", "{}", "--verbose"),
    ("questions", "{}", "--type", "EnterpriseYear"),
    ("compare", "{}", "--with", "R1-highest:alt"),
    ("ask", "limits", "--data", "{}"),
)
WORDS = (
    ("apply", "good.json", "--as-of", "2021-06-30", "--lang", "en"),
    ("apply", "good.json", "--with", "R1-highest:alt", "--format", "csv"),
    ("apply", "good.json", "--explain", "--readings", "--complete"),
    ("apply", "good.json", "--policy", "szq-2020-12", "--type", "EnterpriseYear"),
    ("check", "good.json", "--format", "sarif", "--strict"),
    ("compare", "good.json", "--set", "art-05-warehouse.area=400", "--format", "md"),
    ("ask", "clause-criteria", "clause=art-05-warehouse", "--format", "tsv"),
    ("clause", "art-05-warehouse", "--lang", "zh"),
    ("article", "5", "--with", "R5a-base:alt"),
    ("readings", "--lang", "en"),
    ("questions", "good.json", "--record", "示例-1", "--format", "json"),
    ("verify", "--policy", "none"),
)


def small(records: int) -> Callable[[], list[bytes]]:
    """Seeds of JSON: the example, and so many records of the sample."""

    def seeds() -> list[bytes]:
        sample = json.loads((EXAMPLES / "district-2020.json").read_text(encoding="utf-8"))["records"]
        parts = [sample[start : start + records] for start in range(0, len(sample), max(len(sample) // 6, 1))]
        texts = [json.dumps({"records": part}, ensure_ascii=False, indent=1).encode() for part in parts]
        return [(EXAMPLES / "one-enterprise.json").read_bytes(), *texts]

    return seeds


def tables() -> list[bytes]:
    """Seeds of delimited text: the first lines of each sample."""
    paths = sorted((EXAMPLES / "district-2020-csv").glob("*.csv"))
    first = ["\n".join(path.read_text(encoding="utf-8-sig").splitlines()[:4]) for path in paths]
    return [text.encode() for text in first] + [
        "年度,企业名称,进出口总额（万元）\n2020,甲,6000\n合计,,6000\n".encode("gb18030")
    ]


def workbooks() -> list[bytes]:
    """Seeds of workbooks."""
    return [path.read_bytes() for path in sorted(EXAMPLES.glob("*.xlsx"))]


@cache
def _triples() -> list[list[ox.Quad]]:
    quads = list(ox.parse((EXAMPLES / "district-2020.ttl").read_bytes(), format=ox.RdfFormat.TURTLE))
    return [quads[start : start + 40] for start in range(0, len(quads), max(len(quads) // 5, 1))]


def graphs(form: ox.RdfFormat) -> Callable[[], list[bytes]]:
    """Seeds of RDF in a format."""
    prefixes = {"pkb": "https://w3id.org/policykb/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#"}
    return lambda: [
        ox.serialize([quad.triple for quad in quads], format=form, prefixes=prefixes) or b"" for quads in _triples()
    ]


def overlays() -> list[bytes]:
    """Seeds of overlays."""
    return [path.read_bytes() for path in sorted((ROOT / "policy/szq-2020-12/overlays").glob("*.ttl"))]


def queries() -> list[bytes]:
    """Seeds of queries: those of the library."""
    found = [path for path in sorted((ROOT / "queries").glob("*.rq")) if not path.name.startswith(("de", "complete"))]
    return [path.read_bytes() for path in found]


def knowledge() -> list[bytes]:
    """Seeds of knowledge bases: one of their files each, with its path before it."""
    paths = [path for name in KNOWLEDGE for path in sorted((ROOT / name).rglob("*.*")) if path.is_file()]
    return [f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes() for path in paths]


def words() -> list[bytes]:
    """Seeds of calls."""
    return [json.dumps(each, ensure_ascii=False).encode() for each in WORDS]


def changed_file(data: bytes, recipe: Sequence[Change]) -> bytes:
    """A file of a knowledge base after all steps; its path stays."""
    path, _, text = data.partition(b"\n")
    return path + b"\n" + changed(text, recipe)


def changed_words(data: bytes, recipe: Sequence[Change]) -> bytes:
    """The words of a call after all steps, each of which changes a word."""
    given = json.loads(data)
    for step in recipe:
        at = step.where * len(given) // 65536
        odd = ODD[step.piece % len(ODD)]
        word = changed(str(given[at]).encode("utf-8", "surrogateescape"), [step]).decode("utf-8", "surrogateescape")
        given[at] = {0: odd, 1: odd * 3000, 2: given[at] + odd}.get(step.length % 6, word).replace("\0", "")
        if step.length % 6 == 5:
            given.insert(at, odd.replace("\0", ""))
    return json.dumps(given).encode()


@dataclass(frozen=True)
class Kind:
    """A kind of input.

    Args:
        seeds: what is changed.
        ending: of the file that holds it.
        calls: what is done with the file, whose name stands for {}.
        change: how a seed is changed.
    """

    seeds: Callable[[], Sequence[bytes]]
    ending: str
    calls: Sequence[Sequence[str]]
    change: Callable[[bytes, Sequence[Change]], bytes] = changed

    def attempt(self, data: bytes, number: int) -> tuple[int, str | None]:
        """The exit code of one of the calls, with the input in a folder of its own, and what it shows that none may."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copy(EXAMPLES / "one-enterprise.json", folder / "good.json")
            called = self._placed(data, folder, self.calls[number % len(self.calls)])
            before = sorted(os.listdir(folder))
            done = call(called, folder)
            left = set(os.listdir(folder)) - set(before)
            fault = fault_of(done) or (f"left {left}" if left else None)
            return done.code, fault and f"{fault} ({' '.join(called)[:200]})"

    def _placed(self, data: bytes, folder: Path, words: Sequence[str]) -> list[str]:
        """The input in its place, and the words of the call."""
        if self.ending == "words":
            return [str(word) for word in json.loads(data)]
        if self.ending == "root":
            for part in KNOWLEDGE:
                shutil.copytree(ROOT / part, folder / "root" / part, copy_function=os.link)
            path, _, text = data.partition(b"\n")
            target = folder / "root" / path.decode()
            target.unlink()
            target.write_bytes(text)
        else:
            (folder / f"input.{self.ending}").write_bytes(data)
        return [word.replace("{}", "root" if self.ending == "root" else f"input.{self.ending}") for word in words]


KINDS: Mapping[str, Kind] = {
    "csv": Kind(tables, "csv", RECORDS),
    "xlsx": Kind(workbooks, "xlsx", (*READ, *READ, *READ, RECORDS[4]), changed_archive),
    "json": Kind(small(3), "json", RECORDS),
    "jsonld": Kind(graphs(ox.RdfFormat.JSON_LD), "jsonld", RECORDS),
    "ttl": Kind(graphs(ox.RdfFormat.TURTLE), "ttl", RECORDS),
    "overlay": Kind(
        overlays, "ttl", (("apply", "good.json", "--with", "{}"), ("compare", "good.json", "--with", "{}"))
    ),
    "root": Kind(knowledge, "root", (("apply", "good.json", "--root", "{}"),), changed_file),
    "query": Kind(queries, "rq", (("ask", "{}", "--timeout", "5"), ("ask", "{}", "--data", "good.json"))),
    "words": Kind(words, "words", ((),), changed_words),
}
"""By name. A finding is kept under this name and its ending."""
