"""`platform.md`: what the table of kinds takes for granted, how to override it, and what checks it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from generator.markdown import MARKS, Lines, code, table
from reconciler.facts import Field, Kind, Type
from reconciler.kinds import KINDS

BLIND = "; reading cannot tell"  # behind a check that is always open


class Fact(NamedTuple):
    """`override` names keys below `settings.platform.KIND`; `check` are the doctor's own words."""

    text: str
    mark: str
    override: str
    check: str


def facts() -> Lines:
    for kind in KINDS.values():
        yield from (f"### {kind.plural.capitalize()}", "")
        rows = (each._replace(mark=MARKS[each.mark]) for each in facts_of(kind))
        override = f"below `settings.platform.{kind.name}`"
        yield from table(("what is taken for granted", "known", override, "the doctor's check"), rows)
        yield from table(_FIELD, map(_wire, kind.fields))


_FIELD = ("field", "sent as", "shown as", "compared as", "known", "override", "the doctor's check")


def facts_of(kind: Kind) -> Iterator[Fact]:
    """All but the fields."""
    yield from _reading(kind)
    yield from _writing(kind)
    yield from _answers(kind)
    yield from _rules(kind)


def _reading(kind: Kind) -> Iterator[Fact]:
    mark, lists = kind.marks.get("paths", "D"), f"GET {kind.list_path} lists {kind.plural}"
    yield Fact(f"`GET {kind.list_path}` lists {kind.plural}", mark, code("path", "list_path"), lists)
    if kind.query:
        asked = code(*(f"{name}={value}" for name, value in kind.query.items()))
        yield Fact(f"the list can be asked for with {asked}", "D", code("query"), lists)
    whole = "the whole list can be read, and is proved complete"
    all_of_them = whole if kind.is_tree else f"the list shows {kind.plural} of all groups"
    within = f"the list can be asked for what is in a group with `{kind.within}`"
    yield Fact(within, kind.marks.get("within", "D"), code("within"), all_of_them)
    if kind.asked_by_label:
        label = code(kind.field(kind.label).wire_names[0])
        yield Fact(f"the list can be asked for by {label}", "D", code("asked_by_label"), "")
    if kind.tree_path:
        check, query = f"GET {kind.tree_path} shows all {kind.plural}", urlencode(kind.tree_query)
        path = f"`GET {kind.tree_path}{'?' if query else ''}{query}`"
        yield Fact(f"{path} shows all {kind.plural}", "D", code("tree_path", "tree_query"), check)
    if kind.inactive_query:
        asked = code(*(f"{name}={value}" for name, value in kind.inactive_query.items()))
        text = f"the list can be asked for inactive {kind.plural} with {asked}"
        yield Fact(text, kind.marks.get("inactive", "D"), code("inactive_query"), "")
        if not kind.is_tree:
            shown = f"the list shows inactive {kind.plural} as well"
            yield Fact(f"{shown}, unless they are asked for alone", "A", code("query"), shown)
    path = f"GET {kind.path}/id"
    if kind.details:
        yield Fact(f"`{path}` shows one {kind.name}", mark, code("details"), f"{path} shows one {kind.name}")
    else:
        yield Fact(f"there is no `{path}`", "D", code("details"), f"there is no {path}")


def _writing(kind: Kind) -> Iterator[Fact]:
    at_id = f"{kind.path}/id"
    check = f"POST {kind.path} answers `{kind.created_id}`; {kind.update_method} and DELETE {at_id}"
    calls = code(f"POST {kind.path}", f"{kind.update_method} {at_id}", f"DELETE {at_id}")
    mark, blind = kind.marks.get("paths", "D"), f"{check}{BLIND}"
    yield Fact(f"{calls} create, change and delete", mark, code("path", "update_method"), blind)
    text = f"a creation answers with `{kind.created_id}`, or with `{kind.id}`"
    yield Fact(text, kind.marks.get("rows", "D"), code("created_id"), blind)


def _answers(kind: Kind) -> Iterator[Fact]:
    rows = kind.marks.get("rows", "D")
    yield Fact(
        f"`data` holds the list `{kind.rows}`", rows, code("rows"), f"data holds the list `{kind.rows}`"
    )
    total = f"`{kind.total}` beside it counts all rows"
    yield Fact(total, rows, code("total"), total)
    at_once = f"{kind.page_size} rows can be asked for at once"
    yield Fact(at_once, "A", code("page_size"), at_once)
    number = f"`{kind.id}` is a whole number that tells rows apart"
    yield Fact(number, kind.marks.get("id", "D"), code("id"), number)


def _rules(kind: Kind) -> Iterator[Fact]:
    """What no override changes, and no check looks at."""
    name, value = kind.gone
    if name:
        text = f"a row with `{kind.field(name).wire_names[0]}: {value}` counts as not there"
        yield Fact(text, kind.marks.get("gone", "D"), "", "")
    for names in kind.unique:
        mark = kind.marks.get(f"unique {' '.join(names)}", kind.marks.get("unique", "D"))
        yield Fact(f"no two {kind.plural} have the same {' and '.join(map(code, names))}", mark, "", "")


def _wire(field: Field) -> Sequence[str]:
    shown = code(field.wire_names[0]) if field.readable else "never"
    suffix = f", the value followed by `{field.suffix}`" if field.suffix else ""
    is_choice = field.type is Type.CHOICE
    numbers = f" (or {', '.join(map(str, field.numbers))})" if field.numbers else ""
    compared = f"one of {code(*field.choices)}{numbers}" if is_choice else field.type.value
    parts = f" of {' and '.join(code(each.name) for each in field.entries)}" if field.entries else ""
    override = code(f"fields.{field.name}")
    named = (code(field.name), code(field.wire_name), f"{shown}{suffix}", f"{compared}{parts}")
    return (*named, MARKS[field.mark], override, check_of(field))


def check_of(field: Field) -> str:
    """The check that looks at a field, in the doctor's own words."""
    if not field.readable:
        return ""
    if field.type is Type.CHOICE:
        return f"{field.name} is one of {', '.join(field.choices)}"
    return "rows show their fields"
