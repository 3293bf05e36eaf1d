"""Whose change it is: three states in (base, files, platform), an origin for each field out."""

from dataclasses import replace

import pytest

from reconciler.errors import Problem
from reconciler.model import Notice, Origin, Settings
from reconciler.plans.origins import Base, with_origins
from reconciler.plans.planning import Options, plan

from .literals import at, desired, kept, live, ref, to, written

TOP = to("group/ROOT")
SALES = to("group/S")
ROOT_FILE = written("group/ROOT", 1, org_unit_name="Acme", org_unit_ext_id="ROOT", parent=None)
LIVE_SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=SALES)
COLD = kept("tag/S/Cold", 4, tag_name="Cold", group=SALES)
JANE = kept("user/jane@acme", 7, username="jane@acme", group=SALES, first_name="Jane")


def sales(**fields):
    return written(
        "group/S", 2, **{"org_unit_name": "Sales", "org_unit_ext_id": "S", "parent": TOP, **fields}
    )


def jane(**fields):
    return written("user/jane@acme", 3, **{"username": "jane@acme", "group": SALES, **fields})


def tag(name, line=4, *, group=SALES, place="S", **more):
    return written(f"tag/{place}/{name}", line, tag_name=name, group=group, **more)


def route(line=5, **fields):
    return written(
        "route/S/Main", line, **{"provisioned_route_name": "Main", "group": SALES, "tags": None, **fields}
    )


def live_route(**fields):
    return kept(
        "route/S/Main", 8, **{"provisioned_route_name": "Main", "group": SALES, "tags": None, **fields}
    )


def files(*resources, removed=(), prune=(), external=()):
    settings = Settings(prune={kind: at(9) for kind in prune}, external={each: at(9) for each in external})
    return desired(ROOT_FILE, *resources, removed=[ref(each, 9) for each in removed], settings=settings)


def told(base, now, actual, **options):
    return with_origins(plan(now, actual, Options(**options)), Base("main", base), actual, now.settings)


def fields(plan):
    """(address, field, origin, base) of every field that changes."""
    return [
        (str(change.address), each.name, each.origin.value, each.base)
        for change in plan.changes
        for each in change.fields
    ]


def origins(base, now, actual, **options):
    return [(name, origin, said) for _, name, origin, said in fields(told(base, now, actual, **options))]


# -- updates


@pytest.mark.parametrize(
    ("base", "now", "actual", "expected"),
    [
        ("Boston", "Rome", "Boston", [("city", "edit", "Boston")]),
        ("Rome", "Rome", "Boston", [("city", "drift", "Rome")]),
        ("Oslo", "Rome", "Boston", [("city", "conflict", "Oslo")]),
        (None, "Rome", None, [("city", "edit", None)]),
        (None, "Rome", "Boston", [("city", "conflict", None)]),
        ("Boston", None, "Boston", [("city", "edit", "Boston")]),
        (None, None, "Boston", [("city", "drift", None)]),
        ("Rome", None, "Boston", [("city", "conflict", "Rome")]),
        ("Rome", "Rome", None, [("city", "drift", "Rome")]),
        ("Oslo", "Rome", None, [("city", "conflict", "Oslo")]),
        ("Oslo", "Rome", "Rome", []),
    ],
)
def test_an_update_of_what_the_base_says(base, now, actual, expected):
    there = live(kept("group/S", 2, **{**LIVE_SALES.fields, "city": actual}))
    assert origins(files(sales(city=base)), files(sales(city=now)), there) == expected


def test_what_the_base_does_not_say_is_an_edit():
    assert origins(files(sales()), files(sales(city="Rome")), live(LIVE_SALES)) == [("city", "edit", None)]


def test_an_object_that_the_base_does_not_describe_is_an_edit():
    assert origins(files(), files(sales(city="Rome")), live(LIVE_SALES)) == [("city", "edit", None)]


def test_what_was_to_go_and_is_described_now_is_an_edit():
    base = files(removed=["group/S"])
    assert origins(base, files(sales(city="Rome")), live(LIVE_SALES)) == [("city", "edit", None)]


def test_what_was_to_be_pruned_and_is_described_now_is_an_edit():
    base, now = files(sales(), prune=["user"]), files(sales(), jane(first_name="Joan"), prune=["user"])
    assert origins(base, now, live(LIVE_SALES, JANE)) == [("first_name", "edit", None)]


