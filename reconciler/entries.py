"""Documents to entries: one for each object that is written down, with the defaults filled in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.documents import Document
from reconciler.errors import Problem, Source
from reconciler.faults import described, faults, shown
from reconciler.kinds import KINDS, Kind
from reconciler.schema import load


@dataclass(frozen=True, slots=True)
class Entry:
    """One object as written, defaults filled in; each key knows the document and mapping it comes from."""

    kind: Kind
    data: Mapping[str, Any]
    source: Source
    origins: Mapping[str, tuple[Document, Any]]

    def place(self, path: Sequence[str | int], *, of_key: bool = False) -> Source:
        """Where the value, or the key, at a path stands; of what is not there, where it is missing."""
        if not path or path[0] not in self.origins:
            return self.source
        document, container = self.origins[str(path[0])]
        return _walk(document, container, path, of_key=of_key)


def _walk(document: Document, container: Any, path: Sequence[str | int], *, of_key: bool) -> Source:
    for part in path[:-1]:
        container = container[part]
    return document.key_place(container, path[-1]) if of_key else document.place(container, path[-1])


class Sections:
    """The top-level keys of all documents, checked as far as their shape goes."""

    def __init__(self, found: Iterable[Document]) -> None:
        self.problems: list[Problem] = []
        self.documents = [document for document in found if self._is_sound(document)]
        self.settings = self._settings()
        self._defaults = {kind.plural: self._defaults_of(kind) for kind in KINDS.values()}

    def _is_sound(self, document: Document) -> bool:
        if not isinstance(document.data, dict | None):
            what = f"expected a mapping with keys such as `groups:`, found {described(document.data)}"
            self.problems.append(Problem(Source(document.file, 1, 1), what))
            return False
        self._report("file", document, document.data or {}, ())
        return document.data is not None

    def _report(self, name: str, document: Document, value: Any, at: tuple[str, ...]) -> None:
        for fault in faults(name, value):
            path = (*at, *fault.path)
            place = _walk(document, document.data, path, of_key=fault.at_key)
            self.problems.append(Problem(place, fault.message))

    def _settings(self) -> tuple[Document, Mapping[str, Any]] | None:
        written = [each for each in self.documents if isinstance(each.data.get("settings"), dict)]
        for document in written:
            self._report("settings", document, document.data["settings"], ("settings",))
        for document in written[1:]:
            first = written[0].key_place(written[0].data, "settings")
            self.problems.append(
                Problem(
                    document.key_place(document.data, "settings"),
                    f"settings stand in one file only; there are others at {first}",
                )
            )
        return (written[0], written[0].data["settings"]) if written else None

    def _defaults_of(self, kind: Kind) -> dict[str, tuple[Document, Any]]:
        """Where the defaults of a kind are written, by field."""
        origins: dict[str, tuple[Document, Any]] = {}
        for document in self.documents:
            section = (
                (document.data.get("defaults") or {}) if _is_mapping(document.data.get("defaults")) else {}
            )
            container = section.get(kind.plural)
            if isinstance(container, dict):
                self._report(f"{kind.name}-defaults", document, container, ("defaults", kind.plural))
                for key in container:
                    self._default(kind, key, (document, container), origins)
        return origins

    def _default(
        self, kind: Kind, key: str, origin: tuple[Document, Any], origins: dict[str, tuple[Document, Any]]
    ) -> None:
        document, container = origin
        first = origins.setdefault(key, origin)
        if first[1][key] != container[key]:
            place = first[0].key_place(first[1], key)
            self.problems.append(
                Problem(
                    document.key_place(container, key),
                    f"the default of {kind.plural}.{key} is {shown(first[1][key])} at {place}",
                )
            )

    def entries(self) -> Iterator[Entry]:
        for document in self.documents:
            for kind in KINDS.values():
                section = document.data.get(kind.plural)
                for number, data in enumerate(section if isinstance(section, list) else ()):
                    if isinstance(data, dict):
                        yield self._entry(kind, document, data, document.place(section, number))

    def _entry(self, kind: Kind, document: Document, data: dict[str, Any], source: Source) -> Entry:
        origins = {key: origin for key, origin in self._defaults[kind.plural].items() if key not in data}
        values = {key: container[key] for key, (_, container) in origins.items()}
        return Entry(kind, {**values, **data}, source, {**origins, **dict.fromkeys(data, (document, data))})

    def each(self, section: str) -> Iterator[tuple[Any, Source]]:
        """The entries of a list section, with their places."""
        for document in self.documents:
            listed = document.data.get(section)
            for number, entry in enumerate(listed if isinstance(listed, list) else ()):
                yield entry, document.place(listed, number)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


# -- what is wrong with an entry


def problems(entry: Entry) -> Iterator[Problem]:
    for fault in faults(entry.kind.name, entry.data):
        yield Problem(entry.place(fault.path, of_key=fault.at_key), fault.message)
    yield from _shares(entry)
    extra = entry.data.get("extra")
    properties = load(entry.kind.name)["properties"]
    for key in extra if isinstance(extra, dict) else ():
        if key in properties or any(key in field.wire_names for field in entry.kind.fields):
            yield Problem(
                entry.place(("extra", key), of_key=True),
                f"`{key}` is known; write it beside `extra:`, not in it",
            )


def _shares(entry: Entry) -> Iterator[Problem]:
    destinations = entry.data.get("destinations")
    if entry.data.get("route_type") != "percentage" or not isinstance(destinations, list):
        return
    shares = [each.get("percentage") if isinstance(each, dict) else None for each in destinations]
    total = sum(share for share in shares if isinstance(share, int))
    if destinations and all(isinstance(share, int) for share in shares) and total != _WHOLE:
        yield Problem(entry.place(("destinations",)), f"the percentages sum to {total}, not {_WHOLE}")


_WHOLE = 100
