"""Live objects as files: what is written, where it goes, and what is left out."""

from dataclasses import replace

from reconciler.exports.exporting import exported
from reconciler.exports.starter import workspace
from reconciler.files.config import described
from reconciler.files.documents import parse
from reconciler.kinds import KINDS
from reconciler.model import Settings

from .literals import ROOT, kept, live, to

AT_ROOT = {"group": to("group/ROOT")}


def export(*resources, kinds=tuple(KINDS), split_by=None, settings=Settings()):  # noqa: B008 - immutable
    return exported(live(*resources), settings, kinds, split_by)


def user(name, number, **fields):
    return kept(f"user/{name}", number, username=name, **AT_ROOT, **fields)


def group(key, number, name, parent="group/ROOT", **fields):
    return kept(f"group/{key}", number, org_unit_name=name, parent=to(parent), **fields)


def test_what_files_cannot_say_is_left_out_and_told():
    export_ = export(
        user("one@acme.example", 1, agent_ring_to="ask Bob"),
        user("nobody", 2),
        user("two@acme.example", 3, role="Owner"),
        kept("tag/ROOT/line\nbreak", 4, tag_name="line\nbreak", **AT_ROOT),
    )
    told = [line.split(": ")[0] for line in export_.left_out]
    assert told == [
        "tag/ROOT/line\nbreak",
        "user/nobody",
        "agent_ring_to of user/one@acme.example",
        "role of user/two@acme.example",
    ]
    assert export_.counts == {"group": 1, "user": 2, "tag": 0, "route": 0}
    assert export_.files["account.yaml"].endswith(
        "users:\n"
        "  - {username: one@acme.example, group: ROOT}\n"
        "  - {username: two@acme.example, group: ROOT}\n"
    )


def test_what_is_nothing_without_a_value_that_files_cannot_say_is_told_with_the_value():
    forward = {"route_type": "forward", **AT_ROOT}
    export_ = export(
        kept("route/ROOT/A", 1, provisioned_route_name="A", ring_to="anonymous", **forward),
        kept("route/ROOT/B", 2, provisioned_route_name="B", ring_to="+1", **forward),
        kept("route/ROOT/C", 3, provisioned_route_name="C", **forward),
    )
    reason = "its ring_to cannot be written down"
    words = "not a phone number: digits with spaces, dots, hyphens or brackets"
    assert export_.left_out == (
        f"route/ROOT/A: {reason}: 'anonymous' is {words}",
        f"route/ROOT/B: {reason}: '+1' is too short",
        "route/ROOT/C: `ring_to` is missing (because of its `route_type`)",
    )


def test_half_a_character_costs_no_more_than_its_field():
    """As a text that was cut may end with."""
    half = "Caf\ud83d"
    export_ = export(
        group("S", 2, half, org_unit_ext_id="S"),
        group("E", 3, "East", org_unit_ext_id="E", city=half, state="NY"),
        kept(f"tag/ROOT/{half}", 4, tag_name=half, **AT_ROOT),
        kept("tag/S/Hot", 5, tag_name="Hot", group=to("group/S")),
    )
    reason = "it holds half a character, which no file can"
    assert export_.left_out == (
        f"group/S: {reason}",
        f"tag/ROOT/{half}: {reason}",
        f"city of group/E: {reason}",
    )
    assert export_.counts == {"group": 2, "user": 0, "tag": 1, "route": 0}
    assert "- {tag_name: Hot, group: S}" in export_.files["account.yaml"]


def test_what_exists_twice_is_left_out_both_times():
    twins = [kept(f"tag/ROOT/Hot#{number}", number, tag_name="Hot", **AT_ROOT) for number in (7, 8)]
    export_ = export(*twins)
    assert [line.split(": ")[0] for line in export_.left_out] == ["tag/ROOT/Hot#7", "tag/ROOT/Hot#8"]
    assert "tags:" not in export_.files["account.yaml"]


def test_of_siblings_of_one_name_the_one_with_an_external_id_is_written_and_referred_to_by_it():
    export_ = export(
        group("S", 2, "Sales", org_unit_ext_id="S"),
        group("Acme/Sales", 3, "Sales"),
        group("Acme/Sales/Sub", 4, "Sub", "group/Acme/Sales"),
        kept("user/a@acme.example", 5, username="a@acme.example", group=to("group/S")),
        kept("tag/S/Hot", 6, tag_name="Hot", group=to("group/S")),
        kept("tag/Acme/Sales/Hot", 7, tag_name="Hot", group=to("group/Acme/Sales")),
        kept("route/S/Main", 8, provisioned_route_name="Main", group=to("group/S"), tags=(to("tag/S/Hot"),)),
    )
    assert export_.left_out == ("group/Acme/Sales: group/S has the same org_unit_name, and an external id",)
    assert export_.files["account.yaml"].partition("settings:\n")[2] == (
        "  account: 1001\n"
        "  external:\n"
        "    - group/3\n"
        "\n"
        "groups:\n"
        "  - {org_unit_name: Acme, org_unit_ext_id: ROOT}\n"
        "  - {org_unit_name: Sub, parent: 3}\n"
        "  - org_unit_name: Sales\n"
        "    org_unit_ext_id: S\n"
        "    parent: ROOT\n"
        "\n"
        "users:\n"
        "  - {username: a@acme.example, group: S}\n"
        "\n"
        "tags:\n"
        "  - {tag_name: Hot, group: 3}\n"
        "  - {tag_name: Hot, group: S}\n"
        "\n"
        "routes:\n"
        "  - provisioned_route_name: Main\n"
        "    group: S\n"
        "    tags: [S/Hot]\n"
    )


