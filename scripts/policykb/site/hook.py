"""The MkDocs hook: it adds the generated pages and files, builds the other language beside, and finishes the site.

`mkdocs.yml` names this file under `hooks`. The Chinese build is the main one; it starts the English build as a second
process and puts the result under `en/`. Nothing is written into the documentation folder.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import jieba
from markupsafe import escape
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from policykb.doors.writing import new_folder
from policykb.edge import stoppable
from policykb.errors import PolicykbError
from policykb.model import Lang
from policykb.site import finish
from policykb.site.bundle import Bundle, bundle
from policykb.site.content import Content, load_content
from policykb.site.core import core_of
from policykb.site.deciding import deciding_files
from policykb.site.downloads import download_files
from policykb.site.figures import search_words
from policykb.site.guides import Guide, guides, linked
from policykb.site.permanent import head_links, permanent_files, sitemap
from policykb.site.press import navigation, pages
from policykb.site.published import browser_files, graph_files, name_files
from policykb.site.python_files import python_files
from policykb.site.shelf import beside, every_address, together

LANGUAGE = "POLICYKB_SITE_LANGUAGE"
OTHER: dict[str, Any] = {}


def _lang() -> Lang:
    return "en" if os.environ.get(LANGUAGE) == "en" else "zh"


def _folder(config: Any) -> Path:
    return Path(config.config_file_path).resolve().parent


def _cache(config: Any) -> Path:
    return _folder(config) / ".cache" / "site"


def _content(config: Any) -> Content:
    try:
        return load_content(_folder(config))
    except PolicykbError as fault:
        raise SystemExit(f"policykb: {fault}") from fault


def begin_whole(config: Any) -> None:
    """Build beside the folder of the site, which is what it was, or new and whole, whatever happens."""
    OTHER["whole"] = whole = ExitStack()
    whole.enter_context(stoppable())
    try:
        config.site_dir = str(whole.enter_context(new_folder(Path(config.site_dir), replaces=lambda old: True)))
    except PolicykbError as fault:
        raise SystemExit(f"policykb: {fault}") from fault
    atexit.register(on_build_error)


def on_build_error(error: Exception | None = None) -> None:
    """Clear what is built so far, when the build fails, is stopped, or ends before it is done."""
    with suppress(SystemExit), OTHER.pop("whole", ExitStack()):
        raise SystemExit


def on_startup(command: str, dirty: bool) -> None:
    """Remember how MkDocs was called; the other language is built only by `mkdocs build`."""
    OTHER["command"] = command


@event_priority(100)
def on_config(config: Any) -> Any:
    """Set language, titles and navigation, and start the English build."""
    lang = _lang()
    # Under `mkdocs serve` each build reads the knowledge files and scripts anew.
    load_content.cache_clear()
    beside.cache_clear()
    together.cache_clear()
    OTHER.pop("bundle", None)
    content = _content(config)
    jieba.setLogLevel("ERROR")
    for word in search_words(content):
        jieba.add_word(word)
    view = content.view(lang, "index.html")
    config.site_name = view.say("name")
    config.site_description = view.say("home-question")
    config.copyright = view.say("footer", rules=content.kb.knowledge.rules_hash[:12])
    config.theme["language"] = lang
    config.mdx_configs.setdefault("toc", {})["permalink_title"] = view.say("permalink")
    config.extra["lang"] = lang
    config.extra["up"] = "../" if lang == "en" else ""
    config.extra["say"] = view.say
    # The page for missing addresses serves the whole site, so it speaks both languages.
    config.extra["both"] = [
        ("zh-Hans", content.view("zh", "index.html").say),
        ("en", content.view("en", "index.html").say),
    ]
    config.extra["polyfills"] = [f"{config.extra['up']}assets/kb/iframe-worker.js"]
    config.extra["alternate"] = [
        {"name": "简体中文", "link": "./" if lang == "zh" else "../", "lang": "zh"},
        {"name": "English", "link": "./en/" if lang == "zh" else "./", "lang": "en"},
    ]
    for entry in config.theme["palette"]:
        name = "dark" if entry["scheme"] == "default" else "light"
        entry["toggle"]["name"] = view.say(name)
    OTHER["guides"] = guides(Path(config.docs_dir), lang)
    config.nav = navigation(content, lang, [(g.path, g.title) for g in OTHER["guides"]])
    if OTHER.get("command") == "build":
        begin_whole(config)
    if lang == "zh" and OTHER.get("command") == "build":
        _start_english(config)
    return config


def _start_english(config: Any) -> None:
    # The libraries are installed and bundled once, before there are two builds.
    (_cache(config) / "libraries.json").write_text(json.dumps(_bundle(config).libraries), encoding="utf-8")
    target = _cache(config) / "en"
    shutil.rmtree(target, ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--config-file",
        config.config_file_path,
        "--site-dir",
        str(target),
    ]
    command += ["--strict"] if config.strict else []
    OTHER["process"] = subprocess.Popen(command, env={**os.environ, LANGUAGE: "en"})


def on_files(files: Files, config: Any) -> Files:
    """Take the guides of this language, and add every generated page and file."""
    lang, content = _lang(), _content(config)
    for guide in OTHER["guides"]:
        _replace(files, config, guide)
    for file in list(files):
        if file.src_uri.endswith((".zh.md", ".en.md")) or file.src_uri == "index.md":
            files.remove(file)
    for other in beside(_folder(config)) if lang == "zh" else ():
        for path, data in graph_files(other).items():
            files.append(File.generated(config, path, content=data))
    several = together(_folder(config))
    for path, text in pages(content, beside(_folder(config)), several, lang, _libraries(config)):
        files.append(File.generated(config, path, content=text))
    if lang == "en":
        return files
    css = (_folder(config) / "docs" / "browser" / "site.css").read_text(encoding="utf-8")
    files.append(File.generated(config, "assets/kb/site.css", content=css))
    for path, data in {
        **_bundle(config).files,
        **graph_files(content),
        **browser_files(content),
        **{path: data for one in several for path, data in deciding_files(one).items()},
        **name_files(every_address(_folder(config))),
        **download_files(content),
    }.items():
        files.append(File.generated(config, path, content=data))
    return files


def _libraries(config: Any) -> list[dict[str, str]]:
    """What the site carries; the English build reads the list that the Chinese one wrote."""
    if _lang() == "zh":
        return _bundle(config).libraries
    listed = _cache(config) / "libraries.json"
    return json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else []


def _bundle(config: Any) -> Bundle:
    """The site's scripts and the browser libraries, bundled once in a build."""
    if "bundle" not in OTHER:
        try:
            sources = _folder(config) / "docs" / "browser"
            content, cache = _content(config), _cache(config)
            given = (sources, cache, browser_files(content), content.rehearsed)
            scripts = bundle(sources, cache, lambda wasm: core_of(wasm, *given))
            python = python_files(content.kb, sources, cache / "node_modules")
            OTHER["bundle"] = Bundle(scripts.files | python.files, scripts.libraries + python.libraries)
        except PolicykbError as fault:
            raise SystemExit(f"policykb: {fault}") from fault
    return OTHER["bundle"]  # type: ignore[no-any-return]


