"""A platform that lies about its lists, and runs that are cut short: nothing is done on the strength of half
the truth, and what was cut short is finished by the next run.
"""

import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from reconciler.api import live
from reconciler.api.client import Reader, Writer
from reconciler.api.readings import Readings
from reconciler.api.rereading import Again
from reconciler.errors import IncompleteListError, InvalidConfigurationError, ReconcilerError
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Limit, Status
from reconciler.runs import execute
from tests import estates
from tests.properties.test_convergence import (
    applied,
    connection,
    folder,
    loaded,
    planned,
    platform,
    prepared,
    scaled,
    writes,
)
from tests.unit.literals import at, tools

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

__all__ = ["connection", "folder", "platform"]

TWO_ROWS_A_PAGE = {name: {"page_size": 2} for name in KINDS}
LISTS = ("totals_wrong", "rows_missing", "pages_repeat", "rows_appear", "short_pages", "totals_change")
LIES = st.one_of(
    st.sampled_from([{name: True} for name in LISTS]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(LISTS, st.booleans())),
)


def wanted_of(folder, content, **more):
    """The desired state with small pages and without limits; None where the files are at odds."""
    found = loaded(folder, content)
    if found.problems:
        return None
    limits = {(name, Action.DELETE): Limit() for name in KINDS}
    return replace(
        found.desired,
        settings=replace(found.desired.settings, platform=TWO_ROWS_A_PAGE, limits=limits, **more),
    )


def changes_of(plan):
    return [(each.action, each.address, each.fields, each.request) for each in plan.changes]


@settings(scaled, max_examples=60)
@given(case=estates.reconciliations(), lies=LIES)
def test_a_list_that_is_not_proved_is_not_planned_on(platform, connection, folder, case, lies):
    actual, content = case
    wanted = wanted_of(folder, content)
    if wanted is None:
        return
    prepared(platform, actual, {**dict.fromkeys(LISTS, False), **lies})
    try:
        believed = planned(connection, wanted)
    except (IncompleteListError, InvalidConfigurationError) as error:
        event(type(error).__name__)
        assert writes(platform) == []
        return
    finally:
        platform.configure(**dict.fromkeys(LISTS, False))
    event("planned" if any(lies.values()) else "nothing but the truth")
    assert changes_of(planned(connection, wanted)) == changes_of(believed)


@settings(scaled, max_examples=60)
@given(case=estates.reconciliations(), pruned=st.sets(st.sampled_from(list(KINDS))))
def test_nothing_goes_but_tombstones_and_pruned_kinds(platform, connection, folder, case, pruned):
    actual, content = case
    wanted = wanted_of(folder, content, prune=dict.fromkeys(sorted(pruned), at()))
    if wanted is None:
        return
    prepared(platform, actual, {})
    try:
        plan = planned(connection, wanted)
    except ReconcilerError as error:
        event(type(error).__name__)
        return
    there = live.read(Reader(connection), wanted.settings).resources
    keys = [Address(each.kind, str(each.text)) for each in wanted.removed]
    named = {(each.kind, there[each].id) for each in keys if each in there}
    for change in plan.changes:
        if change.action is Action.DELETE:
            assert change.kind in pruned or (change.kind, change.id) in named
            assert change.address not in wanted.resources
    outcomes = applied(connection, plan)
    assert [each.reason for each in outcomes if each.status is not Status.APPLIED] == []
    assert changes_of(planned(connection, wanted)) == []


# -- cut short


def portrait(dump):
    """The account without its ids and times: objects by their places and names."""
    parents = {each["org_unit_id"]: each for each in (*dump["groups"], dump["account"])}
    labels = {each["tag_id"]: (path(each, parents), each["tag_name"]) for each in dump["tags"]}

    def plain(row):
        kept = {name: value for name, value in row.items() if not is_own(name) and value not in (None, "")}
        tags = sorted(labels[tag] for tag in row.get("tags") or ())
        return {**kept, "place": path(row, parents), "tags": tags}

    rows = [
        (kind, plain(row))
        for kind in ("groups", "users", "tags", "routes")
        for row in dump[kind]
        if row.get("user_status") != "deleted"
    ]
    return sorted(((kind, sorted(row.items(), key=str)) for kind, row in rows), key=str)


OWN = {"org_unit_id", "ct_user_id", "tag_id", "provisioned_route_id", "parent", "group", "tags", "top_ou_id"}


def is_own(name):
    """Ids and times, and what `portrait` says in other words."""
    return name in OWN or name.endswith(("created", "modified"))


def path(row, parents):
    names = []
    above = row.get("parent", row.get("group"))
    while above is not None:
        names.append(parents[above]["org_unit_name"])
        above = parents[above].get("parent")
    return tuple(names)


def cut_short(connection, plan, after):
    """Applied until so many writes are done."""
    stopping = threading.Event()
    done = []

    def report(outcome):
        done.append(outcome)
        if len(done) >= after:
            stopping.set()

    with_them = tools(Writer(connection), Again(Readings(Reader(connection)), KINDS))
    return execute.execute(plan, with_them, parallel=1, report=report, stopping=stopping)


@settings(scaled, max_examples=60)
@given(case=estates.reconciliations(), data=st.data())
def test_cut_short_and_run_again_equals_run_once(platform, connection, folder, case, data):
    actual, content = case
    wanted = wanted_of(folder, content)
    if wanted is None:
        return
    prepared(platform, actual, {})
    try:
        plan = planned(connection, wanted)
    except InvalidConfigurationError:
        return
    if not plan.changes:
        return
    applied(connection, plan)
    once = portrait(platform.dump())
    prepared(platform, actual, {})
    cut_short(connection, plan, data.draw(st.integers(1, len(plan.changes)), label="writes"))
    applied(connection, planned(connection, wanted))
    assert portrait(platform.dump()) == once
    assert changes_of(planned(connection, wanted)) == []


def test_planning_sees_small_pages(platform, connection, folder):
    """The properties above are worth something only if there is more than one page."""
    wanted = wanted_of(folder, {"users": [{"username": "ann@acme.example"}]})
    users = [{"username": f"u{number}@acme.example", "role": "Standard"} for number in range(5)]
    prepared(platform, {"groups": [], "users": [], "tags": [], "routes": [], "worn": []}, {})
    platform.load({**platform.dump(), "users": users})
    platform.clear_requests()
    with suppress(InvalidConfigurationError):
        planned(connection, wanted)
    asked = [each["query"]["offset"] for each in platform.requests() if each["path"] == "/users/list"]
    assert sorted(asked) == ["0", "2", "4"]
