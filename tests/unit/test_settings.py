from dataclasses import replace

import pytest

from reconciler.errors import RefusedError
from reconciler.files.documents import parse
from reconciler.files.entries import Sections
from reconciler.files.settings import problems, settings
from reconciler.model import Action, Limit, Settings
from reconciler.plans.planning import Options, plan

from .literals import at, desired, kept, live, ref, texts, to, written

DELETE, UPDATE = Action.DELETE, Action.UPDATE
BY_DEFAULT = {(kind, DELETE): Limit(10, 20) for kind in ("group", "user", "tag", "route")}


def sections(text):
    documents, wrong = parse("a.yaml", text)
    assert wrong == []
    return Sections(documents)


def said(text):
    return settings(sections(f"settings: {text}"))


def test_without_settings_only_the_built_in_limits_hold():
    assert settings(sections("groups: []")) == Settings(limits=BY_DEFAULT)
    assert said("{}") == Settings(limits=BY_DEFAULT)


def test_everything_that_can_be_said():
    found = said(
        """
  account: 1001
  prune: [tags, route]
  protect: [user/ceo@*]
  ignore: {user/*: [agent_ring_to, role], group/*: [city]}
  external: [group/Partners]
  limits: {delete: 5}
  platform: {tag: {path: /tags}}
"""
    )
    assert found == Settings(
        account=1001,
        account_source=at(2, 12),
        prune={"tag": at(3, 11), "route": at(3, 17)},
        protect={"user/ceo@*": at(4, 13)},
        ignore=(("group/*", ("city",)), ("user/*", ("agent_ring_to", "role"))),
        external={"group/Partners": at(6, 14)},
        limits={kind: Limit(5) for kind in BY_DEFAULT},
        platform={"tag": {"path": "/tags"}},
    )


# -- limits


def limits(text):
    return dict(said(f"{{limits: {text}}}").limits)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("{}", Limit(10, 20)),
        ("{delete: 3}", Limit(3)),
        ("{delete: 0}", Limit(0)),
        ("{delete_percent: 5}", Limit(None, 5)),
        ("{delete: 3, delete_percent: 5}", Limit(3, 5)),
        ("{update: 3}", Limit(10, 20)),
        ("{delete: 3, user: {delete: 1}}", Limit(3)),
        ("{delete: 3, delete_percent: 5, tag: {delete: 1}}", Limit(1)),
        ("{delete: 3, tag: {delete_percent: 50}}", Limit(None, 50)),
        ("{delete: 3, tag: {update: 1}}", Limit(3)),
        ("{tag: {}}", Limit(10, 20)),
    ],
)
def test_a_kind_has_its_own_limits_else_those_for_all_else_the_built_in_ones(text, limit):
    assert limits(text)["tag", DELETE] == limit


@pytest.mark.parametrize(
    ("text", "limit"),
    [("{delete: 3}", None), ("{update: 7}", Limit(7)), ("{tag: {update_percent: 5}}", Limit(None, 5))],
)
def test_updates_are_unlimited_unless_that_is_said(text, limit):
    assert limits(text).get(("tag", UPDATE)) == limit


# -- what was complained about elsewhere does no harm here


@pytest.mark.parametrize(
    "text",
    [
        "{prune: tags, protect: user/a@b, ignore: [], external: 7, limits: 5, platform: []}",
        "{prune: [tgas], ignore: {user/*: role}, limits: {delete: many, tag: 5}, platform: {tags: {}}}",
    ],
)
def test_what_has_the_wrong_shape_counts_for_nothing(text):
    assert said(text) == Settings(limits=BY_DEFAULT)


def test_facts_of_which_some_are_wrong_are_not_used_at_all():
    assert said("{platform: {tag: {path: /tags}, user: {path: users}}}").platform == {}
    assert said("{platform: {tag: 5}}").platform == {}


# -- problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ignore: {user/*: [username]}}", ["1: 'username' tells users apart and cannot be ignored"]),
        ("{ignore: {'*': [username], user/*: [role, website]}}", []),
        ("{ignore: {user/*: [rol]}}", ["1: no user has a field 'rol'; did you mean 'role'?"]),
        (
            "{platform: {route: {fields: {rnig_to: {write: a}}}}}",
            ["1: there is no field 'rnig_to'; did you mean 'ring_to'?"],
        ),
        (
            "{platform: {route: {fields: {destinations: {entries: {share: {write: a}}}}}}}",
            ["1: there is no field 'share'"],
        ),
        ("{platform: {route: {fields: {ring_to: {write: a}}}}}", []),
    ],
)
def test_what_the_schema_cannot_tell(text, expected):
    assert texts(problems(sections(f"settings: {text}"))) == expected


def test_the_very_word_is_pointed_at():
    found = list(
        problems(sections("settings:\n  platform:\n    tag:\n      fields:\n        nam: {write: a}"))
    )
    assert [each.source for each in found] == [at(5, 9)]


def test_no_settings_no_problems():
    assert list(problems(sections("groups: []"))) == []


# -- what they do to a plan

