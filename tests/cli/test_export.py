"""`export` and `init`: what they write, where, and what they leave alone."""

import json
import os
import re

import pytest

from reconciler.files.schema import bundled
from tests.unit.loopback import free_port

COUNTS = "4 groups, 4 users, 2 tags, 1 route"
SCHEMA = "schemas/config.schema.json"


def without_schema(text):
    """What is printed names none, since none is written beside it."""
    return text.partition("\n")[2]


WHOLE = ["account.yaml", SCHEMA]
BY_KIND = ["groups.yaml", "routes.yaml", SCHEMA, "tags.yaml", "users.yaml"]
BY_GROUP = ["account.yaml", "sales.yaml", SCHEMA, "support-desk.yaml"]


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def contents(folder):
    return {name: (folder / name).read_bytes() for name in names(folder)}


@pytest.fixture
def as_it_is(reconciler):
    """Says that the files in a folder describe the account as it is."""

    def check(folder):
        checked = reconciler("validate", "--strict", folder)
        assert (checked.code, checked.err) == (0, "")
        plan = reconciler("plan", "--detailed-exitcode", folder)
        assert (plan.code, plan.err) == (0, "")
        return plan.out

    return check


# -- export


def test_to_stdout(reconciler, workspace, as_it_is):
    run = reconciler("export")
    assert (run.code, run.err, list(workspace.iterdir())) == (0, "", [])
    assert run.out.startswith(
        "# Account 1001, as `reconciler export` found it.\n\n"
        "settings:\n  account: 1001\n\ngroups:\n  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}\n"
    )
    (workspace / "account.yaml").write_text(run.out)
    assert as_it_is(".") == "Acme (account 1001)\n\nNo changes. 11 objects are as described.\n"


@pytest.mark.parametrize(
    ("split", "expected"),
    [([], WHOLE), (["--split", "kind"], BY_KIND), (["--split", "group"], BY_GROUP)],
    ids=["whole", "by kind", "by group"],
)
def test_to_a_directory(reconciler, workspace, as_it_is, split, expected):
    run = reconciler("export", "--out", "deep/config", *split)
    files = ", ".join(name for name in expected if name != SCHEMA)
    assert (run.code, run.err) == (0, "")
    assert run.out == (
        f"{COUNTS} written to {files} in deep/config.\n"
        "Next: `reconciler plan deep/config`, which should show no changes.\n"
    )
    assert names(workspace / "deep/config") == expected
    assert as_it_is("deep/config") == "Acme (account 1001)\n\nNo changes. 11 objects are as described.\n"


def test_the_schema_that_the_first_lines_name_is_there(reconciler, workspace):
    reconciler("export", "--out", "config", "--split", "group")
    for path in (workspace / "config").glob("*.yaml"):
        assert path.read_text().startswith(f"# yaml-language-server: $schema={SCHEMA}\n")
    text = (workspace / "config" / SCHEMA).read_text()
    assert (text, json.loads(text)["$schema"]) == (bundled(), "https://json-schema.org/draft/2020-12/schema")


def test_everybody_may_read_the_files(reconciler, workspace):
    reconciler("export", "--out", "config", "--split", "kind")
    reconciler("init", "begun")
    modes = {
        path.stat().st_mode & 0o777
        for folder in ("config", "begun")
        for path in (workspace / folder).rglob("*")
        if path.is_file()
    }
    assert modes == {0o644}


@pytest.mark.parametrize(
    ("kinds", "counts", "files"),
    [
        (["tag"], "2 tags", ["tags.yaml"]),
        (["tags", "Route"], "2 tags, 1 route", ["routes.yaml", "tags.yaml"]),
        (["group", "group"], "4 groups", ["groups.yaml"]),
    ],
)
def test_some_kinds(reconciler, workspace, as_it_is, kinds, counts, files):
    options = [word for kind in kinds for word in ("--kind", kind)]
    run = reconciler("export", "--out", "config", "--split", "kind", *options)
    assert run.out.splitlines()[0] == f"{counts} written to {', '.join(files)} in config."
    assert "No changes." in as_it_is("config")


def test_only_reads(reconciler, platform):
    before = platform.dump()
    reconciler("export", "--out", "config")
    reconciler("init", "begun")
    assert {each["method"] for each in platform.requests()} == {"GET"}
    assert platform.dump() == before


def test_twice_the_same(reconciler, workspace):
    for folder in ("one", "two"):
        reconciler("export", "--out", folder, "--split", "group")
    assert contents(workspace / "one") == contents(workspace / "two")
    assert reconciler("export").out == reconciler("export").out


