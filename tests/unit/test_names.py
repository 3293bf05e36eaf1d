import pytest

from reconciler.objects.keys import escape, split
from reconciler.objects.names import Index, final_addresses, group_paths
from reconciler.objects.references import readdress

from .literals import ROOT, kept, ref, state, to, written


def group(number, name, parent="group/ROOT", external_id=None):
    above = to(parent) if isinstance(parent, str) else parent
    return kept(f"group/{number}", number, org_unit_name=name, org_unit_ext_id=external_id, parent=above)


@pytest.mark.parametrize(
    ("name", "escaped"),
    [("Sales", "Sales"), ("a/b", r"a\/b"), ("a\\b", r"a\\b"), ("a\\/b", r"a\\\/b"), ("", "")],
)
def test_names_cannot_be_taken_for_paths(name, escaped):
    assert escape(name) == escaped


# -- what objects are called

SALES, EAST = group(2, "Sales"), group(3, "East", "group/2")


@pytest.mark.parametrize(
    ("resource", "key"),
    [
        (SALES, "Acme/Sales"),
        (EAST, "Acme/Sales/East"),
        (group(4, "East/West"), r"Acme/East\/West"),
        (group(4, "East", "group/2", "x/y"), r"x\/y"),
        (group(4, "Lost", ref("group/Partners")), "Partners/Lost"),
        (group(4, "Lost", 77), "77/Lost"),
        (group(4, "Lost", "group/gone"), "gone/Lost"),
        (kept("user/4", 4, username="Jane@Acme.example"), "jane@acme.example"),
        (kept("tag/4", 4, tag_name="Hot", group=to("group/3")), "Acme/Sales/East/Hot"),
        (kept("tag/4", 4, tag_name="24/7", group=to("group/ROOT")), r"ROOT/24\/7"),
        (kept("tag/4", 4, tag_name="Hot", group=to("group/gone")), "gone/Hot"),
        (kept("tag/4", 4, tag_name="Hot", group=ref("group/Partners")), "Partners/Hot"),
        (kept("tag/4", 4, tag_name="Hot", group=77), "77/Hot"),
        (kept("tag/4", 4, tag_name="Hot"), "None/Hot"),
    ],
)
def test_keys(resource, key):
    names = final_addresses([ROOT, SALES, EAST, resource])
    assert str(names[resource.address]) == f"{resource.kind}/{key}"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (kept("tag/1", 1, tag_name="A"), kept("tag/2", 2, tag_name="A"), ["None/A#1", "None/A#2"]),
        (written("tag/1", tag_name="A"), kept("tag/2", 2, tag_name="A"), ["None/A", "None/A#2"]),
        (written("tag/1", tag_name="A"), written("tag/2", tag_name="A"), ["None/A", "None/A"]),
        (kept("user/1", 1, username="a@b"), kept("user/2", 2, username="A@B"), ["a@b#1", "a@b#2"]),
    ],
    ids=["both live", "one live", "both written", "upper and lower case"],
)
def test_live_objects_with_one_key_are_told_apart_by_their_ids(first, second, expected):
    assert [each.key for each in final_addresses([first, second]).values()] == expected


def test_groups_in_a_ring_have_paths_all_the_same():
    first, second = group(2, "A", "group/3"), group(3, "B", "group/2")
    assert {path[-1] for path in group_paths(state(first, second)).values()} == {"A", "B"}


def test_everything_that_an_object_says_is_said_under_other_addresses():
    tags = (to("tag/1"), to("tag/2"), 77)
    resource = written("route/1", 3, previously="Old", group=to("group/2"), tags=tags, ring_to="+1")
    names = {to("route/1"): to("route/R"), to("tag/1"): to("tag/Z"), to("tag/2"): to("tag/A")}
    renamed = readdress(resource, names)
    assert renamed.address == to("route/R")
    assert renamed.fields == {
        "group": to("group/2"),
        "tags": (77, to("tag/A"), to("tag/Z")),
        "ring_to": "+1",
    }
    assert (renamed.source, renamed.previously) == (resource.source, resource.previously)


# -- what objects may be called

