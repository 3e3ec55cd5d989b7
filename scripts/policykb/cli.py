"""The command line: `policykb COMMAND`. A user's mistake ends in one clear message and exit code 2."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, cast

import typer
from typer._click import exceptions as usage

from . import __version__
from .errors import PolicykbError
from .help_page import CommandWithHelp, GroupWithHelp
from .model import Lang
from .usage import in_words

__all__ = ["app", "main"]

COMMANDS = (
    "apply",
    "check",
    "screen",
    "ask",
    "article",
    "clause",
    "readings",
    "questions",
    "compare",
    "template",
    "verify",
    "serve",
    "export",
)
"""Modules of `policykb.commands`, in the order of the help page; each has a function `command`."""

app = typer.Typer(
    name="policykb",
    cls=GroupWithHelp,
    help="政策知识库：哪些条款适用、给多少、为什么、还缺什么 / Which clauses apply, how much, why, and what is missing",
    epilog="各命令的选项见 policykb COMMAND --help / policykb COMMAND --help shows the options of a command",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        print(f"policykb {__version__}")
        raise typer.Exit


def _asked_language(arguments: Sequence[str]) -> Lang | None:
    """What --lang says, looked up in the words of the call: its command may have failed before it read them."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        value = following if word == "--lang" else word.removeprefix("--lang=")
        if value in ("zh", "en") and value != word:
            return cast(Lang, value)
    return None


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="版本号 / the version"),
) -> None:
    """Options of every command."""


for _name in COMMANDS:
    _module = importlib.import_module(f".commands.{_name}", __package__)
    app.command(_name, cls=CommandWithHelp, help=_module.__doc__)(_module.command)


def _commands() -> Mapping[str, Any]:
    group: Any = typer.main.get_command(app)
    return cast(Mapping[str, Any], group.commands)


def main() -> None:
    """Run the command line; a PolicykbError becomes its message on standard error and exit code 2.

    The message is in Chinese and English, or in the language that --lang asks for.
    """
    for stream in (sys.stdout, sys.stderr):
        # A console of another encoding (Windows, LANG=C) must not end the answer in a traceback.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        try:
            status = app(standalone_mode=False)
        except usage.UsageError as fault:
            if isinstance(fault, usage.NoArgsIsHelpError):
                fault.show()
                sys.exit(fault.exit_code)
            raise in_words(fault, _commands(), sys.argv[1:]) from fault
        sys.exit(status if isinstance(status, int) else 0)
    except PolicykbError as fault:
        lang = _asked_language(sys.argv[1:])
        print(f"policykb: {fault.say(lang) if lang else fault}", file=sys.stderr)
        sys.exit(2)
    except (BrokenPipeError, SystemExit) as fault:
        # The reader of a pipe (head, less) went away; that is no fault. Tables end with a SystemExit of their own then.
        if isinstance(fault, SystemExit) and not isinstance(fault.__context__, BrokenPipeError):
            raise
        sys.stderr.close()
        sys.exit(0)
