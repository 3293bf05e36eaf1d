"""`--report FORMAT=FILE`: further formats of the same run, each in a file of its own."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from reconciler.cli import completing
from reconciler.cli.console import echo
from reconciler.cli.repository import format_of
from reconciler.errors import Attempt, ReconcilerError, UsageError

REPORT = click.option(
    "--report",
    multiple=True,
    metavar="FORMAT=FILE",
    shell_complete=completing.report_formats,
    help="Also write this format to a file, whatever is printed. Repeatable.",
)


class Report(NamedTuple):
    """A format to write, and the file for it, as given."""

    format_: str
    path: Path


def reports(given: Iterable[str], known: Collection[str]) -> tuple[Report, ...]:
    """What `--report` asks for, in order; raises UsageError for unknown formats."""
    return tuple(_report(text, known) for text in given)


def _report(text: str, known: Collection[str]) -> Report:
    format_, _, file = text.partition("=")
    if format_ not in known or not file:
        raise UsageError(f"--report {text}: write FORMAT=FILE; formats are {', '.join(known)}")
    if file == "-":
        raise UsageError(f"--report {text}: a report is a file; to print it, give --format {format_}")
    return Report(format_, Path(file))


def spare(reports: Iterable[Report], files: Iterable[str], out: Path | None = None) -> None:
    """Raises UsageError if one of these reports, or what `--out` names, would take the place of another,
    or of one of the files that are read.
    """
    seen = {os.path.realpath(file): "is one of the files that are read; name another" for file in files}
    for option, path in [
        *(("--out", out) for _ in [out] if out),
        *(("--report", each.path) for each in reports),
    ]:
        if reason := seen.get(os.path.realpath(path)):
            raise UsageError(f"{option}: {path} {reason}")
        seen[os.path.realpath(path)] = "can hold one thing only; give each its own file"


def write_reports(reports: Sequence[Report], lines: Callable[[str], Iterable[str]]) -> None:
    """Write each, with the lines of its format; raises ReconcilerError after all were tried."""
    if failed := list(_failures(reports, lines)):
        raise ReconcilerError(*failed)


def _failures(reports: Iterable[Report], lines: Callable[[str], Iterable[str]]) -> Iterator[str]:
    for report in reports:
        try:
            _write(report.path, lines(report.format_))
        except ReconcilerError as error:
            yield str(error)


@contextmanager
def failing_into(reports: Sequence[Report], format_: str, attempt: Attempt = Attempt.PLAN) -> Iterator[None]:
    """Where no plan comes about, or it is not applied, the reports say why: none of an earlier run is taken
    for this one's. On stdout only annotations do; for people it stands on stderr.
    """
    try:
        yield
    except ReconcilerError as error:
        failed = partial(_failure, error, attempt)
        if format_ == "github":
            echo(failed(format_))
        try:
            write_reports(reports, failed)
        except ReconcilerError as another:
            echo([f"Error: {another}"], err=True)
        raise


def _failure(error: ReconcilerError, attempt: Attempt, format_: str) -> Iterator[str]:
    return format_of(format_).failure(error, attempt)


def _write(path: Path, lines: Iterable[str]) -> None:
    """The file whole or not at all. Raises ReconcilerError."""
    from reconciler.atomic import READABLE, write_whole

    try:
        demand_file(path, "report")
        write_whole(path, "".join(f"{line}\n" for line in lines), READABLE)
    except OSError as error:
        raise ReconcilerError(f"{path}: the report cannot be written: {error.strerror or error}") from None


def demand_file(path: Path, what: str) -> None:
    """Raises ReconcilerError if there is no directory that what is to be written could go to, or a link leads
    out of what is meant. Writing whole replaces what is there: what is being printed must not go that way.
    """
    from reconciler.atomic import strayed

    target, folder = (Path(os.path.realpath(each)) for each in (path, path.parent))
    is_handle = any(map(folder.is_relative_to, _HANDLES))
    if not is_handle and strayed(path, [os.path.realpath("."), str(folder)]):
        raise ReconcilerError(
            f"{path}: the {what} cannot be written: a link leads to {target}, which is elsewhere; "
            "name that itself"
        )
    if not target.parent.is_dir():
        raise ReconcilerError(
            f"{path}: the {what} cannot be written: there is no directory {target.parent}; create it first"
        )
    if os.path.lexists(target) and any(os.path.samestat(target.stat(), printed) for printed in _printed_to()):
        raise ReconcilerError(f"{path}: the {what} cannot be written: this program prints to it already")


_HANDLES = ("/dev", "/proc")  # where links such as /dev/fd/3 stand for what is open


def _printed_to() -> Iterator[os.stat_result]:
    for stream in (1, 2):
        with suppress(OSError):
            yield os.fstat(stream)
