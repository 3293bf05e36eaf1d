"""Everything about the platform that can be set while it runs: one table, checked on every change."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Settings = Mapping[str, Any]

_MOST = 10**9  # seconds that dates and timers can still count with


class Setting(NamedTuple):
    """`values`: switch, seconds, count (seconds and counts of None mean none), or the choices themselves."""

    default: Any
    values: str | tuple[str | None, ...]
    text: str


def _switch(text: str) -> Setting:
    return Setting(default=False, values="switch", text=text)


SETTINGS: Mapping[str, Setting] = {
    # What a client must tolerate (§7 of the platform's description).
    "signin_bare": _switch("sign-in answers come without the envelope"),
    "scope_401": _switch("what is outside the caller's scope answers 401, not 403"),
    "tree_nested": _switch("groups/tree answers nested objects, not flat rows"),
    "created_id_alternative": _switch("writes answer org_unit_id, ct_user_id, tag_id, provisioned_route_id"),
    "booleans_yes_no": _switch('every boolean reads "Yes" or "No"'),
    "booleans_true_false": _switch('what reads "Yes" or "No" reads true or false instead'),
    "roles_bare": _switch('roles read without " User"'),
    "roles_numbered": _switch("roles read as their numbers"),
    "phones_rewritten": _switch("phone numbers read with other punctuation, the digits are the same"),
    "text_tidied": _switch(
        "text reads without spaces at its ends, with one for several, and with its accents composed"
    ),
    "numbers_as_strings": _switch("integers read as strings"),
    "strings_as_numbers": _switch("strings of up to nine digits without a leading zero read as integers"),
    "unknown_fields": _switch("objects in answers carry fields that nobody has heard of"),
    "nothing": Setting(
        None, (None, "null", "empty", "absent"), "how a row says nothing; null: as it is kept"
    ),
    "short_pages": _switch("pages that are not the last hold half of what was asked for"),
    "totals_change": _switch("total is too high, by changing amounts, on every page but the last"),
    "inactive_groups_unlisted": _switch("groups/list without a status leaves inactive groups out"),
    "errors_not_json": _switch("errors have a body of HTML"),
    # What a client must notice.
    "totals_wrong": _switch("total is always one too high"),
    "rows_missing": _switch("a row in the middle of a list is on no page; total counts it"),
    "pages_repeat": _switch("every page after the first is the page before it"),
    "rows_appear": _switch("a user is created after the first page of users/list, if there are more pages"),
    "inactive_users_unlisted": _switch("users/list without a user_status shows active users alone"),
    "deleted_groups": Setting(
        None,
        (None, "list", "tree"),
        "where deleted groups go on being shown, as if nobody had cleaned up; null: nowhere",
    ),
    # Time and limits.
    "list_lag": Setting(0, "seconds", "lists and the tree show what was there so many seconds ago"),
    "latency": Setting(0, "seconds", "seconds that every request takes longer"),
    "rate_limit": Setting(None, "count", "requests per second, all callers together, before 429"),
    "signin_limit": Setting(10, "count", "POST /oauth/token per minute and address before 429"),
    "retry_after": Setting(default=True, values="switch", text="429 carries Retry-After"),
    "token_life": Setting(
        None, "seconds", "life of access tokens; null: 7 days, and for ever for the seed's own tokens"
    ),
    "renew_on_use": Setting(default=True, values="switch", text="the use of an access token renews its life"),
}


def defaults() -> Settings:
    return {name: setting.default for name, setting in SETTINGS.items()}


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Raises ValueError for a name that does not exist and a value that does not fit."""
    for name, value in changes.items():
        if name not in SETTINGS:
            raise ValueError(f"there is no setting {name!r}; there are {', '.join(SETTINGS)}")
        if not _fits(SETTINGS[name].values, value):
            raise ValueError(f"setting {name!r} cannot be {value!r}: {SETTINGS[name].text}")
    return {**settings, **changes}


def set_apart(settings: Settings) -> dict[str, Any]:
    """Those that are not as they are by default."""
    return {name: value for name, value in settings.items() if value != SETTINGS[name].default}


def _fits(values: str | tuple[str | None, ...], value: Any) -> bool:
    if isinstance(values, tuple):
        return value in values
    if values == "switch" or isinstance(value, bool):
        return values == "switch" and isinstance(value, bool)
    numbers = int if values == "count" else (int, float)
    return value is None or (isinstance(value, numbers) and 0 <= value <= _MOST)
