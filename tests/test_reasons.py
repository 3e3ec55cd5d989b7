"""Why something failed, where another program said it: its kind in Chinese, its own words in English alone."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest

from policykb.errors import InputError
from policykb.wording.catalogue import reason

OTHER = "原因见英文提示（--lang en）"
OWN = {"IRI", "JSON", "LD", "XML", "SERVICE", "Parquet", "Java", "lang", "en", "zh", "ex", "http", "prefix", "context"}
OWN |= {"true", "false", "True"}
TURTLE = (
    "<http://a> <http://b> .", "<http://a b> <http://b> 1 .", "<a> <http://b> 1 .", '<http://a> <http://b> "x',
    '<http://a> <http://b> "\\q" .', "<http://a> <http://b> ( 1 .",
    "{ <http://a> <http://b> 1 }", "@prefix <http://x> .",
    "<http://a> b 1 .", '<http://a> <http://b> "x"^^y .', "<http://a> <http://b> _:.", '<http://a> <http://b> "x\ny" .',
    "<http://a> <http://b> 1", "q:a <http://b> 1 .", "<http://a> <http://b> 1 <http://b> 2 .",
    "<http://a> <http://b> 60% .", "<http://a> <http://b> “x” .", "<http://a> <http://b> 1 ；",
    "<http://a> <http://b> True .", '<http://a> <http://b> "x"@zh_c .', "<http://a> <http://b> $x .",
)  # fmt: skip
SPARQL = ("SELEC ?x", "SELECT ?x {", "SELECT ?x { ?x ?y }", "", "ASK { ?x ?y ?z } LIMIT", "SELECT (?x+1) { ?x ?y ?z }")
JSON = ("", "{", '{"a" 1}', "[1 2]", "[1,]", '{"a":1} x', '"a', '"a\nb"', "nul", "{a: 1}", "\\", '["\\q"]')
PATTERNS = ("[a", "(a", "*a", "a**", "a)", "\\", "(?P<a", "a{2,1}", "(?<=a*)b", "[z-a]", "\\q")


def fault_of(call: Callable[[], object]) -> Exception:
    """What a program raises."""
    with pytest.raises(Exception) as caught:
        call()
    return caught.value


def faults() -> Iterator[tuple[object, str]]:
    """What other programs say of a fault, with whose words they are."""
    for text in TURTLE:
        yield fault_of(lambda text=text: list(ox.parse(text, format=ox.RdfFormat.TURTLE))), "rdf"
    for text in SPARQL:
        yield fault_of(lambda text=text: ox.Store().query(text)), "rdf"
    for text in JSON:
        yield fault_of(lambda text=text: json.loads(text)), "json"
    for text in PATTERNS:
        yield f"{fault_of(lambda text=text: re.compile(text))}", "pattern"
    yield fault_of(lambda: list(csv.reader(['"' + "x" * 200_000]))), "csv"


def test_what_another_program_says_is_told_in_chinese() -> None:
    """Each ordinary fault is told apart; no word of the other program is in the Chinese, all are in the English."""
    found = [(fault, reason(fault, program)) for fault, program in faults()]

    assert len(found) >= 40
    assert [f"{fault}" for fault, said in found if said.zh == OTHER] == []
    assert [said.zh for _, said in found if set(re.findall("[A-Za-z]{2,}", said.zh)) - OWN] == []
    assert [f"{fault}" for fault, said in found if not said.en or re.search("[一-鿿]", said.en)] == []


@pytest.mark.parametrize("code", sorted(errno.errorcode))
def test_what_the_system_says_is_told_in_chinese(code: int) -> None:
    """Whatever the system says of a file, the Chinese does not repeat it, and the English does."""
    said = reason(OSError(code, os.strerror(code), "a.csv"), "os", "net")

    assert said.en == os.strerror(code)
    assert set(re.findall("[A-Za-z]{2,}", said.zh)) <= {"lang", "en"}


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        (errno.ENOSPC, "磁盘空间不够"), (errno.EACCES, "没有权限"), (errno.EPERM, "没有权限"),
        (errno.EROFS, "这个位置只能读，不能写"), (errno.ENOENT, "没有这个文件或文件夹"), (errno.EISDIR, "这是文件夹"),
               (errno.ENAMETOOLONG, "名字太长"), (errno.ECONNREFUSED, "对方没有接受连接"),
        (errno.EADDRINUSE, "已有别的程序在用"),
    ],
)  # fmt: skip
def test_the_common_faults_of_files_and_ports_are_told_apart(code: int, zh: str) -> None:
    """A full disk, a missing right, a name too long: each is named."""
    assert reason(OSError(code, os.strerror(code)), "os", "net").zh == zh


def test_the_place_is_kept() -> None:
    """What the other program says of the place is told in Chinese as well."""
    said = reason(fault_of(lambda: ox.Store().query("SELECT *\n{ ?x ?y }")), "rdf")

    assert said.zh == "第 2 行第 10 列写法有误"


def test_an_error_says_it_in_each_language() -> None:
    """An error that rests on another program's words has them in its English alone."""
    error = InputError("file-unreadable", where="a.csv", detail=reason(OSError(13, "Permission denied"), "os"))

    assert error.say("zh").splitlines()[0] == "a.csv：这个文件无法读取：没有权限。"
    assert error.say("en").splitlines()[0] == "a.csv: This file cannot be read: Permission denied."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<http://a> <http://b> 60% .", "60% 写成 0.6"),
        ("<http://a> <http://b> “x” .", "中文的标点 “"),
        ("<http://a> <http://b> 1 。", "中文的标点 。"),
        ("<http://a> <http://b> 二十万 .", "“二十万”不是值"),
        ("<http://a> <http://b> 1\n<http://c> <http://b> 2 .", "漏了分号、逗号或句点"),
        ("<http://a> q:b 1 .", "前缀“q:”没有声明"),
    ],
)
def test_slips_of_who_writes_turtle(text: str, said: str) -> None:
    """What an author of a document easily writes in Chinese is told with what to write in its place."""
    fault = fault_of(lambda: list(ox.parse(text, format=ox.RdfFormat.TURTLE)))

    assert said in reason(fault, "rdf").zh
