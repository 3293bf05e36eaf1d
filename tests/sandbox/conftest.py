"""A sandbox with the demo account for every test, and clients for it."""

from collections.abc import Callable, Iterator

import pytest

from reconciler.sandbox import Sandbox, serve

from .client import Api


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with serve() as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Api]:
    client = Api(sandbox)
    yield client
    client.session.close()


@pytest.fixture
def as_user(sandbox: Sandbox) -> Iterator[Callable[[str], Api]]:
    """Makes a client for the user with this e-mail address."""
    clients = []

    def make(email: str) -> Api:
        seed = sandbox.dump()
        sandbox.load({**seed, "tokens": {**seed["tokens"], f"for-{email}": email}})
        clients.append(Api(sandbox, f"for-{email}"))
        return clients[-1]

    yield make
    for client in clients:
        client.session.close()
