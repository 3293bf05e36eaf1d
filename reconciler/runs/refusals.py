"""What to look at where the platform refuses a write."""

import re
from collections.abc import Iterator
from http import HTTPStatus

from reconciler.errors import PlatformError
from reconciler.model import Action, Change

_NO_SUCH_METHOD = (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED)
_REFUSED = (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
# What the platform may say of a name that is not free, unless it says what has it.
_TAKEN = re.compile(
    r"(?is)^(?!.*\b(?:deleted|inactive)\b).*\b(?:already|exists|duplicated?|taken|in use|not unique)\b"
)
_OTHER_METHOD = {"PATCH": "PUT", "PUT": "PATCH"}


def explained(error: PlatformError, change: Change) -> str:
    """What the platform said, and what to do about it where that can be told."""
    return "; ".join((str(error), *_hints(error, change)))


def _hints(error: PlatformError, change: Change) -> Iterator[str]:
    if change.action is Action.UPDATE and error.status in _NO_SUCH_METHOD:
        other = _OTHER_METHOD[change.request.method]
        fact = f"`settings.platform.{change.kind}.update_method: {other}`"
        yield f"if the platform takes {other} for this, say so with {fact}"
    if change.action is Action.CREATE and error.status in _REFUSED and _TAKEN.search(str(error)):
        yield (
            "what has it may be there without being in the list: deleted, inactive, or outside what the "
            "signed-in user may see"
        )
