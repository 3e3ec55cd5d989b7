"""The example notebooks: run anew, they give the outputs they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def texts(notebook: Any) -> list[str]:
    """The text of each output, pictures by their kind alone: fonts differ from machine to machine."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            found.append("picture" if "image/png" in data else data.get("text/plain", output.get("text", "")))
    return found


@pytest.mark.proof
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_shows_what_it_computes(path: Path) -> None:
    """Executing the notebook gives the outputs stored in it, a plot where it draws one, and no error."""
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    pytest.importorskip("pandas")
    stored, run = (nbformat.read(path, as_version=4) for _ in range(2))
    nbclient.NotebookClient(run, timeout=600, resources={"metadata": {"path": str(FOLDER)}}).execute()

    assert texts(run) == texts(stored)
    assert ("picture" in texts(stored)) == ("plt.show()" in path.read_text(encoding="utf-8"))
    assert path.stat().st_size < 100_000


def test_there_is_a_notebook_for_each_kind_of_user() -> None:
    """One for researchers, one for who validates, one for who reads the text."""
    assert [path.stem for path in NOTEBOOKS] == ["reader", "readings", "validator"]
