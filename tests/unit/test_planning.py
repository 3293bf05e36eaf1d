from itertools import pairwise

import pytest

from reconciler.errors import InvalidConfigurationError, RefusedError, UsageError
from reconciler.model import Request, Settings
from reconciler.plans.planning import Options, plan

from .literals import at, desired, kept, live, ref, to, written

TOP = to("group/ROOT")
ROOT_FILE = written("group/ROOT", 1, org_unit_name="Acme", org_unit_ext_id="ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
JANE = kept("user/jane@acme", 7, username="jane@acme", first_name="Jane", group=to("group/S"))
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"), color="red")
MAIN = kept("route/S/Main", 8, provisioned_route_name="Main", group=to("group/S"), tags=(to("tag/S/Hot"),))
LIVE = live(SALES, JANE, HOT, MAIN)


def described(key, line=2, **fields):
    return written(key, line, **fields)


def sales(line=2, **fields):
    return described(
        "group/S", line, org_unit_ext_id="S", **{"parent": TOP, "org_unit_name": "Sales", **fields}
    )


def jane(line=3, **fields):
    return described("user/jane@acme", line, username="jane@acme", **fields)


def hot(**fields):
    return described("tag/S/Hot", 4, tag_name="Hot", **{"group": to("group/S"), **fields})


def planned(*resources, removed=(), actual=LIVE, ignore=(), **options):
    places = {pattern: at() for pattern, _ in ignore}
    rules = Settings(ignore=ignore, ignore_places=places)
    wanted = desired(*resources, removed=removed, settings=rules)
    return plan(wanted, actual, Options(**options))


def changes(*resources, **options):
    return [(change.action.value, str(change.address)) for change in planned(*resources, **options).changes]


def request(*resources, **options):
    (change,) = planned(*resources, **options).changes
    return change.request


# -- the whole


def test_what_it_takes_and_what_stays():
    found = planned(
        ROOT_FILE, sales(city="New York"), removed=[ref("tag/S/Hot", 9)], actual=live(SALES, JANE, HOT)
    )
    assert [(each.action.value, str(each.address), each.source) for each in found.changes] == [
        ("~", "group/S", at(2)),
        ("-", "tag/S/Hot", at(9)),
    ]
    assert (found.account, found.account_name) == (1001, "Acme")
    assert (found.unchanged, found.unmanaged, found.reads) == (1, 1, 6)
    assert [(each.code, each.address) for each in found.notices] == [("unmanaged", "user/jane@acme")]


def test_nothing_to_do():
    found = planned(ROOT_FILE, sales(), jane(first_name="Jane"))
    assert (found.changes, found.unchanged) == ((), 3)


# -- requests


def test_a_creation_carries_all_that_is_given_and_addresses_of_what_is_new():
    east = described("group/E", 5, org_unit_name="East", org_unit_ext_id="E", parent=TOP, city=None)
    route = described(
        "route/E/New", 6, provisioned_route_name="New", group=to("group/E"), tags=(ref("tag/Hot"),)
    )
    first, second = planned(ROOT_FILE, route, east).changes
    assert first.request == Request(
        "POST", "/groups", {"org_unit_name": "East", "org_unit_ext_id": "E", "org_unit_parent_id": 1001}
    )
    assert second.request == Request(
        "POST",
        "/provisioned-routes",
        {"provisioned_route_name": "New", "org_unit_id": to("group/E"), "tag_ids": [3]},
    )
    assert second.waits_for == (to("group/E"),)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (sales(city="New York", zip=None), Request("PATCH", "/groups/2", {"city": "New York"})),
        (sales(city=None), Request("PATCH", "/groups/2", {"city": None})),
        (jane(group=TOP), Request("PATCH", "/users/7", {"ct_user_ou_id": 1001})),
        (
            hot(color="blue"),
            Request("PUT", "/tag/3", {"tag_name": "Hot", "org_unit_id": 2, "color": "blue"}),
        ),
        (hot(color=None), Request("PUT", "/tag/3", {"tag_name": "Hot", "org_unit_id": 2, "color": None})),
        (
            described("route/S/Main", provisioned_route_name="Main", group=to("group/S"), tags=None),
            Request("PATCH", "/provisioned-routes/8", {"tag_ids": []}),
        ),
    ],
    ids=["changed fields", "cleared", "moved user", "put", "put without what is cleared", "no tags"],
)
def test_an_update_carries_what_changes_and_a_put_the_whole(resource, expected):
    others = [each for each in (sales(), hot()) if each.address != resource.address]
    assert request(ROOT_FILE, *others, resource) == expected


