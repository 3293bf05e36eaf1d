"""A preview cannot write: nothing but `apply` and signing in can send anything but GET."""

import ast
import inspect

import pytest

from reconciler import cli, live, planning
from reconciler.client import READ_ONLY, Reader, Transport, Writer
from reconciler.connecting import connected
from reconciler.errors import RefusedError
from reconciler.model import Request, Settings

WRITERS = {"apply"}


@pytest.fixture
def signed_in(monkeypatch, platform):
    monkeypatch.setenv("CONVIRZA_API_URL", platform.api_url)
    monkeypatch.setenv("CONVIRZA_OAUTH_URL", platform.oauth_url)
    monkeypatch.setenv("CONVIRZA_TOKEN", platform.token)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "get", "OPTIONS"])
def test_what_a_preview_is_given_refuses_to_write(signed_in, platform, method):
    with connected(sandbox=False, methods=READ_ONLY) as transport:
        with pytest.raises(RefusedError, match="may only read"):
            Writer(transport).send(Request(method, "/groups", {"org_unit_name": "X"}))
        live.read(Reader(transport), Settings())
    assert {each["method"] for each in platform.requests()} == {"GET"}


def test_a_reader_has_no_way_to_write():
    public = {name for name in vars(Reader) if not name.startswith("_")}
    assert public == {"get", "profile"}


def test_planning_is_given_no_connection_at_all():
    assert set(inspect.signature(planning.plan).parameters) == {"desired", "live", "options"}


def test_only_apply_asks_for_more_than_reading():
    """Whoever lets another command write has to change this list."""
    tree = ast.parse(inspect.getsource(cli))
    asking = {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(isinstance(node, ast.Name) and node.id == "READ_AND_WRITE" for node in ast.walk(function))
    }
    assert asking == WRITERS
    assert inspect.signature(Transport).parameters["methods"].default is READ_ONLY


@pytest.mark.parametrize("name", sorted(set(cli.cli.commands) - WRITERS - {"sandbox"}))
def test_no_other_command_sends_anything_but_get(reconciler, workspace, platform, name):
    (workspace / "all.yaml").write_text("groups:\n  - {org_unit_name: New, parent: ORG-1000}\n")
    assert reconciler(name).code == 0
    assert {each["method"] for each in platform.requests()} <= {"GET"}