def test_each_field_has_an_origin_of_its_own():
    base = files(sales(city="Rome", zip="1", state="MA"))
    now = files(sales(city="Rome", zip="2", state="NY", address="Main St 1"))
    actual = live(kept("group/S", 2, **LIVE_SALES.fields, zip="1", state="CA", address=None))
    assert origins(base, now, actual) == [
        ("address", "edit", None),
        ("city", "drift", "Rome"),
        ("state", "conflict", "MA"),
        ("zip", "edit", "1"),
    ]


# -- creations


@pytest.mark.parametrize(
    ("base", "now", "expected"),
    [
        ({"city": "Rome"}, {"city": "Rome"}, ("city", "drift", "Rome")),
        ({"city": "Oslo"}, {"city": "Rome"}, ("city", "conflict", "Oslo")),
        ({}, {"city": "Rome"}, ("city", "edit", None)),
        (
            {"phone_number": "4255550134"},
            {"phone_number": "+4255550134"},
            ("phone_number", "drift", "4255550134"),
        ),
        ({"timezone": "UTC"}, {"timezone": "UTC"}, ("timezone", "drift", "UTC")),
    ],
)
def test_a_creation_of_what_the_base_describes_means_that_somebody_deleted_it(base, now, expected):
    found = origins(files(sales(**base)), files(sales(**now)), live())
    assert found == [
        ("org_unit_name", "drift", "Sales"),
        ("org_unit_ext_id", "drift", "S"),
        ("parent", "drift", TOP),
        expected,
    ]


@pytest.mark.parametrize("removed", [[], ["group/S"]], ids=["not described", "tombstone"])
def test_a_creation_of_what_the_base_does_not_describe_is_an_edit(removed):
    found = origins(files(removed=removed), files(sales(city="Rome")), live())
    assert {(origin, base) for _, origin, base in found} == {("edit", None)}


# -- deletions


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (
            files(sales(), jane(first_name="Jane")),
            {"username": "edit", "first_name": "edit", "group": "edit"},
        ),
        (
            files(sales(), jane(first_name="Joan")),
            {"username": "edit", "first_name": "conflict", "group": "edit"},
        ),
        (
            files(sales(), jane(first_name=None)),
            {"username": "edit", "first_name": "conflict", "group": "edit"},
        ),
        (files(sales(), jane()), {"username": "edit", "first_name": "edit", "group": "edit"}),
        (files(sales()), {"username": "edit", "first_name": "edit", "group": "edit"}),
        (
            files(sales(), removed=["user/jane@acme"]),
            {"username": "drift", "first_name": "drift", "group": "drift"},
        ),
        (files(sales(), prune=["user"]), {"username": "drift", "first_name": "drift", "group": "drift"}),
        (files(sales(), prune=["tag"]), {"username": "edit", "first_name": "edit", "group": "edit"}),
    ],
    ids=[
        *(
            "described so",
            "described otherwise",
            "described as nothing",
            "not all described",
            "not described",
        ),
        *("tombstone in the base", "pruned by the base", "another kind pruned"),
    ],
)
@pytest.mark.parametrize("way", ["tombstone", "prune"])
def test_a_deletion(base, expected, way):
    actual = live(LIVE_SALES, JANE, kept("user/joe@acme", 9, username="joe@acme", group=SALES))
    joe = written("user/joe@acme", 6, username="joe@acme", group=SALES)
    now = (
        files(sales(), removed=["user/jane@acme"])
        if way == "tombstone"
        else files(sales(), joe, prune=["user"])
    )
    found = told(base, now, actual)
    assert {each.name: each.origin.value for each in found.changes[0].fields} == expected
    assert [str(each.address) for each in found.changes] == ["user/jane@acme"]


def test_what_was_pruned_goes_on_under_another_rule():
    base = files(sales(), prune=["tag"])
    found = told(base, files(sales(), removed=["tag/S/Hot"]), live(LIVE_SALES, HOT))
    assert fields(found) == [
        ("tag/S/Hot", "tag_name", "drift", None),
        ("tag/S/Hot", "group", "drift", None),
    ]


# -- objects that are called otherwise


def test_a_renamed_object_is_the_same_one():
    now = files(sales(), tag("Warm", previously="S/Hot"))
    found = told(files(sales(), tag("Hot")), now, live(LIVE_SALES, HOT))
    assert fields(found) == [("tag/S/Warm", "tag_name", "edit", "Hot")]


def test_a_renaming_that_stood_in_the_base_already():
    now = files(sales(), tag("Warm", previously="S/Hot"))
    assert fields(told(now, now, live(LIVE_SALES, HOT))) == [("tag/S/Warm", "tag_name", "drift", "Warm")]


