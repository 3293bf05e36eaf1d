from dataclasses import replace

import pytest

from reconciler.errors import Problem
from reconciler.objects.clashes import rings, swapped
from reconciler.objects.codec import Numeral
from reconciler.objects.names import Index
from reconciler.objects.references import references_in
from reconciler.plans.matching import match
from reconciler.plans.meaning import meant_now

from .literals import ROOT, at, kept, live, ref, state, texts, to, written

TOP = to("group/ROOT")
ROOTED = {TOP: TOP}
ROOT_FILE = written("group/ROOT", 1, org_unit_name="Acme", org_unit_ext_id="ROOT")


def matched(desired, actual, found=None):
    """The matches as pairs of texts, and the problems."""
    matches = match(state(*desired), actual, found or {}, Index(actual.resources))
    by_address = state(*desired)
    swaps = [Problem(by_address[ring[0]].place(), swapped(ring)) for ring in matches.swaps]
    problems = texts([*matches.problems, *swaps])
    return {str(one): str(other) for one, other in matches.live.items()}, problems


def described(key, line=2, *, parent=TOP, previously=None, **fields):
    return written(f"group/{key}", line, previously=previously, parent=parent, **fields)


def existing(key, number=2, *, parent=TOP, **fields):
    return kept(f"group/{key}", number, parent=parent, **fields)


SALES = described("S", org_unit_name="Sales", org_unit_ext_id="S")
EAST = described("Acme/East", org_unit_name="East")


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        (SALES, existing("S", org_unit_name="Old", org_unit_ext_id="S"), "group/S"),
        (
            SALES,
            existing("S", org_unit_name="Sales", org_unit_ext_id="S", parent=to("group/gone")),
            "group/S",
        ),
        (SALES, existing("Acme/Sales", org_unit_name="Sales"), "group/Acme/Sales"),
        (SALES, existing("T", org_unit_name="Sales", org_unit_ext_id="T"), None),
        (EAST, existing("Acme/East", org_unit_name="East"), "group/Acme/East"),
        (EAST, existing("E", org_unit_name="East", org_unit_ext_id="E"), "group/E"),
        (EAST, existing("Acme/east", org_unit_name="east"), None),
        (
            written("user/jane@acme", username="jane@acme", user_ext_id="X"),
            kept("user/jane@acme", 2, username="Jane@Acme", user_ext_id="Y"),
            "user/jane@acme",
        ),
        (
            written("user/jane@acme", username="jane@acme", user_ext_id="X"),
            kept("user/joan@acme", 2, username="joan@acme", user_ext_id="X"),
            None,
        ),
        (
            written("tag/ROOT/Hot", tag_name="Hot", group=TOP),
            kept("tag/ROOT/Hot", 2, tag_name="Hot", group=TOP),
            "tag/ROOT/Hot",
        ),
        (
            written("tag/ROOT/Hot", tag_name="Hot", group=to("group/new")),
            kept("tag/ROOT/Hot", 2, tag_name="Hot", group=TOP),
            None,
        ),
        (
            written("tag/ROOT/Hot", tag_name="Hot", group=to("group/new")),
            kept("tag/None/Hot", 2, tag_name="Hot"),
            None,
        ),
    ],
    ids=[
        *("renamed group", "moved group", "external id is new", "another external id", "by path"),
        *("external id is not written", "case of a group matters", "case of a user does not"),
        *("a user is no external id", "tag", "tag of a new group", "no group is not a new group"),
    ],
)
def test_what_is_found_under_its_own_key(wanted, there, expected):
    matches, problems = matched([ROOT_FILE, wanted], live(there))
    assert (matches.get(str(wanted.address)), problems) == (expected, [])


def test_a_group_known_by_its_path_is_found_below_its_renamed_parent():
    parent = described("S", org_unit_name="New name", org_unit_ext_id="S")
    child = described("Acme/New name/East", parent=to("group/S"), org_unit_name="East")
    actual = live(
        existing("S", org_unit_name="Old name", org_unit_ext_id="S"),
        existing("Acme/Old name/East", 3, parent=to("group/S"), org_unit_name="East"),
    )
    matches, _ = matched([child, parent, ROOT_FILE], actual)
    assert matches["group/Acme/New name/East"] == "group/Acme/Old name/East"


