"""差在哪里、差多少、怎样改变就能达到，界线在哪里 / What is short, by how much, what would do, and where the edge is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..doors.incoming import path_text
from ..doors.outgoing import tell
from ..doors.writing import write_bytes
from ..errors import CallError
from .common import (
    AsOf,
    Files,
    Force,
    Language,
    OneRecord,
    Policy,
    Root,
    Type,
    With,
    day,
    loaded,
    overlays,
    refuse_target,
    tell_undecided,
)

__all__ = ["command"]

FORMATS = ("table", "json")


def command(
    files: Files,
    form: Annotated[
        str, typer.Option("--format", metavar="|".join(FORMATS), help="输出格式 / output format")
    ] = "table",
    proof: Annotated[
        Path | None,
        typer.Option(
            "--certificate",
            metavar="FILE",
            help="各主体最多能得哪几项，可另行核对的证书 / a certificate of what each subject may have at the best",
        ),
    ] = None,
    force: Force = False,
    record: OneRecord = None,
    type: Type = None,
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    as_of: AsOf = None,
    lang: Language = None,
) -> None:
    """Decide records and say what would give each clause that is not met, or the next tier."""
    from ..advice.as_json import to_json
    from ..advice.as_text import lines
    from ..answers.comparison import refuse_unknown_record, undecided
    from ..doors.terminal import put_lines
    from ..reports.phrases import Phrases

    if form not in FORMATS:
        raise CallError("unknown-format", format=form, known=FORMATS)
    on = day(as_of)
    if proof is not None:
        refuse_target(proof, [*files, *overlays(with_)], root, force)
    kb, phrases = loaded(root, policy, with_, lang)
    reading = kb.read(files, type=type)
    answer = kb.apply(reading, as_of=on)
    from ..shelf import told_book

    told_by = kb.told_by(answer.receipt.policy)
    phrases = Phrases(told_book(told_by), told_by.vocabulary, told_by.wording, phrases.lang)
    if record is not None:
        refuse_unknown_record(answer, record)
    tell_undecided(undecided(answer), kb.wording, phrases.lang, files, machine=form == "json")
    if proof is not None:
        from ..advice.certificate import certificate

        write_bytes(proof, certificate(kb, answer, phrases.lang).encode())
        tell(phrases.say("certificate-written", file=path_text(proof)), to=sys.stderr)
    if form == "json":
        sys.stdout.write(to_json(kb, answer, phrases, record))
        return
    put_lines(lines(kb, answer, phrases, record))
