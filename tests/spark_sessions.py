"""Spark on this machine, for few records."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

__all__ = ["interpreting", "needs_java"]

INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
}
"""For a few records compiling takes Spark longer than the work."""
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed")


@contextmanager
def interpreting() -> Iterator[Any]:
    """A session that interprets its plans: for a few records, that is much faster than to compile them."""
    from policykb.columns.spark import connect

    session = connect("local[2]")
    usual = {name: session.conf.get(name) for name in INTERPRETED}
    for name, value in INTERPRETED.items():
        session.conf.set(name, value)
    try:
        yield session
    finally:
        for name, value in usual.items():
            session.conf.set(name, value)