@pytest.mark.parametrize("there", ["sales.yaml", "account.yaml", "support-desk.yaml"])
def test_what_is_there_is_not_overwritten_and_nothing_is_written(reconciler, workspace, there):
    config = workspace / "config"
    config.mkdir()
    (config / there).write_text("mine")
    run = reconciler("export", "--out", "config", "--split", "group")
    assert (run.code, run.out) == (1, "")
    assert run.err == (
        f"Error: nothing was written, config/{there} is there already; "
        "choose another directory, or overwrite with --force\n"
    )
    assert contents(config) == {there: b"mine"}


def test_several_that_are_there_are_all_named(reconciler, workspace):
    reconciler("export", "--out", "config", "--split", "kind")
    before = contents(workspace / "config")
    run = reconciler("export", "--out", "config", "--split", "kind")
    listed = ", ".join(f"config/{name}" for name in BY_KIND if name != SCHEMA)
    assert (run.code, f"nothing was written, {listed} are there already" in run.err) == (1, True)
    assert contents(workspace / "config") == before


@pytest.mark.parametrize("command", [["export", "--out"], ["init"]])
@pytest.mark.parametrize("options", [[], ["--force"]])
@pytest.mark.parametrize(
    ("link", "target"),
    [("groups.yaml", "new.yaml"), ("groups.yaml", "there.yaml"), ("schemas", "."), ("schemas", "none")],
)
def test_nothing_is_written_where_a_link_leads_elsewhere(
    reconciler, workspace, tmp_path_factory, command, options, link, target
):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "there.yaml").touch()
    (workspace / "config").mkdir()
    (workspace / "config" / link).symlink_to(outside / target)
    split = ["--split", "kind"] if command[0] == "export" else []
    run = reconciler(*command, "config", *split, *options)
    assert (run.code, run.out) == (1, "")
    assert f"Error: nothing was written, config/{link}" in run.err
    assert f" leads to {outside}" in run.err
    assert contents(outside) == {"there.yaml": b""}
    assert names(workspace / "config") == ([link] if target == "there.yaml" else [])


def test_a_directory_that_is_a_link_itself(reconciler, workspace, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (workspace / "config").symlink_to(outside)
    assert reconciler("export", "--out", "config").code == 0
    assert names(outside) == ["account.yaml", SCHEMA]


def test_a_link_that_leads_to_nothing_is_there(reconciler, workspace):
    (workspace / "groups.yaml").symlink_to("nothing.yaml")
    run = reconciler("init")
    assert (run.code, "groups.yaml is there already" in run.err) == (1, True)
    assert not (workspace / "nothing.yaml").exists()


def test_force_overwrites_those_and_no_others(reconciler, workspace):
    config = workspace / "config"
    config.mkdir()
    for name in ("account.yaml", "notes.yaml"):
        (config / name).write_text("# mine\n")
    assert reconciler("export", "--out", "config", "--force").code == 0
    assert names(config) == ["account.yaml", "notes.yaml", SCHEMA]
    assert (config / "notes.yaml").read_text() == "# mine\n"
    assert without_schema((config / "account.yaml").read_text()) == reconciler("export").out


@pytest.mark.parametrize("command", [["export", "--out"], ["init"]])
def test_a_directory_that_cannot_be(reconciler, workspace, command):
    (workspace / "file").write_text("mine")
    run = reconciler(*command, "file/config")
    assert (run.code, run.out) == (1, "")
    assert run.err == "Error: file/config/schemas: Not a directory\n"
    inside = reconciler(*command, "file")
    assert (inside.code, inside.out, contents(workspace)) == (64, "", {"file": b"mine"})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("command", [["export", "--out"], ["init"]])
def test_a_directory_that_nobody_may_write_to(reconciler, workspace, command):
    (workspace / "config").mkdir(mode=0o555)
    run = reconciler(*command, "config")
    assert (run.code, run.out) == (1, "")
    assert "Permission denied" in run.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--split", "kind"], "--split writes several files: say where with --out DIR"),
        (["--kind", "person"], "--kind person: choose from group, user, tag, route"),
    ],
)
def test_wrong_usage(reconciler, platform, arguments, message):
    run = reconciler("export", *arguments)
    assert (run.code, run.out, run.err) == (64, "", f"Error: {message}\n")
    assert platform.requests() == []


def test_what_cannot_be_written_down_is_told(reconciler, platform, workspace):
    seed = platform.dump()
    odd = {"tag_id": 399, "tag_name": "two\nlines\x1b", "group": 1002}
    platform.load({**seed, "tags": [*seed["tags"], odd]})
    run = reconciler("export", "--out", "config")
    assert run.code == 0
    assert run.err.startswith("Left out: tag/ORG-1002/two\\nlines\\x1b: ")
    assert run.err.count("\n") == 1
    assert reconciler("export").out == without_schema((workspace / "config/account.yaml").read_text())


