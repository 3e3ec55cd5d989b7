"""The help pages: every description and every option, in both languages, whole, at any width."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner

from policykb import cli
from policykb.commands.signature import halves

GROUP: Any = typer.main.get_command(cli.program())
WIDTHS = (60, 80, 200)


@cache
def page(command: str, width: int) -> str:
    """The help page of a command, or of all of them, on a terminal of so many columns."""
    words = [*([command] if command else []), "--help"]
    done = CliRunner(env={"COLUMNS": str(width)}).invoke(cli.program(), words)
    assert done.exit_code == 0
    return done.output


def joined(text: str) -> str:
    """A text without its line breaks and blanks, so that wrapping makes no difference."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_command_is_described_whole(width: int) -> None:
    """The first page has the whole Chinese and the whole English description of each command."""
    shown = joined(page("", width))
    for name, command in GROUP.commands.items():
        zh, en = halves(command.help)
        assert joined(name + zh) in shown and joined(en) in shown, name
    assert "..." not in shown


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", GROUP.commands)
def test_every_option_is_described_whole(name: str, width: int) -> None:
    """Each page has every argument and option with both halves of its description."""
    shown = joined(page(name, width))
    for parameter in GROUP.commands[name].params:
        assert all(joined(half) in shown for half in halves(parameter.help)), parameter.name
        assert parameter.param_type_name == "argument" or parameter.opts[0] in shown


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["", *GROUP.commands])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    """A Chinese character takes two columns, and no line is cut by the terminal."""
    lines = page(name, width).splitlines()

    assert max(map(cell_len, lines)) <= width
    assert not any(line.endswith(" ") for line in lines)


@pytest.mark.parametrize("name", GROUP.commands)
def test_every_description_has_both_languages(name: str) -> None:
    """Chinese comes first, then English behind " / "."""
    command = GROUP.commands[name]
    for text in (command.help, *(p.help for p in command.params if p.name != "help")):
        zh, en = halves(text)
        assert re.search("[\u4e00-\u9fff]", zh) and not re.search("[\u4e00-\u9fff]", en), text
        assert " / " not in en


def test_the_default_language_is_told() -> None:
    """Every page says which language the answer has where --lang is left out."""
    for name in GROUP.commands:
        shown = joined(page(name, 80))
        assert joined("英文系统用英文，其他用中文") in shown, name
        assert joined("English where it begins with en, else Chinese") in shown, name


def test_defaults_and_ends_are_told() -> None:
    """A default and the ends of a number stand in both languages."""
    shown = joined(page("ask", 80))

    assert joined("重试次数（默认 3，0 至 10）") in shown
    assert joined("how often to try an endpoint again (default: 3, 0 to 10)") in shown
