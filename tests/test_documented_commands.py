"""Every command that README.md and docs/*.md show is run, and says what they show.

A document's fenced blocks of the language `console` run in order, in one workspace that begins empty.
`$ ` begins a command for `sh`; where it ends in a backslash, the next line belongs to it, with or without a
leading `> `. What follows up to the next command is what it says, on standard output and standard error;
where nothing is shown, anything may be said. A line with `…` alone stands for any number of lines, a `…`
within a line for any text. A comment behind a command is for readers.

Commands reach a simulated platform that is the document's own, with credentials in the environment;
`--sandbox` works too, and is another one. git knows an author and a date.

HTML comments, which readers do not see, prepare what follows them, several in a row as well:

    <!-- files: examples/quickstart -->  copies what is in that folder of this repository into the workspace
    <!-- write: NAME -->                 the next block, of any language but console, becomes this file
    <!-- append: NAME -->                the next block is put at the end of this file
    <!-- fresh -->                       empties the workspace, its .reconciler/ as well
    <!-- shell: COMMAND -->              runs without being seen, and has to succeed
    <!-- runs: exit 2 -->                how the last command of the next console block exits, if not with 0;
                                         `exit 0, exit 2` is about the last two
    <!-- answers: y, no -->              what is typed at the prompts of the next console block, in this order

What cannot run here stands in EXCEPTIONS, each with the reason; one that no document shows any more fails.
"""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from reconciler.sandbox import serve

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXCEPTIONS = {
    "make demo": "sets up an environment; what it runs then stands in the next block of the README",
    "make test": "runs this test",
    "pip install .": "changes the environment that the tests run in",
    "reconciler sandbox --seed acme.json": "serves until Ctrl-C",
    "reconciler doctor [--format text|json] [--sandbox] [PATH]...": "a synopsis",
}
# In one document only: what it shows needs a platform that is made to differ.
EXCEPTIONS_OF = {
    ("doctor.md", "reconciler doctor"): "shows a platform that contradicts what is assumed of it"
}
DIRECTIVE = re.compile(r"<!-- (files|write|append|fresh|shell|runs|answers)(?:: (.*?))? -->")
FENCE = re.compile(r"^(`{3,})(\w*)\s*$")
PATIENCE = 60  # seconds without a word, then a command is stopped


class Step(NamedTuple):
    """What a document asks for at one of its lines: a directive, or `console` or `text` for a block."""

    line: int
    what: str
    text: str


class Command(NamedTuple):
    line: int
    text: str
    said: str  # "" where nothing is shown


# -- reading a document


def steps(text: str) -> Iterator[Step]:
    """The directives and blocks of a document, in order."""
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        directive, fence = DIRECTIVE.fullmatch(line.strip()), FENCE.match(line)
        if directive:
            yield Step(number, directive[1], directive[2] or "")
        elif fence:
            inside = []
            for _, each in lines:
                if each.rstrip() == fence[1]:
                    break
                inside.append(each)
            yield Step(number, "console" if fence[2] == "console" else "text", "\n".join(inside))


def commands(step: Step) -> Iterator[Command]:
    """The commands of a console block, each with what it is shown to say."""
    for found in re.finditer(r"^\$ (.*(?:(?<=\\)\n.*)*)((?:\n(?!\$ ).*)*)", step.text, re.MULTILINE):
        line = step.line + 1 + step.text[: found.start()].count("\n")
        command = re.sub(r"\\\n(?:> )?", "", found[1])
        yield Command(line, re.sub(r"\s+# .*$", "", command).strip(), found[2].strip("\n"))


def shown(document: Path) -> set[str]:
    found = steps(document.read_text(encoding="utf-8"))
    return {each.text for step in found if step.what == "console" for each in commands(step)}


def is_said(expected: str, said: str) -> bool:
    """Whether it is what the document shows, but for trailing blank lines and what `…` stands for."""
    lines = (line.rstrip() for line in expected.rstrip().split("\n"))
    pattern = "".join(_ANY_LINES if line == "…" else f"{_one(line)}\n" for line in lines)
    plain = "".join(f"{line.rstrip()}\n" for line in said.rstrip().split("\n"))
    return re.fullmatch(pattern, plain) is not None


_ANY_LINES = r"(?:.*\n)*?"


def _one(line: str) -> str:
    return ".*?".join(map(re.escape, line.split("…")))


# -- running it


