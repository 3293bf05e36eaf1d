"""Whether objects may be called as a saved plan says."""

import pytest

from reconciler.kinds import GROUP, KINDS, TAG
from reconciler.objects.codec import Numeral, decode
from reconciler.objects.fidelity import called, is_called, is_still_called

from .literals import GROUP_ROW, TAG_ROW, deleted, kept

SALES = {"org_unit_name": "Sales", "org_unit_ext_id": "S/1"}


@pytest.mark.parametrize(
    ("kind", "fields", "key", "expected"),
    [
        ("group", SALES, "S\\/1", True),
        ("group", SALES, "Acme/Sales", True),
        ("group", SALES, "S/1", False),
        ("group", SALES, "Acme/East", False),
        ("group", {}, "Acme/East", False),
        ("group", SALES, 1002, False),
        ("user", {"username": "Jane@acme"}, "jane@ACME", True),
        ("user", {"username": "Jane@acme"}, "bob@acme", False),
        ("tag", {"tag_name": "24/7"}, "S/24\\/7", True),
        ("tag", {"tag_name": "24/7"}, "S/24/7", False),
        ("tag", {"tag_name": Numeral("7")}, "S/007", True),
        ("tag", {"tag_name": "7"}, "S/007", False),
        ("group", {"org_unit_ext_id": Numeral("777")}, "00777", True),
    ],
)
def test_a_key_ends_in_the_name_or_is_the_external_id(kind, fields, key, expected):
    assert is_called(KINDS[kind], fields, key) is expected


def test_rows_are_read_by_the_facts_of_their_kind():
    assert is_called(GROUP, decode(GROUP, GROUP_ROW), "Acme/Sales")
    assert not is_called(TAG, decode(TAG, TAG_ROW), "S/Cold")


@pytest.mark.parametrize(("name", "expected"), [("Deal#12", True), ("Deal", True), ("Deal#13", False)])
def test_an_id_behind_a_key_may_be_a_part_of_the_name(name, expected):
    change = deleted(kept("tag/S/Deal#12", 12, tag_name=name))
    assert is_still_called(KINDS["tag"], change, {**TAG_ROW, "tag_name": name}) is expected


@pytest.mark.parametrize(
    ("key", "now", "expected"),
    [
        ("Acme/S", {"parent": 1001}, ("org_unit_name", "S")),
        ("Acme/S#2", {"parent": 1001}, ("org_unit_name", "S")),
        ("S", {"parent": 1001}, ("org_unit_ext_id", "S")),
        ("S", {"org_unit_ext_id": "T"}, ("org_unit_ext_id", "S")),
        ("Acme", {}, ("org_unit_name", "Acme")),
    ],
)
def test_what_a_key_says_of_a_group(key, now, expected):
    assert called(KINDS["group"], key, 2, now) == expected


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [("user", "a/b@acme", ("username", "a/b@acme")), ("tag", "S/Hot", ("tag_name", "Hot"))],
)
def test_what_a_key_says_of_others(kind, key, expected):
    assert called(KINDS[kind], key, 2, {}) == expected
