"""按计算依据重算一份答案，说出哪里不同 / Repeat an answer from its receipt, and say what differs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..doors.outgoing import tell
from ..wording.catalogue import worded
from .common import Language, Policy, Root, language

__all__ = ["command"]


def command(
    receipt: Annotated[
        Path,
        typer.Argument(
            metavar="RECEIPT",
            help="答案（任何格式）、其计算依据，或 screen 写出的文件夹 / "
            "an answer in any format, its receipt alone, or the folder that screen wrote",
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="原来的记录文件；所用的替换文件也可写在这里 / "
            "the files of records that it was made from; overlays can stand among them",
        ),
    ],
    with_: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            metavar="FILE",
            help="所用的替换文件（.ttl），不在答案旁边时要写，可重复 / "
            "an overlay (.ttl) that was used, where it does not lie beside the answer; repeatable",
        ),
    ] = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Repeat an answer; exit code 1 where anything differs."""
    chosen = language(lang)
    from ..replay.found import find_receipt
    from ..replay.rerun import rerun

    found = find_receipt(receipt)
    outcome = rerun(found, files, with_ or (), root, policy)
    for difference in outcome.differences:
        tell(difference.say(chosen))
    if outcome.fault is not None:
        tell(worded("replay-fault", detail=outcome.fault.say(chosen)).get(chosen))
    if not outcome.differences:
        tell(worded("replay-same" if outcome.is_whole else "replay-same-receipt", file=receipt).get(chosen))
        return
    if outcome.fault is None and not {one.field for one in outcome.differences} & {"answer", "text", "options"}:
        tell(worded("replay-answer-same").get(chosen))
    raise typer.Exit(1)