def test_what_no_file_describes_is_a_place_to_look_in():
    partners = ref("group/Partners")
    tag = written("tag/Partners/Hot", tag_name="Hot", group=partners)
    actual = live(
        existing("P", org_unit_ext_id="P"), kept("tag/P/Hot", 3, tag_name="Hot", group=to("group/P"))
    )
    assert matched([tag], actual, {partners: to("group/P")}) == ({"tag/Partners/Hot": "tag/P/Hot"}, [])


def test_one_that_another_claims_by_its_external_id_is_not_found_by_its_path():
    first = described("S", org_unit_name="East", org_unit_ext_id="S")
    second = described("Acme/Sales", 3, org_unit_name="Sales")
    actual = live(existing("S", org_unit_name="Sales", org_unit_ext_id="S"))
    assert matched([first, second, ROOT_FILE], actual)[0] == {
        "group/S": "group/S",
        "group/ROOT": "group/ROOT",
    }


def test_groups_in_a_ring_are_matched_all_the_same():
    ring = [described("A", parent=to("group/B")), described("B", parent=to("group/A"))]
    assert matched(ring, live()) == ({}, [])


# -- former keys


def tag(name, line=2, *, previously=None):
    return written(f"tag/ROOT/{name}", line, previously=previously, tag_name=name, group=TOP)


def tags(*names):
    return live(*(kept(f"tag/ROOT/{name}", n, tag_name=name, group=TOP) for n, name in enumerate(names, 1)))


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        ([tag("New", previously="ROOT/Old")], tags("Old"), {"New": "Old"}),
        ([tag("New", previously="Old")], tags("Old"), {}),
        ([tag("New", previously="ROOT/Old")], tags("New"), {"New": "New"}),
        ([tag("New", previously="ROOT/Old")], tags("New", "Old"), {"New": "New"}),
        ([tag("New", previously="ROOT/Old")], tags(), {}),
        ([tag("A", previously="ROOT/B"), tag("B")], tags("B"), {"A": "B"}),
        (
            [tag("A", previously="ROOT/B"), tag("B", previously="ROOT/C")],
            tags("B", "C"),
            {"A": "B", "B": "C"},
        ),
        (
            [tag("A", previously="ROOT/B"), tag("B", previously="ROOT/C"), tag("C", previously="ROOT/D")],
            tags("B", "C"),
            {"A": "B", "B": "C"},
        ),
    ],
    ids=[
        *("renamed", "a name is no key", "renamed already", "the own key wins", "neither is there"),
        *("its key goes to another", "one after the other", "three in a row"),
    ],
)
def test_what_is_found_under_its_former_key(wanted, there, expected):
    pairs = {f"tag/ROOT/{one}": f"tag/ROOT/{other}" for one, other in expected.items()}
    assert matched([ROOT_FILE, *wanted], there) == (pairs | {"group/ROOT": "group/ROOT"}, [])


# -- what stands in the way


def test_a_former_key_that_may_be_several():
    groups = [existing(key, n, org_unit_name="Sales", org_unit_ext_id=key) for n, key in enumerate("AB", 1)]
    old = [
        kept(f"tag/{key}/Old", n, tag_name="Old", group=to(f"group/{key}")) for n, key in enumerate("AB", 1)
    ]
    actual = live(*groups, *old)
    assert matched([ROOT_FILE, tag("New", 4, previously="Acme/Sales/Old")], actual)[1] == [
        "4: tag 'Acme/Sales/Old' is ambiguous; write A/Old or B/Old"
    ]


@pytest.mark.parametrize(
    ("former", "ring"),
    [
        ({"A": "B", "B": "A"}, "tag/ROOT/A and tag/ROOT/B"),
        ({"A": "B", "B": "C", "C": "A"}, "tag/ROOT/A and tag/ROOT/B and tag/ROOT/C"),
    ],
)
def test_objects_that_take_each_others_keys(former, ring):
    wanted = [tag(name, 4, previously=f"ROOT/{old}") for name, old in former.items()]
    assert matched([ROOT_FILE, *wanted], tags(*former))[1] == [
        f"4: {ring} change places; do it in two steps, with a name in between"
    ]


