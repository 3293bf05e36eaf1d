"""`fmt` as a user runs it."""

import os
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from reconciler.cli.fmt import fmt
from tests.cli.test_terminal import Terminal
from tests.unit.conftest import full_disk

EXAMPLES = Path(__file__).parents[2] / "examples"
UNTIDY = "tags:\n- group: Acme  # where\n  tag_name: 'Hot lead'\n"
TIDY = 'tags:\n  - tag_name: "Hot lead"\n    group: Acme  # where\n'
DIFFERENCE = """\
--- a/tags.yaml
+++ b/tags.yaml
@@ -1,3 +1,3 @@
 tags:
-- group: Acme  # where
-  tag_name: 'Hot lead'
+  - tag_name: "Hot lead"
+    group: Acme  # where
"""


@pytest.fixture
def tags(workspace):
    path = workspace / "tags.yaml"
    path.write_text(UNTIDY)
    return path


def test_files_are_tidied_in_place_and_named(reconciler, workspace, tags):
    (workspace / "more").mkdir()
    (workspace / "more" / "users.yml").write_text("users: [ ]\n")
    (workspace / "more" / "groups.yaml").write_text("groups: []\n")
    run = reconciler("fmt")
    assert run == (0, "tags.yaml\nmore/users.yml\n", "2 files changed; 1 file is tidy.\n")
    assert tags.read_text() == TIDY
    assert reconciler("fmt") == (0, "", "3 files are tidy.\n")
    assert reconciler("fmt", "--check") == (0, "", "3 files are tidy.\n")


def test_check_shows_the_difference_and_writes_nothing(reconciler, tags):
    before = tags.stat().st_mtime_ns
    assert reconciler("fmt", "--check") == (1, DIFFERENCE, "1 file would change.\n")
    assert (tags.read_text(), tags.stat().st_mtime_ns) == (UNTIDY, before)


def test_the_difference_of_line_ends_and_the_end_of_a_file_can_be_seen(reconciler, tags):
    tags.write_bytes(b"tags: []\r\ngroups: []")
    assert reconciler("fmt", "--check").out.splitlines()[2:] == [
        "@@ -1,2 +1,2 @@",
        "-tags: []\\r",
        "-groups: []",
        "\\ No newline at end of file",
        "+groups: []",
        "+tags: []",
    ]


def test_no_difference_acts_on_the_terminal(reconciler, tags):
    tags.write_text("tags:\n- tag_name: a\u202eb\u2028\n")
    assert "-- tag_name: a\\u202eb\\u2028\n" in reconciler("fmt", "--check").out


def test_the_difference_is_coloured_on_a_terminal(workspace, environment, tags):
    terminal = Terminal(["fmt", "--check"], workspace, {**environment, "TERM": "xterm"})
    terminal.read_until("1 file would change.")
    assert "\x1b[31m-- group: Acme  # where\x1b[0m" in terminal.text
    assert "\x1b[32m+    group: Acme  # where\x1b[0m" in terminal.text
    assert terminal.process.wait(30) == 1
    os.close(terminal.screen)


def test_git_applies_the_difference(reconciler, workspace, tags):
    patch = reconciler("fmt", "--check").out
    subprocess.run(["git", "apply", "-"], cwd=workspace, input=patch, text=True, check=True)
    assert tags.read_text() == TIDY


def test_what_cannot_be_read_is_reported_and_the_rest_is_tidied(reconciler, workspace, tags):
    (workspace / "a.yaml").write_text("groups: [\n")
    (workspace / "b.yaml").write_bytes(b"groups:\n  \xff\n")
    (workspace / "c.yaml").symlink_to("nowhere.yaml")
    run = reconciler("fmt", "missing.yaml", ".")
    assert (run.code, run.out, tags.read_text()) == (1, "tags.yaml\n", TIDY)
    lines = run.err.splitlines()
    assert lines[0].startswith("a.yaml:1:9: not valid YAML: ")
    assert lines[1:] == [
        "b.yaml:2:3: byte 0xff is not UTF-8; save the file as UTF-8",
        "c.yaml:1:1: cannot be read: No such file or directory",
        "missing.yaml:1:1: no such file or directory",
        "1 file changed; 4 problems.",
    ]
    assert (workspace / "a.yaml").read_text() == "groups: [\n"
    assert (workspace / "b.yaml").read_bytes() == b"groups:\n  \xff\n"


def test_files_of_something_else_are_left_alone(reconciler, workspace):
    compose = "services:\n   web: {image:   'x'}\n"
    (workspace / "docker-compose.yaml").write_text(compose)
    (workspace / "empty.yaml").write_text("")
    assert reconciler("fmt") == (0, "", "2 files of something else left alone.\n")
    assert (workspace / "docker-compose.yaml").read_text() == compose