def test_a_renaming_after_which_somebody_renamed_it_as_well():
    base = files(sales(), tag("Hot", previously="S/Old"))
    now = files(sales(), tag("Warm", previously="S/Old"))
    actual = live(LIVE_SALES, kept("tag/S/Old", 3, tag_name="Old", group=SALES))
    assert fields(told(base, now, actual)) == [("tag/S/Warm", "tag_name", "conflict", "Hot")]


@pytest.mark.parametrize("new_first", [True, False])
def test_two_that_trade_names_with_a_new_one_are_told_apart(new_first):
    now = [tag("Warm", previously="S/Hot"), tag("Hot", 6)]
    found = told(
        files(sales(), tag("Hot")), files(sales(), *(now[::-1] if new_first else now)), live(LIVE_SALES, HOT)
    )
    assert fields(found) == [
        ("tag/S/Warm", "tag_name", "edit", "Hot"),
        ("tag/S/Hot", "tag_name", "edit", None),
        ("tag/S/Hot", "group", "edit", None),
    ]


def test_what_lies_below_a_renamed_group_is_the_same_too():
    below = {"tag_name": "Hot", "group": to("group/Acme/East")}
    actual = live(
        kept("group/Acme/East", 2, org_unit_name="East", parent=TOP),
        kept("user/jane@acme", 7, username="jane@acme", group=to("group/Acme/East"), first_name="Jane"),
        kept("tag/Acme/East/Hot", 3, **below),
    )
    base = files(
        written("group/Acme/East", 2, org_unit_name="East", parent=TOP),
        written("user/jane@acme", 3, username="jane@acme", group=to("group/Acme/East"), first_name="Joan"),
        written("tag/Acme/East/Hot", 4, **below),
    )
    now = files(
        written("group/Acme/Ost", 2, previously="Acme/East", org_unit_name="Ost", parent=TOP),
        written("user/jane@acme", 3, username="jane@acme", group=to("group/Acme/Ost"), first_name="Joan"),
        removed=["tag/Acme/East/Hot"],
    )
    assert fields(told(base, now, actual)) == [
        ("user/jane@acme", "first_name", "drift", "Joan"),
        ("group/Acme/Ost", "org_unit_name", "edit", "East"),
        ("tag/Acme/Ost/Hot", "tag_name", "edit", "Hot"),
        ("tag/Acme/Ost/Hot", "group", "edit", to("group/Acme/Ost")),
    ]


def test_a_tombstone_below_a_renamed_group_still_means_the_same_object():
    actual = live(
        kept("group/Acme/East", 2, org_unit_name="East", parent=TOP),
        kept("tag/Acme/East/Hot", 3, tag_name="Hot", group=to("group/Acme/East")),
    )
    now = files(
        written("group/Acme/Ost", 2, previously="Acme/East", org_unit_name="Ost", parent=TOP),
        removed=["tag/Acme/East/Hot"],
    )
    base = files(
        written("group/Acme/East", 2, org_unit_name="East", parent=TOP), removed=["tag/Acme/East/Hot"]
    )
    found = {(address, origin) for address, _, origin, _ in fields(told(base, now, actual))}
    assert found == {("group/Acme/Ost", "edit"), ("tag/Acme/Ost/Hot", "drift")}


EAST = kept("group/E", 5, org_unit_name="East", org_unit_ext_id="E", parent=TOP)
EAST_FILE = written("group/E", 6, org_unit_name="East", org_unit_ext_id="E", parent=TOP)


@pytest.mark.parametrize(
    ("base", "now", "actual", "expected"),
    [
        (TOP, to("group/E"), TOP, [("parent", "edit", TOP)]),
        (TOP, TOP, to("group/E"), [("parent", "drift", TOP)]),
        (to("group/E"), TOP, to("group/X"), [("parent", "conflict", to("group/E"))]),
    ],
    ids=["edit", "drift", "conflict"],
)
def test_a_moved_group(base, now, actual, expected):
    other = kept("group/X", 6, org_unit_name="Other", org_unit_ext_id="X", parent=TOP)
    there = live(kept("group/S", 2, **{**LIVE_SALES.fields, "parent": actual}), EAST, other)
    found = told(files(EAST_FILE, sales(parent=base)), files(EAST_FILE, sales(parent=now)), there)
    assert [(name, origin, said) for _, name, origin, said in fields(found)] == expected