@pytest.mark.parametrize(("extra", "sent"), [({}, {}), ({"color": "red"}, {"color": "red"})])
def test_a_put_carries_what_is_written_though_it_does_not_change(extra, sent):
    renamed = written("tag/S/Warm", 4, previously="S/Hot", tag_name="Warm", group=to("group/S"), **extra)
    body = {"tag_name": "Warm", "org_unit_id": 2, **sent}
    assert request(ROOT_FILE, sales(), renamed) == Request("PUT", "/tag/3", body)


def test_a_deletion_carries_nothing():
    assert request(removed=[ref("user/jane@acme")]) == Request("DELETE", "/users/7", None)


def test_the_object_as_it_will_be():
    (change,) = planned(ROOT_FILE, sales(city="New York")).changes
    assert change.before == SALES
    assert change.after is not None
    assert change.after.fields == {**SALES.fields, "city": "New York"}


# -- fields that are left alone


@pytest.mark.parametrize(
    ("ignore", "expected"),
    [
        ((), ["first_name", "last_name"]),
        ((("user/*", ("first_name",)),), ["last_name"]),
        ((("user/J*", ("first_name",)), ("user/7", ("last_name",))), []),
        ((("group/*", ("first_name",)), ("user/k*", ("first_name",))), ["first_name", "last_name"]),
    ],
)
def test_ignored_fields_are_neither_compared_nor_sent(ignore, expected):
    found = planned(jane(first_name="Joan", last_name="Doe"), ignore=ignore)
    assert [field.name for change in found.changes for field in change.fields] == expected


def test_what_can_be_set_on_creation_only_is_sent_then_and_never_again():
    new = described("group/E", org_unit_name="East", org_unit_ext_id="E", parent=TOP, billing_id=5)
    body = request(ROOT_FILE, new).body
    assert body is not None
    assert body["billing_id"] == 5
    assert changes(ROOT_FILE, sales(billing_id=5)) == []


@pytest.mark.parametrize(
    ("resend", "expected"),
    [
        ([], []),
        ([("user", "timezone")], [("~", "user/jane@acme")]),
        ([("group", "timezone")], []),
    ],
)
def test_what_cannot_be_read_is_sent_again_when_asked_for(resend, expected):
    assert changes(jane(timezone="Europe/Berlin"), resend=frozenset(resend)) == expected


# -- notices


def test_notices_are_sorted_and_the_unmanaged_stand_last():
    found = planned(jane(timezone="UTC"), removed=[ref("tag/b"), ref("tag/a")])
    assert [(each.code, each.address) for each in found.notices] == [
        ("already-gone", "tag/a"),
        ("already-gone", "tag/b"),
        ("unreadable", "user.timezone"),
        ("unmanaged", "group/ROOT"),
        ("unmanaged", "group/S"),
        ("unmanaged", "route/S/Main"),
        ("unmanaged", "tag/S/Hot"),
    ]


def test_an_address_of_a_deleted_user_is_told():
    actual = live(SALES, JANE, gone={to("user/old@acme"): 99})
    new = described("user/old@acme", 5, username="old@acme", group=TOP)
    found = planned(ROOT_FILE, sales(), jane(), new, actual=actual)
    assert [(each.code, each.address) for each in found.notices] == [("deleted-user", "user/old@acme")]


