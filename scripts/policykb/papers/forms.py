"""The templates of the papers: those that come with the program, or a user's own, and what they are filled with."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from ..ask.contained import frugal
from ..doors.files import LARGEST, read_bytes
from ..doors.incoming import path_text
from ..doors.outgoing import visible
from ..doors.packing import packed
from ..doors.patience import patience
from ..doors.writing import new_folder, write_bytes
from ..errors import CallError, InputError
from ..reports.as_html import end, top
from .tables import Context

__all__ = ["FILES", "Forms", "write_templates"]

_SHIPPED = Path(__file__).parent / "templates"
FILES = tuple(f"{kind}.{ending}" for kind in ("list", "plan", "letter", "guide") for ending in ("docx", "html"))
"""The names that templates have; a paper of each kind is filled in from one of them."""
_REMEMBERED = 64  # parts of templates
_SECONDS = 60.0  # of computing that filling in one paper may take
_MEMORY = 8 * LARGEST  # that it may take: what is written is copied a few times on its way
_BITS = 4096  # of the largest power
_LEFT_LYING = (".", "~$")
"""How the names of files begin that editors and systems leave beside others."""


class Forms:
    """The templates in use: for each of `FILES` the user's own where there is one, else the one that is shipped.

    A template fills in and repeats what it is given, and reaches nothing else of the program or the machine.

    Args:
        own: a folder with some of `FILES`.

    Raises:
        CallError: there is no such folder, it holds none of them, or something else.
        InputError: one of them is no ordinary file, is too large, or is no UTF-8.
    """

    def __init__(self, own: Path | None = None) -> None:
        self._paths = {name: _SHIPPED / name for name in FILES} | (_own(own) if own is not None else {})
        self._content = {name: _content(path) for name, path in self._paths.items()}
        self._text = _environment(_shown)
        self._document = _environment(_shown_in_document)

    def html(self, kind: str, context: Context) -> bytes:
        """A page, in the shell that all pages have.

        Raises:
            CallError: the template cannot be filled in.
        """
        name = f"{kind}.html"
        with _filling(self._paths[name]):
            body = self._text.from_string(self._content[name].decode("utf-8-sig")).render(context)
        return f"{top(context['title'], context['lang'])}{body}\n{end()}".encode()

    def docx(self, kind: str, context: Context) -> bytes:
        """A document; the same template and context give the same bytes.

        Raises:
            CallError: the template is no such document, or cannot be filled in.
        """
        name = f"{kind}.docx"
        with _filling(self._paths[name]):
            document = _Document(io.BytesIO(self._content[name]))
            document.render(context, self._document, autoescape=True)
            return packed(document)


class _Template(Template):
    """A template that ends: what it writes is bounded, as `_filling` bounds its time."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """The text, filled in."""
        parts, size = [], 0
        for part in self.generate(*args, **kwargs):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise _Endless
        return "".join(parts)


class _Endless(Exception):
    """A template goes on and on."""


class _Environment(SandboxedEnvironment):
    """Makes each template once, however often it is filled in; no power in it takes for ever."""

    template_class = _Template
    intercepted_binops = frozenset(["**"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """A power: the one operation whose time grows far beyond what it is given."""
        if isinstance(left, int) and isinstance(right, int) and left.bit_length() * right > _BITS:
            raise _Endless
        return super().call_binop(context, operator, left, right)

    @lru_cache(maxsize=_REMEMBERED)  # noqa: B019 - it lives as long as the papers are written
    def from_string(self, source: str, *_: object) -> Template:  # type: ignore[override]
        """The template of a text."""
        return super().from_string(source)


class _Document(DocxTemplate):  # type: ignore[misc]
    """Finds the places to be filled in once, however often they are."""

    @staticmethod
    @lru_cache(maxsize=_REMEMBERED)
    def patch_xml(src_xml: str) -> str:
        """The text of a part as a template."""
        return cast(str, DocxTemplate.patch_xml(None, src_xml))


def write_templates(folder: Path) -> None:
    """Write the templates that are shipped into a new folder, to start from.

    Raises:
        CallError: the folder is there already, or cannot be written.
    """
    with new_folder(folder) as new:
        for name in FILES:
            write_bytes(new / name, (_SHIPPED / name).read_bytes())


def _own(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise CallError("no-such-file", where=path_text(folder))
    found = {path.name: path for path in sorted(folder.iterdir()) if not path.name.startswith(_LEFT_LYING)}
    if unknown := [name for name in found if name not in FILES]:
        raise CallError("paper-template-unknown", where=path_text(folder), files=unknown, known=FILES)
    if not found:
        raise CallError("paper-templates-missing", where=path_text(folder), known=FILES)
    return found


def _content(path: Path) -> bytes:
    """The bytes of a template, which are looked at here, before anything is decided."""
    data = read_bytes(path)
    if path.suffix == ".html":
        try:
            data.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise InputError("file-not-utf8", where=path_text(path), position=fault.start) from fault
        return data
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST:
            raise CallError("paper-template-large", where=path_text(path), megabytes=size // 2**20)
    return data


@contextmanager
def _filling(path: Path) -> Iterator[None]:
    """Tell of what goes wrong while a template is filled in, and end what goes on for too long."""
    try:
        with patience(path_text(path), _SECONDS), frugal(_MEMORY):
            yield
    except (_Endless, InputError, MemoryError) as fault:
        seconds, megabytes = round(_SECONDS), LARGEST // 2**20
        where = path_text(path)
        raise CallError("paper-template-endless", where=where, seconds=seconds, megabytes=megabytes) from fault
    except Exception as fault:
        raise _broken(path, fault) from fault


def _environment(finalize: Any) -> _Environment:
    return _Environment(autoescape=True, undefined=StrictUndefined, finalize=finalize, trim_blocks=True)


def _shown(value: object) -> Markup:
    """A value as one line of text in which nothing of the data does anything; what is not there as a dash."""
    text = "—" if value is None else f"{value:,.2f}" if isinstance(value, Decimal) else str(value)
    if len(text) > LARGEST:
        raise _Endless
    return escape(" ".join(visible(text).split()))


def _shown_in_document(value: object) -> Markup:
    """The same where docxtpl takes `{_{` and the like for braces that were set apart."""
    text = str(_shown(value)).replace("{_", "{&#95;").replace("_}", "&#95;}").replace("%_", "%&#95;")
    return Markup(text)


def _broken(path: Path, fault: Exception) -> CallError:
    lines = " ".join(visible(f"{type(fault).__name__}: {fault}").split())
    return CallError("paper-template-broken", where=path_text(path), detail=lines)
