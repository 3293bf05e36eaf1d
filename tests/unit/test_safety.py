import pytest

from reconciler.errors import RefusedError
from reconciler.model import Action, Limit, Settings
from reconciler.objects.patterns import called
from reconciler.plans.alignment import align, all_names
from reconciler.plans.rules import unused, vouched_for
from reconciler.plans.safety import (
    demand_described,
    kept_by_protection,
    limits,
    locked_out,
    own_access,
    protected,
    pruned,
    spared,
)

from .literals import NO_SETTINGS, at, created, deleted, desired, kept, live, ref, state, to, updated, written

TOP = to("group/ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP)
JANE = kept("user/jane@acme", 7, username="Jane@Acme", group=to("group/S"), user_ext_id="X-7")
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
COLD = kept("tag/ROOT/Cold", 4, tag_name="Cold", group=TOP)
LIVE = live(SALES, JANE, HOT, COLD)
HOT_REMOVED = (ref("tag/S/Hot"),)


def settings(prune=(), protect=(), external=()):
    """Each kind and each pattern stands on a line of its own."""
    return Settings(
        prune={kind: at(line) for line, kind in enumerate(prune, 11)},
        protect={pattern: at(line) for line, pattern in enumerate(protect, 21)},
        external={pattern: at(line) for line, pattern in enumerate(external, 31)},
    )


def aligned(*described, removed=(), rules=NO_SETTINGS, actual=LIVE):
    return align(desired(*described, removed=removed, settings=rules), actual)


def keys(addresses):
    return sorted(map(str, addresses))


# -- what prune may take

HOT_FILE = written("tag/S/Hot", 2, tag_name="Hot", group=ref("group/S", 2))


def test_a_kind_of_which_nothing_is_described_is_not_pruned():
    rules = settings(prune=["tag", "user"])
    with pytest.raises(RefusedError) as caught:
        demand_described(aligned(HOT_FILE), rules)
    assert str(caught.value) == (
        "a.yaml:12:1: no file describes any user, so pruning would delete all users; "
        "if a file of them was not given, give the folder; "
        "else describe at least one, or take users out of settings.prune"
    )


def test_all_kinds_of_which_nothing_is_described_are_told_at_once():
    with pytest.raises(RefusedError) as caught:
        demand_described(aligned(HOT_FILE), settings(prune=["tag", "user", "route"]))
    assert str(caught.value) == (
        "a.yaml:12:1: no file describes any user or route, so pruning would delete all users and routes; "
        "if a file of them was not given, give the folder; "
        "else describe at least one of each, or take users and routes out of settings.prune"
    )


def test_one_object_is_enough_to_prune_its_kind():
    demand_described(aligned(HOT_FILE), settings(prune=["tag"]))
    demand_described(aligned(), settings())


@pytest.mark.parametrize(
    ("prune", "expected"),
    [
        ([], []),
        (["tag"], ["tag/ROOT/Cold"]),
        (["tag", "user"], ["tag/ROOT/Cold", "user/jane@acme"]),
        (["group"], ["group/ROOT", "group/S"]),
    ],
)
def test_what_no_file_describes_goes_if_its_kind_is_pruned(prune, expected):
    found = pruned(aligned(HOT_FILE), settings(prune=prune), kept=())
    assert keys(found) == expected
    assert {source.line for source in found.values()} <= {11, 12}


@pytest.mark.parametrize(
    ("options", "kept_back"),
    [
        ({"removed": [ref("tag/ROOT/Cold", 5)]}, ()),
        ({}, [to("tag/ROOT/Cold")]),
    ],
    ids=["has a tombstone of its own", "kept"],
)
def test_what_prune_leaves_alone(options, kept_back):
    assert pruned(aligned(HOT_FILE, **options), settings(prune=["tag"]), kept_back) == {}


@pytest.mark.parametrize(
    "pattern", ["tag/ROOT/Cold", "tag/Cold", "tag/cold ", "tag/4", "tag/Acme/Cold", "tag/ROOT/*"]
)
def test_what_is_external_is_named_as_what_is_protected_is(pattern):
    objects = called(all_names(aligned(HOT_FILE), LIVE))
    assert vouched_for(settings(external=[pattern]), objects) == {to("tag/ROOT/Cold")}


def test_doubles_are_not_pruned():
    twins = [kept(f"tag/ROOT/Spam#{n}", n, tag_name="Spam", group=TOP) for n in (8, 9)]
    found = pruned(aligned(HOT_FILE, actual=live(SALES, HOT, *twins)), settings(prune=["tag"]), ())
    assert found == {}


# -- what is protected


def reasons(*patterns, own=(), removed=HOT_REMOVED, actual=LIVE, described=()):
    both = aligned(*described, removed=removed, actual=actual)
    found = spared(both, settings(protect=patterns), called(all_names(both, actual)), own)
    return {str(address): reason for address, reason in found.items() if address != TOP}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("group/S", ["group/S"]),
        ("group/Acme/Sales", ["group/S"]),
        ("group/sales", ["group/S"]),
        ("group/2", ["group/S"]),
        ("group/Acme/*", ["group/S"]),
        ("tag/S/Hot", ["tag/S/Hot"]),
        ("tag/Acme/Sales/Hot", ["tag/S/Hot"]),
        ("tag/HOT", ["tag/S/Hot"]),
        ("tag/3", ["tag/S/Hot"]),
        ("user/jane@acme", ["user/jane@acme"]),
        ("user/JANE@*", ["user/jane@acme"]),
        ("user/X-7", ["user/jane@acme"]),
        ("user/7", ["user/jane@acme"]),
        ("tag/*", ["tag/ROOT/Cold", "tag/S/Hot"]),
        ("user/Hot", []),
        ("tag/Ho", []),
        ("tag/ot", []),
    ],
)
def test_an_object_is_protected_under_each_of_its_names(pattern, expected):
    found = reasons(pattern)
    assert sorted(found) == expected
    assert set(found.values()) <= {f"settings.protect has {pattern!r} (a.yaml:21:1)"}


