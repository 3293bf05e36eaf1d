"""Finding and reading the user's files."""

import difflib
import logging
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from ruamel.yaml import __with_libyaml__

from reconciler.errors import Problem, Source
from reconciler.files.documents import Document, parse
from reconciler.progress import Progress, unwatched

_LOG = logging.getLogger(__name__)


def load(paths: Sequence[str], report: Progress = unwatched) -> tuple[list[Document], list[Problem]]:
    """All documents under these files and directories, and what could not be read."""
    if not __with_libyaml__:
        _LOG.info(
            "ruamel.yaml.clib is not installed: files are read in Python, which takes many times as long"
        )
    documents: list[Document] = []
    files, problems = find(paths)
    for number, path in enumerate(files):
        report("", number, len(files))
        found, more = read(path)
        documents += found
        problems += more
    return documents, problems


def find(paths: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """The files meant, each once, as paths to show to the user; and where there is nothing to read."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for path in paths:
        before = len(problems)
        files = list(_files(Path(path), problems))
        if not files and len(problems) == before:
            problems.append(Problem(Source(path, 1, 1), _nothing_there(Path(path))))
        for file in files:
            found.setdefault(os.path.realpath(file), str(file))
    return list(found.values()), problems


def _files(path: Path, problems: list[Problem]) -> Iterator[Path]:
    """What cannot be looked into is a problem: it may hold what would count as not described."""
    if not is_folder(path):
        yield from [path] if _may_be_there(path) else []
        return

    def unreadable(error: OSError) -> None:
        problems.append(Problem(Source(str(error.filename), 1, 1), f"cannot be read: {error.strerror}"))

    for found in _below(path, unreadable):
        if is_configuration((found.name,)) and not _is_endless(found):
            yield found


def passed_over(paths: Sequence[str]) -> Iterator[Problem]:
    """What in these folders is called like configuration, or much like it, and is not read."""
    given = {os.path.realpath(path) for path in paths}
    for found in chain.from_iterable(_below(path) for path in map(Path, paths) if is_folder(path)):
        if is_configuration((found.name.lower(),)) and os.path.realpath(found) not in given:
            if not is_configuration((found.name,)):
                yield Problem(Source(str(found), 1, 1), _ENDS_OTHERWISE)
            elif _is_endless(found):
                yield Problem(Source(str(found), 1, 1), _NO_FILE)


_ENDS_OTHERWISE = "not read: in a folder only names that end in .yaml or .yml count; rename it, or name it"
_NO_FILE = "not read: in a folder only files count, and this is none; put a file in its place"


def _below(path: Path, unreadable: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    seen = {os.path.realpath(path)}
    for folder, folders, names in os.walk(path, onerror=unreadable, followlinks=True):
        folders[:] = [name for name in sorted(folders) if _is_new(Path(folder, name), seen)]
        yield from (Path(folder, name) for name in sorted(names))


def _is_new(folder: Path, seen: set[str]) -> bool:
    """Links may lead to where we have been."""
    real = os.path.realpath(folder)
    if folder.name.startswith(".") or real in seen:
        return False
    seen.add(real)
    return True


def is_folder(path: Path) -> bool:
    """Raises no error for what stands where nobody may look."""
    return os.path.isdir(path)  # noqa: PTH112 - as `Path.is_dir` does


def _may_be_there(path: Path) -> bool:
    """Whether reading it says more than that it is not there."""
    try:
        os.lstat(path)
    except (OSError, ValueError) as error:
        return not isinstance(error, FileNotFoundError | NotADirectoryError)
    return True


def _is_endless(file: Path) -> bool:
    try:
        mode = file.stat().st_mode
    except OSError:
        return False  # reading it says why
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def is_configuration(parts: Sequence[str]) -> bool:
    """Whether a file of that path below a folder is meant with the folder."""
    return parts[-1].endswith(_ENDINGS) and not any(part.startswith(".") for part in parts)


def _nothing_there(path: Path) -> str:
    if is_folder(path):
        return "no *.yaml or *.yml file in this directory; name another, or begin with `init` or `export`"
    if str(path) == "-":
        return "standard input is read by `fmt` alone; name a file"
    return f"no such file or directory{_near(path)}"


def _near(path: Path) -> str:
    """What stands in the same folder, may be given, and is called so but for its ending, or much like it."""
    there = [each for each in path.parent.glob("*") if is_configuration((each.name,)) or is_folder(each)]
    names = [each.name for each in there if not each.name.startswith(".")]
    ended = [path.name + ending for ending in _ENDINGS if path.name + ending in names]
    found = ended or difflib.get_close_matches(path.name, names, 1, _LIKENESS)
    return "".join(f"; did you mean {str(path.parent / name)!r}?" for name in found[:1])


_ENDINGS = (".yaml", ".yml")
_LIKENESS = 0.8


def read(path: str) -> tuple[list[Document], list[Problem]]:
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        return [], [Problem(Source(path, 1, 1), f"cannot be read: {reason}")]
    return parsed(path, content)


def parsed(path: str, content: bytes) -> tuple[list[Document], list[Problem]]:
    """The documents of a file with that content."""
    try:
        return parse(path, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return [], [_undecodable(path, error)]


def _undecodable(path: str, error: UnicodeDecodeError) -> Problem:
    before = bytes(error.object[: error.start])
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    byte = error.object[error.start]
    return Problem(Source(path, line, column), f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