@pytest.mark.parametrize("spelled", ["group/S", "group/Sales", "group/Acme/Sales", ("group", 2)], ids=str)
@pytest.mark.parametrize("now", ["group/S", "group/Acme/Sales"])
def test_a_reference_may_be_spelled_otherwise_at_the_base(spelled, now):
    base = files(jane(group=ref(spelled)))
    actual = live(LIVE_SALES, kept("user/jane@acme", 7, username="jane@acme", group=TOP))
    assert origins(base, files(jane(group=ref(now))), actual) == [("group", "drift", SALES)]


def test_a_group_that_was_known_by_its_path_and_now_by_its_external_id():
    base = files(written("group/Acme/Sales", 2, org_unit_name="Sales", parent=TOP, city="Rome"))
    assert origins(base, files(sales(city="Rome")), live(LIVE_SALES)) == [("city", "drift", "Rome")]


def test_a_group_that_is_given_an_external_id():
    base = files(written("group/Acme/Sales", 2, org_unit_name="Sales", parent=TOP))
    actual = live(kept("group/Acme/Sales", 2, org_unit_name="Sales", org_unit_ext_id=None, parent=TOP))
    now = files(written("group/S", 2, previously="Acme/Sales", **sales().fields))
    (found,) = fields(told(base, now, actual))
    assert found[:3] == ("group/S", "org_unit_ext_id", "edit")


def test_a_reference_to_what_is_not_there_any_more_counts_as_moved():
    base = files(written("user/jane@acme", 3, username="jane@acme", group=ref("group/Gone")))
    actual = live(LIVE_SALES, JANE)
    assert origins(base, files(jane(group=TOP)), actual) == [("group", "conflict", ref("group/Gone"))]


# -- values that are spelled otherwise


@pytest.mark.parametrize(
    ("base", "now", "actual", "expected"),
    [
        ("+1425", "+1430", "1425", "edit"),
        ("1430", "+1430", "+1425", "drift"),
        ("1420", "+1430", "+1425", "conflict"),
    ],
)
def test_phone_numbers_by_their_digits(base, now, actual, expected):
    there = live(kept("group/S", 2, **LIVE_SALES.fields, phone_number=actual))
    found = origins(files(sales(phone_number=base)), files(sales(phone_number=now)), there)
    assert found == [("phone_number", expected, base)]


@pytest.mark.parametrize(("base", "expected"), [(True, "drift"), (False, "edit"), (None, "conflict")])
def test_booleans(base, expected):
    there = live(LIVE_SALES, kept("user/jane@acme", 7, **JANE.fields, access_audio=False))
    found = origins(files(sales(), jane(access_audio=base)), files(sales(), jane(access_audio=True)), there)
    assert found == [("access_audio", expected, base)]


def test_e_mail_addresses_without_regard_to_case():
    there = live(LIVE_SALES, JANE)
    base = files(sales(), written("user/jane@acme", 3, username="Jane@ACME", group=SALES))
    now = files(sales(), removed=["user/jane@acme"])
    assert origins(base, now, there)[0] == ("username", "edit", "Jane@ACME")


HOT_AT, COLD_AT, OLD_AT = to("tag/S/Hot"), to("tag/S/Cold"), to("tag/S/Old")
LIVE_TAGS = (HOT, COLD, kept("tag/S/Old", 5, tag_name="Old", group=SALES))


@pytest.mark.parametrize(
    ("base", "now", "actual", "expected"),
    [
        ((HOT_AT, COLD_AT), (HOT_AT,), (COLD_AT, HOT_AT), "edit"),
        ((COLD_AT, HOT_AT), (HOT_AT, COLD_AT), (HOT_AT,), "drift"),
        ((COLD_AT,), (HOT_AT, COLD_AT), (HOT_AT,), "conflict"),
        (None, (HOT_AT,), None, "edit"),
        (None, None, (HOT_AT,), "drift"),
        ((OLD_AT,), None, (HOT_AT,), "conflict"),
    ],
)
def test_sets_of_tags_in_any_order(base, now, actual, expected):
    there = live(LIVE_SALES, *LIVE_TAGS, live_route(tags=actual))
    found = origins(files(sales(), route(tags=base)), files(sales(), route(tags=now)), there)
    assert [each[:2] for each in found] == [("tags", expected)]


def test_tags_by_other_words_and_other_names():
    base = files(sales(), tag("Hot"), route(tags=(ref("tag/S/Hot", 11), ref("tag/Cold", 12))))
    now = files(
        sales(), tag("Warm", previously="S/Hot"), route(tags=(to("tag/S/Warm"), ref("tag/S/Cold", 12)))
    )
    there = live(LIVE_SALES, *LIVE_TAGS, live_route(tags=(HOT_AT,)))
    assert fields(told(base, now, there)) == [
        ("route/S/Main", "tags", "drift", (COLD_AT, to("tag/S/Warm"))),
        ("tag/S/Warm", "tag_name", "edit", "Hot"),
    ]


