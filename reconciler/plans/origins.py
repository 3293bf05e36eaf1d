"""Whose change it is: what these files changed since an earlier revision, and what somebody did by hand."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from reconciler.errors import Problem
from reconciler.kinds import Kinds
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    FieldChange,
    Live,
    Notice,
    Origin,
    Plan,
    Settings,
    State,
    Value,
)
from reconciler.objects.diff import differs
from reconciler.objects.overrides import kinds_with
from reconciler.objects.references import readdress
from reconciler.plans import dropped
from reconciler.plans.alignment import Aligned, align
from reconciler.plans.amendments import amended
from reconciler.plans.planfile import plain


class Base(NamedTuple):
    """What the files said at a git revision, and the paths at which it has nothing; where files were not
    valid, they said nothing.
    """

    revision: str
    desired: Desired
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def with_origins(plan: Plan, base: Base, live: Live, settings: Settings) -> Plan:
    """The same plan, each field with its origin, told from what the files said at a revision; and what they
    describe no more, and which of their `settings` have changed.
    """
    former = _former(align(base.desired, live), base.desired, plan)
    kinds = kinds_with(plan.platform)
    changes = tuple(_with_origins(change, former, kinds) for change in plan.changes)
    gone = tuple(dropped.dropped(plan, former.described, former.live))
    left, refusals = dropped.judged(plan, gone, settings.prune, base.revision)
    told = (*_amended(base, settings), *_missing(base), *_conflicts(changes, base.revision), *left)
    notices, refused = (*told, *plan.notices), (*plan.refusals, *refusals)
    return replace(plan, changes=changes, base=base.revision, notices=notices, refusals=refused)


def _amended(base: Base, settings: Settings) -> Iterator[Notice]:
    if not base.problems:
        yield from amended(base.desired.settings, settings, base.revision)


def _missing(base: Base) -> Iterator[Notice]:
    if base.missing:
        yield Notice(
            "no-base",
            "plan",
            f"{base.revision} has no files at {', '.join(base.missing)}, so all that they describe counts as "
            "edited here and hides what was done by hand; if they were moved, name a revision since then",
        )
    if base.problems:
        others = f" and {len(base.problems) - 1} more" if base.problems[1:] else ""
        yield Notice(
            "no-base",
            "plan",
            f"the files were not valid at {base.revision} ({base.problems[0]}{others}), so everything counts "
            "as edited here and hides what was done by hand",
        )


@dataclass(frozen=True, slots=True)
class _Former:
    """What the files said at the base, and what it is of that on the platform, under the addresses of the
    plan; `unwanted` was to go by then too.
    """

    described: State
    live: State
    unwanted: frozenset[Address]


def _former(aligned: Aligned, base: Desired, plan: Plan) -> _Former:
    now = {(at.kind, number): at for at, number in plan.ids.items()}
    names = {at: now.get((at.kind, each.id or 0), at) for at, each in aligned.live.items()}
    described = [readdress(each, names) for each in aligned.desired.values()]
    there = [replace(each, address=names[at]) for at, each in aligned.live.items() if at in aligned.desired]
    pruned = {at for at in aligned.live if at.kind in base.settings.prune and at not in aligned.desired}
    return _Former(
        {each.address: each for each in described},
        {each.address: each for each in there},
        frozenset(names[at] for at in (*aligned.removed, *pruned)),
    )


def _with_origins(change: Change, former: _Former, kinds: Kinds) -> Change:
    return replace(change, fields=tuple(_with_origin(change, each, former, kinds) for each in change.fields))


def _with_origin(change: Change, field: FieldChange, former: _Former, kinds: Kinds) -> FieldChange:
    base = former.described.get(change.address)
    if base is None:
        is_old = change.action is Action.DELETE and change.address in former.unwanted
        return field._replace(origin=Origin.DRIFT if is_old else Origin.EDIT)
    if field.name not in base.fields or field.unseen:
        return field._replace(origin=Origin.EDIT, base=base.value(field.name))
    known, said = kinds[change.kind].field(field.name), base.fields[field.name]
    fields = (change.after or base).fields
    here = change.action is Action.DELETE or differs(known, said, field.new, fields)
    there = change.action is Action.CREATE or differs(known, said, field.old, fields)
    return field._replace(origin=_ORIGINS[here, there], base=said)


_ORIGINS: Mapping[tuple[bool, bool], Origin] = {
    (True, False): Origin.EDIT,
    (False, True): Origin.DRIFT,
    (True, True): Origin.CONFLICT,
    # Neither side has moved as far as can be seen: it is sent because somebody asks for it here.
    (False, False): Origin.EDIT,
}


def _conflicts(changes: Iterable[Change], revision: str) -> Iterator[Notice]:
    for change in changes:
        for field in change.fields:
            if field.origin is Origin.CONFLICT:
                yield Notice("conflict", str(change.address), _conflict(change, field, revision))


def _conflict(change: Change, field: FieldChange, revision: str) -> str:
    said, old, new = (_dumped(each) for each in (field.base, field.old, field.new))
    what = f"{field.name} of {change.address}"
    match change.action:
        case Action.CREATE:
            moved = f"was {said} at {revision} and is {new} in these files"
            return f"{what} {moved}, but the object is not on the platform; it is created"
        case Action.DELETE:
            return f"{what} was {said} at {revision} and is {old} on the platform; it goes with the object"
        case _:
            moved = f"{said} at {revision}, {new} in these files, {old} on the platform"
            return f"{what} has moved on both sides: {moved}; applying overwrites that"


def _dumped(value: Value) -> str:
    return json.dumps(plain(value), ensure_ascii=False)
