"""用原文检验知识库自身：引文、台账、数值、名称、形状 / The knowledge base against its own text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Language, Policy, Root, language

__all__ = ["command"]


def command(
    conformance: Annotated[
        Path | None, typer.Option("--conformance", metavar="DIR", help="官方形状所在目录 / folder of the official shapes")
    ] = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print the ledger, the checks and every fault; exit code 1 where there is one."""
    from ..verify.face import run

    raise typer.Exit(run(root, policy, conformance=conformance, lang=language(lang)))
