"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

_PRIVATE = 0o600  # as mkstemp makes them


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """For its owner alone to read unless `mode` says otherwise, and on disk when this returns.

    Raises OSError; then nothing changed.
    """
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if mode != _PRIVATE:
            Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