INDEX = Index(
    state(
        ROOT,
        kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=to("group/ROOT")),
        kept("group/Acme/East", 3, org_unit_name="East", parent=to("group/ROOT")),
        kept("group/Acme/Sales/East", 4, org_unit_name="East", parent=to("group/S")),
        kept(r"group/Acme/a\/b", 5, org_unit_name="a/b", parent=to("group/ROOT")),
        kept(r"group/x\/y", 6, org_unit_name="7", org_unit_ext_id="x/y", parent=to("group/ROOT")),
        kept("user/jane@acme.example", 7, username="Jane@acme.example", user_ext_id="EXT-1"),
        kept("tag/S/Hot", 8, tag_name="Hot", group=to("group/S")),
        kept("tag/ROOT/Hot", 9, tag_name="Hot", group=to("group/ROOT")),
        kept("tag/ROOT/24\\/7", 10, tag_name="24/7", group=to("group/ROOT")),
        kept("tag/77/Far", 11, tag_name="Far", group=77),
        kept("user/11", 12, username="11"),
    )
)


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("group", "S", ["S"]),
        ("group", "Acme/Sales", ["S"]),
        ("group", "Sales", ["S"]),
        ("group", "East", ["Acme/East", "Acme/Sales/East"]),
        ("group", "Acme/East", ["Acme/East"]),
        ("group", r"Acme/a\/b", [r"Acme/a\/b"]),
        ("group", "Acme/a/b", [r"Acme/a\/b"]),
        ("group", "a/b", [r"Acme/a\/b"]),
        ("group", "x/y", [r"x\/y"]),
        ("group", r"x\/y", [r"x\/y"]),
        ("group", 2, ["S"]),
        ("group", "2", []),
        ("group", "7", [r"x\/y"]),
        ("group", 7, []),
        ("group", "sales", []),
        ("group", "²", []),
        ("group", "99", []),
        ("user", "JANE@acme.example", ["jane@acme.example"]),
        ("user", "ext-1", ["jane@acme.example"]),
        ("user", 7, ["jane@acme.example"]),
        ("user", "11", ["11"]),
        ("tag", "Hot", ["ROOT/Hot", "S/Hot"]),
        ("tag", "S/Hot", ["S/Hot"]),
        ("tag", "Acme/Sales/Hot", ["S/Hot"]),
        ("tag", "Sales/Hot", ["S/Hot"]),
        ("tag", "24/7", [r"ROOT/24\/7"]),
        ("tag", "Acme/24/7", [r"ROOT/24\/7"]),
        ("tag", "77/Far", ["77/Far"]),
        ("tag", "11", []),
        ("route", "Hot", []),
        pytest.param("group", "1" * 5000, [], id="five thousand digits"),
    ],
)
def test_an_object_is_found_by_the_most_exact_of_its_names(kind, text, found):
    assert [address.key for address in INDEX.find(kind, text)] == found


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("tag", "077/Far", []),
        ("group", "007", []),
        ("tag", "011", ["77/Far"]),
        ("tag", "S/0Hot", []),
    ],
)
def test_what_may_be_meant_where_digits_may_be_an_id(kind, text, found):
    assert [address.key for address in INDEX.find_anyhow(kind, text)] == found


@pytest.mark.parametrize(
    ("kind", "text", "near"),
    [("group", "Slaes", "Sales"), ("user", "jan@acme.example", "jane@acme.example"), ("tag", "qqqq", None)],
)
def test_the_nearest_known_spelling(kind, text, near):
    assert INDEX.nearest(kind, text) == near


@pytest.mark.parametrize(
    ("others", "near"),
    [
        ([], None),
        ([group(3, "Bar", "group/2")], None),
        ([group(3, "ORGA")], "ORGA"),
        ([group(3, "ORGA", ref("group/Other"))], "ORGA"),
    ],
    ids=["itself", "below it", "another below the root", "another below something else"],
)
def test_what_stands_below_is_not_near(others, near):
    index = Index(state(ROOT, group(2, "A", ref("group/ORG")), *others))
    assert index.nearest("group", "ORG") == near


def test_after_a_hundred_guesses_nobody_reads_more():
    index = Index(state(kept("tag/ROOT/Hot lead", 3, tag_name="Hot lead", group=to("group/ROOT"))))
    guesses = [index.nearest("tag", f"ROOT/Hot lead{number}") for number in range(120)]
    assert guesses == ["ROOT/Hot lead"] * 100 + [None] * 20
    assert index.nearest("tag", "ROOT/Hot lead7") == "ROOT/Hot lead"


@pytest.mark.parametrize("names", [("a", "b"), ("a/b", "c"), ("a\\", "b"), ("", "b"), ("x", ""), ("a\\/b",)])
def test_a_key_is_split_into_the_names_that_it_was_made_of(names):
    assert split("/".join(map(escape, names))) == names
