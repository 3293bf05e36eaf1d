from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.changes import afterwards
from reconciler.errors import UsageError
from reconciler.model import Action, Address, Limit, Live, Settings
from reconciler.objects.tree import group_of, walk
from reconciler.plans.branches import all_nodes
from reconciler.plans.explaining import explain
from reconciler.plans.planning import Options, drafted
from reconciler.views import Standing
from tests import estates

from .literals import ROOT, at, created, deleted, desired, kept, live, ref, state, to, updated, written

TOP = to("group/ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
JANE = kept("user/jane@acme", 7, username="jane@acme", first_name="Jane", group=to("group/S"))
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
COLD = kept("tag/S/Cold", 4, tag_name="Cold", group=to("group/S"))
MAIN = kept("route/S/Main", 8, provisioned_route_name="Main", group=to("group/S"), tags=(to("tag/S/Hot"),))
LIVE = live(SALES, JANE, HOT, COLD, MAIN)


def entry(key, line, /, *, defaults=(), **fields):
    """An object in a file, of which every field has a place of its own, as when it is read."""
    places = {name: at(line, column) for column, name in enumerate(fields, 10)}
    return replace(written(key, line, **fields), places=places.get, defaults=frozenset(defaults))


def jane(line=3, **fields):
    return entry("user/jane@acme", line, **{"username": "jane@acme", "group": to("group/S"), **fields})


def sales(line=2, **fields):
    return entry(
        "group/S",
        line,
        **{"org_unit_name": "Sales", "org_unit_ext_id": "S", "parent": ref("group/ROOT"), **fields},
    )


def hot(line=4, **fields):
    return entry("tag/S/Hot", line, **{"tag_name": "Hot", "group": ref("group/S"), **fields})


def drafting(*resources, removed=(), actual=LIVE, own=(), **rules):
    wanted = desired(*resources, removed=removed, settings=Settings(**rules))
    return drafted(wanted, replace(actual, own=frozenset(own)))


def why(words, *resources, **how):
    return explain(drafting(*resources, **how), words)


def refused(words, *resources, **how):
    with pytest.raises(UsageError) as caught:
        why(words, *resources, **how)
    return str(caught.value)


def note(found, name):
    (one,) = (each for each in found.fields if each.name == name)
    return one


# -- what is done about it, and by which rule


def test_an_object_that_a_file_describes():
    found = why("user/jane@acme", jane(first_name="Jane"))
    assert (str(found.address), found.id, found.fate) == ("user/jane@acme", 7, "managed")
    assert (found.is_managed, found.source, found.path) == (True, at(3), ("Acme", "Sales"))
    assert (found.change, found.protection, found.notices) == (None, None, ())
    assert [each.standing for each in found.fields] == [Standing.SAME] * 3


def test_an_object_that_is_not_there_yet():
    new = entry("user/joe@acme", 5, username="joe@acme", group=to("group/S"))
    found = why("user/joe@acme", new)
    assert (found.id, found.fate) == (None, "managed, but not on the platform yet")
    assert found.change is not None
    assert (found.change.action, found.path) == (Action.CREATE, ("Acme", "Sales"))
    assert {each.standing for each in found.fields} == {Standing.CHANGES}


def test_an_object_that_a_tombstone_names():
    found = why("user/jane@acme", removed=[ref("user/jane@acme", 9)])
    assert found.fate == "to be deleted: a line under `removed:` names it"
    assert (found.is_managed, found.source) == (False, at(9))
    assert found.change is not None
    assert found.change.action is Action.DELETE


def test_a_tombstone_of_what_is_protected_says_both():
    found = why("user/jane@acme", removed=[ref("user/jane@acme", 9)], protect={"user/*": at(21)})
    assert found.protection == "settings.protect has 'user/*' (a.yaml:21:1)"
    assert found.fate == "never deleted, although a line under `removed:` names it"
    assert [each.code for each in found.refusals] == ["protected"]
    assert [each.code for each in found.notices] == ["consequence"]


def test_a_limit_stops_the_deletions_that_it_counts_and_nothing_else():
    limits = {("user", Action.DELETE): Limit(0)}
    removed = [ref("user/jane@acme", 9)]
    codes = [each.code for each in why("user/jane@acme", removed=removed, limits=limits).refusals]
    assert codes == ["too-many-deletes"]
    new = entry("user/new@acme", 3, username="new@acme", group=ref("group/S"))
    assert why("user/new@acme", new, removed=removed, limits=limits).refusals == ()


def test_an_object_that_prune_takes():
    found = why("tag/S/Cold", hot(), prune={"tag": at(8)})
    assert found.fate == "to be deleted: no file describes it, and settings.prune has tags"
    assert (found.is_managed, found.source) == (False, at(8))
    assert found.change is not None
    assert found.change.action is Action.DELETE


def test_an_object_that_the_settings_vouch_for():
    found = why("group/S", external={"group/Sales": at(8)})
    assert found.fate == "not managed: settings.external names it, so it stays as it is"
    assert (found.source, found.change) == (None, None)


@pytest.mark.parametrize(
    ("rules", "end"),
    [
        ({}, "users are not pruned, so it stays as it is"),
        (
            {"prune": {"user": at(8)}, "protect": {"user/jane*": at(9)}},
            "it is kept from being pruned, so it stays as it is",
        ),
    ],
)
def test_an_object_in_no_file(rules, end):
    joe = kept("user/joe@acme", 9, username="joe@acme", group=to("group/S"))
    described = entry("user/joe@acme", 2, username="joe@acme")
    found = why("user/jane@acme", described, actual=live(SALES, JANE, joe), **rules)
    assert found.fate == f"not managed: no file describes it, and {end}"
    assert (found.is_managed, found.source, found.change) == (False, None, None)


def test_an_object_that_is_there_twice_is_left_alone_by_prune():
    twins = [kept(f"tag/S/Hot#{number}", number, tag_name="Hot", group=to("group/S")) for number in (3, 4)]
    described = entry("tag/S/Cold", 5, tag_name="Cold", group=ref("group/S"))
    prune = {"tag": at(8)}
    found = why("tag/S/Hot#3", described, actual=live(SALES, COLD, *twins), prune=prune)
    assert found.fate.endswith("it is kept from being pruned, so it stays as it is")
    assert [each.code for each in found.notices] == ["duplicate-key", "unmanaged"]
    assert refused("tag/S/Hot", described, actual=live(SALES, COLD, *twins), prune=prune) == (
        "tag/S/Hot: means tag/S/Hot#3, tag/S/Hot#4; write one of them"
    )


def test_one_of_several_that_are_described_is_described_there():
    twins = [kept(f"tag/S/Hot#{number}", number, tag_name="Hot", group=to("group/S")) for number in (3, 4)]
    found = why("tag/S/Hot#3", hot(line=4), actual=live(SALES, *twins), prune={"tag": at(8)})
    assert found.fate == "not managed: several tags are what a file describes, and all stay as they are"
    assert (found.is_managed, found.source, found.change) == (False, at(4), None)
    assert [each.code for each in found.notices] == ["duplicate-key"]


# -- protection


@pytest.mark.parametrize(
    ("words", "how", "expected"),
    [
        ("group/ROOT", {}, "it is the account's root"),
        (
            "user/jane@acme",
            {"protect": {"user/j*": at(21)}},
            "settings.protect has 'user/j*' (a.yaml:21:1)",
        ),
        ("user/jane@acme", {"protect": {"user/k*": at(21)}}, None),
        ("user/jane@acme", {"own": [7]}, "it is the user whose credentials these are"),
        (
            "group/S",
            {"protect": {"group/Acme/*": at(22)}},
            "settings.protect has 'group/Acme/*' (a.yaml:22:1)",
        ),
    ],
)
def test_what_is_never_deleted_and_why(words, how, expected):
    assert why(words, **how).protection == expected


# -- fields


def test_a_field_that_changes():
    found = note(why("group/S", sales(city="New York")), "city")
    assert found == ("city", "New York", "Boston", Standing.CHANGES, "", at(2, 13), False)


def test_a_field_that_a_default_fills_in():
    found = why("user/jane@acme", jane(role="Standard", defaults=["role"]))
    assert (note(found, "role").is_default, note(found, "username").is_default) == (True, False)


@pytest.mark.parametrize("pattern", ["group/S", "group/s*", "group/Acme/Sales", "group/2", "group/*"])
def test_a_field_that_somebody_else_owns(pattern):
    rules = {
        "ignore": (("user/*", ("city",)), (pattern, ("zip", "city"))),
        "ignore_places": {"user/*": at(11), pattern: at(12, 3)},
    }
    found = note(why("group/S", sales(city="New York"), **rules), "city")
    assert found.standing is Standing.IGNORED
    assert found.rule == f"settings.ignore has {pattern!r} (a.yaml:12:3)"
    assert (found.desired, found.live) == ("New York", "Boston")


def test_an_ignored_field_is_sent_with_a_creation_all_the_same():
    new = entry("group/N", 5, org_unit_name="New", org_unit_ext_id="N", parent=ref("group/ROOT"), city="Rome")
    rules = {"ignore": (("group/*", ("city",)),), "ignore_places": {"group/*": at(12)}}
    assert note(why("group/N", new, **rules), "city").standing is Standing.CHANGES


def test_a_field_that_the_platform_never_shows():
    found = note(why("user/jane@acme", jane(timezone="UTC")), "timezone")
    assert found.standing is Standing.UNREADABLE
    sent = "it is sent when a user is created, and again with --resend user.timezone"
    assert found.rule == f"the platform never shows it; {sent}"


def test_a_field_that_can_be_set_on_creation_only():
    found = note(why("group/S", sales(timezone="UTC")), "timezone")
    assert found.standing is Standing.UNREADABLE
    assert found.rule.endswith("it can only be set when a group is created")


def test_a_field_that_can_be_set_on_creation_only_and_is_shown():
    billed = replace(SALES, fields={**SALES.fields, "billing_id": 5})
    found = why("group/S", sales(billing_id=5), actual=live(billed))
    assert note(found, "billing_id").standing is Standing.SAME


def test_a_field_that_is_cleared_where_there_is_nothing():
    new = entry("user/joe@acme", 5, username="joe@acme", group=to("group/S"), timezone=None)
    assert note(why("user/joe@acme", new), "timezone").standing is Standing.SAME


@pytest.mark.parametrize(
    ("name", "rule"), [("agent_ring_to", ""), ("shoe_size", "only `extra:` could manage it")]
)
def test_a_field_that_only_the_platform_has(name, rule):
    actual = replace(JANE, fields={**JANE.fields, name: "+14255550134"})
    found = note(why("user/jane@acme", jane(), actual=live(SALES, actual)), name)
    assert (found.standing, found.rule, found.source) == (Standing.FREE, rule, None)
    assert (found.desired, found.live) == (None, "+14255550134")


def test_a_field_that_extra_manages():
    found = note(why("user/jane@acme", jane(shoe_size=43)), "shoe_size")
    assert (found.desired, found.live, found.standing) == (43, None, Standing.CHANGES)


def test_fields_stand_in_the_order_of_the_table_and_strange_ones_behind_them():
    actual = replace(JANE, fields={"zebra": 1, "role": "Admin", **JANE.fields, "ant": 2})
    found = why("user/jane@acme", jane(role="Admin"), actual=live(SALES, actual))
    assert [each.name for each in found.fields] == ["username", "first_name", "group", "role", "ant", "zebra"]


# -- what it refers to, and what refers to it


def test_what_refers_to_what():
    tagged = entry(
        "route/S/Main", 6, provisioned_route_name="Main", group=ref("group/S"), tags=(ref("tag/S/Hot"),)
    )
    found = why("route/S/Main", tagged)
    assert (found.refers_to, found.referred_to_by) == ((to("group/S"), to("tag/S/Hot")), ())
    assert why("tag/S/Hot", tagged).referred_to_by == (to("route/S/Main"),)
    assert list(map(str, why("group/S").referred_to_by)) == [
        "route/S/Main",
        "tag/S/Cold",
        "tag/S/Hot",
        "user/jane@acme",
    ]


def test_what_a_change_waits_for_comes_with_it():
    new = entry("group/N", 5, org_unit_name="New", org_unit_ext_id="N", parent=ref("group/ROOT"))
    found = why("user/jane@acme", new, jane(group=to("group/N")))
    assert found.change is not None
    assert (found.change.waits_for, found.path) == ((to("group/N"),), ("Acme", "New"))


def test_an_object_in_a_group_that_nobody_could_read_has_no_path():
    lost = kept("tag/77/Lost", 9, tag_name="Lost", group=77)
    assert why("tag/77/Lost", actual=live(lost)).path == ()


def test_notices_are_those_about_the_object():
    codes = [each.code for each in why("tag/S/Cold", hot()).notices]
    assert codes == ["unmanaged"]
    assert why("tag/S/Hot", hot()).notices == ()


# -- the words


@pytest.mark.parametrize(
    "words",
    [
        *("group/S", "GROUP/S", "group/Acme/Sales", "group/Sales", "group/2", "group/Acme/S*"),
        *("group/s*", "group/acme/sale*", "Group/Acme/Sales"),
    ],
)
def test_words_that_mean_one_object(words):
    assert why(words).address == to("group/S")


@pytest.mark.parametrize("words", ["user/jane@acme", "user/JANE@ACME", "user/7", "user/jane*", "user/*"])
def test_words_that_mean_one_user(words):
    assert why(words).address == to("user/jane@acme")


def test_words_that_mean_several():
    assert refused("tag/*") == "tag/*: means tag/S/Cold, tag/S/Hot; write one of them"
    many = [
        kept(f"tag/S/{name}", number, tag_name=name, group=to("group/S"))
        for number, name in enumerate("abcdefg", 11)
    ]
    assert refused("tag/S/*", actual=live(SALES, *many)) == (
        "tag/S/*: means tag/S/a, tag/S/b, tag/S/c, tag/S/d, tag/S/e and 2 more; write one of them"
    )


KINDS = "; an address begins with one of group/, user/, tag/, route/"


@pytest.mark.parametrize(
    ("words", "guess"),
    [
        ("tag/S/Hott", "; did you mean tag/S/Hot?"),
        ("user/jan@acme", "; did you mean user/jane@acme?"),
        ("user/zzz", ""),
        ("person/jane@acme", KINDS),
        ("jane@acme", "; did you mean user/jane@acme?"),
        ("group/acme/sales", "; did you mean group/Acme/Sales?"),
        ("user/", ""),
        ("user", ""),
        ("/", KINDS),
        ("", KINDS),
        ("*", KINDS),
        ("*/*", KINDS),
        ("user/\x1b[31m", ""),
    ],
)
def test_words_that_mean_nothing(words, guess):
    assert refused(words) == f"{words}: no such object in the files or on the platform{guess}"


@settings(max_examples=200)
@given(
    words=st.text(max_size=20)
    | st.sampled_from(["user", "tag", "group", "route"]).flatmap(
        lambda kind: st.text("/*\\#07SAcme jant@Hot", max_size=8).map(lambda key: f"{kind}/{key}")
    )
)
def test_whatever_words_there_are_mean_one_object_or_are_refused(words):
    assert answered(words) in {*LIVE.resources, words}


def answered(words):
    """The address, or the words with which the refusal begins."""
    try:
        return why(words).address
    except UsageError as error:
        return str(error)[: len(words)]


def test_a_user_that_was_deleted():
    gone = live(SALES, gone={to("user/old@acme"): 99})
    expected = "it was deleted on the platform, id 99, and no file describes it"
    assert refused("user/Old@acme", actual=gone) == f"user/Old@acme: {expected}"
    again = entry("user/old@acme", 5, username="old@acme", group=to("group/S"))
    found = why("user/old@acme", again, actual=gone)
    assert (found.fate, [each.code for each in found.notices]) == (
        "managed, but not on the platform yet",
        ["deleted-user"],
    )


def test_an_object_of_which_only_a_tombstone_is_left():
    assert refused("tag/S/Warm", removed=[ref("tag/S/Warm")]) == (
        "tag/S/Warm: it is not there any more, neither in the files nor on the platform"
    )


def test_an_object_that_is_renamed_goes_by_its_new_name():
    renamed = replace(hot(), address=to("tag/S/Warm"), previously=ref("tag/S/Hot"))
    renamed = replace(renamed, fields={**renamed.fields, "tag_name": "Warm"})
    found = why("tag/S/Warm", renamed)
    assert (found.id, note(found, "tag_name").live, note(found, "tag_name").desired) == (3, "Hot", "Warm")
    assert why("tag/3", renamed) == found


def test_a_group_that_is_renamed_goes_by_its_external_id():
    found = why("group/S", sales(org_unit_name="Revenue"))
    assert (found.address, found.path) == (to("group/S"), ("Acme", "Revenue"))
    assert why("group/Acme/Revenue", sales(org_unit_name="Revenue")) == found


def test_two_targets_may_mean_the_same():
    draft = drafted(
        desired(jane(first_name="J")), LIVE, Options(targets=("user/*", "user/jane@acme", "tag/*"))
    )
    assert [str(each.address) for each in draft.chosen] == ["user/jane@acme"]


def test_two_targets_may_wait_for_the_same():
    new = entry("group/N", 5, org_unit_name="New", org_unit_ext_id="N", parent=ref("group/ROOT"))
    tag = entry("tag/N/Warm", 6, tag_name="Warm", group=to("group/N"))
    draft = drafted(
        desired(new, tag, jane(group=to("group/N"))), LIVE, Options(targets=("user/*", "tag/N/*"))
    )
    assert [str(each.address) for each in draft.chosen] == ["group/N", "tag/N/Warm", "user/jane@acme"]
    with pytest.raises(UsageError, match=r"^--target tag/Nowhere: no such object in the files"):
        drafted(desired(new, tag), LIVE, Options(targets=("tag/Nowhere",)))


def test_what_is_asked_about_does_not_depend_on_targets():
    draft = drafted(desired(sales(city="Rome"), jane(first_name="J")), LIVE, Options(targets=("group/S",)))
    assert explain(draft, "user/jane@acme").change is not None


# -- the whole tree


def key(node):
    return f"{node.action.value if node.action else '='} {node.address}"


EVERY = ("group", "user", "tag", "route")


def test_each_group_stands_behind_its_parent_and_before_what_is_in_it():
    east = kept("group/E", 5, org_unit_name="East", org_unit_ext_id="E", parent=to("group/S"))
    after = state(ROOT, MAIN, HOT, COLD, east, JANE, SALES)
    assert [key(each) for each in all_nodes((), TOP, after, EVERY)] == [
        *("= group/ROOT", "= group/S", "= user/jane@acme", "= tag/S/Cold", "= tag/S/Hot"),
        *("= route/S/Main", "= group/E"),
    ]


def test_changes_are_marked_and_what_goes_is_shown_where_it_was():
    moved = updated(JANE, group=TOP)
    changes = [created(entry("tag/S/New", 2, tag_name="New", group=to("group/S"))), moved, deleted(HOT)]
    after = afterwards(LIVE.resources, changes)
    found = {str(each.address): each for each in all_nodes(changes, TOP, after, EVERY)}
    assert key(found["tag/S/New"]) == "+ tag/S/New"
    assert (found["user/jane@acme"].parent, found["user/jane@acme"].former) == (TOP, to("group/S"))
    assert (key(found["tag/S/Hot"]), found["tag/S/Hot"].parent) == ("- tag/S/Hot", to("group/S"))
    assert (found["group/S"].action, found["group/S"].former) == (None, None)


@pytest.mark.parametrize("kinds", [(), ("group",)])
def test_groups_alone(kinds):
    assert [key(each) for each in all_nodes((), TOP, LIVE.resources, kinds)] == ["= group/ROOT", "= group/S"]


def test_some_kinds_only():
    assert [key(each) for each in all_nodes((), TOP, LIVE.resources, ("tag",))] == [
        *("= group/ROOT", "= group/S", "= tag/S/Cold", "= tag/S/Hot"),
    ]


def test_what_is_in_a_group_that_nobody_could_read_hangs_below_the_root():
    lost = kept("tag/77/Lost", 9, tag_name="Lost", group=77)
    nodes = list(all_nodes((), TOP, state(ROOT, lost), EVERY))
    assert [key(each) for each in nodes] == ["= group/ROOT", "= tag/77/Lost"]
    assert nodes[1].parent == TOP


def test_a_group_that_goes_with_all_that_is_in_it():
    changes = [deleted(SALES), deleted(HOT)]
    nodes = list(all_nodes(changes, TOP, state(ROOT), EVERY))
    assert [(key(each), each.parent) for each in nodes] == [
        ("= group/ROOT", None),
        ("- group/S", TOP),
        ("- tag/S/Hot", to("group/S")),
    ]


def test_two_thousand_groups_one_below_the_other():
    deep = [kept("group/0", 5000, org_unit_name="0", org_unit_ext_id="0", parent=TOP)]
    deep += [
        kept(
            f"group/{n}", n + 5000, org_unit_name=str(n), org_unit_ext_id=str(n), parent=to(f"group/{n - 1}")
        )
        for n in range(1, 2000)
    ]
    found = list(walk(TOP, state(*reversed(deep), ROOT)))
    assert found == [TOP, *(each.address for each in deep)]
    assert why("group/1999", actual=live(*deep)).path[-1] == "1999"


@settings(max_examples=100)
@given(groups=st.lists(st.integers(0, 8), max_size=8), members=st.lists(st.integers(0, 8), max_size=12))
def test_every_object_stands_in_the_picture_once_and_behind_its_group(groups, members):
    known = [TOP]
    objects = [ROOT]
    for number, parent in enumerate(groups):
        name = f"G{number}"
        objects.append(
            kept(f"group/{name}", number + 2, org_unit_name=name, parent=known[parent % len(known)])
        )
        known.append(objects[-1].address)
    objects += [
        kept(f"tag/{number}", number + 99, tag_name=str(number), group=known[place % len(known)])
        for number, place in enumerate(members)
    ]
    nodes = list(all_nodes((), TOP, state(*objects), EVERY))
    places = {each.address: number for number, each in enumerate(nodes)}
    assert places.keys() == {each.address for each in objects}
    assert len(nodes) == len(objects)
    assert all(places[each.parent] < places[each.address] for each in nodes if each.parent)


# -- the law: whatever there is can be asked about by the address that is printed


def understood(draft, address):
    found = explain(draft, str(address))
    changed = {each.name for each in found.change.fields} if found.change else set()
    assert found.address == address
    assert {each.name for each in found.fields if each.standing is Standing.CHANGES} == changed
    assert found.is_managed is (address in draft.aligned.desired)
    return found


@settings(max_examples=60)
@given(estate=estates.estates(), written_too=st.data())
def test_every_object_explains_itself(estate, written_too):
    actual = accounted(estate)
    names = st.sets(st.sampled_from(sorted(actual.resources)))
    described = [
        replace(each, id=None, source=at(2), places=lambda _: at(2))
        for each in (actual.resources[at_] for at_ in written_too.draw(names))
        if each.kind == "user"
    ]
    draft = drafted(desired(*described), actual)
    assert {understood(draft, address).change for address in actual.resources} == {None}


def accounted(estate):
    """The users and groups of an account that knows no two names for one thing."""
    units = {-1: TOP}
    groups = []
    for number, (_, name, parent, fields) in enumerate(estate["groups"]):
        units[number] = Address("group", f"E-{number}")
        groups.append(
            kept(
                f"group/E-{number}",
                5000 + number,
                org_unit_name=name,
                org_unit_ext_id=f"E-{number}",
                parent=units[parent],
                **fields,
            )
        )
    users = [
        kept(f"user/{email.lower()}", 9000 + number, username=email.lower(), group=units[group], **fields)
        for number, (group, email, fields) in enumerate(estate["users"])
    ]
    found = live(*groups, *users)
    assert isinstance(found, Live)
    assert all(group_of(each) in found.resources for each in (*groups, *users))
    return found


def test_path_and_dependents_from_unwritten_fields():
    found = why("user/jane@acme", entry("user/jane@acme", 3, username="jane@acme", first_name="J"))
    assert (found.path, found.refers_to) == (("Acme", "Sales"), (to("group/S"),))
    assert (
        to("user/jane@acme")
        in why("group/S", entry("user/jane@acme", 3, username="jane@acme")).referred_to_by
    )
    route = entry("route/S/Main", 3, provisioned_route_name="Main", group=ref("group/S"))
    assert why("tag/S/Hot", route).referred_to_by == (to("route/S/Main"),)


def test_deleted_and_there_again():
    assert why("user/jane@acme", actual=live(SALES, JANE, gone={to("user/jane@acme"): 5})).id == 7


def test_gone_group():
    assert "it was deleted on the platform, id 5" in refused(
        "group/OLD", actual=live(gone={to("group/OLD"): 5})
    )


@pytest.mark.parametrize("name", ["hot", "*", "3"])
def test_exact(name):
    twin = kept(f"tag/S/{name}", 44, tag_name=name, group=to("group/S"))
    assert why(f"tag/S/{name}", actual=live(SALES, HOT, COLD, twin)).id == 44
    assert why("tag/S/Hot", actual=live(SALES, HOT, COLD, twin)).id == 3


def test_ids():
    a = kept("group/3", 9, org_unit_name="X", org_unit_ext_id="3", parent=TOP)
    b = kept("group/T", 3, org_unit_name="Y", org_unit_ext_id="T", parent=TOP)
    assert why("group/3", actual=live(a, b)).id == 9


def test_old_name():
    renamed = written("tag/S/New", 3, previously="S/Hot", tag_name="New", group=ref("group/S"))
    assert why("tag/S/Hot", renamed).address == to("tag/S/New")


@pytest.mark.parametrize("words", ["tag/S/HOT", "tag/S/Hot"])
def test_a_look_alike_that_stops_the_plan_is_told_of_both(words):
    found = why(words, sales(), entry("tag/S/HOT", 4, tag_name="HOT", group=to("group/S")))
    assert [(each.code, each.address) for each in found.refusals] == [("look-alike", "tag/S/HOT")]
