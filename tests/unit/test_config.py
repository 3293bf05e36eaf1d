import pytest

from reconciler.errors import Source
from reconciler.files.config import load

from .literals import to


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def load_texts(*texts):
        names = [f"{chr(97 + number)}.yaml" for number in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            (tmp_path / name).write_text(text, encoding="utf-8")
        return load(names)

    return load_texts


def resources(found):
    assert list(map(str, found.problems)) == []
    return {str(address): dict(each.fields) for address, each in found.desired.resources.items()}


ACCOUNT = """
groups:
  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}
  - {org_unit_name: Sales, parent: Acme, zip: "02108"}
tags:
  - {tag_name: Hot, group: Acme/Sales}
routes:
  - {provisioned_route_name: Main, group: Sales, tags: [Hot, ORG-1000/Cold, 301], ring_to: +1 (425) 555-0100}
"""


def test_objects_under_their_keys_with_what_they_refer_to(loaded):
    found = loaded(
        ACCOUNT, "tags: [{tag_name: Cold, group: Acme}]\nusers: [{username: Jane@acme, group: Sales}]"
    )
    tags = found.desired.resources[to("route/Acme/Sales/Main")].value("tags")
    assert [str(each) for each in tags] == ["tag/301", "tag/Acme/Sales/Hot", "tag/ORG-1000/Cold"]
    assert resources(found) == {
        "group/ORG-1000": {"org_unit_name": "Acme", "org_unit_ext_id": "ORG-1000"},
        "group/Acme/Sales": {"org_unit_name": "Sales", "parent": to("group/ORG-1000"), "zip": "02108"},
        "tag/Acme/Sales/Hot": {"tag_name": "Hot", "group": to("group/Acme/Sales")},
        "tag/ORG-1000/Cold": {"tag_name": "Cold", "group": to("group/ORG-1000")},
        "user/jane@acme": {"username": "Jane@acme", "group": to("group/Acme/Sales")},
        "route/Acme/Sales/Main": {
            "provisioned_route_name": "Main",
            "group": to("group/Acme/Sales"),
            "tags": tags,
            "ring_to": "+14255550100",
        },
    }


def test_objects_know_their_lines(loaded):
    found = loaded(
        "tags:\n  - tag_name: Hot\n    group: 7\n    previously: 7/Warm\n    extra: {color: red}\n"
    )
    tag = found.desired.resources[to("tag/7/Hot")]
    assert [tag.place(name).line for name in ("", "tag_name", "group", "color")] == [2, 2, 3, 5]
    assert tag.previously is not None
    assert (tag.previously.text, tag.previously.source) == ("7/Warm", Source("a.yaml", 4, 17))
    assert tag.value("color") == "red"


def test_defaults_fill_in_what_an_object_does_not_say(loaded):
    defaults = "defaults: {users: {role: Standard, group: 7, extra: {team: x}}}"
    found = loaded("users: [{username: a@b, role: null}, {username: c@d}]", defaults)
    assert [(each.value("role"), each.value("team")) for each in found.desired.resources.values()] == [
        (None, "x"),
        ("Standard", "x"),
    ]
    assert found.desired.resources[to("user/c@d")].place("role") == Source("b.yaml", 1, 26)


def test_the_same_defaults_in_two_files_are_none_the_worse(loaded):
    found = loaded("defaults: {users: {role: Admin}}", "defaults: {users: {role: Admin}, tags: null}")
    assert found.problems == ()


def test_settings(loaded):
    text = (
        "settings:\n  account: 1001\n  ignore: {user/*: [role], group/A: [city, zip]}\n"
        "  external: [group/Partners]\nremoved: [user/gone@acme, tag/A/Hot, user/gone@acme]\n"
    )
    desired = loaded(text).desired
    assert (desired.settings.account, desired.settings.account_source) == (1001, Source("a.yaml", 2, 12))
    assert desired.settings.ignore == (("group/A", ("city", "zip")), ("user/*", ("role",)))
    assert list(desired.settings.external) == ["group/Partners"]
    assert [str(each) for each in desired.removed] == ["user/gone@acme", "tag/A/Hot"]


def test_nothing_is_a_configuration_too(loaded):
    found = loaded("", "---\n", "groups:\nusers: []\ndefaults:\n")
    assert (found.desired.resources, found.problems, found.warnings) == ({}, (), ())


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (
            "tags: [{tag_name: Hot, group: Slaes}]\ngroups: [{org_unit_name: Sales, parent: 7}]",
            [
                (
                    "a.yaml:1:31: no file describes group 'Slaes'; did you mean 'Sales'? If it exists on the "
                    "platform, list 'group/Slaes' in settings.external"
                ),
                (
                    "a.yaml:2:41: no file describes group 7. If it exists on the platform, list 'group/7' in "
                    "settings.external"
                ),
            ],
        ),
        (
            (
                "settings: {external: [group/P, group/7]}\n"
                "tags: [{tag_name: Hot, group: P}, {tag_name: Hot, group: 7}]"
            ),
            [],
        ),
        ("settings: {external: ['group/ORG-*']}\ntags: [{tag_name: Hot, group: org-9}]", []),
        ("settings: {external: [group/Cafe\u0301]}\ntags: [{tag_name: Hot, group: Caf\u00e9}]", []),
    ],
)
def test_references_that_only_the_platform_can_tell(loaded, text, warnings):
    assert list(map(str, loaded(text).warnings)) == warnings


