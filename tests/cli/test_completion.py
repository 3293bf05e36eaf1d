"""What a shell offers when somebody presses Tab: through the protocol, and in real shells at a terminal."""

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reconciler.cli.completing import typed

TOOLS = Path(sys.executable).parent
PATIENCE = 30  # seconds, then the test gives up
BREAKS = " \t\n\"'><=;|&(:"
CONFIG = """\
groups:
  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}
users:
  - {username: jane@acme.example, first_name: Jane, last_name: Doe, group: ORG-1000, role: Standard}
tags:
  - {tag_name: Hot lead, group: ORG-1000}
  - {tag_name: "Ratio 1:2, $HOME", group: ORG-1000}
  - {tag_name: "it's", group: ORG-1000}
  - {tag_name: "two\\nlines", group: ORG-1000}
removed:
  - user/gone@acme.example
"""
EVERYTHING = [
    "group/ORG-1000",
    "tag/ORG-1000/Hot lead",
    "tag/ORG-1000/Ratio 1:2, $HOME",
    "tag/ORG-1000/it's",
    "user/gone@acme.example",
    "user/jane@acme.example",
]
RUNS = ["20260402T101500Z-1a2b", "20260401T101500Z-ffff"]


@pytest.fixture
def described(workspace):
    (workspace / "config.yaml").write_text(CONFIG)
    (workspace / "plan.md").touch()
    journal = workspace / ".reconciler" / "journal"
    journal.mkdir(parents=True)
    for name in (*RUNS, "notes"):
        (journal / f"{name}.jsonl").touch()
    return workspace