def shares(*numbers):
    return tuple({"ring_to": f"+{number}", "percentage": share} for number, share in numbers)


@pytest.mark.parametrize(
    ("sort", "base", "expected"),
    [
        ("percentage", shares((2, 40), (1, 60)), "edit"),
        ("percentage", shares((1, 50), (2, 50)), "drift"),
        ("percentage", shares((1, 10), (2, 90)), "conflict"),
        ("round_robin", shares((2, 40), (1, 60)), "conflict"),
        ("round_robin", shares((1, 60), (2, 40)), "edit"),
    ],
)
def test_destinations_in_the_order_that_counts(sort, base, expected):
    there = live(LIVE_SALES, live_route(route_type=sort, destinations=shares((1, 60), (2, 40))))
    now = route(route_type=sort, destinations=shares((2, 50), (1, 50)))
    found = told(files(sales(), route(route_type=sort, destinations=base)), files(sales(), now), there)
    assert fields(found) == [("route/S/Main", "destinations", expected, base)]


def test_entries_of_destinations_stay_beside_the_origin():
    there = live(LIVE_SALES, live_route(destinations=shares((1, 60), (2, 40))))
    now = files(sales(), route(destinations=shares((1, 50), (2, 50))))
    found = told(files(sales(), route(destinations=shares((1, 60), (2, 40)))), now, there)
    (field,) = found.changes[0].fields
    assert (field.origin.value, [each.path for each in field.entries]) == (
        "edit",
        ["[+1].percentage", "[+2].percentage"],
    )


def test_fields_that_the_table_does_not_know():
    there = live(LIVE_SALES, kept("tag/S/Hot", 3, **HOT.fields, colour={"r": 1}))
    base, now = (
        files(sales(), written("tag/S/Hot", 4, **HOT.fields, colour=each)) for each in ({"r": 2}, {"r": 3})
    )
    assert origins(base, now, there) == [("colour", "conflict", {"r": 2})]


# -- what the platform never shows


@pytest.mark.parametrize(
    ("base", "said"), [({"timezone": "UTC"}, "UTC"), ({"timezone": "Europe/Rome"}, "Europe/Rome"), ({}, None)]
)
def test_what_is_sent_again_unseen_is_asked_for_here(base, said):
    found = origins(
        files(sales(), jane(**base)),
        files(sales(), jane(timezone="UTC")),
        live(LIVE_SALES, JANE),
        resend=frozenset({("user", "timezone")}),
    )
    assert found == [("timezone", "edit", said)]


def test_what_a_platform_of_another_kind_does_not_show():
    platform = {"user": {"fields": {"first_name": {"readable": False}}}}
    now = desired(ROOT_FILE, sales(), jane(first_name="Jane"), settings=Settings(platform=platform))
    found = told(
        files(sales(), jane(first_name="Joan")),
        now,
        live(LIVE_SALES, JANE),
        resend=frozenset({("user", "first_name")}),
    )
    assert fields(found) == [("user/jane@acme", "first_name", "edit", "Joan")]


def test_what_is_readable_and_sent_again_though_nothing_moved_is_an_edit():
    same = files(sales(), jane(first_name="Jane"))
    found = origins(same, same, live(LIVE_SALES, JANE), resend=frozenset({("user", "first_name")}))
    assert found == [("first_name", "edit", "Jane")]


# -- what is said of a conflict


def conflicts(base, now, actual):
    return [each for each in told(base, now, actual).notices if each.code == "conflict"]


def test_a_conflict_of_an_update():
    (notice,) = conflicts(files(sales(city="Oslo")), files(sales(city="Rome")), live(LIVE_SALES))
    assert notice == Notice(
        "conflict",
        "group/S",
        'city of group/S has moved on both sides: "Oslo" at main, "Rome" in these files, "Boston" on the '
        "platform; applying overwrites that",
    )


def test_a_conflict_of_a_creation():
    (notice,) = conflicts(files(sales(city="Oslo")), files(sales(city="Rome")), live())
    assert notice.message == (
        'city of group/S was "Oslo" at main and is "Rome" in these files, but the object is not on the '
        "platform; it is created"
    )


