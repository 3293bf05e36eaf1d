"""A platform, a workspace, and the program: in this process where nothing has to die, else as its own."""

import os
import sys

import pytest

from reconciler.__main__ import run
from reconciler.sandbox import serve

from . import rigs
from .literals import ACCOUNT, MIXED
from .proxy import Held, between


@pytest.fixture
def platform():
    with serve(ACCOUNT) as sandbox:
        sandbox.configure(signin_limit=None)
        yield sandbox


@pytest.fixture
def proxy(platform):
    with between(platform.api_url) as found:
        yield found


@pytest.fixture
def held(proxy):
    """Makes one that is released in the end, whatever happens."""
    made = []

    def make(passed, *, taken=False):
        made.append(Held(passed, taken=taken))
        proxy.on_write = made[-1].on_write
        return made[-1]

    yield make
    for each in made:
        each.release()


@pytest.fixture
def api_url(platform):
    """Where the program looks for the platform."""
    return platform.api_url


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "all.yaml").write_text(MIXED)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def environment(tmp_path, platform, api_url, workspace, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("CONVIRZA_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONVIRZA_API_URL", api_url)
    monkeypatch.setenv("CONVIRZA_OAUTH_URL", platform.oauth_url)
    monkeypatch.setenv("CONVIRZA_TOKEN", platform.token)
    monkeypatch.setenv("CONVIRZA_RETRY_WAIT", "0")
    return os.environ


@pytest.fixture
def call(environment, monkeypatch, capsys):
    """Runs the program in this process."""

    def called(*arguments):
        monkeypatch.setattr(sys, "argv", ["reconciler", *arguments])
        ended = rigs.Ended(int(run()), *capsys.readouterr())
        assert "Traceback" not in ended.err
        assert "mistake in the program" not in ended.err
        return ended

    return called


@pytest.fixture
def applied(call, workspace):
    """Applies what a text asks for; gives the name of the run."""

    def apply(text):
        (workspace / "all.yaml").write_text(text)
        assert call("apply", "--yes").code == 0
        return rigs.latest(workspace)

    return apply


@pytest.fixture
def start(environment, workspace):
    """Starts the program as a process, which ends with the test at the latest."""
    started = []

    def begin(*arguments):
        kept = {name: value for name, value in environment.items() if not name.startswith("COV_")}
        started.append(rigs.start(arguments, workspace, kept))
        return started[-1]

    yield begin
    for each in started:
        each.close()