def test_what_targets_leave_out_is_said():
    found = planned(sales(city="New York"), jane(first_name="Joan"), targets=("user/*",))
    assert [each.message for each in found.notices if each.code == "targeted"] == [
        "1 other change is left out, as --target asks"
    ]


def test_a_target_may_be_gone_already():
    found = planned(jane(first_name="Joan"), removed=[ref("tag/Cold")], targets=("tag/Cold",))
    assert found.changes == ()


# -- a part of the plan

PART = (
    ROOT_FILE,
    sales(city="New York"),
    described("group/E", 5, org_unit_name="East", org_unit_ext_id="E", parent=TOP),
    described("group/F", 6, org_unit_name="Far", org_unit_ext_id="F", parent=to("group/E")),
    described("tag/F/New", 7, tag_name="New", group=to("group/F")),
    jane(first_name="Joan"),
)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ((), ["group/E", "group/S", "user/jane@acme", "group/F", "tag/F/New"]),
        (("user/*",), ["user/jane@acme"]),
        (("tag/F/New",), ["group/E", "group/F", "tag/F/New"]),
        (("group/Sales", "group/E"), ["group/E", "group/S"]),
        (("user/7",), ["user/jane@acme"]),
        (("tag/*", "group/F"), ["group/E", "group/F", "tag/F/New"]),
        (("route/S/Main",), []),
    ],
    ids=["all", "pattern", "with all that it waits for", "by name", "by id", "once", "nothing to do"],
)
def test_targets_and_what_they_wait_for(targets, expected):
    assert [name for _, name in changes(*PART, targets=targets)] == expected


NOWHERE = (
    "no such object in the files or on the platform; an address begins with one of "
    "group/, user/, tag/, route/"
)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (
            "group/Slaes",
            "--target group/Slaes: no such object in the files or on the platform; did you mean group/Sales?",
        ),
        ("tag/qqqq", "--target tag/qqqq: no such object in the files or on the platform"),
        ("thing/x", f"--target thing/x: {NOWHERE}"),
        ("Sales", "--target Sales: no such object in the files or on the platform; did you mean group/S?"),
    ],
)
def test_a_target_that_names_nothing(target, words):
    with pytest.raises(UsageError) as caught:
        planned(*PART, targets=(target,))
    assert str(caught.value) == words


# -- what cannot be


def test_all_that_cannot_be_matched_is_said_at_once():
    lost = described("tag/x/A", 5, tag_name="A", group=ref("group/zzz", 5))
    also = described("tag/y/A", 6, tag_name="A", group=ref("group/yyy", 6))
    with pytest.raises(InvalidConfigurationError) as caught:
        planned(lost, also)
    assert [problem.source for problem in caught.value.problems] == [at(5), at(6)]


def test_what_the_platform_would_refuse_is_refused_here():
    with pytest.raises(InvalidConfigurationError, match="creating it needs `group:`"):
        planned(described("user/new@acme", username="new@acme"))


def test_the_root_is_never_deleted():
    with pytest.raises(RefusedError) as caught:
        planned(removed=[ref("group/Acme", 4)])
    assert str(caught.value) == "a.yaml:4:1: group/ROOT is the account's root and is never deleted"


def test_whoever_looks_on_sees_how_many_objects_were_compared():
    told = []
    users = (written(f"user/u{n}@acme", n, username=f"u{n}@acme", group=to("group/S")) for n in range(2, 302))
    plan(desired(*users), LIVE, report=lambda *each: told.append(each))
    assert told == [("", 0, 300), ("", 256, 300)]


def test_live_groups_may_stand_as_deep_as_they_like():
    above = [TOP, *(to(f"group/E{number}") for number in range(200))]
    chain = [
        kept(str(at), number, org_unit_name="A", org_unit_ext_id=at.key, parent=parent)
        for number, (parent, at) in enumerate(pairwise(above), 3000)
    ]
    last = described("group/E199", org_unit_name="B", org_unit_ext_id="E199", parent=ref("group/E198"))
    assert [str(each.address) for each in planned(last, actual=live(*chain)).changes] == ["group/E199"]