def test_references_are_external_ids_or_names_or_else_keys():
    text = export(
        group("E1", 2, "Sales", org_unit_ext_id="E1"),
        group("Acme/North", 3, "North"),
        group("Acme/North/South", 4, "South", "group/Acme/North"),
        group("E1/South", 5, "South", "group/E1"),
        kept("tag/E1/A", 11, tag_name="A", group=to("group/E1")),
        kept("tag/N/B", 12, tag_name="B", group=to("group/Acme/North")),
        kept("tag/S/C", 13, tag_name="C", group=to("group/Acme/North/South")),
    ).files["account.yaml"]
    groups = [line.split("group: ")[1].rstrip("}") for line in text.splitlines() if "group: " in line]
    assert groups == ["North", "Acme/North/South", "E1"]


def test_what_belongs_to_a_group_that_nobody_may_read_is_left_out():
    export_ = export(kept("tag/77/D", 14, tag_name="D", group=77))
    assert export_.left_out == ("tag/77/D: there is no group 77 in these files or on the platform",)


def test_settings_keep_what_the_platform_needs_and_what_is_referred_to():
    facts = {"tag": {"path": "/tags"}}
    text = export(
        kept("tag/ROOT/A", 11, tag_name="A", **AT_ROOT), kinds=["tag"], settings=Settings(platform=facts)
    ).files["account.yaml"]
    ((document,), problems) = parse("a.yaml", text)
    assert problems == []
    assert document.data == {
        "settings": {"account": 1001, "external": ["group/ROOT"], "platform": facts},
        "tags": [{"tag_name": "A", "group": "ROOT"}],
    }


def test_what_stands_below_a_group_that_was_left_out_is_vouched_for():
    export_ = export(
        *(group(f"Acme/Dup#{number}", number, "Dup") for number in (2000, 2001)),
        group("Acme/Dup/East", 3, "East", "group/Acme/Dup#2000"),
        group("Acme/East", 4, "East"),
        kept("tag/Acme/Dup/East/Hot", 5, tag_name="Hot", group=to("group/Acme/Dup/East")),
    )
    told = [line.split(": ")[0] for line in export_.left_out]
    assert told == ["group/Acme/Dup#2000", "group/Acme/Dup#2001"]
    text = export_.files["account.yaml"]
    assert "  external:\n    - group/Acme/Dup#2000\n    - group/Acme/Dup/East\n" in text
    assert "- {tag_name: Hot, group: Acme/Dup/East}" in text
    assert described(parse("account.yaml", text)[0], []).warnings == ()


def test_files_by_group_have_names_that_every_system_takes():
    names = ["West Region", "west region!", "CON", "Größe", "✆", "x" * 80]
    groups = [
        group(f"E{number}", number, name, org_unit_ext_id=f"E{number}")
        for number, name in enumerate(names, 2)
    ]
    inner = group("E9", 9, "Inner", "group/E2", org_unit_ext_id="E9")
    files = export(*groups, inner, split_by="group").files
    assert list(files) == sorted(
        [
            *("account.yaml", "west-region.yaml", "west-region-2.yaml", "group-con.yaml", "groe.yaml"),
            *("group.yaml", f"{'x' * 60}.yaml"),
        ],
    )
    assert "Inner" in files["west-region.yaml"]


def test_an_account_with_nothing_but_its_root():
    assert export().files == {
        "account.yaml": "# yaml-language-server: $schema=schemas/config.schema.json\n"
        "# Account 1001, as `reconciler export` found it.\n\n"
        "settings:\n  account: 1001\n\n"
        "groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ROOT}\n"
    }


def test_a_long_list_stands_on_lines_of_its_own():
    tags = [kept(f"tag/ROOT/{'x' * 40}{n}", n, tag_name=f"{'x' * 40}{n}", **AT_ROOT) for n in (11, 12, 13)]
    route = kept(
        "route/ROOT/Main",
        5,
        provisioned_route_name="Main",
        **AT_ROOT,
        tags=tuple(each.address for each in tags),
    )
    text = export(*tags, route).files["account.yaml"]
    assert text.endswith("    tags:\n" + "".join(f"      - {'x' * 40}{n}\n" for n in (11, 12, 13)))


def test_a_workspace_names_the_account_and_its_root():
    files = workspace(ROOT)
    assert "  account: 1001 " in files["settings.yaml"]
    assert "  - {org_unit_name: Acme, org_unit_ext_id: ROOT}\n" in files["groups.yaml"]
    assert "# account: 1001 " in workspace(None)["settings.yaml"]


def test_a_workspace_leaves_out_a_name_that_no_file_can_hold():
    files = workspace(replace(ROOT, fields={**ROOT.fields, "org_unit_name": "A\ud800"}))
    assert "  account: 1001 " in files["settings.yaml"]
    assert "  # - org_unit_name: Acme\n" in files["groups.yaml"]


def test_whoever_looks_on_sees_how_many_objects_there_are():
    told = []
    exported(live(user("jane", 7)), Settings(), tuple(KINDS), None, lambda *each: told.append(each))
    assert told == [("", 0, 2)]


def test_a_group_deeper_than_files_may_say_is_left_out_and_told():
    names = [f"E{number}" for number in range(151)]
    chain = [
        group(name, 3000 + number, name, f"group/{above}", org_unit_ext_id=name)
        for number, (above, name) in enumerate(zip(["ROOT", *names], names, strict=False))
    ]
    found = export(*chain)
    assert found.left_out == (
        "group/E100: 101 groups stand above 'E100', but at most 100 may; put it higher",
    )
    assert found.counts["group"] == 151
