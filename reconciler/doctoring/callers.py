"""Whose credentials are used, and whether they may read what there is to read."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.api.client import Query, Transport
from reconciler.api.signin import account_by, account_of
from reconciler.doctoring.asking import Answer, Memory
from reconciler.doctoring.findings import Check, Status
from reconciler.doctoring.written import Written
from reconciler.errors import NotAllowedError, PlatformError, SignedOutError
from reconciler.kinds import ADMIN, PROFILE_PATH, ROLES
from reconciler.objects.codec import whole_number
from reconciler.objects.overrides import kinds_with


class Access(NamedTuple):
    """What these credentials open. `is_turned_away`: whatever is asked for, it takes another sign-in."""

    account: int | None
    may_go_on: bool
    is_turned_away: bool = False


def credentials(memory: Memory, transport: Transport, written: Written) -> tuple[Access, tuple[Check, ...]]:
    """Who is signed in. Raises SignedOutError where there is nothing to sign in with."""
    try:
        transport.tokens.current()
    except SignedOutError:
        raise
    except PlatformError as error:
        is_turned_away = isinstance(error, NotAllowedError)
        failed = Check(Status.DIFFERS, "the credentials sign in", str(error), "A")
        return Access(None, False, is_turned_away), (failed,)
    signed_in = Check(Status.OK, "there are credentials", transport.tokens.source)
    try:
        profile = memory.reader().profile()
    except PlatformError as error:
        is_turned_away = _is_turned_away(memory, memory.noted(error), written)
        failed = Check(Status.DIFFERS, f"GET {PROFILE_PATH} says who is signed in", str(error), "A")
        return Access(written.settings.account, not is_turned_away, is_turned_away), (signed_in, failed)
    named, entered = account_of(profile), transport.tokens.signed_in_to
    account = account_by(profile, entered)
    ours = written.settings.account
    is_other = ours is not None and account is not None and ours != account
    known = account if account is not None else ours
    whose = (*_profile(memory, profile), _account(named, entered, account))
    checks = (signed_in, *whose, *_right_account(written, account))
    return Access(known, not is_other), checks


def _is_turned_away(memory: Memory, profile: Answer, written: Written) -> bool:
    """Whether what anybody may read, the list of tags, is answered as the profile is: by 401."""
    kind = kinds_with(written.settings.platform)["tag"]
    page: Query = {**kind.query, "limit": kind.page_size, "offset": 0}
    return profile.status == _TURNED_AWAY == memory.ask(kind.list_path, page).status


_TURNED_AWAY = 401


def _profile(memory: Memory, profile: Mapping[str, Any]) -> Iterator[Check]:
    email, role = profile.get("email"), whole_number(profile.get("role_id"))
    fact = f"GET {PROFILE_PATH} says who is signed in"
    status = Status.OK if email else Status.DIFFERS
    yield Check(status, fact, f"{email or 'no `email`'}, on {memory.last_base}", "A")
    fact = "`role_id` 1 is Admin, which groups and users are for"
    if ROLES.get(role or 0) == ADMIN[1]:
        yield Check(Status.OK, fact, "Admin", "D")
    elif role is None:
        yield Check(Status.UNKNOWN, fact, "the profile has no `role_id`", "A")
    else:
        yield Check(Status.DIFFERS, fact, f"{role}, {ROLES.get(role, 'which is not known here')}", "D")


def _account(named: int | None, entered: int | None, taken: int | None) -> Check:
    """By the profile, and by the sign-in; and what is taken for it."""
    fact = "its `org_unit_id` is the account"
    said = "the profile has none" if named is None else str(named)
    if entered not in (None, named):
        return Check(Status.DIFFERS, fact, f"{said}, but the sign-in was to account {entered}", "A")
    if named is None and taken is not None:
        return Check(Status.UNKNOWN, fact, f"{said}; that of the user's group is taken for it: {taken}", "A")
    return Check(Status.DIFFERS if named is None else Status.OK, fact, said, "A")


def _right_account(written: Written, account: int | None) -> Iterator[Check]:
    ours = written.settings.account
    if not written.is_there:
        return
    if ours is None:
        yield Check(
            Status.UNKNOWN, "the files are for this account", "they do not say: write settings.account"
        )
    elif account is None:
        yield Check(Status.UNKNOWN, f"the files are for this account, {ours}", "nobody knows which this is")
    elif ours == account:
        yield Check(Status.OK, "the files are for this account", str(ours))
    else:
        found = f"{written.settings.account_source}: they are for {ours}; nothing else was read"
        yield Check(Status.DIFFERS, f"the files are for this account, {account}", found)
