"""What the rows of one kind hold: fields under their names, and values that are known."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from reconciler.doctoring.findings import Check, Facts, Status
from reconciler.doctoring.meanings import Ids, candidates, is_fitting, likenesses, meant, renamed
from reconciler.facts import Field, Kind, Type
from reconciler.objects.codec import Row, canonical, is_shown, row_id, shown
from reconciler.objects.telling import told
from reconciler.wording import listed

_NAMES_SHOWN = 12


def checks(
    kind: Kind, rows: Sequence[Row], details: Row | None = None, ids: Ids = MappingProxyType({})
) -> Iterator[Check]:
    """Pure: what these rows, and the details of one of the objects, say of the kind's fields."""
    if not rows:
        yield Check(Status.UNKNOWN, "rows show every field", "there are no rows")
        return
    seen = [field for field in kind.fields if field.readable and any(is_shown(field, row) for row in rows)]
    missing = [field for field in kind.fields if field.readable and field not in seen]
    strange = _strange(kind, rows, missing)
    scores = likenesses(missing, strange, rows, ids)
    guesses = renamed(scores)
    left = [name for name in strange if name not in guesses.values()]
    unlisted = [each for each in _unlisted(kind, rows, details or {}) if each.name not in guesses]
    lost = [each for each in missing if each.name not in guesses and each not in unlisted]
    able = candidates(lost, {pair: score for pair, score in scores.items() if pair[1] in left})
    yield from _present(seen)
    if unlisted:
        yield _poorer(kind, row_id(kind, details or {}), rows, unlisted)
    yield from (_renamed(field, guesses[field.name]) for field in missing if field.name in guesses)
    yield from (_missing(kind, field, rows, able[field.name], left) for field in lost)
    yield from _disclosed(kind, rows)
    for field in seen:
        if field.type is Type.CHOICE:
            yield from _choices(field, rows)
        yield from _parts(field, rows)
        yield from _misfits(field, rows)
    if left:
        found = f"{listed(left, _NAMES_SHOWN)}; they are left alone"
        yield Check(Status.OK, "keys in the rows that are not known here", found)


def _strange(kind: Kind, rows: Iterable[Row], missing: Collection[Field]) -> list[str]:
    """Keys that are not known. Rows may call a field what files do, if they show it as nothing else."""
    known = {name for field in kind.fields for name in field.wire_names}
    known |= {field.name for field in kind.fields if field not in missing}
    keys = {name for row in rows for name in row}
    return sorted(keys - known - kind.read_only - {kind.id, kind.created_id})


# -- names


def _present(seen: Sequence[Field]) -> Iterator[Check]:
    """One check for each mark."""
    for mark in dict.fromkeys(field.mark for field in seen):
        names = [field.name for field in seen if field.mark == mark]
        yield Check(Status.OK, "rows show their fields", ", ".join(names), mark)


def _fact(field: Field) -> str:
    return f"rows show {field.name} as `{field.wire_names[0]}`"


def _renamed(field: Field, guess: str) -> Check:
    found = f"no row does, but `{guess}` may be it; its name on writing cannot be read"
    return Check(Status.DIFFERS, _fact(field), found, field.mark, _of(field, {"read": guess}))


def _missing(
    kind: Kind, field: Field, rows: Sequence[Row], able: Sequence[str], left: Sequence[str]
) -> Check:
    """That a field is never shown is suggested only where nothing else in the rows could be it: what is not
    shown is not compared any more.
    """
    fact, certainty = _fact(field), _certainty(field, rows)
    read = f"; if {listed(able, _NAMES_SHOWN)} has it, write `read:`" if able else ""
    if _is_key(kind, field):
        return Check(certainty, fact, f"no row does{read}", field.mark)
    if certainty is Status.UNKNOWN:
        found = "no row does, but rows may leave out what is empty"
        return Check(certainty, fact, found, field.mark)
    if left:
        found = f"no row does{read}, if nothing has it, `readable: false`" if able else _NOWHERE
        return Check(Status.DIFFERS, fact, found, field.mark)
    return Check(Status.DIFFERS, fact, "no row does", field.mark, _of(field, {"readable": False}))


_NOWHERE = "no row does; if nothing has it, write `readable: false`"


def _is_key(kind: Kind, field: Field) -> bool:
    """Whether no object is told without it."""
    return field.name in (*kind.identity, kind.label, kind.place)


def _certainty(field: Field, rows: Sequence[Row]) -> Status:
    """A platform that shows other fields empty would show this one; and what is required is never empty."""
    shows_nothing = any(value is None or value == "" for row in rows for value in row.values())
    return Status.DIFFERS if field.required or shows_nothing else Status.UNKNOWN


