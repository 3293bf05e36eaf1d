"""Tokens on disk, for the user's own eyes only: for each sign-in host an entry of `login`, and one for each
user who signs in by a password from the environment. Passwords are never here.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs

from reconciler.atomic import write_whole
from reconciler.errors import StoreError

_PRIVATE_FOLDER, _OTHERS = 0o700, 0o077
_PATIENCE = 60.0  # seconds to wait for another process that refreshes
_SLOW = {"n": 2**13, "r": 8, "p": 1}  # some 30 ms and 8 MB for each guess


class Credentials(NamedTuple):
    """What a sign-in gives; `expires` is an ISO 8601 instant, `account` the number of the account; each is
    empty if the platform did not say.
    """

    email: str
    access_token: str
    refresh_token: str = ""
    expires: str = ""
    account: str = ""

    def __repr__(self) -> str:
        """Without its secrets."""
        return f"Credentials({self.email!r}, …)"


def password_entry(host: str, email: str, password: str) -> str:
    """What the entry is called that only this password leads to. Raises StoreError if it cannot be hidden."""
    user = f"{host} {email.casefold()}"
    try:
        digest = hashlib.scrypt(_bytes(password), salt=_bytes(user), **_SLOW)
    except (AttributeError, ValueError):  # as where only what FIPS 140 approves of is there
        raise StoreError("this Python has no scrypt") from None
    return f"{user} {digest.hex()}"


def _user(entry: str) -> str:
    """Whose it is; `login` has one for each host."""
    return entry.rpartition(" ")[0] or entry


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class Store:
    """The file in the user's state folder; every change of it is made under a lock and at once."""

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or Path(platformdirs.user_state_dir("convirza-reconciler"))) / "credentials.json"

    def read(self, entry: str) -> Credentials | None:
        """Raises StoreError if the file cannot be understood."""
        found = self._entries().get(entry)
        if found is None:
            return None
        names = set(Credentials._fields) - set(Credentials._field_defaults)
        if not isinstance(found, dict) or not names <= found.keys() <= set(Credentials._fields):
            raise self._damaged()
        if not all(isinstance(value, str) for value in found.values()):
            raise self._damaged()
        return Credentials(**found)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """For one process at a time; the lock goes with its process."""
        import filelock

        with _disk_errors(self._path):
            self._path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            lock = filelock.FileLock(self._path.with_suffix(".lock"), timeout=_PATIENCE)
            try:
                lock.acquire()
            except filelock.Timeout:
                raise StoreError(f"{self._path}: another process does not let go of it") from None
        try:
            yield
        finally:
            lock.release()

    def write(self, entry: str, credentials: Credentials) -> None:
        """A user's new password replaces the one before. The caller holds the lock."""
        kept = {name: old for name, old in self._entries().items() if _user(name) != _user(entry)}
        self._write({**kept, entry: credentials._asdict()})

    def forget(self, host: str) -> tuple[Credentials, ...]:
        """What there was of all its users. The caller holds the lock."""
        entries = self._entries()
        names = [name for name in entries if name.partition(" ")[0] == host]
        found = tuple(filter(None, map(self.read, names)))
        if names:
            self._write({name: entry for name, entry in entries.items() if name not in names})
        return found

    def _write(self, entries: Mapping[str, Any]) -> None:
        with _disk_errors(self._path):
            write_whole(self._path, json.dumps(entries, indent=1))

    def _entries(self) -> Mapping[str, Any]:
        with _disk_errors(self._path):
            if not self._path.exists():
                return {}
            _close(self._path.parent)
            _close(self._path)
            text = self._path.read_text(encoding="utf-8")
        try:
            entries = json.loads(text)
        except (ValueError, RecursionError):
            raise self._damaged() from None
        if not isinstance(entries, dict):
            raise self._damaged()
        return entries

    def _damaged(self) -> StoreError:
        return StoreError(f"{self._path}: cannot be understood; delete it and run `reconciler login`")


def _close(path: Path) -> None:
    """To all but its owner; a copy or a backup may have lost its mode."""
    mode = path.stat().st_mode
    if mode & _OTHERS:
        try:
            path.chmod(mode & _PRIVATE_FOLDER)
        except OSError:
            raise StoreError(f"{path}: others may read or change it; see to it that only you can") from None


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise StoreError(f"{path}: cannot keep or read the sign-in: {reason}") from None
