"""`graph`: the account as a picture, by the real command line on the simulated platform."""

import re
import shutil

import pytest

TREE = """\
Acme  group/ORG-1000
├── user ceo@acme.example
├── ~ Junk call  tag/ORG-1000/Junk call  (to be updated)
├── ~ Sales  group/ORG-1002  (to be updated)
│   ├── ~ user jane@acme.example  (to be updated)
│   ├── Hot lead  tag/ORG-1002/Hot lead
│   ├── ~ Main line  route/ORG-1002/Main line  (to be updated)
│   ├── - Old campaign  group/ORG-1004  (to be deleted)
│   │   └── - user gone@acme.example  (to be deleted)
│   └── + East  group/ORG-2001  (to be created)
│       ├── + user lee@acme.example  (to be created)
│       ├── + Callback  tag/ORG-2001/Callback  (to be created)
│       └── + East line  route/ORG-2001/East line  (to be created)
└── ~ Support  group/ORG-1003  (to be updated)
    └── ~ user sam@acme.example  (to be updated)
"""
FORMATS = ["text", "mermaid", "dot"]


@pytest.fixture(autouse=True)
def _described(quickstart):
    return quickstart


def test_the_tree_with_its_changes(reconciler):
    run = reconciler("graph")
    assert (run.code, run.out, run.err) == (0, TREE, "")


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_is_written(reconciler, platform, workspace, format_):
    before = platform.dump()
    assert reconciler("graph", "--format", format_).code == 0
    assert {each["method"] for each in platform.requests()} == {"GET"}
    assert len(platform.requests()) == 8  # as many as a plan takes, but for the calls of routes
    assert platform.dump() == before
    assert not (workspace / ".reconciler").exists()


def test_without_changes_nothing_is_marked(reconciler):
    assert reconciler("apply", "--yes").code == 0
    run = reconciler("graph")
    assert run.code == 0
    assert not re.search(r"[~+] |\(", run.out)
    assert len(run.out.splitlines()) == len(TREE.splitlines()) - 2


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["group"], []),
        (["groups"], []),
        (["route"], ["route/"]),
        (["Tags"], ["tag/"]),
        (["route", "tag"], ["tag/", "route/"]),
        (["user"], ["user "]),
    ],
)
def test_some_kinds(reconciler, kinds, expected):
    run = reconciler("graph", *(word for kind in kinds for word in ("--kind", kind)))
    lines = [line for line in run.out.splitlines() if "group/" not in line]
    assert run.code == 0
    assert run.out.count("group/") == 5
    assert all(any(word in line for word in expected) for line in lines)
    assert bool(lines) is bool(expected)


def test_help_tells_that_groups_are_always_drawn(reconciler):
    assert "the groups are always drawn" in " ".join(reconciler("graph", "--help").out.split())


def test_a_group_that_moves_says_where_from(reconciler, workspace):
    path = workspace / "groups.yaml"
    text = path.read_text()
    support = text.index("- org_unit_name: Support")
    path.write_text(text[:support] + text[support:].replace("parent: ORG-1000", "parent: ORG-1002", 1))
    run = reconciler("graph", "--kind", "group")
    assert "    ├── ~ Support  group/ORG-1003  (to be moved here from group/ORG-1000)\n" in run.out


def test_mermaid_and_dot_have_a_node_for_each_line_of_text(reconciler):
    mermaid = reconciler("graph", "--format", "mermaid")
    dot = reconciler("graph", "--format", "dot")
    count = len(TREE.splitlines())
    assert (mermaid.code, dot.code, mermaid.err, dot.err) == (0, 0, "", "")
    assert len(re.findall(r'^  n\d+\["', mermaid.out, re.MULTILINE)) == count
    assert len(re.findall(r"^  n\d+ \[label=", dot.out, re.MULTILINE)) == count
    assert len(re.findall(r"^  n\d+ --> n\d+$", mermaid.out, re.MULTILINE)) == count - 1
    assert len(re.findall(r"^  n\d+ -> n\d+;$", dot.out, re.MULTILINE)) == count - 1


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_account_gives_the_same_bytes(reconciler, format_):
    assert reconciler("graph", "--format", format_) == reconciler("graph", "--format", format_)


@pytest.mark.parametrize("format_", FORMATS)
def test_names_cannot_write_to_the_terminal(reconciler, platform, format_):
    seed = platform.dump()
    odd = {"tag_id": 399, "tag_name": '\x1b[2J"]\n;\u202e', "group": 1002}
    platform.load({**seed, "tags": [*seed["tags"], odd]})
    run = reconciler("graph", "--format", format_)
    assert run.code == 0
    assert run.out.replace("\n", "").isprintable()
    assert len(run.out.splitlines()) == len(reconciler("graph", "--format", format_).out.split("\n")) - 1


def test_a_path_is_where_the_files_are(reconciler, workspace, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(workspace, elsewhere)
    (workspace / "groups.yaml").write_text("groups: [")
    assert reconciler("graph", str(elsewhere)).out == TREE
    assert reconciler("graph").code == 1


def test_a_workspace_that_describes_next_to_nothing_shows_the_account_as_it_is(reconciler, workspace):
    for path in workspace.glob("*.yaml"):
        path.unlink()
    (workspace / "all.yaml").write_text("settings: {account: 1001}\n")
    run = reconciler("graph")
    assert run.code == 0
    assert len(run.out.splitlines()) == 11
    assert not re.search(r"[~+] |\(", run.out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kind", "person"], "Error: --kind person: choose from group, user, tag, route\n"),
        (["--kind", ""], "Error: --kind : choose from group, user, tag, route\n"),
    ],
)
def test_a_kind_that_is_none(reconciler, platform, arguments, message):
    run = reconciler("graph", *arguments)
    assert (run.code, run.out, run.err, platform.requests()) == (64, "", message, [])


@pytest.mark.parametrize("arguments", [["--format", "json"], ["--format", "svg"], ["--no-such"]])
def test_wrong_usage(reconciler, platform, arguments):
    run = reconciler("graph", *arguments)
    assert (run.code, run.out, platform.requests()) == (64, "", [])


def test_a_path_that_is_not_there(reconciler, platform):
    run = reconciler("graph", "nowhere")
    assert (run.code, run.out, platform.requests()) == (1, "", [])


def test_the_embedded_platform(reconciler, platform):
    nowhere = {"CONVIRZA_API_URL": "http://127.0.0.1:9", "CONVIRZA_OAUTH_URL": "http://127.0.0.1:9"}
    run = reconciler("graph", "--sandbox", CONVIRZA_TOKEN="", **nowhere)
    assert (run.code, run.out, platform.requests()) == (0, TREE, [])


def test_a_platform_that_lists_groups_deeper_than_anyone_would(reconciler, platform, workspace):
    for path in workspace.glob("*.yaml"):
        path.unlink()
    (workspace / "all.yaml").write_text("settings: {account: 1001}\n")
    deep = [
        {"org_unit_id": 5000 + n, "org_unit_name": f"G{n}", "parent": 5000 + n - 1 if n else 1001}
        for n in range(120)
    ]
    platform.load({**platform.dump(), "groups": deep, "users": [], "tags": [], "routes": []})
    run = reconciler("graph")
    assert (run.code, len(run.out.splitlines())) == (0, 121)
    assert run.out.splitlines()[-1].startswith("    " * 119 + "└── G119  group/Acme/")