def _replace(files: Files, config: Any, guide: Guide) -> None:
    found = files.get_file_from_path(guide.source)
    if found is not None and guide.path != guide.source:
        text = Path(str(found.abs_src_path)).read_text(encoding="utf-8")
        # Whoever searches for a sum or a word wants the text and its clauses first, and then what explains the program.
        ranked = "---\nsearch:\n  boost: 0.25\n---\n\n"
        files.append(File.generated(config, guide.path, content=ranked + linked(text, guide.path)))


def on_env(env: Any, config: Any, files: Files) -> Any:
    """Make titles and descriptions text: the theme writes them as they are, into elements and into attributes."""
    for page in filter(None, (file.page for file in files.documentation_pages())):
        for name in {"title", "description"} & page.meta.keys():
            page.meta[name] = escape(page.meta[name])
        if "title" in vars(page):  # as the navigation names it
            page.title = escape(page.title)
    return env


def on_nav(nav: Navigation, config: Any, files: Files) -> Navigation:
    """The same for the parts of the navigation."""
    sections = [item for item in nav.items if isinstance(item, Section)]
    while sections:
        section = sections.pop()
        section.title = escape(section.title)
        sections += [item for item in section.children if isinstance(item, Section)]
    return nav


def on_page_context(context: dict[str, Any], page: Page, config: Any, nav: Any) -> dict[str, Any]:
    """Give the templates the site's wordings."""
    context["say"] = config.extra["say"]
    return context


def on_post_page(output: str, page: Page, config: Any) -> str:
    """Point the language switch at the same page of the other language."""
    name = config.extra["say"]("search")
    output = output.replace(
        'data-md-component="search" role="dialog"', f'data-md-component="search" role="dialog" aria-label="{name}"'
    )
    here = page.file.dest_uri
    owner = next((one for one in beside(_folder(config)) if here.startswith(one.base)), _content(config))
    links = head_links(owner, here, _lang(), _site_url(config))
    output = output.replace("</head>", f"{links}</head>", 1)
    return finish.switch_language(output, here, _lang())


@event_priority(-200)  # after the plugin that writes the search index once more, for pages opened from a folder
def on_post_build(config: Any) -> None:
    """Mend the search worker, put the English site in place, add the content security policy, and weigh the pages."""
    site = Path(config.site_dir)
    finish.mend_search(site)
    finish.mend_alternates(site)
    if _lang() == "en":
        OTHER.pop("whole", ExitStack()).close()
        return
    if OTHER.get("command") != "build":
        # The preview's own live reload is an inline script, so there is no policy then.
        (site / "assets" / "kb" / "policy.js").write_text("", encoding="utf-8")
        return
    process = OTHER.pop("process")
    if process.wait():
        raise SystemExit("The English site could not be built; see above.")
    shutil.move(str(_cache(config) / "en"), site / "en")
    _name_for_good(config, site)
    finish.protect(site)
    finish.weigh(site, _content(config).view("zh", "index.html"))
    OTHER.pop("whole").close()


def _name_for_good(config: Any, site: Path) -> None:
    """Write what answers permanent addresses, and what robots read; MkDocs leaves out files that begin with a dot."""
    changes = (_folder(config) / "CHANGELOG.md").read_text(encoding="utf-8")
    listed = [path for folder in ("rdf", "files") for path in sorted((site / "assets" / folder).glob("*.*"))]
    published = {str(path.relative_to(site)): path.read_bytes() for path in listed}
    for path, data in permanent_files(
        _content(config), beside(_folder(config)), _site_url(config), changes, published
    ).items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    (site / "sitemap.xml").write_bytes(sitemap(_pages(site), _site_url(config)))
    for left in (site / "sitemap.xml.gz", site / "en" / "sitemap.xml", site / "en" / "sitemap.xml.gz"):
        left.unlink(missing_ok=True)


def _pages(site: Path) -> list[str]:
    """The pages of a language, as paths below its root."""
    english = site / "en"
    return [str(path.relative_to(english)) for path in english.rglob("*.html") if path != english / "404.html"]


def _site_url(config: Any) -> str:
    """Where the site stands, with a slash at the end; empty where that is not configured."""
    address = str(config.extra.get("address") or "").rstrip("/")
    return f"{address}/" if address else ""
