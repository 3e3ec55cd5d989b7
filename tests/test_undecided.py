"""Records to be corrected are never passed over in silence, and a record that there is not is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policykb.cli import program
from policykb.errors import CallError


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Three records, two of them wrong: a code that there is not, and a negative sum."""
    subject = {"name": "甲"}
    records = [
        {"id": "ok", "type": "TalentHire", "period": "2020-11-01", "subject": subject, "level": "national"},
        {"id": "code", "type": "TalentHire", "period": "2020-11-02", "subject": subject, "level": "galactic"},
        {"id": "less", "type": "Exhibition", "period": "2020-11-03", "subject": subject, "boothFeeCNY": -1},
    ]
    path = tmp_path / "some.json"
    path.write_text(json.dumps({"records": records}, ensure_ascii=False), encoding="utf-8")
    return str(path)


def run(*words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a call.

    Raises:
        CallError: the call is refused.
    """
    done = CliRunner().invoke(program(), [*words, "--lang", "en"])
    if isinstance(done.exception, CallError):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def told(file: str) -> str:
    """The message about the two."""
    mend = f"policykb check {file} shows where, and how to correct them."
    return f"Records to be corrected, not decided: 2 (code, less). {mend}"


@pytest.mark.parametrize(
    "words",
    [
        ("questions", "FILE"),
        ("questions", "FILE", "--format", "md"),
        ("compare", "FILE", "--with", "R1-highest:alt"),
        ("ask", "applicable", "--data", "FILE"),
        ("ask", "applicable", "--data", "FILE", "--format", "md"),
        ("export", "OUT", "--data", "FILE"),
    ],
    ids=" ".join,
)
def test_people_are_told_beside_the_answer(words: tuple[str, ...], file: str, tmp_path: Path) -> None:
    """How many were not decided, which, and how to see what is wrong; the call is no failure."""
    code, out, err = run(*({"FILE": file, "OUT": str(tmp_path / "out")}.get(word, word) for word in words))

    assert (code, err) == (0, "")
    assert told(file) in out.splitlines()


@pytest.mark.parametrize(
    "words",
    [
        ("questions", "FILE", "--format", "csv"),
        ("compare", "FILE", "--with", "R1-highest:alt", "--format", "json"),
        ("compare", "FILE", "--with", "R1-highest:alt", "--format", "csv"),
        ("ask", "applicable", "--data", "FILE", "--format", "json"),
        ("ask", "applicable", "--data", "FILE", "--format", "tsv"),
    ],
    ids=" ".join,
)
def test_programs_get_the_answer_alone(words: tuple[str, ...], file: str) -> None:
    """Of the formats for programs, standard output holds the answer and standard error the message."""
    code, out, err = run(*(file if word == "FILE" else word for word in words))

    assert code == 0
    assert told(file) in err.splitlines() and "to be corrected" not in out


def test_nothing_is_said_where_all_was_decided(file: str) -> None:
    """Records in order give no message."""
    whole = Path(file).read_text(encoding="utf-8").replace("galactic", "provincialMinisterial").replace(": -1", ": 1")
    Path(file).write_text(whole, encoding="utf-8")

    assert "to be corrected" not in "".join(map(str, run("questions", file)))


def test_a_wrong_record_has_no_questions_and_says_why(file: str) -> None:
    """Asked about the wrong record itself, the answer is that it is wrong, not that nothing is open."""
    _, out, _ = run("questions", file, "--record", "code")
    _, rows, err = run("questions", file, "--record", "code", "--format", "csv")
    said = "Record “code” is to be corrected and was not decided, so there is nothing to ask about it."

    assert said in out.splitlines() and "Nothing to ask:" not in out
    assert said in err.splitlines() and len(rows.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "mend"),
    [("cod", "Did you mean code?"), ("OK", "Did you mean ok?"), ("42", "Ids are, for example: ok, code, less.")],
)
@pytest.mark.parametrize("command", ["questions", "ask"])
def test_an_unknown_record_is_refused(command: str, name: str, mend: str, file: str) -> None:
    """An id that no record bears is refused, with those that it may have meant, or some that there are."""
    asked = (file, "--record", name) if command == "questions" else ("why-not", f"record={name}", "--data", file)
    with pytest.raises(CallError) as fault:
        run(command, *asked)

    assert f"“{name}”" in fault.value.say("en") and mend in fault.value.say("en")
