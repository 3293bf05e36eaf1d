"""Documents to entries: one for each object that is written down, with the defaults filled in."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from shlex import quote
from typing import Any, NamedTuple

from reconciler.errors import Problem, Source
from reconciler.facts import Kind, Type
from reconciler.files.documents import Document
from reconciler.files.faults import described, faults, read_only, shown
from reconciler.files.hints import nearest
from reconciler.files.schema import load
from reconciler.kinds import KINDS
from reconciler.objects.overrides import credential, taken
from reconciler.objects.shares import percentages, wrong_sum
from reconciler.wording import listed, shortened


class Entry(NamedTuple):
    """One object as written, defaults filled in; each key knows the document and mapping it comes from."""

    kind: Kind
    data: Mapping[str, Any]
    source: Source
    written: "Stand"
    defaults: Mapping[str, "Stand"]  # of the keys that `defaults:` filled in

    def place(self, path: Sequence[str | int], *, of_key: bool = False) -> Source:
        """Where the value, or the key, at a path stands; of what is not there, where it is missing."""
        if not path or path[0] not in self.data:
            return self.source
        return place_in(*self._origin(path), path, of_key=of_key)

    def place_of(self, field: str) -> Source:
        """Where a field stands, which may be under `extra`."""
        extra = self.data.get("extra")
        inside = field not in self.data and isinstance(extra, dict) and field in extra
        return self.place(("extra", field) if inside else (field,))

    def text(self, path: Sequence[str | int]) -> str:
        """A plain scalar as it is written."""
        return _text(*self._origin(path), path)

    def _origin(self, path: Sequence[str | int]) -> "Stand":
        return self.defaults.get(str(path[0]), self.written)


def _strange(data: Mapping[Any, Any]) -> str:
    """What is said of a document that is not meant for this program."""
    known = [*load("file")["properties"]]
    if len(data) < _SEVERAL or any(key in known or nearest(key, known, _LIKENESS) for key in data):
        return ""
    keys = shortened(listed([str(key) for key in data], _SHOWN))
    return (
        f"unknown keys {keys}: this does not look like configuration of this program; "
        "name the folder that holds it, or begin with a key such as `groups:`"
    )


def _account(document: Document) -> Any:
    settings = document.data["settings"]
    return settings.get("account") if isinstance(settings, dict) else None


_SEVERAL, _LIKENESS, _SHOWN = 2, 0.8, 3
Stand = tuple[Document, Any]  # a mapping, and the document that it stands in


def place_in(document: Document, container: Any, path: Sequence[str | int], *, of_key: bool) -> Source:
    """Where the value, or the key, at a path within a mapping or list stands."""
    for part in path[:-1]:
        container = container[part]
    return document.key_place(container, path[-1]) if of_key else document.place(container, path[-1])


class Sections:
    """The top-level keys of all documents, checked as far as their shape goes."""

    def __init__(self, found: Iterable[Document]) -> None:
        self.problems: list[Problem] = []
        self.are_several = False  # whether they seem to be about several accounts
        self.documents = [document for document in found if self._is_sound(document)]
        self.settings = self._settings()
        self._defaults = {kind.plural: self._defaults_of(kind) for kind in KINDS.values()}

    def _is_sound(self, document: Document) -> bool:
        if not isinstance(document.data, dict | None):
            what = f"expected a mapping with keys such as `groups:`, found {described(document.data)}"
            self.problems.append(Problem(document.start, what))
            return False
        if strange := _strange(document.data or {}):
            self.problems.append(Problem(document.start, strange))
            return False
        self._report("file", document, document.data or {}, ())
        return document.data is not None

    def _report(self, name: str, document: Document, value: Any, at: tuple[str, ...]) -> set[str]:
        """Note what is wrong with a part of a document; gives the keys that are to blame."""
        blamed = set()
        for fault in faults(name, value, partial(_text, document, value)):
            path = (*at, *fault.path)
            place = place_in(document, document.data, path, of_key=fault.at_key) if path else document.start
            self.problems.append(Problem(place, fault.message))
            blamed |= {str(part) for part in fault.path[:1]}
        return blamed

    def _settings(self) -> tuple[Document, Mapping[str, Any]] | None:
        written = [each for each in self.documents if isinstance(each.data.get("settings"), dict)]
        for document in written:
            self._report("settings", document, document.data["settings"], ("settings",))
        for document in written[1:]:
            first = written[0].key_place(written[0].data, "settings")
            message = (
                f"settings are written once, and they stand at {first} too{self._apart(written[0], document)}"
            )
            self.problems.append(Problem(document.key_place(document.data, "settings"), message))
        return (written[0], written[0].data["settings"]) if written else None

    def _apart(self, first: Document, other: Document) -> str:
        """What to do where two documents with settings stand in different folders; notes that they do."""
        folders = [PurePath(each.file).parent for each in (first, other)]
        accounts = [_account(each) for each in (first, other)]
        if folders[0] == folders[1] or None in accounts or accounts[0] == accounts[1]:
            return ""
        self.are_several = True
        deepest = max(folders, key=lambda each: len(each.parts))
        folder = quote(f"{deepest.as_posix()}/")
        return f"; these look like two accounts: give one folder, such as {folder}"

    def _defaults_of(self, kind: Kind) -> dict[str, Stand]:
        """Where the defaults of a kind are written, by field."""
        origins: dict[str, Stand] = {}
        for document in self.documents:
            section = document.data.get("defaults")
            container = section.get(kind.plural) if isinstance(section, dict) else None
            if isinstance(container, dict):
                blamed = self._report(f"{kind.name}-defaults", document, container, ("defaults", kind.plural))
                for key in (each for each in container if each not in blamed):
                    self._default(key, (document, container), origins)
        return origins

    def _default(self, key: str, origin: Stand, origins: dict[str, Stand]) -> None:
        document, container = origin
        first, written = origins.setdefault(key, origin)
        if written[key] != container[key]:
            place = first.key_place(written, key)
            found = f"{shown(container[key])} here and {shown(written[key])} at {place}"
            if key == "extra":  # which may hold what is not to be shown
                found = f"not what it is at {place}"
            message = f"the default of {key} is {found}"
            self.problems.append(Problem(document.key_place(container, key), message))

    def entries(self) -> Iterator[Entry]:
        for document in self.documents:
            for kind in KINDS.values():
                section = document.data.get(kind.plural)
                for number, data in enumerate(section if isinstance(section, list) else ()):
                    if isinstance(data, dict):
                        yield self._entry(kind, document, data, document.place(section, number))

    def _entry(self, kind: Kind, document: Document, data: dict[str, Any], source: Source) -> Entry:
        filled = {key: origin for key, origin in self._defaults[kind.plural].items() if key not in data}
        if not filled:
            return Entry(kind, data, source, (document, data), filled)
        values = {key: container[key] for key, (_, container) in filled.items()}
        return Entry(kind, {**values, **data}, source, (document, data), filled)

    def removed(self) -> Iterator[tuple[Any, Source]]:
        """The lines under `removed:`, with their places."""
        for document in self.documents:
            listed = document.data.get("removed")
            for number, entry in enumerate(listed if isinstance(listed, list) else ()):
                yield entry, document.place(listed, number)


def _text(document: Document, value: Any, path: Sequence[str | int]) -> str:
    for part in path[:-1]:
        value = value[part]
    return document.text(value, path[-1]) if path else ""


# -- what is wrong with an entry


def problems(entry: Entry) -> Iterator[tuple[str, Problem]]:
    """Each with the field to blame, or "" for the whole entry."""
    for fault in faults(entry.kind.name, entry.data, entry.text):
        field = str(fault.path[0]) if fault.path else ""
        yield field, Problem(entry.place(fault.path, of_key=fault.at_key), fault.message)
    for problem in _shares(entry):
        yield "destinations", problem
    extra = entry.data.get("extra")
    for problem in _extra(entry, extra) if isinstance(extra, dict) else ():
        yield "extra", problem


def _extra(entry: Entry, extra: Mapping[str, Any]) -> Iterator[Problem]:
    for key, value in extra.items():
        if message := _unfit(entry.kind, key, value):
            yield Problem(entry.place(("extra", key), of_key=True), message)
        for path in _credentials(value):
            yield Problem(entry.place(("extra", key, *path), of_key=True), credential(path[-1]))


def _unfit(kind: Kind, key: str, value: Any) -> str:
    """What is wrong with a field under `extra`."""
    properties = load(kind.name)["properties"]
    if properties.get(key, {}).get("readOnly"):
        return read_only(key, properties[key])
    if key in properties or any(key in field.wire_names for field in kind.fields):
        return f"`{key}` is known; write it beside `extra:`, not in it"
    return taken(kind, key) or ("" if _is_json(value) else f"`{key}` holds what JSON cannot carry")


def _credentials(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths, within a value, to what is named like a credential."""
    if isinstance(value, dict):
        yield from ((*at, name) for name in value if credential(name))
    within = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in within:
        yield from _credentials(each, (*at, name))


def _is_json(value: Any) -> bool:
    try:
        return bool(json.dumps(value, allow_nan=False))
    except ValueError:
        return False


def _shares(entry: Entry) -> Iterator[Problem]:
    destinations = entry.data.get("destinations")
    if entry.data.get("route_type") != "percentage" or not isinstance(destinations, list):
        return
    shares = percentages(destinations)
    if None not in shares and (total := wrong_sum(shares)):
        yield Problem(entry.place(("destinations",)), f"the percentages sum to {total}, not 100")


def doubts(entry: Entry) -> Iterator[Problem]:
    """Texts behind which a comment stands that may be meant as part of them."""
    document, written = entry.written
    fields = {each.name for each in entry.kind.fields if each.type is Type.TEXT} if document.lines else ()
    for name in fields:
        if isinstance(written.get(name), str) and (word := document.comment(written, name)):
            message = (
                f"{shown(word)} is a comment here, no part of the text; if it is meant as text, put "
                'all of it in quotes, else write "# "'
            )
            yield Problem(document.place(written, name), message)
