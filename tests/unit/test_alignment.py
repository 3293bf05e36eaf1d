import pytest

from reconciler.plans.alignment import align

from .literals import at, desired, kept, live, ref, texts, to, written

TOP = to("group/ROOT")
ROOT_FILE = written("group/ROOT", 1, org_unit_name="Acme", org_unit_ext_id="ROOT")


def keys(state):
    return sorted(map(str, state))


def test_what_belongs_together_is_called_the_same_and_the_rest_moves_with_it():
    wanted = desired(
        ROOT_FILE,
        written("group/Acme/New", 2, previously="Acme/Old", org_unit_name="New", parent=TOP),
        written("tag/Acme/New/Hot", 3, tag_name="Hot", group=to("group/Acme/New")),
    )
    actual = live(
        kept("group/Acme/Old", 2, org_unit_name="Old", parent=TOP),
        kept("tag/Acme/Old/Hot", 3, tag_name="Hot", group=to("group/Acme/Old")),
        kept("tag/Acme/Old/Cold", 4, tag_name="Cold", group=to("group/Acme/Old")),
    )
    aligned = align(wanted, actual)
    assert aligned.problems == ()
    assert keys(aligned.desired) == ["group/Acme/New", "group/ROOT", "tag/Acme/New/Hot"]
    assert keys(aligned.live) == [*keys(aligned.desired)[:2], "tag/Acme/New/Cold", "tag/Acme/New/Hot"]
    assert aligned.live[to("tag/Acme/New/Cold")].value("group") == to("group/Acme/New")
    assert aligned.live[to("group/Acme/New")].value("org_unit_name") == "Old"
    assert {str(at): each.id for at, each in aligned.desired.items()} == {
        "group/ROOT": 1001,
        "group/Acme/New": 2,
        "tag/Acme/New/Hot": 3,
    }


def test_a_group_is_called_by_its_external_id_though_no_file_writes_it():
    wanted = desired(
        written("group/Acme", 1, org_unit_name="Acme"),
        written("tag/Acme/Hot", 2, tag_name="Hot", group=to("group/Acme")),
    )
    aligned = align(wanted, live())
    assert (keys(aligned.desired), aligned.root) == (["group/ROOT", "tag/ROOT/Hot"], TOP)
    assert "org_unit_ext_id" not in aligned.desired[TOP].fields


def test_references_to_live_objects_are_their_addresses():
    wanted = desired(written("tag/Sales/Hot", 1, tag_name="Hot", group=ref("group/Sales")))
    actual = live(kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP))
    aligned = align(wanted, actual)
    assert aligned.desired[to("tag/S/Hot")].value("group") == to("group/S")


def test_a_path_may_run_through_groups_that_only_the_platform_has():
    north = written("group/Partners/North", 1, org_unit_name="North", parent=ref("group/Partners"))
    tag = written("tag/x/Hot", 2, tag_name="Hot", group=ref("group/Acme/Partners/North", 2))
    actual = live(kept("group/Acme/Partners", 2, org_unit_name="Partners", parent=TOP))
    aligned = align(desired(north, tag), actual)
    assert texts(aligned.problems) == []
    assert keys(aligned.desired) == ["group/Acme/Partners/North", "tag/Acme/Partners/North/Hot"]


def test_a_reference_that_means_nothing_at_all():
    tag = written("tag/x/Hot", 2, tag_name="Hot", group=ref("group/zzz", 2))
    assert texts(align(desired(tag), live()).problems) == [
        "2: there is no group 'zzz' in these files or on the platform"
    ]


def test_a_new_object_does_not_take_the_name_of_a_live_one():
    wanted = desired(
        ROOT_FILE,
        written("group/T", 2, org_unit_name="Sales", org_unit_ext_id="T", parent=TOP),
        written("tag/T/Hot", 3, tag_name="Hot", group=to("group/T")),
    )
    actual = live(kept("group/Acme/Sales", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP))
    assert keys(align(wanted, actual).live) == ["group/ROOT", "group/S"]


def test_two_that_turn_out_to_be_one():
    wanted = desired(
        written("tag/Sales/Hot", 1, tag_name="Hot", group=ref("group/Sales", 1)),
        written("tag/S/Hot", 2, tag_name="Hot", group=ref("group/S", 2)),
    )
    actual = live(kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP))
    assert texts(align(wanted, actual).problems) == ["2: tag/S/Hot is defined twice, first at a.yaml:1:1"]


# -- tombstones

TAGS = (
    kept("tag/ROOT/Hot", 3, tag_name="Hot", group=TOP),
    kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP),
    kept("tag/S/Hot", 4, tag_name="Hot", group=to("group/S")),
)


