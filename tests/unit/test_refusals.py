"""What the platform refuses, and what to look at then."""

import pytest

from reconciler.errors import PlatformError
from reconciler.runs.refusals import explained

from .literals import created, deleted, kept, to, updated, written

TOP = to("group/ROOT")
NEW = created(written("user/jane@acme", 3, username="jane@acme", group=TOP))
CITY = updated(kept("group/S", 2, city="Boston", parent=TOP), city="New York")
OLD = deleted(kept("tag/ROOT/Old", 9, tag_name="Old", group=TOP))
UNSEEN = (
    "what has it may be in the list under another spelling, or not be in it: deleted, inactive, or outside "
    "what the signed-in user may see"
)
PUT = "if the platform takes PUT for this, say so with `settings.platform.group.update_method: PUT`"


IDS = {
    to("user/john@acme"): 1,
    to("tag/ROOT/hot  LEAD"): 2,
    to("tag/ROOT/HOT LEAD"): 3,
    to("tag/S/Hot lead"): 4,
    to("route/ROOT/hot lead"): 5,
    to("group/Acme/O\u0308st"): 6,
    NEW.address: 7,
}


def refused(status, text):
    error = PlatformError(text)
    error.status = status
    return error


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize(
    "text", ["it Already exists", "username: is taken", "DUPLICATE entry", "it is in use", "that\nexists"]
)
def test_what_is_taken_by_something_that_is_not_listed(status, text):
    assert explained(refused(status, text), NEW, IDS) == f"{text}; {UNSEEN}"


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("tag/ROOT/Hot lead", "tag/ROOT/hot  LEAD, id 2 or tag/ROOT/HOT LEAD, id 3"),
        ("group/Acme/\u00f6st", "group/Acme/O\u0308st, id 6"),
    ],
)
def test_what_is_taken_by_something_that_is_spelled_otherwise(address, named):
    text = "the name is taken"
    assert explained(refused(400, text), created(written(address)), IDS) == f"{text}; perhaps by {named}"


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        (NEW, 400, "the name is too long"),
        (NEW, 400, "it belongs to user 7, which is deleted, already"),
        (NEW, 400, "the e-mail is taken by an inactive user"),
        (NEW, 400, "a mistaken address"),
        (NEW, 403, "it already exists"),
        (NEW, None, "it already exists"),
        (CITY, 409, "it already exists"),
        (OLD, 400, "it is in use"),
        (NEW, 405, "no such method"),
        (OLD, 501, "no such method"),
        (CITY, 404, "not found"),
    ],
)
def test_what_nothing_is_known_of(change, status, text):
    assert explained(refused(status, text), change, IDS) == text


@pytest.mark.parametrize("status", [405, 501])
def test_a_method_that_is_not_there(status):
    assert explained(refused(status, "no"), CITY, IDS) == f"no; {PUT}"