@pytest.mark.parametrize("external_id", ["ORG-9", None])
def test_references_to_what_could_not_be_written_down_are_vouched_for(
    reconciler, platform, workspace, external_id
):
    seed = platform.dump()
    group = {"org_unit_id": 1900, "org_unit_name": "two\nlines", "parent": 1001}
    group |= {"org_unit_ext_id": external_id} if external_id else {}
    below = {"org_unit_id": 1901, "org_unit_name": "Sales", "parent": 1900}
    tags = [
        {"tag_id": 397, "tag_name": "Warm", "group": 1901},
        {"tag_id": 398, "tag_name": "Cold", "group": 1900},
        {"tag_id": 399, "tag_name": "three\nlines", "group": 1002},
    ]
    routes = [{**each, "tags": [399]} for each in seed["routes"][:1]]
    platform.load(
        {
            **seed,
            "groups": [*seed["groups"], group, below],
            "tags": [*seed["tags"], *tags],
            "routes": [*routes, *seed["routes"][1:]],
        }
    )
    run = reconciler("export", "--out", "config")
    assert (run.code, "Left out: group/" in run.err) == (0, True)
    checked = reconciler("validate", "--strict", "config")
    assert (checked.code, checked.err) == (0, "")
    assert "No changes." in reconciler("plan", "config").out


# -- settings that hold for an export too


def test_facts_about_the_platform_hold_and_are_kept(reconciler, workspace, platform):
    facts = "settings:\n  platform: {tag: {page_size: 1}}\n"
    (workspace / "facts.yaml").write_text(facts)
    run = reconciler("export", "facts.yaml", "--out", "config")
    assert run.code == 0
    asked = [each["query"]["limit"] for each in platform.requests() if each["path"] == "/tag"]
    assert asked == ["1", "1"]
    assert '  platform: {"tag": {"page_size": 1}}\n' in (workspace / "config/account.yaml").read_text()


def test_the_settings_of_files_that_were_not_named_do_not_hold(reconciler, workspace):
    (workspace / "facts.yaml").write_text("settings:\n  account: 1\n")
    assert reconciler("export").code == 0


def test_another_account_is_not_exported(reconciler, workspace, platform):
    (workspace / "facts.yaml").write_text("settings:\n  account: 1\n")
    run = reconciler("export", "facts.yaml", "--out", "config")
    assert (run.code, run.out) == (3, "")
    assert run.err == (
        "Error: facts.yaml:2:12: these files are for account 1, but the credentials belong to account 1001; "
        "nothing was read or changed\n"
    )
    assert not (workspace / "config").exists()
    assert [each["path"] for each in platform.requests()] == ["/auth/profile"]


def test_files_that_are_wrong(reconciler, workspace, platform):
    (workspace / "facts.yaml").write_text("settings:\n  acount: 1\n")
    run = reconciler("export", "facts.yaml")
    assert (run.code, run.out, platform.requests()) == (1, "", [])
    assert run.err.startswith("facts.yaml:2:3: ")


def test_an_export_can_be_refreshed_by_its_own_settings(reconciler, workspace, as_it_is):
    reconciler("export", "--out", "config", "--split", "kind")
    run = reconciler("export", "config", "--out", "config", "--split", "kind", "--force")
    assert run.code == 0
    assert "No changes." in as_it_is("config")


def test_the_embedded_platform(reconciler, platform, workspace):
    run = reconciler("export", "--sandbox", "--out", "config", CONVIRZA_TOKEN="")
    assert (run.code, run.out.splitlines()) == (
        0,
        [
            f"{COUNTS} written to account.yaml in config.",
            "Next: `reconciler plan --sandbox config`, which should show no changes.",
        ],
    )
    assert platform.requests() == []


def test_what_is_written_is_tidy(reconciler):
    for split in ("kind", "group"):
        reconciler("export", "--out", split, "--split", split)
        run = reconciler("fmt", "--check", split)
        assert (run.code, "tidy" in run.out + run.err) == (0, True)
    reconciler("init", "begun")
    assert reconciler("fmt", "--check", "begun").code == 0


# -- init


