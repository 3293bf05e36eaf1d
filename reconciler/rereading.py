"""Single objects read again: is what a change relies on still so, is something called like that already."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from reconciler.client import Query, Reader
from reconciler.codec import Row, canonical, comparable, decode, is_gone, is_shown, row_id, shown
from reconciler.diff import differs
from reconciler.errors import NotFoundError
from reconciler.fidelity import is_row_called, is_still_called
from reconciler.groups import read_groups
from reconciler.kinds import Kind, Kinds, Settable
from reconciler.lists import read_list
from reconciler.model import Action, Address, Change, Fields, Value
from reconciler.progress import Progress, unwatched
from reconciler.views import Look

Body = Mapping[str, Any]


class Moved(NamedTuple):
    """A field that is not what a change relies on; other objects stand as their ids."""

    name: str
    expected: Value
    now: Value

    def __str__(self) -> str:
        return f"{self.name} was {_said(self.expected)} when the plan was made and is {_said(self.now)} now"


def _said(value: Value) -> str:
    return "nothing" if value is None else repr(list(value) if isinstance(value, tuple) else value)


class Mention(NamedTuple):
    """An existing object that a change is going to refer to, and the key that the plan shows for it."""

    kind: str
    id: int
    key: Value


class Again(NamedTuple):
    """Reads objects again, through the API and by the facts of their kinds."""

    reader: Reader
    kinds: Kinds

    def look(self, change: Change, body: Body | None, freed: Collection[int | None] = ()) -> Look:
        """Whether the change can still be made.

        `body` is what will be sent; `freed` are the objects whose names the plan itself sets free before.
        """
        kind = self.kinds[change.kind]
        if change.action is Action.CREATE:
            found = self.find(kind, body or {})
            is_there = found is not None and found not in freed
            return Look((f"there is one on the platform now, id {found}",) if is_there else ())
        assert change.id is not None
        assert change.before is not None
        expected = relied_on(kind, change)
        row = self.row(kind, change.id, expected, change.before.value(kind.label))
        if row is None:
            return Look(("it is no longer on the platform",))
        taken = self._taken(kind, change, row, body or {}, freed)
        moved = [*map(str, differences(kind, expected, row))]
        if not moved and not is_still_called(kind, change, row):
            moved = [f"{kind.name} {change.id} is called otherwise now"]
        return Look((*moved, *taken), decode(kind, row))

    def _taken(
        self, kind: Kind, change: Change, row: Row, body: Body, freed: Collection[int | None]
    ) -> list[str]:
        """Whether something else bears the key that a rename or a move is going to give the object."""
        label, place = kind.field(kind.label), kind.field(kind.place or "group")
        if change.action is Action.DELETE or not body.keys() & {label.wire_name, place.wire_name}:
            return []
        now = decode(kind, row)
        key = {label.wire_name: now.get(label.name), place.wire_name: now.get(place.name), **body}
        found = self.find(kind, key)
        taken = found not in (None, change.id) and found not in freed
        return [f"there is another of that name on the platform now, id {found}"] if taken else []

    def is_done(self, change: Change, body: Body | None) -> bool | None:
        """Whether a write has arrived whose answer has not; None if the platform does not tell."""
        kind = self.kinds[change.kind]
        if change.action is Action.CREATE:
            return None  # it has been looked for by its key
        assert change.id is not None
        assert change.before is not None
        expected = relied_on(kind, change)
        row = self.row(kind, change.id, expected, change.before.value(kind.label))
        if change.action is Action.DELETE:
            return row is None
        wanted = written(kind, change, body or {})
        if row is None or not wanted:
            return None
        if not any(differences(kind, wanted, row)):
            return True
        return False if not any(differences(kind, expected, row)) else None

    def mismatch(self, mention: Mention) -> str:
        """What is wrong with an object that a change refers to; nothing if it is there and called so."""
        kind = self.kinds[mention.kind]
        row = self.row(kind, mention.id, {}, None)
        if row is None:
            return "is no longer on the platform"
        known = mention.key is None or isinstance(mention.key, int) or is_row_called(kind, row, mention.key)
        return "" if known else f"is not what the plan calls {mention.key!r}"

    # -- one object

    def row(self, kind: Kind, number: int, known: Fields, label: Value) -> Row | None:
        """What the platform says of one object; None if it is gone."""
        row = self._details(kind, number) if kind.details else None
        needed = {kind.label, *(name for name, value in known.items() if value is not None)}
        partial = row is not None and not all(_is_told(kind, name, row) for name in needed)
        if row is None or partial:
            row = self._listed(kind, number, known, label) or row
        return None if row is None or is_gone(kind, row) else row

    def _details(self, kind: Kind, number: int) -> Row | None:
        try:
            data = self.reader.get(f"{kind.path}/{number}")
        except NotFoundError:
            return None
        return {**data, kind.id: number} if isinstance(data, dict) else None

    def _listed(self, kind: Kind, number: int, known: Fields, label: Value) -> Row | None:
        """Looked for where it was, then everywhere; but groups are listed below their parents only."""
        queries = [{**kind.query, "org_unit_id": known[kind.place]}] if known.get(kind.place) else []
        if not kind.place and label:
            queries = [{**kind.query, shown_name(kind): label}]
        for query in queries if kind.tree_path else (*queries, kind.query):
            for row in read_list(self.reader, kind, query):
                if row_id(kind, row) == number:
                    return row
        return None

    # -- by its key

    def find(self, kind: Kind, body: Body) -> int | None:
        """The id of the live object that bears the key of what is to be created."""
        label, place = kind.field(kind.label), kind.field(kind.place or "group")
        wanted, within = comparable(label, body.get(label.wire_name)), body.get(place.wire_name)
        if not isinstance(within, int):
            return None
        query: Query = (
            {"org_unit_id": within} if kind.place else {**kind.query, shown_name(kind): str(wanted)}
        )
        for row in read_list(self.reader, kind, query):
            fields = decode(kind, {place.wire_name: within, **row} if kind.name == "group" else row)
            same_place = not kind.place or fields.get(kind.place) == within
            if same_place and not is_gone(kind, row) and comparable(label, fields.get(kind.label)) == wanted:
                return row_id(kind, row)
        return None


def _is_told(kind: Kind, name: str, row: Row) -> bool:
    """Whether details show a field, if lists would."""
    field = kind.field(name)
    hidden = not kind.known(name) or not field.readable or field.settable is Settable.CREATION
    return hidden or is_shown(field, row)


def written(kind: Kind, change: Change, body: Body) -> Fields:
    """The new values of the fields that a change writes and that can be seen, other objects as their ids."""
    fields = [kind.field(field.name) for field in change.fields]
    new = {field.name: field.new for field in change.fields}
    return {
        field.name: canonical(field, body.get(field.wire_name)) if field.refers_to else new[field.name]
        for field in fields
        if field.readable
    }


def shown_name(kind: Kind) -> str:
    """What the list calls the field that tells objects apart; it can be asked for by that name."""
    return kind.field(kind.label).wire_names[0]


def relied_on(kind: Kind, change: Change) -> Fields:
    """The fields as they must still be when the change is made, other objects as their ids."""
    old = {field.name: field.old for field in change.fields if not kind.field(field.name).refers_to}
    readable = {name: value for name, value in old.items() if kind.field(name).readable}
    nothing = {field.name: None for field in change.fields if kind.field(field.name).refers_to}
    return {**_carried(kind, change), **readable, **nothing, **change.referred_to}


def _carried(kind: Kind, change: Change) -> Fields:
    """What a replacement of the whole object writes back as it was."""
    body = change.request.body or {} if change.request.method == "PUT" else {}
    written = {field.wire_name: field for field in kind.fields}
    fields = {wire: written.get(wire) or kind.field(wire) for wire in body}
    changed = {field.name for field in change.fields}
    return {
        field.name: canonical(field, body[wire])
        for wire, field in fields.items()
        if field.readable and field.name not in changed
    }


def differences(kind: Kind, expected: Fields, row: Row) -> Iterator[Moved]:
    """What is not as expected. Details may leave out what is set on creation only, and what the table of
    kinds does not know.
    """
    now = decode(kind, row)
    for name, value in expected.items():
        field = kind.field(name)
        is_place = name == (kind.place or "group")  # nothing is nowhere: if it is not shown, it is not told
        partial = is_place or field.settable is Settable.CREATION or (kind.details and not kind.known(name))
        missing = partial and name not in now
        if not missing and differs(field, value, now.get(name), now):
            yield Moved(name, value, shown(field, row) if now.get(name) is not None else None)


def mentions(kinds: Kinds, change: Change) -> Iterator[Mention]:
    kind, body = kinds[change.kind], change.request.body or {}
    after = change.after.fields if change.after else {}
    for field in kind.fields:
        if field.refers_to and field.wire_name in body:
            sent, shown_keys = body[field.wire_name], after.get(field.name)
            ids, keys = (sent, shown_keys or ()) if isinstance(sent, list) else ([sent], [shown_keys])
            for number, key in zip_longest(ids, keys):
                if isinstance(number, int) and not isinstance(number, bool):
                    yield Mention(field.refers_to, number, key.key if isinstance(key, Address) else key)


def stale(
    again: Again,
    changes: tuple[Change, ...],
    account: int,
    report: Progress = unwatched,
) -> Iterator[str]:
    """Before anything is written: every reason why these changes can no longer be made as planned. `report`
    is told how many were looked at, and of how many.
    """
    ids = {change.address: change.id for change in changes}
    own = {(change.kind, change.id): change.address.key for change in changes}
    seen: dict[Mention, str] = {}
    for number, change in enumerate(changes):
        report("", number, len(changes))
        freed = frozenset(ids.get(address) for address in change.waits_for)
        reasons = again.look(change, change.request.body, freed).reasons
        yield from (f"{change.address}: {reason}" for reason in reasons)
        for each in mentions(again.kinds, change):
            seen[each] = seen.get(each) or _mismatch(again, each, own)
            if seen[each]:
                yield f"{change.address}: {each.kind} {each.id}, which it refers to, {seen[each]}"
        if change.kind == "group" and change.action is Action.DELETE and not reasons:
            yield from (f"{change.address}: {each} is in it now" for each in _newcomers(again, change, own))
    yield from _taken_external_ids(again, changes, account, {*ids.values()})


def _mismatch(again: Again, mention: Mention, own: Mapping[tuple[str, int | None], str]) -> str:
    """What the plan changes itself is called as the plan calls it."""
    key = own.get((mention.kind, mention.id))
    if key is None:
        return again.mismatch(mention)
    return "" if mention.key in (None, key, mention.id) else f"is not what the plan calls {mention.key!r}"


def _newcomers(again: Again, change: Change, own: Collection[tuple[str, int | None]]) -> Iterator[str]:
    """What is in a group that is to go, and that the plan neither deletes nor moves out."""
    for kind in again.kinds.values():
        place = kind.field(kind.place or "group")
        for row in read_list(again.reader, kind, {**kind.query, "org_unit_id": change.id or 0}):
            inside = kind.name == "group" or canonical(place, shown(place, row)) == change.id
            if inside and not is_gone(kind, row) and (kind.name, row_id(kind, row)) not in own:
                yield f"{kind.name} {row_id(kind, row)}"


def _taken_external_ids(
    again: Again, changes: Iterable[Change], account: int, own: Collection[int | None]
) -> Iterator[str]:
    """Groups are known by their external ids, wherever in the account they are."""
    kind = again.kinds["group"]
    field = kind.field(kind.external_id)
    wanted = {
        str((change.request.body or {})[field.wire_name]): change
        for change in changes
        if change.kind == kind.name
        and change.action is Action.CREATE
        and (change.request.body or {}).get(field.wire_name)
    }
    for row in read_groups(again.reader, kind, account) if wanted else ():
        found = decode(kind, row).get(kind.external_id)
        if str(found) in wanted and row_id(kind, row) not in own:
            number = row_id(kind, row)
            yield f"{wanted[str(found)].address}: there is one on the platform now, id {number}"
