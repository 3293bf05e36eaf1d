"""`fmt`: the user's files, tidied."""

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from errno import EACCES
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from reconciler.cli.console import colour, echo, remark, speak_utf8, working
from reconciler.cli.options import PATHS
from reconciler.errors import ExitCode, Problem, Source, UsageError
from reconciler.wording import counted, safe, visible

if TYPE_CHECKING:
    from reconciler.formatting import Formatted

STDIN = "stdin"  # in messages
_COLOURS = (("---", "bold"), ("+++", "bold"), ("@@", "cyan"), ("-", "red"), ("+", "green"))


class _File(NamedTuple):
    """`before` is None for what could not be read."""

    name: str
    before: str | None
    found: "Formatted"

    @property
    def is_changed(self) -> bool:
        return self.before is not None and self.found.text != self.before


@click.command(short_help="Tidy files: order of keys, phones, quotes.")
@PATHS
@click.option("--check", is_flag=True, help="Change nothing; show what would, and exit with 1 if anything.")
def fmt(paths: tuple[str, ...], *, check: bool) -> int:
    """Tidy files: the order of keys, phone numbers, quotes, indentation, line ends.

    Comments, blank lines, anchors and the order of entries stay, and what a file says. One that cannot be
    read, or not be tidied without harm, or that a link out of here leads to, is left alone and reported; one
    of something else, with few or no keys such as `groups:`, or no known field below them, is not touched.
    Prints the name of each file that it changed. The PATH - is standard input, tidied to standard output.

    \b
    Examples:
      reconciler fmt
      reconciler fmt --check config/
      reconciler fmt - < config/groups.yaml
    """
    if "-" in paths and len(paths) > 1:
        raise UsageError("- stands for standard input, and goes with no other path")
    problems: list[Problem] = []
    if paths == ("-",):
        files = [_read_stdin()]
        problems += _results(files, check=check, put=_show)
    else:
        files = list(_files(paths or (".",), problems))
        within = [os.path.realpath(path) for path in (".", *paths)]
        problems += _results(files, check=check, put=lambda file: _write(file, within))
    _report(files, problems, check=check)
    is_wrong = problems or (check and any(file.is_changed for file in files))
    return ExitCode.ERROR if is_wrong else ExitCode.DONE


def _files(paths: tuple[str, ...], problems: list[Problem]) -> Iterator[_File]:
    from reconciler.files.reading import find

    found, nothing = find(paths)
    problems += nothing
    with working("Tidying") as report:
        for number, path in enumerate(found):
            report("", number, len(found))
            yield _read(path)


def _read(path: str) -> _File:
    from reconciler.files import reading
    from reconciler.formatting import Formatted, formatted

    try:
        text = Path(path).read_bytes().decode("utf-8")
    except (OSError, ValueError):
        return _File(path, None, Formatted("", tuple(reading.read(path)[1])))
    return _File(path, text, formatted(path, text))


def _read_stdin() -> _File:
    from reconciler.formatting import Formatted, formatted

    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        return _File(STDIN, None, Formatted("", (_problem(STDIN, "not UTF-8; save it as UTF-8"),)))
    return _File(STDIN, text, formatted(STDIN, text))


def _problem(name: str, message: str) -> Problem:
    return Problem(Source(name, 1, 1), message)


# -- what becomes of them


def _results(files: list[_File], *, check: bool, put: Callable[[_File], None]) -> Iterator[Problem]:
    """Writes or shows each file; gives the problems of all."""
    for file in files:
        yield from file.found.problems
        if check and file.is_changed:
            echo(_difference(file))
        elif not check and not file.found.problems:
            try:
                put(file)
            except OSError as error:
                yield _problem(file.name, f"cannot be written: {error.strerror}")


def _show(file: _File) -> None:
    speak_utf8()
    sys.stdout.write(file.found.text)


def _write(file: _File, within: Sequence[str]) -> None:
    """In place of what it was, with the same rights; not where a link leads out of what is meant."""
    from reconciler.atomic import strayed, write_whole

    if not file.is_changed:
        return
    target = Path(file.name)
    if real := strayed(target, within):
        raise PermissionError(EACCES, f"a link leads to {real}, which is elsewhere; name that itself")
    mode = stat.S_IMODE(target.stat().st_mode)
    if not os.access(target, os.W_OK):
        raise PermissionError(EACCES, "it is read-only")
    write_whole(target, file.found.text, mode)
    echo([safe(file.name)])


def _difference(file: _File) -> Iterator[str]:
    from reconciler.formatting.comparing import unified

    assert file.before is not None
    is_coloured = colour()
    for line in unified(file.before, file.found.text, file.name.lstrip("/")):
        shown = visible(line, but="\t\n")
        style = next((style for start, style in _COLOURS if line.startswith(start)), None)
        yield _painted(shown, style) if is_coloured else shown


def _painted(text: str, style: str | None) -> str:
    return click.style(text, bold=True) if style == "bold" else click.style(text, fg=style)


def _report(files: list[_File], problems: list[Problem], *, check: bool) -> None:
    """On stderr: what is wrong, and how much was done."""
    echo((f"{safe(each.source)}: {safe(each.message)}" for each in sorted(problems)), err=True)
    failed = {each.source.file for each in problems}
    done = [file for file in files if file.name not in failed]
    changed = sum(file.is_changed for file in done)
    tidy = sum(file.found.is_ours and not file.is_changed for file in done)
    others = sum(not file.found.is_ours for file in done)
    said = (
        (changed, "would change" if check else "changed"),
        (tidy, "is tidy" if tidy == 1 else "are tidy"),
        (others, "of something else left alone"),
    )
    found = [f"{counted(count, 'file')} {what}" for count, what in said if count]
    found += [counted(len(problems), "problem")] if problems else []
    remark([f"{'; '.join(found)}."])
