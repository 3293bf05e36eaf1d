"""One dialect of YAML: what is read here is what ruamel's own loader reads, or a problem for both."""

import json
import math

import pytest
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reconciler.files.documents import parse

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

PLAIN = [
    *("yes", "no", "on", "off", "y", "true", "True", "TRUE", "false", "null", "Null", "~", "nULL", "tRue"),
    *(
        "0",
        "00",
        "0123",
        "0o14",
        "0x1F",
        "-1",
        "+1",
        "1_000",
        "1e3",
        "1E3",
        "1.5",
        ".5",
        "5.",
        "-.5e-3",
        "0b101",
    ),
    *(
        ".inf",
        "-.inf",
        ".nan",
        "1:30",
        "1.2.3",
        "+14255550134",
        "abc",
        "a b",
        "a#b",
        "-a",
        "x: y".replace(": ", ":"),
    ),
    *("größe", "日本", "\U0001f600", "a'b", 'a"b', "<<x", "1e", "e1", "--", "1,5"),
]
QUOTED = ['"a\\tb"', '"\\u00e9\\x41"', "'it''s'", '""', "''", '"1"', "'null'", '"a\n\n  b"', "'a\n  b'"]
TAGGED = [
    "!!str 5",
    "!!int '7'",
    "!!bool true",
    "!!float 3",
    "!!null ''",
    "!!str",
    "!!seq [1]",
    "!!map {a: 1}",
]
KEYS = st.sampled_from(["a", "b", "c", "'d'", '"e"', "f g", "ключ"])
INLINE = st.recursive(
    st.sampled_from([*PLAIN[:-1], *QUOTED[:7], *TAGGED[:5], "*x", "&x 1", "&y [1, 2]"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda found: f"[{', '.join(found)}]")
        | st.lists(st.tuples(KEYS, inner), max_size=3).map(
            lambda found: "{" + ", ".join(f"{key}: {value}" for key, value in found) + "}"
        )
    ),
    max_leaves=5,
)


def indented(text, by="  "):
    return "".join(f"{by}{line}\n" if line else "\n" for line in text.splitlines())


def literal(style, lines):
    return f" {style}\n" + "".join(f"  {line}\n" for line in lines)


BLOCKS = st.builds(
    literal,
    st.sampled_from(["|", ">", "|-", ">-", "|+", ">+", "|2-"]),
    st.lists(st.sampled_from(["a", "b  ", " c", "", "# no comment", "- d", "e: f"]), min_size=1, max_size=4),
)


def nested(inner):
    below = inner.map(lambda text: "\n" + indented(text))
    value = st.one_of(
        INLINE.map(lambda text: f" {text}\n"), BLOCKS, below, st.just("\n"), st.just("  # why\n")
    )
    marked = st.tuples(st.sampled_from(["", "", "", " &x", " &y"]), below).map("".join)
    pair = st.tuples(KEYS | st.just("<<"), value | marked).map(lambda found: f"{found[0]}:{found[1]}")
    entry = value.map(lambda text: f"-{text}")
    return st.lists(pair, min_size=1, max_size=4).map("".join) | st.lists(entry, min_size=1, max_size=4).map(
        "".join
    )


TEXTS = st.recursive(INLINE.map(lambda text: f"{text}\n"), nested, max_leaves=8)


def is_json(value):
    match value:
        case dict():
            return all(isinstance(name, str) and is_json(each) for name, each in value.items())
        case list():
            return all(map(is_json, value))
        case float():
            return math.isfinite(value)
        case _:
            return value is None or isinstance(value, str | bool | int)


def alike(value):
    """To JSON Schema, 3.0 is the integer 3."""
    match value:
        case dict():
            return {name: alike(each) for name, each in value.items()}
        case list():
            return list(map(alike, value))
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def theirs(text):
    """What ruamel's loader makes of it; None if it does not take it."""
    try:
        return [YAML(typ="safe", pure=False).load(text)]
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        assume("duplicate anchor" not in str(error))  # YAML allows it, and so do we
        return None


@settings(max_examples=600)
@given(text=TEXTS)
@example(text="a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n")
@example(text="a: 1\na: 2\n")
@example(text="a: [1\n")
@example(text="a: *nowhere\n")
def test_the_same_values_or_a_problem_for_both(text):
    found = theirs(text)
    documents, problems = parse("a.yaml", text)
    if found is None:
        event("refused")
        assert problems, text
        return
    if not is_json(found[0]) or found[0] is None:
        event("more than JSON has")
        return
    if problems and "<<" in text and all("twice" in each.message for each in problems):
        event("stricter here: ruamel looks for no doubles in what is merged")
        return
    event("read")
    assert problems == [], (text, problems)
    ours, wanted = (json.dumps(alike(each), sort_keys=True) for each in (documents[0].data, found[0]))
    assert ours == wanted, text
