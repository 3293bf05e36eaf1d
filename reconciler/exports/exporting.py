"""The live state as files that a person would have written, so that a plan of them is empty."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from reconciler.errors import InvalidConfigurationError, Problem, ReconcilerError
from reconciler.exports.filing import NOTHING, Entry, file_names, files
from reconciler.exports.spelling import Line, is_text
from reconciler.files import config
from reconciler.files.config import Loaded
from reconciler.files.documents import parse
from reconciler.files.schema import load
from reconciler.kinds import KINDS
from reconciler.model import Address, Desired, Live, Resource, Settings, State, Value
from reconciler.objects.names import Index
from reconciler.objects.references import mapped, references_in
from reconciler.objects.tree import home_of, walk
from reconciler.plans import planning
from reconciler.plans.identity import Holder, by_external_id, by_name, place_of
from reconciler.plans.matching import twins
from reconciler.progress import Progress, unwatched, watched

Texts = Mapping[str, Sequence[Line]]


class Exported(NamedTuple):
    """Texts by file name, what could not be written down, and how many objects of each kind were."""

    files: Mapping[str, str]
    left_out: tuple[str, ...]
    counts: Mapping[str, int]


@dataclass(slots=True)
class _Bad:
    """What turned out not to be writable, with the reason."""

    objects: dict[Address, str] = field(default_factory=dict)
    fields: dict[tuple[Address, str], str] = field(default_factory=dict)

    def add(self, entry: Entry, name: str, reason: str) -> None:
        """A field; the whole object, where it is nothing without that."""
        if name in ("", *entry.kind.identity):
            self.objects.setdefault(entry.address, self._cause(entry.address, reason))
        else:
            self.fields.setdefault((entry.address, name), reason)

    def _cause(self, at: Address, reason: str) -> str:
        """What had to be left out is not missing on the platform."""
        missing = re.match("`(.+)` is missing", reason)
        why = self.fields.get((at, missing[1])) if missing else None
        return f"its {missing[1]} cannot be written down: {why}" if missing and why else reason


def exported(
    live: Live,
    settings: Settings,
    kinds: Iterable[str],
    split_by: str | None,
    report: Progress = unwatched,
) -> Exported:
    """Every object of these kinds. `split_by` is None for one file, `kind`, or `group` for a file for each
    group below the root.

    What files cannot say, or what planning would not understand, is left out, field by field: each try is
    read and planned as if the user had written it.
    """
    wanted = [kind for kind in KINDS if kind in set(kinds)]
    index = Index(live.resources)
    number = sum(at.kind in wanted for at in live.resources)
    every = list(watched(_entries(live, index, wanted, split_by), report, number))
    bad = _Bad(
        {
            **_namesakes(live.resources),
            **{at: _several(each) for each in twins(live.resources) for at in each},
        }
    )
    for each in every:
        for name, value in each.fields.items():
            if not is_text(value):
                bad.add(each, name, "it holds half a character, which no file can")
    outside: Collection[str] = ()
    while True:
        entries = list(_without(every, bad))
        written = files(entries, outside, live.account, settings.platform)
        loaded = _loaded(written)
        former, outside = outside, sorted(set(_outside(loaded.desired)))
        if not _blame(_problems(live, loaded), entries, written, bad) and outside == former:
            break
    return Exported(
        {name: _text(found) for name, found in written.items()},
        tuple(_reasons(bad)),
        {kind: sum(each.kind.name == kind for each in entries) for kind in wanted},
    )


def _several(twins: Collection[Address]) -> str:
    return f"it exists {len(twins)} times on the platform under the same key"


def _namesakes(live: State) -> dict[Address, str]:
    """What is known by its name alone, where something that is known by more bears the same."""
    named: defaultdict[Holder, list[Resource]] = defaultdict(list)
    for each in live.values():
        named[by_name(each, place_of(each))].append(each)
    return {
        each.address: f"{known.address} has the same {KINDS[each.kind].label}, and an external id"
        for several in named.values()
        for known in [next(filter(by_external_id, several), None)]
        for each in several
        if known and not by_external_id(each)
    }


def _text(found: Iterable[Line]) -> str:
    return "".join(f"{line.text}\n" for line in found)


# -- what is to be said


def _entries(live: Live, index: Index, wanted: Sequence[str], split_by: str | None) -> Iterator[Entry]:
    file_of = file_names(live, split_by)
    order = {at: number for number, at in enumerate(walk(live.root, live.resources))}

    def place(resource: Resource) -> tuple[int, int, str]:
        group = home_of(resource)
        return wanted.index(resource.kind), order.get(group, len(order)) if group else 0, resource.address.key

    for resource in sorted((each for each in live.resources.values() if each.kind in wanted), key=place):
        kind = KINDS[resource.kind]
        yield Entry(kind, resource.address, _fields(resource, index), file_of(resource))


def _fields(resource: Resource, index: Index) -> dict[str, Any]:
    """The fields that are the object's own, in the schema's order."""
    kind = KINDS[resource.kind]

    def refer(value: Value) -> Value:
        return _reference(value, index) if isinstance(value, Address) else value

    own = {
        name: mapped(value, refer, plain=True)
        for name, value in resource.fields.items()
        if kind.known(name) and value is not None and kind.field(name).is_own
    }
    return {name: own[name] for name in load(kind.name)["properties"] if name in own}


def _reference(address: Address, index: Index) -> str | int | None:
    """The external id, the bare name or the key, whichever means this object alone; else its number."""
    resource = index.state[address]
    kind = KINDS[address.kind]
    external_id = resource.value(kind.external_id) if kind.external_id else None
    is_clear = external_id or index.named(address.kind, address.key) == (address,)  # and nobody else's path
    key = address.key if is_clear else None
    words = (str(each) for each in (external_id, resource.value(kind.label), key) if each)
    return next(
        (each for each in filter(is_text, words) if index.find(address.kind, each) == (address,)), resource.id
    )


# -- what cannot be said


def _without(entries: Iterable[Entry], bad: _Bad) -> Iterator[Entry]:
    for each in entries:
        if each.address not in bad.objects:
            kept = {
                name: value for name, value in each.fields.items() if (each.address, name) not in bad.fields
            }
            yield replace(each, fields=kept)


def _blame(problems: Iterable[Problem], entries: Sequence[Entry], written: Texts, bad: _Bad) -> bool:
    """Notes what reading and planning these files would stumble over; False if they say what is live."""
    blamed = False
    for problem in problems:
        line = written[problem.source.file][problem.source.line - 1]
        if line.entry == NOTHING:
            raise ReconcilerError(f"the account cannot be exported: {problem.message}")
        entry = entries[line.entry]
        bad.add(entry, line.field, problem.message)
        blamed = True
    return blamed


def _loaded(written: Texts) -> Loaded:
    read = [parse(name, _text(found)) for name, found in written.items()]
    documents = [document for found, _ in read for document in found]
    return config.described(documents, [problem for _, wrong in read for problem in wrong])


def _outside(desired: Desired) -> Iterator[str]:
    """What these files refer to and do not know, as they call it: of other kinds, left out, or below that."""
    return (str(each) for resource in desired.resources.values() for each in references_in(resource))


def _problems(live: Live, loaded: Loaded) -> Iterator[Problem]:
    """Of the files as such; if there are none, of the plan; and a plan that is not empty is one."""
    yield from loaded.problems
    if loaded.problems:
        return
    try:
        plan = planning.plan(loaded.desired, live)
    except InvalidConfigurationError as error:
        yield from error.problems
        return
    for change in plan.changes:
        assert change.after is not None
        for each in change.fields:
            yield Problem(change.after.place(each.name), "the platform would not be left as it is")


def _reasons(bad: _Bad) -> Iterator[str]:
    for at, reason in sorted(bad.objects.items()):
        yield f"{at}: {reason}"
    for (at, name), reason in sorted(bad.fields.items()):
        if at not in bad.objects:
            yield f"{name} of {at}: {reason}"
