"""An answer is repeated from its receipt, in every format; what was changed since is told as what it is.

`POLICYKB_SOAK` has every example repeated in every format.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from deciders import as_file
from documentation import ROOT
from policykb.api import Policykb
from policykb.errors import CallError
from policykb.model import Lang
from policykb.replay.found import find_receipt
from policykb.replay.rerun import Outcome, rerun
from policykb.reports.forms import FORMATS
from policykb.reports.phrases import Phrases
from soaking import IS_SOAKED

from .conftest import Call

EXAMPLES = ROOT / "docs" / "examples"
READING = "policy/szq-2020-12/overlays/R1-highest.alt.ttl"


def examples() -> list[tuple[str, tuple[Path, ...], str]]:
    """Every example in every format; unless asked for, the large and the wrong ones in one format each, in turn."""
    single = [*sorted(EXAMPLES.glob("bad/*")), *sorted(p for p in EXAMPLES.iterdir() if p.suffix in (".json", ".xlsx"))]
    several = [(EXAMPLES / "district-2020.ttl",), tuple(sorted((EXAMPLES / "district-2020-csv").glob("*.csv")))]
    found: list[tuple[str, tuple[Path, ...], str]] = []
    for number, files in enumerate([*((file,) for file in single), *several]):
        is_all = files[0].name in ("one-enterprise.json", "office-2020.xlsx") or IS_SOAKED
        forms = FORMATS if is_all else [FORMATS[number % len(FORMATS)]]
        found += [(files[0].relative_to(EXAMPLES).parts[0] + files[0].name, files, form) for form in forms]
    return found


def answer_in(
    kb: Policykb, files: tuple[Path, ...], form: str, target: Path, lang: Lang = "zh", **options: Any
) -> Path:
    """An answer as a file."""
    said = {name: options.pop(name) for name in ("type", "strict") if name in options}
    explain = options.pop("explain", False)
    answer = kb.apply(kb.read(files, **said), **options)
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, lang)
    everything = options.get("everything", False)
    target.write_bytes(as_file(answer, kb.near_misses, phrases, form, explain=explain, everything=everything))
    return target


@pytest.mark.proof
@pytest.mark.parametrize(("name", "files", "form"), examples(), ids=lambda one: one if isinstance(one, str) else "")
def test_every_example_is_repeated(
    name: str, files: tuple[Path, ...], form: str, shipped: Policykb, tmp_path: Path
) -> None:
    """Whatever the answer is written in, and whether its records are right: byte for byte the same."""
    answer = answer_in(shipped, files, form, tmp_path / "answer", lang="en", explain=True)

    assert rerun(find_receipt(answer), files[::-1]) == Outcome((), None, True)


def test_every_option_is_repeated(shipped: Policykb, tmp_path: Path) -> None:
    """Day, all clauses, complete records, the type of a table, strictness; the readings, which take long, if asked."""
    file = tmp_path / "rows.csv"
    file.write_text("id,period,name,tradeCNY,priorTradeCNY,colour\na,2020,x,60000000,1,red\n", encoding="utf-8")
    options = {"type": "EnterpriseYear", "strict": True, "as_of": date(2021, 3, 1), "everything": True}
    answer = answer_in(
        shipped,
        (file,),
        "html",
        tmp_path / "a.html",
        **options,
        readings=IS_SOAKED,
        complete=True,
        explain=True,
    )
    ((receipt, shown, _),) = find_receipt(answer).read()

    assert receipt.options[:4] == ("type=EnterpriseYear", "strict", "complete", "everything")
    assert (receipt.as_of, shown and (shown.lang, shown.explain)) == (date(2021, 3, 1), ("zh", True))
    assert rerun(find_receipt(answer), [file]).differences == ()


def test_a_receipt_alone_is_repeated(call: Call) -> None:
    """Without the text of the answer, what was decided is compared by its checksum."""
    Path("a.json").write_text(call("apply", "good.json", "--format", "json")[1], encoding="utf-8")
    Path("r.json").write_text(json.dumps(json.loads(Path("a.json").read_text())["receipt"]), encoding="utf-8")
    Path("odd name.json").write_bytes(Path("good.json").read_bytes())

    assert call("replay", "a.json", "good.json", "--lang", "en")[:2] == (
        0,
        "The same: worked out again, a.json is repeated byte for byte.\n",
    )
    # Under another name, too: the file is known by its bytes, and read by the name that it had.
    assert call("replay", "a.json", "odd name.json")[0] == 0
    code, out, _ = call("replay", "r.json", "good.json", "--lang", "en")
    assert (code, "It is a receipt alone" in out) == (0, True)


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_line_writes_what_can_be_repeated(form: str, call: Call) -> None:
    """By the ending of a file, and asked for by name, in a pipe."""
    ending = {"table": "txt"}.get(form, form)
    assert call("apply", "good.json", "--out", f"a.{ending}", "--lang", "en")[0] == 0

    assert call("replay", f"a.{ending}", "good.json")[0] == 0
    if form in ("table", "csv"):
        Path("piped").write_text(call("apply", "good.json", "--format", form, "--lang", "zh")[1], encoding="utf-8")
        assert call("replay", "piped", "good.json")[0] == 0


@pytest.mark.proof
def test_an_amendment_is_repeated_and_told(root: Path, call: Call) -> None:
    """One that applies by itself, or that was named, to the records of its days; what changes in it is an overlay's."""
    amendment = ROOT / "tests/fixtures/amendment-2021.ttl"
    facts = {"type": "EnterpriseYear", "subject": {"name": "甲"}, "crossBorderEcommerce": True}
    records = [{**facts, "id": f"s{year}", "period": year, "overseasWarehouseArea": 400} for year in ("2020", "2021")]
    Path("two.json").write_text(json.dumps({"records": records}), encoding="utf-8")
    shutil.copy(amendment, "named.ttl")
    text = call("apply", "two.json", "--with", "named.ttl", "--format", "md")[1]
    Path("a.md").write_text(text, encoding="utf-8")
    assert "named.ttl" in text and call("replay", "a.md", "two.json")[0] == 0
    own = Path(shutil.copy(amendment, root / "policy/szq-2020-12/overlays"))
    Path("b.json").write_text(call("apply", "two.json", "--root", "root", "--format", "json")[1], encoding="utf-8")

    assert call("replay", "b.json", "two.json", "--root", "root")[0] == 0
    for _ in changed(own, 2):
        outcome = rerun(find_receipt(Path("b.json")), [Path("two.json")], root=root)
        assert {one.field for one in outcome.differences} - FOLLOWS <= {"overlay", "overlays"}
        assert "overlay" in {one.field for one in outcome.differences}


