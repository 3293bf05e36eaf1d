"""The user's files as they were at a git revision, read without touching the work tree."""

import os
import re
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from reconciler.errors import Problem, ReconcilerError
from reconciler.files.documents import Document
from reconciler.files.reading import is_configuration, is_folder, parsed
from reconciler.files.worktree import top_of


class _File(NamedTuple):
    """`mode` as git has it; `path` from the top of the repository."""

    mode: str
    object: str
    path: str


_LINK = "120000"
_ALL = PurePosixPath()


class Files(NamedTuple):
    """What stood under some paths, and the paths at which there was nothing."""

    documents: list[Document]
    problems: list[Problem]
    missing: list[str]


def load(name: str, paths: Sequence[str]) -> Files:
    """All documents that stood under these files and directories. Raises ReconcilerError where git fails."""
    files = Files([], [], [])
    seen: set[str] = set()
    for path in paths:
        contents = list(_contents(path, name))
        for file, content in contents:
            if file.object not in seen:  # named twice, or by a link too
                seen.add(file.object)
                found, more = parsed(f"{name}:{file.path}", content)
                files.documents.extend(found)
                files.problems.extend(more)
        if not contents:
            files.missing.append(path)
    return files


def _contents(path: str, name: str) -> Iterator[tuple[_File, bytes]]:
    """Each file below a path with what was in it."""
    folder = Path(path) if is_folder(Path(path)) else Path(path).parent
    top = top_of(Path(os.path.realpath(folder)))
    if top is None:
        raise ReconcilerError(f"--base: {folder} is in no work tree of a git repository")
    top = Path(os.fsdecode(_git(top, "rev-parse", "--show-toplevel")).rstrip("\n"))
    commit = _commit(top, name)
    within = PurePosixPath(*Path(os.path.relpath(os.path.realpath(path), os.path.realpath(top))).parts)
    found = list(_reached(top, commit, within))
    return zip(found, _blobs(top, found), strict=True)


def _reached(top: Path, commit: str, within: PurePosixPath) -> Iterator[_File]:
    """The files that are meant, also through links; what leads out of the repository leads nowhere."""
    waiting, inside = deque(_listed(top, commit, within)), set()
    while waiting:
        file = waiting.popleft()
        kind, number = ("blob", file.object) if file.mode != _LINK else _target(top, commit, file.path)
        if kind == "blob" and _is_meant(file.path, within):
            yield file._replace(object=number)
        elif kind == "tree" and number not in inside and _is_meant(f"{file.path}/any.yaml", within):
            inside.add(number)
            waiting += (each._replace(path=f"{file.path}/{each.path}") for each in _listed(top, number, _ALL))


def _listed(top: Path, tree: str, within: PurePosixPath) -> Iterator[_File]:
    only = [] if within == _ALL else ["--", str(within)]
    text = _git(top, "ls-tree", "-r", "-z", "--full-tree", tree, *only).decode(errors="surrogateescape")
    for entry in filter(None, text.split("\0")):
        facts, _, path = entry.partition("\t")
        mode, kind, number = facts.split()
        if kind == "blob":
            yield _File(mode, number, path)


def _target(top: Path, commit: str, path: str) -> tuple[str, str]:
    """What a symbolic link leads to: `blob` or `tree`, and its object; or nothing of the repository."""
    asked = f"{commit}:{path}\n".encode(errors="surrogateescape")
    answer = _git(top, "cat-file", "--batch-check", "--follow-symlinks", asked=asked).decode(errors="replace")
    found = re.match(r"([0-9a-f]+) (blob|tree) [0-9]+\n", answer)
    return (found[2], found[1]) if found else ("", "")


def _is_meant(path: str, within: PurePosixPath) -> bool:
    """The path itself, or what is configuration in a folder."""
    file = PurePosixPath(path)
    return file == within or is_configuration(file.relative_to(within).parts)


def _commit(top: Path, name: str) -> str:
    try:
        asked = ("--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        found = _git(top, "rev-parse", *asked).decode().strip()
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


def _git(top: Path, *arguments: str, asked: bytes = b"") -> bytes:
    """From the top of a work tree, and for no bare repository: what was checked out there may look like one,
    with a configuration that runs programs. Nor does git need what the platform's credentials are.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_FOR_GIT)}
    command = ["git", "-c", "safe.bareRepository=explicit", "-C", str(top), *arguments]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, check=False, env=environment)  # noqa: S603
    except OSError as error:
        raise ReconcilerError(f"--base: git cannot be run: {error.strerror}") from None
    if done.returncode:
        reason = " ".join(done.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        raise ReconcilerError(f"--base: git {arguments[0]}: {reason or f'exit code {done.returncode}'}")
    return done.stdout


# Whoever runs us from a git hook has set the others for a repository and an index that may not be meant.
_NOT_FOR_GIT = ("CONVIRZA_", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX")