@pytest.mark.parametrize(
    ("former", "problems"),
    [
        ({"A": "A"}, []),
        ({"A": "B", "B": "B"}, []),
        (
            {"A": "B", "B": "C", "C": "B"},
            ["5: tag/ROOT/B and tag/ROOT/C change places; do it in two steps, with a name in between"],
        ),
    ],
    ids=["its own key", "the key of one that stays", "a ring that another would like to join"],
)
def test_who_takes_part_in_a_ring(former, problems):
    wanted = [tag(name, line, previously=f"ROOT/{old}") for line, (name, old) in enumerate(former.items(), 4)]
    assert matched([ROOT_FILE, *wanted], tags(*{*former, *former.values()}))[1] == problems


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        ("", []),
        ("AB", []),
        ("AA", ["A"]),
        ("BA AB", ["AB"]),
        ("BC CA AB", ["ABC"]),
        ("AC CB BA", ["ACB"]),
        ("AB BC CB", ["BC"]),
        ("AB BA CD DC ED", ["AB", "CD"]),
    ],
)
def test_closed_rings_begin_with_their_first_member(following, expected):
    chain = {to(f"tag/{one}"): to(f"tag/{other}") for one, other in following.split()}
    assert ["".join(address.key for address in ring) for ring in rings(chain)] == expected


def test_two_that_are_the_same_live_object():
    wanted = [tag("A", 4, previously="ROOT/Old"), tag("B", 5, previously="ROOT/Old")]
    assert matched([ROOT_FILE, *wanted], tags("Old"))[1] == [
        "5: tag/ROOT/B is the same live object (tag/ROOT/Old) as the one at a.yaml:4:1"
    ]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (
            written("group/Other", 3, org_unit_name="Other", org_unit_ext_id="OTHER"),
            (
                "3: a group without a parent is the account's root, but the root of account 1001 is "
                "group/ROOT ('Acme'); write `parent:`, sign in to the right account, or write "
                '`previously: "ROOT"` if it got a new name'
            ),
        ),
        (
            written("group/S", 3, org_unit_name="Sales", org_unit_ext_id="S"),
            "3: group/S is not the account's root; write its `parent:`",
        ),
        (
            described("ROOT", 3, parent=to("group/S"), org_unit_ext_id="ROOT"),
            "3: group/ROOT is the account's root; it has no parent",
        ),
    ],
    ids=["not there", "another group", "a parent"],
)
def test_the_root_stays_the_root(wanted, problem):
    assert matched([wanted], live(existing("S", org_unit_ext_id="S")))[1] == [problem]


# -- references to what no file describes

LIVE = live(
    existing("S", org_unit_name="Sales", org_unit_ext_id="S"),
    kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S")),
    kept("tag/ROOT/Hot", 4, tag_name="Hot", group=TOP),
)


@pytest.mark.parametrize(
    ("fields", "found", "problems"),
    [
        ({"group": ref("group/Sales")}, ["group/S"], []),
        ({"group": ref(("group", 2)), "tags": (ref("tag/S/Hot"),)}, ["group/S", "tag/S/Hot"], []),
        (
            {"group": ref("group/Slaes", 7)},
            [],
            [
                "7: there is no group 'Slaes' in these files or on the platform; did you mean 'Sales'?",
            ],
        ),
        ({"group": ref(("group", 99), 7)}, [], ["7: there is no group 99 in these files or on the platform"]),
        (
            {"tags": (ref("tag/Hot", 8),)},
            [],
            ["8: tag 'Hot' is ambiguous; write ROOT/Hot or S/Hot"],
        ),
    ],
)
def test_references_are_looked_up_on_the_platform(fields, found, problems):
    resolved, wrong = meant_now(references_in(written("route/R", **fields)), Index(LIVE.resources))
    assert sorted(map(str, resolved.values())) == found
    assert texts([Problem(each.source, text) for each, text in wrong.items()]) == problems


def test_every_place_of_an_unknown_word_is_named():
    _, wrong = meant_now([ref("group/zzz", line) for line in (9, 3)], Index(state(ROOT)))
    assert [each.source for each in wrong] == [at(3), at(9)]


