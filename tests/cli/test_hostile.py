"""Names that attack: nothing that a terminal would act on, and no line without end, reaches one raw."""

import json
import re

import pytest

NAMES = [
    "\x1b[31mred\x1b]0;title\x07",
    "line\nbreak\r\n  + group/Faked",
    "c1 \x9b31m",
    "bidi \u202egnp.exe",
    "nul \x00 and bell \x07",
    "x" * 1_000_000,
]
UNPRINTABLE = re.compile("[^\n\x20-\x7e\xa0-\u2028\u2030-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
LONGEST = 5_000


@pytest.fixture
def hostile(platform, workspace):
    """Live objects by these names, some to be changed and some to go, and a file that says so."""
    seed = platform.dump()
    tags = [{"tag_id": 900 + number, "tag_name": name} for number, name in enumerate(NAMES)]
    groups = [
        {"org_unit_id": 950 + number, "org_unit_name": f"{name}!", "city": name}
        for number, name in enumerate(NAMES)
    ]
    platform.load({**seed, "tags": [*seed["tags"], *tags], "groups": [*seed["groups"], *groups]})
    described = [
        {"org_unit_name": f"{name}!", "parent": "ORG-1000", "city": "Boston"}
        for name in NAMES
        if len(name) < 200 and name.isprintable()
    ]
    kept = [{"tag_name": "Kept", "group": "ORG-1000"}]
    content = {"settings": {"prune": ["tags"]}, "groups": described, "tags": kept}
    (workspace / "all.yaml").write_text(json.dumps(content))


COMMANDS = [
    ("plan",),
    ("plan", "--format", "json"),
    ("plan", "--format", "markdown"),
    ("plan", "--format", "github"),
    ("plan", "--out", "plan.json"),
    ("drift",),
    ("graph",),
    ("graph", "--format", "mermaid"),
    ("graph", "--format", "dot"),
    ("why", "tag/ORG-1000/Kept"),
    ("export", "--out", "exported"),
    ("doctor",),
    ("doctor", "--format", "json"),
    ("apply", "--yes", "--allow-deletes", "tag=8"),
    ("history",),
    ("history", "--format", "json"),
]


@pytest.mark.usefixtures("hostile")
def test_nothing_that_a_terminal_acts_on(reconciler):
    for command in COMMANDS:
        assert_harmless(reconciler(*command))
    run = reconciler("history").out.split(" ")[0]
    assert_harmless(reconciler("history", run))
    assert_harmless(reconciler("undo", run, "--yes", "--allow-deletes", "tag=1"))


def assert_harmless(run):
    assert "mistake in the program" not in run.err, run.err
    assert "Traceback" not in run.err
    for text in (run.out, run.err):
        found = UNPRINTABLE.search(text)
        assert not found, repr(text[max(0, found.start() - 40) : found.end() + 40])
    lines = [] if run.out.startswith(("{", "[")) else run.out.splitlines()
    assert max(map(len, [*lines, ""])) < LONGEST


def test_a_plan_and_a_run_name_nothing_outside(reconciler, workspace, tmp_path):
    (tmp_path / "secret.jsonl").write_text('{"event": "start"}\n')
    for name in ("../../secret", "/etc/passwd", "..", "20260101T000000Z-0000/../../../secret"):
        ended = reconciler("history", name)
        assert (ended.code, "there is no run" in ended.err) == (64, True)
        assert reconciler("undo", name, "--yes").code == 64
    assert not (workspace / ".reconciler").exists()


def test_nothing_is_written_through_links_that_were_checked_out(reconciler, workspace, tmp_path):
    (workspace / "all.yaml").write_text("tags: [{tag_name: New, group: ORG-1000}]")
    assert reconciler("apply", "--yes").code == 0
    (journal,) = workspace.glob(".reconciler/journal/*.jsonl")
    target = tmp_path / "target.jsonl"
    target.write_text(journal.read_text().splitlines(keepends=True)[0])
    began = target.read_text()
    (workspace / ".reconciler/.gitignore").unlink()
    (workspace / ".reconciler/.gitignore").symlink_to("../../ignore")
    (journal.parent / "20260101T000000Z-abcd.jsonl").symlink_to(target)
    journal.write_text(began)
    assert reconciler("plan").code == 0
    assert journal.read_text() != began, "what was interrupted is settled"
    assert target.read_text() == began
    assert not (tmp_path / "ignore").exists()


@pytest.mark.parametrize(
    ("link", "command"),
    [
        (".reconciler", ("plan",)),
        (".reconciler", ("plan", "--sandbox")),
        (".reconciler/journal", ("plan",)),
        (".reconciler/apply.lock", ("apply", "--yes")),
        (".reconciler/sandbox.json", ("plan", "--sandbox")),
    ],
)
def test_nothing_is_kept_behind_a_link(reconciler, workspace, tmp_path, link, command):
    (workspace / "all.yaml").write_text("tags: [{tag_name: New, group: ORG-1000}]")
    outside = tmp_path / "outside"
    outside.mkdir()
    (workspace / link).parent.mkdir(exist_ok=True)
    (workspace / link).symlink_to(outside / "file" if "." in link[1:] else outside)
    ended = reconciler(*command)
    assert ended.code == 1
    assert f"{link}: this is a link, and nothing is written through one; remove it" in ended.err
    assert not [*outside.iterdir()]