def test_a_conflict_of_a_deletion():
    base, now = files(sales(), jane(first_name="Joan")), files(sales(), removed=["user/jane@acme"])
    (notice,) = conflicts(base, now, live(LIVE_SALES, JANE))
    assert notice.message == (
        'first_name of user/jane@acme was "Joan" at main and is "Jane" on the platform; '
        "it goes with the object"
    )


def test_values_of_a_conflict_as_a_person_would_write_them():
    there = live(LIVE_SALES, *LIVE_TAGS, live_route(tags=(HOT_AT,)))
    base, now = (files(sales(), route(tags=each)) for each in (None, (COLD_AT, OLD_AT)))
    (notice,) = conflicts(base, now, there)
    assert 'both sides: null at main, ["S/Cold", "S/Old"] in these files, ["S/Hot"] on the' in notice.message


def test_conflicts_stand_before_the_other_notices():
    found = told(
        files(sales(city="Oslo"), jane(first_name="Joan")),
        files(sales(city="Rome"), jane(first_name="Jo"), removed=["tag/S/Nope"]),
        live(LIVE_SALES, JANE, HOT),
    )
    assert [each.code for each in found.notices] == ["conflict", "conflict", "already-gone", "unmanaged"]


@pytest.mark.parametrize("now", ["Rome", "Boston"])
def test_no_conflict_no_notice(now):
    assert conflicts(files(sales(city="Rome")), files(sales(city=now)), live(LIVE_SALES)) == []


# -- the rest of the plan


def test_nothing_else_of_the_plan_moves():
    before = plan(files(sales(city="Rome")), live(LIVE_SALES))
    after = with_origins(before, Base("v1.0", files(sales(city="Rome"))), live(LIVE_SALES), Settings())
    assert (after.base, before.base) == ("v1.0", None)
    assert [each.request for each in after.changes] == [each.request for each in before.changes]
    assert (after.tree, after.ids, after.reads, after.unchanged) == (
        before.tree,
        before.ids,
        before.reads,
        before.unchanged,
    )
    assert dict(after.origins()) == {after.changes[0].fields[0].origin: 1}


def test_without_changes_there_are_no_origins():
    same = files(sales(city="Boston"))
    found = told(same, same, live(LIVE_SALES))
    assert (found.changes, found.base, dict(found.origins())) == ((), "main", {})


def test_a_base_that_cannot_be_matched_still_tells_what_it_can():
    twins = (
        kept("tag/S/Hot#3", 3, tag_name="Hot", group=SALES),
        kept("tag/S/Hot#4", 4, tag_name="Hot", group=SALES),
    )
    base = files(sales(city="Rome"), tag("Hot"), route(tags=(ref("tag/Nope", 7),)))
    assert origins(base, files(sales(city="Rome")), live(LIVE_SALES, *twins)) == [("city", "drift", "Rome")]


def test_what_two_external_groups_are_called_does_not_matter():
    base = files(sales(city="Rome"), external=["group/E"])
    assert origins(base, files(sales(city="Rome")), live(LIVE_SALES, EAST)) == [("city", "drift", "Rome")]


# -- the groups in which something changes, as the plan shows them


def tree(now, actual, **options):
    return [
        (
            str(each.address),
            each.name,
            each.parent and str(each.parent),
            list(map(str, each.holds)),
            each.others,
        )
        for each in plan(now, actual, Options(**options)).tree
    ]


def group(key, number, name, parent=TOP):
    return kept(f"group/{key}", number, org_unit_name=name, org_unit_ext_id=key, parent=parent)


DEEP = (
    group("S", 2, "Sales"),
    group("E", 5, "East", SALES),
    group("W", 6, "West", SALES),
    group("X", 7, "Other"),
)


def test_no_changes_no_tree():
    assert tree(files(), live(*DEEP)) == []


def test_a_change_is_shown_below_all_that_stands_above_it():
    new = written("tag/E/New", 3, tag_name="New", group=to("group/E"))
    assert tree(files(new), live(*DEEP)) == [
        ("group/ROOT", "Acme", None, [], 1),
        ("group/S", "Sales", "group/ROOT", [], 1),
        ("group/E", "East", "group/S", ["tag/E/New"], 0),
    ]


def test_siblings_by_their_keys_and_what_is_in_them_by_address():
    new = [
        written(f"tag/{key}/{name}", line, tag_name=name, group=to(f"group/{key}"))
        for line, (key, name) in enumerate([("X", "A"), ("E", "C"), ("E", "B"), ("W", "A")], 3)
    ]
    user = written("user/joe@acme", 8, username="joe@acme", group=to("group/E"))
    assert tree(files(*new, user), live(*DEEP)) == [
        ("group/ROOT", "Acme", None, [], 0),
        ("group/S", "Sales", "group/ROOT", [], 0),
        ("group/E", "East", "group/S", ["tag/E/B", "tag/E/C", "user/joe@acme"], 0),
        ("group/W", "West", "group/S", ["tag/W/A"], 0),
        ("group/X", "Other", "group/ROOT", ["tag/X/A"], 0),
    ]


