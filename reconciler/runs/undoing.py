"""The inverse of a run, as a desired state: what was created goes, what was changed or deleted comes back.

Planned like any other, so that order, checks, limits and protection hold for it too.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from reconciler.errors import ReconcilerError, Source, StaleError
from reconciler.facts import Field, Kind, Settable, Type
from reconciler.kinds import Kinds
from reconciler.model import (
    Address,
    Desired,
    Fields,
    Live,
    Notice,
    Reference,
    Resource,
    Settings,
    Value,
)
from reconciler.objects.codec import canonical
from reconciler.objects.overrides import kinds_with
from reconciler.objects.telling import told
from reconciler.runs.journal import Event, Run, Write
from reconciler.runs.renumbering import new_ids
from reconciler.runs.settling import (
    Settler,
    is_complete,
    is_made_inactive,
    is_only_found,
    is_otherwise,
    is_unclear,
)

_FILLED = (Type.FLAG, Type.CHOICE)  # new objects have these from the platform, where nothing is said of them
_FOUND = (
    "stays as it is: its creation was never answered, so it may be somebody else's; "
    "list it under `removed:` if it is to go"
)
_NOUNS = {"create": "creation", "update": "update", "delete": "deletion"}


class Undo(NamedTuple):
    """What is to be, and what cannot be brought back."""

    desired: Desired
    notices: tuple[Notice, ...]


def inactive(run: Run, kinds: Kinds) -> Iterator[Resource]:
    """What it has made inactive, by its present names: lists may leave that out unless it is missed."""
    for write in run.applied:
        if is_complete(write.intent) and is_made_inactive(write.intent, kinds):
            kind, _, key = write.intent["address"].partition("/")
            yield Resource(Address(kind, key), dict([kinds[kind].inactive]))


def inverse(run: Run, live: Live, settings: Settings, runs: Sequence[Run] = ()) -> Undo:
    """`runs` are all on this account, the oldest first: some may have taken back a part of it.

    Raises StaleError if anything that the run wrote has moved since, and ReconcilerError where the journal
    does not say in full what that was.
    """
    for write in run.applied:
        if not is_complete(write.intent):
            raise ReconcilerError(
                f"{Source(str(run.path), write.line, 1)}: the journal does not say in full what was sent, so "
                "this run cannot be undone; change the files instead, and apply"
            )
    undoing = _Undoing(run, live, runs, kinds_with(settings.platform))
    if undoing.stale:
        raise StaleError(f"run {run.name} cannot be undone, the live state has moved since", *undoing.stale)
    resources = {each.address: each for each in undoing.resources}
    return Undo(Desired(resources, tuple(undoing.removed), settings), tuple(undoing.notices))


class _Undoing:
    """Goes through the writes of a run once, the last first."""

    def __init__(self, run: Run, live: Live, runs: Sequence[Run], kinds: Kinds) -> None:
        self._run = run
        self._kinds = kinds
        self._settler = Settler(live)
        self._back = {
            (write.intent["kind"], write.outcome.get("id"))
            for each in runs
            if each.start.get("undoes") == run.name
            for write in each.applied
            if write.outcome and is_complete(write.intent) and write.intent["action"] == "create"
        }
        self._numbers = new_ids(runs, self._settler)
        self._own = {
            (each.intent["kind"], self._now(each.intent["kind"], (each.outcome or each.intent).get("id")))
            for each in run.applied
            if not is_only_found(each)
        }
        self._again = {
            (write.intent["kind"], write.intent["id"]): _interim(write)
            for write in run.applied
            if write.intent["action"] == "delete"
        }
        self.resources: list[Resource] = []
        self.removed: list[Reference] = []
        self.notices: list[Notice] = []
        self.stale: list[str] = []
        for write in reversed(run.applied):
            self._undo(write)
        for write in filter(is_unclear, run.writes):
            self._left(write)

    def _now(self, kind: str, number: Any) -> Any:
        """The id that an object has now, if it is back under a new one."""
        return self._numbers.get((kind, number), number)

    def _undo(self, write: Write) -> None:
        kind = self._kinds[write.intent["kind"]]
        fields = [self._up_to_date(kind.field(each["name"]), each) for each in write.intent["fields"]]
        write = write._replace(intent={**write.intent, "fields": fields})
        match write.intent["action"]:
            case "create":
                self._created(kind, write)
            case "delete":
                self._deleted(kind, write)
            case _:
                self._updated(kind, write)

    def _created(self, kind: Kind, write: Write) -> None:
        number = self._now(kind.name, write.outcome.get("id") if write.outcome else None)
        live = self._settler.find(kind.name, number)
        if live is None:
            self._notice(write, "is already gone")
            return
        if is_only_found(write):
            self._notice(write, _FOUND)
            return
        now = self._settler.fields(live)
        self.stale += (*self._changed_since(kind, write, now), *_given_since(kind, write, now))
        self.removed.append(Reference(kind.name, int(number or 0), self._source(write)))

    def _updated(self, kind: Kind, write: Write) -> None:
        number = self._now(kind.name, write.intent["id"])
        live = self._settler.find(kind.name, number)
        if live is None:
            self.stale.append(f"{write.intent['address']} is no longer on the platform")
            return
        now = self._settler.fields(live)
        changed = [each for each in write.intent["fields"] if self._can_change(kind, write, each)]
        if all(not is_otherwise(kind, each["name"], each["old"], now) for each in changed):
            return  # it is as it was, whoever did that
        old = {each["name"]: each["old"] for each in changed}
        keep = {name: now.get(name) for name in (*kind.identity, kind.place) if now.get(name) is not None}
        whole = {**keep, **_unseen(kind, write), **old}
        self.stale += (*self._changed_since(kind, write, now), *self._taken_since(kind, write, now, whole))
        self.resources.append(self._resource(kind, write, whole, number))

    def _can_change(self, kind: Kind, write: Write, each: Event) -> bool:
        """Whether a field can get its old value again; says so if not."""
        name = each["name"]
        if each.get("unseen"):
            self._notice(write, f"keeps its new {name}: the platform never showed the old one")
        elif kind.field(name).settable is not Settable.ALWAYS:
            self._notice(write, f"keeps its {name}: it cannot be changed once it is set")
        else:
            return True
        return False

    def _deleted(self, kind: Kind, write: Write) -> None:
        if (kind.name, write.intent["id"]) in self._numbers:
            return
        before = write.intent["before"] or {}
        fields = {each["name"]: before.get(each["name"], each["old"]) for each in write.intent["fields"]}
        fields = {name: self._renumbered(kind.field(name), value) for name, value in fields.items()}
        there = self._settler.namesake(kind, fields)
        if there and there.id is not None and (kind.name, there.id) in self._back:
            self._numbers[kind.name, write.intent["id"]] = there.id
            return
        if there and not self._gives_up(kind, there):
            self.stale.append(f"{write.intent['address']} {_is_there(there, write)}")
            return
        self._notice(write, f"gets a new id: {write.intent['id']} is not given twice")
        hidden = [field.name for field in kind.fields if not field.readable]
        if hidden:
            self._notice(write, f"comes back without what the platform never showed: {', '.join(hidden)}")
        self.resources.append(self._resource(kind, write, fields, None))

    def _gives_up(self, kind: Kind, there: Resource) -> bool:
        """Whether the run made it, or made it what it is: that is taken back, too."""
        at = kind.name, there.id
        return at in self._own and at not in self._again

    def _left(self, write: Write) -> None:
        noun = _NOUNS[write.intent["action"]] if is_complete(write.intent) else "change"
        reason = (write.outcome or {}).get("reason")
        unknown = f"whether its {noun} was done is not known"
        self._notice(write, f"stays as it is: {unknown}{f' ({reason})' if reason else ''}")

    def _changed_since(self, kind: Kind, write: Write, now: Fields) -> Iterator[str]:
        """Fields that are no longer what the run made them."""
        for each in write.intent["fields"]:
            wrote = each["new"]
            if kind.field(each["name"]).readable and is_otherwise(kind, each["name"], wrote, now):
                there = told(now.get(each["name"]))
                yield f"{write.intent['address']}: {each['name']} was made {told(wrote)} and is {there} now"

    def _taken_since(self, kind: Kind, write: Write, now: Fields, old: Fields) -> Iterator[str]:
        """Something else that has what the object is to get back; the run's own objects give theirs up."""
        for names, other in self._settler.bearers(kind, old):
            had = any(is_otherwise(kind, name, old[name], now) for name in names)
            if had and (kind.name, other.id) not in self._own:
                what = f"{write.intent['address']}: its former {' and '.join(names)}"
                yield f"{what} {'are' if names[1:] else 'is'} that of another {kind.name} now, id {other.id}"

    def _up_to_date(self, field: Field, each: Event) -> Event:
        return {**each, **{side: self._renumbered(field, each[side]) for side in ("old", "new")}}

    def _renumbered(self, field: Field, value: Any) -> Any:
        """With the new ids of what is back already."""
        if isinstance(value, list):
            return [self._renumbered(field, each) for each in value]
        if not field.refers_to or not isinstance(value, int):
            return value
        return self._now(field.refers_to, value)

    def _notice(self, write: Write, words: str) -> None:
        address = str(write.intent.get("address"))
        self.notices.append(Notice("undo", address, f"{address} {words}"))

    def _source(self, write: Write) -> Source:
        return Source(str(self._run.path), write.line, 1)

    def _resource(self, kind: Kind, write: Write, fields: Fields, number: int | None) -> Resource:
        """Found by its id, whatever it is called now."""
        source = self._source(write)
        return Resource(
            address=_interim(write),
            fields={name: self._value(kind.field(name), value, source) for name, value in fields.items()},
            source=source,
            previously=Reference(kind.name, number, source) if number is not None else None,
        )

    def _value(self, field: Field, value: Any, source: Source) -> Value:
        if isinstance(value, list | tuple) and field.refers_to:
            return tuple(self._value(field, each, source) for each in value)
        plain = canonical(field, value)
        if field.refers_to and isinstance(plain, int):
            return self._again.get((field.refers_to, plain)) or Reference(field.refers_to, plain, source)
        return plain


