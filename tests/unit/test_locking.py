"""One apply at a time."""

import subprocess
import sys

import pytest

from reconciler.errors import ReconcilerError, RefusedError
from reconciler.runs.locking import LOCK, exclusive


@pytest.fixture(autouse=True)
def _workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_lock_is_free_again_afterwards():
    for _ in range(2):
        with exclusive():
            assert LOCK.exists()


def test_who_has_the_lock_has_it_again():
    with exclusive(), exclusive():
        pass
    with exclusive():
        pass


HOLDER = """
import sys
from reconciler.runs.locking import exclusive
with exclusive():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_keeps_it_until_it_dies():
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RefusedError, match="another apply is running"), exclusive():
            raise AssertionError("two at once")
        holder.kill()
        holder.wait(10)
    with exclusive():
        pass


def test_a_lock_that_cannot_be_made():
    LOCK.parent.write_text("not a folder")
    with pytest.raises(ReconcilerError, match="File exists"), exclusive():
        raise AssertionError("nothing may be done without the lock")


def test_a_workspace_that_may_not_be_written_into(unprivileged, monkeypatch):
    workspace = unprivileged / "workspace"
    workspace.mkdir(mode=0o555)
    monkeypatch.chdir(workspace)
    told = r"^\.reconciler: Permission denied; what is applied has to be journaled here$"
    with pytest.raises(ReconcilerError, match=told), exclusive():
        raise AssertionError("nothing may be done without the lock")
