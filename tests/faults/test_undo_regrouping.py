"""Groups without external ids are moved about and get each other's names: that can be taken back, since an
undo finds everything by its id.
"""

import pytest

from .rigs import alive, latest


def account(*groups):
    """Groups by id, name and parent's id."""
    return {
        "account": {"org_unit_id": 1001, "org_unit_name": "Acme"},
        "groups": [
            {"org_unit_id": number, "org_unit_name": name, "parent": parent}
            for number, name, parent in groups
        ],
    }


def moved(*groups):
    lines = (
        f"  - {{org_unit_name: {name}, parent: {parent}, previously: {former}}}\n"
        for name, parent, former in groups
    )
    return f"groups:\n{''.join(lines)}"


CASES = {
    "out and in again": (
        account(
            (2001, "Hot", 1001), (2002, "D", 2001), (2003, "C", 2001), (2004, "Y", 1001), (2005, "X", 2004)
        ),
        moved(("X", "Acme", "Acme/Y/X"), ("Hot", "Acme/X", "Acme/Hot"), ("C", "Acme/X/Hot/D", "Acme/Hot/C")),
    ),
    "a name that another had, above": (
        account((2001, "Hot2", 1001), (2002, "Hot", 1001)),
        moved(("Hot", "Acme", "Acme/Hot2"), ("C", "Acme/Hot", "Acme/Hot")),
    ),
    "the upper one goes below what it held": (
        account(
            (2001, "X", 1001), (2002, "Hot", 2001), (2003, "D", 2002), (2004, "C", 2003), (2005, "Y", 1001)
        ),
        moved(("Hot", "Acme", "Acme/X/Hot"), ("X", "Acme/Y", "Acme/X"), ("C", "Acme/Hot", "Acme/X/Hot/D/C")),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_as_before(call, workspace, platform, case):
    content, text = CASES[case]
    platform.load(content)
    before = alive(platform)
    (workspace / "all.yaml").write_text(text)
    ended = call("apply", "--yes")
    assert ended.code == 0, ended.err
    assert "No changes" in call("plan").out
    ended = call("undo", latest(workspace), "--yes")
    assert ended.code == 0, ended.err
    assert alive(platform) == before
