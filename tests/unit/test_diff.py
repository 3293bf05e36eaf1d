import pytest

from reconciler.facts import Field, Type
from reconciler.kinds import GROUP, ROUTE, USER
from reconciler.model import EntryChange, FieldChange
from reconciler.objects.codec import canonical
from reconciler.objects.diff import creation, deletion, differs, entry_changes, update

from .literals import kept, to, written

DESTINATIONS, ANY = ROUTE.field("destinations"), Field("extra", Type.ANY)


def call(ring_to, percentage=None):
    return {"ring_to": ring_to} | ({} if percentage is None else {"percentage": percentage})


def test_fields_stand_in_the_order_of_the_table_and_unknown_ones_behind():
    assert GROUP.in_order({"zeta", "city", "alpha", "org_unit_name"}) == [
        *("org_unit_name", "city"),
        *("alpha", "zeta"),
    ]


def test_a_new_object_is_given_what_is_written():
    after = written("user/a@b", username="a@b", group=to("group/Sales"), first_name=None, title="Dr")
    assert creation(USER, after) == (
        FieldChange("username", None, "a@b"),
        FieldChange("group", None, to("group/Sales")),
        FieldChange("title", None, "Dr"),
    )


def test_with_an_object_go_the_fields_that_can_be_managed():
    before = kept("user/a@b", 7, username="a@b", first_name=None, last_name="Doe", seen_by_platform="x")
    assert deletion(USER, before) == (
        FieldChange("username", "a@b", None),
        FieldChange("last_name", "Doe", None),
    )


@pytest.mark.parametrize(
    ("before", "after", "resend", "expected"),
    [
        ({"first_name": "Jane"}, {"first_name": "Jane"}, (), []),
        ({"first_name": "Jane"}, {}, (), []),
        ({"first_name": "Jane"}, {"first_name": "Joan"}, (), [("first_name", "Jane", "Joan")]),
        ({"first_name": "Jane"}, {"first_name": None}, (), [("first_name", "Jane", None)]),
        ({}, {"first_name": None}, (), []),
        ({}, {"first_name": "Jane"}, (), [("first_name", None, "Jane")]),
        ({"username": "A@B"}, {"username": "a@b"}, (), []),
        ({"agent_ring_to": "+1425"}, {"agent_ring_to": "1425"}, (), []),
        ({"group": to("group/A")}, {"group": to("group/B")}, (), [("group", to("group/A"), to("group/B"))]),
        ({}, {"timezone": "Europe/Berlin"}, (), []),
        ({}, {"timezone": "Europe/Berlin"}, ("timezone",), [("timezone", None, "Europe/Berlin")]),
        ({"title": "Dr"}, {"title": "Prof"}, (), [("title", "Dr", "Prof")]),
    ],
)
def test_only_written_fields_that_differ(before, after, resend, expected):
    found = update(USER, kept("user/a@b", 7, **before), written("user/a@b", **after), resend)
    assert [(change.name, change.old, change.new) for change in found] == expected


def route(**fields):
    return {"route_type": "percentage", "destinations": (call("+1", 60), call("+2", 40)), **fields}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (route(), {"destinations": (call("+2", 40), call("+1", 60))}, []),
        (
            route(),
            {"destinations": (call("+2", 50), call("+1", 50))},
            [("[+1].percentage", 60, 50), ("[+2].percentage", 40, 50)],
        ),
        (
            route(route_type="round_robin"),
            {"destinations": (call("+2", 40), call("+1", 60))},
            [
                ("[0].percentage", 60, 40),
                ("[0].ring_to", "+1", "+2"),
                ("[1].percentage", 40, 60),
                ("[1].ring_to", "+2", "+1"),
            ],
        ),
        (route(), {"destinations": (call("+1", 60),)}, [("[+2]", call("+2", 40), None)]),
        (route(), {"destinations": (*route()["destinations"], call("+3"))}, [("[+3]", None, call("+3"))]),
    ],
    ids=["order does not matter", "shares", "order matters", "one less", "one more"],
)
def test_changes_of_entries(before, after, expected):
    found = list(update(ROUTE, kept("route/R", 7, **before), written("route/R", **after), ()))
    assert [tuple(entry) for change in found for entry in change.entries] == expected


