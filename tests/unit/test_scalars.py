import math

import pytest

from reconciler.scalars import scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("10", 10),
        ("-3", -3),
        ("+3", 3),
        ("02108", 2108),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-1", -0.15),
        ("1e", "1e"),
        (".", "."),
        ("-", "-"),
        ("٣", "٣"),
        ("2026-01-15", "2026-01-15"),
        ("+14255550100", 14255550100),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("Hot lead", "Hot lead"),
        ("9" * 400, 10**400 - 1),
        ("9" * 401, "9" * 401),
    ],
)
def test_plain_words(text, value):
    found = scalar(text)
    assert (found, type(found)) == (value, type(value))


def test_not_a_number_is_one():
    assert math.isnan(scalar(".nan"))
