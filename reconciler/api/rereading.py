"""Single objects read again: is what a change relies on still so, is something called like that already."""

import time
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import NamedTuple, Self

from reconciler.api.client import Query
from reconciler.api.readings import Leeway, Reading, Readings
from reconciler.errors import LostAnswerError, NotFoundError
from reconciler.facts import Kind
from reconciler.kinds import Kinds
from reconciler.model import Action, Change, Fields, Value
from reconciler.objects.codec import Row, decode, is_gone, is_same_numeral, is_shown, row_id
from reconciler.objects.comparing import bare, comparable, loosely
from reconciler.objects.fidelity import called, is_addressed, is_still_called
from reconciler.objects.reliance import Body, Moved, differences, relied_on, written
from reconciler.objects.telling import told

_NEVER = float("-inf")


class Mention(NamedTuple):
    """An existing object that a change is going to refer to, and the key that the plan shows for it."""

    kind: str
    id: int
    key: Value


class Look(NamedTuple):
    """What a second look at an object has shown: why a change of it is stale, and its fields, with ids."""

    reasons: tuple[str, ...] = ()
    fields: Fields | None = None


class Again(NamedTuple):
    """Reads objects again, through the API and by the facts of their kinds; `since` is when a list must have
    begun to be read that many share, by default when it is asked for. `sought` is how many of a kind are
    looked for by their keys.
    """

    lists: Readings
    kinds: Kinds
    since: float | None = None
    leeway: Leeway | None = None
    sought: Mapping[str, int] = {}

    def seeking(self, changes: Iterable[Change]) -> Self:
        """For looking for all that these create, from now on: one reading of a list serves all of them."""
        sought = Counter(change.kind for change in changes if change.action is Action.CREATE)
        return self._replace(since=time.monotonic(), sought=sought)

    def creating(self, changes: Iterable[Change]) -> Self:
        """For a last look before each of these: a list serves it for as long as it is fresh."""
        return self.seeking(changes)._replace(since=None)

    def reading(self, kind: Kind, query: Query) -> Reading:
        """Raises PlatformError."""
        return self.lists.reading(kind, query, self._since, self.leeway)

    @property
    def _since(self) -> float:
        return time.monotonic() if self.since is None else self.since

    def last_look(
        self, change: Change, body: Body | None, after: float, freed: Collection[int | None] = ()
    ) -> Look:
        """Before it is made; `after` is when what it waits for was done, for `freed` see `look`. One reading
        of a list does for all creations as long as it is fresh, but for those of names that were set free.
        """
        if change.action is Action.CREATE and not freed:
            return self._replace(leeway=Leeway(_NEVER)).look(change, body)
        leeway = Leeway(after, None if change.action is Action.CREATE else 1.0)
        return self._replace(leeway=leeway, sought={}).look(change, body, freed)

    def look(self, change: Change, body: Body | None, freed: Collection[int | None] = ()) -> Look:
        """Whether the change can still be made.

        `body` is what will be sent; `freed` are objects whose names the plan itself sets free before, even
        if the platform still shows them.
        """
        kind = self.kinds[change.kind]
        if change.action is Action.CREATE:
            found = self._namesake(kind, body or {})
            is_there = found is not None and found not in freed
            return Look((f"there is one on the platform now, id {found}",) if is_there else ())
        assert change.id is not None
        assert change.before is not None
        expected = relied_on(kind, change)
        row = self.row(kind, change.id, expected, change.before.value(kind.label))
        if row is None:
            return Look(("it is no longer on the platform",))
        now, taken = decode(kind, row), self._taken(kind, change, row, body or {}, freed)
        moved = [*map(str, self._moved(kind, change, expected, row))]
        if not moved and not is_still_called(kind, change, row):
            name, key = called(kind, change.address.key, change.id, now)
            moved = [str(Moved(name, key, now.get(name)))]
        return Look((*moved, *taken), now)

    def _moved(self, kind: Kind, change: Change, expected: Fields, row: Row) -> list[Moved]:
        """What details show besides what the list does, which is what a plan is made from, is not known:
        before something counts as given to an object that had nothing there, the list is asked.
        """
        moved = [*differences(kind, expected, row)]
        given = {each.name for each in moved if each.expected is None}
        if given and kind.details and not kind.is_tree:
            assert change.id is not None
            assert change.before is not None
            afresh = self._replace(leeway=None)  # an older list may lack what was given to it just now
            listed = afresh.listed(kind, change.id, expected, change.before.value(kind.label)) or row
            unlisted = given - {each.name for each in differences(kind, expected, listed)}
            moved = [each for each in moved if each.name not in unlisted]
        return moved

    def _taken(
        self, kind: Kind, change: Change, row: Row, body: Body, freed: Collection[int | None]
    ) -> list[str]:
        """Whether something else bears the key that a rename or a move is going to give the object."""
        label, place = kind.field(kind.label), kind.field(kind.home)
        if change.action is Action.DELETE or not body.keys() & {label.wire_name, place.wire_name}:
            return []
        now = decode(kind, row)
        key = {label.wire_name: now.get(label.name), place.wire_name: now.get(place.name), **body}
        found = self._namesake(kind, key)
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
        label = change.before.value(kind.label)
        row = self.row(kind, change.id, expected, label)
        if change.action is Action.DELETE:
            return row is None or self._is_listed_as_gone(kind, row, expected, label)
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
        if not isinstance(mention.key, str) or mention.key == str(mention.id):
            return ""
        now = decode(kind, row)
        if is_addressed(kind, now, mention.key, mention.id):
            return ""
        name, _ = called(kind, mention.key, mention.id, now)
        return f"is not what the plan calls {mention.key!r}: its {name} is {told(now.get(name))} now"

    # -- one object

    def row(self, kind: Kind, number: int, known: Fields, label: Value) -> Row | None:
        """What the platform says of one object; None if it is gone."""
        row = self.details(kind, number) if kind.details else None
        needed = {kind.label, *(name for name, value in known.items() if value is not None)}
        partial = row is not None and not all(_is_told(kind, name, row) for name in needed)
        if row is None or partial:
            row = self.listed(kind, number, known, label) or row
        return None if row is None or is_gone(kind, row) else row

    def _is_listed_as_gone(self, kind: Kind, row: Row, known: Fields, label: Value) -> bool:
        """Details may be there although it was deleted, and not tell."""
        number, (name, _) = row_id(kind, row), kind.gone
        if number is None or not name or is_shown(kind.field(name), row):
            return False
        listed = self.listed(kind, number, known, label)
        return listed is not None and is_gone(kind, listed)

    def details(self, kind: Kind, number: int) -> Row | None:
        """What it says of itself, whatever lists show; None if it is gone, or no object."""
        try:
            data = self.lists.reader.get(f"{kind.path}/{number}")
        except NotFoundError:
            return None
        return {**data, kind.id: number} if isinstance(data, dict) else None

    def listed(self, kind: Kind, number: int, known: Fields, label: Value) -> Row | None:
        """Looked for where it was, then everywhere; but groups are listed below their parents only."""
        queries = [{**kind.query, kind.within: known[kind.place]}] if known.get(kind.place) else []
        if kind.asked_by_label and label:
            queries = [{**kind.query, shown_name(kind): label}]
        for query in queries:
            try:
                row = self.reading(kind, query).by_id.get(number)
            except NotFoundError:
                if not kind.place:
                    raise
                row = None  # where it was is gone
            if row:
                return row
        return None if kind.is_tree else self.reading(kind, kind.query).by_id.get(number)

    # -- by its key

    def find(self, kind: Kind, body: Body, known: Collection[int] | None = None) -> int | None:
        """The id of the live object that bears the key of what was to be created: as it was written, or as a
        platform may keep it, if that is none of those `known` before. Raises PlatformError; LostAnswerError
        where there is something else that may be it, be it only that nobody knows what there was before.
        """
        number = self._found(kind, body, known)
        name, inactively = kind.inactive
        if number is None and kind.known(name) and body.get(kind.field(name).wire_name) == inactively:
            return self._found(kind, body, known, kind.inactive_query)  # lists may leave it out
        return number

    def _found(
        self, kind: Kind, body: Body, known: Collection[int] | None, besides: Query | None = None
    ) -> int | None:
        found, (at, key) = self._bearers(kind, body, besides)
        number = found.by_key.get((at, key)) if found else None
        if found is None or number is not None:
            return number
        alike = found.by_loose_key.get((at, bare(key)), ())
        new = [each for each in alike if each[0] not in (known or ())]
        same = [number for number, name in new if loosely(name) == loosely(key) or is_same_numeral(name, key)]
        if new and (known is None or len(same) != 1):
            names = " or ".join(f"{told(name)}, id {number}" for number, name in new)
            raise LostAnswerError(f"perhaps it was created as {names}")
        return same[0] if same else None

    def _bearers(
        self, kind: Kind, body: Body, besides: Query | None = None
    ) -> tuple[Reading | None, tuple[int | None, Hashable]]:
        """Where an object with the key of this body would be listed, and under which place and name."""
        label, place = kind.field(kind.label), kind.field(kind.home)
        name, within = body.get(label.wire_name), body.get(place.wire_name)
        key = within if kind.place else None, comparable(label, name)
        if kind.place and not isinstance(within, int):
            return None, key
        query: Query = {kind.within: int(within or 0)} if kind.place else kind.query
        if besides:
            return self.reading(kind, {**query, **besides}), key
        if kind.asked_by_label:
            return self._by_label(kind, str(name)), key
        return self.reading(kind, query), key

    def _by_label(self, kind: Kind, name: str) -> Reading:
        """Asked for by its name; but a list that has no more pages than there are to be looked for does for
        all of them.
        """
        is_shared = self.since is not None or self.leeway is not None
        most = self.sought.get(kind.name, 0) if is_shared else 0
        whole = self.lists.whole(kind, self._since, self.leeway, most)
        return whole or self.reading(kind, {**kind.query, shown_name(kind): name})

    def _namesake(self, kind: Kind, body: Body) -> int | None:
        """The id of the live object that bears exactly the key of what is to be created; where its place is
        gone, which is looked at too, there is none.
        """
        try:
            found, key = self._bearers(kind, body)
            return found.by_key.get(key) if found else None
        except NotFoundError:
            if kind.place:
                return None
            raise


def _is_told(kind: Kind, name: str, row: Row) -> bool:
    """Whether details show a field, if lists would."""
    field = kind.field(name)
    hidden = not kind.known(name) or field.may_be_unseen
    return hidden or is_shown(field, row)


def shown_name(kind: Kind) -> str:
    """What the list calls the field that tells objects apart; some can be asked for by that name."""
    return kind.field(kind.label).wire_names[0]
