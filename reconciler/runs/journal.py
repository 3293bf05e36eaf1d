"""What was done, written down so that no crash loses it: `.reconciler/journal/RUN.jsonl`, one event a line.

    start     what the run is: account, plan digest, how many changes, which run it undoes
    intent    on disk before a write: the request, the fields from what to what, the object as it was before
    outcome   on disk after it; "answered" is a creation that the platform took without telling its id, and of
              which it does not show anything yet
    settled   what a later command found out about a write that has no outcome
    end       the run came to its end

Other objects stand as their ids throughout: those do not change with names.
"""

import datetime as dt
import json
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple

from reconciler.atomic import unlinked
from reconciler.errors import ReconcilerError, UsageError
from reconciler.objects.codec import is_nested_too_deep

FOLDER = Path(".reconciler", "journal")
FORMAT_VERSION = "1"

Event = Mapping[str, Any]

# Windows lacks O_NOFOLLOW, and has a mode in which it alters line ends.
_APPENDING = (
    os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)

_RUN = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}")


class Journal:
    """The one that is being written; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock, self._syncing = threading.Lock(), threading.Lock()
        self._written = self._synced = 0  # lines, and how many of them are known to be on disk
        self._error: OSError | None = None  # after one, nobody can say what is on disk of what comes later
        # One write of a whole line to the end of the file: a line is there or it is not.
        self._file = os.open(path, _APPENDING, 0o600)

    @property
    def error(self) -> str:
        """Why nothing is written any more; empty as long as all is well."""
        return f"{self.path}: {self._error.strerror}" if self._error else ""

    @property
    def run(self) -> str:
        return self.path.stem

    def write(self, event: str, **facts: Any) -> None:
        """On disk when this returns. Raises ReconcilerError.

        What others wrote while one was waiting for the disk goes there with the next sync, all at once.
        """
        said = {"event": event, "time": stamp(time.time()), **facts}
        line = json.dumps(said, ensure_ascii=True, default=str) + "\n"
        with disk_errors(self.path):
            try:
                self._sync(self._append(line.encode()))
            except OSError as error:
                self._error = self._error or error
                raise

    def _append(self, line: bytes) -> int:
        """The number of the line."""
        with self._lock:
            if self._error:
                raise self._error
            while line:
                line = line[os.write(self._file, line) :]
            self._written += 1
            return self._written

    def _sync(self, number: int) -> None:
        with self._syncing:
            if self._error:
                raise self._error
            if self._synced < number:
                until = self._written
                os.fsync(self._file)
                self._synced = until

    def close(self) -> None:
        """Waits for a line that is being written, for a moment."""
        held = self._lock.acquire(timeout=5)
        try:
            os.close(self._file)
        finally:
            if held:
                self._lock.release()


def stamp(seconds: float) -> str:
    """A moment of the system's clock, as events have it."""
    return f"{dt.datetime.fromtimestamp(seconds, tz=dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        is_no_folder = isinstance(error, FileExistsError | NotADirectoryError)
        hint = "it has to be a directory" if is_no_folder else "what is applied has to be journaled here"
        raise ReconcilerError(f"{error.filename or path}: {error.strerror}; {hint}") from None


@contextmanager
def opened(**start: Any) -> Iterator[Journal]:
    """A new run, begun and in the end ended; without the end it was interrupted by force."""
    with disk_errors(FOLDER):
        unlinked(FOLDER).mkdir(parents=True, exist_ok=True)
        name = f"{dt.datetime.now(tz=dt.UTC):%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}"
        journal = Journal(FOLDER / f"{name}.jsonl")
        _sync_folder(FOLDER)
    try:
        journal.write("start", format_version=FORMAT_VERSION, **start)
        yield journal
    finally:
        journal.close()


