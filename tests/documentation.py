"""Read the pages of the documentation: what commands, options, files and links they name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "tests/cases/README.md",
]
PAGES = [page for page in PAGES if "node_modules" not in page.parts]
BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
COMMANDS = {"", "sh", "bash", "console"}
"""The kinds of blocks that hold commands; of a console the lines with a prompt."""


@dataclass(frozen=True)
class Command:
    """A command as a page shows it, on its own in a block, or among the words of a sentence or table."""

    page: str
    text: str
    is_inline: bool
    is_transcript: bool = False

    @property
    def program(self) -> str:
        """The first word."""
        return self.text.split()[0]


def name_of(page: Path) -> str:
    """A page by its path below the checkout."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[tuple[str, str]]:
    """The fenced blocks of a page: kind, and content without the indentation of a list."""
    found = []
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        indent = len(match["indent"])
        found.append((match["kind"], "".join(line[indent:] for line in match["body"].splitlines(keepends=True))))
    return found


def prose(page: Path) -> str:
    """The text of a page without its blocks."""
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def commands(page: Path) -> list[Command]:
    """Every command of a page, in its order: those in blocks, then those among the words."""
    found = []
    for kind, body in blocks(page):
        if kind in COMMANDS:
            lines = re.sub(r"\\\n\s*", "", body).splitlines()
            if kind == "console":
                lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
            shown = kind == "console"
            found += [Command(name_of(page), bare(line), False, shown) for line in lines if bare(line)]
    programs = r"(?:policykb|make|pytest|pip|python3?)"
    for span in SPAN.findall(prose(page)):
        if re.match(rf"{programs} \S", span):
            found.append(Command(name_of(page), span, True))
    return found


def bare(line: str) -> str:
    """A command without the remark behind it."""
    return re.sub(r"(^|\s{2,})#.*$", "", line).strip()