def test_the_order_begins_to_matter_with_another_routing():
    after = written("route/R", route_type="round_robin", destinations=(call("+2", 40), call("+1", 60)))
    names = [change.name for change in update(ROUTE, kept("route/R", 7, **route()), after, ())]
    assert names == ["route_type", "destinations"]


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        (DESTINATIONS, None, (call("+1"),)),
        (DESTINATIONS, (call("+1"),), None),
        (ROUTE.field("tags"), (301,), (302,)),
        (ANY, "a", "b"),
        (ANY, "a", {"a": 1}),
    ],
)
def test_no_entries_where_one_side_has_none(field, old, new):
    assert entry_changes(field, old, new, ordered=False) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [EntryChange(".a.b", 1, 2)]),
        (["x", "y"], ["x"], [EntryChange("[1]", "y", None)]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [EntryChange(".a[1]", 2, 3)]),
        ([1, 2], [5, "x"], [EntryChange("[0]", 1, 5), EntryChange("[1]", 2, "x")]),
        ({"a": 1}, {"a": "1"}, [EntryChange(".a", 1, "1")]),
    ],
)
def test_changes_within_values_that_the_table_does_not_know(old, new, expected):
    assert list(entry_changes(ANY, old, new, ordered=False)) == expected


def test_null_against_absent_is_shown_as_a_whole():
    assert entry_changes(ANY, {"a": None, "b": 1}, {"b": 2}, ordered=True) == ()


def test_entries_are_listed_by_number_and_not_by_letter():
    found = entry_changes(ANY, list(range(12)), [-each for each in range(12)], ordered=True)
    assert [entry.path for entry in found] == [f"[{number}]" for number in range(1, 12)]


TWICE, ONCE = (call("+1", 50), call("+1", 50)), (call("+1", 50), call("+2", 50))


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        pytest.param(DESTINATIONS, TWICE, (call("+1", 60), call("+1", 40)), id="twice on both sides"),
        pytest.param(DESTINATIONS, TWICE, ONCE, id="twice on one side"),
        pytest.param(ANY, [1], {"a": 1}, id="list to mapping"),
        pytest.param(ANY, {"1²3": 1, "a": 1}, {"1²3": 2, "a": 2}, id="digits that are no number"),
    ],
)
def test_entries_that_cannot_be_paired_are_compared_all_the_same(field, old, new):
    entry_changes(field, old, new, ordered=False)


def test_whether_a_change_is_seen_depends_on_the_routing():
    old, new = (call("+1"), call("+2")), (call("+2"), call("+1"))
    assert differs(DESTINATIONS, old, new, {"route_type": "round_robin"})
    assert not differs(DESTINATIONS, old, new, {"route_type": "simultaneous"})


@pytest.mark.parametrize(
    ("row", "text", "moved"),
    [
        *((2134, "02134", False), (2134, "2134", False), (0, "00000", False), (2134, "02135", True)),
        *(
            (2134, "2134 Main St", True),
            (2134, "\u0662134", True),
            (2134, None, True),
            (2134.5, "02134.5", True),
        ),
        *(("2134", "02134", True), (True, "0True", True)),
    ],
)
def test_zeros_that_a_text_begins_with_are_lost_in_numbers(row, text, moved):
    zip_code = GROUP.field("zip")
    assert differs(zip_code, canonical(zip_code, row), text, {}) is moved
    assert differs(zip_code, text, canonical(zip_code, row), {}) is moved


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("4255550134", "+14255550134", False),
        ("4255550134", "14255550134", False),
        ("4255550134", "+4255550134", False),  # the plus alone may be left out as well
        ("+4255550134", "+14255550134", True),
        ("4255550134", "+14255550135", True),
        ("4255550134", "+444255550134", True),
        ("0255550134", "+10255550134", True),
        ("425555013", "+1425555013", True),
        (None, "+14255550134", True),
    ],
)
def test_ten_digits_may_lack_the_country_code(old, new, moved):
    number, ringing = USER.field("agent_ring_to"), {"route_type": "simultaneous"}
    assert differs(number, old, new, {}) is moved
    assert differs(number, new, old, {}) is moved
    if old:
        entries = (call("+14255550100"), call(old)), (call(new), call("4255550100"))
        assert differs(DESTINATIONS, *entries, ringing) is (moved or new == "+4255550134")


def test_entries_that_are_no_mappings_have_no_country_code():
    assert differs(DESTINATIONS, ("4255550134",), ("+14255550134",), {})


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [(0, None, False), (None, 0, False), (0, 0, False), (50, None, True), (None, 50, True), (0, 50, True)],
)
def test_no_share_may_come_back_as_nought(old, new, moved):
    other = call("+14255550100")
    entries = (call("+14255550134", old), other), (call("+14255550134", new), other)
    assert differs(DESTINATIONS, *entries, {"route_type": "round_robin"}) is moved
