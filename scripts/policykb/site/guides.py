"""The hand-written guides: `name.zh.md` and `name.en.md` are one page in two languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..model import Lang

__all__ = ["Guide", "guides"]


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide in one language: its file below the documentation folder, the page it becomes, and its title."""

    source: str
    path: str
    title: str


def guides(folder: Path, lang: Lang) -> list[Guide]:
    """The guides of a language, in the order of their paths; pages in both languages at once are taken as they are."""
    found = []
    for file in sorted(folder.rglob("*.md")):
        source = file.relative_to(folder).as_posix()
        if source == "index.md" or source.startswith(("browser/", "theme/")):
            continue
        suffix = re.search(r"\.(zh|en)\.md$", source)
        if suffix and suffix[1] != lang:
            continue
        heading = re.search(r"^# (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        path = re.sub(r"\.(zh|en)\.md$", ".md", source)
        found.append(Guide(source, path, heading[1].strip() if heading else Path(path).stem))
    return sorted(found, key=lambda guide: (guide.path.startswith("decisions/"), guide.path))
