"""What the quick validator lets pass is what the explaining one has nothing to say about, and vice versa."""

import math
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from reconciler.files.faults import explained, faults
from reconciler.files.schema import load
from reconciler.kinds import KINDS

from .test_convergence import scaled

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

settings = scaled
NAMES = [*KINDS, *(f"{kind}-defaults" for kind in KINDS), "settings", "file"]
ODD = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        1.5,
        10**30,
        1e300,
        math.inf,
        math.nan,
        "",
        " ",
        "a",
        "a\n",
        "x" * 256,
    ),
    *(
        "+1 (425) 555-0134",
        "+1\n",
        "١٢٣",
        "12",
        "jane@acme.example",
        "jane@",
        "America/New_York",
        "Mars/Base",
    ),
    *("forward", "percentage", "Admin", "ReadOnly", "group/x", "/tags", "\ud800", "🦊" * 255, "\x00", "\x85"),
]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(ODD) | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def objects(name):
    schema = load(name.removesuffix("-defaults"))
    fields = {
        key: VALUES | st.sampled_from(part.get("examples") or [None])
        for key, part in schema["properties"].items()
    }
    good = {
        key: st.sampled_from(part["examples"])
        for key, part in schema["properties"].items()
        if part.get("examples")
    }
    writable = {key: each for key, each in good.items() if not schema["properties"][key].get("readOnly")}
    return st.one_of(
        VALUES,
        st.fixed_dictionaries({}, optional=fields),
        st.fixed_dictionaries({}, optional=writable),
        st.fixed_dictionaries(writable),
        st.tuples(st.fixed_dictionaries(writable), st.sampled_from(sorted(fields)), VALUES).map(
            lambda drawn: {**drawn[0], drawn[1]: drawn[2]}
        ),
    )


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings
def test_both_validators_agree(name, data):
    value = data.draw(objects(name))
    quick = list(faults(name, value))
    event("sound" if not quick else "not sound")
    assert quick == list(explained(name, value))