def test_a_group_that_moves_and_is_renamed_stands_where_it_will_be():
    moved = written("group/E", 3, org_unit_name="Ost", org_unit_ext_id="E", parent=to("group/X"))
    assert tree(files(moved), live(*DEEP)) == [
        ("group/ROOT", "Acme", None, [], 1),
        ("group/X", "Other", "group/ROOT", [], 0),
        ("group/E", "Ost", "group/X", [], 0),
    ]


def test_groups_that_come_and_groups_that_go():
    new = written("group/N", 3, org_unit_name="New", org_unit_ext_id="N", parent=to("group/X"))
    gone = files(new, removed=["group/E", "tag/E/Old"])
    actual = live(*DEEP, kept("tag/E/Old", 9, tag_name="Old", group=to("group/E")))
    assert tree(gone, actual) == [
        ("group/ROOT", "Acme", None, [], 0),
        ("group/S", "Sales", "group/ROOT", [], 1),
        ("group/E", "East", "group/S", ["tag/E/Old"], 0),
        ("group/X", "Other", "group/ROOT", [], 0),
        ("group/N", "New", "group/X", [], 0),
    ]


def test_what_moves_between_groups_is_shown_in_the_new_one():
    actual = live(*DEEP, kept("user/jane@acme", 8, username="jane@acme", group=to("group/E")))
    now = files(written("user/jane@acme", 3, username="jane@acme", group=to("group/W")))
    assert [each[0] for each in tree(now, actual)] == ["group/ROOT", "group/S", "group/W"]


def test_what_is_in_no_known_group_is_shown_in_the_root():
    actual = live(*DEEP, kept("user/jane@acme", 8, username="jane@acme", group=None, first_name="Jane"))
    now = files(written("user/jane@acme", 3, username="jane@acme", first_name="Joan"))
    assert tree(now, actual) == [("group/ROOT", "Acme", None, ["user/jane@acme"], 2)]


def test_the_root_alone():
    now = desired(written("group/ROOT", 1, org_unit_name="Acme Inc", org_unit_ext_id="ROOT", parent=None))
    assert tree(now, live(*DEEP)) == [("group/ROOT", "Acme Inc", None, [], 2)]


def test_only_what_targets_leave():
    new = [
        written(f"tag/{key}/New", line, tag_name="New", group=to(f"group/{key}"))
        for line, key in enumerate("SX", 3)
    ]
    assert [each[0] for each in tree(files(*new), live(*DEEP), targets=("tag/X/*",))] == [
        "group/ROOT",
        "group/X",
    ]


# -- what is described no more

NEW_JANE = kept("user/doe@acme", 7, username="doe@acme", group=SALES)
RENAMED = written("user/doe@acme", 4, previously="jane@acme", username="doe@acme", group=SALES)
AS_IT_WAS = written("user/jane@acme", 3, username="jane@acme", group=SALES)


def notices(plan):
    return [(each.code, str(each.address)) for each in plan.notices if each.code != "unmanaged"]


def test_what_is_described_no_more_is_left_and_told():
    found = told(files(sales(), tag("Hot")), files(sales()), live(LIVE_SALES, HOT, COLD))
    assert notices(found) == [("no-longer-described", "tag/S/Hot")]
    assert found.notices[0].message == (
        "tag/S/Hot was described at main and is in no file now, so it is left as it is; if it is to go, add "
        '"tag/S/Hot" under `removed:`'
    )


def test_what_is_new_beside_it_may_be_its_new_name():
    junk = tag("Junk", 6)
    found = told(files(sales(), tag("Hot")), files(sales(), junk), live(LIVE_SALES, HOT))
    assert found.notices[0].message == (
        "tag/S/Hot was described at main and is in no file now, so it is left as it is; if tag/S/Junk "
        '(a.yaml:6:1) is the same, write `previously: "S/Hot"` there; if it is to go, add '
        '"tag/S/Hot" under `removed:`'
    )


