"""The command line: `policykb COMMAND`. A user's mistake ends in one clear message and exit code 2."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any, cast

import typer
from typer._click import exceptions as usage

from . import __version__
from .errors import CallError, PolicykbError
from .model import Lang

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
    help="政策知识库：哪些条款适用、给多少、为什么、还缺什么 / Which clauses apply, how much, why, what is missing.",
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
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="版本 / print the version"),
) -> None:
    """Options of every command."""


for _name in COMMANDS:
    _module = importlib.import_module(f".commands.{_name}", __package__)
    app.command(_name, help=_module.__doc__)(_module.command)


def _in_words(fault: usage.UsageError) -> CallError:
    """What the library that reads the command line says in English alone, in both languages."""
    word = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    path = f"policykb {word}" if word in COMMANDS else "policykb"
    if isinstance(fault, usage.NoSuchOption):
        if fault.possibilities:
            return CallError("no-such-option", option=fault.option_name, known=tuple(sorted(fault.possibilities)))
        return CallError("no-such-option-at-all", option=fault.option_name, path=path)
    if isinstance(fault, usage.MissingParameter) and fault.param is not None:
        return CallError("argument-missing", argument=fault.param.get_error_hint(), path=path)
    if isinstance(fault, usage.BadParameter) and fault.param is not None:
        if (number := _wrong_number(fault, fault.param.get_error_hint(), path)) is not None:
            return number
        return CallError("argument-wrong", argument=fault.param.get_error_hint(), detail=fault.message, path=path)
    if isinstance(fault, usage.BadOptionUsage):
        return CallError("option-value", option=fault.option_name, path=path)
    if fault.ctx is not None and fault.ctx.parent is None and word not in COMMANDS:
        return CallError("no-such-command", command=word, known=COMMANDS)
    return CallError("call-not-understood", detail=fault.message, path=path)


def _wrong_number(fault: usage.BadParameter, argument: str, path: str) -> CallError | None:
    """What is wrong with a number, where that is the fault: no number at all, or beyond the bounds of the option."""
    told: list[dict[str, Any]] = getattr(fault.__cause__ or fault.__context__, "errors", list)()
    kind, value = (told[0]["type"], told[0]["input"]) if told else ("", "")
    if kind.startswith("int_"):
        return CallError("argument-not-whole", argument=argument, value=value, path=path)
    if kind.startswith("float_"):
        return CallError("argument-not-a-number", argument=argument, value=value, path=path)
    least, most = getattr(fault.param, "min", None), getattr(fault.param, "max", None)
    if kind in ("less_than_equal", "greater_than_equal") and least is not None and most is not None:
        return CallError("argument-beyond", argument=argument, value=value, least=least, most=most, path=path)
    return None


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
            raise _in_words(fault) from fault
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
