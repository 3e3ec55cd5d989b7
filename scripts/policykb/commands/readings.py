"""原文留有余地之处：默认读法、另一读法与字句 / The open points of the text: default, alternative, and the words."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import CallError
from .common import Language, Policy, Root, loaded

__all__ = ["command"]


def command(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="只看一点 / one point")] = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """List the readings of the document, or show one."""
    from ..doors.terminal import Terminal
    from ..law.readings import read_readings
    from ..reports.readings_list import print_readings
    from ..shelf import each
    from ..wording.spelling import near_names

    kb, phrases = loaded(root, policy, None, lang)
    readings = tuple(reading for one in each(kb) for reading in read_readings(one.knowledge))
    if name is not None:
        found = tuple(reading for reading in readings if reading.id == name)
        if not found:
            known = [reading.id for reading in readings]
            # What runs a reading (R1-highest:alt) names the reading as well.
            near = near_names(name.partition(":")[0], known, limit=8)
            raise CallError("unknown-reading-near" if near else "unknown-reading", reading=name, near=near, known=known)
        readings = found
    print_readings(Terminal(highlight=False), readings, phrases)
