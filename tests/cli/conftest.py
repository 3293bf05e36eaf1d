"""The command line as a process of its own, and a platform for it to talk to."""

import os
import shutil
from pathlib import Path

import pytest

from reconciler.sandbox import serve
from tests.forks import READ_BY_PYTHON, serving, started

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"


@pytest.fixture(scope="session")
def forks():
    with serving() as server:
        yield server


@pytest.fixture
def platform():
    with serve() as sandbox:
        yield sandbox


@pytest.fixture
def environment(tmp_path, platform):
    own = ("CONVIRZA_", "COV_", "CI")  # what is shown must not depend on where the tests run
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {
        **kept,
        "HOME": str(tmp_path / "home"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "CONVIRZA_API_URL": platform.api_url,
        "CONVIRZA_OAUTH_URL": platform.oauth_url,
        "CONVIRZA_TOKEN": platform.token,
        "CONVIRZA_RETRY_WAIT": "0.01",
    }


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def reconciler(forks, workspace, environment):
    """Runs `reconciler ARGS` in the workspace."""

    def run(*arguments, text_in="", **variables):
        begin = started if any(name.startswith(READ_BY_PYTHON) for name in variables) else forks.run
        return begin(arguments, workspace, {**environment, **variables}, text_in)

    return run


@pytest.fixture
def ask(reconciler):
    """Runs `reconciler ARGS` against the server at a URL."""

    def run(url, *arguments):
        addresses = {"CONVIRZA_API_URL": url, "CONVIRZA_OAUTH_URL": url}
        return reconciler(*arguments, **addresses, CONVIRZA_RETRY_WAIT="0.001")

    return run


@pytest.fixture
def quickstart(workspace):
    shutil.copytree(QUICKSTART, workspace, dirs_exist_ok=True)
    return workspace
