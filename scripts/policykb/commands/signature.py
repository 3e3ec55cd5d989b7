"""How a command is written, and the two languages of its help texts apart."""

from __future__ import annotations

from typing import Any

__all__ = ["halves", "usage_line"]


def halves(text: str | None) -> tuple[str, ...]:
    """The Chinese and the English of a help text, `中文 / English`; one text where both read the same."""
    zh, slash, en = (text or "").strip().partition(" / ")
    return (zh, en) if slash else (zh,)


def usage_line(command: Any, ctx: Any) -> str:
    """How a command is written: `policykb article [OPTIONS] N`."""
    arguments = [parameter.metavar for parameter in command.params if parameter.param_type_name == "argument"]
    pieces = ["COMMAND …"] if hasattr(command, "commands") else arguments
    return " ".join([ctx.command_path, "[OPTIONS]", *pieces])
