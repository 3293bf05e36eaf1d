"""Files that are written whole or not at all, and those that a workspace keeps for itself."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from errno import EINVAL, ELOOP
from pathlib import Path

READABLE = 0o644  # by others, too: whoever collects what was written may be another user


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """For its owner alone to read unless `mode` says otherwise. Where a link leads, not in place of the link;
    nor does a device or a pipe give way to a file.

    Raises OSError; then nothing changed.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise OSError(EINVAL, "this is not a regular file", str(path))
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException as error:
        Path(draft).unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # a full disk has none, and nobody has heard of the draft
        raise


def unlinked(path: Path) -> Path:
    """A path below this directory with no link in it: what is checked out may hold some that lead anywhere.

    Raises OSError.
    """
    for each in (*reversed(path.parents), path):
        if each.is_symlink():
            raise OSError(ELOOP, "this is a link, and nothing is written through one; remove it", str(each))
    return path


def strayed(path: Path, within: Iterable[str]) -> str:
    """Where a path really is, if links lead out of all of these, which are real paths; else nothing."""
    real = os.path.realpath(path)
    return "" if any(map(Path(real).is_relative_to, within)) else real


def keep_out_of_git(folder: Path) -> None:
    """The folder, made if need be; what is kept there belongs to this machine. Raises OSError."""
    unlinked(folder).mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), (folder / ".gitignore").open("x", encoding="utf-8") as ignore:
        ignore.write("*\n")
