from dataclasses import replace

import pytest

from reconciler.errors import (
    ExitCode,
    InvalidConfigurationError,
    Problem,
    ReconcilerError,
    RefusedError,
    Source,
    UsageError,
)
from reconciler.model import (
    Action,
    Address,
    EntryChange,
    FieldChange,
    Plan,
)
from reconciler.objects.references import addresses_in, map_values, references_in

from .literals import at, created, deleted, kept, ref, to, updated, written

SALES, HOT, LEAD = to("group/Sales"), to("tag/Sales/Hot"), ref("tag/Lead", 3)


def test_addresses_read_as_they_are_typed_and_sort_by_kind():
    assert str(to("tag/ORG-1002/Hot lead")) == "tag/ORG-1002/Hot lead"
    assert sorted([HOT, to("tag/A"), SALES]) == [SALES, to("tag/A"), HOT]


def test_a_reference_reads_as_an_address():
    assert (str(ref("group/Sales")), str(ref(("group", 7)))) == ("group/Sales", "group/7")


def test_values_are_immutable():
    with pytest.raises(AttributeError):
        Address("group", "Sales").key = "East"  # type: ignore[misc]


def test_places_of_an_object_and_of_its_fields():
    resource = replace(
        written("group/Sales", 4, city="Boston", zip="1"), places={"city": at(5, 9), "zip": at(6)}.get
    )
    assert [resource.place(), resource.place("city"), resource.place("zip")] == [at(4), at(5, 9), at(6)]


def test_a_live_object_stands_in_no_file():
    with pytest.raises(LookupError, match="group/Sales stands in no file"):
        kept("group/Sales", 7).place("city")


def test_where_two_objects_are_written_makes_no_difference():
    plain = written("group/Sales", 4, city="Boston")
    assert plain == replace(plain, places={"city": at(9)}.get)


def test_an_absent_field_has_no_value():
    assert written("group/Sales", city="Boston").value("zip") is None


@pytest.mark.parametrize(
    ("change", "number", "line"),
    [
        (created(written("tag/Hot", 3)), None, 3),
        (updated(kept("tag/Hot", 7), tag_name="Hot"), 7, 1),
        (deleted(kept("tag/Hot", 7), 9), 7, 9),
    ],
    ids=["create", "update", "delete"],
)
def test_a_change_knows_the_id_and_the_line_that_asks_for_it(change, number, line):
    assert (change.kind, change.id, change.source) == ("tag", number, at(line))


def test_a_change_of_nothing_has_no_place():
    assert replace(created(written("tag/Hot")), after=None).source is None


def test_a_plan_counts_its_changes():
    plan = Plan(1001, "Acme", (created(written("tag/A")), created(written("tag/B"))), (), 0, 0, 0)
    assert plan.counts() == {Action.CREATE: 2}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (FieldChange("timezone", None, "UTC", unseen=True), True),
        (FieldChange("timezone", None, "UTC"), False),
        (FieldChange("destinations", (), (), (EntryChange("[1].x", 1, 2),), unseen=True), False),
    ],
    ids=["unseen", "seen", "seen in part"],
)
def test_a_field_is_hidden_if_nothing_can_be_said_of_what_it_was(field, expected):
    assert field.is_hidden is expected


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (SALES, [SALES]),
        ((HOT, 5, HOT), [HOT, HOT]),
        ([{"a": SALES}, {"b": (HOT,)}], [SALES, HOT]),
        ({"a": {"b": SALES}}, [SALES]),
        ("group/Sales", []),
        (LEAD, []),
        (None, []),
    ],
)
def test_addresses_are_found_at_any_depth(value, found):
    assert list(addresses_in(value)) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"tags": (HOT, LEAD)}, [LEAD]),
        ({"tags": (LEAD,), "group": ref("group/East")}, [ref("group/East"), LEAD]),
        ({"tags": LEAD}, [LEAD]),
        ({"group": SALES, "tags": 5}, []),
        ({"group": "tag/Lead"}, []),
    ],
)
def test_references_are_found_where_references_stand(value, found):
    assert list(references_in(written("route/Main", **value))) == found


@pytest.mark.parametrize(
    ("value", "mapped"),
    [
        (SALES, to("group/East")),
        (LEAD, HOT),
        (HOT, HOT),
        ((SALES, HOT), (to("group/East"), HOT)),
        ([LEAD, 5], [HOT, 5]),
        ({"group": SALES, "city": "Sales"}, {"group": to("group/East"), "city": "Sales"}),
        (None, None),
    ],
)
def test_values_under_other_addresses(value, mapped):
    assert map_values(value, {SALES: to("group/East"), LEAD: HOT}) == mapped


def test_problems_are_sorted_and_said_once():
    late, early = Problem(Source("b.yaml", 1, 1), "late"), Problem(Source("a.yaml", 12, 5), "early")
    error = InvalidConfigurationError([late, early, late])
    assert error.problems == (early, late)
    assert str(error) == "a.yaml:12:5: early\nb.yaml:1:1: late"


@pytest.mark.parametrize(
    ("error", "code"),
    [(ReconcilerError, 1), (InvalidConfigurationError, 1), (RefusedError, 3), (UsageError, 64)],
)
def test_errors_carry_exit_codes(error, code):
    assert error.exit_code == ExitCode(code)
