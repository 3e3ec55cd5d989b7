"""Every command that a page shows is run, in the state that a reader of the page is in."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from documentation import PAGES, ROOT, Command, blocks, commands, name_of
from policykb import cli

GROUP: Any = typer.main.get_command(cli.program())
EXAMPLES = "docs/examples"
# What the capital words of a call stand for, by command where it matters.
WORDS = {
    "FILE…": f"{EXAMPLES}/one-enterprise.json",
    "FILE": f"{EXAMPLES}/one-enterprise.json",
    "screen FILE": f"{EXAMPLES}/district-2020-csv/EnterpriseYear.csv",
    "OUT.xlsx": "filled-in-later.xlsx",
    "DIR": "new-folder",
    "N": "5",
    "ID": "art-05-warehouse",
    "NAME": "limits",
    "名称": "limits",
    "条号": "5",
    "编号": "art-05-warehouse",
    "COMMAND": "apply",
    "<slug>": "szq-2020-12",
    "SLUG": "szq-2020-12",
}
DRAFT = "demo-2022"
# Not run here, and why. Their options are read all the same (test_docs).
ELSEWHERE = {
    "python docs/reference/check_certificate.py certificate.json records.json graph": "reads what the calls before it "
    "wrote (test_certificate)",
    "policykb verify": "the walk of a contributor runs it (test_contributing)",
    "policykb verify --prove": "the proof has tests of its own (verify/test_prove)",
    "policykb papers 2020.xlsx --out papers --templates mine": "with templates that a call before wrote (test_papers)",
    "policykb verify --policy szq-2020-12": "as without --policy",
    "policykb mcp": "it serves until its input ends; the official client speaks with it (test_mcp)",
    "policykb verify --conformance official": "the official shapes are downloaded first",
    "policykb apply 2020.xlsx --readings": "runs every reading in turn, which test_readings does with fewer records",
}
# Programs that are not run: what they do needs the network, a cluster, or another product.
FOREIGN = {
    "make": "jobs install and build; that they exist is tested (test_docs)",
    "pip": "fetches packages; that the extras exist is tested (test_docs)",
    "~/policykb-env/bin/pip": "fetches packages; the result is tested (test_extras)",
    "sudo": "installs system packages",
    "export": "sets the PATH, as the tests do",
    "python3": "makes an environment, as test_extras does",
    "npm": "fetches packages",
    "podman": "needs a container runtime and a base image",
    "node": "runs a validator of others, which is fetched first",
    "pyshacl": "reads what a call before it wrote; its verdicts are compared in test_shapes_bundle",
    "pyshacl_rules": "reads what a call before it wrote, as test_shapes_bundle does",
}


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder a reader works in: a clone, beside whose files there are a few of the reader's own."""
    for name in ("docs/examples", "policy"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("2020.xlsx", "records.xlsx"):
        shutil.copy(ROOT / EXAMPLES / "office-2020.xlsx", tmp_path / name)
    shutil.copy(ROOT / EXAMPLES / "district-2020.json", tmp_path / "records.json")
    (tmp_path / "mine.rq").write_text("SELECT ?clause WHERE { ?clause a pkb:Group }\n", encoding="utf-8")
    overlay = next(body for kind, body in blocks(ROOT / "CONTRIBUTING.md") if kind == "turtle")
    for name in ("example.ttl", "own.ttl"):
        (tmp_path / name).write_text(overlay, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def big_file(folder: Path) -> None:
    """The Parquet file that the guide on screening reads, with a record r1."""
    polars = pytest.importorskip("polars")
    pytest.importorskip("ibis")
    table = polars.DataFrame({"id": ["r1", "r2"], "period": ["2020", "2020"], "name": ["甲", "乙"],
                              "tradeCNY": ["60000000", "5"], "priorTradeCNY": ["50000000", "4"]})  # fmt: skip
    table.write_parquet(folder / "EnterpriseYear.parquet")


def spelled(text: str) -> str:
    """A call with an example in the place of each capital word."""
    if re.match(r"policykb screen FILE\b", text):
        text = re.sub("FILE…?", WORDS["screen FILE"], text, count=1)
    for word in sorted(WORDS, key=len, reverse=True):
        if word.startswith("<"):
            text = text.replace(word, WORDS[word])
        elif " " not in word:
            text = re.sub(rf"(?<![\w./-]){re.escape(word)}(?![\w.])", WORDS[word], text)
    return text


def is_whole(words: list[str]) -> bool:
    """Whether nothing that a command needs is left out, as where a sentence only names it."""
    if not words or words[0] not in GROUP.commands:
        return bool(words)
    command = GROUP.commands[words[0]]
    if "--help" in words:
        return True
    try:
        context = command.make_context(words[0], words[1:], resilient_parsing=True)
    except Exception:
        return False
    needed = [parameter.name for parameter in command.params if parameter.required]
    if words[0] in ("ask", "serve", "screen", "compare", "verify") and len(words) == 1:
        return False
    if words[0] == "screen" and not (context.params["out"] or context.params["explain"]):
        return False
    return all(context.params[name] for name in needed)


def shown() -> list[Command]:
    """Every command of every page that is run, each once for all pages that show it in the same words."""
    found: dict[str, Command] = {}
    for page in PAGES:
        for command in commands(page):
            text = spelled(command.text)
            words = text.split()
            if command.is_transcript:
                continue  # What it prints is compared, too (test_docs).
            if DRAFT in text:
                continue  # Of the draft that the page makes before (scaffold/test_scaffold).
            if command.program in FOREIGN or text in ELSEWHERE or "://" in text.replace("http://127.0.0.1", ""):
                continue
            if command.program == "policykb" and command.is_inline and not is_whole(shlex.split(text)[1:]):
                continue
            if words[0] == "policykb" and words[1:2] in (["serve"], ["new"]):
                continue  # What is drafted goes into the knowledge base: scaffold/test_scaffold does it in a copy.
            found.setdefault(text, Command(command.page, text, command.is_inline))
    return [command for command in found.values() if "http://" not in command.text and command.program != "curl"]


def prepare(text: str, folder: Path) -> None:
    """Make room for what a call writes: the page writes a new file, and has read nothing else before."""
    if "EnterpriseYear.parquet" in text:
        big_file(folder)
    words = shlex.split(text)
    if words[:2] == ["policykb", "template"] and "--force" not in words:
        (folder / words[2]).unlink(missing_ok=True)
    if "--chart" in words:
        pytest.importorskip("matplotlib")
    if "parquet" in words:
        pytest.importorskip("pyarrow")


def written(text: str) -> list[str]:
    """The files that a call says it writes."""
    words = shlex.split(text)
    found = [words[n + 1] for n, word in enumerate(words[:-1]) if word in ("--out", "--annotate", "--chart")]
    return found + (words[2:3] if words[1:2] in (["template"], ["export"]) else [])


@pytest.mark.proof
@pytest.mark.parametrize("command", shown(), ids=lambda command: command.text)
def test_a_command_of_a_page_works(
    command: Command, reader: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It ends with exit code 0 (a check that finds errors with 1), and what it says it writes is there."""
    prepare(command.text, reader)
    if command.program != "policykb" or "|" in command.text:
        text = command.text
        if command.program == "pytest":
            text = f"{text} --collect-only -p no:cacheprovider --rootdir {ROOT}".replace("tests/", f"{ROOT}/tests/")
        done = subprocess.run(["bash", "-ec", f"set -o pipefail; {text}"], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return
    monkeypatch.setattr(sys, "argv", shlex.split(command.text))
    code = 0
    try:
        cli.main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capfd.readouterr()

    assert code in ((0, 1) if command.text.startswith("policykb check ") else (0,)), err
    assert out.strip() or written(command.text), err
    assert [name for name in written(command.text) if not (reader / name).exists()] == []


def test_most_commands_are_run() -> None:
    """What is not run is named above; every page with commands of ours has some that are."""
    run = {command.text for command in shown()}
    ours = {name_of(page): [c for c in commands(page) if c.program == "policykb"] for page in PAGES}
    pages = {page for page, calls in ours.items() if any(not call.is_inline for call in calls)}
    covered = {
        page for page, calls in ours.items() if any(call.is_transcript or spelled(call.text) in run for call in calls)
    }

    assert len(run) > 35
    assert pages - covered == set()
    programs = {command.program for page in PAGES for command in commands(page) if not command.is_inline}
    assert programs - set(FOREIGN) == {"policykb", "pytest", "python", "curl", "echo", "mkdir"} & programs


@contextlib.contextmanager
def serving(text: str, folder: Path) -> Iterator[str]:
    """A `policykb serve` of a page, on a free port; its address."""
    words = [*shlex.split(re.sub(r"--port \d+", "--port 0", text))[1:], "--lang", "en"]
    command = [sys.executable, "-c", "from policykb.cli import main; main()", *words]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()


@pytest.mark.proof
def test_what_the_endpoint_guide_shows_is_answered(reader: Path) -> None:
    """While the server of the guide runs, its call of curl and its question to an endpoint give rows."""
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    page = ROOT / "docs/how-to/endpoint.en.md"
    mine = [command.text for command in commands(page)]
    serve = next(text for text in mine if text.startswith("policykb serve "))
    ask = next(text for text in mine if "--endpoint" in text)
    curl = next(text for text in mine if text.startswith("curl "))
    with serving(serve, reader) as address:
        asked = re.sub(r"http://\S+", f"{address}/query", ask).replace("policykb", "main", 1)
        code = f"import sys; sys.argv = {shlex.split(asked)!r}; from policykb.cli import main; main()"
        rows = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        answer = subprocess.run(["bash", "-ec", re.sub(r"http://127\S+", f"{address}/query", curl)],
                                capture_output=True, text=True)  # fmt: skip

    assert (rows.returncode, answer.returncode) == (0, 0), rows.stderr + answer.stderr
    assert "20000" in rows.stdout
    assert len(answer.stdout.splitlines()) == 6


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.proof
def test_the_python_of_the_guide_works(lang: str, reader: Path) -> None:
    """The Python block of the guide for researchers runs as it stands, and passes a strict type check."""
    pytest.importorskip("pandas")
    (code,) = (body for kind, body in blocks(ROOT / f"docs/how-to/researcher.{lang}.md") if kind == "python")
    (reader / "example.py").write_text(code, encoding="utf-8")
    ran = subprocess.run([sys.executable, "example.py"], cwd=reader, capture_output=True, text=True)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(reader / "example.py")],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

    assert (ran.returncode, ran.stderr) == (0, "")
    assert checked.stdout == ""
