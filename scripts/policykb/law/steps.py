"""The queries that are run in the order of their names, as the folder of a knowledge base holds them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..doors.files import read_text
from ..errors import KnowledgeError
from ..wording.catalogue import HOMES, reason
from .tokens import refuse_unfit

__all__ = ["Step", "read_steps"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One query of a procedure: its kind (construct, update or select) and how it walks the levels, if it does."""

    name: str
    kind: str
    each: str | None
    text: str

    def asked(self, run: Callable[[str], T]) -> T:
        """What the query gives.

        Args:
            run: what runs it.

        Raises:
            KnowledgeError: it is no valid SPARQL, or calls a function that is not there.
        """
        try:
            return run(self.text)
        except (SyntaxError, RuntimeError) as fault:
            raise KnowledgeError(
                "query-invalid", where=f"queries/{self.name}.rq", detail=reason(fault, "rdf")
            ) from fault


def read_steps(root: Path, procedure: str = "decide") -> tuple[Step, ...]:
    """A procedure of a knowledge base: `queries/decide-*.rq`, or another's, in the order of their names.

    Args:
        root: the knowledge base folder.
        procedure: what the names of its queries begin with.

    Raises:
        KnowledgeError: there is none, one is lost that the program brings, or a header lacks its `# step` line.
    """
    if lost := _lost(root / "queries", f"{procedure}-*.rq"):
        raise KnowledgeError("steps-lost", where=str(root / "queries"), known=lost)
    steps = []
    for path in sorted((root / "queries").glob(f"{procedure}-*.rq")):
        text = read_text(path)
        refuse_unfit(text, str(path))
        kind = re.search(r"^# step\s+(construct|update|select)$", text, re.MULTILINE)
        each = re.search(r"^# each\s+level, (upwards|downwards)$", text, re.MULTILINE)
        # What is worked out alike in two places of the procedure is written once.
        also = re.search(r"^# also\s+([\w-]+)$", text, re.MULTILINE)
        if kind is None:
            raise KnowledgeError("query-without-step", where=str(path))
        for name in (path.stem, *(also.groups() if also else ())):
            steps.append(Step(name, kind[1], each[1] if each else None, text))
    if not steps:
        raise KnowledgeError("no-procedure", where=str(root / "queries"), procedure=procedure)
    return tuple(sorted(steps, key=lambda step: step.name))


def _lost(folder: Path, names: str) -> tuple[str, ...]:
    """The queries that stand in the knowledge base that is installed and not in this one."""
    home = next((home / folder.name for home in HOMES if (home / folder.name).is_dir()), folder)
    if home == folder:
        return ()
    return tuple(sorted({path.name for path in home.glob(names)} - {path.name for path in folder.glob(names)}))
