"""The hand-written guides: `name.zh.md` and `name.en.md` are one page in two languages.

A guide is read in the repository as well, where the generated pages are not. It names such a page in bold with the path
behind, in a comment that no reader sees: `**self-check**<!-- check.md -->`. The site makes it a link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..model import Lang
from ..patterns import regex

__all__ = ["Guide", "guides", "linked", "site_pages"]

_SITE_PAGE = regex(r"\*\*([^*\n]+)\*\*<!-- ([a-z/-]+\.md) -->")


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


def linked(text: str, path: str) -> str:
    """The text of a guide as the site has it, at `path`: generated pages that it names are links.

    A link from guide to guide leads to the page of the same language, whose name bears no language there.
    """
    text = re.sub(r"(\]\([^)\s]+)\.(?:zh|en)\.md\b", r"\1.md", text)
    return _SITE_PAGE.sub(lambda found: f"[{found[1]}]({'../' * path.count('/')}{found[2]})", text)


def site_pages(text: str) -> tuple[str, ...]:
    """The paths of the generated pages that a guide names."""
    return tuple(found[2] for found in _SITE_PAGE.finditer(text))
