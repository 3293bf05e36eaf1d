"""Whether lists show what is in all groups, as plans take it that they do, and not in the root alone."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.api.client import Query
from reconciler.doctoring.asking import Memory
from reconciler.doctoring.findings import Case, Status
from reconciler.doctoring.guesses import arrays
from reconciler.facts import Field, Kind
from reconciler.objects.codec import Row, canonical, is_gone, row_id, shown
from reconciler.objects.telling import told

Every = Mapping[str, tuple[Row, ...] | None]
Cases = Mapping[str, Case]


def check_below(cases: Cases, memory: Memory, every: Every) -> None:
    """Each list is asked once for what is in one group, and must show what others refer to. `every` are the
    rows of all kinds, None where they cannot be read.
    """
    kinds = {name: case.kind for name, case in cases.items()}
    for name, case in cases.items():
        rows = every[name]
        if rows is not None and not case.kind.is_tree:
            fact, mark = f"the list shows {case.kind.plural} of all groups", case.mark("within")
            status, found = _differing(kinds, every, name) or _compared(kinds, memory, every, name)
            case.add(status, fact, found, mark)


# -- what others refer to


def _differing(kinds: Mapping[str, Kind], every: Every, name: str) -> tuple[Status, str] | None:
    known = {row_id(kinds[name], row) for row in every[name] or ()}
    for kind in kinds.values():
        for row in _there(kind, every):
            lost = next((each for each in _referred_to(kind, row, name) if each not in known), None)
            if lost is not None:
                whose = f"{kind.name} {row_id(kind, row)} refers to id {told(lost)}"
                return Status.DIFFERS, f"{whose}, which it leaves out, or which is gone"
    return None


def _referred_to(kind: Kind, row: Row, name: str) -> Iterator[Any]:
    for field in (each for each in kind.references if each.refers_to == name):
        value = _value(field, row)
        yield from value if isinstance(value, tuple) else () if value is None else (value,)


# -- what is in one group


def _compared(kinds: Mapping[str, Kind], memory: Memory, every: Every, name: str) -> tuple[Status, str]:
    kind, groups, rows = kinds[name], every["group"], every[name] or ()
    group = _fullest(kinds, every)
    if group is None:
        found = "not without the groups" if groups is None else "there are no groups below the root"
        return Status.UNKNOWN, found
    query: Query = {**kind.query, kind.within: group}
    answer = memory.ask(kind.list_path, {**query, "limit": kind.page_size, "offset": 0})
    if answer.is_refused:
        found = f"{answer.problem}; so it is asked before something is created (`within`)"
        return Status.DIFFERS, found
    known = {row_id(kind, row) for row in rows}
    within = [row for row in arrays(answer.data).get(kind.rows, ()) if not is_gone(kind, row)]
    hidden = next((row_id(kind, row) for row in within if row_id(kind, row) not in known), None)
    if hidden is not None:
        return Status.DIFFERS, (
            f"it leaves out id {hidden}, which is there with `{kind.within}={group}`: plans do not see such "
            f"{kind.plural}, and may create them again; write a `query` that lists all, or leave them out of "
            "the files"
        )
    root = row_id(kinds["group"], (groups or ({},))[0])
    homes = {_value(kind.field(kind.home), row): row_id(kind, row) for row in rows}
    below = next((home for home in homes if home not in (None, root)), None)
    if below is not None:
        return Status.OK, f"id {homes[below]} of group {below} is there"
    return Status.UNKNOWN, answer.problem or f"there are none in group {group}"


def _fullest(kinds: Mapping[str, Kind], every: Every) -> int | None:
    """The group below the root in which there is most, as far as is known; else the first."""
    others = (kind for kind in kinds.values() if not kind.is_tree)
    full = Counter(_value(kind.field(kind.home), row) for kind in others for row in _there(kind, every))
    group = kinds["group"]
    ids = (row_id(group, row) for row in (every["group"] or ())[1:] if not is_gone(group, row))
    return max(ids, key=lambda number: full[number], default=None)


def _there(kind: Kind, every: Every) -> Iterator[Row]:
    return (row for row in every[kind.name] or () if not is_gone(kind, row))


def _value(field: Field, row: Row) -> Any:
    return canonical(field, shown(field, row))
