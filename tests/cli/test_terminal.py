"""What a person at a terminal sees, through a real pseudo-terminal."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
PATIENCE = 30  # seconds, then the test gives up


class Terminal:
    """A process that believes a person is watching."""

    def __init__(self, arguments, folder, environment):
        self.screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reconciler", *arguments],
            cwd=folder,
            env=environment,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)
        self.text = ""

    def read_until(self, words):
        deadline = time.monotonic() + PATIENCE
        while words not in self.text and time.monotonic() < deadline:
            if not self._read():
                break
        assert words in self.text
        return self

    def type(self, text):
        os.write(self.screen, text.encode())
        return self

    def end(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._read():
            pass
        os.close(self.screen)
        return self.process.wait(PATIENCE)

    def _read(self):
        if not select.select([self.screen], [], [], 1)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self.screen, 65536)
        except OSError:  # the other end is closed
            return False
        self.text += data.decode(errors="replace")
        return bool(data)


@pytest.fixture
def terminal(workspace, environment):
    shutil.copytree(QUICKSTART, workspace, dirs_exist_ok=True)
    opened = []

    def start(*arguments, **variables):
        shown = {**environment, "TERM": "xterm-256color", **variables}
        opened.append(Terminal(arguments, workspace, shown))
        return opened[-1]

    yield start
    for each in opened:
        if each.process.poll() is None:
            each.process.kill()
            each.end()


def test_apply_asks_and_takes_yes(terminal, platform):
    run = (
        terminal("apply")
        .read_until("Apply 4 creations, 6 updates and 2 deletions to Acme (account 1001)? [y/N]: ")
        .type("y\n")
        .read_until("Done: 12 applied.")
    )
    assert run.end() == 0
    assert "\x1b[32m" in run.text
    assert "12/12" in run.text


def test_undo_asks_what_it_takes_back_and_where(terminal, workspace, platform):
    (workspace / "calls.yaml").write_text("removed: [tag/ORG-1000/Spam]\n")
    assert terminal("apply", "calls.yaml", "--yes").end() == 0
    [run] = [path.stem for path in workspace.glob(".reconciler/journal/*.jsonl")]
    asked = terminal("undo", run).read_until("Apply 1 creation to Acme (account 1001)? [y/N]: ")
    assert asked.type("n\n").end() == 1


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_apply_asks_and_takes_no(terminal, workspace, platform, answer):
    run = terminal("apply", "--report", "markdown=result.md").read_until("[y/N]:").type(answer)
    assert run.end() == 1
    assert "not confirmed; nothing was changed" in run.text
    assert "<h3>❌ The plan was not applied</h3>" in (workspace / "result.md").read_text()
    assert {each["method"] for each in platform.requests()} == {"GET"}


def in_oslo(seed):
    groups = [{**each, "city": "Oslo"} if each["org_unit_id"] == 1002 else each for each in seed["groups"]]
    return {**seed, "groups": groups}


def with_the_group(seed):
    group = {"org_unit_id": 1099, "org_unit_name": "East", "parent": 1002}
    return {**seed, "groups": [*seed["groups"], group]}


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        (in_oslo, "group/ORG-1002: city was 'Boston' when the plan was made and is 'Oslo' now"),
        (with_the_group, "group/ORG-2001: there is one on the platform now, id 1099"),
    ],
)
def test_what_moves_while_the_prompt_is_open_is_not_overwritten(terminal, platform, meanwhile, told):
    """However quick the answer is."""
    run = terminal("apply").read_until("[y/N]:")
    platform.load(meanwhile(platform.dump()))
    assert run.type("y\n").end() == 4
    assert told in run.text
    assert {each["method"] for each in platform.requests()} == {"GET"}


def test_ctrl_c_at_the_prompt(terminal, platform):
    run = terminal("apply").read_until("[y/N]:")
    time.sleep(0.5)  # no person is faster than the interpreter between its prompt and its waiting
    run.process.send_signal(2)
    code = run.end()
    assert (code, "Interrupted; nothing was changed." in run.text) == (130, True), run.text
    assert {each["method"] for each in platform.requests()} == {"GET"}


def test_no_color(terminal):
    run = terminal("plan", NO_COLOR="1")
    assert run.end() == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", run.text)


def test_where_nothing_can_be_printed_it_is_told_and_what_was_done_counts(workspace, environment, platform):
    shutil.copytree(QUICKSTART, workspace, dirs_exist_ok=True)
    with (workspace / "groups.yaml").open() as not_to_be_written:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", "apply", "--yes"],
            cwd=workspace,
            env={**environment, "PYTHONUNBUFFERED": ""},
            stdout=not_to_be_written,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    told = "Error: not all of the output could be written: Bad file descriptor\n"
    assert (done.returncode, done.stderr) == (1, told)
    assert sum(each["method"] != "GET" for each in platform.requests()) == 12


def test_output_to_head_ends_quietly(workspace, environment):
    shutil.copytree(QUICKSTART, workspace, dirs_exist_ok=True)
    piped = f"{sys.executable} -m reconciler plan | head -n 1"
    done = subprocess.run(
        ["sh", "-c", piped],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("Acme (account 1001)\n", "")


def test_a_terminal_that_knows_no_unicode(terminal):
    run = terminal("plan", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert run.end() == 0
    assert "Boston -> New York" in re.sub(r"\x1b\[[0-9;]*m", "", run.text)


def nowhere(kind):
    """A file descriptor that takes nothing."""
    if kind == "full":
        return os.open("/dev/full", os.O_WRONLY)
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.fixture
def printing(workspace, environment):
    """Runs the program with such a stdout."""

    def run(kind, *arguments, unbuffered):
        descriptor = nowhere(kind)
        try:
            return subprocess.run(
                [sys.executable, "-m", "reconciler", *arguments],
                cwd=workspace,
                env={**environment, "PYTHONUNBUFFERED": unbuffered},
                stdout=descriptor,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
                check=False,
            )
        finally:
            os.close(descriptor)

    return run


REFUSING = "settings: {limits: {delete: 0}}\nremoved: [tag/ORG-1000/Spam]\n"
UNTOLD = "Error: not all of the output could be written: No space left on device\n"


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    ("stdout", "arguments", "code", "told"),
    [
        ("full", ["plan"], 3, "refused, nothing was changed"),
        ("closed", ["plan"], 3, "refused, nothing was changed"),
        ("full", ["validate"], 1, UNTOLD),
        ("closed", ["validate"], 0, ""),
        ("full", ["--help"], 1, "No space left on device"),
        ("closed", ["--help"], 0, ""),
    ],
)
def test_output_that_nothing_takes(printing, workspace, stdout, arguments, code, told, unbuffered):
    (workspace / "all.yaml").write_text(REFUSING)
    done = printing(stdout, *arguments, unbuffered=unbuffered)
    assert (done.returncode, told in done.stderr, "Exception" in done.stderr) == (code, True, False), done


def test_reports_are_written_where_nothing_can_be_printed(printing, workspace, platform):
    (workspace / "all.yaml").write_text("removed: [tag/ORG-1000/Spam]\n")
    done = printing("full", "apply", "--yes", "--report", "markdown=result.md", unbuffered="1")
    assert (done.returncode, done.stderr) == (1, UNTOLD)
    assert "tag/ORG-1000/Spam" in (workspace / "result.md").read_text()


def test_the_sandbox_serves_on_though_nobody_reads_where(workspace, environment):
    descriptor = nowhere("closed")
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", "sandbox"],
        cwd=workspace,
        env=environment,
        stdout=descriptor,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(descriptor)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Serving until Ctrl-C; http://127.0.0.1:")
    process.send_signal(signal.SIGINT)
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)
