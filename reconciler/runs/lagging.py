"""Lists that do not show yet what runs of this workspace have written a moment ago."""

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

from reconciler.errors import IncompleteListError, PlatformError
from reconciler.facts import Kind
from reconciler.kinds import Kinds
from reconciler.model import Live
from reconciler.objects.codec import Row, decode, is_gone, is_inactive, is_shown
from reconciler.runs import journal
from reconciler.runs.settling import Settler, is_complete, is_made_inactive, is_otherwise
from reconciler.wording import counted, fitting, safe

LONGEST = 60.0  # seconds; after that, what is shown counts, whatever was written
READINGS = 5
_UNSURE = 2  # times once more, where the objects themselves are not as written
_NAMED = 5  # writes

Ask = Callable[[Kind, int], Row | None]  # what the platform says of one object; None if it is gone


class Done(NamedTuple):
    """A write that a run has done; the id is None where the platform has not told it."""

    run: journal.Run
    write: journal.Write

    @property
    def time(self) -> str:
        return str((self.write.outcome or {}).get("time"))

    @property
    def at(self) -> tuple[str, int | None]:
        """The kind and the id."""
        found = (self.write.outcome or {}).get("id")
        return self.write.intent["kind"], self.write.intent["id"] if found is None else found

    @property
    def object(self) -> Hashable:
        return self.write.intent["address"] if self.at[1] is None else self.at


def recent(platform: str) -> Sequence[Done]:
    """What was done on a platform less than a minute ago, the latest first; the clock may have been set back
    since. Raises ReconcilerError.
    """
    now = time.time()
    runs = [run for run in journal.runs(now - LONGEST) if run.start.get("platform") == platform]
    done = [Done(run, write) for run in runs for write in run.writes if _is_done(write)]
    first, last = journal.stamp(now - LONGEST), journal.stamp(now + LONGEST)
    return sorted((each for each in done if first < each.time <= last), key=lambda each: each.time)[::-1]


def _is_done(write: journal.Write) -> bool:
    return write.status in ("applied", "answered") and is_complete(write.intent)


def read_until_shown(
    read: Callable[[], Live], done: Sequence[Done], kinds: Kinds, ask: Ask, pause: Callable[[int], None]
) -> Live:
    """A live state that shows what was done, as far as it is so still; `pause` is told how often it was read.

    Raises IncompleteListError where the lists go on showing what was there before, and the objects themselves
    do not: by that, the same would be created twice, and what is not as described be taken for it.
    """
    found = read()
    for times in range(1, READINGS):
        missing = [*unseen(found, done, kinds)]
        if not missing:
            return found
        if times > _UNSURE and not any(
            _is_lagging(each, kinds[each.at[0]], ask) for each in missing[:_NAMED]
        ):
            return found
        pause(times)
        found = read()
    if missing := [*unseen(found, done, kinds)]:
        raise IncompleteListError(*_told(missing))
    return found


def _is_lagging(done: Done, kind: Kind, ask: Ask) -> bool:
    """Whether the object is as it was written, whatever its list shows. Else it cannot be asked for, or
    somebody has changed it back, or the platform has not kept it, or shows it as late as its list. What was
    deleted may be listed for good, and what the platform has said yes to without an id may come late.
    """
    intent, number = done.write.intent, done.at[1]
    if done.write.status == "answered":
        return True
    if not kind.details or number is None or intent["action"] == "delete":
        return False
    try:
        row = ask(kind, number)
    except PlatformError:
        return False
    if row is None or is_gone(kind, row) or is_inactive(kind, row):
        return False
    if intent["action"] == "create":
        return any(is_shown(field, row) for field in kind.fields)  # or the answer says nothing
    now, fields = decode(kind, row), [each for each in intent["fields"] if not each.get("unseen")]
    told = [each for each in fields if is_shown(kind.field(each["name"]), row)]
    return any(is_otherwise(kind, each["name"], each["old"], now) for each in told)


def unseen(live: Live, done: Sequence[Done], kinds: Kinds) -> Iterator[Done]:
    """Creations that are not listed, updates of which all that is listed is as it was before, and deletions
    of what is listed still.

    The last write of an object decides, unless it does not tell: somebody else may have changed the same
    fields since.
    """
    mine = [each for each in done if each.run.start.get("account") == live.account]
    if not mine:
        return
    settler, decided = Settler(live), set()
    for each in mine:
        is_seen = None if each.object in decided else _is_seen(settler, each, kinds)
        if is_seen is not None:
            decided.add(each.object)
        if is_seen is False:
            yield each


def _is_seen(settler: Settler, done: Done, kinds: Kinds) -> bool | None:
    intent, (name, number) = done.write.intent, done.at
    is_listed = settler.find(name, number) is not None
    if intent["action"] == "delete":
        return not is_listed
    if intent["action"] == "create" and is_listed:
        return True
    if not is_listed and is_made_inactive(intent, kinds):  # lists may leave it out for good
        return True
    return {"applied": True, "failed": False}.get(settler.settle(intent, kinds).status)


def _told(missing: Sequence[Done]) -> Iterator[str]:
    yield (
        "the platform does not show yet what was written from here a moment ago; nothing was changed, try "
        "again in a moment"
    )
    yield from map(_sentence, missing[:_NAMED])
    if len(missing) > _NAMED:
        yield f"and {counted(len(missing) - _NAMED, 'more write')}"
    yield "should the lists never show it: a minute after it was written, what is listed counts"


def _sentence(done: Done) -> str:
    intent = done.write.intent
    names = [safe(field["name"]) for field in intent["fields"] if not field.get("unseen")]
    as_before = {"create": "not listed", "delete": "still listed"}
    shown = as_before.get(intent["action"], f"listed with the old {fitting(names, 3)}")
    number = "" if done.at[1] is None else f" (id {done.at[1]})"
    what = f"{safe(intent['address'])}{number}"
    return f"run {done.run.name} {intent['action']}d {what} at {done.time[:19]}Z; it is {shown}"
