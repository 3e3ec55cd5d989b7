"""What is wrong with a call itself, in both languages: the library that reads the command line says it in English."""

from __future__ import annotations

import math
from ast import literal_eval
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from typer._click import exceptions as usage

from ..doors.outgoing import visible
from ..errors import CallError
from ..model import Text
from ..wording.catalogue import reason
from .signature import halves, usage_line

__all__ = ["ends", "in_words", "refuse_folder", "refuse_more", "refuse_no_number", "refuse_twice"]


def refuse_more(ctx: Any, words: Sequence[str]) -> None:
    """Refuse words that follow the last argument of a command.

    Raises:
        CallError: there are any; they are named.
    """
    if words:
        raise CallError("argument-too-many", words=tuple(words), usage=usage_line(ctx.command, ctx))


def refuse_twice(ctx: Any, given: Sequence[Any]) -> None:
    """Refuse an option that takes one value and is given several: which of them is meant would be a guess.

    Args:
        ctx: of the call.
        given: the parameters in the order of the call, each as often as it is there.

    Raises:
        CallError: there is one; it is named.
    """
    ones = [one for one in given if one.param_type_name == "option" and not (one.multiple or one.is_flag or one.count)]
    for one in ones:
        if ones.count(one) > 1:
            # Several documents are one value of theirs; of others one is kept.
            raise CallError(
                "policy-twice" if one.name == "policy" else "option-twice", option=_name(one), path=ctx.command_path
            )


_WRITTEN = ("out", "chart", "annotate", "certificate")
"""The parameters that name what is written."""
_PAGED, _IN_PAGES = "apply", ("html", "md")
"""The command, and the formats, in which an answer about many subjects is a folder of pages."""


def refuse_folder(ctx: Any, values: Mapping[str, Any]) -> None:
    """Refuse a name that ends like that of a folder where a file is written: a path no longer has that slash.

    Args:
        ctx: of the call.
        values: what was given, by parameter, as it was written.

    Raises:
        CallError: there is one.
    """
    for one in ctx.command.params:
        value = values.get(one.name)
        into = ctx.command.name == _PAGED and values.get("format") in _IN_PAGES
        is_file = one.name in _WRITTEN and one.metavar != "DIR" and not into
        if is_file and isinstance(value, str) and value.endswith("/"):
            raise CallError("target-is-a-folder", where=visible(value), folder=visible(value.rstrip("/")))


def refuse_no_number(ctx: Any) -> None:
    """Refuse what is a number to Python and none to anybody else: neither end of an option holds it off.

    Raises:
        CallError: there is one.
    """
    for one in ctx.command.params:
        value = ctx.params.get(one.name)
        if isinstance(value, float) and math.isnan(value):
            raise CallError("argument-not-a-number", argument=_name(one), value=value, example=one.default)


_USUAL = {"policykb new": "--from"}
"""The option that is shown of a command where one of several is needed."""
_SAMPLES = {"FILE": "2020.xlsx", "INPUT": "2020.parquet", "OUT.xlsx": "2020.xlsx", "N": "5"}
"""A value for what stands for an argument in the help page."""


def in_words(fault: usage.UsageError, commands: Mapping[str, Any], words: Sequence[str]) -> CallError:
    """The error for what the command line's reader refused.

    Args:
        fault: what it says.
        commands: the commands by their names.
        words: the words of the call.
    """
    word = next((word for word in words if not word.startswith("-")), "")
    path = f"policykb {word}" if word in commands else "policykb"
    if isinstance(fault, usage.NoSuchOption):
        return _no_such_option(fault, commands, word, path)
    if isinstance(fault, usage.MissingParameter) and fault.param is not None:
        name, meaning = _name(fault.param), _meaning(fault.param)
        example = _example(path, commands[word].params if word in commands else [fault.param])
        return CallError("argument-missing", argument=name, meaning=meaning, path=path, example=example)
    if isinstance(fault, usage.BadParameter) and fault.param is not None:
        return _wrong_number(fault, fault.param, path)
    if isinstance(fault, usage.BadOptionUsage):
        takes_none = any(
            parameter.is_flag for parameter in _options(commands, word) if fault.option_name in parameter.opts
        )
        return CallError(
            "option-takes-no-value" if takes_none else "option-without-value", option=fault.option_name, path=path
        )
    if fault.ctx is not None and fault.ctx.parent is None and word not in commands:
        from ..readers.words import nearest

        near = nearest(word, commands)
        if near is not None:
            return CallError("no-such-command-near", command=word, near=near, known=tuple(commands))
        return CallError("no-such-command", command=word, known=tuple(commands))
    return CallError("call-not-understood", detail=reason(fault.message, "os"), path=path)


def _no_such_option(fault: usage.NoSuchOption, commands: Mapping[str, Any], word: str, path: str) -> CallError:
    name = fault.option_name
    if word not in commands or path == "policykb":
        owners = [command for command in commands if any(name in option.opts for option in _options(commands, command))]
        if owners:
            return CallError("option-before-command", option=name, example=f"policykb {owners[0]} … {name}")
    if fault.possibilities:
        return CallError("no-such-option", option=name, known=tuple(sorted(fault.possibilities)))
    return CallError("no-such-option-at-all", option=name, path=path)


def _options(commands: Mapping[str, Any], command: str) -> Iterable[Any]:
    if command not in commands:
        return ()
    return [parameter for parameter in commands[command].params if parameter.param_type_name == "option"]


def _name(parameter: Any) -> str:
    """How a reader of the help page knows a parameter: the option, or what stands for the argument."""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return parameter.metavar or (parameter.name or "").upper()


def _example(path: str, parameters: Iterable[Any]) -> str:
    """A call with all that it has to have, each with a value for what stands for it in the help page."""
    found = [path]
    for parameter in parameters:
        if parameter.required or _name(parameter) == _USUAL.get(path):
            name, is_option = _name(parameter), parameter.param_type_name == "option"
            value = parameter.metavar or (parameter.name or "").upper() if is_option else name
            found += [name] if is_option else []
            found.append(_SAMPLES.get(value.rstrip("…"), value))
    return " ".join(found)


def _meaning(parameter: Any) -> Text:
    told = halves(parameter.help)
    return Text(told[0], told[-1])


def _wrong_number(fault: usage.BadParameter, parameter: Any, path: str) -> CallError:
    """What is wrong with a number: no number at all, or beyond the ends of the option."""
    argument = _name(parameter)
    example = parameter.default if isinstance(parameter.default, int | float) else 3
    # The reader names the value in its sentence alone: as Python writes it, or as the number that it is.
    said, _, rest = fault.message.rpartition(" is not ")
    if rest.startswith("in the range"):
        least, most = ends(parameter)
        if least is not None and most is not None:
            value = said.removesuffix(".0")
            return CallError("argument-beyond", argument=argument, value=value, least=least, most=most)
    elif rest:
        value, is_whole = literal_eval(said), parameter.type.name.startswith("int")
        if is_whole:
            return CallError("argument-not-whole", argument=argument, value=value, example=example)
        return CallError("argument-not-a-number", argument=argument, value=value, example=example)
    return CallError("argument-wrong", argument=argument, detail=reason(fault.message, "os"), path=path)


def ends(parameter: Any) -> tuple[Any, Any]:
    """The least and the most that a number may be; None for an end that is open, and for what is no number."""
    return getattr(parameter.type, "min", None), getattr(parameter.type, "max", None)
