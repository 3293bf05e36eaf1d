"""Files that are written whole or not at all."""

import os
import tempfile
from errno import EINVAL
from pathlib import Path


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
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
