"""What the terminal shows: lines, colours, and signs of life."""

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_PLAIN = {"→": "->", "…": "...", "✓": "+", "✗": "x", "·": "-"}


def show_what_the_terminal_can() -> None:
    """Characters that an old terminal does not know become plain ones or escapes, never an error."""
    codecs.register_error("plain", _plain)
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


def echo(lines: Iterable[str], *, err: bool = False) -> None:
    stream = sys.stderr if err else sys.stdout
    for line in lines:
        stream.write(f"{line}\n")


def colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A sign of life on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} …", spinner="line"):
        yield


@contextmanager
def progress(total: int) -> Iterator[Callable[[Any], None]]:
    """A bar on a terminal; gives the function that moves it on."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        "Applying", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    ) as bar:
        task = bar.add_task("Applying", total=total)
        yield lambda _: bar.advance(task)
