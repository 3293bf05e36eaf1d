import pytest

from reconciler.facts import Field, Type
from reconciler.kinds import ROUTE
from reconciler.objects.comparing import comparable, is_ordered

from .literals import to

DESTINATIONS, TAGS = ROUTE.field("destinations"), ROUTE.field("tags")
SALES, EAST = to("group/Sales"), to("group/East")


def of(kind):
    return Field("x", kind)


def same(field, one, other, *, ordered=True):
    return comparable(field, one, ordered=ordered) == comparable(field, other, ordered=ordered)


ONE, TWO = {"ring_to": "+1425", "percentage": 60}, {"ring_to": "+1206", "percentage": 40}


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        (of(Type.EMAIL), "Jane@Acme.example", "jane@acme.EXAMPLE"),
        (of(Type.PHONE), "+14255550100", "14255550100"),
        (of(Type.PHONE), "+14255550100", "4255550100"),
        (TAGS, (301, 302), (302, 301)),
        (TAGS, (SALES, EAST), (EAST, SALES)),
        (DESTINATIONS, (ONE,), ({"percentage": 60, "ring_to": "1425", "id": 7},)),
        (DESTINATIONS, ("+1425",), ("+1425",)),
        (of(Type.ANY), {"a": [1], "b": 2}, {"b": 2, "a": [1]}),
        (of(Type.ANY), 1.0, 1),
        (of(Type.ANY), {"a": (1.0, 2.5)}, {"a": [1, 2.5]}),
        (of(Type.TEXT), None, None),
        (of(Type.REFERENCE), SALES, to("group/Sales")),
    ],
)
def test_equal_values(field, one, other):
    assert same(field, one, other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        (of(Type.TEXT), "Sales", "sales"),
        (of(Type.TEXT), "Sales", None),
        (of(Type.EMAIL), "strasse@acme.example", "straße@acme.example"),
        (of(Type.TEXT), "Hot lead", "Hot lead "),
        (of(Type.PHONE), "+4255550100", "4255550100"),
        (of(Type.FLAG), True, False),
        (of(Type.FLAG), False, None),
        (of(Type.INTEGER), 10, "ten"),
        (of(Type.INTEGER), 0, None),
        (of(Type.INTEGER), True, 1),
        (TAGS, (301,), (301, 302)),
        (TAGS, (301,), None),
        (DESTINATIONS, (ONE, TWO), (TWO, ONE)),
        (DESTINATIONS, ({"ring_to": "+1425"},), ({"ring_to": "+1425", "percentage": 1},)),
        (of(Type.ANY), [1, 2], [2, 1]),
        (of(Type.ANY), True, 1),
        (of(Type.ANY), "1", 1),
        (of(Type.REFERENCE), SALES, EAST),
        (of(Type.REFERENCE), SALES, 1002),
        (of(Type.ANY), True, "true"),
        (of(Type.ANY), [1], "[1]"),
    ],
)
def test_values_that_differ(field, one, other):
    assert not same(field, one, other)


def test_entries_in_any_order_where_order_does_not_matter():
    assert same(DESTINATIONS, (ONE, TWO), (TWO, ONE), ordered=False)
    assert not same(DESTINATIONS, (ONE, ONE), (ONE, TWO), ordered=False)


@pytest.mark.parametrize(
    ("field", "fields", "expected"),
    [
        (DESTINATIONS, {"route_type": "round_robin"}, True),
        (DESTINATIONS, {"route_type": "percentage"}, False),
        (DESTINATIONS, {}, False),
        (TAGS, {"route_type": "round_robin"}, False),
    ],
)
def test_order_matters_for_round_robin_only(field, fields, expected):
    assert is_ordered(field, fields) is expected
