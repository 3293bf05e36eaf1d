import pytest

from reconciler.objects.telling import told

from .literals import ref, to


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (0.5, "0.5"),
        ("Hot lead", "'Hot lead'"),
        ("a\nb", r"'a\nb'"),
        (to("tag/S/Hot"), "S/Hot"),
        (ref("group/Sales"), "Sales"),
        (ref(("group", 7)), "7"),
        ((to("tag/S/Hot"), to("tag/S/Cold")), "[S/Hot, S/Cold]"),
        ([], "[]"),
        (({"ring_to": "+1", "percentage": 50},), "[{ring_to: '+1', percentage: 50}]"),
    ],
)
def test_values_in_sentences(value, expected):
    assert told(value) == expected
