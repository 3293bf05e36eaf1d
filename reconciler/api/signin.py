"""The sign-in calls: a password for tokens, a refresh token for new ones, and the end of both."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from reconciler.api.answers import answered, understood
from reconciler.api.credentials import Credentials
from reconciler.api.sending import Patience, exchange, new_session, persistent, request
from reconciler.errors import NotFoundError, PassingError, PlatformError, SignedOutError, UsageError
from reconciler.kinds import (
    KINDS,
    REFRESH_KEY,
    REFRESH_PATH,
    REVOKE_KEYS,
    REVOKE_PATH,
    SIGN_IN_KEYS,
    SIGN_IN_PATH,
)
from reconciler.objects.codec import row_id, whole_number


class Account(NamedTuple):
    """Where the platform is and how to sign in; `token` wins over e-mail and password.

    `label` is what the journal calls the platform, if not by its address.
    """

    api_url: str
    oauth_url: str
    token: str | None = None
    email: str | None = None
    password: str | None = None
    label: str = ""

    def __repr__(self) -> str:
        """Without its secrets."""
        return f"Account({self.api_url!r}, {self.oauth_url!r}, …)"


# After a 429 that names no time, in first waits: 12 seconds, so that the five attempts that are left outlast
# the minute in which 10 are allowed (D).
_LIMITED = 24
_DEAD = (400, 401, 403)  # how the platform may say that a refresh token is of no more use


def sign_in(account: Account, patience: Patience) -> Credentials:
    """Raises PlatformError, SignedOutError where there is nothing to sign in with."""
    if not (account.email and account.password):
        missing = "CONVIRZA_EMAIL" if account.password else "CONVIRZA_PASSWORD" if account.email else None
        raise SignedOutError(
            "not signed in: run `reconciler login`, or set CONVIRZA_TOKEN, "
            "or CONVIRZA_EMAIL and CONVIRZA_PASSWORD" + (f"; {missing} is not set" if missing else "")
        )
    body = dict(zip(SIGN_IN_KEYS, (account.email, account.password), strict=True))
    return _tokens(account, SIGN_IN_PATH, body, account.email, patience)


def refresh(account: Account, old: Credentials, patience: Patience) -> Credentials | None:
    """New tokens for old, whose refresh token is dead afterwards; None if they are of no more use."""
    try:
        new = _tokens(account, REFRESH_PATH, {REFRESH_KEY: old.refresh_token}, old.email, patience)
    except PlatformError as error:
        if error.status in _DEAD:
            return None
        raise
    return new if new.account else new._replace(account=old.account)


def revoke(account: Account, credentials: Credentials, patience: Patience) -> None:
    """Raises PlatformError. Revoking a dead token succeeds."""
    for value, sort in ((credentials.refresh_token, "refresh"), (credentials.access_token, "access")):
        if value:
            _post(account, REVOKE_PATH, dict(zip(REVOKE_KEYS, (value, sort), strict=True)), patience)


def check_token(token: str) -> str:
    """The token, if a header can carry it. Raises UsageError, which does not show it."""
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise UsageError(
            "the access token holds characters that no token has; "
            "look for a line break, quotes or the word Bearer"
        )
    return token


def _tokens(
    account: Account, path: str, body: Mapping[str, str], email: str, patience: Patience
) -> Credentials:
    data = _post(account, path, body, patience)
    found = data if isinstance(data, dict) else {}
    access, new = found.get("access_token"), found.get("refresh_token")
    if not isinstance(access, str) or not access:
        raise PlatformError(f"POST {path}: the answer has no access_token")
    new = new if isinstance(new, str) else ""
    return Credentials(
        email, access, new, str(found.get("expires_in") or ""), str(account_of(found.get("user")) or "")
    )


def account_of(user: Any) -> int | None:
    """Which account a profile, or the user in the answer to a sign-in, says that it belongs to."""
    return row_id(KINDS["group"], user) if isinstance(user, dict) else None


def account_by(profile: Any, signed_in: int | None) -> int | None:
    """Which account this is: by the profile, else by the sign-in, else by the group that the user is in."""
    named = account_of(profile)
    if named is not None or signed_in is not None:
        return signed_in if named is None else named
    group = KINDS["user"].field("group").wire_name
    return whole_number(profile.get(group)) if isinstance(profile, dict) else None


def _post(account: Account, path: str, body: Mapping[str, str], patience: Patience) -> Any:
    """Signing in twice does no harm, so it is tried again like any call that can be. Whatever needed the
    tokens has not been done, so no answer that is lost here leaves it in doubt.
    """
    call = f"POST {path}"
    with new_session(account.oauth_url) as session:
        send = partial(request, session, "POST", account.oauth_url + path, json=body)

        def once() -> Any:
            try:
                return understood(answered(exchange(send, call)), call)
            except PassingError as error:
                if error.status == HTTPStatus.TOO_MANY_REQUESTS and not error.wait:
                    error.wait = _LIMITED * patience.first_wait
                raise

        try:
            # As patient as with a reading, and as sure of what the last answer says.
            return persistent(once, "GET", patience, host=urlsplit(account.oauth_url).netloc)
        except NotFoundError as error:
            raise PlatformError(str(error)) from None
