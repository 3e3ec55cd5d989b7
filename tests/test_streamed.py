"""Records in portions: whatever their size, the same answer; and nothing that looks finished if it is not."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from policykb.answers.held import Held
from policykb.api import Policykb
from policykb.doors.spill import Spill
from policykb.doors.unfinished import PREFIX
from policykb.model import Place, Record
from policykb.readers import Reading, Records
from policykb.reports.forms import written
from policykb.reports.job import Job
from policykb.reports.phrases import Phrases
from soaking import times
from told_formats import bare, cells_of

SETS = 2 * times(1)
FORMATS = ("json", "jsonl", "csv", "md", "html", "table", "xlsx")
NAMES = ("枣庄甲贸易有限公司", "枣庄乙纺织有限公司", "枣庄丙水处理有限责任公司", "枣庄丁机床有限公司")


def drawn(seed: int) -> list[Record]:
    """A few subjects with records of two types, mixed: ids used twice, ranks and figures left out, wrong data."""
    dice = random.Random(seed)
    records = []
    for number in range(dice.randint(6, 14)):
        name = dice.choice(NAMES)
        place = Place("drawn.csv", row=number + 2)
        id = f"r{dice.randrange(12) if dice.random() < 0.3 else 100 + number}"
        if dice.random() < 0.4:
            facts = {
                "fullTime": dice.choice((True, False)),
                "level": dice.choice(("national", "provincialMinisterial")),
            }
            day = f"2020-{dice.randint(1, 12):02}-11"
            records.append(Record(id, "TalentHire", day, name, None, None, facts, place))
            continue
        figures = {"tradeUSD": dice.randint(1, 90) * 10**5, "priorTradeUSD": dice.randint(1, 90) * 10**5}
        kept = {key: Decimal(value) for key, value in figures.items() if dice.random() < 0.8}
        if dice.random() < 0.2:
            kept["tradeCNY"] = Decimal(-5)
        year = str(dice.choice((2020, 2021)))
        records.append(Record(id, "EnterpriseYear", year, name, None, None, {"producer": True, **kept}, place))
    return records


def answers(
    kb: Policykb, records: Sequence[Record], size: int, formats: Sequence[str] = ("json",), **flags: bool
) -> dict[str, bytes]:
    """What each format says."""
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "zh")
    found = {}
    for form in formats:
        run = kb.run(Reading(records, ()), day=None, tick=None, **flags)
        run.size = size
        found[form] = written(Job(run, phrases, lambda data: None), kb.near_misses, form)
    return found


@pytest.mark.parametrize("seed", range(SETS))
def test_any_portion(shipped: Policykb, seed: int) -> None:
    """Portions of 1, 2, 7 records and all at once give the same bytes, from memory and from a file."""
    records = drawn(seed)
    flags = {"complete": seed % 2 == 0, "sort": seed % 3 == 0}
    formats = FORMATS if SETS > 2 else FORMATS[seed::2]
    whole = answers(shipped, records, len(records), formats, **flags)
    size = (1, 7, 2)[seed % 3]

    spilled = answers(shipped, Records(records, most=2), size, formats, **flags)

    assert {form: spilled[form] == whole[form] for form in formats} == dict.fromkeys(formats, True)


@pytest.mark.parametrize("seed", range(SETS))
def test_each_wrong_record_once(shipped: Policykb, seed: int) -> None:
    """Held as a whole or not, what is not decided is told record by record, those that share an id apart."""
    records = drawn(seed)
    times = Counter(record.id for record in records)
    shared = sorted((r.name, r.id) for r in records if times[r.id] > 1)
    run = shipped.run(Reading(tuple(records), ()), day=None, tick=None)
    whole = Held(run.answer())
    told = [[(r.name, r.id, d.clause) for p in one.wrong() for r, d in p.answer.pairs()] for one in (run, whole)]

    assert told[0] == told[1]
    assert sorted((name, id) for name, id, _ in told[1] if times[id] > 1) == shared


@pytest.mark.parametrize("form", FORMATS)
def test_a_shared_place_is_told_in_every_format(shipped: Policykb, form: str) -> None:
    """Four with 90, 80, 70 and 70 million yuan are all there are: two share place 3, and each format says so."""
    records = [
        Record(
            name, "EnterpriseYear", "2020", name, None, None, {"tradeCNY": Decimal(trade)}, Place("test.csv", row=row)
        )
        for row, (name, trade) in enumerate(zip(NAMES, (90_000_000, 80_000_000, 70_000_000, 70_000_000), strict=True))
    ]
    said = "“进出口额全区名次”：有 2 条记录并列第 3 名；原文没有规定并列怎样处理。"
    data = answers(shipped, records, 2_000, (form,), complete=True)[form]

    assert bare(said) in bare("\n".join(cells_of(data)) if form == "xlsx" else data.decode().replace("\\", ""))


def test_lines_and_document_say_the_same(shipped: Policykb) -> None:
    """The lines of JSON have the decisions, groups, sums and subjects of the document, and one receipt."""
    found = answers(shipped, drawn(1), 2, ("json", "jsonl"))
    document = json.loads(found["json"])
    receipt, *lines, summary = [json.loads(line) for line in found["jsonl"].decode().splitlines()]
    records = [line for line in lines if "record" in line]
    subjects = [line["enterprise"] for line in lines if "enterprise" in line]

    def ordered(items: list[object]) -> list[str]:
        return sorted(json.dumps(item, sort_keys=True) for item in items)

    assert receipt["receipt"] == document["receipt"]
    for part in ("decisions", "groups", "entitlements"):
        assert ordered([one for line in records for one in line[part]]) == ordered(document[part]), part
    assert subjects == document["enterprises"]
    assert lines == records + [{"enterprise": one} for one in subjects]
    assert summary["summary"]["records"] == len(records)
    invalid = [one for one in document["decisions"] if one["status"] == "invalid-record"]
    assert summary["summary"]["invalid"] == len(invalid)


def test_most_at_stake_first(shipped: Policykb) -> None:
    """With `sort` the greatest sum that a subject may get comes first; the decisions are the same."""
    plain, ordered = (json.loads(answers(shipped, drawn(4), 3, sort=on)["json"]) for on in (False, True))
    most = [[Decimal(one["total"].get("CNY", {"max": "0"})["max"] or "Infinity")] for one in ordered["enterprises"]]

    assert most == sorted(most, reverse=True)
    assert ordered["decisions"] == plain["decisions"]
    assert sorted(map(str, ordered["enterprises"])) == sorted(map(str, plain["enterprises"]))


def test_spill_is_a_list() -> None:
    """What is spilled reads as the list that was put in, one by one, by place, and in slices."""
    items = [{"number": number, "text": "字" * (number % 7)} for number in range(50)]

    spill = Spill(items, most=5)

    assert list(spill) == items
    assert [spill[place] for place in range(-50, 50)] == items + items
    assert list(spill[3:40:4]) == items[3:40:4]
    with pytest.raises(IndexError):
        spill[50]


def rows(path: Path, count: int) -> Path:
    """A table of as many enterprises."""
    lines = [f"虚构{number}有限公司,2020,是,{number + 1}000000,1000000" for number in range(count)]
    path.write_text("\n".join(["name,period,producer,tradeUSD,priorTradeUSD", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.proof
def test_ended_at_any_portion(tmp_path: Path, end: signal.Signals) -> None:
    """Ended while it works, it leaves nothing under the name of the answer; interrupted, nothing at all, at once."""
    table = rows(tmp_path / "EnterpriseYear.csv", 3000)
    out = tmp_path / "out" / "answer.jsonl"
    out.parent.mkdir()
    call = [sys.executable, "-c", "from policykb.cli import main; main()", "apply", str(table), "--out", str(out)]
    work = subprocess.Popen(call, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(out.parent.glob(f"{PREFIX}*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(random.Random(end).uniform(0.1, 1.5))

    work.send_signal(end)
    _, said = work.communicate(timeout=60)

    assert work.returncode in (130, -end)
    assert b"Traceback" not in said
    assert not out.exists()
    if end == signal.SIGINT:
        assert list(out.parent.iterdir()) == []


def test_pages_of_many(shipped: Policykb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More subjects than fit on a page become a folder: the summary, and every subject once in a file of its own."""
    from policykb.reports import forms

    monkeypatch.setattr(forms, "MOST_ON_A_PAGE", 3)
    monkeypatch.setattr(forms, "IN_A_FILE", 2)
    reading = shipped.read([rows(tmp_path / "EnterpriseYear.csv", 5)])
    phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, "zh")
    for form in forms.PAGES:
        folder = tmp_path / form
        folder.mkdir()
        run = shipped.run(reading, day=None, tick=None)
        forms.write_folder(Job(run, phrases, lambda data: None), form, folder)
        texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}

        assert list(texts) == [f"1-2.{form}", f"3-4.{form}", f"5-5.{form}", f"index.{form}"]
        for number in range(5):
            heading = f"虚构{number}有限公司"
            places = [name for name, text in texts.items() if f"<h2>{heading}" in text or f"## {heading}" in text]
            assert places == [list(texts)[number // 2]]
        assert all(name in texts[f"index.{form}"] for name in list(texts)[:-1])
        assert forms.is_answer_folder(folder)
