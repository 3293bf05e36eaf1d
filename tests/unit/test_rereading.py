"""A second look at single objects: has anything moved that a change relies on?"""

from dataclasses import replace

import pytest

from reconciler.api.readings import Leeway
from reconciler.errors import NotFoundError, PlatformError
from reconciler.kinds import KINDS
from reconciler.model import Request
from reconciler.objects.diff import deletion
from reconciler.objects.overrides import kinds_with
from reconciler.objects.reliance import relied_on
from reconciler.runs.staleness import mentions, stale

from .literals import (
    GROUP_ROW,
    ROUTE_ROW,
    TAG_ROW,
    USER_ROW,
    Shelf,
    again,
    created,
    deleted,
    kept,
    planned,
    to,
    updated,
    written,
)

TOP = to("group/ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
JANE = kept("user/jane@acme", 7, username="jane@acme", group=to("group/S"), role="Standard")
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
MAIN = kept("route/S/Main", 8, provisioned_route_name="Main", group=to("group/S"), ring_to="+14255550134")


def reasons(change, shelf=None, body=None, freed=()):
    return list(again(shelf or Shelf()).look(change, body, freed).reasons)


def with_ids(change, **held):
    return replace(change, referred_to=held)


# -- what a change relies on


@pytest.mark.parametrize(
    ("change", "kind", "expected"),
    [
        (updated(SALES, city="Rome"), "group", {"city": "Boston", "parent": 1001}),
        (updated(JANE, timezone="UTC"), "user", {"group": 1001}),
        (updated(JANE, group=TOP), "user", {"group": 1001}),
        (updated(MAIN, tags=(to("tag/S/Hot"),)), "route", {"tags": None, "group": 1001}),
    ],
    ids=[
        "old values and the place",
        "nothing that is never shown",
        "an id for the old group",
        "no tags before",
    ],
)
def test_what_a_change_relies_on(change, kind, expected):
    place = KINDS[kind].place or "group"
    assert relied_on(KINDS[kind], with_ids(change, **{place: 1001})) == expected


# -- has it moved


def going(resource):
    """A deletion that shows all that goes, as a plan has it."""
    return replace(deleted(resource), fields=deletion(KINDS[resource.kind], resource))


def test_what_was_given_to_an_object_that_is_to_go():
    change = with_ids(going(MAIN), group=2, tags=(3, 4))
    row = {**ROUTE_ROW, "campaign_id": 5}
    assert reasons(change) == []
    shelf = Shelf()
    shelf.details["/provisioned-routes/8"] = row
    assert reasons(change, shelf) == ["campaign_id was nothing when the plan was made and is 5 now"]


def test_what_only_the_details_of_a_user_show_was_not_given_to_it_since():
    change = with_ids(going(JANE), group=2)
    shelf = Shelf(users=[USER_ROW])
    shelf.details["/users/7"] = {**USER_ROW, "agent_ring_to": "+14255550134"}
    assert reasons(change, shelf) == []
    assert [path for path, _ in shelf.asked] == ["/users/7", "/users/list"]
    unlisted = Shelf()
    unlisted.details["/users/7"] = {**USER_ROW, "first_name": "Jane"}
    assert reasons(change, unlisted) == ["first_name was nothing when the plan was made and is 'Jane' now"]


def test_what_the_list_never_shows_was_not_given_to_an_object_since():
    bare = replace(MAIN, fields={name: MAIN.fields[name] for name in ("provisioned_route_name", "group")})
    change = with_ids(updated(bare, ring_to="+14255550135", record_calls=True), group=2)
    row = {name: ROUTE_ROW[name] for name in ("provisioned_route_id", "provisioned_route_name")}
    row["org_unit_id"] = 2
    shelf = Shelf(routes=[row])
    shelf.details["/provisioned-routes/8"] = {**row, "ring_to": "+14255550134"}
    assert reasons(change, shelf) == []
    assert [path for path, _ in shelf.asked] == ["/provisioned-routes/8", "/provisioned-routes"]
    given = Shelf(routes=[{**row, "ring_to": "+14255550134"}])
    given.details["/provisioned-routes/8"] = {**row, "ring_to": "+14255550134", "record_calls": False}
    assert reasons(change, given) == ["ring_to was nothing when the plan was made and is '+14255550134' now"]


def test_an_older_list_does_not_tell_what_was_given_to_an_object_since():
    bare = replace(MAIN, fields={name: MAIN.fields[name] for name in ("provisioned_route_name", "group")})
    change = with_ids(updated(bare, ring_to="+14255550135"), group=2)
    row = {**ROUTE_ROW, "ring_to": None}
    shelf = Shelf(routes=[row])
    shelf.details["/provisioned-routes/8"] = {**row, "ring_to": "+14255550134"}
    looking = again(shelf)._replace(leeway=Leeway(0.0))
    assert looking.look(change, None).reasons == ()
    shelf.lists["/provisioned-routes"] = ("provisionedRoutes", [{**row, "ring_to": "+14255550134"}])
    (reason,) = looking.look(change, None).reasons
    assert reason == "ring_to was nothing when the plan was made and is '+14255550134' now"


def test_what_the_list_shows_must_be_as_it_was_although_it_leaves_out_more():
    change = with_ids(updated(MAIN, ring_to="+14255550135", campaign_id=7), group=2)
    row = {**ROUTE_ROW, "ring_to": "+14255550134", "campaign_id": None}
    shelf = Shelf(routes=[row])
    shelf.details["/provisioned-routes/8"] = {**row, "ring_to": "+14255550139", "campaign_id": 5}
    assert reasons(change, shelf) == [
        "ring_to was '+14255550134' when the plan was made and is '+14255550139' now"
    ]


@pytest.mark.parametrize(
    "change",
    [
        with_ids(updated(SALES, city="Rome"), parent=1001),
        with_ids(updated(JANE, role="Admin"), group=2),
        with_ids(updated(HOT, tag_name="Warm"), group=2),
        with_ids(updated(MAIN, ring_to=None), group=2, tags=(3, 4)),
        with_ids(going(HOT), group=2),
    ],
    ids=["group", "user", "tag", "route", "deletion"],
)
def test_what_is_as_it_was_however_it_is_spelled(change):
    assert reasons(change) == []


@pytest.mark.parametrize(
    ("change", "row", "expected"),
    [
        (
            with_ids(updated(SALES, city="Rome"), parent=1001),
            {"city": "Paris"},
            ["city was 'Boston' when the plan was made and is 'Paris' now"],
        ),
        (
            with_ids(updated(SALES, city="Rome"), parent=1001),
            {"city": None},
            ["city was 'Boston' when the plan was made and is nothing now"],
        ),
        (
            with_ids(updated(SALES, city="Rome"), parent=1001),
            {"org_unit_parent_id": 5},
            ["parent was 1001 when the plan was made and is 5 now"],
        ),
        (
            with_ids(updated(SALES, zip="10001"), parent=1001),
            {"zip": "02108"},
            ["zip was nothing when the plan was made and is '02108' now"],
        ),
        (with_ids(updated(SALES, city="Rome"), parent=1001), {"zip": "02108", "org_unit_name": "New"}, []),
    ],
    ids=["another value", "cleared", "another place", "set meanwhile", "other fields may move"],
)
def test_what_has_moved(change, row, expected):
    shelf = Shelf()
    shelf.details["/groups/2"] = {**GROUP_ROW, **row}
    assert reasons(change, shelf) == expected


def test_what_has_moved_is_told_in_the_words_of_the_files():
    jane = replace(JANE, fields={**JANE.fields, "access_audio": False})
    change = with_ids(updated(jane, role="Admin", access_audio=True), group=2)
    row = {**USER_ROW, "role": "Admin User", "access_audio": "Yes"}
    shelf = Shelf(users=[row])
    shelf.details["/users/7"] = row
    assert reasons(change, shelf) == [
        "role was 'Standard' when the plan was made and is 'Admin' now",
        "access_audio was false when the plan was made and is true now",
    ]


def test_tags_that_have_moved():
    change = with_ids(updated(MAIN, tags=None), group=2, tags=(3,))
    assert reasons(change) == ["tags was [3] when the plan was made and is [4, 3] now"]


def test_a_replacement_relies_on_all_that_it_carries():
    body = {"tag_name": "Hot", "org_unit_id": 1001}
    move = with_ids(updated(HOT, group=TOP), group=2)
    change = replace(move, request=Request("PUT", "/tag/3", body))
    assert reasons(change, Shelf(tags=[{**TAG_ROW, "tag_name": "Warm"}]), body) == [
        "tag_name was 'Hot' when the plan was made and is 'Warm' now"
    ]


def test_what_details_do_not_show_has_not_moved():
    change = with_ids(
        updated(kept("group/S", 2, billing_id=5, website="a"), billing_id=6, website="b"), parent=1001
    )
    assert reasons(change) == []


def test_the_order_of_a_round_robin_counts():
    entries = [{"ring_to": "+1"}, {"ring_to": "+2"}]
    before = kept("route/S/Main", 8, route_type="round_robin", destinations=tuple(entries))
    change = with_ids(updated(before, destinations=None), group=2)
    for route_type, moved in (("round_robin", True), ("simultaneous", False)):
        shelf = Shelf()
        shelf.details["/provisioned-routes/8"] = {
            **ROUTE_ROW,
            "route_type": route_type,
            "destinations": entries[::-1],
        }
        assert bool(reasons(change, shelf)) is moved


def test_the_fields_as_they_are_now_come_along():
    look = again(Shelf()).look(with_ids(updated(JANE, role="Admin"), group=2), None)
    assert look.fields == {"username": "Jane@acme", "group": 2, "role": "Standard"}


# -- is it there


@pytest.mark.parametrize(
    ("change", "path"),
    [(deleted(SALES), "/groups/2"), (deleted(JANE), "/users/7"), (deleted(MAIN), "/provisioned-routes/8")],
)
def test_what_is_gone(change, path):
    shelf = Shelf()
    del shelf.details[path]
    assert reasons(with_ids(change), shelf) == ["it is no longer on the platform"]


def test_a_user_that_was_deleted_softly_is_gone():
    shelf = Shelf()
    shelf.details["/users/7"] = {**USER_ROW, "status": "deleted"}
    assert reasons(with_ids(deleted(JANE)), shelf) == ["it is no longer on the platform"]


def test_a_tag_that_has_moved_is_looked_for_everywhere():
    shelf = Shelf(tags=[{**TAG_ROW, "org_unit_id": 9}])
    assert reasons(with_ids(going(HOT), group=2), shelf) == [
        "group was 2 when the plan was made and is 9 now"
    ]
    assert shelf.asked == [("/tag", {"org_unit_id": 2}), ("/tag", {})]


def test_a_tag_among_others():
    others = [{**TAG_ROW, "tag_id": number} for number in (30, 31)]
    assert reasons(with_ids(going(HOT), group=2), Shelf(tags=[*others, TAG_ROW])) == []


def test_a_tag_that_is_nowhere():
    assert reasons(with_ids(going(HOT), group=2), Shelf(tags=[])) == ["it is no longer on the platform"]


def test_a_platform_that_has_no_details_of_users_is_asked_for_its_list():
    kinds = kinds_with({"user": {"details": False}})
    shelf = Shelf(users=[USER_ROW])
    change = with_ids(updated(JANE, role="Admin"), group=2)
    assert again(shelf, kinds).look(change, None).reasons == ()
    assert shelf.asked == [
        ("/users/list", {"sort_by": "created_on", "sort_order": "asc", "email": "jane@acme"})
    ]


def test_what_is_created_inactive_is_looked_for_among_those_too():
    shelf = Shelf()
    body = {"username": "jane@acme", "ct_user_ou_id": 9, "user_status": "inactive"}
    assert again(shelf).find(KINDS["user"], body) is None
    assert [asked.get("user_status") for _, asked in shelf.asked] == [None, "inactive"]
    shelf.lists["/users/list"] = ("users", [USER_ROW])
    assert again(shelf).find(KINDS["user"], body) == 7


def test_a_list_that_cannot_be_asked_by_name_is_read_whole():
    kinds = kinds_with({"user": {"details": False, "asked_by_label": False}})
    shelf = Shelf(users=[USER_ROW])
    anew = again(shelf, kinds)
    assert anew.look(with_ids(updated(JANE, role="Admin"), group=2), None).reasons == ()
    assert anew.find(kinds["user"], {"username": "JANE@acme", "ct_user_ou_id": 9}) == 7
    assert dict(shelf.asked) == {"/users/list": KINDS["user"].query}


def test_lists_are_asked_for_what_is_in_a_group_by_the_name_that_the_facts_give():
    shelf = Shelf()
    change = with_ids(updated(HOT, tag_name="Warm"), group=2)
    again(shelf, kinds_with({"tag": {"within": "unit_id"}})).look(change, None)
    assert shelf.asked == [("/tag", {"unit_id": 2})]


@pytest.mark.parametrize("details", [{}, [], "gone"])
def test_details_that_show_nothing_useful(details):
    shelf = Shelf(routes=[ROUTE_ROW])
    shelf.details["/provisioned-routes/8"] = details
    assert reasons(with_ids(updated(MAIN, ring_to=None), group=2), shelf) == []


def test_a_group_that_has_no_details_is_looked_for_below_its_parent():
    kinds = kinds_with({"group": {"details": False}})
    shelf = Shelf(groups=[{"org_unit_id": 2, **GROUP_ROW}])
    change = with_ids(updated(SALES, city="Rome"), parent=1001)
    assert again(shelf, kinds).look(change, None).reasons == ()


# -- creations

NEW = created(written("tag/S/Hot", 2, tag_name="Hot", group=to("group/S")))
BODY = {"tag_name": "Hot", "org_unit_id": 2}


@pytest.mark.parametrize(
    ("body", "freed", "expected"),
    [
        (BODY, (), ["there is one on the platform now, id 3"]),
        (BODY, (3,), []),
        (BODY, (None, 4), ["there is one on the platform now, id 3"]),
        ({"tag_name": "Warm", "org_unit_id": 2}, (), []),
        ({"tag_name": "hot", "org_unit_id": 2}, (), []),
        ({"tag_name": "Hot", "org_unit_id": to("group/S")}, (), []),
        (None, (), []),
    ],
    ids=["taken", "freed by the plan", "another is freed", "free", "case", "below something new", "no body"],
)
def test_a_creation_whose_key_has_appeared(body, freed, expected):
    assert reasons(NEW, body=body, freed=freed) == expected


# -- references


def test_what_a_change_is_going_to_refer_to():
    body = {"ring_to": "+1", "org_unit_id": 2, "tag_ids": [3, to("tag/S/New"), 4]}
    change = replace(updated(MAIN, ring_to="+1"), request=Request("PATCH", "/provisioned-routes/8", body))
    assert [each[:2] for each in mentions(KINDS, change)] == [("group", 2), ("tag", 3), ("tag", 4)]
    assert list(mentions(KINDS, deleted(MAIN))) == []


# -- the whole plan


def moved_to(resource, number, **held):
    change = updated(resource, group=TOP)
    body = {"ct_user_ou_id": number}
    return replace(change, request=Request("PATCH", "/users/7", body), referred_to=held)


def test_all_that_is_stale_is_said_before_anything_is_written():
    shelf = Shelf()
    shelf.details["/groups/2"] = {**GROUP_ROW, "city": "Paris"}
    changes = (
        with_ids(updated(SALES, city="Rome"), parent=1001),
        replace(NEW, request=Request("POST", "/tag", BODY)),
        moved_to(JANE, 99, group=2),
    )
    assert list(stale(again(shelf), planned(*changes))) == [
        "group/S: city was 'Boston' when the plan was made and is 'Paris' now",
        "tag/S/Hot: there is one on the platform now, id 3",
        "user/jane@acme: group 99, which it refers to, is no longer on the platform",
    ]


def test_a_key_that_the_plan_sets_free_is_not_taken():
    renamed = with_ids(updated(HOT, tag_name="Warm"), group=2)
    new = replace(NEW, request=Request("POST", "/tag", BODY), waits_for=(HOT.address,))
    changes = (renamed, replace(new, address=to("tag/S/New")))
    assert list(stale(again(Shelf()), planned(*changes))) == []


def test_each_object_that_is_referred_to_is_read_once():
    shelf = Shelf(users=[])
    shelf.details["/groups/5"] = GROUP_ROW
    changes = (moved_to(JANE, 5, group=2), replace(moved_to(JANE, 5, group=2), address=to("user/x")))
    list(stale(again(shelf), planned(*changes)))
    assert [path for path, _ in shelf.asked].count("/groups/5") == 1


def test_what_cannot_be_read_is_no_reason():
    class Down(Shelf):
        def get(self, path, query=None):
            raise PlatformError(f"GET {path}: 503 down ({query})")

    with pytest.raises(PlatformError, match="503 down"):
        reasons(with_ids(deleted(JANE)), Down())


class Closed(Shelf):
    """The lists of which the query is like this are not to be found."""

    def __init__(self, *places):
        super().__init__()
        self.places = places

    def get(self, path, query=None):
        if (query or {}).get("org_unit_id") in self.places and path in self.lists:
            raise NotFoundError(f"GET {path}: 404")
        return super().get(path, query)


def test_where_the_place_of_something_is_gone_it_is_looked_for_everywhere():
    assert reasons(with_ids(going(HOT), group=2), Closed(2)) == []


def test_a_list_of_everything_that_is_not_found_says_nothing_of_what_was_in_it():
    with pytest.raises(NotFoundError):
        reasons(with_ids(going(HOT), group=2), Closed(2, None))
    with pytest.raises(NotFoundError):
        is_done(deleted(HOT), Closed(2, None), group=2)


def test_nothing_is_called_like_something_new_where_its_place_is_gone():
    new = created(written("tag/S/New", tag_name="New", group=to("group/S")))
    body = {"tag_name": "New", "org_unit_id": 2}
    assert reasons(new, Closed(2), body) == []
    with pytest.raises(NotFoundError):
        again(Closed(2)).find(KINDS["tag"], body)  # what was lost is not known to be absent


def test_users_have_no_place_that_could_be_gone():
    new = created(written("user/new@acme", username="new@acme", group=to("group/S")))
    with pytest.raises(NotFoundError):
        reasons(new, Closed(None), {"username": "new@acme", "ct_user_ou_id": 2})


# -- whether a write has arrived


def is_done(change, shelf=None, body=None, **held):
    return again(shelf or Shelf()).is_done(with_ids(change, **held), body)


@pytest.mark.parametrize(
    ("now", "done"), [("Rome", True), ("Boston", False), ("Paris", None)], ids=["new", "old", "neither"]
)
def test_an_update_has_arrived_if_its_values_are_there(now, done):
    shelf = Shelf()
    shelf.details["/groups/2"] = {**GROUP_ROW, "city": now}
    assert is_done(updated(SALES, city="Rome"), shelf, {"city": "Rome"}, parent=1001) is done


def test_a_move_has_arrived_if_the_id_is_there():
    assert is_done(updated(JANE, group=TOP), Shelf(), {"ct_user_ou_id": 2}, group=9) is True


def test_what_is_never_shown_cannot_be_told():
    assert is_done(updated(JANE, timezone="UTC"), Shelf(), {"timezone": "UTC"}, group=2) is None


def test_an_update_of_something_that_is_gone_cannot_be_told():
    assert is_done(updated(replace(SALES, id=99), city="Rome"), Shelf(), {"city": "Rome"}) is None


def test_a_deletion_has_arrived_if_nothing_is_left():
    assert is_done(deleted(HOT), Shelf(tags=[])) is True
    assert is_done(deleted(HOT), Shelf()) is False


@pytest.mark.parametrize(
    ("listed", "done"),
    [({"org_unit_status": "deleted"}, True), ({"org_unit_status": "active"}, False), (None, False)],
    ids=["as deleted", "as active", "not at all"],
)
def test_what_details_of_a_group_do_not_tell_of_its_deletion_the_list_does(listed, done):
    shelf = Shelf(groups=[] if listed is None else [{"org_unit_id": 2, **GROUP_ROW, **listed}])
    assert is_done(deleted(SALES), shelf, parent=1001) is done


def test_where_details_tell_that_it_is_active_no_list_is_asked():
    shelf = Shelf()
    shelf.details["/groups/2"] = {**GROUP_ROW, "org_unit_status": "active"}
    assert is_done(deleted(SALES), shelf, parent=1001) is False
    assert [path for path, _ in shelf.asked] == ["/groups/2"]


def test_a_creation_is_looked_for_by_its_key_instead():
    assert is_done(NEW) is None


# -- what the platform shows in other words


def test_details_that_leave_fields_out_are_completed_by_the_list():
    shelf = Shelf(users=[USER_ROW])
    shelf.details["/users/7"] = {"email": "jane@acme", "group_org_unit_id": 2, "role_id": 2}
    assert reasons(with_ids(updated(JANE, role="Admin"), group=2), shelf, {"role": "Admin"}) == []


def test_a_deleted_user_is_gone_under_either_name():
    shelf = Shelf()
    shelf.details["/users/7"] = {**USER_ROW, "status": "active", "user_status": "deleted"}
    change = with_ids(updated(JANE, role="Admin"), group=2)
    assert reasons(change, shelf, {"role": "Admin"}) == ["it is no longer on the platform"]


def test_a_name_that_somebody_else_has_taken_meanwhile():
    shelf = Shelf(tags=[TAG_ROW, {"tag_id": 4, "tag_name": "Warm", "org_unit_id": 2}])
    change = with_ids(updated(HOT, tag_name="Warm"), group=2)
    body = {"tag_name": "Warm", "org_unit_id": 2}
    taken = "there is another of that name on the platform now, id 4"
    assert reasons(change, shelf, body) == [taken]
    assert reasons(change, shelf, body, freed=[4]) == []


def test_a_group_that_somebody_has_moved_into_is_not_deleted():
    group = with_ids(going(SALES), parent=1001)
    shelf = Shelf(users=[USER_ROW], tags=[TAG_ROW, {"tag_id": 5, "tag_name": "Far", "org_unit_id": 6}])
    changes = (group, with_ids(going(HOT), group=2))
    assert list(stale(again(shelf), planned(*changes))) == ["group/S: user 7 is in it now"]