GROUPS = "groups: [{org_unit_name: A, org_unit_ext_id: A}, "


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("- a", ["a.yaml:1:1: expected a mapping with keys such as `groups:`, found a list"]),
        ("grups: []", ["a.yaml:1:1: unknown key 'grups'; did you mean 'groups'?"]),
        ("users: x", ["a.yaml:1:8: expected a list or null, found the text 'x'"]),
        ("users: [x]", ["a.yaml:1:9: expected a mapping, found the text 'x'"]),
        ("users: [null]", ["a.yaml:1:9: expected a mapping, found nothing (null)"]),
        ("defaults: x", ["a.yaml:1:11: expected a mapping or null, found the text 'x'"]),
        (
            "defaults: {tags: {tag_name: x}}",
            ["a.yaml:1:19: `tag_name` tells tags apart and cannot have a default"],
        ),
        ("users: [{group: 7}]", ["a.yaml:1:9: `username` is missing"]),
        (
            "users:\n  - {username: 7, group: 7}",
            ["a.yaml:2:16: expected text, found the number 7; put it in quotes"],
        ),
        ("settings: {account: x}", ["a.yaml:1:21: expected a whole number, found the text 'x'"]),
        (
            "settings: {ignore: {tag/*: [group]}}",
            ["a.yaml:1:29: 'group' tells tags apart and cannot be ignored"],
        ),
        (
            "tags: [{tag_name: Hot, group: 7, extra: {org_unit_id: 1}}]",
            [
                (
                    "a.yaml:1:42: `org_unit_id` is read-only, the platform owns it. Written as `group`: "
                    "an external id, a path, a name or the platform's id."
                )
            ],
        ),
        (
            "tags: [{tag_name: Hot, group: 7, extra: {tag_name: x}}]",
            ["a.yaml:1:42: `tag_name` is known; write it beside `extra:`, not in it"],
        ),
        *(
            (
                f"tags: [{{tag_name: Hot, group: 7, extra: {{x: {value}}}}}]",
                ["a.yaml:1:42: `x` holds what JSON cannot carry"],
            )
            for value in (".nan", "[1, {y: -.inf}]")
        ),
        ("tags: [{tag_name: '', group: 7}]", ["a.yaml:1:19: the text is empty"]),
        (
            "tags: [{tag_name: 0x10, group: 7}]",
            ["a.yaml:1:19: expected text, found the number 0x10; put it in quotes"],
        ),
        (
            "routes: [{provisioned_route_name: R, group: 7, tags: [a, b, a]}]",
            ["a.yaml:1:61: 'a' stands here twice"],
        ),
        (
            "defaults: {users: {role: Admn}}\nusers: [{username: a@b}, {username: c@d}]",
            ["a.yaml:1:26: 'Admn' is not one of Admin, Standard, ReadOnly; did you mean 'Admin'?"],
        ),
        (
            f"{GROUPS} {{org_unit_name: B}}]",
            [
                (
                    "a.yaml:1:51: group/B has no parent, but only one group can be the root; "
                    "the other is at a.yaml:1:10"
                )
            ],
        ),
        (
            (
                "groups: [{org_unit_name: A, org_unit_ext_id: A, parent: B}, "
                "{org_unit_name: B, org_unit_ext_id: B, parent: A}]"
            ),
            [
                "a.yaml:1:57: group/A is its own ancestor: group/A → group/B → group/A",
            ],
        ),
        (
            f"{GROUPS} {{org_unit_name: X, parent: A}}, {{org_unit_name: X, parent: A}}]",
            ["a.yaml:1:82: group/A/X is defined twice, first at a.yaml:1:51"],
        ),
        (
            "tags: [{tag_name: X, group: 7, previously: 7/Y}, {tag_name: Y, group: 7, previously: 7/X}]",
            [
                "a.yaml:1:8: tag/7/X and tag/7/Y change places; do it in two steps, with a name in between",
            ],
        ),
        (
            "users: [{username: a@b, user_ext_id: X}, {username: c@d, user_ext_id: X}]",
            ["a.yaml:1:71: user/c@d has the same user_ext_id as user/a@b at a.yaml:1:9"],
        ),
        (
            "users: [{username: a@b}]\nremoved: [user/A@b]",
            ["a.yaml:2:11: user/A@b is removed here but described at a.yaml:1:9"],
        ),
        (
            (
                f"{GROUPS} {{org_unit_name: X, org_unit_ext_id: P, parent: A}}, "
                "{org_unit_name: X, parent: P}, {org_unit_name: Y, parent: X}]"
            ),
            [
                "a.yaml:1:160: group 'X' is ambiguous; write A/X/X or P",
            ],
        ),
        (
            (
                "routes: [{provisioned_route_name: R, group: 7, route_type: percentage, destinations: "
                "[{ring_to: '+123', percentage: 60}, {ring_to: '+124', percentage: 30}]}]"
            ),
            ["a.yaml:1:86: the percentages sum to 90, not 100"],
        ),
        (
            (
                "routes: [{provisioned_route_name: R, group: 7, route_type: percentage, destinations: "
                "[{ring_to: '+123', percentage: 60}, {ring_to: '+124', percentage: 40}]}]"
            ),
            [],
        ),
        (
            (
                "tags: [{tag_name: X, group: 7}, {tag_name: X, group: 7}]\n"
                "routes: [{provisioned_route_name: R, group: 7, tags: [X]}]"
            ),
            ["a.yaml:1:33: tag/7/X is defined twice, first at a.yaml:1:8"],
        ),
        *(
            (
                f"routes: [{{provisioned_route_name: R, {fields}}}]",
                [f"a.yaml:1:{column}: expected text or a whole number, found a {what}"],
            )
            for fields, column, what in (
                ("group: [7]", 45, "list"),
                ("group: 7, tags: [[301]]", 55, "list"),
                ("group: 7, tags: [{a: 1}]", 55, "mapping"),
            )
        ),
        pytest.param(
            f"groups: [{{org_unit_name: A, parent: '{'1' * 5000}'}}]", [], id="five thousand digits"
        ),
    ],
)
def test_what_is_wrong_and_where(loaded, text, problems):
    assert list(map(str, loaded(text).problems)) == problems


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        (
            "settings: {account: 1}",
            "settings: {account: 2}",
            "b.yaml:1:1: settings are written once, and they stand at a.yaml:1:1 too",
        ),
        (
            "defaults: {users: {role: Admin}}",
            "defaults: {users: {role: ReadOnly}}",
            "b.yaml:1:20: the default of role is 'ReadOnly' here and 'Admin' at a.yaml:1:20",
        ),
        (
            "defaults: {users: {extra: {pin: 1234}}}",
            "defaults: {users: {extra: {pin: 5678}}}",
            "b.yaml:1:20: the default of extra is not what it is at a.yaml:1:20",
        ),
        (
            "settings: {account: 1}",
            "---\nsettings: {ignore: {}}\n---\ntags:",
            "b.yaml:2:1: settings are written once, and they stand at a.yaml:1:1 too",
        ),
        (
            "defaults: {users: {role: Admn}}",
            "defaults: {users: {role: Admin}}",
            "a.yaml:1:26: 'Admn' is not one of Admin, Standard, ReadOnly; did you mean 'Admin'?",
        ),
        (
            "users: [{username: a@b}]",
            "users: [{username: A@B}]",
            "b.yaml:1:9: user/a@b is defined twice, first at a.yaml:1:9",
        ),
    ],
)
def test_what_two_files_cannot_both_say(loaded, first, second, problem):
    assert list(map(str, loaded(first, second).problems)) == [problem]


def test_groups_too_deep_are_told_once_and_before_their_paths_are_made(loaded):
    names = "".join(f"  - {{org_unit_name: A{n}, parent: A{n - 1}}}\n" for n in range(1, 151))
    found = loaded(f"groups:\n  - org_unit_name: A0\n{names}")
    assert [(each.source.line, each.message) for each in found.problems] == [
        (103, "101 groups stand above 'A101', but at most 100 may; put it higher")
    ]
    assert (found.desired.resources, found.warnings) == ({}, ())