def test_standard_input_goes_to_standard_output(reconciler, workspace, tags):
    assert reconciler("fmt", "-", text_in=UNTIDY) == (0, TIDY, "1 file changed.\n")
    assert reconciler("fmt", "-", text_in=TIDY) == (0, TIDY, "1 file is tidy.\n")
    assert reconciler("fmt", "-", text_in="a: [ ]\n").out == "a: [ ]\n"
    checked = reconciler("fmt", "--check", "-", text_in=UNTIDY)
    assert checked == (1, DIFFERENCE.replace("tags.yaml", "stdin"), "1 file would change.\n")
    assert tags.read_text() == UNTIDY


def test_standard_input_that_cannot_be_read(reconciler):
    run = reconciler("fmt", "-", text_in="groups: []\ngroups: []\n")
    assert (run.code, run.out) == (1, "")
    assert run.err == "stdin:2:1: key 'groups' stands here twice, first on line 1\n1 problem.\n"


def test_standard_input_that_is_no_text():
    run = CliRunner().invoke(fmt, ["-"], input=b"groups: []\xff", standalone_mode=False)
    assert (run.return_value, run.stdout) == (1, "")
    assert run.stderr == "stdin:1:1: not UTF-8; save it as UTF-8\n1 problem.\n"


def test_standard_input_and_files_do_not_go_together(reconciler, tags):
    run = reconciler("fmt", "-", "tags.yaml", text_in=UNTIDY)
    assert (run.code, run.out, tags.read_text()) == (64, "", UNTIDY)


def test_a_link_that_leads_elsewhere_is_not_written_through(reconciler, workspace, tags, tmp_path):
    """Whoever tidies one folder does not mean another."""
    elsewhere = tmp_path / "elsewhere" / "tags.yaml"
    elsewhere.parent.mkdir()
    tags.rename(elsewhere)
    untidy = elsewhere.read_text()
    (workspace / "folder").symlink_to(elsewhere.parent)
    (workspace / "link.yaml").symlink_to(elsewhere)
    for given in ((), (".",)):
        run = reconciler("fmt", *given)
        assert (run.code, run.out) == (1, "")
        assert f"cannot be written: a link leads to {elsewhere}, which is elsewhere" in run.err
    assert elsewhere.read_text() == untidy
    assert reconciler("fmt", "--check").code == 1
    assert reconciler("fmt", "link.yaml").code == 0
    assert elsewhere.read_text() != untidy


def test_a_file_keeps_its_rights_and_a_link_stays_a_link(reconciler, workspace, tags):
    tags.chmod(0o640)
    (workspace / "folder").mkdir()
    (workspace / "folder" / "link.yaml").symlink_to("../tags.yaml")
    assert reconciler("fmt", "folder").out == "folder/link.yaml\n"
    assert (workspace / "folder" / "link.yaml").is_symlink()
    assert tags.read_text() == TIDY
    assert stat.S_IMODE(tags.stat().st_mode) == 0o640
    assert sorted(path.name for path in workspace.iterdir()) == ["folder", "tags.yaml"]


def test_a_full_disk_leaves_the_file_as_it_was(workspace, tags):
    with full_disk():
        run = CliRunner().invoke(fmt, [str(workspace)], standalone_mode=False)
    assert (run.return_value, run.stdout) == (1, "")
    assert run.stderr == f"{tags}:1:1: cannot be written: File too large\n1 problem.\n"
    assert tags.read_text() == UNTIDY
    assert list(workspace.iterdir()) == [tags]


def test_a_file_name_that_a_terminal_would_act_on(reconciler, workspace):
    (workspace / "a\x1b]0;x.yaml").write_text("tags: [ ]\n")
    assert "a\\x1b]0;x.yaml" in reconciler("fmt", "--check").out
    assert reconciler("fmt").out == "a\\x1b]0;x.yaml\n"


def test_the_configuration_means_what_it_meant(reconciler, workspace, quickstart):
    before = reconciler("plan", "--format", "json").out
    for path in workspace.glob("*.yaml"):
        path.write_text(path.read_text().replace("\n  - ", "\n- ").replace("\n    ", "\n  "))
    assert reconciler("fmt").code == 0
    assert reconciler("fmt", "--check").code == 0
    assert without_places(reconciler("plan", "--format", "json").out) == without_places(before)


def without_places(plan):
    return [line for line in plan.splitlines() if '"source"' not in line]
