from dataclasses import replace

import pytest

from reconciler.kinds import KINDS
from reconciler.objects.overrides import kinds_with
from reconciler.plans.checks import problems

from .literals import ROOT, at, created, deleted, kept, state, texts, to, updated, written

TOP = to("group/ROOT")


def found(*changes, others=()):
    """What is wrong with these changes, made among these other objects."""
    after = [change.after for change in changes if change.after]
    return texts(problems(KINDS, changes, state(ROOT, *others, *after)))


def tag(key, line=3, **fields):
    return written(f"tag/{key}", line, **{"tag_name": "Hot", "group": TOP, **fields})


def group(key, parent=TOP, **fields):
    return kept(f"group/{key}", 7, org_unit_name=key, parent=parent, **fields)


# -- what is missing, what cannot be changed


@pytest.mark.parametrize(
    ("resource", "missing"),
    [
        (tag("Hot"), []),
        (written("user/a@b", 3, username="a@b"), ["group"]),
        (written("user/a@b", 3, username="a@b", group=None), ["group"]),
        (written("group/G", 3, org_unit_ext_id="G"), ["org_unit_name", "parent"]),
    ],
)
def test_what_a_creation_needs(resource, missing):
    assert found(created(resource)) == [
        f"3: {resource.address} is not on the platform, and creating it needs `{name}:`" for name in missing
    ]


def test_an_update_needs_nothing():
    assert found(updated(kept("user/a@b", 7), first_name="Jane")) == []


def settled(name, old, resource):
    return [
        (
            f"1: {name} of {resource} is {old} on the platform and cannot be changed there; "
            "write that value, or leave the line out"
        )
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            updated(kept("route/R", 7, phone_number="+1"), phone_number="+2"),
            ("phone_number", "'+1'", "route/R"),
        ),
        (
            updated(kept("route/R", 7, phone_number="+1"), phone_number=None),
            ("phone_number", "'+1'", "route/R"),
        ),
        (updated(kept("route/R", 7), phone_number="+2"), None),
        (updated(group("G", billing_id=5), billing_id=6), ("billing_id", 5, "group/G")),
        (updated(group("G", city="Boston"), city="York"), None),
        (created(written("route/R", provisioned_route_name="R", group=TOP, phone_number="+1")), None),
    ],
)
def test_what_stays_for_good_once_it_is_set(change, expected):
    assert found(change) == (settled(*expected) if expected else [])


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("tags", (to("tag/S/Hot"),), (), "[S/Hot]"),
        ("record_calls", True, False, "true"),
        ("group", to("group/S"), TOP, "S"),
    ],
)
def test_what_stays_is_told_as_files_would_have_it(name, old, new, expected):
    kinds = kinds_with({"route": {"fields": {name: {"settable": "creation"}}}})
    change = updated(kept("route/R", 7, **{name: old}), **{name: new})
    assert texts(problems(kinds, [change], state(ROOT))) == settled(name, expected, "route/R")


# -- where calls ring


def route(**fields):
    return written("route/R", 3, provisioned_route_name="R", group=TOP, **fields)


def share(percentage):
    return {"ring_to": "+1"} if percentage is None else {"ring_to": "+1", "percentage": percentage}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"route_type": "forward"}, ["3: route/R forwards calls and needs `ring_to:`"]),
        ({"route_type": "forward", "ring_to": "+1"}, []),
        ({"route_type": "voicemail"}, []),
        ({"route_type": "percentage", "destinations": (share(60), share(40))}, []),
        (
            {"route_type": "percentage", "destinations": (share(60), share(30))},
            ["3: the percentages of route/R sum to 90, not 100"],
        ),
        (
            {"route_type": "percentage", "destinations": (share(60), share(None))},
            ["3: the percentages of route/R sum to 60, not 100"],
        ),
        (
            {"route_type": "percentage", "destinations": None},
            ["3: the percentages of route/R sum to 0, not 100"],
        ),
        (
            {"route_type": "percentage", "destinations": (share(33.4), share(33.3), share(33.2))},
            ["3: the percentages of route/R sum to 99.9, not 100"],
        ),
        ({"route_type": "percentage", "destinations": (share(33.4), share(33.3), share(33.3))}, []),
        ({"route_type": "percentage", "destinations": "as the platform has it"}, []),
        ({"route_type": "simultaneous", "destinations": (share(None),)}, []),
    ],
)
def test_a_route_has_somewhere_to_ring(fields, expected):
    assert found(created(route(**fields))) == expected


def test_what_is_live_counts_too():
    before = kept("route/R", 7, route_type="voicemail", ring_to=None)
    assert found(updated(before, route_type="forward")) == ["1: route/R forwards calls and needs `ring_to:`"]
    assert found(updated(kept("route/R", 7, ring_to="+1"), route_type="forward")) == []
    shares = kept("route/R", 7, route_type="round_robin", destinations=(share(60), share(30)))
    assert found(updated(shares, route_type="percentage")) == [
        "1: the percentages of route/R sum to 90, not 100"
    ]


