"""For any account: a plan of its export is empty, and the export builds the same account out of nothing."""

import copy
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.api import live
from reconciler.api.client import Reader
from reconciler.exports.exporting import exported
from reconciler.files import config
from reconciler.formatting import formatted
from reconciler.kinds import KINDS
from reconciler.model import Settings, Status
from reconciler.plans import planning
from tests import estates

from .test_convergence import LIES, applied, connection, folder, platform, prepared, scaled

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

__all__ = ["connection", "folder", "platform"]

HOSTILE = [
    *(
        "yes",
        "0123",
        "1e3",
        "No: colon",
        "a/b",
        "✆ 🦊",
        " spaces ",
        "~",
        "null",
        "- x",
        "# no",
        "it's",
        'say "hi"',
    ),
    *(
        "a\\b",
        "{a: b}",
        "[x]",
        "*all",
        "&all",
        "!tag",
        "%",
        "@home",
        "`tick`",
        "2026-11-25",
        "12:30:45",
        "0x1F",
        ".5",
    ),
    *(
        "x #y",
        "a: b",
        ":",
        "?",
        "-",
        "=",
        "<<",
        "y",
        "on",
        "TRUE",
        "Ünïcode",
        "ltr\u200frtl",
        "nb\u00a0sp",
        "Acme/Sales",
    ),
    *("groups", "user/x", "*", "1001", "\u3000", "a,b", "é", "e\u0301", "x" * 255),
]
NAMES = st.sampled_from(HOSTILE) | st.text(
    st.characters(blacklist_categories=("Cc", "Cs")), min_size=1, max_size=20
)


@st.composite
def hostile(draw):
    """An account like any other, under names that YAML, paths and people may take for something else."""
    estate = copy.deepcopy(draw(estates.estates()))
    taken: defaultdict[tuple[Any, ...], set[str]] = defaultdict(set)
    for _, name, parent, _ in estate["groups"]:
        taken["group", parent].add(name)
    for kind in ("tags", "routes"):
        for group, name, _ in estate[kind]:
            taken[kind, group].add(name)

    def renamed(place, name):
        """Another name, unless it is no name at all or one of its place has it already."""
        new = draw(NAMES)
        if not new.strip() or new in taken[place]:
            return name
        taken[place].add(new)
        return new

    estate["groups"] = [
        (external_id, renamed(("group", parent), name), parent, {**fields, "city": draw(NAMES)})
        for external_id, name, parent, fields in estate["groups"]
    ]
    for kind in ("tags", "routes"):
        estate[kind] = [(group, renamed((kind, group), name), fields) for group, name, fields in estate[kind]]
    return estate


def exports(connection, **options):
    found = live.read(Reader(connection), Settings())
    return exported(found, Settings(), options.get("kinds", KINDS), options.get("split_by"))


def written(folder, export):
    """The export in a folder of its own, read back as `plan` would."""
    for file in folder.glob("*.yaml"):
        file.unlink()
    for name, text in export.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return config.load([str(folder)])


def is_one(estate):
    """Siblings with names that differ, as the platform wants them."""
    names = [(parent, name) for _, name, parent, _ in estate["groups"]]
    return len(set(names)) == len(names)


ACCOUNTS = hostile().filter(is_one)
SPLITS = st.sampled_from([None, "kind", "group"])


@settings(scaled, max_examples=80)
@given(account=ACCOUNTS, lies=LIES, split_by=SPLITS)
def test_a_plan_of_an_export_is_empty(platform, connection, folder, account, lies, split_by):
    prepared(platform, account, lies)
    export = exports(connection, split_by=split_by)
    assert export.left_out == ()
    found = written(folder, export)
    assert (found.problems, found.warnings) == ((), ())
    actual = live.read(Reader(connection), found.desired.settings)
    plan = planning.plan(found.desired, actual)
    assert (plan.changes, plan.unmanaged) == ((), 0)
    assert plan.unchanged == len(actual.resources) == sum(export.counts.values())
    assert {each["method"] for each in platform.requests()} == {"GET"}
    assert {name: formatted(name, text).text for name, text in export.files.items()} == export.files


@settings(scaled, max_examples=60)
@given(account=ACCOUNTS, kinds=st.sets(st.sampled_from(sorted(KINDS)), min_size=1), lies=LIES)
def test_a_part_of_an_account_stands_alone(platform, connection, folder, account, kinds, lies):
    prepared(platform, account, lies)
    found = written(folder, exports(connection, kinds=kinds))
    assert (found.problems, found.warnings) == ((), ())
    assert {address.kind for address in found.desired.resources} <= kinds
    assert planning.plan(found.desired, live.read(Reader(connection), found.desired.settings)).changes == ()


NOBODY: dict[str, list[Any]] = {"groups": [], "users": [], "tags": [], "routes": [], "worn": []}


@settings(scaled, max_examples=60)
@given(account=ACCOUNTS, split_by=SPLITS, lies=LIES)
def test_an_export_builds_the_same_account(platform, connection, folder, account, split_by, lies):
    prepared(platform, account, {})
    export = exports(connection, split_by=split_by)
    prepared(platform, NOBODY, lies)
    found = written(folder, export)
    plan = planning.plan(found.desired, live.read(Reader(connection), found.desired.settings))
    outcomes = applied(connection, plan)
    assert [str(each.reason) for each in outcomes if each.status is not Status.APPLIED] == []
    platform.configure(**dict.fromkeys(lies, False) | {"nothing": None})
    assert exports(connection, split_by=split_by).files == export.files


@pytest.fixture
def account(platform, connection):
    """A small account to which each test adds what is odd."""

    def load(**more):
        prepared(platform, NOBODY, {})
        seed = estates.seed(NOBODY)
        platform.load({**seed, **{name: [*seed[name], *rows] for name, rows in more.items()}})
        return exports(connection)

    return load


def test_soft_deleted_users_are_left_out(account):
    rows = [
        {"username": "here@acme.example", "group": 1001, "role": "Standard"},
        {"username": "gone@acme.example", "group": 1001, "role": "Standard", "user_status": "deleted"},
    ]
    text = account(users=rows).files["account.yaml"]
    assert ("here@acme.example" in text, "gone@acme.example" in text) == (True, False)


def test_names_are_quoted_only_where_they_have_to_be(account):
    names = ["yes", "0123", "1e3", "No: colon", "a/b", "Ring 🦊", " ends ", "Plain name", "it's", "Größe"]
    text = account(tags=[{"tag_name": name, "group": 1001} for name in names]).files["account.yaml"]
    rows = [line.strip() for line in text.splitlines() if "tag_name" in line]
    assert rows == [
        '- {tag_name: " ends ", group: ROOT}',
        '- {tag_name: "0123", group: ROOT}',
        '- {tag_name: "1e3", group: ROOT}',
        "- {tag_name: Größe, group: ROOT}",
        '- {tag_name: "No: colon", group: ROOT}',
        "- {tag_name: Plain name, group: ROOT}",
        "- {tag_name: Ring 🦊, group: ROOT}",
        "- {tag_name: a/b, group: ROOT}",
        "- {tag_name: it's, group: ROOT}",
        '- {tag_name: "yes", group: ROOT}',
    ]
