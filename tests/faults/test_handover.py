"""Whoever applies hands the own rights over to somebody else: last of all, or not at all."""

import pytest

from .rigs import done

ACCOUNT = {
    "account": {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ORG-1000"},
    "users": [
        {"ct_user_id": 10001, "username": "admin@acme.example", "role": "Admin"},
        {"ct_user_id": 10002, "username": "zoe@acme.example", "role": "Standard"},
    ],
    "tags": [{"tag_id": 301, "tag_name": "Old", "group": 1001}],
    "tokens": {"admins-token": "admin@acme.example"},
}
HANDOVER = """\
users:
  - {username: admin@acme.example, group: ORG-1000, role: Standard}
  - {username: zoe@acme.example, group: ORG-1000, role: Admin}
removed: [tag/ORG-1000/Old]
"""


@pytest.fixture
def handing(platform, call, workspace, monkeypatch):
    """Applies with the rights of the one who gives them away."""
    platform.load(ACCOUNT)
    monkeypatch.setenv("CONVIRZA_TOKEN", "admins-token")
    (workspace / "all.yaml").write_text(HANDOVER)
    return lambda: call("apply", "--yes")


def role(platform, number):
    return next(each for each in platform.dump()["users"] if each["ct_user_id"] == number)["role"]


def test_the_own_rights_go_last(handing, platform):
    assert handing().code == 0
    writes = [f"{each['method']} {each['path']}" for each in platform.requests() if each["method"] != "GET"]
    assert writes[-1] == "PATCH /users/10001"
    assert sorted(writes[:-1]) == ["DELETE /tag/301", "PATCH /users/10002"]
    assert (role(platform, 10001), role(platform, 10002)) == ("Standard", "Admin")


@pytest.mark.parametrize("path", ["/users/10002", "/tag/301"])
def test_where_something_was_refused_the_own_rights_stay_to_mend_it(handing, platform, path):
    platform.add_fault(path=path, status=400, times=1)
    ended = handing()
    assert ended.code == 5
    assert "user/admin@acme.example skipped" in ended.out
    assert role(platform, 10001) == "Admin"
    assert handing().code == 0
    assert (role(platform, 10001), role(platform, 10002)) == ("Standard", "Admin")
    assert len(done(platform)) == 3


def test_who_is_meant_alone_brings_nothing_along(handing, call):
    assert "Plan: 1 to update" in call("plan", "--target", "user/admin@acme.example").out
