"""The house as its map says: imports run down the storeys, never in a circle, and nothing is too long to read."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "scripts" / "policykb"
STOREYS = (
    {"names", "version", "expression", "patterns"},
    {"model"},
    {"errors", "doors", "wording"},
    {"extras", "law"},
    {"readers"},
    {"frames"},
    {"records", "engines", "arguments"},
    {"answers"},
    {"ask"},
    {"reports"},
    {"api"},
    {"shelf"},
    {"amended", "advice", "columns", "check", "exports", "papers", "verify", ""},
    {"service"},
    {"web"},
    {"server", "edge", "scaffold"},
    {"replay"},
    {"commands"},
    {"cli"},
    {"site", "__main__"},
)
"""From the ground up: what stands higher reads what stands lower. Rooms of one storey do not read each other, but for
the third: a message has a place, a place is made of words, and words that are broken are a message."""
GROUND = STOREYS[2]
RDF_ROOMS = {
    "names",
    "wording",
    "law",
    "readers",
    "engines",
    "answers",
    "ask",
    "reports",
    "api",
    "shelf",
    "exports",
    "verify",
} | {
    "check",
    "site",
    "server",
    "replay",
    "scaffold",
}
LINES = 350
FUNCTION_LINES = 60


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the package by its dotted name below it."""
    return {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree(module: str) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


def room(module: str) -> str:
    """The folder of a module, or the module itself where it stands at the top."""
    return module.partition(".")[0]


def storey(module: str) -> int:
    """How high a module stands."""
    return next(number for number, rooms in enumerate(STOREYS) if room(module) in rooms)


@cache
def imports(module: str, types: bool = True) -> frozenset[str]:
    """The modules of the package that a module reads: at its top, in a function, or (with `types`) for its types."""
    path = modules()[module]
    inside = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.level and (types or node not in types_alone(module)):
            base = [part for part in inside[: len(inside) - node.level + 1] if part]
            home = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            whole = {f"{home}.{alias.name}".lstrip(".") for alias in node.names}
            found |= {name if name in modules() else home for name in whole}
    return frozenset(found - {module})


def types_alone(module: str) -> list[ast.AST]:
    """The imports that no running program makes."""
    guarded = (node for node in ast.walk(tree(module)) if isinstance(node, ast.If))
    return [part for node in guarded if "TYPE_CHECKING" in ast.unparse(node.test) for part in ast.walk(node)]


def below(module: str) -> Iterator[str]:
    """Everything that a module reads when it runs, however far down."""
    reached, waiting = set[str](), [module]
    while waiting:
        for name in imports(waiting.pop(), types=False) - reached:
            reached.add(name)
            waiting.append(name)
            yield name


def test_every_room_has_a_storey() -> None:
    """No folder and no module at the top is missing in the map."""
    assert {room(module) for module in modules()} == set().union(*STOREYS)


def test_no_arrow_up() -> None:
    """A module reads its own folder and what stands lower."""
    wrong = [
        f"{module} -> {other}"
        for module in modules()
        for other in imports(module)
        if room(other) != room(module) and storey(other) >= storey(module) and not {room(module), room(other)} <= GROUND
    ]

    assert wrong == []


def test_no_circle() -> None:
    """No module is reached from itself."""
    assert [module for module in modules() if module in set(below(module))] == []


def test_rdf_libraries() -> None:
    """What reads records into answers as columns, writes files, and the commands know no RDF library."""
    wrong = []
    for module in modules():
        for node in ast.walk(tree(module)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if room(module) not in RDF_ROOMS and {name.partition(".")[0] for name in names} & {"pyoxigraph", "rdflib"}:
                wrong.append(module)

    assert wrong == []


def test_sizes() -> None:
    """A module has at most 350 lines, a function at most 60."""
    long = [
        f"{module}: {count}"
        for module, path in modules().items()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES
    ]
    wide = [
        f"{module}.{node.name}: {count}"
        for module in modules()
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef) and (count := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]

    assert (long, wide) == ([], [])
