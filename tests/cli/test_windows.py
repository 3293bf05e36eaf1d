"""What is otherwise on Windows, as far as it can be had here. Nothing shows that the program works there."""

import subprocess
import sys

import pytest

AS_THERE = """
import os, sys

open_, fdopen, commonpath = os.open, os.fdopen, os.path.commonpath
del os.O_NOFOLLOW, os.O_DIRECTORY

def no_folder(path, *arguments, **options):
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", str(path))
    return open_(path, *arguments, **options)

def with_other_line_ends(handle, mode="r", *arguments, **options):
    if "w" in mode and "b" not in mode and options.get("newline") is None:
        options["newline"] = "\\r\\n"
    return fdopen(handle, mode, *arguments, **options)

def on_one_drive(paths):
    if len({"/drive-d/" in f"{path}/" for path in paths}) > 1:
        raise ValueError("Paths don't have the same drive")
    return commonpath(paths)

os.open, os.fdopen, os.path.commonpath = no_folder, with_other_line_ends, on_one_drive
sys.stdout.reconfigure(newline="\\r\\n")

from reconciler.__main__ import main
main()
"""


UNTIDY = "tags:\n- {tag_name:   'New', group: ORG-1002}\n"


@pytest.fixture
def there(workspace, environment):
    """Runs `reconciler ARGS` on something like Windows, which succeeds; gives what it printed."""

    def run(*arguments, text_in=b""):
        command = [sys.executable, "-c", AS_THERE, *map(str, arguments)]
        done = subprocess.run(
            command, input=text_in, cwd=workspace, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done
        return done.stdout

    (workspace / "all.yaml").write_text(UNTIDY)
    return run


def test_a_run_and_its_undoing(there, workspace):
    assert b"created" in there("apply", "--yes")
    [run] = (workspace / ".reconciler" / "journal").glob("*.jsonl")
    assert b"deleted" in there("undo", run.stem, "--yes")


def test_a_plan_on_another_drive(there, workspace):
    drive = workspace.parent / "drive-d"
    drive.mkdir()
    there("plan", "--out", drive / "plan.json", "--report", f"html={drive / 'plan.html'}")
    there("apply", "--plan", drive / "plan.json", "--yes")


def test_line_ends_of_files(there, workspace):
    there("fmt")
    assert b"\r" not in (workspace / "all.yaml").read_bytes()
    there("fmt", "--check")


@pytest.mark.parametrize("command", [("fmt", "-"), ("export",), ("plan", "--format", "json")], ids=" ".join)
def test_line_ends_of_what_programs_read(there, command):
    found = there(*command, text_in=UNTIDY.encode())
    assert b"\n" in found
    assert b"\r" not in found