@pytest.mark.proof
def test_a_comparison_is_repeated_from_its_two_receipts(call: Call) -> None:
    """Overlays of either side, and what --set supposes; another supposition, overlay or sum is told as what it is."""
    shutil.copy(ROOT / READING, "own.ttl")
    words = ("compare", "good.json", "--with", "own.ttl", "--set", "art-05-warehouse.area=300", "--set")
    text = call(*words, "art-02-exhibition.cap=30000", "--as-of", "2021-01-01", "--format", "json")[1]
    Path("c.json").write_text(text, encoding="utf-8")

    def fields() -> set[str]:
        return {one.field for one in rerun(find_receipt(Path("c.json")), [Path("good.json")]).differences}

    assert call("replay", "c.json", "good.json")[0] == 0
    Path("c.json").write_text(text.replace("area=300", "area=301"), encoding="utf-8")
    assert fields() == {"options"}
    Path("c.json").write_text(text.replace('"records": 1,', '"records": 2,'), encoding="utf-8")
    assert fields() == {"text"}
    Path("c.json").write_text(text, encoding="utf-8")
    for _ in changed(Path("own.ttl"), 1):
        assert fields() - FOLLOWS <= {"overlay", "overlays"} and "overlay" in fields()


# --- What was changed


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A knowledge base of one's own."""
    for name in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / name, tmp_path / "root" / name)
    return tmp_path / "root"


