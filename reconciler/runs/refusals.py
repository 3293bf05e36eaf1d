"""What to look at where the platform refuses a write."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from reconciler.errors import PlatformError
from reconciler.model import Action, Address, Change
from reconciler.objects.comparing import uncased

_NO_SUCH_METHOD = (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED)
_REFUSED = (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
# What the platform may say of a name that is not free, unless it says what has it.
_TAKEN = re.compile(
    r"(?is)^(?!.*\b(?:deleted|inactive)\b).*\b(?:already|exists|duplicated?|taken|in use|not unique)\b"
)
_HIDDEN = (
    "what has it may be in the list under another spelling, or not be in it: deleted, inactive, or outside "
    "what the signed-in user may see"
)
_OTHER_METHOD = {"PATCH": "PUT", "PUT": "PATCH"}


def explained(error: PlatformError, change: Change, ids: Mapping[Address, int]) -> str:
    """What the platform said, and what to do about it where that can be told; `ids` are of what is live."""
    return "; ".join((str(error), *_hints(error, change, ids)))


def _hints(error: PlatformError, change: Change, ids: Mapping[Address, int]) -> Iterator[str]:
    if change.action is Action.UPDATE and error.status in _NO_SUCH_METHOD:
        other = _OTHER_METHOD[change.request.method]
        fact = f"`settings.platform.{change.kind}.update_method: {other}`"
        yield f"if the platform takes {other} for this, say so with {fact}"
    if change.action is Action.CREATE and error.status in _REFUSED and _TAKEN.search(str(error)):
        alike = [f"{at}, id {number}" for at, number in dict(ids).items() if _is_alike(at, change.address)]
        yield f"perhaps by {' or '.join(alike)}" if alike else _HIDDEN


def _is_alike(live: Address, created: Address) -> bool:
    """Whether a platform may take one for the other."""
    return live.kind == created.kind and live != created and uncased(live.key) == uncased(created.key)
