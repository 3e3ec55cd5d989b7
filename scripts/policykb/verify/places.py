"""Where a name stands in the files of a knowledge base: file and line, for messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from ..doors.files import read_text
from ..law.knowledge import Knowledge
from ..patterns import regex

__all__ = ["Places"]

_BASE = regex(r"^\s*@?base\s+<([^>]*)>", re.MULTILINE | re.IGNORECASE)
_PREFIX = regex(r"^\s*@?prefix\s+(\S*:)\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)


class Places:
    """Looks names up in the Turtle files and the source text of a loaded knowledge base; reads each file once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        overlays = knowledge.root / "policy" / knowledge.policy / "overlays"
        self.overlays = tuple(sorted(overlays.glob("*.ttl")))
        # What an overlay restates stands there, and no longer in the files.
        self._applied = [knowledge.root / overlay.where for overlay in knowledge.applied if not overlay.is_scenario]

    @cached_property
    def _files(self) -> dict[Path, tuple[str, dict[str, str]]]:
        found = {}
        for path in dict.fromkeys((*self._applied, *self._knowledge.files, *self.overlays)):
            text = path.read_text(encoding="utf-8")
            base = _BASE.search(text)
            # A name may be written relative to the base, as if that were a prefix without a name.
            found[path] = (text, {"": base[1] if base else "", **dict(_PREFIX.findall(text))})
        return found

    def definition(self, iri: str) -> str:
        """File and line of the statement about a resource, else of its first use, else the IRI itself."""
        return self._find(iri, r"^") or self.use(iri)

    def use(self, iri: str) -> str:
        """File and line where an IRI is used first, else the IRI itself."""
        return self._find(iri, r"(?<![\w:/#.-])") or iri

    def line(self, path: Path, iri: str) -> str:
        """The line of a file where a resource is described."""
        text, prefixes = self._files[path]
        match = self._pattern(iri, prefixes, r"^").search(text)
        return f"line {text.count(chr(10), 0, match.start()) + 1}" if match else "line 1"

    def source(self, offset: int) -> str:
        """File and line of a character of the official text."""
        return self.of_text(self._knowledge.root / "policy" / self._knowledge.policy / "source.txt")(offset)

    def of_text(self, file: Path) -> Callable[[int], str]:
        """What tells file and line of a character of a text."""
        text = read_text(file)
        shown = file.relative_to(self._knowledge.root) if file.is_relative_to(self._knowledge.root) else file
        return lambda offset: f"{shown}, line {text.count(chr(10), 0, offset) + 1}"

    def _find(self, iri: str, before: str) -> str:
        # What is spelled out from a short form stands where that does.
        iri = iri.partition("~")[0]
        last = re.split("[/#:]", iri)[-1]
        for path, (text, prefixes) in self._files.items():
            # However a name is written it ends alike, and most files do not hold it.
            match = self._pattern(iri, prefixes, before).search(text) if last in text else None
            if match:
                shown = path.relative_to(self._knowledge.root) if path.is_relative_to(self._knowledge.root) else path
                return f"{shown}, line {text.count(chr(10), 0, match.start()) + 1}"
        return ""

    @staticmethod
    def _pattern(iri: str, prefixes: dict[str, str], before: str) -> re.Pattern[str]:
        written = [re.escape(f"<{iri}>")]
        for prefix, namespace in prefixes.items():
            if not prefix and namespace and iri.startswith(namespace):
                written.append(re.escape(f"<{iri[len(namespace) :]}>"))
            elif namespace and iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
                written.append(re.escape(prefix + iri[len(namespace) :]))
        return re.compile(rf"{before}(?:{'|'.join(written)})(?![\w-])", re.MULTILINE)
