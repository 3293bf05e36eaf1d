"""Writes that were in flight when a run died: what the live state says became of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from reconciler.facts import Kind
from reconciler.kinds import KINDS, Kinds
from reconciler.model import Address, Fields, Live, Resource, Value
from reconciler.objects.clashes import Unique, unique_values
from reconciler.objects.codec import canonical
from reconciler.objects.comparing import comparable, uncased
from reconciler.objects.diff import differs
from reconciler.objects.references import map_values
from reconciler.objects.telling import told
from reconciler.runs.journal import Event, Write


class Settled(NamedTuple):
    """`status` is applied, failed, or unclear where the live state does not tell."""

    status: str
    reason: str
    id: int | None = None


def is_complete(intent: Event) -> bool:
    """Whether it is as this program writes it; a later one may write others."""
    fields, number = intent.get("fields"), intent.get("id")
    return (
        intent.keys() >= {"id", "before"}
        and isinstance(intent.get("address"), str)
        and intent.get("kind") in list(KINDS)  # a list may be asked for whatever stands there
        and intent.get("action") in ("create", "update", "delete")
        and (type(number) is int or (number is None and intent["action"] == "create"))
        and isinstance(intent.get("before"), Mapping | None)
        and isinstance(fields, list)
        and all(_is_field(each) for each in fields)
    )


def _is_field(found: Any) -> bool:
    return (
        isinstance(found, Mapping)
        and {"name", "old", "new"} <= found.keys()
        and isinstance(found["name"], str)
    )


def is_made_inactive(intent: Event, kinds: Kinds) -> bool:
    """Whether a write has made its object inactive."""
    return any((each["name"], each["new"]) == kinds[intent["kind"]].inactive for each in intent["fields"])


def is_unclear(write: Write) -> bool:
    """Whether nobody knows if it was done."""
    return write.status in ("open", "answered", "unclear")


def is_only_found(write: Write) -> bool:
    """Whether it is a creation without an answer, and was looked for so long afterwards that what was found
    may be somebody else's.
    """
    found = write.outcome or {}
    is_there = (found.get("event"), found.get("status")) == ("settled", "applied")
    return (
        is_there and write.intent.get("action") == "create" and _moment(found) > _moment(write.intent) + _LONG
    )


_LONG = dt.timedelta(minutes=5)


def _moment(event: Event) -> dt.datetime:
    """When it was written down; a journal that does not say it is old."""
    try:
        return dt.datetime.fromisoformat(str(event.get("time"))).replace(tzinfo=dt.UTC)
    except ValueError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)


class Settler:
    """One live state, and the writes that are looked for in it."""

    def __init__(self, live: Live) -> None:
        self._ids: Mapping[Address, int] = {
            at: each.id for at, each in live.resources.items() if each.id is not None
        }
        self._by_id = {(each.kind, each.id): each for each in live.resources.values()}
        self._by_name: defaultdict[Hashable, list[Resource]] = defaultdict(list)
        for each in live.resources.values():
            self._by_name[_name(KINDS[each.kind], each.fields)].append(each)

    def settle(self, intent: Event, kinds: Kinds) -> Settled:
        """What became of a write; `intent` is the event that the journal has of it."""
        if not is_complete(intent):
            return Settled("unclear", "the journal does not say in full what was sent")
        kind = kinds[intent["kind"]]
        live = self._by_id.get((kind.name, intent["id"]))
        match intent["action"]:
            case "create":
                return self._creation(kind, intent)
            case "delete":
                there = live is not None
                return Settled("failed" if there else "applied", _IS_THERE[there], intent["id"])
            case _ if live is None:
                return Settled("unclear", "the object is no longer on the platform", intent["id"])
            case _:
                return self._update(kind, live, intent)

    def fields(self, resource: Resource) -> Fields:
        """With other objects as their ids, as the journal has them."""
        return self._some(resource, resource.fields)

    def _some(self, resource: Resource, names: Iterable[str]) -> Fields:
        return {name: map_values(resource.value(name), self._ids) for name in names}

    def find(self, kind: str, number: int | None) -> Resource | None:
        return self._by_id.get((kind, number))

    def namesake(self, kind: Kind, fields: Fields) -> Resource | None:
        """The live object that bears the key of these fields."""
        return self._called(kind, fields, kind.label, kind.place)

    def _called(self, kind: Kind, fields: Fields, *names: str) -> Resource | None:
        """The first that is called so, whatever the case, and in these fields is just as it should be."""
        for resource in self._by_name.get(_name(kind, fields), ()):
            if not any(
                is_otherwise(kind, name, fields.get(name), self._some(resource, [name]))
                for name in names
                if name
            ):
                return resource
        return None

    def bearers(self, kind: Kind, fields: Fields) -> Iterator[tuple[tuple[str, ...], Resource]]:
        """The live objects that have what only one may have, with the names of those fields."""
        for key in _unique(kind, fields):
            yield from ((key[1], each) for each in self._by_unique.get(key, ()))

    @cached_property
    def _by_unique(self) -> Mapping[Hashable, Sequence[Resource]]:
        found: defaultdict[Hashable, list[Resource]] = defaultdict(list)
        for each in self._by_id.values():
            for key in _unique(KINDS[each.kind], self.fields(each)):
                found[key].append(each)
        return found

    def _creation(self, kind: Kind, intent: Event) -> Settled:
        fields = {each["name"]: each["new"] for each in intent["fields"]}
        if found := self.namesake(kind, fields):
            return Settled("applied", "it is on the platform", found.id)
        if alike := self._called(kind, fields, kind.place):
            name = told(alike.value(kind.label))
            return Settled("unclear", f"perhaps it is on the platform as {name}, id {alike.id}")
        return Settled("failed", "it is not on the platform")

    def _update(self, kind: Kind, live: Resource, intent: Event) -> Settled:
        now = self.fields(live)
        seen = [each for each in intent["fields"] if not each.get("unseen")]
        if not seen:
            return Settled("unclear", "the platform does not show what was to be changed", live.id)
        if not any(is_otherwise(kind, each["name"], each["new"], now) for each in seen):
            return Settled("applied", "the platform has the new values", live.id)
        if not any(is_otherwise(kind, each["name"], each["old"], now) for each in seen):
            return Settled("failed", "the platform has the old values", live.id)
        return Settled("unclear", "the platform has neither the old values nor the new ones", live.id)


def _name(kind: Kind, fields: Fields) -> Hashable:
    """What is called differently by this is not called the same."""
    label = kind.field(kind.label)
    return kind.name, uncased(comparable(label, canonical(label, fields.get(kind.label))))


def _unique(kind: Kind, fields: Fields) -> list[Unique]:
    """What no two objects may share, where it is there in full; other objects as their ids."""
    plain = {name: canonical(kind.field(name), fields.get(name)) for names in kind.unique for name in names}
    found = unique_values(Resource(Address(kind.name, ""), plain))
    return sorted((each for each in found if None not in each[2]), key=lambda each: each[1])


_IS_THERE = {True: "it is still on the platform", False: "it is no longer on the platform"}


def is_otherwise(kind: Kind, name: str, expected: Value, now: Fields) -> bool:
    """Whether a live field is not what the journal has, however either is spelled."""
    field = kind.field(name)
    return differs(field, canonical(field, expected), canonical(field, now.get(name)), now)
