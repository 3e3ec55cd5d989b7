"""The command line and the Python interface, described from the code itself."""

from __future__ import annotations

import inspect
from typing import Any

from ..content import View
from ..markup import escape, heading, page, table, tag

__all__ = ["api_page", "commands_page"]


def commands_page(view: View) -> str:
    """Every command with its arguments and options, as the program declares them."""
    import typer

    from ...cli import app
    from ...commands.signature import halves

    def told(text: str | None) -> str:
        return halves(text)[0 if view.lang == "zh" else -1]

    group: Any = typer.main.get_command(app)
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
    return page({"title": title, "description": view.say("commands-why")}, f"# {title}", *blocks)


def _default(parameter: Any) -> str:
    value = parameter.default
    return "" if value is None or value is False or callable(value) or value == () else str(value)


def api_page(view: View) -> str:
    """The public names of the modules that other programs use."""
    from ... import api, model
    from ...answers import decisions
    from ...law import load, readings, rules

    title = view.say("nav-api")
    blocks: list[str] = [tag("p", view.say("api-why"))]
    for module in (api, load, rules, readings, decisions, model):
        name = module.__name__
        blocks.append(heading(2, name, name.replace(".", "-")))
        blocks.append(tag("p", inspect.getdoc(module) or "", lang=None if view.lang == "en" else "en"))
        for public in module.__all__:
            thing = getattr(module, public)
            blocks.append(heading(3, public, f"{name.replace('.', '-')}-{public}"))
            signature = ""
            if callable(thing):
                try:
                    signature = f"{public}{inspect.signature(thing)}"
                except (TypeError, ValueError):
                    signature = public
            if signature:
                blocks.append(tag("pre", tag("code", signature), tabindex="0", class_="pkb-code"))
            doc = inspect.getdoc(thing) if inspect.isclass(thing) or inspect.isfunction(thing) else ""
            if doc:
                blocks.append(
                    tag("pre", escape(doc), tabindex="0", class_="pkb-doc", lang=None if view.lang == "en" else "en")
                )
    return page(
        {"title": title, "description": view.say("api-why"), "search": {"exclude": True}}, f"# {title}", *blocks
    )
