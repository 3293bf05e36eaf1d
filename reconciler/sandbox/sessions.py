"""Who is calling: tokens, their lives, and the people behind them."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from reconciler.sandbox.clock import now
from reconciler.sandbox.rules import ROLES, USER
from reconciler.sandbox.settings import Settings
from reconciler.sandbox.store import Store

TOKEN = "sandbox-token"  # noqa: S105 - open to everybody who can reach 127.0.0.1, and documented
EMAIL = "admin@example.com"
PASSWORD = "sandbox"  # noqa: S105 - as above

ACCESS_LIFE = dt.timedelta(days=7)
REFRESH_LIFE = dt.timedelta(days=180)


class Caller(NamedTuple):
    """`user_id` 1 is nobody in the user list: the operator, an Admin of the root."""

    user_id: int
    email: str
    role: str
    unit: int

    @property
    def profile(self) -> dict[str, object]:
        role = ROLES[self.role]
        return {"user_id": self.user_id, "email": self.email, "role_id": role, "org_unit_id": self.unit}


class Accounts(NamedTuple):
    """What a seed says about signing in: token to e-mail, e-mail to password."""

    tokens: Mapping[str, str]
    passwords: Mapping[str, str]


class Session(NamedTuple):
    email: str
    since: dt.datetime


class Sessions:
    """Tokens handed out at sign-in, beside those of the seed, which live for ever unless a life is set."""

    def __init__(self, accounts: Accounts, store: Store) -> None:
        """Whoever the seed lets in without being one of its users is an operator: an Admin of the root."""
        self.accounts = accounts
        given = {email.casefold(): password for email, password in accounts.passwords.items()}
        self._passwords = {EMAIL: PASSWORD} | given
        known = {*self._passwords, *(email.casefold() for email in accounts.tokens.values())}
        self._operators = {email for email in known if store.owner(USER, "username", email) is None}
        self._refresh: dict[str, Session] = {}
        self._access: dict[str, Session] = {}
        self._pairs: dict[str, str] = {}  # the access token that each refresh token came with
        self.restart()

    def restart(self) -> None:
        """Let the lives of the seed's tokens begin now."""
        fixed = {**self.accounts.tokens, TOKEN: EMAIL}
        self._access |= {token: Session(email, now()) for token, email in fixed.items()}

    def is_password(self, email: str, password: str) -> bool:
        return self._passwords.get(email.casefold()) == password

    def issue(self, email: str) -> tuple[str, str]:
        access, refresh = (prefix + secrets.token_urlsafe(24) for prefix in ("at-", "rt-"))
        self._access[access] = self._refresh[refresh] = Session(email, now())
        self._pairs[refresh] = access
        return access, refresh

    def used(self, token: str, settings: Settings) -> str | None:
        """The e-mail address behind an access token that is alive."""
        session = self._access.get(token)
        if session is None or now() >= session.since + self._life(token, settings):
            return None
        if settings["renew_on_use"]:
            self._access[token] = session._replace(since=now())
        return session.email

    def spend(self, refresh: str) -> str | None:
        """The e-mail address behind a refresh token. It is dead from here on, and so is the access token that
        came with it.
        """
        session = self._refresh.pop(refresh, None)
        if session is None or now() >= session.since + REFRESH_LIFE:
            return None
        self._access.pop(self._pairs.pop(refresh, ""), None)
        return session.email

    def revoke(self, token: str, token_type: str) -> None:
        """The operator's own token cannot be revoked."""
        if token_type == "refresh":  # noqa: S105 - a kind of token, no token
            self._refresh.pop(token, None)
        elif token != TOKEN:
            self._access.pop(token, None)

    def caller(self, store: Store, email: str, token: str = "") -> Caller | None:
        """Who an e-mail address belongs to; None for a user who is not active, and for nobody."""
        user = None if token == TOKEN else store.owner(USER, "username", email)
        if user is None:
            known = token == TOKEN or email.casefold() in self._operators
            return Caller(1, email, "Admin", store.root) if known else None
        if user.fields["user_status"] != "active":
            return None
        return Caller(user.id, user.fields["username"], user.fields["role"], user.fields[USER.group])

    def _life(self, token: str, settings: Settings) -> dt.timedelta:
        if settings["token_life"] is not None:
            return dt.timedelta(seconds=settings["token_life"])
        return REFRESH_LIFE * 1000 if token == TOKEN or token in self.accounts.tokens else ACCESS_LIFE