def test_init_names_the_account_and_its_root(reconciler, workspace, as_it_is, platform):
    run = reconciler("init")
    assert (run.code, run.err) == (0, "")
    assert run.out == (
        "Written to .: settings.yaml, groups.yaml.\nNext: `reconciler validate`, then `reconciler plan`.\n"
    )
    assert [each["path"] for each in platform.requests()] == ["/auth/profile", "/groups/1001"]
    assert names(workspace) == ["groups.yaml", SCHEMA, "settings.yaml"]
    assert "\n  account: 1001 " in (workspace / "settings.yaml").read_text()
    plan = as_it_is(".")
    assert "No changes. 1 object is as described." in plan
    assert plan.splitlines()[-1].startswith("Not in these files, left as they are: group/ORG-1002, ")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["cfg/"], "Next: `reconciler validate cfg`, then `reconciler plan cfg`."),
        (["--sandbox"], "Next: `reconciler validate`, then `reconciler plan --sandbox`."),
        (
            ["--sandbox", "our files"],
            "Next: `reconciler validate 'our files'`, then `reconciler plan --sandbox 'our files'`.",
        ),
    ],
)
def test_init_names_the_next_commands_as_they_can_be_typed(reconciler, workspace, arguments, expected):
    assert reconciler("init", *arguments).out.splitlines()[-1] == expected


@pytest.mark.parametrize("variables", [{"CONVIRZA_TOKEN": ""}, {"CONVIRZA_TOKEN": "nobody's"}])
def test_init_without_credentials(reconciler, workspace, variables):
    run = reconciler("init", "begun", **variables)
    assert run.code == 0
    assert run.err.startswith("The account is not named in the files: ")
    assert "nobody's" not in run.err
    assert "\n  # account: 1001 " in (workspace / "begun/settings.yaml").read_text()
    assert reconciler("fmt", "--check", "begun").code == 0
    checked = reconciler("validate", "--strict", "begun")
    assert (checked.code, checked.err) == (0, "")
    assert "No changes." in reconciler("plan", "begun").out


def test_init_with_a_platform_that_is_not_there(reconciler, workspace):
    url = f"http://127.0.0.1:{free_port()}"
    nowhere = {"CONVIRZA_API_URL": url, "CONVIRZA_OAUTH_URL": url, "CONVIRZA_RETRY_WAIT": "0.001"}
    run = reconciler("init", **nowhere)
    assert (run.code, names(workspace)) == (0, ["groups.yaml", SCHEMA, "settings.yaml"])
    assert re.fullmatch(r"The account is not named in the files: GET http://.*: no connection: .*\n", run.err)
    assert reconciler("validate", "--strict").code == 0


def test_init_in_the_sandbox(reconciler, platform, workspace):
    assert reconciler("init", "begun", "--sandbox", CONVIRZA_TOKEN="").code == 0
    assert platform.requests() == []
    run = reconciler("plan", "begun", "--sandbox", CONVIRZA_TOKEN="")
    assert (run.code, "No changes. 1 object is as described." in run.out) == (0, True)


@pytest.mark.parametrize("there", ["settings.yaml", "groups.yaml"])
def test_init_overwrites_nothing_unless_it_is_told_to(reconciler, workspace, there):
    (workspace / there).write_text("mine")
    run = reconciler("init")
    assert (run.code, run.out, contents(workspace)) == (1, "", {there: b"mine"})
    assert f"Error: nothing was written, {there} is there already; " in run.err
    assert reconciler("init", "--force").code == 0
    assert names(workspace) == ["groups.yaml", SCHEMA, "settings.yaml"]
    assert contents(workspace)[there] != b"mine"


@pytest.mark.parametrize(
    ("root", "row"),
    [
        (
            {"org_unit_name": 'Say "hi": #1', "org_unit_ext_id": "0123"},
            '- {org_unit_name: "Say \\"hi\\": #1", org_unit_ext_id: "0123"}',
        ),
        ({"org_unit_name": "yes"}, '- {org_unit_name: "yes"}'),
        ({"org_unit_name": "Größe 🦊"}, "- {org_unit_name: Größe 🦊}"),
        ({"org_unit_name": "a/b"}, "- {org_unit_name: a/b}"),
    ],
)
def test_init_for_a_root_of_any_name(reconciler, workspace, platform, as_it_is, root, row):
    platform.load(
        {
            **platform.dump(),
            "account": {"org_unit_id": 1001, **root},
            "groups": [],
            "users": [],
            "tags": [],
            "routes": [],
        }
    )
    assert reconciler("init").code == 0
    assert row in (workspace / "groups.yaml").read_text()
    assert "No changes. 1 object is as described." in as_it_is(".")


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_what_is_described_already_is_not_described_twice(reconciler, workspace, force):
    (workspace / "mine.yaml").write_text("tags:\n  - {tag_name: Spam, group: ORG-1000}\n")
    run = reconciler("export", "--out", ".", *force)
    assert (run.code, "mine.yaml is there: what they describe would be described twice" in run.err) == (
        1,
        True,
    )
    assert [path.name for path in workspace.iterdir()] == ["mine.yaml"]
