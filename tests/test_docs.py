"""Documentation is checked like code: transcripts, links and options hold, and both languages say the same."""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from documentation import PAGES, ROOT, SPAN, Command, blocks, commands, name_of, prose
from policykb import cli
from policykb.site.guides import linked, site_pages
from policykb.site.press import REFERENCE

GROUP: Any = typer.main.get_command(cli.program())
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
PAIRS = sorted({page.with_name(page.name.replace(".zh.md", "")).as_posix() for page in PAGES if ".zh." in page.name})
# Extras for those who develop the program, not for those who use it.
FOR_DEVELOPERS = {"build", "dev"}


def transcripts() -> list[tuple[str, str, str]]:
    """Every `$ policykb …` of a console block with the output that follows it."""
    found = []
    for page in PAGES:
        for kind, body in blocks(page):
            if kind == "console":
                for command, output in re.findall(
                    r"^\$ (policykb .*?)\n(.*?)(?=^\$ |\Z)", body, re.MULTILINE | re.DOTALL
                ):
                    found.append((name_of(page), command, output))
    return found


def options(command: str) -> set[str]:
    """The options of a command, as its help page lists them."""
    return {name for parameter in GROUP.commands[command].params for name in parameter.opts if name.startswith("--")}


def test_readme_has_a_transcript() -> None:
    """The README shows a question, the command and its answer."""
    assert any(page == "README.md" for page, _, _ in transcripts())


