from dataclasses import replace

import pytest

from reconciler.kinds import KINDS
from reconciler.model import Request
from reconciler.objects.overrides import kinds_with
from reconciler.plans.alignment import align
from reconciler.plans.notices import left_out, notices, unmanaged

from .literals import created, deleted, desired, kept, live, to, updated, written

TOP = to("group/ROOT")


def said(*changes, files=(), there=(), gone=(), ignored=None, resend=()):
    """Code, address and message of each notice."""
    aligned = align(desired(*files), live(*there, gone=gone))
    found = notices(aligned, KINDS, changes, ignored or {}, resend)
    return [(code, str(address), message) for code, address, message in found]


# -- what cannot be compared

USERS = [written(f"user/{n}@acme", username=f"{n}@acme", timezone="UTC") for n in (1, 2)]
THERE = [kept(f"user/{n}@acme", n, username=f"{n}@acme") for n in (1, 2)]
ZONE = "the platform does not show user.timezone, so it is not checked on "
AGAIN = "; it is sent when a user is created, and again with --resend user.timezone"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"there": THERE}, [("unreadable", "user.timezone", f"{ZONE}2 existing users{AGAIN}")]),
        ({"there": THERE[:1]}, [("unreadable", "user.timezone", f"{ZONE}1 existing user{AGAIN}")]),
        ({}, []),
        ({"there": THERE, "resend": [("user", "timezone")]}, []),
        ({"there": THERE, "ignored": {each.address: {"timezone"} for each in USERS}}, []),
        (
            {"there": THERE, "ignored": {to("user/1@acme"): {"timezone", "role"}}},
            [("unreadable", "user.timezone", f"{ZONE}1 existing user{AGAIN}")],
        ),
    ],
    ids=["two", "one", "only new ones", "sent again", "ignored", "ignored for one"],
)
def test_what_cannot_be_read_is_said_once_per_field(options, expected):
    assert said(files=USERS, **options) == expected


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        (5, None, ["group.billing_id"]),
        (5, 5, []),
        (5, 6, []),
        (None, None, []),
    ],
)
def test_what_is_set_on_creation_only_and_is_not_shown(wanted, there, expected):
    file = written("group/S", org_unit_name="S", org_unit_ext_id="S", parent=TOP, billing_id=wanted)
    row = kept("group/S", 2, org_unit_name="S", org_unit_ext_id="S", parent=TOP, billing_id=there)
    found = said(files=[file], there=[row])
    assert [address for _, address, _ in found] == expected
    assert all(message.endswith("; it can only be set when a group is created") for *_, message in found)


# -- addresses of deleted users


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (created(written("user/old@acme", username="old@acme")), ["user/old@acme"]),
        (updated(kept("user/old@acme", 7, username="was@acme"), username="old@acme"), ["user/old@acme"]),
        (updated(kept("user/old@acme", 7), first_name="Jane"), []),
        (created(written("user/new@acme", username="new@acme")), []),
    ],
    ids=["created", "renamed", "changed otherwise", "another"],
)
def test_an_address_that_belongs_to_a_deleted_user(change, expected):
    found = said(change, gone={to("user/old@acme"): 99})
    assert [(code, address) for code, address, _ in found] == [("deleted-user", each) for each in expected]
    assert all("belongs to the deleted user 99;" in message for *_, message in found)


# -- what is not as the files suppose


def test_the_address_of_a_user_that_this_plan_deletes():
    renamed = updated(kept("user/eve@acme", 1, username="bob@acme"), username="Eve@acme")
    going = deleted(kept("user/eve@acme", 2, username="eve@acme"))
    other = created(written("user/new@acme", username="new@acme"))
    ((code, address, message),) = said(going, renamed, other)
    assert (code, address) == ("deleted-user", "user/eve@acme")
    assert message.startswith("user/eve@acme belongs to user 2, which this plan deletes; the platform will")


def test_a_creation_that_was_meant_to_be_a_renaming():
    new = created(written("tag/S/New", 2, previously="S/Old", tag_name="New"))
    renamed = updated(kept("tag/S/Name", 7, tag_name="Was"), tag_name="Name")
    assert said(new, replace(renamed, after=written("tag/S/Name", 3, previously="S/Was"))) == [
        (
            "nothing-to-rename",
            "tag/S/New",
            "there is no tag/S/Old on the platform to rename, so tag/S/New is created",
        )
    ]


