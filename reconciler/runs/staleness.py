"""Whether a plan can still be carried out as it was made: all that it relies on, looked at once more."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, zip_longest

from reconciler.api.client import Query
from reconciler.api.crew import Crew, Map
from reconciler.api.groups import read_groups
from reconciler.api.rereading import Again, Mention
from reconciler.changes import is_move
from reconciler.facts import Kind
from reconciler.kinds import Kinds
from reconciler.model import Action, Address, Change, Plan
from reconciler.objects.codec import Row, canonical, decode, is_gone, row_id, shown
from reconciler.objects.fidelity import is_addressed
from reconciler.objects.keys import escape, split
from reconciler.plans.notices import STILL_CALLED
from reconciler.progress import Progress, unwatched
from reconciler.runs.performing import waited_for

Own = Mapping[tuple[str, int | None], Change]  # what the plan itself changes, by kind and id

_LOOKS = 16  # side by side


def mentions(kinds: Kinds, change: Change) -> Iterator[Mention]:
    """What a change refers to, with what the plan calls it; the group that its object is in first."""
    kind, body = kinds[change.kind], change.request.body or {}
    *path, _ = split(change.address.key)
    here = change.referred_to.get(kind.home)
    if path and kind.place and isinstance(here, int) and not is_move(change):  # or it says where to
        yield Mention("group", here, "/".join(map(escape, path)))
    after = change.after.fields if change.after else {}
    for field in kind.fields:
        if field.refers_to and field.wire_name in body:
            sent, shown_keys = body[field.wire_name], after.get(field.name)
            ids, keys = (sent, shown_keys or ()) if isinstance(sent, list) else ([sent], [shown_keys])
            for number, key in zip_longest(ids, keys):
                if isinstance(number, int) and not isinstance(number, bool):
                    yield Mention(field.refers_to, number, key.key if isinstance(key, Address) else key)


def stale(again: Again, plan: Plan, report: Progress = unwatched) -> Iterator[str]:
    """Before anything is written: every reason why this plan can no longer be carried out. `report` is told
    how many changes were looked at, and of how many.

    Raises PlatformError.
    """
    again = again.seeking(plan.changes)  # one reading of a list is as good as another from here on
    changes = plan.changes
    nameless = {each.address for each in plan.notices if each.code == STILL_CALLED}
    ids = {change.address: change.id for change in changes if change.id is not None}
    own = {(change.kind, change.id): change for change in changes}
    mentioned = [tuple(mentions(again.kinds, change)) for change in changes]
    every = tuple(dict.fromkeys(chain.from_iterable(mentioned)))

    def look(change: Change) -> list[str]:
        reasons = again.look(change, change.request.body, waited_for(change, ids)).reasons
        if change.action is not Action.DELETE or reasons:
            return [*reasons]
        return [*_newcomers(again, change, own)]

    with Crew(_LOOKS) as crew:
        looks = crew.map(look, changes)
        mismatches = crew.map(lambda each: _mismatch(again, each, own, nameless), every)
        wrong = dict(zip(every, mismatches, strict=True))
        for number, (change, reasons) in enumerate(zip(changes, looks, strict=True)):
            report("", number, len(changes))
            yield from (f"{change.address}: {reason}" for reason in reasons)
            for each in mentioned[number]:
                if wrong[each]:
                    yield f"{change.address}: {each.kind} {each.id}, which it refers to, {wrong[each]}"
        yield from _taken_external_ids(again, plan, crew.map)


def _mismatch(again: Again, mention: Mention, own: Own, nameless: Collection[str]) -> str:
    """What the plan renames is called as it will be; what it says to be called otherwise only has to be
    there.
    """
    change, kind = own.get((mention.kind, mention.id)), again.kinds[mention.kind]
    if f"{mention.kind}/{mention.key}" in nameless:
        return again.mismatch(mention._replace(key=None))
    if change and mention.key in (None, change.address.key, mention.id):
        return ""
    name = next((each.new for each in change.fields if each.name == kind.label), None) if change else None
    if name is None:
        return again.mismatch(mention)
    is_so = is_addressed(kind, {kind.label: name}, str(mention.key), mention.id)
    return "" if is_so else f"is not what the plan calls {mention.key!r}"


def _newcomers(again: Again, change: Change, own: Own) -> Iterator[str]:
    """What is in a group that is to go or refers to another object that is, and what the plan neither deletes
    nor takes away from there.
    """
    every = ((kind, field) for kind in again.kinds.values() for field in kind.references)
    for kind, field in (each for each in every if each[1].refers_to == change.kind):
        is_place = field.name == kind.home
        query: Query = {**kind.query, kind.within: change.id or 0} if is_place else kind.query
        for row in again.reading(kind, query).rows:
            there = canonical(field, shown(field, row))
            inside = change.id in (there if isinstance(there, tuple) else (there,))
            listed = is_place and kind.is_tree  # groups are listed below their parents only
            mine = own.get((kind.name, row_id(kind, row)))
            if (inside or listed) and not is_gone(kind, row) and not _lets_go(mine, field.name):
                yield f"{kind.name} {row_id(kind, row)} {'is in it' if is_place else 'refers to it'} now"


def _lets_go(change: Change | None, name: str) -> bool:
    """Whether a change of the plan takes a reference away."""
    if change is None:
        return False
    return change.action is Action.DELETE or any(field.name == name for field in change.fields)


def _taken_external_ids(again: Again, plan: Plan, side_by_side: Map) -> Iterator[str]:
    """Groups are known by them, wherever in the account they are; users share none."""
    for kind in again.kinds.values():
        name = kind.external_id
        given = [
            (change, each.new)
            for change in plan.changes
            for each in change.fields
            if change.kind == kind.name and each.name == name
        ]
        wanted = {str(new): change for change, new in given if new is not None}
        freed = {change.id for change, _ in given}
        for row in _all(again, kind, plan.account, side_by_side) if wanted else ():
            found, number = str(decode(kind, row).get(name)), row_id(kind, row)
            if found in wanted and number not in freed and not is_gone(kind, row):
                yield f"{wanted[found].address}: {name} {found!r} belongs to {kind.name} {number} now"


def _all(again: Again, kind: Kind, account: int, side_by_side: Map) -> Sequence[Row]:
    if kind.is_tree:
        return read_groups(again.lists.reader, kind, account, side_by_side)
    return again.reading(kind, kind.query).rows
