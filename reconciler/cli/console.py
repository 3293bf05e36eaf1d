"""What the terminal shows: lines, colours, and signs of life."""

import codecs
import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from reconciler.errors import ReconcilerError
from reconciler.progress import Progress, unwatched
from reconciler.wording import safe

if TYPE_CHECKING:
    from logging import LogRecord

    from rich.progress import Progress as Bars

_PLAIN = {"→": "->", "…": "...", "✓": "+", "✗": "x", "·": "-", "│": "|", "├": "|", "└": "`", "─": "-"}


def show_what_the_terminal_can() -> None:
    """Characters that an old terminal does not know become plain ones or escapes, never an error."""
    codecs.register_error("plain", _plain)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # whoever runs us has closed it
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for good
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, end = codecs.backslashreplace_errors(error)
    characters = error.object[error.start : error.end]
    if all(character in _PLAIN for character in characters):
        text = "".join(_PLAIN[character] for character in characters)
    return text, end


def speak_utf8() -> None:
    """What is no text for a person is read by a program, which expects UTF-8 and plain line ends whatever the
    system knows.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors=sys.stdout.errors, newline="\n")


_unwritten: list[str] = []  # why stdout did not take everything


def echo(lines: Iterable[str], *, err: bool = False) -> None:
    """To stdout or stderr. Where that is closed at its other end or full, the rest goes nowhere, and what is
    being done goes on.
    """
    stream = sys.stderr if err else sys.stdout
    with _let_go_where_it_fails(stream):
        for line in lines:
            stream.write(f"{line}\n")


def flush() -> None:
    """In the end. Raises ReconcilerError if not all that was printed could be written."""
    with _let_go_where_it_fails(sys.stdout):
        sys.stdout.flush()
    if _unwritten:
        reason = _unwritten[0]
        _unwritten.clear()
        raise ReconcilerError(f"not all of the output could be written: {reason}")


@contextmanager
def _let_go_where_it_fails(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            _unwritten.append(error.strerror or str(error))


def colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


# -- how much is said: what `-v` and `--quiet` are remembered by for the length of a command

VERBOSE, QUIET = f"{__name__}.verbose", f"{__name__}.quiet"


def remark(lines: Iterable[str]) -> None:
    """What nobody asked for and nobody has to act on."""
    if not is_quiet():
        echo(lines, err=True)


def is_quiet() -> bool:
    return _is_set(QUIET)


def _is_set(name: str) -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(name))


def tell_requests() -> None:
    """From now on, every request is told as it is answered."""
    import logging

    log = logging.getLogger("reconciler")
    if not log.handlers:
        log.addHandler(logging.StreamHandler())
        log.handlers[0].addFilter(_made_safe)
    log.setLevel(logging.INFO)


def _made_safe(record: "LogRecord") -> bool:
    record.msg, record.args = safe(record.getMessage()), None
    return True


_SELDOM = 30.0  # seconds between two words about one host, however many workers wait for it


def told_waits() -> Callable[[str, str], None]:
    """Says why nothing goes on, unless it is to be quiet, or every request is told anyway."""
    spoken: dict[str, float] = {}  # when there was a word about a host
    lock, is_heard = threading.Lock(), not is_quiet() and not _is_set(VERBOSE)

    def tell(host: str, words: str) -> None:
        with lock:
            now = time.monotonic()
            if is_heard and now - spoken.get(host, -_SELDOM) >= _SELDOM:
                spoken[host] = now
                echo([safe(words)], err=True)

    return tell


# -- progress

_WIDE = 70  # columns; where there are fewer, the figures matter more than the bar
_PATIENCE = 1.0  # seconds before there is a word about what takes long


def _is_watched() -> bool:
    """Whether a person looks on who would like to see something move."""
    moves = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return moves and not os.environ.get("CI") and not is_quiet() and not _is_set(VERBOSE)


@contextmanager
def working(what: str, *, at_once: bool = False) -> Iterator[Progress]:
    """Says on a terminal what is being done, if it takes longer than a moment.

    Gives a function that is told what has been counted so far, and of how many.
    """
    if not _is_watched():
        yield unwatched
        return
    bar, report = _bar(what)
    start = threading.Timer(_PATIENCE, bar.start)
    start.daemon = True
    if at_once:
        bar.start()
    else:
        start.start()
    try:
        yield report
    finally:
        start.cancel()
        if start.is_alive():
            start.join()
        bar.stop()


def _bar(what: str) -> "tuple[Bars, Progress]":
    """Each thing that is counted has a line of its own, with the time that it may still take."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    screen = Console(stderr=True)
    wide = screen.width >= _WIDE
    drawn = (BarColumn(),) if wide else ()
    columns = TextColumn("{task.description}"), *drawn, MofNCompleteColumn(), TimeRemainingColumn()
    bar = Bars(*columns, console=screen)
    tasks = {"": bar.add_task(what, total=None)}

    def report(counted: str, done: int, total: int) -> None:
        if counted not in tasks:
            tasks[counted] = bar.add_task(f"{what}: {counted}" if wide else counted, total=total)
            bar.update(tasks[""], visible=False)
        bar.update(tasks[counted], completed=done, total=total)

    return bar, report