def test_what_is_live_and_stays_is_not_judged():
    """Shares are fractions there, or whatever it is that the platform takes."""
    shares = kept("route/R", 7, route_type="percentage", destinations=(share(33.5), share(60)))
    assert found(updated(shares, ring_to="+1")) == []
    assert found(updated(shares, destinations=(share(33.5), share(66.5)))) == []


def test_a_route_that_goes_may_ring_nowhere():
    assert found(deleted(kept("route/R", 7, route_type="forward"))) == []


# -- what is taken


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (tag("Other", 9), "tag/Other at a.yaml:9:1"),
        (
            kept("tag/Other", 8, tag_name="Hot", group=TOP),
            'tag/Other, id 8 on the platform; if it is the same object, write `previously: "Other"`',
        ),
    ],
)
def test_a_creation_under_a_name_that_is_taken(other, words):
    assert found(created(tag("Hot")), others=[other]) == [
        f"3: tag/Hot has the same group and tag_name as {words}",
    ]


def test_an_update_to_a_value_that_is_taken():
    jane = kept("user/jane@acme", 8, username="jane@acme", user_ext_id="X")
    joan = updated(kept("user/joan@acme", 9, username="joan@acme"), user_ext_id="X")
    assert found(joan, others=[jane]) == [
        "1: user/joan@acme has the same user_ext_id as user/jane@acme, id 8 on the platform; choose another"
    ]


@pytest.mark.parametrize(
    "other",
    [
        kept("tag/Other", 8, tag_name="hot", group=TOP),
        kept("tag/Other", 8, tag_name="Hot", group=to("group/G")),
        kept("route/Other", 8, provisioned_route_name="Hot", group=TOP),
    ],
)
def test_what_looks_alike_and_is_not_taken(other):
    assert found(created(tag("Hot")), others=[other]) == []


def test_what_was_shared_before_is_nobodys_fault():
    twins = [kept(f"group/{n}", n, org_unit_name="Twin", parent=TOP) for n in (7, 8)]
    assert found(updated(twins[0], city="Boston"), others=twins[1:]) == []


def test_the_line_of_the_field_is_named():
    resource = replace(tag("Hot"), places={"tag_name": at(4, 13)}.get)
    (problem,) = problems(KINDS, [created(resource)], state(tag("Other", 9), resource))
    assert problem.source == at(4, 13)


# -- rings


@pytest.mark.parametrize(
    ("after", "below_itself"),
    [
        ({"A": "B", "B": "A"}, ["A"]),
        ({"A": "B", "B": "C", "C": "A"}, ["A"]),
        ({"A": "A"}, ["A"]),
        ({"A": "B", "B": "ROOT"}, []),
        ({"A": "B", "B": "C", "C": "B"}, []),
    ],
    ids=["two", "three", "itself", "none", "above it"],
)
def test_a_group_below_itself(after, below_itself):
    others = [group(name, to(f"group/{parent}")) for name, parent in after.items() if name != "A"]
    move = updated(group("A"), parent=to(f"group/{after['A']}"))
    assert found(move, others=others) == [
        f"1: group/{name} would be its own ancestor" for name in below_itself
    ]


# -- deletions


def test_what_is_still_needed_is_not_deleted():
    users = [
        kept("route/R", 8, tags=(to("tag/Hot"), to("tag/Hot"))),
        kept("route/Q", 9, tags=(to("tag/Hot"),)),
    ]
    changes = [deleted(kept("tag/Hot", 7), 6), deleted(kept("tag/Cold", 6), 5)]
    after = state(ROOT, *users)
    assert texts(problems(KINDS, changes, after)) == [
        "6: tag/Hot cannot be deleted: route/Q, route/R still need it; change or remove those as well"
    ]


def test_a_tag_that_one_route_has():
    change, user = deleted(kept("tag/Hot", 7), 6), kept("route/R", 8, tags=(to("tag/Hot"),))
    assert texts(problems(KINDS, [change], state(ROOT, user))) == [
        "6: tag/Hot cannot be deleted: route/R still needs it; change or remove that as well"
    ]


def test_what_is_still_in_a_group_is_counted_and_some_of_it_named():
    inside = [kept(f"user/{n}@acme", n, username=f"{n}@acme", group=to("group/G")) for n in range(1, 8)] + [
        kept("group/E", 9, org_unit_name="E", parent=to("group/G"))
    ]
    assert found(deleted(group("G")), others=inside) == [
        (
            "1: group/G cannot be deleted: 1 group and 7 users are still in it (group/E, user/1@acme, "
            "user/2@acme, user/3@acme, user/4@acme and 3 more); move them, or list them under `removed:` too"
        )
    ]


def test_what_goes_together_may_go():
    assert found(deleted(group("G")), deleted(kept("tag/Hot", 7, group=to("group/G")))) == []