def test_the_first_pattern_that_fits_is_named():
    assert reasons("tag/x", "tag/*", "tag/S/Hot")["tag/S/Hot"].startswith("settings.protect has 'tag/*'")


@pytest.mark.parametrize("name", ["Hot [VIP]", "Hot?", "Hot *", "[a-z]"])
def test_a_name_as_it_is_written_protects_the_object_that_bears_it(name):
    odd = kept(f"tag/ROOT/{name}", 8, tag_name=name, group=TOP)
    found = reasons(f"tag/ROOT/{name}", removed=[ref(f"tag/ROOT/{name}")], actual=live(odd))
    assert list(found) == [f"tag/ROOT/{name}"]


def test_what_is_about_to_be_renamed_is_protected_under_its_new_name_too():
    group = written("group/S", 2, org_unit_name="Revenue", org_unit_ext_id="S", parent=ref("group/Acme", 2))
    assert list(reasons("tag/Acme/Sales/Hot", described=[group])) == ["tag/S/Hot"]
    assert list(reasons("tag/Acme/Revenue/Hot", described=[group])) == ["tag/S/Hot"]


def test_whoever_is_signed_in_is_never_deleted():
    assert reasons(own=[7]) == {"user/jane@acme": "it is the user whose credentials these are"}
    assert reasons(own=None) == {}


def test_what_stands_outside_the_account_is_never_deleted():
    """A list that shows rows of another account has no say over them."""
    foreign = kept("user/eve@other", 9, username="eve@other", group=7777)
    rules = settings(prune=["user"])
    both = aligned(
        written("user/jane@acme", 3, username="jane@acme"), rules=rules, actual=live(JANE, foreign)
    )
    found = spared(both, rules, called(all_names(both, live(JANE, foreign))), ())
    assert found[foreign.address] == "it is in group 7777, which is not in this account"
    assert not pruned(both, rules, found)


def test_what_the_platform_does_not_place_is_not_pruned():
    """It may stand outside the account as well."""
    lost = kept("tag/None/Hot", 9, tag_name="Hot", group=None)
    rules = settings(prune=["tag"])
    both = aligned(HOT_FILE, rules=rules, actual=live(lost))
    found = spared(both, rules, called(all_names(both, live(lost))), ())
    assert found[lost.address] == "the platform does not say which group it is in"
    assert not pruned(both, rules, found)
    assert not list(protected({lost.address: at()}, found))  # whoever writes a tombstone means it


@pytest.mark.parametrize("name", [None, "  ", "\u00a0"])
def test_what_has_no_name_is_never_deleted(name):
    """Be it by a tombstone with its id; files can describe nothing of the sort."""
    nameless = kept("tag/S/#9", 9, tag_name=name, group=to("group/S"))
    rules = settings(prune=["tag"])
    both = aligned(HOT_FILE, rules=rules, actual=live(SALES, HOT, nameless))
    found = spared(both, rules, called(all_names(both, live(SALES, HOT, nameless))), ())
    (address,) = [key for key, each in both.live.items() if each.id == nameless.id]
    assert found[address] == "it has no name on the platform"
    assert not pruned(both, rules, found)
    assert [each.code for each in protected({address: at()}, found)] == ["protected"]