TAG = kept("tag/S/Hot", 3, tag_name="Hot", color="red", shape="round")


@pytest.mark.parametrize(
    ("before", "request_", "lost"),
    [
        (TAG, Request("PUT", "/tag/3", {"tag_name": "New"}), "color, shape"),
        (TAG, Request("PUT", "/tag/3", {"tag_name": "New", "color": "red"}), "shape"),
        (TAG, Request("PATCH", "/tag/3", {"tag_name": "New"}), None),
        (kept("tag/S/Hot", 3, tag_name="Hot"), Request("PUT", "/tag/3", {"tag_name": "New"}), None),
    ],
)
def test_what_a_replacement_may_lose(before, request_, lost):
    change = replace(updated(before, tag_name="New"), request=request_)
    expected = (
        f"tag/S/Hot can only be replaced as a whole: {lost} may be lost; write what is to stay under `extra:`"
    )
    assert said(change) == ([("replaced", "tag/S/Hot", expected)] if lost else [])


ANN = kept("user/ann@acme", 7, username="ann@acme", first_name="Ann", access_audio=True)
BOB = kept("user/bob@acme", 8, username="bob@acme", first_name="Bob", access_audio=True)
UNSEEN = {"aliases": [], "timezone": "UTC", "agent_code": 7}


def replaced(resource, **unseen):
    return replace(
        updated(resource, first_name="New"),
        request=Request("PUT", f"/users/{resource.id}", {"username": resource.fields["username"], **unseen}),
    )


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ([replaced(ANN)], "1 user can only be replaced as a whole: aliases, timezone, agent_code"),
        (
            [replaced(ANN, aliases=[], timezone="UTC"), replaced(BOB, timezone="UTC", agent_code=1)],
            "2 users can only be replaced as a whole: aliases, agent_code",
        ),
        (
            [replaced(ANN, **UNSEEN), replaced(BOB, timezone="UTC", agent_code=1)],
            "1 user can only be replaced as a whole: aliases",
        ),
        ([replaced(ANN, **UNSEEN)], None),
        ([updated(ANN, first_name="New")], None),
    ],
    ids=["one", "two that lack different things", "one of two", "all is sent", "only what changes is sent"],
)
def test_what_a_replacement_may_lose_unseen_is_said_once_for_each_kind(changes, lost):
    message = f"{lost} may be lost, which the platform does not show; write what is to stay into the files"
    assert said(*changes) == ([("replaced", "user", message)] if lost else [])


def test_what_a_replacement_may_lose_is_told_by_the_facts_that_the_files_give():
    facts = {"user": {"fields": {"access_audio": {"readable": False}, "aliases": {"readable": True}}}}
    there = replace(ANN, fields={"username": "ann@acme", "first_name": "Ann", "aliases": None})
    change = replaced(there, timezone="UTC", agent_code=1)
    (found,) = notices(align(desired(), live()), kinds_with(facts), [change], {}, ())
    assert found.message.startswith("1 user can only be replaced as a whole: access_audio may be lost,")


def test_notices_stand_in_a_stable_order():
    changes = [
        created(written(f"user/{n}@acme", n, previously=f"was{n}@acme", username=f"{n}@acme")) for n in (2, 1)
    ]
    found = said(*changes, files=USERS, there=THERE[:1], gone={to("user/2@acme"): 99})
    assert [(code, address) for code, address, _ in found] == [
        ("deleted-user", "user/2@acme"),
        ("nothing-to-rename", "user/1@acme"),
        ("nothing-to-rename", "user/2@acme"),
        ("unreadable", "user.timezone"),
    ]


def test_a_deletion_says_nothing():
    assert said(deleted(TAG)) == []


@pytest.mark.parametrize(
    ("count", "messages"),
    [
        (0, []),
        (1, ["1 other change is left out, as --target asks"]),
        (2, ["2 other changes are left out, as --target asks"]),
        (1200, ["1,200 other changes are left out, as --target asks"]),
    ],
)
def test_what_targets_leave_out(count, messages):
    assert [tuple(notice) for notice in left_out(count)] == [("targeted", "plan", each) for each in messages]


def test_what_no_file_describes():
    assert tuple(unmanaged(to("tag/S/Old"))) == (
        "unmanaged",
        "tag/S/Old",
        "tag/S/Old is on the platform but not in these files; it stays as it is",
    )