def removing(*tombstones, described=()):
    return align(desired(*described, removed=tombstones), live(*TAGS))


def test_what_tombstones_name_is_removed():
    aligned = removing(ref("tag/ROOT/Hot", 4), ref("group/Acme/Sales", 5))
    assert (aligned.removed, aligned.notices) == ({to("tag/ROOT/Hot"): at(4), to("group/S"): at(5)}, ())


def test_a_tombstone_of_what_is_gone_is_worth_a_notice():
    aligned = removing(ref("tag/Cold", 4))
    assert aligned.removed == {}
    assert [tuple(notice) for notice in aligned.notices] == [
        (
            "already-gone",
            "tag/Cold",
            (
                "tag/Cold is not on the platform: gone already, or not called so; if it is gone, "
                "its line under `removed:` (a.yaml:4:1) can go"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("name", "meant"), [("tag/Hot", "tag/ROOT/Hot"), ("group/Sales", "group/S"), ("tag/4", "tag/S/Hot")]
)
def test_a_tombstone_that_is_no_key_removes_nothing(name, meant):
    aligned = removing(ref(name, 4))
    assert (aligned.removed, aligned.problems) == ({}, ())
    assert [tuple(notice) for notice in aligned.notices] == [
        (
            "no-key",
            name,
            (
                f"{name} (a.yaml:4:1) is no object's key, so nothing is removed; if {meant} is meant, "
                "write that, else the line can go"
            ),
        )
    ]


def test_a_tombstone_that_may_mean_several():
    twins = [
        kept(f"group/{key}", number, org_unit_name="Sales", org_unit_ext_id=key, parent=TOP)
        for key, number in (("A", 2), ("B", 3))
    ]
    aligned = align(desired(removed=[ref("group/Acme/Sales", 4)]), live(*twins))
    assert (aligned.removed, texts(aligned.problems)) == (
        {},
        ["4: group 'Acme/Sales' is ambiguous; write A or B"],
    )


def test_a_tombstone_of_what_is_described():
    hot = written("tag/ROOT/Hot", 2, tag_name="Hot", group=ref("group/ROOT"))
    aligned = removing(ref("tag/ROOT/Hot", 4), described=[hot])
    assert texts(aligned.problems) == ["4: tag/ROOT/Hot is removed here but described at a.yaml:2:1"]


def test_a_path_that_a_described_object_has_taken_over_removes_nothing():
    sales = written("group/S", 2, org_unit_name="Revenue", org_unit_ext_id="S", parent=ref("group/ROOT"))
    aligned = removing(ref("group/Acme/Sales", 4), ref("tag/Acme/Sales/Hot", 5), described=[sales])
    assert (aligned.removed, aligned.problems) == ({}, ())
    assert [notice.code for notice in aligned.notices] == ["no-key", "no-key"]


def test_a_previous_key_that_another_object_still_bears_is_said_to_rename_nothing():
    old, new = (
        kept("tag/ROOT/Old", 3, tag_name="Old", group=TOP),
        kept("tag/ROOT/New", 4, tag_name="New", group=TOP),
    )
    entry = written("tag/ROOT/New", 2, previously="ROOT/Old", tag_name="New", group=ref("group/ROOT"))
    assert [notice.code for notice in align(desired(entry), live(old, new)).notices] == ["nothing-renamed"]
    assert align(desired(entry), live(new)).notices == ()


@pytest.mark.parametrize(
    ("there", "external_id", "previously", "is_told"),
    [
        ("S-1", "s-1", None, True),
        ("7", "007", None, True),
        ("S-1", "s-1", "S-0", True),
        ("S-1", "s-1", "S-1", False),
        ("S-1", " S-1", None, False),
        ("S-1", "S-2", None, False),
        ("S-1", "00S-1", None, False),
        ("S-1", None, None, False),
    ],
    ids=[
        *("case", "zeros", "a rename that is done", "a rename", "spaces", "another one"),
        *("zeros before a letter", "none"),
    ],
)
def test_an_external_id_that_the_platform_may_have_changed(there, external_id, previously, is_told):
    fields = {"org_unit_name": "Sales", "parent": TOP}
    given = {"org_unit_ext_id": external_id} if external_id else {}
    wanted = written("group/mine", 2, previously=previously, **fields, **given)
    actual = live(kept(f"group/{there}", 2, org_unit_ext_id=there, **fields))
    message = (
        f"2: group/mine is called as group/{there}, id 2, whose org_unit_ext_id differs in case or zeros "
        f'only; the platform may have changed it; write `org_unit_ext_id: "{there}"`; if somebody else did, '
        f'add `previously: "{there}"`'
    )
    assert texts(align(desired(ROOT_FILE, wanted), actual).problems) == ([message] if is_told else [])
