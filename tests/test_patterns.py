"""Patterns that are compiled when they are first used: each is one, and has what a compiled one has."""

from __future__ import annotations

import ast
import importlib
import pickle
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import policykb
from policykb.patterns import LazyPattern, regex


def held(value: object) -> Iterator[LazyPattern[str]]:
    """The patterns that a value of a module is, or holds."""
    if isinstance(value, LazyPattern):
        yield value
    elif isinstance(value, tuple | list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from held(one)


def test_every_pattern_of_the_program_is_one() -> None:
    """What stands in the modules can be compiled: a slip of the pen would otherwise wait for its first use."""
    names = [module.name for module in pkgutil.walk_packages(policykb.__path__, "policykb.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    found = {id(one): one for module in modules for value in vars(module).values() for one in held(value)}
    assert len(found) > 150
    for one in found.values():
        re.compile(one.pattern)  # raises where it is none


def test_no_module_compiles_while_it_is_imported() -> None:
    """Patterns of modules are made by `regex`: what a call does not need, it does not wait for."""
    (package,) = policykb.__path__
    assert [
        f"{path.name}:{node.lineno}"
        for path in sorted(Path(package).rglob("*.py"))
        for line in ast.parse(path.read_text("utf-8")).body
        if not isinstance(line, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(line)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    ] == []


def test_a_pattern_is_what_a_compiled_one_is() -> None:
    """It finds, replaces and splits, on texts and on bytes, and heeds its flags."""
    word = regex(r"(?P<first>[a-z])[a-z]*", re.IGNORECASE)
    match = word.fullmatch("Fair")
    assert match is not None and match["first"] == "F"
    assert word.sub("-", "one 2 Three") == "- 2 -"
    assert [found[0] for found in word.finditer("a 1 B")] == ["a", "B"]
    assert (word.groups, word.groupindex["first"], word.pattern) == (1, 1, r"(?P<first>[a-z])[a-z]*")
    assert regex(rb"\W+").split(b"a, b") == [b"a", b"b"]
    assert pickle.loads(pickle.dumps(regex("a+"))).findall("aab") == ["aa"]


def test_what_is_no_pattern_is_said_when_it_is_used() -> None:
    """As by `re.compile`."""
    wrong = regex("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        wrong.search("")


def test_nothing_is_compiled_before_it_is_used() -> None:
    """To import a module compiles none of its patterns."""
    code = (
        "import re, sys\n"
        "from policykb.readers import asides\n"
        "from policykb.patterns import LazyPattern\n"
        "all_of_it = [one for one in vars(asides).values() if isinstance(one, LazyPattern)]\n"
        "print(len(all_of_it), sum('_compiled' in vars(one) for one in all_of_it))\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["9", "0"]