# -- numbers


def called(name, number=None):
    fields = {"tag_name": name, "group": TOP}
    return kept(f"tag/ROOT/{name}", number, **fields) if number else written(f"tag/ROOT/{name}", **fields)


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        (["007"], [Numeral("7")], {"007": "7"}),
        (["0"], [Numeral("0")], {"0": "0"}),
        (["007"], ["7"], {}),
        (["007"], [" 7", Numeral("7")], {"007": "7"}),
        (["007"], [Numeral("70")], {}),
        (["7", "007"], [Numeral("7")], {"7": "7"}),
        (["seven"], [Numeral("7")], {}),
    ],
)
def test_a_name_that_the_platform_shows_as_a_number(wanted, there, expected):
    actual = live(*(called(name, number) for number, name in enumerate(there, 2)))
    found, problems = matched([called(name) for name in wanted], actual, {TOP: TOP})
    assert (found, problems) == ({f"tag/ROOT/{a}": f"tag/ROOT/{b}" for a, b in expected.items()}, [])


def test_several_that_are_shown_as_one_number_are_doubles():
    both = [replace(called(Numeral("7"), number), address=to(f"tag/ROOT/7#{number}")) for number in (2, 3)]
    actual = live(*both)
    matches = match(state(called("007")), actual, {TOP: TOP}, Index(actual.resources))
    assert (matches.live, matches.doubles) == ({}, {to("tag/ROOT/007"): tuple(each.address for each in both)})


def test_an_external_id_that_the_platform_shows_as_a_number():
    shown = existing("777", org_unit_name="Sales", org_unit_ext_id=Numeral("777"))
    wanted = described("00777", org_unit_name="Sales", org_unit_ext_id="00777")
    by_path = described("Acme/Sales", 3, org_unit_name="Sales")
    assert matched([wanted, by_path], live(shown), ROOTED) == ({"group/00777": "group/777"}, [])
    text = existing("777", org_unit_name="East", org_unit_ext_id="777")
    assert matched([wanted], live(text), ROOTED) == ({}, [])


# -- spaces, and how accents are composed


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        (["N "], ["N"], {"N ": "N"}),
        (["N"], [" N"], {"N": " N"}),
        (["N "], [" N"], {"N ": " N"}),
        (["Cafe\u0301"], ["Caf\u00e9"], {"Cafe\u0301": "Caf\u00e9"}),
        (["N", "N "], ["N", "N "], {"N": "N", "N ": "N "}),
        (["N", "N "], ["N"], {"N": "N"}),
        (["N", "N "], ["N "], {"N ": "N "}),
        ([" N", "N "], ["N"], {" N": "N"}),
        (["N"], ["N ", " N"], {}),
        (["N"], ["M"], {}),
    ],
)
def test_a_name_as_the_platform_may_keep_it_unless_another_is_called_just_so(wanted, there, expected):
    actual = live(*(called(name, number) for number, name in enumerate(there, 2)))
    found, problems = matched([called(name) for name in wanted], actual, {TOP: TOP})
    assert (found, problems) == ({f"tag/ROOT/{a}": f"tag/ROOT/{b}" for a, b in expected.items()}, [])


def test_what_goes_or_is_renamed_is_not_found_by_a_name_that_is_like_it():
    old, other = called("N ", 2), called("O ", 3)
    renamed = written("tag/ROOT/M", tag_name="M", group=TOP, previously="ROOT/N ")
    actual = live(old, other)
    matches = match(
        state(renamed, called("N"), called("O")), actual, {TOP: TOP}, Index(actual.resources), [other.address]
    )
    assert matches.live == {renamed.address: old.address}


def test_a_group_of_another_external_id_is_not_found_by_a_name_that_is_like_it():
    harbour = existing("X", org_unit_name="Harbour ", org_unit_ext_id="X")
    assert matched([described("Y", org_unit_name="Harbour", org_unit_ext_id="Y")], live(harbour), ROOTED) == (
        {},
        [],
    )
    assert matched([described("Acme/Harbour", org_unit_name="Harbour")], live(harbour), ROOTED) == (
        {"group/Acme/Harbour": "group/X"},
        [],
    )
