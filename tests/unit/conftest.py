"""Servers on this machine and connections to them, and a user without rights."""

import codecs
import os
import resource
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.api.client import READ_ONLY, Transport
from reconciler.api.sending import Patience
from reconciler.api.signin import Account
from reconciler.api.tokens import Tokens

from .loopback import serving

ONCE = Patience(attempts=1)


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch):
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    for name in (*proxies, "NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def platform():
    """Starts a server that answers by a script; it ends with the test."""
    running = []

    def start(script, **how):
        running.append(serving(script, **how))
        return running[-1].__enter__()

    yield start
    for each in running:
        each.__exit__(None, None, None)


@pytest.fixture
def transport():
    """Makes transports that are closed after the test. They try once unless they are given more patience."""
    made = []

    def make(url, token="t-1", *, methods=READ_ONLY, patience=ONCE, store=None, **account):
        oauth_url = account.pop("oauth_url", url)
        tokens = Tokens(Account(url, oauth_url, token, **account), store, patience)
        made.append(Transport(tokens, methods, patience))
        made[-1].limiter._pace.width = 100.0  # servers of these tests may wait until all have come
        return made[-1]

    yield make
    for each in made:
        each.close()


@contextmanager
def full_disk():
    """No file can grow any more; what Python is told is what a full disk tells."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def unprivileged():
    """A directory of somebody who may not read everything."""
    user = os.geteuid()
    codecs.lookup("utf-8-sig")  # while Python's own modules can be read
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)  # noqa: PTH101 - whoever we become is to write into it
        os.seteuid(65534 if user == 0 else user)
        try:
            yield Path(folder)
        finally:
            os.seteuid(user)