def _sync_folder(folder: Path) -> None:
    """The new file's name is on disk too; on Windows, which opens no folder, that is left to the system."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- runs of the past


class Write(NamedTuple):
    """One write of a run: its intent, and what became of it (None: not known)."""

    intent: Event
    outcome: Event | None
    line: int

    @property
    def status(self) -> str:
        return str(self.outcome.get("status")) if self.outcome else "open"


class Run(NamedTuple):
    """A journal as it stands on disk."""

    path: Path
    start: Event
    writes: tuple[Write, ...]
    end: Event | None

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def open(self) -> tuple[Write, ...]:
        """Of what it is not known what became of it when the run ended or died."""
        return tuple(write for write in self.writes if write.status in ("open", "answered"))

    @property
    def applied(self) -> tuple[Write, ...]:
        return tuple(write for write in self.writes if write.status == "applied")


def runs(since: float = 0.0) -> list[Run]:
    """All of this workspace that began, the oldest first, but for those of which nothing was written down
    `since`, in seconds of the system's clock: their journals are not opened. Raises ReconcilerError.
    """
    with disk_errors(FOLDER):
        paths = [path for path in _paths() if path.stat().st_mtime >= since]
        found = [run for run in map(_read, paths) if run.start or run.writes]
    return sorted(found, key=lambda run: (str(run.start.get("time")), run.name))


def unfinished() -> list[Run]:
    """The runs that never came to their end."""
    with disk_errors(FOLDER):
        return [_read(path) for path in _paths() if _last_event(path) != "end"]


def of_plan(digest: str, since: float) -> str | None:
    """The run that this plan was applied in since it was made, if there is one; `since` is in seconds of the
    system's clock. The same plan may well be made again, after somebody took back what the first one did.
    """
    made = stamp(since)
    with disk_errors(FOLDER):
        for path in _paths():
            start = next(_events(path), (1, {}))[1]
            if start.get("digest") == digest and str(start.get("time")) >= made:
                return path.stem
    return None


def names() -> list[str]:
    """Of the runs that have a journal, the oldest first."""
    return [path.stem for path in _paths()]


def _paths() -> list[Path]:
    found = sorted(FOLDER.glob("*.jsonl")) if unlinked(FOLDER).is_dir() else []
    return [path for path in found if _RUN.fullmatch(path.stem) and not path.is_symlink()]


def _last_event(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
        last = file.read().splitlines()[-1:]
    try:
        return str(json.loads(last[0])["event"])
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def find(name: str) -> Run:
    """Raises UsageError; a name with a path in it is no run."""
    with disk_errors(FOLDER):
        found = [path for path in _paths() if path.stem == name]
        if not found:
            raise UsageError(f"there is no run {name!r}; `reconciler history` lists them")
        return _read(found[0])


def _read(path: Path) -> Run:
    """A last line that was cut off, as a dying machine may leave it, counts as not written; so does an
    outcome that is not as this program writes it.
    """
    start: Event = {}
    end: Event | None = None
    writes: dict[str, Write] = {}
    for number, event in _events(path):
        match event.get("event"):
            case "start":
                start = event
            case "intent":
                writes[str(event.get("address"))] = Write(event, None, number)
            case "outcome" | "settled" if (at := str(event.get("address"))) in writes and _is_outcome(event):
                writes[at] = writes[at]._replace(outcome=event)
            case "end":
                end = event
    return Run(path, start, tuple(writes.values()), end)


def _is_outcome(event: Event) -> bool:
    return isinstance(event.get("status"), str) and type(event.get("id")) in (int, NoneType)


def _events(path: Path) -> Iterator[tuple[int, Event]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict) and not is_nested_too_deep(event):
                yield number, event


def append(run: Run, event: str, **facts: Any) -> None:
    """A later finding about an old run, on a line of its own even where the last one was cut off."""
    with disk_errors(run.path):
        torn = not run.path.read_bytes().endswith(b"\n")
        journal = Journal(run.path)
        try:
            if torn:
                with run.path.open("ab") as file:
                    file.write(b"\n")
            journal.write(event, **facts)
        finally:
            journal.close()
