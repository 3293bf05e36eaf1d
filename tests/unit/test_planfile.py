from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from reconciler.files.schema import load
from reconciler.model import Notice, Outcome, Plan, Request, Status
from reconciler.plans.planfile import digest, document, plain, result_document

from .literals import created, deleted, kept, ref, to, updated, written

BODY = {"tag_name": "New", "org_unit_id": to("group/S"), "more": [{"of": (to("tag/A"), 7)}]}
NEW = replace(
    created(written("tag/S/New", 3, tag_name="New", group=to("group/S"))),
    request=Request("POST", "/tag", BODY),
    waits_for=(to("group/S"),),
)
CITY = updated(kept("group/T", 7, city="Boston"), city=None)
GONE = deleted(kept("tag/S/Old", 9))
PLAN = Plan(
    account=1001,
    account_name="Acme",
    changes=(NEW, CITY, GONE),
    notices=(
        Notice("unmanaged", "tag/S/Kept", "it stays"),
        Notice("unreadable", "user.timezone", "not shown"),
    ),
    unchanged=10,
    unmanaged=3,
    reads=9,
)
DOCUMENT = {
    "format_version": "1",
    "account": 1001,
    "digest": "of all the rest",
    "summary": {"create": 1, "update": 1, "delete": 1, "unchanged": 10, "unmanaged": 3},
    "changes": [
        {
            "action": "create",
            "address": "tag/S/New",
            "kind": "tag",
            "id": None,
            "source": "a.yaml:3:1",
            "fields": [
                {"name": "tag_name", "old": None, "new": "New"},
                {"name": "group", "old": None, "new": "S"},
            ],
            "request": {
                "method": "POST",
                "path": "/tag",
                "body": {
                    "tag_name": "New",
                    "org_unit_id": {"id_of": "group/S"},
                    "more": [{"of": [{"id_of": "tag/A"}, 7]}],
                },
            },
            "waits_for": ["group/S"],
        },
        {
            "action": "update",
            "address": "group/T",
            "kind": "group",
            "id": 7,
            "source": "a.yaml:1:1",
            "fields": [{"name": "city", "old": "Boston", "new": None}],
            "request": {"method": "PATCH", "path": "/groups/7", "body": None},
            "waits_for": [],
        },
        {
            "action": "delete",
            "address": "tag/S/Old",
            "kind": "tag",
            "id": 9,
            "source": "a.yaml:1:1",
            "fields": [],
            "request": {"method": "DELETE", "path": "/tag/9", "body": None},
            "waits_for": [],
        },
    ],
    "notices": [
        {"code": "unmanaged", "address": "tag/S/Kept", "message": "it stays"},
        {"code": "unreadable", "address": "user.timezone", "message": "not shown"},
    ],
    "requests": {"read": 9, "write": 3},
}


def test_a_plan_as_a_document():
    found = document(PLAN)
    assert found == {**DOCUMENT, "digest": found["digest"]}
    assert list(found) == list(DOCUMENT)


def test_the_document_is_what_its_schema_says():
    Draft202012Validator(load("plan")).validate(document(PLAN))


def test_refusals_stand_first_among_the_notices():
    refused = replace(PLAN, refusals=(Notice("too-many-deletes", "tag", "too many"),))
    assert [each["code"] for each in document(refused)["notices"]] == [
        *("too-many-deletes", "unmanaged", "unreadable")
    ]
    Draft202012Validator(load("plan")).validate(document(refused))


def test_what_only_a_saved_plan_needs_stands_beside():
    held = replace(CITY, referred_to={"parent": 1001, "tags": (3, 4)})
    platform = {"tag": {"path": "/labels"}}
    found = document(replace(PLAN, changes=(NEW, held), platform=platform))
    assert (found["referred_to"], found["platform"]) == (
        {"group/T": {"parent": 1001, "tags": [3, 4]}},
        platform,
    )
    Draft202012Validator(load("plan")).validate(found)


def test_a_change_that_stands_in_no_file():
    change = replace(GONE, before=kept("tag/S/Old", 9))
    (found,) = document(replace(PLAN, changes=(change,)))["changes"]
    assert (found["source"], found["id"]) == (None, 9)


def test_the_digest_is_over_everything_but_itself():
    found = document(PLAN)
    assert found["digest"] == digest(found) == digest({**found, "digest": "anything"})
    assert found["digest"] != document(replace(PLAN, unchanged=11))["digest"]
    assert found["digest"] == document(replace(PLAN, account_name="Other"))["digest"]


def test_the_digest_does_not_change_from_one_release_to_the_next():
    expected = "sha256:175ba961d8eb40901248b1044a995e484a118b9a2313f44bdecd6ad245be9b91"
    assert digest({"b": "ö", "a": [1, None, True]}) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (to("group/Acme/Sales"), "Acme/Sales"),
        (ref("group/Partners"), "Partners"),
        (ref(("group", 7)), 7),
        ((to("tag/S/Hot"), 301), ["S/Hot", 301]),
        ([{"a": to("tag/S/Hot")}], [{"a": "S/Hot"}]),
        (None, None),
        (True, True),
        ("text", "text"),
    ],
)
def test_values_as_a_person_would_write_them(value, expected):
    assert plain(value) == expected


def test_what_came_of_an_apply():
    outcomes = [
        Outcome(NEW, Status.APPLIED, None, 301),
        Outcome(CITY, Status.FAILED, "503 down", 7),
        Outcome(GONE, Status.SKIPPED, "waits for group/T, which failed", 9),
    ]
    assert result_document(iter(outcomes)) == {
        "format_version": "1",
        "summary": {"applied": 1, "failed": 1, "skipped": 1},
        "outcomes": [
            {"address": "tag/S/New", "action": "create", "status": "applied", "reason": None, "id": 301},
            {"address": "group/T", "action": "update", "status": "failed", "reason": "503 down", "id": 7},
            {
                "address": "tag/S/Old",
                "action": "delete",
                "status": "skipped",
                "reason": "waits for group/T, which failed",
                "id": 9,
            },
        ],
    }


def test_an_apply_of_nothing():
    assert result_document(()) == {
        "format_version": "1",
        "summary": {"applied": 0, "failed": 0, "skipped": 0},
        "outcomes": [],
    }
