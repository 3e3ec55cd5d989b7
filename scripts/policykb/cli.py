"""The command line: `policykb COMMAND`. A user's mistake ends in one clear message and exit code 2."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import typer
from typer._click import exceptions as usage

from .commands.help_page import CommandWithHelp, GroupWithHelp
from .commands.usage import in_words
from .edge import OutputLost, stoppable, streams, unforeseen
from .errors import PolicykbError
from .model import Lang
from .version import __version__

__all__ = ["COMMANDS", "main", "program"]

COMMANDS = (
    "apply",
    "check",
    "screen",
    "ask",
    "article",
    "clause",
    "clauses",
    "readings",
    "questions",
    "advise",
    "compare",
    "sweep",
    "template",
    "verify",
    "new",
    "facts",
    "serve",
    "mcp",
    "export",
    "papers",
    "replay",
)
"""Modules of `policykb.commands`, in the order of the help page; each has a function `command`."""


def program(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with some of its commands, all of them by default.

    A module is imported when its command is asked for: this is the one place where that happens.

    Args:
        names: those of the commands, of `COMMANDS`.
    """
    found = typer.Typer(
        name="policykb",
        cls=GroupWithHelp,
        help="政策知识库：哪些条款适用、给多少、为什么、还缺什么 / "
        "Which clauses apply, how much, why, and what is missing",
        epilog="各命令的选项见 policykb COMMAND --help；加 --debug 给出错误的全部细节 / "
        "policykb COMMAND --help shows the options of a command; --debug tells errors in full",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    found.callback()(_options)
    for name in names:
        module = importlib.import_module(f".commands.{name}", __package__)
        found.command(name, cls=CommandWithHelp, help=module.__doc__)(module.command)
    return found


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


def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="版本号 / the version"),
) -> None:
    """Options of every command."""


def _commands() -> Mapping[str, Any]:
    group: Any = typer.main.get_command(program())
    return cast(Mapping[str, Any], group.commands)


def main() -> None:
    """Run the command line; a fault becomes its message on standard error and exit code 2.

    The message is in Chinese and English, or in the language that --lang asks for.
    """
    words, debug = _without_debug(sys.argv[1:])
    if not debug:
        # What fails while something that failed is thrown away has been said by the first message.
        sys.unraisablehook = lambda _: None
    sys.exit(_guarded(words, debug))


def _guarded(words: Sequence[str], debug: bool) -> int:
    """The exit code of a call, whatever happens in it."""
    ended: list[int] = []
    try:
        with stoppable(ended), streams():
            return _run(words)
    except PolicykbError as found:
        told: PolicykbError = found
    except OutputLost as found:
        told = found.told()
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away; that is no fault.
        return 0
    except SystemExit as found:
        # Tables end with a SystemExit of their own where the reader went away.
        return 0 if isinstance(found.__context__, BrokenPipeError) else _number(found.code)
    except BaseException as fault:  # a library in another language that panics ends in no Exception
        if ended or isinstance(fault, KeyboardInterrupt):
            return 128 + (*ended, signal.SIGINT)[0]
        told = unforeseen(fault, debug=debug)
    if ended:
        return 128 + ended[0]
    lang = _asked_language(words)
    with suppress(OSError, ValueError):
        print(f"policykb: {told.say(lang) if lang else told}", file=sys.stderr, flush=True)
    return 2


def _run(words: Sequence[str]) -> int:
    # Options of the program stand before the command; whatever else does is told with all commands at hand.
    names = words[:1] if words and words[0] in COMMANDS else COMMANDS
    try:
        return _number(program(names)(args=list(words), standalone_mode=False))
    except usage.UsageError as fault:
        if isinstance(fault, usage.NoArgsIsHelpError):
            fault.show()
            return fault.exit_code
        raise in_words(fault, _commands(), words) from fault


def _number(status: object) -> int:
    return status if isinstance(status, int) else 0


def _without_debug(words: Sequence[str]) -> tuple[list[str], bool]:
    """The words of a call without --debug, which every command takes, and whether it was there."""
    end = words.index("--") if "--" in words else len(words)
    left = [word for word in words[:end] if word != "--debug"]
    return [*left, *words[end:]], len(left) < end