def test_the_root_needs_no_pattern():
    both = aligned(removed=[ref("tag/S/Hot")])
    found = spared(both, settings(), called(all_names(both, LIVE)), ())
    assert found == {TOP: "it is the account's root"}


def test_nobody_is_looked_for_where_nothing_is_deleted():
    assert spared(aligned(), settings(protect=["tag/*"]), called({}), [7]) == {}


def test_a_tombstone_of_something_protected():
    reason = {to("tag/S/Hot"): "it is the account's root", to("tag/S/Old"): "other"}
    assert [tuple(each) for each in protected({to("tag/S/Hot"): at(5), to("tag/S/New"): at(6)}, reason)] == [
        (
            "protected",
            "tag/S/Hot",
            "a.yaml:5:1: tag/S/Hot is to be removed here but is never deleted: it is the account's root",
        )
    ]


@pytest.mark.parametrize(
    ("address", "prune", "expected"),
    [
        ("tag/ROOT/Cold", ["tag"], ["tag/ROOT/Cold is in no file but is not pruned: because"]),
        ("tag/ROOT/Cold", ["user"], []),
        ("tag/S/Hot", ["tag"], []),
        ("user/jane@acme", ["user"], []),
        ("group/ROOT", ["group"], []),
    ],
    ids=["kept", "its kind is not pruned", "described", "has a tombstone", "the root goes without saying"],
)
def test_what_protection_has_kept_from_prune(address, prune, expected):
    found = kept_by_protection(
        aligned(HOT_FILE, removed=[ref("user/jane@acme")]), settings(prune=prune), {to(address): "because"}
    )
    assert [notice.message for notice in found] == expected


def test_a_pattern_that_names_nothing():
    rules = settings(protect=["tag/hto", "tag/hot", "user/new@*", "user/X-7"])
    new = written("user/new@acme", 3, username="new@acme", group=ref("group/S", 3))
    assert [tuple(each) for each in unused(rules, called(all_names(aligned(HOT_FILE, new), LIVE)))] == [
        (
            "protects-nothing",
            "tag/hto",
            "settings.protect has 'tag/hto' (a.yaml:21:1), but nothing is called so",
        )
    ]
    assert list(unused(settings(), called(all_names(aligned(HOT_FILE), LIVE)))) == []


# -- how much is too much


def tag(number):
    return kept(f"tag/{number}", number)


def refused(limit, number, size, *, action=Action.DELETE, allowed=None):
    """Whether that many of so many tags may go, or change."""
    make = {Action.DELETE: deleted, Action.UPDATE: lambda each: updated(each, tag_name="New")}[action]
    changes = [make(tag(each)) for each in range(number)]
    changes += [created(written("tag/new")), deleted(kept("user/a@b", 1))]
    before = state(*map(tag, range(size)), *(kept(f"user/{each}@b", each) for each in range(50)))
    rules = Settings(limits={("tag", action): Limit(*limit)})
    return [each.message for each in limits(changes, before, rules, allowed or {})]


@pytest.mark.parametrize(
    ("limit", "number", "size", "too_many"),
    [
        ((10, 20), 10, 11, False),
        ((10, 20), 11, 40, True),
        ((10, 20), 11, 55, False),
        ((10, 20), 11, 54, True),
        ((10, None), 10, 1000, False),
        ((10, None), 11, 1000, True),
        ((0, None), 1, 1000, True),
        ((None, 20), 1, 5, False),
        ((None, 20), 1, 4, True),
        ((None, 0), 1, 1000, True),
        ((None, 100), 4, 4, False),
        ((0, 0), 0, 4, False),
        ((0, None), 0, 0, False),
    ],
)
def test_both_a_number_and_a_share_have_to_be_exceeded_where_both_are_given(limit, number, size, too_many):
    assert bool(refused(limit, number, size)) is too_many


@pytest.mark.parametrize(
    ("allowed", "too_many"),
    [
        ({("tag", Action.DELETE): 3}, False),
        ({("tag", Action.DELETE): 4}, True),
        ({("tag", Action.DELETE): 2}, True),
        ({("user", Action.DELETE): 3}, True),
        ({("tag", Action.UPDATE): 3}, True),
    ],
)
def test_only_the_exact_number_lifts_a_limit(allowed, too_many):
    assert bool(refused((2, None), 3, 9, allowed=allowed)) is too_many


