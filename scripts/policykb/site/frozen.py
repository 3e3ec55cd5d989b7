"""A loaded knowledge base as bytes, so that the browser need not load it anew."""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

import pyoxigraph as ox

from ..api import Policykb

__all__ = ["freeze", "thaw"]


def freeze(kb: Policykb) -> bytes:
    """The knowledge base as bytes; its stores are held as N-Quads."""
    stream = io.BytesIO()
    _Freezer(stream, protocol=5).dump(kb)
    return stream.getvalue()


def thaw(data: bytes) -> Policykb:
    """The knowledge base that `freeze` wrote; only for bytes that the site itself brings."""
    return cast(Policykb, _Thawer(io.BytesIO(data)).load())


class _Freezer(pickle.Pickler):
    def persistent_id(self, obj: object) -> bytes | None:
        return obj.dump(format=ox.RdfFormat.N_QUADS) if isinstance(obj, ox.Store) else None

    def reducer_override(self, obj: object) -> Any:
        if isinstance(obj, Policykb):
            # As it stands: what thaws it has no files to load it from.
            return copyreg.__newobj__, (type(obj),), dict(obj.__dict__)  # type: ignore[attr-defined]
        return (_view, (dict(obj),)) if isinstance(obj, MappingProxyType) else NotImplemented


class _Thawer(pickle.Unpickler):
    def persistent_load(self, pid: bytes) -> ox.Store:
        store = ox.Store()
        store.bulk_load(pid, format=ox.RdfFormat.N_QUADS)
        return store


def _view(items: Mapping[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)
