"""Documents as PDF, by the LibreOffice of the machine; nothing is sent anywhere."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ..errors import CallError

__all__ = ["find_office", "to_pdf"]

_NAMES = ("soffice", "libreoffice")
_START, _EACH = 120, 20  # seconds that it may take to start, and for each document
_EPOCH = "315532800"  # 1980-01-01, at which every document is said to be made


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
        documents: the files, all of them in one folder.
        folder: where the PDFs go; the profile of the program is made beside it, so that none that is open matters.

    Raises:
        CallError: a document was not converted.
    """
    profile = f"-env:UserInstallation={(documents[0].parent / 'profile').absolute().as_uri()}"
    call = [office, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(folder)]
    process = subprocess.Popen(
        [*call, *map(str, documents)],
        env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
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