TOP = to("group/ROOT")
ROOT_FILE = written("group/ROOT", 1, org_unit_name="Acme", org_unit_ext_id="ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP)
JANE = kept("user/jane@acme", 7, username="jane@acme", group=to("group/S"))
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
SALES_FILE = written("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP)
HOT_FILE = written("tag/S/Hot", 4, tag_name="Hot", group=to("group/S"))
COLD = kept("tag/S/Cold", 4, tag_name="Cold", group=to("group/S"))
OLDER = kept("tag/S/Older", 5, tag_name="Older", group=to("group/S"))
TAGS = live(SALES, JANE, HOT, COLD, OLDER)


def governed(*resources, removed=(), actual=TAGS, allowed=None, targets=(), **settings):
    wanted = desired(*resources, removed=removed, settings=Settings(**settings))
    return plan(wanted, actual, Options(allowed=allowed or {}, targets=targets))


def told(notices):
    return [(each.code, each.address) for each in notices]


def test_prune_deletes_what_no_file_describes_and_says_which_line_asks_for_it():
    found = governed(ROOT_FILE, SALES_FILE, HOT_FILE, prune={"tag": at(8)})
    assert [(each.action.value, str(each.address), each.source) for each in found.changes] == [
        ("-", "tag/S/Cold", at(8)),
        ("-", "tag/S/Older", at(8)),
    ]
    assert (found.unmanaged, told(found.notices)) == (1, [("unmanaged", "user/jane@acme")])


def test_a_tombstone_says_more_than_prune():
    found = governed(ROOT_FILE, SALES_FILE, HOT_FILE, removed=[ref("tag/S/Cold", 9)], prune={"tag": at(8)})
    assert [(str(each.address), each.source) for each in found.changes] == [
        ("tag/S/Cold", at(9)),
        ("tag/S/Older", at(8)),
    ]


def test_a_kind_of_which_nothing_is_described_is_not_pruned():
    with pytest.raises(RefusedError, match="no file describes any tag"):
        governed(ROOT_FILE, SALES_FILE, prune={"tag": at(8)})


def test_what_protection_keeps_is_no_change_where_it_is_pruned_and_a_refusal_where_it_is_removed():
    pruned = governed(ROOT_FILE, SALES_FILE, HOT_FILE, prune={"tag": at(8)}, protect={"tag/*/Cold": at(9)})
    assert [str(each.address) for each in pruned.changes] == ["tag/S/Older"]
    assert (told(pruned.refusals), told(pruned.notices)[0]) == ([], ("protected", "tag/S/Cold"))
    removed = governed(ROOT_FILE, removed=[ref("tag/S/Cold", 7)], protect={"tag/*/Cold": at(9)})
    assert [str(each.address) for each in removed.changes] == ["tag/S/Cold"]
    assert told(removed.refusals) == [("protected", "tag/S/Cold")]


def test_whoever_is_signed_in_stays():
    actual = replace(TAGS, own=frozenset({7}))
    found = governed(ROOT_FILE, removed=[ref("user/jane@acme", 7)], actual=actual)
    assert told(found.refusals) == [("protected", "user/jane@acme")]


LIMITS = {("tag", Action.DELETE): Limit(1), ("user", Action.UPDATE): Limit(None, 0)}


@pytest.mark.parametrize(
    ("allowed", "refusals"),
    [
        ({}, [("too-many-deletes", "tag"), ("too-many-updates", "user")]),
        ({("tag", Action.DELETE): 2}, [("too-many-updates", "user")]),
        ({("tag", Action.DELETE): 2, ("user", Action.UPDATE): 1}, []),
        ({("tag", Action.DELETE): 1, ("user", Action.UPDATE): 1}, [("too-many-deletes", "tag")]),
    ],
)
def test_limits_are_lifted_one_by_one(allowed, refusals):
    found = governed(
        *(
            ROOT_FILE,
            SALES_FILE,
            HOT_FILE,
            written("user/jane@acme", 3, username="jane@acme", first_name="Joan"),
        ),
        prune={"tag": at(8)},
        limits=LIMITS,
        allowed=allowed,
    )
    assert told(found.refusals) == refusals
    assert len(found.changes) == 3


def test_limits_judge_what_targets_leave():
    found = governed(ROOT_FILE, HOT_FILE, prune={"tag": at(8)}, limits=LIMITS, targets=("tag/S/Cold",))
    assert (len(found.changes), told(found.refusals)) == (1, [])


def test_a_look_alike_stops_the_plan_only_where_prune_would_delete_it():
    colder = written("tag/S/Colds", 6, tag_name="Colds", group=to("group/S"))
    files = (ROOT_FILE, SALES_FILE, HOT_FILE, colder)
    pruned = governed(*files, prune={"tag": at(8)})
    assert told(pruned.refusals) == [("look-alike", "tag/S/Colds")]
    for options in ({}, {"removed": [ref("tag/S/Cold", 7)]}, {"external": {"tag/S/Cold": at(8)}}):
        found = governed(*files, **options)
        assert (told(found.refusals), told(found.notices)[0]) == ([], ("look-alike", "tag/S/Colds"))


def test_what_a_deletion_means_is_said():
    found = governed(ROOT_FILE, removed=[ref("user/jane@acme", 7)])
    assert told(found.notices)[0] == ("consequence", "user/jane@acme")


def test_the_ids_behind_what_a_change_relies_on_come_along():
    found = governed(
        ROOT_FILE,
        SALES_FILE,
        written("user/jane@acme", 3, username="jane@acme", group=TOP),
        removed=[ref("tag/S/Cold", 7)],
    )
    assert {str(each.address): each.referred_to for each in found.changes} == {
        "user/jane@acme": {"group": 2},
        "tag/S/Cold": {"group": 2},
    }
    assert found.ids.items() >= {to("group/S"): 2, TOP: 1001, to("tag/S/Hot"): 3}.items()