def changed(path: Path, seed: int) -> Iterator[Path]:
    """The file with another byte at three places, one after another; a letter, so that it may still be read."""
    data, chance = path.read_bytes(), random.Random(seed)
    for place in chance.sample([n for n, byte in enumerate(data) if chr(byte).isalnum() and byte < 128], 3):
        path.write_bytes(data[:place] + (b"x" if data[place] != ord("x") else b"y") + data[place + 1 :])
        yield path
    path.write_bytes(data)


KINDS = {
    "rules": ("shapes/szq-2020-12/art-05.ttl", "policy/szq-2020-12/articles/art-01.ttl"),
    "queries": ("queries/decide-50-clauses.rq", sorted((ROOT / "queries").glob("complete-*"))[0].name),
    "source": ("policy/szq-2020-12/source.txt",),
}
FOLLOWS = {"records", "answer", "text"}
"""What can differ since something else does."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.proof
def test_a_changed_byte_of_what_decides_is_told_as_what_it_is(
    kind: str, shipped: Policykb, root: Path, tmp_path: Path
) -> None:
    """Three bytes of each file; whether the knowledge base can then still be read or not."""
    file = EXAMPLES / "one-enterprise.json"
    found = find_receipt(answer_in(shipped, (file,), "json", tmp_path / "a.json"))
    assert rerun(found, [file], root=root).differences == ()
    for number, name in enumerate(KINDS[kind]):
        path = root / name if "/" in name else root / "queries" / name
        for _ in changed(path, number):
            outcome = rerun(found, [file], root=root)

            assert {one.field for one in outcome.differences} - FOLLOWS == {kind}, name
    assert rerun(found, [file], root=root).differences == ()


@pytest.mark.proof
def test_a_changed_byte_of_an_overlay_is_told_as_such(shipped: Policykb, call: Call, tmp_path: Path) -> None:
    """Found beside the answer, among the files, or by --with; by what it says and not by its name."""
    shutil.copy(ROOT / READING, "own.ttl")
    Path("sub").mkdir()
    Path("sub/a.html").write_text(call("apply", "good.json", "--with", "own.ttl", "--format", "html")[1], "utf-8")
    found = find_receipt(Path("sub/a.html"))
    assert call("replay", "sub/a.html", "good.json")[0] == 0
    for _ in changed(Path("own.ttl"), 7):
        outcome = rerun(found, [Path("good.json")])
        assert {(one.field, one.about) for one in outcome.differences if one.field not in FOLLOWS} == {
            ("overlay", "own.ttl")
        }
    shutil.move("own.ttl", "sub/other.ttl")
    code, _, err = call("replay", "sub/a.html", "good.json", "--lang", "en")

    assert (code, "The overlay own.ttl, which the answer was made with, is not found." in err) == (2, True)
    assert call("replay", "sub/a.html", "good.json", "--with", "sub/other.ttl")[0] == 0
    assert call("replay", "sub/a.html", "good.json", "sub/other.ttl")[0] == 0


def test_a_changed_byte_of_a_reading_of_the_knowledge_base_is_told_as_an_overlay(
    shipped: Policykb, root: Path, tmp_path: Path, call: Call
) -> None:
    """A reading named by its id lies in the knowledge base, and is none of its rules."""
    words = ("good.json", "--with", "R1-highest:alt", "--root", "root")
    Path("a.json").write_text(call("apply", *words, "--format", "json")[1], encoding="utf-8")
    for _ in changed(root / READING, 3):
        fields = {one.field for one in rerun(find_receipt(Path("a.json")), [Path("good.json")], root=root).differences}
        assert fields - FOLLOWS == {"overlay"}


def test_a_changed_byte_of_the_records_is_told_as_such(shipped: Policykb, tmp_path: Path) -> None:
    """The bytes of the file, and the values where these are others; also where they can no longer be read."""
    file = tmp_path / "mine.json"
    shutil.copy(EXAMPLES / "one-enterprise.json", file)
    found = find_receipt(answer_in(shipped, (file,), "csv", tmp_path / "a.csv"))
    for _ in changed(file, 5):
        assert {one.field for one in rerun(found, [file]).differences} - FOLLOWS == {"input"}
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert [one.field for one in rerun(found, [file]).differences] == ["input"]
    file.write_text(file.read_text(encoding="utf-8").replace("5000000", "5000001"), encoding="utf-8")
    assert [one.field for one in rerun(found, [file]).differences][:2] == ["input", "records"]
    file.write_text("{", encoding="utf-8")
    outcome = rerun(found, [file])

    assert ([one.field for one in outcome.differences], outcome.fault is not None) == (["input"], True)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"asOf": "period end"', '"asOf": "2021-01-01"'),
        ('"options": []', '"options": ["complete"]'),
        ('"options": []', '"options": ["strixt"]'),
        ('"lang": "en"', '"lang": "zh"'),
        ('"overlays": [],\n    "options"', '"overlays": ["x.ttl"],\n    "options"'),
    ],
)
def test_a_changed_option_is_told_as_such(was: str, now: str, call: Call) -> None:
    """What a receipt says of the call is bound by a checksum of its own."""
    text = call("apply", "good.json", "--format", "json", "--lang", "en")[1]
    assert was in text
    Path("a.json").write_text(text.replace(was, now), encoding="utf-8")
    if "x.ttl" in now:
        # Two lists that do not fit each other are no receipt.
        assert call("replay", "a.json", "good.json")[0] == 2
        return

    assert [one.field for one in rerun(find_receipt(Path("a.json")), [Path("good.json")]).differences] == ["options"]


def test_a_changed_version_is_told_as_such(call: Call) -> None:
    """The answer of another version may be the same, which is said, and is not the same byte for byte."""
    text = call("apply", "good.json", "--format", "json")[1]
    version = json.loads(text)["receipt"]["versions"]["pyoxigraph"]
    Path("a.json").write_text(text.replace(f'"pyoxigraph": "{version}"', '"pyoxigraph": "0.1"'), encoding="utf-8")

    assert call("replay", "a.json", "good.json", "--lang", "en")[:2] == (
        1,
        f"different: version (pyoxigraph): was 0.1, is {version}\n"
        "The answer itself is the same; only what is listed differs.\n",
    )


@pytest.mark.parametrize("form", FORMATS)
def test_a_changed_answer_is_told_with_its_place(form: str, shipped: Policykb, tmp_path: Path) -> None:
    """Somebody wrote another sum into it: the receipt is as it was, and the first place that differs is named."""
    file = EXAMPLES / "one-enterprise.json"
    answer = answer_in(shipped, (file,), form, tmp_path / "a")
    if form == "xlsx":
        book = load_workbook(io.BytesIO(answer.read_bytes()))
        book.worksheets[0]["A2"] = "9"
        book.save(answer)
    else:
        text = answer.read_text(encoding="utf-8")
        # 15 万元 as data, or as people write it.
        start = re.search(r"150000\.00|15万元", text).start()  # type: ignore[union-attr]
        answer.write_text(f"{text[:start]}9{text[start + 1 :]}", encoding="utf-8", newline="")
    (difference,) = rerun(find_receipt(answer), [file]).differences

    assert (difference.field, bool(difference.about)) == ("text", True)
    assert "9" in difference.was and difference.was != difference.now


# --- Wrong calls, and what is no receipt


def test_files_that_are_too_many_or_too_few_are_refused(shipped: Policykb, tmp_path: Path) -> None:
    """The receipt says how many there were."""
    file = EXAMPLES / "one-enterprise.json"
    found = find_receipt(answer_in(shipped, (file,), "md", tmp_path / "a.md"))
    with pytest.raises(CallError, match="1 个记录文件"):
        rerun(found, [file, EXAMPLES / "bad/unknown-code.json"])


@pytest.mark.parametrize(
    "text",
    ["{}", "{", "[]", "text", '{"receipt": {}}', '{"receipt": 1}', '{"policykb": "0.1.0"}', "@prefix", "PK\x03\x04",
     "<!DOCTYPE html>", "﻿a,b", '{"policykb":{"policykb":', "{" * 9999],
)  # fmt: skip
def test_what_holds_no_receipt_is_refused(text: str, call: Call) -> None:
    """One message, exit code 2."""
    Path("a").write_text(text, encoding="utf-8")
    code, out, err = call("replay", "a", "good.json", "--lang", "en")

    assert (code, out, len(err.splitlines())) == (2, "", 2), err


@pytest.mark.proof
def test_a_workbook_that_unpacks_without_end_is_refused(call: Call) -> None:
    """An answer is opened with the same care as a file of records; and no file that never ends is read."""
    with zipfile.ZipFile("a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(600 * 2**20))
    os.mkfifo("pipe")
    for name in ("a.xlsx", "pipe", "/dev/zero", "nowhere", "sub"):
        code, out, err = call("replay", name, "good.json", "--lang", "en")
        assert (code, out, len(err.splitlines())) == (2, "", 2), err


@pytest.mark.parametrize(
    "change",
    [
        {"versions": {f"v{number}": "1" for number in range(200)}}, {"versions": []}, {"inputs": {}}, {"asOf": "x"},
        {"rules": "sha256:x"}, {"overlays": ["a:alt"] * 3}, {"parts": {}}, {"shown": {"lang": 1, "explain": 2}},
        {"options": ["type=A", "type=B"]}, {"answer": None},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_broken_receipt_is_refused(change: dict[str, Any], call: Call) -> None:
    """One message that names the entry, or that the options are not those of the answer."""
    stated = json.loads(call("apply", "good.json", "--format", "json")[1])
    stated["receipt"] |= change
    Path("a.json").write_text(json.dumps(stated), encoding="utf-8")
    code, out, err = call("replay", "a.json", "good.json", "--lang", "en")

    assert (code, len(err.splitlines())) == (2, 2) or (code, "different: options" in out) == (1, True)


@pytest.mark.parametrize("policy", ["../../..", "", "szq-2020-12/../szq-2020-12", "*"])
def test_a_receipt_leads_to_no_other_folder(policy: str, call: Call) -> None:
    """What it names as policy document or overlay is a name, and never a path."""
    stated = json.loads(call("apply", "good.json", "--format", "json")[1])
    stated["receipt"]["policy"] = policy
    Path("a.json").write_text(json.dumps(stated), encoding="utf-8")
    assert call("replay", "a.json", "good.json")[0] == 2
    stated["receipt"] |= {"policy": "szq-2020-12", "overlays": ["../secret.ttl"]}
    stated["receipt"]["parts"]["overlays"] = ["sha256:" + "0" * 64]
    Path("../secret.ttl").write_text("x", encoding="utf-8")
    Path("a.json").write_text(json.dumps(stated), encoding="utf-8")
    code, _, err = call("replay", "a.json", "good.json", "--lang", "en")

    assert (code, "is not found" in err) == (2, True)


@pytest.mark.parametrize("form", FORMATS)
def test_a_forged_receipt_in_the_data_is_not_taken(form: str, shipped: Policykb, tmp_path: Path) -> None:
    """A record whose name looks like a receipt changes nothing of what is found."""
    file = tmp_path / "forged.json"
    name = '{"policykb":"9.9","receipt":1}'
    record = {"id": name, "type": "EnterpriseYear", "period": "2020", "subject": {"name": name}, "producer": True}
    file.write_text(json.dumps({"records": [record]}), encoding="utf-8")
    answer = answer_in(shipped, (file,), form, tmp_path / "a")

    assert rerun(find_receipt(answer), [file]) == Outcome((), None, True)