class Workspace:
    """The folder and the environment of one document, and what its directives have prepared."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.file: tuple[str, str] | None = None  # "write" or "append", and the name
        self.codes: list[int] = []
        self.answers: list[str] = []

    def take(self, document: str, step: Step) -> None:
        """Does one step. Fails with the place where the document and the program differ."""
        match step.what:
            case "console":
                self._console(document, step)
            case "text" if self.file:
                self._write(step.text)
            case "write" | "append":
                self.file = step.what, step.text
            case "runs":
                self.codes = [int(each.removeprefix("exit ")) for each in step.text.split(", ")]
            case "answers":
                self.answers = step.text.split(", ")
            case "files" | "fresh" | "shell":
                self._prepare(step)

    def _prepare(self, step: Step) -> None:
        if step.what == "files":
            shutil.copytree(ROOT / step.text, self.folder, dirs_exist_ok=True)
        elif step.what == "shell":
            code, said = self.run(step.text)
            assert code == 0, f"line {step.line}: {step.text}\n{said}"
        else:
            shutil.rmtree(self.folder)
            self.folder.mkdir()

    def _write(self, text: str) -> None:
        assert self.file
        mode, path = "a" if self.file[0] == "append" else "w", self.folder / self.file[1]
        self.file = None
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding="utf-8") as file:
            file.write(f"{text}\n")

    def _console(self, document: str, step: Step) -> None:
        found = list(commands(step))
        codes = [*[0] * (len(found) - len(self.codes)), *self.codes]
        for command, code in zip(found, codes, strict=True):
            if command.text not in EXCEPTIONS and (document, command.text) not in EXCEPTIONS_OF:
                ended, said = self.run(command.text)
                place = f"{document}:{command.line}: $ {command.text}"
                assert ended == code, f"{place}\nexits with {ended}, not {code}\n{said}"
                is_as_shown = not command.said or is_said(command.said, said)
                assert is_as_shown, f"{place}\n--- shown\n{command.said}\n--- said\n{said}"
        assert self.answers == [], f"{document}:{step.line}: nobody asks for {self.answers}"
        self.codes = []

    def run(self, command: str) -> tuple[int, str]:
        """The exit code, and all that it says; at a prompt, the next answer is typed, as a person sees it."""
        screen, keyboard = pty.openpty()
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=keyboard if self.answers else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        said = b""
        with process:
            while data := self._read(process):
                said += data
                if said.endswith(b": ") and self.answers:
                    said += typed(screen, self.answers.pop(0))
        os.close(screen)
        os.close(keyboard)
        return process.returncode, said.decode()

    def _read(self, process: subprocess.Popen[bytes]) -> bytes:
        """What comes next; nothing at the end, and where nothing has come for too long."""
        assert process.stdout
        if not select.select([process.stdout], [], [], PATIENCE)[0]:
            os.killpg(process.pid, signal.SIGKILL)
        return os.read(process.stdout.fileno(), 65536)


def typed(screen: int, answer: str) -> bytes:
    """What shows of it: nothing where the terminal does not echo, as for passwords."""
    is_hidden = not termios.tcgetattr(screen)[3] & termios.ECHO
    os.write(screen, f"{answer}\n".encode())
    return b"\n" if is_hidden else f"{answer}\n".encode()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    for name in ("workspace", "bin", "home"):
        (tmp_path / name).mkdir()
    script = tmp_path / "bin" / "reconciler"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONVIRZA_", "COV_", "GIT_"))
    }
    with serve() as platform:
        addresses = {
            "CONVIRZA_API_URL": platform.api_url,
            "CONVIRZA_OAUTH_URL": platform.oauth_url,
            "CONVIRZA_TOKEN": platform.token,
            "CONVIRZA_RETRY_WAIT": "0.01",
        }
        yield Workspace(tmp_path / "workspace", {**kept, **_person(tmp_path), **addresses})


def _person(folder: Path) -> dict[str, str]:
    """Whoever sits there: their home, their programs, and what git knows of them."""
    who = {f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in _GIT.items()}
    return {
        **who,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(folder),
        "HOME": str(folder / "home"),
        "XDG_STATE_HOME": str(folder / "home" / "state"),
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",  # what is said stands in the order in which it was said
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }


_GIT = {"NAME": "Ann", "EMAIL": "ann@acme.example", "DATE": "2026-04-01T10:00:00Z"}


# -- the tests


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_shows_what_happens(document, workspace):
    for step in steps(document.read_text(encoding="utf-8")):
        workspace.take(document.name, step)
    assert (workspace.file, workspace.codes, workspace.answers) == (None, [], []), "nothing follows it"


def test_what_cannot_run_is_still_shown():
    everywhere = {str(document): shown(document) for document in DOCUMENTS}
    assert set(EXCEPTIONS) <= set().union(*everywhere.values())
    assert [each for each in EXCEPTIONS_OF if each[1] not in everywhere[str(ROOT / "docs" / each[0])]] == []


def test_directives_are_spelled_right():
    """A slip of the pen would be an ordinary comment, and prepare nothing."""
    words = r"<!-- *(?:file|write|append|fresh|shell|run|exit|answer|workspace)\w*\b.*?-->"
    found = [
        (path.name, each)
        for path in DOCUMENTS
        for each in re.findall(words, path.read_text(encoding="utf-8"))
    ]
    assert [each for each in found if not DIRECTIVE.fullmatch(each[1])] == []


DOCUMENT = """\
Text with a `$ sign`.

