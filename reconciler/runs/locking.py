"""One process at a time writes in a workspace, and settles what died there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.atomic import keep_out_of_git, unlinked
from reconciler.errors import RefusedError
from reconciler.runs.journal import disk_errors

LOCK = Path(".reconciler", "apply.lock")
PATIENCE = 2.0  # seconds; a plan has the lock for a moment, too, where it settles something


@contextmanager
def exclusive(patience: float = 0.0) -> Iterator[None]:
    """The lock dies with its process. Raises RefusedError if another one has it for all these seconds."""
    import filelock

    with disk_errors(LOCK):
        keep_out_of_git(unlinked(LOCK).parent)
        lock = filelock.FileLock(LOCK, is_singleton=True)  # a process that has it, has it again
        try:
            lock.acquire(timeout=patience)
        except filelock.Timeout:
            raise RefusedError(
                f"another apply is running in this workspace ({LOCK} is held); wait until it is done"
            ) from None
    try:
        yield
    finally:
        lock.release()
