import math

import pytest
import ruamel.yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.files.documents import parse
from reconciler.files.scalars import scalar
from reconciler.quoting import needs_quotes, quoted


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
        ("-0x1F", -31),
        ("0b1", 1),
        ("1_000", 1000),
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


@pytest.mark.parametrize(
    "text",
    [
        *("", "~", "null", "Null", "true", "FALSE", "yes", "No", "ON", "off", "y", "N", "=", "<<"),
        *("10", "-3", "+14255550100", "02108", "0o17", "0x1F", "0b1", "1_000", "12:30", "1:20:30.5", "1e3"),
        *(
            ".5",
            "5.",
            "1.5.2",
            ".inf",
            "-.INF",
            ".nan",
            ".",
            "._",
            "2026-01-15",
            "2026-1-5 10:30:00",
            "9" * 401,
        ),
        *(
            " a",
            "a ",
            "a: b",
            "a:",
            "a:b",
            "http://a.example",
            "a #b",
            "#a",
            "- a",
            "-",
            "? a",
            ": a",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
        ),
        *("what?", "@a", "`a", "'a", '"a', "[a", "{a", "a, b", "a]", "}a", "---", "...", "... a"),
        *("a\nb", "a\tb", "\x00", "a\x7f", "\x85", "a\u2028b", "\ufeffa", "a\u202eb", "a\u200bb", "\xa0a"),
    ],
)
def test_text_that_needs_quotes(text):
    assert needs_quotes(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Hot lead", "Acme/Sales", "jane@acme.example", "group/ORG-1002", "24/7", "10 Main St", "No. 5"),
        *(
            "it's",
            'say "hi"',
            "a\\b",
            "a#b",
            "Größe",
            "名前",
            "a\u3000b",
            "😀",
            "null and void",
        ),
        *("1st", "e3", "x-1", "$5", "(425) 555", "user/*", "<b>", "..a", "_"),
    ],
)
def test_text_that_needs_none(text):
    assert not needs_quotes(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", '""'),
        ("yes", '"yes"'),
        ('say "hi" \\ bye', '"say \\"hi\\" \\\\ bye"'),
        ("a\nb\tc\r", '"a\\nb\\tc\\r"'),
        ("\x00\x7f\x85", '"\\x00\\x7f\\x85"'),
        ("\u2028\u202e\ufeff", '"\\u2028\\u202e\\ufeff"'),
        ("\U000e0001", '"\\U000e0001"'),
        ("Größe 名前\u3000😀", '"Größe 名前\u3000😀"'),
        ("Sales\ufe0f\u3164", r'"Sales\ufe0f\u3164"'),
    ],
)
def test_quoted(text, written):
    assert quoted(text) == written


def read(text):
    """The one value in a text, as this program reads it and as another one does."""
    (document,), problems = parse("a.yaml", text)
    assert problems == []
    assert document.data == ruamel.yaml.YAML(typ="safe").load(text)
    return document.data


ANY_TEXT = st.text() | st.text(alphabet="\n\t\r :-[]{}&*!|>'\"%@`#,?<~.0aeoxn_=\x85\u2028\xa0é😀", max_size=8)
PLACES = ["{}", "a: {}\nb: 1\n", "- {}\n- 1\n", "a: [{}, 1]\n", "a: {{b: {}, c: 1}}\n", "- a: {}\n  b: 1\n"]


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=100)
@given(text=ANY_TEXT)
def test_what_is_quoted_is_read_as_it_was(place, text):
    assert read(place.format(quoted(text))) == replaced(read(place.format("W")), text)


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=100)
@given(text=ANY_TEXT.filter(lambda text: not needs_quotes(text)))
def test_what_needs_no_quotes_is_read_as_it_was(place, text):
    assert read(place.format(text)) == replaced(read(place.format("W")), text)


def replaced(value, text):
    """The same structure with this text in place of W."""
    if isinstance(value, dict):
        return {key: replaced(each, text) for key, each in value.items()}
    if isinstance(value, list):
        return [replaced(each, text) for each in value]
    return text if value == "W" else value
