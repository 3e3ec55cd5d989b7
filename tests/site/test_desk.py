"""The officer's page: a file that is dropped there is read, checked and decided as on the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policykb.answers.held import Held
from policykb.api import Policykb, load_policykb
from policykb.check import run_check
from policykb.check.as_json import to_json
from policykb.errors import PolicykbError
from policykb.reports.forms import written
from policykb.reports.job import Job
from policykb.reports.phrases import Phrases
from soaking import IS_SOAKED, share

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
EXAMPLES = ROOT / "docs" / "examples"
FEW = ("office-2020.xlsx", "bad/contradiction.json")
"""A workbook as an office keeps it, and records of several types with faults; each takes Python to be started."""
READY = "#pkb-desk[data-ready]"
DONE = "#pkb-desk[data-checked], #pkb-desk [role=alert]"


@cache
def base() -> Policykb:
    """The knowledge base, loaded once."""
    return load_policykb(ROOT)


def inputs() -> list[Path]:
    """Two files; with POLICYKB_SOAK every example and every file of the tests that are read as files of records."""
    if not IS_SOAKED:
        return [EXAMPLES / name for name in FEW]
    kinds = {".xlsx", ".xls", ".csv", ".json"}
    found = [*EXAMPLES.rglob("*"), *(ROOT / "tests/valid").rglob("*"), *(ROOT / "tests/invalid").rglob("*")]
    return sorted(path for path in found if path.suffix in kinds)


def expected(path: Path) -> tuple[dict[str, Any], dict[str, Any]] | str:
    """The findings and the answer of the program itself as JSON, or the message that it ends with."""
    kb = base()
    try:
        report = run_check(kb, [Path(path.name)], conversions=True)
        answer = kb.apply(kb.read([Path(path.name)]))
    except PolicykbError as fault:
        return fault.say("zh")
    job = Job(Held(answer), Phrases(kb.book, kb.vocabulary, kb.wording, "zh"), lambda _: None)
    return json.loads(to_json(report, kb.book)), json.loads(written(job, kb.near_misses, "json"))


def saved(page: Any, form: str) -> dict[str, Any]:
    """What a button of the page hands out, as JSON."""
    with page.expect_download() as got:
        page.click(f"[data-form={form}]")
    return json.loads(Path(got.value.path()).read_text(encoding="utf-8"))


@pytest.fixture
def desk(visit: Any) -> Iterator[Any]:
    """The page in a browser, ready for files."""
    one = visit()
    one.open("desk.html", ready=READY)
    one.page.set_default_timeout(240_000)
    yield one


@pytest.mark.parametrize("path", inputs(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_dropped_file_is_decided_as_on_the_command_line(
    desk: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Findings and decisions are the same to the last value; only the versions of what ran differ."""
    monkeypatch.chdir(path.parent)
    wanted = expected(path)
    desk.page.set_input_files("#pkb-desk-file", str(path))
    desk.page.wait_for_selector(DONE)
    if isinstance(wanted, str):
        shown = desk.page.inner_text("#pkb-desk [role=alert]")
        if "--type" in wanted:  # the page has a list in the place of the option
            assert "--type" not in shown
            shown, wanted = shown.split("\n")[0], wanted.split("\n")[0]
        assert shown.strip() == wanted.strip()
        return
    findings, answer = saved(desk.page, "findings"), saved(desk.page, "json")
    for one in (answer, wanted[1]):
        del one["receipt"]["engine"], one["receipt"]["versions"]
    assert findings == wanted[0]
    assert answer == wanted[1]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", share(["xls", "ods", "fods"], 3))
def test_a_workbook_of_another_program(desk: Any, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample workbook saved by LibreOffice is decided as on the command line, or refused with the same message."""
    profile, sample = (tmp_path / "user").as_uri(), str(EXAMPLES / "office-2020.xlsx")
    options = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", ending, "--outdir", str(tmp_path)]
    made = subprocess.run(["soffice", *options, sample], capture_output=True)
    assert made.returncode == 0, made.stderr
    test_a_dropped_file_is_decided_as_on_the_command_line(desk, tmp_path / f"office-2020.{ending}", monkeypatch)


def test_findings_stand_with_cell_value_and_mend(desk: Any) -> None:
    """A fault is listed with its cell, what stands there, and how to mend it; the annotated copy can be had."""
    desk.page.set_input_files("#pkb-desk-file", str(EXAMPLES / "bad/unclear-date.csv"))
    desk.page.wait_for_selector(DONE)
    cells = desk.page.locator(".pkb-finding.pkb-error").first.locator("td").all_inner_texts()
    assert len(cells) == 4 and all(text.strip() for text in cells)
    with desk.page.expect_download() as got:
        desk.page.click("[data-form=annotated]")
    assert Path(got.value.path()).read_bytes().startswith(b"PK")


def test_a_check_can_be_cancelled(desk: Any) -> None:
    """The cancel button ends the check at once, and other files can be chosen."""
    desk.page.set_input_files("#pkb-desk-file", str(EXAMPLES / "district-2020.xlsx"))
    desk.page.click(".pkb-buttons button", timeout=5_000)
    desk.page.wait_for_selector("#pkb-desk-file", state="attached", timeout=2_000)
    assert desk.page.locator("#pkb-desk progress").count() == 0


@pytest.mark.skipif(not IS_SOAKED, reason="a minute; with POLICYKB_SOAK")
def test_two_thousand_records_show_how_far_they_are(desk: Any, tmp_path: Path) -> None:
    """Many records are decided with the count of those done."""
    one = json.loads((EXAMPLES / "one-enterprise.json").read_text(encoding="utf-8"))["records"][0]
    many = [{**one, "id": f"r{n}", "subject": {"name": f"枣庄市中区第{n}号机械有限公司"}} for n in range(2000)]
    (tmp_path / "many.json").write_text(json.dumps({"records": many}), encoding="utf-8")
    desk.page.set_input_files("#pkb-desk-file", str(tmp_path / "many.json"))
    desk.page.wait_for_selector("#pkb-desk progress[max='2000']", state="attached")
    desk.page.wait_for_selector(DONE)

    assert "2000 条记录" in desk.page.inner_text("#pkb-desk")


def test_from_a_folder_the_page_says_why_not(visit: Any) -> None:
    """A page opened out of a folder says why it checks nothing there, and what to do."""
    one = visit(address=f"{SITE.as_uri()}/")
    one.open("desk.html", ready=READY)
    assert "policykb check" in one.page.inner_text("#pkb-desk")


def test_nothing_of_python_is_loaded_before_it_is_asked_for(visit: Any) -> None:
    """The page itself loads no byte of Pyodide."""
    one, asked = visit(), []
    one.page.on("request", lambda request: asked.append(request.url))
    one.open("desk.html", ready=READY)
    assert not [url for url in asked if "/python/" in url]
