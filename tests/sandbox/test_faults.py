import json
from typing import Any

import pytest
import requests

from .client import Api

TAG = {"tag_name": "New", "org_unit_id": 1001}


def tags(api: Api) -> int:
    total: int = api.get("/tag")["total"]
    return total


@pytest.mark.parametrize(
    ("fault", "done"),
    [
        ({"fault": "drop_before"}, 0),
        ({"fault": "drop_after"}, 1),
        ({"fault": "drop_after", "before": True}, 1),
    ],
)
def test_a_connection_is_dropped(api: Api, fault: Any, done: int) -> None:
    api.sandbox.add_fault(**fault, method="POST", path="/tag")
    with pytest.raises(requests.ConnectionError):
        api.raw("POST", "/tag", TAG)
    assert tags(api) == 2 + done
    assert api.sandbox.requests()[0].items() >= {"status": None, "fault": fault["fault"]}.items()


@pytest.mark.parametrize(
    ("fault", "done", "status", "start"),
    [
        ({"fault": "broken_json"}, 1, 200, '{"code":'),
        ({"fault": "broken_json", "before": True}, 0, 200, '{"code":'),
        ({"fault": "html"}, 1, 200, "<html>"),
        ({"fault": "html", "before": True}, 0, 200, "<html>"),
        ({"status": 502, "before": False}, 1, 502, '{"code":502'),
        ({"status": 599}, 0, 599, '{"code":599'),
    ],
)
def test_an_answer_is_spoiled(api: Api, fault: Any, done: int, status: int, start: str) -> None:
    api.sandbox.add_fault(**fault, method="POST")
    answer = api.raw("POST", "/tag", TAG)
    assert (answer.status_code, answer.text.startswith(start)) == (status, True)
    if status == 200:
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.text)
    assert tags(api) == 2 + done


@pytest.mark.parametrize("retry_after", [None, 2, 0.5, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_status_says_when_to_come_back(api: Api, retry_after: Any) -> None:
    api.sandbox.add_fault(status=429, retry_after=retry_after)
    answer = api.raw("GET", "/tag")
    assert answer.headers.get("Retry-After") == (None if retry_after is None else str(retry_after))


def test_errors_that_are_no_json(api: Api) -> None:
    api.sandbox.configure(errors_not_json=True)
    api.sandbox.add_fault()
    answer = api.raw("GET", "/tag")
    assert (answer.status_code, answer.text[:6]) == (503, "<html>")


def test_rules_skip_match_and_run_out(api: Api) -> None:
    api.sandbox.add_fault(path="/users/*", method="GET", skip=1, times=2)
    api.sandbox.add_fault(path="/users/1000?", status=500, times=None)
    codes = [
        api("GET", path)[0] for path in ("/users/list", "/tag", "/users/list", "/users/10001", "/users/list")
    ]
    assert codes == [200, 200, 503, 503, 200]
    assert [api(method, "/users/10001", {})[0] for method in ("GET", "PATCH")] == [500, 500]
    assert [rule["times"] for rule in api.control("GET", "/faults")[1]] == [0, None]
    api.sandbox.clear_faults()
    assert api("GET", "/users/10001")[0] == 200


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "flood"},
        {"colour": "red"},
        {"status": "503"},
        {"status": True},
        {"status": 99},
        {"skip": -1},
        {"times": -1},
        {"retry_after": "1\r\nX-Evil: 1"},
    ],
)
def test_rules_that_make_no_sense(api: Api, rule: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        api.sandbox.add_fault(**rule)
