from typing import Any

import pytest

from reconciler.facts import Field, Type
from reconciler.kinds import GROUP, KINDS, ROUTE, TAG, USER
from reconciler.objects.codec import Numeral, canonical, decode, encode, is_gone, row_id, shown, to_wire
from reconciler.objects.overrides import kinds_with

from .literals import ref, to

ROLE, DESTINATIONS, TAGS = USER.field("role"), ROUTE.field("destinations"), ROUTE.field("tags")
SALES, EAST = to("group/Sales"), to("group/East")


def of(kind):
    return Field("x", kind)


@pytest.mark.parametrize("field_type", Type)
@pytest.mark.parametrize("value", [None, "", [], {}, ()])
def test_all_ways_to_say_nothing_are_none(field_type, value):
    assert canonical(of(field_type), value) is None


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (of(Type.TEXT), "10001", "10001"),
        (of(Type.TEXT), 10001, Numeral("10001")),
        (of(Type.TEXT), " Sales ", " Sales "),
        (of(Type.EMAIL), "Jane@Acme.example", "Jane@Acme.example"),
        (of(Type.INTEGER), 10, 10),
        (of(Type.INTEGER), "10", 10),
        (of(Type.INTEGER), " -3 ", -3),
        (of(Type.INTEGER), 10.0, 10),
        (of(Type.INTEGER), 10.5, 10.5),
        (of(Type.INTEGER), "ten", "ten"),
        (of(Type.INTEGER), 0, 0),
        (of(Type.FLAG), "Yes", True),
        (of(Type.FLAG), "no ", False),
        (of(Type.FLAG), True, True),
        (of(Type.FLAG), "FALSE", False),
        (of(Type.FLAG), 1, True),
        (of(Type.FLAG), 0, False),
        (of(Type.FLAG), "perhaps", "perhaps"),
        (of(Type.PHONE), "+1 (425) 555-0100", "+14255550100"),
        (of(Type.PHONE), " 425.555.0100 ", "4255550100"),
        (of(Type.PHONE), 4255550100, "4255550100"),
        (of(Type.PHONE), "tel:+14255550100", "+14255550100"),
        (of(Type.PHONE), "TEL:+1-425-555-0100;ext=12", "+1-425-555-0100;ext=12"),
        (of(Type.PHONE), "unknown", "unknown"),
        (of(Type.PHONE), "+1 (425) 555-0100 x12", "+1 (425) 555-0100 x12"),
        (of(Type.PHONE), "1-800-FLOWERS", "1-800-FLOWERS"),
        (of(Type.PHONE), "4255550100,,7#", "4255550100,,7#"),
        (ROLE, "Standard User", "Standard"),
        (ROLE, "standard", "Standard"),
        (ROLE, "Read-Only User", "ReadOnly"),
        (ROLE, "read_only", "ReadOnly"),
        (ROLE, "Identified-only", "Identified-only"),
        (ROLE, 3, "ReadOnly"),
        (ROLE, "1", "Admin"),
        (ROLE, 4, 4),
        (ROLE, True, True),
        (of(Type.REFERENCE), "1002", 1002),
        (of(Type.REFERENCE), "Acme/Sales", "Acme/Sales"),
        (of(Type.REFERENCE), SALES, SALES),
        (of(Type.REFERENCE), ref("group/Sales"), ref("group/Sales")),
        (Field("x", Type.REFERENCE, refers_to="group"), {"org_unit_id": "1002", "name": "Sales"}, 1002),
        (Field("x", Type.REFERENCE, refers_to="group"), {"id": 1002}, 1002),
        (of(Type.REFERENCES), ["302", 301, 302], (302, 301)),
        (Field("x", Type.REFERENCES, refers_to="tag"), [{"name": "has no id"}, {"tag_id": 301}], (301,)),
        (of(Type.REFERENCES), "Hot lead", "Hot lead"),
        (
            DESTINATIONS,
            [{"ring_to": "+1 425", "percentage": "60"}],
            ({"ring_to": "+1425", "percentage": 60},),
        ),
        (DESTINATIONS, [{"ring_to": "+1425", "percentage": None, "id": 7}], ({"ring_to": "+1425"},)),
        (DESTINATIONS, ["+1425"], ("+1425",)),
        (DESTINATIONS, "+1425", "+1425"),
        (of(Type.ANY), ["b", {"a": "Yes"}], ["b", {"a": "Yes"}]),
        (of(Type.ANY), 0, 0),
        (of(Type.ANY), False, False),
    ],
)
def test_one_spelling_for_what_the_platform_takes_for_the_same(field, value, expected):
    found = canonical(field, value)
    assert (found, type(found)) == (expected, type(expected))
    assert canonical(field, found) == found


# -- reading


GROUP_ROW = {
    "org_unit_id": 1002,
    "org_unit_ext_id": "",
    "org_unit_name": "Sales",
    "org_unit_parent_id": "1001",
    "org_unit_status": "active",
    "industry_id": "10",
    "industry_name": "Technology",
    "phone_number": "+1-212-555-0100",
    "timezone": "America/New_York",
    "website": "",
}
USER_ROW = {
    "ct_user_id": 10001,
    "email": "Jane@Acme.example",
    "status": "Active",
    "role": "Standard User",
    "group": "Sales Team",
    "group_org_unit_id": "1002",
    "assign_scorecard": True,
    "access_audio": "No",
    "agent_id": "AGT-001",
    "user_created": "2026-03-29T12:00:00.000Z",
    "job_title": "Lead",
}


