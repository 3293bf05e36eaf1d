"""Where a work tree of git begins."""

import os
from pathlib import Path


def top_of(here: Path) -> Path | None:
    """The top of the work tree of git that a folder is in."""
    return next((each for each in (here, *here.parents) if os.path.lexists(each / ".git")), None)
