"""For people at a terminal: what changes, from what to what, and which line of which file says so."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import click

from reconciler.model import Action, Change, FieldChange, Notice, Outcome, Plan, Status, Value
from reconciler.planfile import plain

_COLOURS = {Action.CREATE: "green", Action.UPDATE: "yellow", Action.DELETE: "red"}
_MARKS = {Status.APPLIED: ("✓", "green"), Status.FAILED: ("✗", "red"), Status.SKIPPED: ("·", "yellow")}
_PAST = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}
_NAMES_SHOWN = 5


def plan(plan: Plan, colour: bool) -> Iterator[str]:
    paint = _Paint(colour)
    account = f"{safe(plan.account_name)} (account {plan.account})"
    yield paint(account if plan.account_name else f"Account {plan.account}", bold=True)
    yield ""
    for kind in dict.fromkeys(change.kind for change in _by_kind(plan.changes)):
        yield paint(f"{kind.capitalize()}s", bold=True)
        for change in plan.changes:
            if change.kind == kind:
                yield from _change(change, paint)
        yield ""
    yield from _notices(plan, paint)
    yield from _summary(plan, paint)


class _Paint:
    """Colours text, or leaves it alone."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, *, fg: str | None = None, bold: bool = False, dim: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold or None, dim=dim or None) if self._colour else text


_LONGEST = 400


def safe(text: object) -> str:
    """Somebody's data on one line, without anything that a terminal would act on, and not without end."""
    whole = str(text)
    cut = f"{whole[:_LONGEST]}… ({len(whole)} characters)" if len(whole) > _LONGEST else whole
    return (
        cut if cut.isprintable() else "".join(each if each.isprintable() else _escaped(each) for each in cut)
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


_KIND_ORDER = ("group", "user", "tag", "route")


def _by_kind(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: _KIND_ORDER.index(change.kind))


# -- changes


def _change(change: Change, paint: _Paint) -> Iterator[str]:
    title = f"  {change.action.value} {safe(change.address)}"
    place = f"  {safe(change.source)}" if change.source else ""
    yield paint(title, fg=_COLOURS[change.action]) + paint(place, dim=True)
    for field in change.fields:
        yield from _field(change.action, field, paint)


def _field(action: Action, field: FieldChange, paint: _Paint) -> Iterator[str]:
    name = safe(field.name)
    if action is not Action.UPDATE:
        value = field.new if action is Action.CREATE else field.old
        yield f"      {name}: {shown(value)}"
    elif field.entries:
        for entry in field.entries:
            yield f"      {name}{safe(entry.path)}: {_from_to(entry.old, entry.new, paint)}"
    elif field.unseen:
        yield f"      {name}: {paint('(not shown)', dim=True)} → {paint(shown(field.new), fg='green')}"
    else:
        yield f"      {name}: {_from_to(field.old, field.new, paint)}"


def _from_to(old: Value, new: Value, paint: _Paint) -> str:
    before, after = shown(old), shown(new)
    if before == after:  # text on one side and a number on the other
        before, after = _quoted(plain(old)), _quoted(plain(new))
    return f"{paint(before, fg='red')} → {paint(after, fg='green')}"


def shown(value: Value) -> str:
    """A value on one line, as YAML would have it: text in quotes only where it could be mistaken."""
    return "(nothing)" if value is None else _flow(plain(value))


def _flow(value: Value) -> str:
    match value:
        case str():
            return _quoted(value) if not value or value != value.strip() or _looks_odd(value) else safe(value)
        case list():
            return f"[{', '.join(map(_flow, value))}]"
        case Mapping():
            return "{" + ", ".join(f"{safe(name)}: {_flow(entry)}" for name, entry in value.items()) + "}"
        case _:
            return safe(json.dumps(value, ensure_ascii=False))


def _looks_odd(text: str) -> bool:
    return text.startswith(("(", "[", "{", '"', "'")) or " → " in text or not text.isprintable()


def _quoted(text: Value) -> str:
    return safe(json.dumps(text, ensure_ascii=False))


# -- what stands below the changes


def _notices(plan: Plan, paint: _Paint) -> Iterator[str]:
    spoken = [notice for notice in plan.notices if notice.code != "unmanaged"]
    for notice in spoken:
        yield paint("  ! ", fg="yellow") + safe(notice.message)
    if spoken:
        yield ""


def _summary(plan: Plan, paint: _Paint) -> Iterator[str]:
    if plan.changes:
        counts = ", ".join(
            paint(f"{plan.count(action)} to {action.word}", fg=_COLOURS[action])
            for action in Action
            if plan.count(action)
        )
        yield f"Plan: {counts}; {plan.unchanged} unchanged."
    else:
        yield f"No changes. {_described(plan.unchanged)}"
    yield from _unmanaged([notice for notice in plan.notices if notice.code == "unmanaged"])
    if plan.changes:
        yield f"Applying takes {_requests(len(plan.changes))}; planning took {_requests(plan.reads)}."


def _described(number: int) -> str:
    return "1 object is as described." if number == 1 else f"{number} objects are as described."


def _requests(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'}"


def _unmanaged(notices: Sequence[Notice]) -> Iterator[str]:
    if notices:
        names = [safe(notice.address) for notice in notices[:_NAMES_SHOWN]]
        more = f" and {len(notices) - _NAMES_SHOWN} more" if len(notices) > _NAMES_SHOWN else ""
        yield f"Not in these files, left as they are: {', '.join(names)}{more}."


# -- after an apply


def result(outcomes: Sequence[Outcome], colour: bool) -> Iterator[str]:
    paint = _Paint(colour)
    for outcome in outcomes:
        yield outcome_line(outcome, paint)
    counts = Counter(outcome.status for outcome in outcomes)
    parts = [f"{counts[status]} {status.value}" for status in Status if counts[status]]
    yield ""
    yield f"Done: {', '.join(parts)}." if parts else "Done: nothing to do."
    if counts[Status.FAILED] or counts[Status.SKIPPED]:
        yield "What failed or was skipped is not done, as far as is known; mend it and apply again."


def outcome_line(outcome: Outcome, paint: _Paint) -> str:
    mark, colour = _MARKS[outcome.status]
    word = _PAST[outcome.change.action] if outcome.status is Status.APPLIED else outcome.status.value
    number = f" (id {outcome.id})" if outcome.change.action is Action.CREATE and outcome.id else ""
    reason = f": {safe(outcome.reason)}" if outcome.reason else ""
    return f"{paint(mark, fg=colour)} {safe(outcome.change.address)} {word}{number}{reason}"
