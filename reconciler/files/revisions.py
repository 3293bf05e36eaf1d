"""The user's files as they were at a git revision, read without touching the work tree."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from reconciler.errors import Problem, ReconcilerError
from reconciler.files.documents import Document
from reconciler.files.reading import is_configuration, parsed


class _File(NamedTuple):
    """`mode` as git has it; `path` from the top of the repository."""

    mode: str
    object: str
    path: str


_LINK = "120000"


class Files(NamedTuple):
    """What stood under some paths, and the paths at which there was nothing."""

    documents: list[Document]
    problems: list[Problem]
    missing: list[str]


def load(name: str, paths: Sequence[str]) -> Files:
    """All documents that stood under these files and directories. Raises ReconcilerError where git fails."""
    files = Files([], [], [])
    for path in paths:
        contents = list(_contents(path, name))
        for file, content in contents:
            found, more = parsed(f"{name}:{file}", content)
            files.documents.extend(found)
            files.problems.extend(more)
        if not contents:
            files.missing.append(path)
    return files


def _contents(path: str, name: str) -> Iterator[tuple[str, bytes]]:
    """Each file below a path with what was in it."""
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    commit = _commit(folder, name)
    within = PurePosixPath(os.path.relpath(os.path.realpath(path), os.path.realpath(top)))
    found = [file for file in _listed(top, commit, within) if _is_meant(PurePosixPath(file.path), within)]
    plain = [file for file in found if file.mode != _LINK]
    contents = dict(zip((file.path for file in plain), _blobs(top, plain), strict=True))
    for file in found:
        yield file.path, contents[file.path] if file.mode != _LINK else _linked(top, commit, file)


def _listed(top: Path, commit: str, within: PurePosixPath) -> Iterator[_File]:
    only = [] if within == PurePosixPath() else ["--", str(within)]
    text = _git(top, "ls-tree", "-r", "-z", "--full-tree", commit, *only).decode(errors="surrogateescape")
    for entry in filter(None, text.split("\0")):
        facts, _, path = entry.partition("\t")
        mode, kind, number = facts.split()
        if kind == "blob":
            yield _File(mode, number, path)


def _is_meant(file: PurePosixPath, within: PurePosixPath) -> bool:
    """The path itself, or what is configuration in a folder."""
    return file == within or is_configuration(file.relative_to(within).parts)


def _commit(folder: Path, name: str) -> str:
    try:
        asked = ("--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        found = _git(folder, "rev-parse", *asked).decode().strip()
    except ReconcilerError:
        found = ""
    if not found.isalnum():  # what means several commits, or all but some, has signs in it
        raise ReconcilerError(
            f"--base {name}: no such revision in this repository; in a pipeline, fetch it first"
        )
    return found


def _blobs(top: Path, files: Sequence[_File]) -> Iterator[bytes]:
    """The contents of plain files, all asked for at once: each behind a line that ends with its size."""
    answer = _git(top, "cat-file", "--batch", asked="".join(f"{file.object}\n" for file in files).encode())
    at = 0
    for _ in files:
        start = answer.index(b"\n", at) + 1
        size = answer[at:start].split()[-1]
        if not size.isdigit():  # as in a clone that is partial or damaged
            raise ReconcilerError("--base: this clone does not have all files of that revision; fetch them")
        end = start + int(size)
        yield answer[start:end]
        at = end + 1


def _linked(top: Path, commit: str, file: _File) -> bytes:
    """What a symbolic link led to; nothing where that is not in the repository."""
    asked = f"{commit}:{file.path}\n".encode(errors="surrogateescape")
    head, _, rest = _git(top, "cat-file", "--batch", "--follow-symlinks", asked=asked).partition(b"\n")
    parts = head.split()
    return rest[: int(parts[2])] if parts[1:2] == [b"blob"] else b""


def _git(folder: Path, *arguments: str, asked: bytes = b"") -> bytes:
    # Whoever runs us from a git hook has set these for a repository and an index that may not be meant.
    environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, check=False, env=environment)  # noqa: S603
    except OSError as error:
        raise ReconcilerError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        reason = " ".join(done.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        raise ReconcilerError(f"git {arguments[0]}: {reason or f'exit code {done.returncode}'}")
    return done.stdout


_OF_HOOKS = frozenset({"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"})
