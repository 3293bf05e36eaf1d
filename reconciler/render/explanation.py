"""What `why` has to say about one object: for people and for programs."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from reconciler.model import Notice
from reconciler.plans.planfile import FORMAT_VERSION, change_document, plain
from reconciler.render.json import dumped
from reconciler.render.sides import shown
from reconciler.render.tallies import PAST
from reconciler.render.text import COLOURS, Paint, remark
from reconciler.views import Explanation, FieldNote, Standing
from reconciler.wording import listed, safe

_SIGNS = {
    Standing.SAME: "=",
    Standing.CHANGES: "~",
    Standing.IGNORED: "x",
    Standing.UNREADABLE: "?",
}
_NAMES_SHOWN = 10


def text(found: Explanation, colour: bool) -> Iterator[str]:
    paint = Paint(colour)
    number = f", id {found.id}" if found.id is not None else ""
    yield paint(f"{safe(found.address)}{number}", bold=True)
    yield from _facts(found)
    yield ""
    for note in found.fields:
        if note.standing is not Standing.FREE:
            yield from _field(note, paint)
    yield from _free(found, paint)
    yield ""
    yield from _change(found, paint)
    for refusal in found.refusals:
        yield f"  {paint('✗ refused:', fg='red')} {remark(refusal, paint)}"
    for notice in found.notices:
        yield f"  {paint('!', fg='yellow')} {remark(notice, paint)}"


def _facts(found: Explanation) -> Iterator[str]:
    place = f" ({safe(found.source)})" if found.source else ""
    yield f"  {safe(found.fate)}{place}"
    if found.path:
        yield f"  where        {' / '.join(map(safe, found.path))}"
    yield f"  refers to    {_names(found.refers_to)}"
    yield f"  needed by    {_names(found.referred_to_by)}"
    never = f"never deleted: {safe(found.protection)}" if found.protection else "none"
    yield f"  protection   {never}"


def _names(addresses: tuple[Any, ...]) -> str:
    return listed([*map(safe, addresses)], _NAMES_SHOWN) or "nothing"


def _free(found: Explanation, paint: Paint) -> Iterator[str]:
    """What only the platform has a value for."""
    free = [each for each in found.fields if each.standing is Standing.FREE and each.live is not None]
    if free:
        is_asked_for = found.source is not None and not found.is_managed
        head = "on the platform:" if is_asked_for else "no file writes these, so they are left alone:"
        yield paint(f"  {head}", dim=True)
    for note in free:
        rule = f"  {note.rule}" if note.rule else ""
        yield f"    {safe(note.name)}: {shown(note.live)}{paint(rule, dim=True)}"


def _field(note: FieldNote, paint: Paint) -> Iterator[str]:
    values = shown(note.desired if note.source else note.live)
    if note.standing is Standing.CHANGES or (
        note.standing is Standing.IGNORED and note.source and shown(note.live) != shown(note.desired)
    ):
        values = f"{paint(shown(note.live), fg='red')} → {paint(shown(note.desired), fg='green')}"
    place = f"  {safe(note.source)}" if note.source else ""
    default = " (a default)" if note.is_default else ""
    yield f"  {_SIGNS[note.standing]} {safe(note.name)}: {values}{paint(place + default, dim=True)}"
    if note.rule:
        yield paint(f"      {note.standing.value}: {safe(note.rule)}", dim=True)


def _change(found: Explanation, paint: Paint) -> Iterator[str]:
    if found.change is None:
        yield "Nothing is to be done."
        return
    change = found.change
    waits = f", after {_names(change.waits_for)}" if change.waits_for else ""
    call = f"{change.request.method} {change.request.path}"
    refused = " if it were not refused" if found.refusals else ""
    yield f"{paint(f'To be {PAST[change.action]}', fg=COLOURS[change.action])}{refused}: {safe(call)}{waits}"


def json(found: Explanation, _colour: bool) -> Iterator[str]:
    yield dumped(
        {
            "format_version": FORMAT_VERSION,
            "address": str(found.address),
            "id": found.id,
            "is_managed": found.is_managed,
            "fate": found.fate,
            "source": str(found.source) if found.source else None,
            "path": list(found.path),
            "fields": [_note(note) for note in found.fields],
            "refers_to": [str(each) for each in found.refers_to],
            "referred_to_by": [str(each) for each in found.referred_to_by],
            "change": change_document(found.change) if found.change else None,
            "protection": found.protection,
            "refusals": [_notice(each) for each in found.refusals],
            "notices": [_notice(each) for each in found.notices],
        }
    )


def _notice(notice: Notice) -> dict[str, str]:
    return {"code": notice.code, "message": notice.message}


def _note(note: FieldNote) -> dict[str, Any]:
    return {
        "name": note.name,
        "desired": plain(note.desired),
        "live": plain(note.live),
        "standing": note.standing.value,
        "rule": note.rule or None,
        "source": str(note.source) if note.source else None,
        "is_default": note.is_default,
    }


EXPLANATIONS: Mapping[str, Callable[[Explanation, bool], Iterator[str]]] = MappingProxyType(
    {"text": text, "json": json}
)