@pytest.mark.parametrize(("page", "command", "output"), transcripts(), ids=lambda value: str(value)[:60])
def test_transcript(
    page: str, command: str, output: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A transcript prints what the page shows, at 100 columns."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with contextlib.suppress(SystemExit):
        cli.main()
    printed = capfd.readouterr()

    assert _trimmed(printed.out + printed.err) == _trimmed(output)


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


# --- links -----------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        kept = re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower()
        found.add(kept.replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file(page: Path) -> None:
    """A link of a page leads to a file of the repository, and to a heading that is there."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def generated() -> set[str]:
    """The pages that the site makes by itself, apart from those of single articles, clauses and facts."""
    source = (ROOT / "scripts/policykb/site/press.py").read_text(encoding="utf-8")
    return {f"{name}.md" for name in re.findall(r'^        "([a-z/-]+)": ', source, re.MULTILINE)} | {
        f"reference/{name}.md" for name in REFERENCE
    }


def test_guides_name_pages_that_the_site_makes() -> None:
    """A generated page is named in bold with its path behind, which readers of the repository do not see."""
    named = {path for page in PAGES for path in site_pages(page.read_text(encoding="utf-8"))}

    assert {"check.md", "document.md", "readings.md", "commands.md", "api.md"} <= named <= generated()


def test_the_site_makes_links_of_them() -> None:
    """On the site the name is a link, and a link to a guide leads to the one of the same language."""
    text = "Open the **self-check**<!-- check.md -->, [screen](screen.en.md#in), [all](../reference/options.en.md)."

    assert linked(text, "how-to/officer.md") == (
        "Open the [self-check](../check.md), [screen](screen.md#in), [all](../reference/options.md)."
    )


def test_the_readme_leads_to_every_guide() -> None:
    """From the first page a reader gets to every guide, the samples, the notebook, and to contributing."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    wanted = [name_of(page) for page in PAGES if page.parent.name == "how-to"]
    wanted += ["CONTRIBUTING.md", "LICENSE", "docs/examples/README.md"]
    wanted += [f"docs/notebooks/{name}.ipynb" for name in ("reader", "readings", "validator")]
    wanted += ["tests/cases/README.md", "docs/decisions/README.md", "docs/reference/benchmarks.md"]

    assert [name for name in wanted if f"({name})" not in readme] == []


# --- both languages --------------------------------------------------------------------------


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: Path(pair).name)
def test_both_languages_say_the_same(pair: str) -> None:
    """A page in Chinese has an English twin with the same headings, blocks, lists, tables, links and options."""
    shapes = []
    for lang in ("zh", "en"):
        page = Path(f"{pair}.{lang}.md")
        text = prose(page)
        shapes.append(
            {
                "headings": re.findall(r"^(#+) ", text, re.MULTILINE),
                "blocks": [(kind, len(body.splitlines())) for kind, body in blocks(page) if kind != "console"],
                "items": re.findall(r"^ *(?:-|\d+\.) ", text, re.MULTILINE),
                "rows": len(re.findall(r"^\|", text, re.MULTILINE)),
                "paragraphs": len([part for part in re.split(r"\n{2,}", text) if part.strip()]),
                "links": sorted(re.sub(r"\.(zh|en)\.md", ".md", t) for t in re.findall(r"\]\(([^)\s]+)\)", text)),
                "pages": sorted(site_pages(text)),
                "options": sorted(re.findall(r"--[a-z][a-z-]+", text)),
            }
        )

    assert shapes[0] == shapes[1]


def test_every_page_has_its_twin() -> None:
    """What exists in one language exists in the other."""
    for page in PAGES:
        if match := re.search(r"\.(zh|en)\.md$", page.name):
            other = "en" if match[1] == "zh" else "zh"
            assert page.with_name(page.name.replace(f".{match[1]}.", f".{other}.")).exists(), name_of(page)


# --- options ---------------------------------------------------------------------------------


def test_every_option_is_in_a_page() -> None:
    """Every option of every command stands on a hand-written page that speaks of the command."""
    texts = {name_of(page): page.read_text(encoding="utf-8") for page in PAGES}
    shared = "docs/reference/options.en.md"  # What it says of which commands is tested below.
    missing = []
    for command in GROUP.commands:
        speaks = re.compile(rf"`?policykb {command}\b|`{command}`")
        about = [text for name, text in texts.items() if name == shared or speaks.search(text)]
        for option in options(command) - {"--help"}:
            if not any(re.search(rf"{option}(?![\w-])", text) for text in about):
                missing.append(f"{command} {option}")

    assert missing == []


def test_the_page_of_shared_options_is_true() -> None:
    """It lists the options that several commands have, each with exactly these commands."""
    for lang, all_ in (("zh", "全部"), ("en", "all")):
        listed: dict[str, set[str]] = {}
        text = (ROOT / f"docs/reference/options.{lang}.md").read_text(encoding="utf-8")
        for option, owners in re.findall(r"^\| `(--[a-z-]+)[^|]*\| ([^|]+) \|", text, re.MULTILINE):
            listed[option] = set(GROUP.commands) if owners.strip() == all_ else set(SPAN.findall(owners))
        shared: dict[str, set[str]] = {}
        for command in GROUP.commands:
            for option in options(command):
                shared.setdefault(option, set()).add(command)

        assert listed == {option: owners for option, owners in shared.items() if len(owners) > 1}


def named_options() -> list[tuple[str, str]]:
    """Every option of ours that a page names: in a call, or by itself between backquotes."""
    found = []
    for page in PAGES:
        for command in commands(page):
            if command.program == "policykb":
                found += [
                    (f"{command.page}: {command.text}", word) for word in re.findall(r"--[a-z][a-z-]*", command.text)
                ]
        found += [(name_of(page), span.split()[0]) for span in SPAN.findall(prose(page)) if re.match(r"--[a-z]", span)]
    return found


def test_every_option_named_in_a_page_exists() -> None:
    """No page names an option that no command has; in a call, the command itself has it."""
    known = {"--help", "--version"}.union(*(options(command) for command in GROUP.commands))
    # Options of other programs: of a SPARQL server, and of pip.
    foreign = {"--union-default-graph", "--no-build-isolation", "--require-hashes"}

    assert sorted({(where, option) for where, option in named_options() if option not in known | foreign}) == []


def parsed(command: Command) -> None:
    """Read the options of a call as the program would; what is missing is left out, as in the help page."""
    words = [word for word in shlex.split(command.text)[1:] if word != "…"]
    if words and words[0] in GROUP.commands:
        GROUP.commands[words[0]].make_context(words[0], words[1:], resilient_parsing=True)
    else:
        assert not words or words[0].startswith("--") or words[0] == "COMMAND", command


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_call_in_a_page_can_be_read(page: Path) -> None:
    """Each `policykb …` names a command, and only options that it has."""
    for command in commands(page):
        if command.program == "policykb":
            parsed(command)


# --- what else a page names ---------------------------------------------------------------------


def test_every_extra_is_explained() -> None:
    """The README lists each optional part, and no page names one that does not exist."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = {extra for page in PAGES for extra in re.findall(r"policykb\[(\w+)\]", page.read_text(encoding="utf-8"))}

    assert {extra for extra in EXTRAS if f"| `policykb[{extra}]` |" in readme} == set(EXTRAS) - FOR_DEVELOPERS
    assert named <= set(EXTRAS)


def test_every_job_in_a_page_exists() -> None:
    """A `make` job that a page names is one of the Makefile's."""
    jobs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for page in PAGES for c in commands(page) if c.program == "make" for word in c.text.split()[1:]}

    assert named <= jobs


def test_every_command_is_in_the_readme() -> None:
    """The table of the README has every command."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in GROUP.commands if f"`policykb {name}" not in readme] == []


PLACES = re.compile(r"(?:scripts|tests|docs|queries|shapes|ontology|policy)/[\w./-]*\w")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_in_a_page_exists(page: Path) -> None:
    """A file or folder of the repository that a page names between backquotes is there."""
    for span in SPAN.findall(prose(page)):
        if PLACES.fullmatch(span.rstrip("/")) and not re.search(r"NN|\*|<", span):
            assert (ROOT / span).exists() or (page.parent / span).exists(), span