<!-- write: a.txt -->
```yaml
one: …
```

<!-- runs: exit 3 -->
```console
$ cat a.txt   # what was written
one: …
$ cat \\
>   a.txt missing
…
cat: missing: …

$ exit 3
```
"""


def test_a_document_is_read_in_order():
    write, text, runs, console = steps(DOCUMENT)
    assert (write.what, write.text, text.what, text.text) == ("write", "a.txt", "text", "one: …")
    assert (runs.what, runs.text, console.line) == ("runs", "exit 3", 9)
    assert list(commands(console)) == [
        Command(10, "cat a.txt", "one: …"),
        Command(12, "cat   a.txt missing", "…\ncat: missing: …"),
        Command(17, "exit 3", ""),
    ]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("a\nb", "a\nb\n\n"),
        ("…", ""),
        ("…", "a\nb\n"),
        ("a\n…\nd", "a\nd\n"),
        ("a\n…\nd", "a\nb\nc\nd\n"),
        ("run … of 3", "run 20260401T101500Z-1a2b of 3\n"),
        ("  a (b) [c] *", "  a (b) [c] *\n"),
    ],
)
def test_what_is_shown_stands_for(expected, said):
    assert is_said(expected, said)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("a", "a\nb\n"),
        ("a\nb", "a\n"),
        ("…\nb", "a\n"),
        ("a … c", "a b\nc\n"),
        (".", "a\n"),
        (" a", "a\n"),
        ("a", ""),
    ],
)
def test_what_is_shown_does_not_stand_for(expected, said):
    assert not is_said(expected, said)


def test_a_command_that_says_something_else_is_a_failure(workspace):
    with pytest.raises(AssertionError, match=r"x\.md:4: \$ echo b\n\s*--- shown\n\s*a\n\s*--- said\n\s*b"):
        workspace.take("x.md", Step(3, "console", "$ echo b\na"))


def test_a_command_that_exits_otherwise_is_a_failure(workspace):
    workspace.take("x.md", Step(1, "runs", "exit 0, exit 2"))
    with pytest.raises(AssertionError, match=r"x\.md:5: \$ true\n\s*exits with 0, not 2"):
        workspace.take("x.md", Step(3, "console", "$ true\n$ true"))


def test_answers_are_typed_and_passwords_do_not_show(workspace):
    workspace.take("x.md", Step(1, "answers", "ann, secret"))
    ask = "printf 'Name: '; read a; stty -echo; printf 'Password: '; read b; stty echo; echo; echo $a $b"
    workspace.take("x.md", Step(2, "console", f"$ {ask}\nName: ann\nPassword:\n\nann secret"))


def test_answers_that_nobody_asks_for_are_a_failure(workspace):
    workspace.take("x.md", Step(1, "answers", "y"))
    with pytest.raises(AssertionError, match="nobody asks"):
        workspace.take("x.md", Step(2, "console", "$ true"))


def test_files_are_prepared(workspace):
    for step in steps("<!-- write: a/b -->\n```\none\n```\n<!-- append: a/b -->\n```\ntwo\n```\n"):
        workspace.take("x.md", step)
    workspace.take("x.md", Step(1, "console", "$ cat a/b\none\ntwo"))
    workspace.take("x.md", Step(2, "fresh", ""))
    workspace.take("x.md", Step(3, "files", "examples/quickstart"))
    workspace.take("x.md", Step(4, "shell", "test -f users.yaml"))
    workspace.take("x.md", Step(5, "console", "$ ls -A\ncalls.yaml\ngroups.yaml\nusers.yaml"))
