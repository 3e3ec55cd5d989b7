"""The help pages: every command, argument and option in both languages, whole, at any width.

The library that reads the command line cuts long lines, and counts a Chinese character as one column instead of two.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator
from typing import Any

from typer.core import TyperCommand, TyperGroup

from .signature import halves, usage_line
from .usage import ends, refuse_folder, refuse_more, refuse_no_number, refuse_twice

__all__ = ["CommandWithHelp", "GroupWithHelp"]

_WIDEST, _NARROWEST = 100, 40
_NAMES = 20  # columns for the names of options and commands; longer ones have a line of their own


class CommandWithHelp(TyperCommand):
    """A command whose help page this module writes, and which names the words that are too many, or there twice."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words of a call; what is left over is refused in words of our own, as is what is given twice."""
        ctx.allow_extra_args = True
        values, _, given = self.make_parser(ctx).parse_args(args=list(args))
        refuse_twice(ctx, given)
        refuse_folder(ctx, values)
        rest = super().parse_args(ctx, args)
        refuse_more(ctx, rest)
        refuse_no_number(ctx)
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole page at once; `formatter` is only what it is handed on in."""
        formatter.write("\n".join(_page(self, ctx)) + "\n")


class GroupWithHelp(TyperGroup):
    """The command that holds the others, with a help page of this module."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole page at once; `formatter` is only what it is handed on in."""
        lines = [*_page(self, ctx), *_section("命令 Commands", self._commands(), _width())]
        formatter.write("\n".join(lines) + "\n")

    def _commands(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, command in self.commands.items():
            yield name, halves(command.help)


def _page(command: Any, ctx: Any) -> Iterator[str]:
    """Usage, what the command does, its arguments and its options."""
    width = _width()
    yield from _wrapped(f"用法 Usage: {usage_line(command, ctx)}", width, "", "    ")
    yield ""
    for half in (*halves(command.help), *(halves(command.epilog) if command.epilog else ())):
        yield from _wrapped(half, width, "  ", "  ")
    for kind, heading in (("argument", "参数 Arguments"), ("option", "选项 Options")):
        rows = [_row(parameter) for parameter in command.get_params(ctx) if parameter.param_type_name == kind]
        yield from _section(heading, rows, width)


def _row(parameter: Any) -> tuple[str, tuple[str, ...]]:
    """How a parameter is written, and what is said about it in each language."""
    if parameter.name == "help":
        return "--help", ("显示本页", "show this page")
    written = parameter.opts[0] if parameter.param_type_name == "option" else ""
    value = "" if getattr(parameter, "is_flag", False) else parameter.metavar or (parameter.name or "").upper()
    told = halves(parameter.help)
    limits = [_limits(parameter, lang) for lang in ("zh", "en")]
    if any(limits):
        told = (told[0] + limits[0], (told[1] if len(told) > 1 else told[0]) + limits[1])
    return f"{written} {value}".strip(), told


def _limits(parameter: Any, lang: str) -> str:
    """The default, and the ends of what a number may be."""
    found = []
    default = parameter.default
    if isinstance(default, str | int | float) and not isinstance(default, bool):
        found.append(f"默认 {default}" if lang == "zh" else f"default: {default}")
    least, most = ends(parameter)
    if least is not None and most is not None:
        found.append(f"{least} 至 {most}" if lang == "zh" else f"{least} to {most}")
    joined = ("，" if lang == "zh" else ", ").join(found)
    return (f"（{joined}）" if lang == "zh" else f" ({joined})") if joined else ""


def _section(heading: str, rows: Iterable[tuple[str, tuple[str, ...]]], width: int) -> Iterator[str]:
    rows = list(rows)
    if not rows:
        return
    yield ""
    yield f"{heading}:"
    indent = " " * (_NAMES + 4)
    for name, told in rows:
        lines = [line for half in told for line in _wrapped(half, width, indent, indent)]
        if len(name) > _NAMES or not lines:
            yield f"  {name}"
            yield from lines
        else:
            yield f"  {name:<{_NAMES}}  {lines[0].strip()}"
            yield from lines[1:]


def _wrapped(text: str, width: int, first: str, further: str) -> list[str]:
    """A text in lines of at most so many columns; a Chinese character has two."""
    from rich.console import Console
    from rich.text import Text

    room = max(width - len(further), 10)
    console = Console(width=room, file=io.StringIO())
    lines = Text(text, overflow="fold").wrap(console, room)
    return [(further if number else first) + line.plain.rstrip() for number, line in enumerate(lines)]


def _width() -> int:
    return max(_NARROWEST, min(shutil.get_terminal_size((80, 24)).columns, _WIDEST))