@pytest.mark.parametrize(
    "new",
    [
        [tag("Junk", 6), tag("Mail", 7)],
        [tag("Junk", 6, group=TOP, place="ROOT")],
        [tag("Junk", 6, previously="S/Gone")],
    ],
    ids=["two", "elsewhere", "by another name before"],
)
def test_where_it_is_not_clear_no_new_name_is_suggested(new):
    found = told(files(sales(), tag("Hot")), files(sales(), *new), live(LIVE_SALES, HOT))
    (message,) = (each.message for each in found.notices if each.code == "no-longer-described")
    assert "is the same" not in message


def test_what_is_new_in_another_place_under_the_same_name_may_be_it():
    new = [tag("Hot", 6, group=TOP, place="ROOT"), tag("Junk", 7)]
    found = told(files(sales(), tag("Hot")), files(sales(), *new), live(LIVE_SALES, HOT))
    (message,) = (each.message for each in found.notices if each.code == "no-longer-described")
    assert 'if tag/ROOT/Hot (a.yaml:6:1) is the same, write `previously: "S/Hot"` there' in message


def test_one_new_name_is_suggested_for_one_only():
    before, now = files(sales(), tag("Hot"), tag("Cold", 5)), files(sales(), tag("Junk", 6))
    found = told(before, now, live(LIVE_SALES, HOT, COLD))
    messages = [each.message for each in found.notices if each.code == "no-longer-described"]
    assert [("is the same" in each) for each in messages] == [False, False]


@pytest.mark.parametrize(("first_name", "is_told"), [("Jane", True), ("Bob", False)])
def test_a_user_of_the_same_name_may_be_the_same(first_name, is_told):
    names = {"last_name": "Doe", "group": SALES}
    old = kept("user/jane@acme", 7, username="jane@acme", first_name="Jane", **names)
    new = written("user/doe@acme", 6, username="doe@acme", first_name=first_name, **names)
    found = told(
        files(sales(), jane(first_name="Jane", last_name="Doe")), files(sales(), new), live(LIVE_SALES, old)
    )
    (message,) = (each.message for each in found.notices if each.code == "no-longer-described")
    assert ("if user/doe@acme" in message) is is_told


@pytest.mark.parametrize("going", [{"removed": ["tag/S/Hot"]}, {"prune": ["tag"]}], ids=str)
def test_what_goes_is_no_news(going):
    then = files(sales(), tag("Hot"), prune=going.get("prune", ()))
    now = files(sales(), tag("Cold"), **going)
    assert notices(told(then, now, live(LIVE_SALES, HOT, COLD))) == []


def test_a_rename_that_is_taken_back_without_saying_so():
    found = told(files(sales(), RENAMED), files(sales(), AS_IT_WAS), live(LIVE_SALES, NEW_JANE))
    assert notices(found) == [("look-alike", "user/jane@acme")]
    assert found.notices[0].message.endswith('if it is the same, add `previously: "doe@acme"` there')
    assert not found.refusals


def test_a_rename_that_is_taken_back_with_prune_is_refused():
    now = files(sales(), AS_IT_WAS, prune=["user"])
    found = told(files(sales(), RENAMED), now, live(LIVE_SALES, NEW_JANE))
    assert [(each.code, str(each.address)) for each in found.refusals] == [("look-alike", "user/jane@acme")]


def test_a_rename_that_is_taken_back_where_the_other_is_removed_is_a_notice():
    now = files(sales(), AS_IT_WAS, removed=["user/doe@acme"])
    found = told(files(sales(), RENAMED), now, live(LIVE_SALES, NEW_JANE))
    assert ("look-alike", "user/jane@acme") in notices(found)
    assert not found.refusals


def test_what_looks_alike_anyhow_is_told_once():
    """People of one name in one group."""
    names = {"first_name": "Jane", "last_name": "Doe"}
    every = (RENAMED, AS_IT_WAS, NEW_JANE)
    before, now, there = (replace(each, fields=each.fields | names) for each in every)
    found = told(files(sales(), before), files(sales(), now), live(LIVE_SALES, there))
    assert notices(found) == [("look-alike", "user/jane@acme")]


def test_files_that_were_not_valid_said_nothing():
    bad = Base("main", files(), (), (Problem(at(3), "unknown key"), Problem(at(4), "unknown key")))
    now = files(sales(city="Rome"))
    found = with_origins(plan(now, live(LIVE_SALES)), bad, live(LIVE_SALES), Settings())
    assert [each.origin for change in found.changes for each in change.fields] == [Origin.EDIT]
    assert found.notices[0] == Notice(
        "no-base",
        "plan",
        "the files were not valid at main (a.yaml:3:1: unknown key and 1 more), so everything counts as "
        "edited here and hides what was done by hand",
    )
