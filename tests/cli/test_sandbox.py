"""`reconciler sandbox` as a process of its own."""

import json
import re
import signal
import subprocess
import sys

import pytest

from reconciler import __main__ as program
from tests.unit.conftest import full_disk

SEED = {"account": {"org_unit_id": 7, "org_unit_name": "Tiny"}}


@pytest.fixture
def served(workspace, environment):
    (workspace / "seed.json").write_text(json.dumps(SEED))
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", "sandbox", "--seed", "seed.json"],
        cwd=workspace,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate(timeout=30)


def test_a_served_sandbox_is_used_by_what_it_prints(served, reconciler, workspace):
    lines = [served.stdout.readline() for _ in range(3)]
    variables = dict(re.findall(r"export (\w+)=(.+)", "".join(lines)))
    (workspace / "all.yaml").write_text("groups:\n  - {org_unit_name: Tiny, city: Boston}\n")
    run = reconciler("apply", "--yes", **variables)
    assert (run.code, "✓ group/Tiny updated" in run.out) == (0, True), run
    served.send_signal(signal.SIGINT)
    assert served.wait(30) == 0


def test_a_mistake_in_the_program_is_no_traceback(monkeypatch, capsys):
    """Whatever is raised by accident: here by an argument that no shell can pass."""
    monkeypatch.setattr(sys, "argv", ["reconciler", 7])
    assert program.run() == 1
    printed = capsys.readouterr()
    assert "This is a mistake in the program, please report it" in printed.err
    assert "Traceback" not in printed.err


def test_a_full_disk_is_told_with_the_file_that_it_has_no_room_for(workspace, environment):
    state = workspace / ".reconciler" / "sandbox.json"
    state.parent.mkdir()
    (state.parent / ".gitignore").write_text("*\n")
    command = [sys.executable, "-m", "reconciler", "plan", "--sandbox"]
    plain = {name: value for name, value in environment.items() if not name.startswith("COVERAGE")}
    with full_disk():
        run = subprocess.run(
            command, cwd=workspace, env=plain, capture_output=True, text=True, timeout=60, check=False
        )
    assert (run.returncode, run.stderr) == (1, f"Error: {state}: File too large\n")


def test_a_preview_leaves_the_sandbox_as_somebody_else_has_left_it(reconciler, workspace):
    (workspace / "all.yaml").write_text("tags: [{tag_name: New, group: ORG-1002}]\n")
    assert reconciler("plan", "--sandbox").code == 0
    state = workspace / ".reconciler" / "sandbox.json"
    before = state.stat().st_ino, state.read_bytes()
    assert reconciler("plan", "--sandbox").code == 0
    assert (state.stat().st_ino, state.read_bytes()) == before
