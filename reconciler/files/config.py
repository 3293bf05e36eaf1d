"""Files to the desired state: every object checked, named, and its references resolved.

Nothing here asks the platform: what no file describes stays a Reference for the plan to look up.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reconciler.errors import Problem
from reconciler.files import consistency, entries, reading, settings
from reconciler.files.documents import Document
from reconciler.files.entries import Entry, Sections
from reconciler.files.resolving import Written, resolved
from reconciler.kinds import KINDS
from reconciler.model import Address, Desired, Reference, Resource
from reconciler.objects.clashes import twice
from reconciler.progress import Progress, unwatched


class Loaded(NamedTuple):
    """What the files say, what is wrong with them, what only the platform can tell, and what may be meant
    otherwise.
    """

    desired: Desired
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    doubts: tuple[Problem, ...]


def load(paths: Sequence[str], report: Progress = unwatched) -> Loaded:
    """The desired state that files and directories describe; never raises for what stands in them. `report`
    is told how many files were read, and of how many.
    """
    return described(*reading.load(paths, report))


def described(found: Sequence[Document], unread: Sequence[Problem]) -> Loaded:
    """The desired state that documents describe; `unread` is what is wrong with files that gave none."""
    sections = Sections(found)
    problems = [*unread, *sections.problems]
    checked = [(entry, list(entries.problems(entry))) for entry in sections.entries()]
    complete = not problems and all(_has_name(entry) for entry, _ in checked)
    told = {problem.source for problem in problems}
    problems += [problem for _, faults in checked for _, problem in faults if problem.source not in told]
    named = [Written(entry, {field for field, _ in faults}) for entry, faults in checked if _has_name(entry)]
    resources, loose, more = resolved(named)
    keyed = [each for each, one in zip(resources, named, strict=False) if _has_key(one)]
    sound = [each for each in resources if each.is_sound]
    state: dict[Address, Resource] = {}
    for resource in resources:
        state.setdefault(resource.address, resource)
    desired = Desired(state, tuple(_tombstones(sections)), settings.settings(sections), loose)
    between = (*more, *twice(keyed), *consistency.problems(sound, desired))
    # What contradicts what would be told of each object where files of two accounts are mixed.
    problems += [*settings.problems(sections), *(() if sections.are_several else between)]
    # What could not be read may well be what a reference means.
    warnings = consistency.warnings(desired, problems) if complete else ()
    doubts = {each for entry, _ in checked for each in entries.doubts(entry)}
    return Loaded(desired, tuple(sorted(set(problems))), tuple(warnings), tuple(sorted(doubts)))


def _has_name(entry: Entry) -> bool:
    return isinstance(entry.data.get(entry.kind.label), str) and bool(entry.data[entry.kind.label])


def _has_key(written: Written) -> bool:
    """Whether it is known which object is meant, whatever else is wrong with it."""
    return not any(field in written.bad for field in ("", *written.entry.kind.identity))


def _tombstones(sections: Sections) -> Iterator[Reference]:
    seen = set()
    for text, source in sections.removed():
        kind, slash, key = str(text).partition("/")
        if kind in KINDS and slash and key and text not in seen:
            seen.add(text)
            yield Reference(kind, key, source)
