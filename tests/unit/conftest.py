"""Servers on this machine, and connections to them."""

import pytest

from reconciler.client import READ_ONLY, Account, Transport

from .loopback import serving


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NETRC"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def platform():
    """Starts a server that answers by a script; it ends with the test."""
    running = []

    def start(script):
        running.append(serving(script))
        return running[-1].__enter__()

    yield start
    for each in running:
        each.__exit__(None, None, None)


@pytest.fixture
def transport():
    """Makes transports that are closed after the test."""
    made = []

    def make(url, token="t-1", *, methods=READ_ONLY, **account):
        oauth_url = account.pop("oauth_url", url)
        made.append(Transport(Account(url, oauth_url, token, **account), methods))
        return made[-1]

    yield make
    for each in made:
        each.close()