@pytest.fixture
def offered(described, environment):
    """What `reconciler` answers a shell for a line whose end has the cursor."""

    def run(line, shell="fish", **variables):
        words = line.split(" ")
        asked = {
            "_RECONCILER_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
        }
        done = subprocess.run(
            [TOOLS / "reconciler"],
            cwd=described,
            env={**environment, **asked, "CONVIRZA_API_URL": "http://127.0.0.1:9", **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return VALUES[shell](done.stdout.removesuffix("\n").split("\n"))

    return run


VALUES = {
    "bash": lambda lines: [line.removeprefix("plain,") for line in lines if line],
    "fish": lambda lines: [line.removeprefix("plain,") for line in lines if line],
    "zsh": lambda lines: lines[1::3],
}


# -- through the protocol


@pytest.mark.parametrize("shell", ["zsh", "fish"])
@pytest.mark.parametrize(
    "line", ["reconciler why ", "reconciler plan --target ", "reconciler apply --target "]
)
def test_addresses_are_those_that_the_files_describe_or_remove(offered, shell, line):
    assert offered(line, shell) == EVERYTHING


def test_bash_gets_what_it_takes_literally(offered):
    assert offered("reconciler why tag/", "bash") == [
        "tag/ORG-1000/Hot\\ lead",
        "tag/ORG-1000/Ratio\\ 1:2,\\ \\$HOME",
        "tag/ORG-1000/it\\'s",
    ]


def test_addresses_begin_as_what_is_typed(offered):
    assert offered("reconciler why user/j") == ["user/jane@acme.example"]
    assert offered("reconciler why nobody") == []
    assert offered("reconciler plan --target=user/j", "bash") == ["user/jane@acme.example"]
    assert offered("reconciler plan --target=user/j", "zsh") == ["--target=user/jane@acme.example"]


def test_addresses_are_those_of_the_paths_given(offered, described):
    (described / "more").mkdir()
    (described / "more" / "tags.yaml").write_text("tags:\n  - {tag_name: New, group: Elsewhere}\n")
    assert offered("reconciler plan more --target ") == ["tag/Elsewhere/New"]


@pytest.mark.parametrize("line", ["reconciler history ", "reconciler undo "])
def test_runs_are_those_of_the_journal_the_newest_first(offered, line):
    assert offered(line) == RUNS


def test_runs_are_none_where_nothing_was_applied(offered, described):
    shutil.rmtree(described / ".reconciler")
    assert offered("reconciler undo ") == []


def test_hidden_fields_are_those_that_resend_takes(offered):
    assert offered("reconciler plan --resend ") == ["user.aliases", "user.timezone", "user.agent_code"]


def test_counts_begin_with_a_kind(offered):
    assert offered("reconciler plan --allow-deletes ") == ["group=", "user=", "tag=", "route="]
    assert offered("reconciler apply --allow-updates u") == ["user="]


def test_kinds_are_as_addresses_begin(offered):
    assert offered("reconciler export --kind ") == ["group", "user", "tag", "route"]


def test_reports_begin_with_a_format_that_the_command_knows(offered):
    assert offered("reconciler plan --report m") == ["markdown="]
    assert offered("reconciler validate --report j") == ["json=", "junit="]


def test_reports_end_in_a_file(offered):
    assert offered("reconciler plan --report markdown=pl") == ["markdown=plan.md"]
    assert offered("reconciler plan --report markdown=pl", "bash") == ["plan.md"]
    assert offered("reconciler plan --report markdown=nowhere/") == []


@pytest.mark.parametrize(
    "content",
    [b"groups: [", b"\xff\xfe\x00", b"", b"- 1\n", b"groups: {a: 1}\nusers: 3\nremoved: [1, null, x/]\n"],
)
def test_files_that_cannot_be_read_are_passed_over(offered, described, content):
    (described / "config.yaml").write_bytes(content)
    assert offered("reconciler why ") == []


def test_a_folder_that_is_not_there_has_no_addresses(offered):
    assert offered("reconciler plan nowhere --target ") == []


@pytest.mark.parametrize(
    "line", ["reconciler", "reconciler ", "reconciler 'why", "reconciler why \\", 'reconciler "']
)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_lines_cut_anywhere_are_no_error(offered, shell, line):
    assert isinstance(offered(line, shell), list)


def test_what_the_terminal_must_not_see_is_not_offered(offered, described):
    (described / "config.yaml").write_text('tags:\n  - {tag_name: "a\\u202eb\\e[31m", group: Acme}\n')
    assert offered("reconciler why ") == []


# -- what bash inserts


@pytest.mark.parametrize(
    ("line", "value", "inserted"),
    [
        ("why ta", "tag/A/Hot lead", r"tag/A/Hot\ lead"),
        (r"why tag/A/Hot\ l", "tag/A/Hot lead", r"tag/A/Hot\ lead"),
        ("why 'tag/A/Hot l", "tag/A/Hot lead", "tag/A/Hot lead"),
        ("why 'tag/A/i", "tag/A/it's", r"tag/A/it'\''s"),
        ('why "tag/A/$', 'tag/A/$5 "off"', r"tag/A/\$5 \"off\""),
        (r'why "tag/A/\$', "tag/A/$5", r"tag/A/\$5"),
        ("why tag/A/1:", "tag/A/1:2", "2"),
        ("why 'tag/A/1:", "tag/A/1:2", "tag/A/1:2"),
        (r"why tag/A/1\:", "tag/A/1:2", "tag/A/1:2"),
        ("why 'tag/A'/H", "tag/A/Hot", "/Hot"),
        ("plan --target=ta", "--target=tag/A/Hot lead", r"tag/A/Hot\ lead"),
        ("plan --report markdown=", "markdown=plan.md", "plan.md"),
        ("plan --tar", "--target", "--target"),
        ("why ", "tag/Ä/名 (neu)*", r"tag/Ä/名\ \(neu\)\*"),
    ],
)
def test_bash_replaces_what_follows_the_last_place_where_it_breaks_words(line, value, inserted):
    assert typed(value, f"reconciler {line}", BREAKS) == inserted


def test_bash_that_does_not_break_words_at_colons_gets_the_whole():
    assert typed("tag/A/1:2", "reconciler why tag/A/1:", " \t\n") == "tag/A/1:2"
    assert typed("--target=tag/A", "reconciler plan --target=t", " \t\n") == "--target=tag/A"


# -- real shells


def at_terminal(command, environment, folder, keys):
    """What is on the screen after the keys were typed and the shell has ended."""
    screen, inside = pty.openpty()
    shell = subprocess.Popen(
        ["setsid", "--ctty", *command],
        cwd=folder,
        env=environment,
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    text, deadline = "", time.monotonic() + PATIENCE
    try:
        os.write(screen, keys.encode())
        while shell.poll() is None and time.monotonic() < deadline:
            if select.select([screen], [], [], 0.1)[0]:
                text += os.read(screen, 65536).decode(errors="replace")
    except OSError:  # the shell is gone
        pass
    finally:
        shell.kill()
        shell.wait(PATIENCE)
        os.close(screen)
    return text


@pytest.fixture
def tools(tmp_path):
    """Where `reconciler` is, and a program that keeps its arguments."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "reconciler").symlink_to(TOOLS / "reconciler")
    kept = str(tmp_path / "kept")
    (folder / "keep").write_text(
        f"#!{sys.executable}\nimport json, sys\nopen({kept!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
    )
    (folder / "keep").chmod(0o755)
    return folder


SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        'eval "$(_RECONCILER_COMPLETE=bash_source reconciler)"\n',
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -Uz compinit; compinit -u -D; eval "$(_RECONCILER_COMPLETE=zsh_source reconciler)"\n',
    ),
    "fish": (
        ["fish", "--no-config", "-i"],
        "_RECONCILER_COMPLETE=fish_source reconciler | source\n",
    ),
}
TO_THE_START = "\x01"  # Ctrl-A


@pytest.mark.parametrize(
    ("begun", "arguments"),
    [
        ("why tag/ORG-1000/H\t", ["why", "tag/ORG-1000/Hot lead"]),
        ("why tag/ORG-1000/R\t", ["why", "tag/ORG-1000/Ratio 1:2, $HOME"]),
        ("why tag/ORG-1000/i\t", ["why", "tag/ORG-1000/it's"]),
        ("why 'tag/ORG-1000/Hot l\t", ["why", "tag/ORG-1000/Hot lead"]),
        ("plan --target tag/ORG-1000/Ratio\\ 1:\t", ["plan", "--target", "tag/ORG-1000/Ratio 1:2, $HOME"]),
        ("plan --target=tag/ORG-1000/H\t", ["plan", "--target=tag/ORG-1000/Hot lead"]),
        ("plan --allow-deletes us\t12", ["plan", "--allow-deletes", "user=12"]),
        ("undo 20260401\t", ["undo", "20260401T101500Z-ffff"]),
        ("plan conf\t", ["plan", "config.yaml"]),
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_real_shell_completes_to_what_the_program_has_to_get(
    described, environment, tools, shell, begun, arguments
):
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    command, source = SHELLS[shell]
    path = f"{tools}{os.pathsep}{environment['PATH']}"
    variables = {**environment, "PATH": path, "TERM": "dumb", "HISTFILE": ""}
    keys = f"{source}reconciler {begun}{TO_THE_START}keep \nexit\n"
    screen = at_terminal(command, variables, described, keys)
    kept = tools.parent / "kept"
    assert kept.exists(), screen
    assert json.loads(kept.read_text()) == ["reconciler", *arguments], screen
