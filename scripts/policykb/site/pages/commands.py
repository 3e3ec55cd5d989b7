"""The command line and the Python interface, described from the code itself."""

from __future__ import annotations

import inspect
import re
from functools import cached_property
from types import FunctionType
from typing import Any

from ..content import View
from ..markup import escape, heading, page, table, tag, top

__all__ = ["api_page", "commands_page"]


def commands_page(view: View) -> str:
    """Every command with its arguments and options, as the program declares them."""
    import typer

    from ...cli import program
    from ...commands.signature import halves

    def told(text: str | None) -> str:
        return halves(text)[0 if view.lang == "zh" else -1]

    group: Any = typer.main.get_command(program())
    title = view.say("nav-commands")
    blocks: list[str] = [tag("p", view.say("commands-why"))]
    for name, command in group.commands.items():
        blocks.append(heading(2, f"policykb {name}", name))
        blocks.append(tag("p", told(command.help)))
        rows = []
        for parameter in command.params:
            if parameter.name == "help":
                continue
            written = (
                ", ".join(parameter.opts)
                if parameter.param_type_name == "option"
                else (parameter.metavar or (parameter.name or "").upper())
            )
            shown = tag("code", f"{written} {parameter.metavar or ''}".strip() if written.startswith("-") else written)
            rows.append((shown, told(getattr(parameter, "help", None)), _default(parameter)))
        head = [view.say(f"command-{key}") for key in ("parameter", "meaning", "default")]
        if rows:
            blocks.append(table(head, rows, caption=f"policykb {name}"))
    return page({"title": title, "description": view.say("commands-why")}, top(title), *blocks)


def _default(parameter: Any) -> str:
    value = parameter.default
    return "" if value is None or value is False or callable(value) or value == () else str(value)


def api_page(view: View) -> str:
    """What other programs use: the package, what it answers with, and what its records and rules are made of."""
    import policykb

    from ... import errors, model
    from ...answers import answer, comparison, decisions
    from ...ask import result
    from ...law import load, readings, rules

    title = view.say("nav-api")
    blocks: list[str] = [tag("p", view.say("api-why"))]
    for module in (policykb, answer, result, comparison, errors, load, rules, readings, decisions, model):
        name = module.__name__
        anchor = name.replace(".", "-")
        blocks.append(heading(2, name, anchor))
        blocks += _documented(module, view)
        for public in (name for name in module.__all__ if not name.startswith("_")):
            thing = getattr(module, public)
            blocks.append(heading(3, public, f"{anchor}-{public}"))
            blocks += _signature(public, thing)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                blocks += _documented(thing, view)
            for member, what in _members(thing).items():
                blocks.append(heading(4, f"{public}.{member}", f"{anchor}-{public}-{member}"))
                blocks += _signature(member, what)
                blocks += _documented(what, view)
    return page({"title": title, "description": view.say("api-why"), "search": {"exclude": True}}, top(title), *blocks)


def _members(thing: Any) -> dict[str, Any]:
    """The public methods and properties that a class defines itself."""
    found: dict[str, Any] = {}
    for name, member in vars(thing).items() if inspect.isclass(thing) else ():
        if isinstance(member, classmethod | staticmethod):
            member = member.__func__
        if not name.startswith("_") and isinstance(member, FunctionType | property | cached_property):
            found[name] = member
    return found


def _signature(name: str, thing: Any) -> list[str]:
    """How it is called, where it can be."""
    if not callable(thing):
        return []
    try:
        # Kinds are written as text in the code, and shown without its quotation marks.
        called = name + re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(thing)))
    except (TypeError, ValueError):
        called = name
    return [tag("pre", tag("code", called), tabindex="0", class_="pkb-code")]


def _documented(thing: Any, view: View) -> list[str]:
    """Its docstring, which is English."""
    doc, lang = inspect.getdoc(thing), None if view.lang == "en" else "en"
    return [tag("pre", escape(doc), tabindex="0", class_="pkb-doc", lang=lang)] if doc else []
