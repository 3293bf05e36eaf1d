"""The program as a process of its own, without the time that Python takes to read it.

A server has every module of the program in memory and forks for each command. Its stdin has what to run, a
line of JSON for each command, its stdout the exit code.
"""

import atexit
import gc
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from coverage import Coverage

import reconciler
from reconciler.__main__ import main

PATIENCE = 60  # seconds, then a command is ended
STREAMS = ("stdin", "stdout", "stderr")
READ_BY_PYTHON = ("PYTHON", "LANG", "LC_")  # once, when it starts


class Run(NamedTuple):
    code: int
    out: str
    err: str


class Forks(NamedTuple):
    asked: IO[str]
    answered: IO[str]

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], text_in: str
    ) -> Run:
        """What `reconciler ARGUMENTS` gives in a folder."""
        with tempfile.TemporaryDirectory() as kept:
            streams = {name: Path(kept, name) for name in STREAMS}
            streams["stdin"].write_text(text_in)
            command = {
                "arguments": arguments,
                "folder": str(folder),
                "environment": dict(environment),
                "streams": [str(path) for path in streams.values()],
            }
            print(json.dumps(command), file=self.asked, flush=True)
            code = int(self.answered.readline())
            return Run(code, streams["stdout"].read_text(), streams["stderr"].read_text())


@contextmanager
def serving() -> Iterator[Forks]:
    command = [sys.executable, "-m", "tests.forks"]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield Forks(server.stdin, server.stdout)
        server.stdin.close()


def started(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], text_in: str) -> Run:
    """The same from a new Python, for what that reads when it starts."""
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", *arguments],
        cwd=folder,
        env=environment,
        input=text_in,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def _serve() -> None:
    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        __import__(module.name)
    if measured := Coverage.current():
        measured.save()  # so that each child tells of itself alone
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(json.loads(line))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _become(command: Mapping[str, Any]) -> None:
    """Be `python -m reconciler` in this process, to its end."""
    signal.alarm(PATIENCE)
    os.chdir(command["folder"])
    os.environ.clear()
    os.environ.update(command["environment"])
    for number, path in enumerate(command["streams"]):
        os.dup2(os.open(path, os.O_CREAT | (os.O_WRONLY if number else os.O_RDONLY), 0o600), number)
    sys.argv = ["reconciler", *command["arguments"]]
    try:
        main()
    except SystemExit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        atexit._run_exitfuncs()
        os._exit(int(ended.code or 0))  # to free every object would copy all memory that is shared


if __name__ == "__main__":
    _serve()