@pytest.mark.parametrize(
    ("kind", "row", "expected"),
    [
        (
            GROUP,
            GROUP_ROW,
            {
                "org_unit_name": "Sales",
                "org_unit_ext_id": None,
                "parent": 1001,
                "phone_number": "+12125550100",
                "industry_id": 10,
                "website": None,
            },
        ),
        (
            USER,
            USER_ROW,
            {
                "username": "Jane@Acme.example",
                "group": 1002,
                "role": "Standard",
                "user_status": "active",
                "score_call": True,
                "access_audio": False,
                "job_title": "Lead",
            },
        ),
        (USER, {"username": "a@b.example", "ct_user_ou_id": 7}, {"username": "a@b.example", "group": 7}),
        (TAG, {"tag_id": 301, "tag_name": "Hot", "org_unit_id": 1002}, {"tag_name": "Hot", "group": 1002}),
        (ROUTE, {"tag_ids": [], "destinations": None}, {"tags": None, "destinations": None}),
    ],
    ids=["group", "user", "names for writing", "tag", "nothing"],
)
def test_rows_in_the_words_of_the_configuration(kind, row, expected):
    assert decode(kind, row) == expected


def test_the_name_on_reading_goes_before_the_one_on_writing():
    assert shown(USER.field("username"), {"username": "old", "email": "new"}) == "new"
    assert shown(USER.field("username"), {}) is None


@pytest.mark.parametrize(
    ("kind", "row", "expected"),
    [
        (GROUP, {"org_unit_id": 2001}, 2001),
        (GROUP, {"orgUnitId": 2001}, 2001),
        (GROUP, {"orgUnitId": None, "org_unit_id": "2001"}, 2001),
        (USER, {"userId": "12346"}, 12346),
        (TAG, {"tagId": 301.0}, 301),
        (ROUTE, {"provisionedRouteId": 801, "provisioned_route_id": 5}, 801),
        (TAG, {"tagId": True}, None),
        (TAG, {"tagId": "new"}, None),
        (TAG, {}, None),
    ],
)
def test_ids_however_they_are_spelled(kind, row, expected):
    assert row_id(kind, row) == expected


def overridden(facts):
    return kinds_with({"user": {"fields": {"user_status": facts}}})["user"]


@pytest.mark.parametrize(
    ("kind", "row", "expected"),
    [
        (USER, {"status": "Deleted"}, True),
        (USER, {"status": "inactive"}, False),
        (USER, {}, False),
        (GROUP, {"org_unit_status": "deleted"}, True),
        (USER, {"user_status": "deleted", "status": None}, True),
        (TAG, {"status": "deleted"}, False),
        (overridden({"spelled": {"deleted": "removed"}}), {"status": "Removed"}, True),
        (overridden({"spelled": {"deleted": "removed"}}), {"status": "active"}, False),
        (overridden({"read": "state"}), {"state": "deleted"}, True),
    ],
)
def test_what_counts_as_not_there(kind, row, expected):
    assert is_gone(kind, row) is expected


# -- writing


def test_a_body_has_the_names_for_writing_in_the_order_of_the_table():
    fields = {"website": "x", "group": SALES, "username": "a@b.example", "score_call": True, "alpha": [1]}
    body = encode(USER, fields, {SALES: 1002})
    assert list(body.items()) == [
        ("username", "a@b.example"),
        ("ct_user_ou_id", 1002),
        ("score_call", True),
        ("alpha", [1]),
        ("website", "x"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (of(Type.TEXT), None, None),
        (TAGS, None, []),
        (DESTINATIONS, None, []),
        (of(Type.REFERENCE), SALES, 1002),
        (of(Type.REFERENCE), EAST, EAST),
        (TAGS, (SALES, 301, EAST), [1002, 301, EAST]),
        (DESTINATIONS, ({"percentage": 60},), [{"percentage": 60}]),
        (of(Type.ANY), {"a": 1}, {"a": 1}),
        (of(Type.ANY), ["a"], ["a"]),
    ],
)
def test_values_on_the_wire(field, value, expected):
    assert to_wire(field, value, {SALES: 1002}) == expected


@pytest.mark.parametrize("value", [ref(("tag", 301)), (301, ref(("tag", 302)))])
def test_what_is_not_known_is_never_sent(value):
    with pytest.raises(TypeError, match="a reference that means nothing yet"):
        to_wire(TAGS, value, {})


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_what_is_written_is_read_back_the_same(kind):
    fields = {"group": 7, "parent": 7} | dict.fromkeys(("tags",), (301, 302)) | {kind.label: "Some name"}
    known = {name: value for name, value in fields.items() if kind.known(name)}
    assert decode(kind, encode(kind, known, {})) == known


def nested(levels):
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "field", [*GROUP.fields, *USER.fields, *TAG.fields, *ROUTE.fields], ids=lambda each: each.name
)
def test_what_is_nested_too_deep_to_be_walked_through_is_a_text(field):
    assert canonical(field, nested(900)) == "(nested too deep)"
    assert canonical(field, {"id": nested(900)}) == "(nested too deep)"


@pytest.mark.parametrize("odd", [{"id": [1]}, [{"a": 1}], {"id": {"a": 1}}, [[1]]], ids=str)
def test_what_stands_in_the_place_of_an_id_can_be_looked_up(odd):
    assert isinstance(canonical(TAG.field("group"), odd), str)
    assert canonical(ROUTE.field("tags"), [odd, 301]) in ((301,), (1, 301))
