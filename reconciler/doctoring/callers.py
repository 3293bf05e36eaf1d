"""Whose credentials are used, and whether they may read what there is to read."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.api.client import Transport
from reconciler.doctoring.asking import Memory
from reconciler.doctoring.findings import Check, Status
from reconciler.doctoring.written import Written
from reconciler.errors import PlatformError, SignedOutError
from reconciler.kinds import KINDS, PROFILE_PATH, ROLES
from reconciler.objects.codec import row_id, whole_number

_ADMIN = 1


class Caller(NamedTuple):
    account: int | None
    may_go_on: bool


def credentials(memory: Memory, transport: Transport, written: Written) -> tuple[Caller, tuple[Check, ...]]:
    """Who is signed in. Raises SignedOutError where there is nothing to sign in with."""
    try:
        transport.tokens.current()
    except SignedOutError:
        raise
    except PlatformError as error:
        return Caller(None, False), (Check(Status.DIFFERS, "the credentials sign in", str(error), "A"),)
    signed_in = Check(Status.OK, "there are credentials", transport.tokens.source)
    try:
        profile = memory.reader().profile()
    except PlatformError as error:
        memory.noted(error)
        failed = Check(Status.DIFFERS, f"GET {PROFILE_PATH} says who is signed in", str(error), "A")
        return Caller(written.settings.account, True), (signed_in, failed)
    account = row_id(KINDS["group"], profile)
    ours = written.settings.account
    is_other = ours is not None and account is not None and ours != account
    known = account if account is not None else ours
    checks = (signed_in, *_profile(memory, profile), _account(account), *_right_account(written, account))
    return Caller(known, not is_other), checks


def _profile(memory: Memory, profile: Mapping[str, Any]) -> Iterator[Check]:
    email, role = profile.get("email"), whole_number(profile.get("role_id"))
    fact = f"GET {PROFILE_PATH} says who is signed in"
    status = Status.OK if email else Status.DIFFERS
    yield Check(status, fact, f"{email or 'no `email`'}, on {memory.last_base}", "A")
    fact = "`role_id` 1 is Admin, which groups and users are for"
    if role == _ADMIN:
        yield Check(Status.OK, fact, "Admin", "D")
    elif role is None:
        yield Check(Status.UNKNOWN, fact, "the profile has no `role_id`", "A")
    else:
        yield Check(Status.DIFFERS, fact, f"{role}, {ROLES.get(role, 'which is not known here')}", "D")


def _account(account: int | None) -> Check:
    fact = "its `org_unit_id` is the account"
    if account is None:
        return Check(Status.DIFFERS, fact, "the profile has none", "A")
    return Check(Status.OK, fact, str(account), "A")


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