def _of(field: Field, facts: Facts) -> Facts:
    return {"fields": {field.name: facts}}


def _disclosed(kind: Kind, rows: Sequence[Row]) -> Iterator[Check]:
    for field in kind.fields:
        name = next((each for each in field.wire_names if any(each in row for row in rows)), None)
        if name and not field.readable:
            fact, mend = f"rows do not show {field.name}", _of(field, {"readable": True})
            yield Check(Status.DIFFERS, fact, f"they do, as `{name}`", field.mark, mend)


def _parts(field: Field, rows: Sequence[Row]) -> Iterator[Check]:
    """The parts of the entries of a list; one that is nowhere may well be of no use there."""
    lists = [shown(field, row) for row in rows if isinstance(shown(field, row), list)]
    entries = [entry for each in lists for entry in each if isinstance(entry, Mapping)]
    missing = [part for part in field.entries if not any(is_shown(part, entry) for entry in entries)]
    known = {name for part in field.entries for name in part.wire_names}
    strange = sorted({name for entry in entries for name in entry} - known)
    for name, guess in renamed(likenesses(missing, strange, entries, {})).items():
        fact = f"entries of {field.name} show {name}"
        mend = _of(field, {"entries": {name: {"read": guess}}})
        yield Check(Status.DIFFERS, fact, f"none does, but `{guess}` may be it", field.mark, mend)


# -- what the list leaves out


def _unlisted(kind: Kind, rows: Iterable[Row], details: Row) -> list[Field]:
    """Fields of which the details of an object have a value, and its row has none."""
    number = row_id(kind, details)
    row = next((each for each in rows if number is not None and row_id(kind, each) == number), details)
    fields = (field for field in kind.fields if field.readable and not _is_key(kind, field))
    return [field for field in fields if _is_empty(field, row) and not _is_empty(field, details)]


def _is_empty(field: Field, row: Row) -> bool:
    return canonical(field, shown(field, row)) is None


def _poorer(kind: Kind, number: int | None, rows: Sequence[Row], unlisted: Sequence[Field]) -> Check:
    """That a field is never shown is suggested only where no row has a value of it."""
    names = listed([field.name for field in unlisted], _NAMES_SHOWN)
    found = (
        f"not {names}: plans are made from the list, and would set them again and again; what is "
        "`readable: false` is sent on creation and where `--resend` asks for it, and what `ignore:` names is "
        "left alone"
    )
    never = [field for field in unlisted if all(_is_empty(field, row) for row in rows)]
    mend = {"fields": {field.name: {"readable": False} for field in never}} if never else {}
    return Check(Status.DIFFERS, f"the list shows what GET {kind.path}/{number} does", found, "A", mend)


# -- values


def _choices(field: Field, rows: Sequence[Row]) -> Iterator[Check]:
    """What the platform says where the files say one of a closed set."""
    fact = f"{field.name} is one of {', '.join(field.choices)}"
    values = _different(shown(field, row) for row in rows)
    unknown = [value for value in values if canonical(field, value) not in field.choices]
    if values and not unknown:
        yield Check(Status.OK, fact, listed([str(value) for value in values], _NAMES_SHOWN), field.mark)
    said = {canonical(field, value) for value in values if value not in unknown}
    for value in unknown:
        choice = meant(field, value) if _can_be_written(value) else None
        mend: Facts = {}
        if choice and choice not in said:
            said.add(choice)
            mend = _of(field, {"spelled": {choice: value}})
        guess = f", which may be {choice}" if mend else ""
        yield Check(Status.DIFFERS, fact, f"there is {told(value)}{guess}", field.mark, mend)


def _can_be_written(value: Any) -> bool:
    """As a spelling in the settings."""
    return isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) <= _LONGEST


_LONGEST = 100


def _misfits(field: Field, rows: Sequence[Row]) -> Iterator[Check]:
    """Values of another type, where only one will do."""
    values = _different(shown(field, row) for row in rows) if field.type in _STRICT else []
    wrong = next((value for value in values if not (value in ([], {}) or is_fitting(field, value))), None)
    if wrong is not None:
        yield Check(
            Status.DIFFERS, f"{field.name} is {field.type.value}", f"there is {told(wrong)}", field.mark
        )


_STRICT = frozenset({Type.INTEGER, Type.FLAG, Type.REFERENCE, Type.REFERENCES, Type.ENTRIES})


def _different(values: Iterable[Any]) -> list[Any]:
    """Each value once; they may be of types that no set takes."""
    found: list[Any] = []
    for value in values:
        if value not in (None, "", *found):
            found.append(value)
    return found
