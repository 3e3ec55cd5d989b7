"""给知识库加一个数据项，连同新的记录类型 / Add an item that records can state, with its type where that is new."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ..doors.outgoing import tell
from ..doors.writing import write_text
from ..errors import CallError, KnowledgeError
from ..model import Text
from .common import Language, Root, language

if TYPE_CHECKING:
    from ..scaffold.items import Item, NewType

__all__ = ["command"]

ACTIONS = ("new",)
_Pair: TypeAlias = tuple[str, str] | None


def _words(name: str, zh: str, en: str) -> typer.models.OptionInfo:
    """An option with Chinese and English words."""
    option: typer.models.OptionInfo = typer.Option(name, metavar="ZH EN", help=f"{zh} / {en}")
    return option


def command(
    action: Annotated[str, typer.Argument(metavar="new", help="要做什么 / what to do")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="编号，如 hotelStars / id, such as hotelStars")],
    policy: Annotated[
        str, typer.Option("--policy", metavar="SLUG", help="用它的文件，几份的用逗号隔开 / the documents that use it")
    ],
    type: Annotated[str, typer.Option("--type", metavar="TYPE", help="记录类型 / type of record")],
    kind: Annotated[
        str, typer.Option("--kind", metavar="boolean|integer|decimal|date", help="值的类型 / datatype of its values")
    ],
    label: Annotated[tuple[str, str], _words("--label", "名称", "name")],
    question: Annotated[
        _Pair, _words("--question", "问法；不写的，由名称推出", "question; by default it follows from the name")
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="数的单位，如 CNY / unit of a number, such as CNY")
    ] = None,
    proof: Annotated[_Pair, _words("--proof", "证明材料", "what shows it")] = None,
    register: Annotated[_Pair, _words("--register", "掌握它的登记", "register that holds it")] = None,
    decided_by: Annotated[
        str | None, typer.Option("--decided-by", metavar="BODY", help="由文件里的哪个部门定 / body that decides it")
    ] = None,
    awaited: Annotated[_Pair, _words("--awaited", "该部门要做什么，如“认定”", "what that body is to do")] = None,
    new_type: Annotated[_Pair, _words("--new-type", "新记录类型的名称", "name of a type of record that is new")] = None,
    about: Annotated[_Pair, _words("--about", "这种记录是什么", "what a record of that type is about")] = None,
    once: Annotated[
        bool, typer.Option("--once-per-period", help="同一主体一期只有一条 / a subject has one record a period")
    ] = False,
    root: Root = None,
    lang: Language = None,
) -> None:
    """Add the item and say where it stands; nothing is changed where it could not be loaded."""
    from ..scaffold.items import Item, NewType
    from ..wording.catalogue import worded

    if action not in ACTIONS:
        raise CallError("unknown-action", action=action, known=ACTIONS)
    chosen, proofs = language(lang), (_text("--proof", proof), _text("--register", register))
    words = _needed("--label", label), _text("--question", question)
    item = Item(name, kind, unit, *words, *proofs, decided_by, _text("--awaited", awaited))
    is_new = new_type is not None or about is not None or once
    new = NewType(_needed("--new-type", new_type), _needed("--about", about), once) if is_new else None
    file = _added(root, policy.split(","), item, type, new)
    tell(worded("fact-written", name=name, type=type, file=file, slug=policy).get(chosen))


def _added(root: Path | None, slugs: list[str], item: Item, type: str, new: NewType | None) -> str:
    """Write the item where it belongs; the file as it was where that does not load."""
    from ..law.load import find_root, load
    from ..law.rules import read_rules
    from ..law.vocabulary import read_vocabulary
    from ..scaffold.items import check_body, written

    folder = find_root(root)
    knowledge = [load(folder, slug) for slug in slugs]
    check_body(knowledge[0], item)
    path, text = written(folder, slugs, read_vocabulary(knowledge[0]), item, type, new)
    before, is_first = path.read_bytes() if path.exists() else None, not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    try:
        for slug in slugs:
            read_rules(load(folder, slug))
    except KnowledgeError:
        if before is None:
            path.unlink()
            if is_first:
                path.parent.rmdir()
        else:
            path.write_bytes(before)
        raise
    return path.relative_to(folder).as_posix()


def _text(option: str, words: _Pair) -> Text | None:
    """Words in both languages, or none.

    Raises:
        CallError: one of them is empty.
    """
    if words is None:
        return None
    zh, en = (one.strip() for one in words)
    if not zh or not en:
        raise CallError("one-language-missing", option=option)
    return Text(zh, en)


def _needed(option: str, words: _Pair) -> Text:
    found = _text(option, words)
    if found is None:
        raise CallError("one-language-missing", option=option)
    return found
