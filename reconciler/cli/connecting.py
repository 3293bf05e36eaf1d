"""What the command line talks to: the account that the environment names, or the embedded sandbox."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from reconciler.api.client import READ_ONLY, Transport
from reconciler.api.credentials import Store
from reconciler.api.sending import LONGEST_WAIT, Patience
from reconciler.api.signin import Account
from reconciler.api.tokens import Tokens
from reconciler.atomic import keep_out_of_git, unlinked, write_whole
from reconciler.cli.console import told_waits
from reconciler.cli.options import limits
from reconciler.errors import ReconcilerError, UsageError

API_URL = "https://platform-api.convirza.com/v3"
OAUTH_URL = "https://platform-oauth.convirza.com"
SANDBOX = "sandbox"  # what the journal calls the embedded platform
SANDBOX_STATE = Path(".reconciler", "sandbox.json")


@contextmanager
def connected(
    *,
    sandbox: bool,
    methods: frozenset[str] = READ_ONLY,
    stopping: threading.Event | None = None,
) -> Iterator[Transport]:
    """`stopping` ends the waits between attempts. Nothing is sent beyond what the command's options allow."""
    calm = patience(stopping)
    with _embedded() if sandbox else nullcontext(account()) as found:
        store = None if sandbox or found.token else Store()
        transport = Transport(Tokens(found, store, calm), methods, calm, limits())
        try:
            yield transport
        finally:
            transport.close()


def patience(stopping: threading.Event | None = None) -> Patience:
    """As CONVIRZA_RETRY_WAIT has it. Raises UsageError."""
    text = os.environ.get("CONVIRZA_RETRY_WAIT", "")
    try:
        first_wait = float(text) if text else Patience().first_wait
    except ValueError:
        first_wait = -1
    if not 0 <= first_wait <= LONGEST_WAIT:
        raise UsageError(f"CONVIRZA_RETRY_WAIT must be a number of seconds up to {LONGEST_WAIT:g}")
    return Patience(first_wait=first_wait, stopping=stopping or threading.Event(), tell=told_waits())


def account() -> Account:
    return Account(
        api_url=(os.environ.get("CONVIRZA_API_URL") or API_URL).rstrip("/"),
        oauth_url=(os.environ.get("CONVIRZA_OAUTH_URL") or OAUTH_URL).rstrip("/"),
        token=os.environ.get("CONVIRZA_TOKEN") or None,
        email=os.environ.get("CONVIRZA_EMAIL") or None,
        password=os.environ.get("CONVIRZA_PASSWORD") or None,
    )


def misdirected(platform: str) -> str:
    """What to look at where nothing is found: an address unlike the platform's own."""
    if platform == SANDBOX or platform.endswith("/v3"):
        return ""
    return f"look at CONVIRZA_API_URL: {platform} does not end in /v3, as {API_URL} does"


@contextmanager
def _embedded() -> Iterator[Account]:
    """The simulated platform in this process; what it held when it last ended, it holds again."""
    from reconciler.sandbox import default_seed, serve

    with seed_errors(SANDBOX_STATE):
        seed = read_seed(SANDBOX_STATE) if unlinked(SANDBOX_STATE).exists() else default_seed()
        served = serve(seed)
    with served:
        try:
            yield Account(served.api_url, served.oauth_url, served.token, label=SANDBOX)
        finally:
            is_changed = any(each["method"] != "GET" for each in served.requests())
            if is_changed or not SANDBOX_STATE.exists():
                keep_out_of_git(SANDBOX_STATE.parent)
                write_whole(SANDBOX_STATE, json.dumps(served.dump(), indent=1))


def read_seed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@contextmanager
def seed_errors(path: Path | None) -> Iterator[None]:
    from reconciler.sandbox import SeedError

    try:
        yield
    except (SeedError, ValueError, RecursionError) as error:
        raise ReconcilerError(f"{path}: not a seed for the sandbox: {error}") from None
    except OSError as error:
        raise ReconcilerError(f"{error.filename or path or 'sandbox'}: {error.strerror}") from None
