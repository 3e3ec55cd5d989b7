"""接下来该问什么：能定下待定条款的数据项 / What to ask next: the items that would settle what is open."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ..doors.outgoing import tell
from ..errors import CallError
from .common import (
    AsOf,
    EngineName,
    Files,
    Language,
    OneRecord,
    Policy,
    Root,
    Type,
    With,
    day,
    language,
    overlays,
    tell_undecided,
    terminal_width,
)

__all__ = ["command"]


def command(
    files: Files,
    form: Annotated[
        str, typer.Option("--format", metavar="table|csv|tsv|json|md", help="输出格式 / output format")
    ] = "table",
    record: OneRecord = None,
    type: Type = None,
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    as_of: AsOf = None,
    engine: EngineName = None,
    lang: Language = None,
) -> None:
    """Decide records and list the open items, those that settle most first."""
    from ..advice.questions import in_words, next_questions
    from ..answers.comparison import refuse_unknown_record, undecided
    from ..ask.formats import FORMATS, write_result
    from ..shelf import load_documents

    if form not in FORMATS or form == "ttl":
        raise CallError("unknown-format", format=form, known=tuple(known for known in FORMATS if known != "ttl"))
    tongue, on = language(lang), day(as_of)
    kb = load_documents(root, policy, overlays(with_), engine=engine)
    answer = kb.apply(kb.read(files, type=type), as_of=on)
    kb = kb.told_by(answer.receipt.policy)
    if record is not None:
        refuse_unknown_record(answer, record)
    machine = form not in ("table", "md")
    left = undecided(answer)
    tell_undecided(left, kb.wording, tongue, files, machine=machine)
    result = next_questions(kb, answer, tongue, record)
    if not len(result):
        name = "record-undecided" if record in left[0] else "nothing-to-ask"
        tell(kb.wording.say(name, tongue, record=record), to=sys.stderr if machine else sys.stdout)
    if machine or len(result):
        result = result if machine else in_words(kb, result, tongue)
        print(write_result(result, form, terminal_width()), end="")
