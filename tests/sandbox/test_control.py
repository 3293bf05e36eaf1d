import pytest

from reconciler.sandbox import SETTINGS

from .client import Api


def test_the_index_lists_what_there_is(api: Api) -> None:
    status, index = api.control("GET", "")
    assert status == 200
    assert list(index["endpoints"]) == [
        "/_sandbox",
        *(f"/_sandbox/{name}" for name in ("settings", "faults", "requests", "state")),
    ]
    assert index["settings"].keys() == SETTINGS.keys()
    assert index["settings"]["latency"] == {
        "default": 0,
        "values": "seconds",
        "text": "seconds that every request takes longer",
    }
    assert index["settings"]["nothing"]["values"] == [None, "null", "empty", "absent"]
    assert index["faults"]["times"] == {
        "default": 1,
        "text": "so many requests then meet it; null for all",
    }
    assert all(
        api.control("POST", "/faults", {name: each["default"]})[0] == 200
        for name, each in index["faults"].items()
    )


def test_settings(api: Api) -> None:
    assert api.control("GET", "/settings")[1]["tree_nested"] is False
    assert api.control("PATCH", "/settings", {"tree_nested": True})[1]["tree_nested"] is True
    assert api.control("PATCH", "/settings", {"nix": 1})[0] == 400
    assert len(api.get("/groups/tree")["groups"]) == 1


def test_faults(api: Api) -> None:
    assert api.control("POST", "/faults", {"status": 500})[1][0]["status"] == 500
    assert len(api.control("POST", "/faults", [{}, {"fault": "html"}])[1]) == 3
    assert api.control("POST", "/faults", [1])[0] == 400
    assert api.control("DELETE", "/faults") == (200, [])
    assert api("GET", "/tag")[0] == 200


def test_the_log_has_everything_but_secrets(api: Api) -> None:
    api.signin("token", {"email": "admin@example.com", "password": "sandbox"})
    api.signin("revoke-token", {"token": "secret", "token_type": "access"})
    api("POST", "/tag?x=1&x-token=secret", [{"password": "secret"}])
    log = api.control("GET", "/requests")[1]
    assert log == [
        {
            "method": "POST",
            "path": "/oauth/token",
            "query": {},
            "status": 200,
            "fault": None,
            "body": {"email": "admin@example.com", "password": "***"},
        },
        {
            "method": "POST",
            "path": "/oauth/revoke-token",
            "query": {},
            "status": 200,
            "fault": None,
            "body": {"token": "***", "token_type": "access"},
        },
        {
            "method": "POST",
            "path": "/tag",
            "query": {"x": "1", "x-token": "***"},
            "status": 400,
            "fault": None,
            "body": [{"password": "***"}],
        },
    ]
    assert log == api.sandbox.requests()
    assert api.control("DELETE", "/requests") == (200, [])
    api.get("/tag")
    assert len(api.sandbox.requests()) == 1
    api.sandbox.clear_requests()
    assert api.sandbox.requests() == []


def test_the_state(api: Api) -> None:
    state = api.control("GET", "/state")[1]
    assert state == api.sandbox.dump()
    counts = api.control("PUT", "/state", {"account": {"org_unit_name": "Other"}})
    assert counts == (200, {"group": 1, "user": 0, "tag": 0, "route": 0})
    status, answer = api.control("PUT", "/state", {"groups": [{}]})
    assert (status, answer["message"]) == (400, "groups[0] (None): org_unit_name is required")
    assert api.get("/groups/1001")["org_unit_name"] == "Other"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nix", 404), ("PUT", "/settings", 405), ("PUT", "/state", 400)],
)
def test_refusals(api: Api, method: str, path: str, status: int) -> None:
    assert api.control(method, path)[0] == status