def _is_there(there: Resource, write: Write) -> str:
    """Ids are not given twice: under its old one it has not been created again."""
    if there.id == write.intent["id"]:
        return (
            f"is on the platform under its old id, {there.id}: "
            "it is still shown although it was deleted, or somebody has brought it back"
        )
    return f"is on the platform again, id {there.id}"


def _given_since(kind: Kind, write: Write, now: Fields) -> Iterator[str]:
    """Fields of what was created that the run left empty: who filled them builds on it, and they would go."""
    wrote = {each["name"] for each in write.intent["fields"]}
    for field in kind.fields:
        is_open = field.name not in wrote and not field.may_be_unseen and field.type not in _FILLED
        if is_open and is_otherwise(kind, field.name, None, now):
            there = told(now.get(field.name))
            yield f"{write.intent['address']}: {field.name} was left empty and is {there} now"


def _unseen(kind: Kind, write: Write) -> Fields:
    """What is never shown, as a replacement of the whole object sent it: the next one has to keep it."""
    match write.intent.get("request"):
        case {"method": "PUT", "body": dict() as body}:
            hidden = [field for field in kind.fields if not field.readable]
            return {field.name: body[field.wire_name] for field in hidden if field.wire_name in body}
        case _:
            return {}


def _interim(write: Write) -> Address:
    return Address(str(write.intent["kind"]), f"\0undo {write.line}")


def without_strangers(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """An inverse describes little, so what it does not describe is no news."""
    return tuple(notice for notice in notices if notice.code not in ("unmanaged", "nothing-to-rename"))
