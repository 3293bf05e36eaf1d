"""Desired and live state in, the plan out: pure, and the same bytes for the same inputs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from reconciler import checks, diff, notices
from reconciler.alignment import Aligned, align
from reconciler.codec import encode
from reconciler.errors import InvalidConfigurationError, Problem, RefusedError, UsageError
from reconciler.kinds import KINDS, Kind, Settable
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    FieldChange,
    Fields,
    Live,
    Plan,
    Request,
    Resource,
    Settings,
    State,
    is_ignored,
)
from reconciler.names import Index
from reconciler.ordering import ordered

Ids = Mapping[Address, int]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds: fields to send unseen, as (kind, field), and what to limit the plan to."""

    resend: frozenset[tuple[str, str]] = frozenset()
    targets: tuple[str, ...] = ()


def plan(desired: Desired, live: Live, options: Options = Options()) -> Plan:
    """What it takes to make live like desired.

    Raises InvalidConfigurationError with every problem, RefusedError for what is never done, and
    UsageError for options that name nothing.
    """
    aligned = align(desired, live)
    _raise_any(aligned.problems)
    if refused := list(checks.root_deletion(aligned.root, aligned.removed)):
        raise RefusedError(str(refused[0]))
    ids = {address: each.id for address, each in aligned.live.items() if each.id is not None}
    updates = _Updates(ids, desired.settings, options.resend)
    changes = [*_written(aligned, updates), *_deletions(aligned)]
    after = _afterwards(aligned.live, changes)
    _raise_any(checks.problems(changes, after))
    every = ordered(changes, aligned.live, after)
    chosen = _targeted(every, aligned, options.targets)
    unmanaged = sorted(aligned.live.keys() - aligned.desired.keys() - aligned.removed.keys())
    return Plan(
        account=live.account,
        account_name=str(aligned.live[aligned.root].value("org_unit_name")),
        changes=chosen,
        notices=(
            *notices.notices(aligned, chosen, desired.settings, options.resend),
            *notices.left_out(len(every) - len(chosen)),
            *map(notices.unmanaged, unmanaged),
        ),
        unchanged=len(aligned.desired) - sum(change.after is not None for change in changes),
        unmanaged=len(unmanaged),
        reads=live.reads,
    )


def _raise_any(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InvalidConfigurationError(found)


# -- changes


@dataclass(frozen=True, slots=True)
class _Updates:
    """What decides how an update looks, besides the object itself."""

    ids: Ids
    settings: Settings
    resend: Collection[tuple[str, str]]


def _written(aligned: Aligned, updates: _Updates) -> Iterator[Change]:
    for address, resource in aligned.desired.items():
        before = aligned.live.get(address)
        change = _update(before, resource, updates) if before else _creation(resource, updates.ids)
        if change:
            yield change


def _creation(resource: Resource, ids: Ids) -> Change:
    kind = KINDS[resource.kind]
    body = encode(kind, _given(resource.fields), ids)
    request = Request("POST", kind.path, body)
    return Change(Action.CREATE, resource.address, None, resource, diff.creation(kind, resource), request)


def _given(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}


def _update(before: Resource, desired: Resource, updates: _Updates) -> Change | None:
    kind = KINDS[desired.kind]
    resend = {name for kind_name, name in updates.resend if kind_name == kind.name}
    compared = replace(desired, fields=_compared(desired, updates.settings))
    fields = tuple(
        field for field in diff.update(kind, before, compared, resend) if not _too_late(kind, field)
    )
    if not fields:
        return None
    after = replace(desired, fields={**before.fields, **{field.name: field.new for field in fields}})
    body = encode(kind, _body(kind, fields, after, desired), updates.ids)
    request = Request(kind.update_method, f"{kind.path}/{before.id}", body)
    return Change(Action.UPDATE, desired.address, before, after, fields, request)


def _compared(desired: Resource, settings: Settings) -> Fields:
    return {
        name: value
        for name, value in desired.fields.items()
        if not is_ignored(settings, desired.address, name)
    }


def _too_late(kind: Kind, change: FieldChange) -> bool:
    """Set on creation only, and nothing is there to differ from: said in a notice, never sent."""
    return kind.field(change.name).settable is Settable.CREATION and change.old is None


def _body(kind: Kind, fields: Iterable[FieldChange], after: Resource, desired: Resource) -> Fields:
    """The changed fields; where the API can only replace, the whole object."""
    changed = {field.name: field.new for field in fields}
    if kind.update_method == "PATCH":
        return changed
    whole = {name for name in after.fields if kind.known(name) or name in desired.fields}
    return _given({**{name: after.fields[name] for name in whole}, **changed})


def _deletions(aligned: Aligned) -> Iterator[Change]:
    for address, source in aligned.removed.items():
        before = replace(aligned.live[address], source=source)
        kind = KINDS[address.kind]
        request = Request("DELETE", f"{kind.path}/{before.id}", None)
        yield Change(Action.DELETE, address, before, None, diff.deletion(kind, before), request)


def _afterwards(live: State, changes: Iterable[Change]) -> State:
    after = dict(live)
    for change in changes:
        if change.after:
            after[change.address] = change.after
        else:
            del after[change.address]
    return after


# -- a part of the plan


def _targeted(changes: tuple[Change, ...], aligned: Aligned, targets: tuple[str, ...]) -> tuple[Change, ...]:
    """The changes that the targets name, and all that those wait for."""
    if not targets:
        return changes
    by_address = {change.address: change for change in changes}
    wanted: set[Address] = set()
    pending = [address for address in _named(aligned, targets) if address in by_address]
    while pending:
        address = pending.pop()
        if address not in wanted:
            wanted.add(address)
            pending.extend(by_address[address].waits_for)
    return tuple(change for change in changes if change.address in wanted)


def _named(aligned: Aligned, targets: Iterable[str]) -> Iterator[Address]:
    known = {**aligned.live, **aligned.desired}
    gone = [str(notice.address) for notice in aligned.notices]
    index = Index(known)
    for target in targets:
        kind, _, key = target.partition("/")
        found = [address for address in known if fnmatchcase(str(address), target)]
        found = found or list(index.find(kind, key) if kind in KINDS else ())
        if not found and not any(fnmatchcase(tombstone, target) for tombstone in gone):
            near = index.nearest(kind, key) if kind in KINDS else None
            guess = f"; did you mean {kind}/{near}?" if near else ""
            raise UsageError(f"--target {target}: no such object in the files or on the platform{guess}")
        yield from found
