"""Files to the desired state: every object checked, named, and its references resolved.

Nothing here asks the platform: what no file describes stays a Reference for the plan to look up.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from reconciler import consistency, entries, files, settings
from reconciler.codec import canonical
from reconciler.documents import Document
from reconciler.entries import Entry, Sections
from reconciler.errors import Problem
from reconciler.kinds import KINDS, Field, Type
from reconciler.matching import ambiguous, twice
from reconciler.model import Address, Desired, Reference, Resource, Value
from reconciler.names import Index, final_addresses
from reconciler.progress import Progress, unwatched
from reconciler.references import readdress, references_in


class Loaded(NamedTuple):
    """What the files say, what is wrong with them, and what only the platform can tell."""

    desired: Desired
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def load(paths: Sequence[str], report: Progress = unwatched) -> Loaded:
    """The desired state that files and directories describe; never raises for what stands in them. `report`
    is told how many files were read, and of how many.
    """
    return described(*files.load(paths, report))


def described(found: Sequence[Document], unread: Sequence[Problem]) -> Loaded:
    """The desired state that documents describe; `unread` is what is wrong with files that gave none."""
    sections = Sections(found)
    problems = [*unread, *sections.problems]
    written = list(sections.entries())
    faulty = [list(entries.problems(entry)) for entry in written]
    complete = not problems and all(_has_name(entry) for entry in written)
    told = {problem.source for problem in problems}
    problems += [problem for each in faulty for _, problem in each if problem.source not in told]
    resources, more = _resolved(
        [
            _resource(entry, number, {field for field, _ in faulty[number]})
            for number, entry in enumerate(written)
            if _has_name(entry)
        ]
    )
    sound = [each for each in resources if each.is_sound]
    state: dict[Address, Resource] = {}
    for resource in resources:
        state.setdefault(resource.address, resource)
    desired = Desired(state, tuple(_tombstones(sections)), settings.settings(sections))
    problems += [
        *more,
        *settings.problems(sections),
        *consistency.problems(sound, desired),
    ]
    # What could not be read may well be what a reference means.
    warnings = consistency.warnings(desired, problems) if complete else ()
    return Loaded(desired, tuple(sorted(set(problems))), tuple(warnings))


# -- entries to resources


def _has_name(entry: Entry) -> bool:
    return isinstance(entry.data.get(entry.kind.label), str) and bool(entry.data[entry.kind.label])


def _resource(entry: Entry, number: int, bad: set[str]) -> Resource:
    """The resource under a name of its own until all references are known, without its bad fields."""
    extra = entry.data.get("extra")
    raw = {**extra, **entry.data} if isinstance(extra, dict) and "extra" not in bad else entry.data
    fields = {
        name: _value(entry.kind.field(name), value, entry)
        for name, value in raw.items()
        if name not in _NO_FIELDS and (name not in bad or name == entry.kind.label)
    }
    previously = raw.get("previously")
    return Resource(
        address=Address(entry.kind.name, f"\0{number}"),
        fields=fields,
        source=entry.source,
        previously=Reference(entry.kind.name, previously, entry.place(("previously",)))
        if isinstance(previously, str)
        else None,
        places=entry.place_of,
        defaults=frozenset(entry.defaults.keys() & fields.keys()),
        is_sound=not bad,
    )


_NO_FIELDS = ("previously", "extra")


def _value(field: Field, value: Any, entry: Entry) -> Value:
    plain = canonical(field, value)
    if not field.refers_to:
        return plain
    match field.type, plain:
        case Type.REFERENCE, str() | int():
            return Reference(field.refers_to, _as_written(value), entry.place((field.name,)))
        case Type.REFERENCES, tuple():
            return tuple(
                Reference(field.refers_to, text, entry.place((field.name, number)))
                for number, text in enumerate(value)
                if isinstance(text, str | int)
            )
        case _:
            return plain


def _as_written(value: Any) -> str | int:
    """Text stays text: only a number in the file means the platform's id."""
    return value if isinstance(value, str) else int(value)


# -- references


def _resolved(written: Sequence[Resource]) -> tuple[list[Resource], list[Problem]]:
    """References to described objects as addresses, and every object under its final address."""
    resources = list(written)
    waiting = {number: list(references_in(each)) for number, each in enumerate(resources)}
    # What a reference may say depends on paths, and paths on references: so level by level, and paths that
    # begin at something which only the platform has come last.
    for rooted in (True, False):
        while True:
            index = Index({at.address: at for at in resources if at.kind in _REFERRED_TO}, rooted=rooted)
            known, problems = _known(set(chain.from_iterable(waiting.values())), index)
            if not known:
                break
            for number, references in waiting.items():
                if any(each in known for each in references):
                    resources[number] = readdress(resources[number], known)
            waiting = {
                number: left
                for number, references in waiting.items()
                if (left := [each for each in references if each not in known])
            }
    final = final_addresses(resources)
    named = [readdress(each, final) for each in resources]
    return named, [*problems, *twice(each for each in named if each.is_sound)]


_REFERRED_TO = frozenset(field.refers_to for kind in KINDS.values() for field in kind.fields)


def _known(references: Iterable[Reference], index: Index) -> tuple[dict[Reference, Address], list[Problem]]:
    """What references mean, and those that may mean several things."""
    words = {(each.kind, each.text) for each in references}
    found = {each: index.find(*each) for each in words}
    final = final_addresses(index.state.values()) if any(len(each) > 1 for each in found.values()) else {}
    known: dict[Reference, Address] = {}
    problems = []
    for reference in references:
        candidates = found[reference.kind, reference.text]
        names = sorted({final.get(candidate, candidate) for candidate in candidates})
        if len(names) == 1:  # several candidates may be one object, described twice
            known[reference] = candidates[0]
        elif names:
            problems.append(Problem(reference.source, ambiguous(reference, names)))
    return known, problems


# -- tombstones


def _tombstones(sections: Sections) -> Iterator[Reference]:
    seen = set()
    for text, source in sections.each("removed"):
        kind, slash, key = str(text).partition("/")
        if kind in KINDS and slash and key and text not in seen:
            seen.add(text)
            yield Reference(kind, key, source)
