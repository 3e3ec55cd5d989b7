"""The parts that the site's pages are made of, without building them."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import markupsafe
import pytest
from mkdocs.structure.nav import Navigation, Section

from made import amended
from policykb.api import load_policykb
from policykb.model import Lang
from policykb.site import hook
from policykb.site.addresses import own_iris
from policykb.site.content import Content, View, load_content
from policykb.site.desk import Desk
from policykb.site.finish import switch_language
from policykb.site.markup import Html, escape, heading, link, page, relative, tag, top
from policykb.site.pages.clauses import clause_page
from policykb.site.pages.commands import api_page
from policykb.site.provisions import marked, notes_of, spaced


@pytest.fixture(scope="module")
def content() -> Content:
    """The site's content, loaded once."""
    return load_content(Path(__file__).parents[1])


def test_text_never_becomes_markup() -> None:
    """Whatever a label holds, it is shown as text: in elements, attributes, links, headings, and metadata."""
    evil = '<img src=x onerror=alert(1)>"'

    assert tag("p", evil) == "<p>&lt;img src=x onerror=alert(1)&gt;&quot;</p>"
    assert 'title="&lt;img' in tag("p", "", title=evil)
    assert Html("<b>") + evil == "<b>&lt;img src=x onerror=alert(1)&gt;&quot;"
    assert "<img" not in heading(2, evil, "a") and "<img" not in link(evil, "x.html")
    assert top("*a* <b>\n# _c_ [d](e)") == r"# \*a\* &lt;b&gt; \# \_c\_ \[d\](e)"
    assert page({"title": "a: b\nhide: [toc]"}, "").startswith('---\ntitle: "a: b\\nhide: [toc]"\n---')


def test_what_the_theme_prints_as_it_is_is_text_by_then() -> None:
    """Titles of pages and of parts of the navigation, and descriptions, hold no markup, nor are they escaped twice."""
    evil = '<img src=x onerror="x">&'
    meant = "&lt;img src=x onerror=&#34;x&#34;&gt;&amp;"
    own = SimpleNamespace(meta={"title": evil, "description": evil}, title=evil)
    found = SimpleNamespace(meta={})  # its title is that of its first heading, which is text already
    files = SimpleNamespace(documentation_pages=lambda: [SimpleNamespace(page=one) for one in (own, found, None)])
    hook.on_env(None, None, files)  # type: ignore[arg-type]
    inner = Section(evil, [])
    nav = Navigation([Section("a", [inner])], [])
    hook.on_nav(nav, None, files)  # type: ignore[arg-type]

    assert [own.title, own.meta["title"], own.meta["description"], inner.title] == [meant] * 4
    assert str(markupsafe.escape(own.title)) == meant and vars(found) == {"meta": {}}


def test_addresses_are_relative() -> None:
    """A page is addressed from another, whatever the depth of either; the page itself by its fragment."""
    assert relative("articles/05.html#s3", "index.html") == "articles/05.html#s3"
    assert relative("index.html", "articles/05.html") == "../index.html"
    assert relative("#s3", "articles/05.html") == "#s3"


def test_the_language_switch_keeps_the_page() -> None:
    """The language links of a page lead to the same page in each language."""
    links = '<a href="./" hreflang="zh">中</a><a href="./en/" hreflang="en">en</a>'

    assert switch_language(links, "articles/05.html", "zh") == (
        '<a href="05.html" hreflang="zh">中</a><a href="../en/articles/05.html" hreflang="en">en</a>'
    )
    assert switch_language(links, "index.html", "en") == (
        '<a href="../index.html" hreflang="zh">中</a><a href="index.html" hreflang="en">en</a>'
    )


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        ("12000000", "CNY", "1200万元", "RMB 12,000,000"),
        ("210000000", "CNY", "2.1亿元", "RMB 210,000,000"),
        ("12345.67", "CNY", "12,345.67元", "RMB 12,345.67"),
        ("0", "CNY", "0元", "RMB 0"),
        ("0.7", "share", "70%", "70%"),
    ],
)
def test_numbers_read_like_the_text(content: Content, value: str, unit: str, zh: str, en: str) -> None:
    """In Chinese a sum is written in the largest unit of the document that keeps it exact and short."""
    assert content.phrases("zh").number(Decimal(value), unit) == zh
    assert content.phrases("en").number(Decimal(value), unit) == en


