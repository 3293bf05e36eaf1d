"""The four rules, each by an example, and all of them together: every order that `waits_for` allows works."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from reconciler.errors import InvalidConfigurationError
from reconciler.model import Action, Reference, Resource
from reconciler.objects.clashes import unique_values
from reconciler.objects.tree import ancestors
from reconciler.plans.ordering import ordered, with_last

from .literals import ROOT, at, created, deleted, kept, ref, state, texts, to, updated, written

TOP = to("group/ROOT")


def waits(changes, before=(), after=()):
    """Who waits for whom, in the order of the plan."""
    found = ordered(changes, state(ROOT, *before), state(ROOT, *after), {})
    return [(str(change.address), [str(address) for address in change.waits_for]) for change in found]


def group(name, parent=TOP):
    return kept(f"group/{name}", 7, org_unit_name=name, org_unit_ext_id=name, parent=parent)


# -- rule by rule


def test_a_change_waits_for_the_creations_that_it_refers_to():
    route = updated(kept("route/R", 7, tags=()), tags=(to("tag/Hot"), to("tag/old"), to("tag/Cold")))
    new = [created(written(f"tag/{name}", tag_name=name, group=to("group/G"))) for name in ("Hot", "Cold")]
    unit = created(written("group/G", org_unit_name="G", parent=TOP))
    assert waits([route, *new, unit], after=[written("group/G", parent=TOP)]) == [
        ("group/G", []),
        ("tag/Cold", ["group/G"]),
        ("tag/Hot", ["group/G"]),
        ("route/R", ["tag/Cold", "tag/Hot"]),
    ]


def test_a_deletion_waits_for_all_that_referred_to_what_goes():
    unit, tag = kept("group/G", 2, parent=TOP), kept("tag/Hot", 3, tag_name="Hot", group=to("group/G"))
    route = updated(kept("route/R", 7, tags=(to("tag/Hot"),)), tags=None)
    assert waits([deleted(unit), deleted(tag), route], before=[unit, tag]) == [
        ("route/R", []),
        ("tag/Hot", ["route/R"]),
        ("group/G", ["tag/Hot"]),
    ]


NAMED = kept("tag/1", 1, tag_name="Hot", group=TOP)


@pytest.mark.parametrize(
    ("freeing", "taking"),
    [
        (updated(NAMED, tag_name="Cold"), created(written("tag/2", tag_name="Hot", group=TOP))),
        (
            updated(NAMED, group=to("group/G")),
            updated(kept("tag/2", 2, tag_name="Warm", group=TOP), tag_name="Hot"),
        ),
        (deleted(NAMED), created(written("tag/2", tag_name="Hot", group=TOP))),
        (
            updated(kept("user/1", 1, username="Jane@Acme"), username="joan@acme"),
            created(written("user/2", username="JANE@acme")),
        ),
        (
            updated(kept("user/1", 1, username="a@b", user_ext_id="X"), user_ext_id=None),
            updated(kept("user/2", 2, username="c@d"), user_ext_id="X"),
        ),
    ],
    ids=["name", "name in its group", "deletion", "e-mail address", "external id"],
)
def test_a_value_is_taken_once_it_is_free(freeing, taking):
    found = {change.address: change.waits_for for change in ordered([taking, freeing], {}, {}, {})}
    assert found == {freeing.address: (), taking.address: (freeing.address,)}


@pytest.mark.parametrize(
    "other",
    [
        created(written("tag/2", tag_name="Hot", group=to("group/G"))),
        created(written("route/2", provisioned_route_name="Hot", group=TOP)),
        created(written("tag/2", tag_name="Cold", group=TOP)),
    ],
    ids=["in another group", "of another kind", "the same new name"],
)
def test_nothing_waits_for_a_value_that_it_does_not_take(other):
    found = ordered([other, updated(NAMED, tag_name="Warm")], {}, {}, {})
    assert [change.waits_for for change in found] == [(), ()]


A, B = group("A"), group("B", to("group/A"))


def test_a_group_moves_once_its_new_ancestors_have_left():
    b_up, a_down = updated(B, parent=TOP), updated(A, parent=to("group/B"))
    after = [group("B"), group("A", to("group/B"))]
    assert waits([a_down, b_up], [A, B], after) == [("group/B", []), ("group/A", ["group/B"])]


def test_no_move_waits_for_an_ancestor_that_stays_clear_of_what_moves():
    c_down = updated(group("C"), parent=to("group/A"))
    a_aside = updated(A, parent=to("group/D"))
    before = [A, group("C"), group("D")]
    after = [group("A", to("group/D")), group("C", to("group/A")), group("D")]
    assert waits([c_down, a_aside], before, after) == [("group/A", []), ("group/C", [])]


def test_a_group_that_only_gets_another_name_does_not_move():
    assert waits([updated(B, org_unit_name="New")], [A, B], [A, B]) == [("group/B", [])]


# -- what is called by a path that changes


SALES = kept("group/Acme/Sales", 3, org_unit_name="Sales", org_unit_ext_id=None, parent=TOP)
EAST = kept("group/E1", 4, org_unit_name="East", org_unit_ext_id="E1", parent=SALES.address)
HOT = kept("tag/E1/Hot", 5, tag_name="Hot", group=EAST.address)


def called(was, former, **fields):
    """A change of what the files find by `previously`."""
    change = updated(was, **fields)
    return replace(change, after=replace(change.after, previously=Reference(was.kind, former, at())))


@pytest.mark.parametrize(
    ("renamed", "other", "waits_for"),
    [
        (SALES, called(EAST, "Acme/Sales/East", org_unit_ext_id="E2"), True),
        (SALES, called(EAST, "E1", org_unit_ext_id="E2"), False),
        (SALES, called(EAST, 4, org_unit_ext_id="E2"), False),
        (SALES, called(EAST, "Acme/Sales/East", city="Boston"), False),
        (SALES, called(HOT, "Acme/Sales/East/Hot", tag_name="Cold"), True),
        (SALES, called(HOT, "E1/Hot", tag_name="Cold"), False),
        (SALES, called(HOT, "Hot", tag_name="Cold"), False),
        (EAST, called(HOT, "Acme/Sales/East/Hot", tag_name="Cold"), True),
        (EAST, called(HOT, "E1/Hot", tag_name="Cold"), False),
    ],
)
def test_a_group_keeps_its_name_until_what_is_found_by_it_was_renamed(renamed, other, waits_for):
    changes, before = [updated(renamed, org_unit_name="New"), other], state(ROOT, SALES, EAST, HOT)
    found = {change.address: change.waits_for for change in ordered(changes, before, {}, {})}
    assert found == {renamed.address: (other.address,) * waits_for, other.address: ()}


@pytest.mark.parametrize(("field", "waits_for"), [("org_unit_ext_id", True), ("org_unit_name", False)])
def test_a_group_keeps_its_name_until_what_a_tombstone_calls_by_it_is_gone(field, waits_for):
    changes, before = [updated(EAST, **{field: "New"}), deleted(HOT)], state(ROOT, SALES, EAST, HOT)
    words = {HOT.address: ref("tag/E1/Hot")}
    found = {change.address: change.waits_for for change in ordered(changes, before, {}, words)}
    assert found == {EAST.address: (HOT.address,) * waits_for, HOT.address: ()}
    assert all(not each.waits_for for each in ordered(changes, before, {}, {})), "said by its id, or pruned"


# -- one's own rights


def test_what_may_end_the_own_rights_comes_last():
    """But before what needs it to be done: here its former address."""
    own, other = (kept(f"user/{n}", n, username=f"u{n}@acme") for n in (1, 2))
    changes = [
        updated(own, username="new@acme"),
        updated(other, username="u1@acme"),
        created(written("user/3", group=to("group/G"))),
        created(written("group/G", parent=TOP)),
        deleted(NAMED),
    ]
    found = with_last(ordered(changes, state(ROOT), state(ROOT), {}), [own.address])
    assert [(str(each.address), [*map(str, each.waits_for)]) for each in found] == [
        ("group/G", []),
        ("user/3", ["group/G"]),
        ("user/1", ["tag/1", "user/3"]),
        ("user/2", ["user/1"]),
        ("tag/1", []),
    ]


def test_a_number_is_given_up_before_another_route_gets_it():
    old = kept("route/1", 1, provisioned_route_name="Old", phone_number="+18015550100")
    new = created(written("route/2", provisioned_route_name="New", phone_number="+18015550100"))
    found = {change.address: change.waits_for for change in ordered([new, deleted(old)], {}, {}, {})}
    assert found == {new.address: (old.address,), old.address: ()}


# -- the list


def test_deletions_come_last_and_ties_go_by_address():
    changes = [
        deleted(kept("tag/a", 1, tag_name="a")),
        created(written("tag/c", tag_name="c")),
        created(written("tag/b", tag_name="b")),
    ]
    assert [name for name, _ in waits(changes)] == ["tag/b", "tag/c", "tag/a"]


def test_names_that_change_places_take_two_steps():
    ring = [
        updated(kept("tag/1", 1, tag_name="Hot", group=TOP), tag_name="Cold"),
        updated(kept("tag/2", 2, tag_name="Cold", group=TOP), tag_name="Hot"),
    ]
    with pytest.raises(InvalidConfigurationError) as caught:
        ordered(ring, {}, {}, {})
    assert texts(caught.value.problems) == [
        (
            "1: these changes wait for each other: tag/1, tag/2; do it in two steps, "
            "with a name in between for one of them"
        )
    ]


def test_unique_values():
    unit = kept("group/G", 7, org_unit_name="G", org_unit_ext_id="X", parent=TOP)
    assert unique_values(unit) == {
        ("group", ("parent", "org_unit_name"), (TOP, "G")),
        ("group", ("org_unit_ext_id",), ("X",)),
    }
    assert unique_values(None) == unique_values(kept("user/u", 1, username=None)) == set()


@pytest.mark.parametrize(
    ("parents", "above"),
    [
        ({"A": "B", "B": "C", "C": None}, ["B", "C"]),
        ({"A": "B", "B": "gone"}, ["B"]),
        ({"A": "B", "B": "C", "C": "B"}, ["B", "C"]),
        ({"A": "B", "B": "A"}, ["B"]),
        ({"A": None}, []),
    ],
    ids=["to the root", "out of reach", "a ring above", "a ring", "the root"],
)
def test_ancestors_from_the_nearest_up(parents, above):
    groups = [group(name, to(f"group/{parent}") if parent else None) for name, parent in parents.items()]
    assert [address.key for address in ancestors(to("group/A"), state(*groups))] == above


# -- every order that is allowed


class Tree:
    """Groups as the platform keeps them: no group below itself, no name twice among siblings."""

    def __init__(self, groups):
        self.groups = {each.address: (each.value("parent"), each.value("org_unit_name")) for each in groups}

    def apply(self, change):
        if change.after is None:
            assert not any(parent == change.address for parent, _ in self.groups.values()), "still in use"
            del self.groups[change.address]
            return
        place = (change.after.value("parent"), change.after.value("org_unit_name"))
        others = {at: each for at, each in self.groups.items() if at != change.address}
        assert place not in others.values(), "the name is taken"
        self.groups[change.address] = place
        assert self.reaches_the_root(change.address), "below itself, or below nothing"

    def reaches_the_root(self, address):
        seen = set()
        while address != TOP and address in self.groups and address not in seen:
            seen.add(address)
            address, _ = self.groups[address]
        return address == TOP


def extensions(changes):
    """All orders that `waits_for` allows."""
    if not changes:
        yield ()
    waiting = {change.address for change in changes}
    for change in changes:
        if not waiting & set(change.waits_for):
            rest = tuple(each for each in changes if each is not change)
            yield from ((change, *more) for more in extensions(rest))


def assert_every_order_works(before, after, most=None):
    changes = ordered(list(differences(before, after)), state(ROOT, *before), state(ROOT, *after), {})
    wanted = Tree(after).groups
    for order in itertools.islice(extensions(changes), most):
        tree = Tree(before)
        for change in order:
            tree.apply(change)
        assert tree.groups == wanted
    return changes


def differences(before, after):
    old, new = state(*before), state(*after)
    for address in old | new:
        if address not in new:
            yield deleted(old[address])
        elif address not in old:
            yield created(written(str(address), **new[address].fields))
        elif old[address] != new[address]:
            fields = {
                name: value
                for name, value in new[address].fields.items()
                if old[address].fields[name] != value
            }
            yield updated(old[address], **fields)


def tree(parents):
    return [group(name, to(f"group/{parent}")) for name, parent in parents.items()]


@pytest.mark.parametrize(
    ("before", "after", "orders"),
    [
        (
            {"v1": "ROOT", "u1": "v1", "v2": "ROOT", "u2": "v2"},
            {"u2": "ROOT", "v1": "u2", "u1": "ROOT", "v2": "u1"},
            6,
        ),
        ({"A": "ROOT", "B": "A"}, {"B": "ROOT", "A": "B"}, 1),
        ({"A": "ROOT", "B": "A", "C": "B"}, {"C": "ROOT", "B": "C", "A": "B"}, None),
        ({"A": "ROOT", "B": "ROOT"}, {"A": "ROOT", "B": "A"}, 1),
    ],
    ids=["two runs in a ring", "upside down", "three upside down", "one move"],
)
def test_no_order_puts_a_group_below_itself(before, after, orders):
    changes = assert_every_order_works(tree(before), tree(after))
    assert orders in (None, len(list(extensions(changes))))


def named(number, name, parent):
    return kept(f"group/{number}", number, org_unit_name=name, parent=to(f"group/{parent}"))


def test_a_move_that_could_go_first_but_leads_nowhere_is_taken_back():
    """Any of them could go next; with 1 or 2 first, names or ancestors are in the way of the others."""
    before = [named(3, "East", "ROOT"), named(1, "Sales", 3), named(2, "Sales", "ROOT")]
    after = [named(1, "East", "ROOT"), named(2, "East", 1), named(3, "East", 2)]
    assert_every_order_works(before, after)


def test_the_toy_tree_refuses_what_the_platform_refuses():
    ring = [updated(A, parent=to("group/B"))]
    with pytest.raises(AssertionError, match="below itself"):
        Tree([A, B]).apply(ring[0])
    with pytest.raises(AssertionError, match="taken"):
        Tree([A, group("C")]).apply(updated(group("C"), org_unit_name="A"))
    with pytest.raises(AssertionError, match="in use"):
        Tree([A, B]).apply(deleted(A))


@st.composite
def trees(draw):
    """Up to six groups, in any shape; each name once among siblings."""
    numbers = draw(st.permutations(range(6)))[: draw(st.integers(0, 6))]
    found: list[Resource] = []
    places = set()
    for number in numbers:
        parent = draw(st.sampled_from([TOP, *(each.address for each in found)]))
        name = draw(st.sampled_from([f"own {number}", "Sales", "East"]))
        place = (parent, name)
        if place not in places:
            places.add(place)
            found.append(kept(f"group/{number}", number + 1, org_unit_name=name, parent=parent))
    return found


@settings(max_examples=150)
@given(before=trees(), after=trees())
def test_every_order_that_is_allowed_works_for_any_two_trees(before, after):
    try:
        changes = assert_every_order_works(before, after, most=200)
    except InvalidConfigurationError:
        event("names in a ring")
    else:
        event(f"{sum(change.action is Action.UPDATE for change in changes)} updates")