@pytest.mark.parametrize(
    ("limit", "number", "action", "message"),
    [
        ((1, None), 2, Action.DELETE, "deletes 2 tags of 9, more than 1; if that is meant, say so with "),
        (
            (1, 10),
            2,
            Action.DELETE,
            "deletes 2 tags of 9, more than 1 and 10 %; if that is meant, say so with ",
        ),
        ((0, None), 1, Action.UPDATE, "updates 1 tag of 9, more than 0; if that is meant, say so with "),
        ((None, 5), 1, Action.UPDATE, "updates 1 tag of 9, more than 5 %; if that is meant, say so with "),
    ],
)
def test_a_refusal_says_how_many_and_what_lifts_it(limit, number, action, message):
    assert refused(limit, number, 9, action=action) == [
        f"the plan {message}--allow-{action.word}s tag={number}"
    ]


def test_every_kind_is_counted_by_itself():
    rules = Settings(limits={(kind, Action.DELETE): Limit(1) for kind in ("tag", "user")})
    changes = [deleted(tag(1)), deleted(kept("user/1@b", 1))]
    assert list(limits(changes, state(), rules, {})) == []
    found = limits([*changes, deleted(tag(2)), deleted(kept("user/2@b", 2))], state(), rules, {})
    assert [(each.code, each.address) for each in found] == [
        ("too-many-deletes", "tag"),
        ("too-many-deletes", "user"),
    ]


# -- one's own access


@pytest.mark.parametrize(
    ("own", "fields", "expected"),
    [
        ([7], {"role": "Standard"}, ["role: Admin → Standard"]),
        ([6, 7], {"user_status": "inactive"}, ["user_status: nothing → inactive"]),
        ([7], {"group": to("group/S")}, ["group: nothing → group/S"]),
        ([7], {"username": "joan@acme"}, ["username: jane@acme → joan@acme"]),
        ([7], {"first_name": "Jane"}, []),
        ([8], {"role": "Standard"}, []),
        (None, {"role": "Standard"}, []),
    ],
)
def test_whoever_takes_their_own_rights_away_is_told(own, fields, expected):
    jane = kept("user/jane@acme", 7, username="jane@acme", role="Admin")
    found = [notice.message for notice in own_access([updated(jane, **fields)], own)]
    who, warning = (
        "user/jane@acme is the user whose credentials these are",
        "nobody may be left to take it back",
    )
    assert found == [f"{who}, and gets {words}; {warning}" for words in expected]


BOSS = kept("user/boss@acme", 6, username="boss@acme", role="Admin")
JANE_ADMIN = kept("user/jane@acme", 7, username="jane@acme", role="Admin")


@pytest.mark.parametrize(
    ("others", "changes", "own", "is_refused"),
    [
        ([], [updated(JANE_ADMIN, role="Standard")], [7], True),
        ([], [updated(JANE_ADMIN, user_status="inactive")], [7], True),
        ([BOSS], [updated(JANE_ADMIN, role="Standard")], [7], False),
        ([BOSS], [updated(JANE_ADMIN, role="Standard"), updated(BOSS, role="ReadOnly")], [7], True),
        ([BOSS], [updated(JANE_ADMIN, role="Standard"), deleted(BOSS)], [7], True),
        ([], [updated(JANE_ADMIN, role="Standard"), created(written("user/new", role="Admin"))], [7], False),
        ([], [updated(JANE_ADMIN, role="Standard")], [8], False),
        ([], [updated(JANE_ADMIN, group=to("group/S"))], [7], False),
    ],
)
def test_the_last_admin_is_not_locked_out(others, changes, own, is_refused):
    found = [*locked_out(changes, own, state(JANE_ADMIN, *others))]
    assert [(each.code, each.address) for each in found] == [("own-access", "user/jane@acme")] * is_refused


def test_where_nobody_knows_whose_credentials_these_are_a_deletion_of_a_user_is_pointed_out():
    changes = [deleted(tag(2)), deleted(kept("user/jane@acme", 7))]
    assert [(each.code, str(each.address)) for each in own_access(changes, None)] == [
        ("own-access", "user/jane@acme")
    ]
    assert list(own_access(changes, ())) == []


def test_a_pattern_of_ignore_or_external_that_names_nothing():
    rules = Settings(
        ignore=(("tag/hto", ("tag_name",)), ("tag/hot", ("tag_name",))),
        ignore_places={"tag/hto": at(5), "tag/hot": at(6)},
        external={"group/Acme/*": at(7), "group/Q": at(8)},
    )
    assert [each.message for each in unused(rules, called(all_names(aligned(HOT_FILE), LIVE)))] == [
        "settings.ignore has 'tag/hto' (a.yaml:5:1), but nothing is called so",
        "settings.external has 'group/Q' (a.yaml:8:1), but nothing is called so",
    ]