def test_spaces_are_closed_up() -> None:
    """Page breaks inside a sentence and stray spaces beside Han characters vanish; others stay."""
    assert spaced("第三、四条\n\n款，总量 12 万元，of it") == "第三、四条款，总量12万元，of it"


def test_marks_leave_the_words_alone(content: Content) -> None:
    """Marking numbers changes no character of any provision."""
    view = content.view("zh", "index.html")
    for provision in content.kb.book.provisions.values():
        shown = marked(provision.quote, notes_of(view, provision))
        plain = "".join(part.partition(">")[2] for part in f">{shown}".split("<"))
        assert plain.replace("&amp;", "&") == spaced(provision.quote), provision.id


def test_every_name_has_an_address(content: Content) -> None:
    """Every IRI of the project has a page."""
    assert set(own_iris(content.kb.knowledge)) == set(content.addresses)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_python_interface_is_described_whole(content: Content, lang: Lang) -> None:
    """Every public method of a knowledge base, an answer and a result stands there with its signature and docstring."""
    from policykb import Policykb
    from policykb.answers.answer import Answer
    from policykb.ask.result import Result

    written = api_page(View(content, lang, "api.html", content.phrases(lang)))
    for kind in (Policykb, Answer, Result):
        for name in (name for name in vars(kind) if not name.startswith("_") and callable(getattr(kind, name))):
            method = getattr(kind, name)
            assert f"-{kind.__name__}-{name} " in written
            assert str(escape((inspect.getdoc(method) or "?").splitlines()[0])) in written, name
    assert "load(" in written and "as_of" in written


@pytest.mark.parametrize(
    ("name", "text", "lang", "mend"),
    [
        (
            "x.csv",
            "名称,年度,年度进出口总额\n甲公司,2020,5000000\n",
            "zh",
            "在下面“表里没有写明记录类型时，按”后的清单里选一种",
        ),
        ("x.json", '[{"period": "2020"}]', "en", "Choose one from the list below, at “Where a table does not say"),
    ],
)
def test_the_page_for_files_names_its_own_list(
    content: Content, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str, lang: Lang, mend: str
) -> None:
    """Where no type is known, the mend is the list on the page, which has no command line; it is right when obeyed."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(content.kb, lambda *_: None)
    Path(desk.take(name)).write_text(text, encoding="utf-8")
    said = json.loads(desk.check(lang))["fault"]

    assert mend in said and "--" not in said
    assert json.loads(desk.check(lang, "EnterpriseYear"))["summary"]["records"] == 1


def test_files_of_one_name_are_all_checked(content: Content, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two towns each have a file named after the record type: neither takes the place of the other."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(content.kb, lambda *_: None)
    for name in ("枣庄甲机械有限公司", "枣庄乙机械有限公司", "枣庄丙机械有限公司"):
        text = f"名称,期间,年度进出口总额（元）\n{name},2020,60000000\n"
        Path(desk.take("EnterpriseYear.csv")).write_text(text, encoding="utf-8")
    found = json.loads(desk.check("zh"))

    assert found["summary"]["files"] == ["EnterpriseYear.csv", "EnterpriseYear (2).csv", "EnterpriseYear (3).csv"]
    assert found["summary"]["errors"] == 0 and found["subjects"] == 3


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "自2021-07-01起，这一条款按修订执行：虚构的修订：仓储面积改为300平方米。"),
        ("en", "From 2021-07-01 on this clause is amended: a fictional amendment: warehouses of 300 m²."),
    ],
)
@pytest.mark.proof
def test_a_page_says_that_its_rule_was_amended(content: Content, lang: Lang, said: str, tmp_path: Path) -> None:
    """The page of the clause that an amendment changes says so, with the day and a way to the self-check; others do
    not."""
    other = replace(content, kb=load_policykb(amended(tmp_path), "szq-2020-12"))
    view = View(other, lang, "clauses/x.html", other.phrases(lang))
    pages = {
        name: clause_page(view, other.kb.book.clauses[name]) for name in ("art-05-warehouse", "art-05-platform-fee")
    }

    assert {name: said in written for name, written in pages.items()} == {
        "art-05-warehouse": True,
        "art-05-platform-fee": False,
    }
    assert 'check.html"' in pages["art-05-warehouse"].partition(said)[2].partition("</p>")[0]
