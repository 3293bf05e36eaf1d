"""The access token that all workers of a process share, and its renewal: once for all of them."""

import datetime as dt
import threading
from contextlib import suppress
from functools import cached_property
from http import HTTPStatus

from reconciler.api.credentials import Credentials, Store, password_entry
from reconciler.api.sending import Patience
from reconciler.api.signin import Account, check_token, refresh, sign_in
from reconciler.errors import PassingError, PlatformError, StoreError, UnsentError
from reconciler.kinds import ADMIN, FOR_ADMINS, KINDS, ROLES
from reconciler.objects.codec import whole_number
from reconciler.wording import joined

VARIABLE = "CONVIRZA_TOKEN"


class Tokens:
    """Safe to share between threads. With a `store`, signs in no more often than all processes together need.

    A token from the environment is used as it is. E-mail and password from the environment come before
    what `login` has left, and only both of them lead to what they have left themselves.
    """

    def __init__(
        self, account: Account, store: Store | None = None, patience: Patience | None = None
    ) -> None:
        self.account = account
        self._store = store
        self._patience = patience or Patience()
        self._lock = threading.Lock()
        self._now: Credentials | None = None
        self._accepted = False
        self._fruitless = False  # a fresh token was turned away like the one before
        self._end: PlatformError | None = None  # why there are no more tokens to be had
        self._role: int | None = None  # the platform's number, where it has told

    @property
    def source(self) -> str:
        """Where the credentials come from, for the user."""
        if self.account.token:
            return f"those of the {self.account.label}" if self.account.label else VARIABLE
        if self.account.email and self.account.password:
            return "CONVIRZA_EMAIL and CONVIRZA_PASSWORD"
        return "reconciler login"

    @property
    def signed_in_to(self) -> int | None:
        """The account that the sign-in named; None if it did not, or there was none."""
        return whole_number(self._now.account) if self._now else None

    def advice(self, status: int, path: str) -> str:
        """What to do where a call is not allowed, or a token turned away; a good one does not open all."""
        beyond = self._beyond(path)
        if status == HTTPStatus.FORBIDDEN:
            return f"not allowed: {beyond}"
        if self._fruitless:
            return f"a good token was turned away: {beyond}"
        ended = "the access token is not valid any more: run `reconciler login`"
        if self.source == VARIABLE:
            ended = (
                f"{VARIABLE} is not valid (any more): set a new one, or unset it and run `reconciler login`"
            )
        return f"not allowed ({beyond}), or {ended}" if self._accepted else ended

    def _beyond(self, path: str) -> str:
        is_admin = ROLES.get(self._role or 0) == ADMIN[1]
        if not is_admin and any(f"{path}/".startswith(f"{KINDS[name].path}/") for name in FOR_ADMINS):
            return f"{joined([KINDS[name].plural for name in FOR_ADMINS])} are for the role {ADMIN[1]} only"
        return "this is outside what the signed-in user may see or do"

    def current(self) -> str:
        """Raises PlatformError, SignedOutError if there is no way to sign in."""
        if self.account.token:
            return check_token(self.account.token)
        with self._lock:
            if self._now is None:
                self._now = self._fresh_or_end(None)
            return check_token(self._now.access_token)

    def renew(self, rejected: str) -> bool:
        """Whether another token than the rejected one is worth a try."""
        if self.account.token:
            return False
        with self._lock:
            if self._now is not None and self._now.access_token == rejected:
                if self._fruitless and not _is_past(self._now.expires):
                    return self._is_replaced(self._now)
                self._now = self._fresh_or_end(self._now)
            return True

    def accepted(self) -> None:
        """The platform has taken a token for a good one."""
        self._accepted = True

    def belong_to(self, role: int | None) -> None:
        """The platform has told the role of whoever is signed in."""
        self._role = role

    def no_help(self) -> None:
        """A fresh token was turned away too: the platform means that the call is not allowed."""
        self._fruitless = True

    def _is_replaced(self, old: Credentials) -> bool:
        """Whether another process has renewed the token, which is the end of the one before."""
        if self._store is None:
            return False
        with suppress(StoreError), self._store.locked():
            if other := _another(self._kept(), old):
                self._now, self._fruitless = other, False
                return True
        return False

    # -- getting one

    @cached_property
    def _entry(self) -> str:
        """What the own entry in the store is called. Raises StoreError."""
        account = self.account
        if account.email and account.password:
            return password_entry(account.oauth_url, account.email, account.password)
        return account.oauth_url

    def _kept(self) -> Credentials | None:
        """What is in the store, if it belongs to whoever the environment names."""
        found = self._store.read(self._entry) if self._store else None
        wanted = (self.account.email or "").casefold()
        return found if found and wanted in ("", found.email.casefold()) else None

    def _fresh_or_end(self, old: Credentials | None) -> Credentials:
        """As `_fresh`. Whoever was refused once in earnest is not let in by asking again, and may be locked
        out for it: all others are told the same.
        """
        if self._end is None:
            try:
                return self._fresh(old)
            except (StoreError, UnsentError):
                raise
            except PlatformError as error:
                self._end = _final(error)
        raise self._end

    def _fresh(self, old: Credentials | None) -> Credentials:
        """New tokens: what another process has got meanwhile, else by refreshing, else by signing in."""
        if self._store is None:
            return self._renewed(old)
        new = None
        try:
            with self._store.locked():
                kept = self._kept()
                if other := _another(kept, old):
                    return other
                is_mine = kept is not None or self._store.read(self._entry) is None
                new = self._renewed(kept or old)
                if is_mine:
                    self._store.write(self._entry, new)
        except StoreError:
            if new is None and not self.account.password:
                raise
            self._store = None  # tokens that are there already, or that a password brings, do without
        return new or self._renewed(old)

    def _renewed(self, old: Credentials | None) -> Credentials:
        new = refresh(self.account, old, self._patience) if old and old.refresh_token else None
        return new or sign_in(self.account, self._patience)


def _another(kept: Credentials | None, old: Credentials | None) -> Credentials | None:
    """What is kept, if it is not the token that is to be replaced."""
    return None if kept and old and kept.access_token == old.access_token else kept


def _final(error: PlatformError) -> PlatformError:
    """The same, as one after which nothing is tried again."""
    final = PlatformError(*error.args) if isinstance(error, PassingError) else error
    final.status, final.is_final = error.status, True
    return final


def _is_past(instant: str) -> bool:
    try:
        moment = dt.datetime.fromisoformat(instant)
    except ValueError:
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)) <= dt.datetime.now(tz=dt.UTC)
