"""Documents as PDF, by the LibreOffice of the machine; nothing is sent anywhere."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ..errors import CallError
from ..patterns import regex

__all__ = ["find_office", "same_each_time", "to_pdf"]

_NAMES = ("soffice", "libreoffice")
_START, _EACH = 120, 20  # seconds that it may take to start, and for each document
_TIME = regex(rb"(/CreationDate\(D:)(\d{14}[^)]{0,7})(?=\))")
_MOMENT, _END = b"19800101000000Z", 400
_CHANCE = regex(rb"(/ID \[ <|>\s<|/DocChecksum /)[0-9A-F]{32}")


def find_office() -> str:
    """The program that converts documents.

    Raises:
        CallError: there is none on this machine.
    """
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise CallError("no-office")
    return found


def to_pdf(office: str, documents: Sequence[Path], folder: Path) -> None:
    """Convert documents into a folder; each keeps its name, with another ending.

    Args:
        office: what `find_office` found.
        documents: the files, all of them in one folder; a profile of the program is made there as well, so that one
            that is open makes no difference.
        folder: where the PDFs go.

    Raises:
        CallError: a document was not converted.
    """
    profile = f"-env:UserInstallation={(documents[0].parent / 'profile').absolute().as_uri()}"
    call = [office, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(folder)]
    process = subprocess.Popen(
        [*call, *map(str, documents)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        _, said = process.communicate(timeout=_START + _EACH * len(documents))
    except subprocess.TimeoutExpired as fault:
        raise CallError("office-failed", detail=fault) from fault
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    lacking = [one.name for one in documents if not (folder / one.with_suffix(".pdf").name).is_file()]
    if process.returncode or lacking:
        text = " ".join(said.decode("utf-8", "replace").split())
        raise CallError("office-failed", detail=text or ", ".join(lacking))


def same_each_time(data: bytes) -> bytes:
    """A PDF of LibreOffice without the moment and the number of its making; what takes their place is as long."""
    dated = _TIME.sub(lambda found: found[1] + _MOMENT[: len(found[2])].ljust(len(found[2])), data)
    return dated[:-_END] + _CHANCE.sub(lambda found: found[1] + b"0" * 32, dated[-_END:])
