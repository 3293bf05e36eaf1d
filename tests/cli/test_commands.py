"""The commands as a user runs them, against the sandbox over real HTTP."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.forks import Run

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "examples" / "quickstart"
PLAN_SCHEMA = json.loads((ROOT / "schemas" / "plan.schema.json").read_text(encoding="utf-8"))
GROUP = """\
groups:
  - {org_unit_name: Night shift, parent: ORG-1000}
"""


def writes(platform):
    return [each for each in platform.requests() if each["method"] != "GET"]


def test_plan_apply_plan(reconciler, quickstart, platform):
    assert reconciler("validate", "--strict").out == "Valid: 4 groups, 3 users, 3 tags, 2 routes.\n"
    assert "Plan: 4 to create, 6 to update, 2 to delete; 2 unchanged." in reconciler("plan").out
    assert writes(platform) == []
    applied = reconciler("apply", "--yes")
    assert (applied.code, applied.err) == (0, "")
    assert "Done: 12 applied." in applied.out
    assert len(writes(platform)) == 12
    again = reconciler("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "No changes." in again.out


def test_plan_as_json_keeps_the_contract(reconciler, quickstart):
    run = reconciler("plan", "--format", "json", "--detailed-exitcode")
    plan = json.loads(run.out)
    jsonschema.validate(plan, PLAN_SCHEMA)
    assert run.code == 2
    assert plan["summary"] == {"create": 4, "update": 6, "delete": 2, "unchanged": 2, "unmanaged": 1}
    assert plan["requests"] == {"read": 9, "write": 12}
    lee = next(each for each in plan["changes"] if each["address"] == "user/lee@acme.example")
    assert lee["request"]["body"]["ct_user_ou_id"] == {"id_of": "group/ORG-2001"}
    assert lee["waits_for"] == ["group/ORG-2001"]
    assert lee["source"] == "users.yaml:11:5"
    assert run.out == reconciler("plan", "--format", "json").out


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_file_without_the_settings_beside_it(reconciler, workspace, command):
    (workspace / "config.yaml").write_text(GROUP)
    (workspace / "settings.yaml").write_text("settings: {account: 1001}\n")
    said = "! config.yaml was given without settings.yaml beside it, whose settings (account) do not hold"
    assert said in re.sub(r"\s+", " ", reconciler(command, "config.yaml").out)
    assert said not in re.sub(r"\s+", " ", reconciler(command).out)


@pytest.mark.parametrize("command", ["plan", "apply", "drift"])
def test_a_file_whose_name_ends_in_capitals(reconciler, workspace, command):
    (workspace / "config.yaml").write_text(GROUP)
    (workspace / "More.YAML").write_text("users: []\n")
    assert "! More.YAML: not read: in a folder only" in re.sub(r"\s+", " ", reconciler(command).out)


def test_apply_as_json(reconciler, workspace):
    (workspace / "config.yaml").write_text(GROUP)
    assert json.loads(reconciler("apply", "--yes", "--format", "json").out) == {
        "format_version": "1",
        "summary": {"applied": 1, "failed": 0, "skipped": 0},
        "outcomes": [
            {
                "address": "group/Acme/Night shift",
                "action": "create",
                "status": "applied",
                "reason": None,
                "id": 1005,
            }
        ],
    }
    empty = json.loads(reconciler("apply", "--yes", "--format", "json").out)
    assert empty["summary"] == {"applied": 0, "failed": 0, "skipped": 0}


def test_nobody_there_to_confirm(reconciler, quickstart, platform):
    run = reconciler("apply")
    assert run.code == 3
    assert "give --yes" in run.err
    assert writes(platform) == []


def test_nothing_to_do_needs_no_confirmation(reconciler, workspace):
    (workspace / "config.yaml").write_text("groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}\n")
    assert reconciler("apply").code == 0


def test_a_refused_change_ends_in_part(reconciler, quickstart, platform):
    platform.add_fault(method="POST", path="/groups", status=400)
    run = reconciler("apply", "--yes")
    assert run.code == 5
    assert "✗ group/ORG-2001 failed: POST /groups: 400" in run.out
    assert "user/lee@acme.example skipped: waits for group/ORG-2001, which failed" in run.out
    assert "Done: 7 applied, 1 failed, 4 skipped." in run.out
    healed = reconciler("apply", "--yes")
    assert (healed.code, "Done: 5 applied." in healed.out) == (0, True)


def test_another_account_costs_one_request(reconciler, workspace, platform):
    (workspace / "config.yaml").write_text("settings: {account: 7}\n" + GROUP)
    run = reconciler("plan")
    assert run.code == 3
    assert "config.yaml:1:21: these files are for account 7" in run.err
    assert [each["path"] for each in platform.requests()] == ["/auth/profile"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["plan", "--bogus"], 64, "No such option"),
        (["nonsense"], 64, "No such command"),
        (["plan", "--target", "user/nobody@acme.example"], 64, "no such object"),
        (["plan", "--target", "user/jan@acme.example"], 64, "did you mean user/jane@acme.example?"),
        (["plan", "--resend", "user.role"], 64, "the platform shows this field"),
        (
            ["plan", "--resend", "user.colour"],
            64,
            "choose from user.aliases, user.timezone, user.agent_code",
        ),
        (["apply", "--parallel", "0"], 64, "parallel"),
        (["plan", "missing.yaml"], 1, "missing.yaml:1:1: no such file or directory"),
        (["sandbox", "--seed", "missing.json"], 1, "missing.json: No such file or directory"),
        (["sandbox", "--seed", "groups.yaml"], 1, "not a seed"),
    ],
)
def test_wrong_usage(reconciler, quickstart, arguments, code, words):
    run = reconciler(*arguments)
    assert run.code == code
    assert words in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({"CONVIRZA_TOKEN": ""}, 1, "not signed in: run `reconciler login`"),
        ({"CONVIRZA_TOKEN": "stale"}, 1, "GET /auth/profile: 401"),
        ({"CONVIRZA_API_URL": "http://platform.example/v3"}, 64, "plain http://"),
        ({"CONVIRZA_API_URL": "nonsense"}, 64, "is not an address"),
        ({"CONVIRZA_API_URL": "http://127.0.0.1:9/v3"}, 1, "no connection: Connection refused"),
    ],
)
def test_environment(reconciler, quickstart, variables, code, words):
    run = reconciler("plan", **variables)
    assert run.code == code
    assert words in run.err
    assert "Traceback" not in run.err


def test_an_address_that_leads_nowhere_is_named(reconciler, quickstart, platform):
    nowhere = platform.api_url.removesuffix("/v3")
    run = reconciler("plan", CONVIRZA_API_URL=nowhere)
    assert run.code == 1
    assert f"look at CONVIRZA_API_URL: {nowhere} does not end in /v3, as https://" in run.err
    embedded = reconciler("plan", "--sandbox", "groups.yaml", CONVIRZA_API_URL=nowhere)
    assert "CONVIRZA_API_URL" not in embedded.err


def test_sign_in_with_email_and_password(reconciler, quickstart, platform):
    run = reconciler(
        "plan", CONVIRZA_TOKEN="", CONVIRZA_EMAIL="admin@example.com", CONVIRZA_PASSWORD="sandbox"
    )
    assert run.code == 0
    sent = [each["path"] for each in platform.requests() if each["method"] == "POST"]
    assert sent == ["/oauth/token"]


def test_secrets_are_never_printed(reconciler, quickstart, platform):
    platform.add_fault(method="GET", path="/users/list", status=500, times=None)
    runs = [
        reconciler(
            "plan", CONVIRZA_TOKEN="", CONVIRZA_EMAIL="admin@example.com", CONVIRZA_PASSWORD="s3cret!"
        ),
        reconciler("plan", CONVIRZA_API_URL="https://me:s3cret!@platform.example"),
        reconciler("plan"),
    ]
    for run in runs:
        assert run.code != 0
        assert "s3cret!" not in run.out + run.err
        assert platform.token not in run.out + run.err


def test_the_embedded_platform_is_kept(reconciler, quickstart, platform):
    assert "Done: 12 applied." in reconciler("apply", "--sandbox", "--yes").out
    assert "No changes." in reconciler("plan", "--sandbox").out
    assert (quickstart / ".reconciler" / "sandbox.json").is_file()
    assert platform.requests() == []
    (quickstart / ".reconciler" / "sandbox.json").write_text("{")
    broken = reconciler("plan", "--sandbox")
    assert (broken.code, ".reconciler/sandbox.json" in broken.err) == (1, True)


@pytest.mark.parametrize("command", [[], ["validate"], ["plan"], ["apply"], ["sandbox"]])
def test_help(reconciler, command):
    run = reconciler(*command, "--help")
    assert run.code == 0
    assert "Usage: reconciler" in run.out
    assert "\\b" not in run.out
    if command:
        assert re.search(rf"Examples?:\n    reconciler {command[0]}", run.out), run.out
    else:
        assert "\n  CONVIRZA_API_URL     default" in run.out


def test_version(reconciler):
    assert reconciler("--version") == Run(0, "reconciler, version 0.1.0\n", "")


def test_strict_validation(reconciler, workspace):
    (workspace / "config.yaml").write_text(GROUP)
    lenient, strict = reconciler("validate"), reconciler("validate", "--strict")
    assert lenient.code == 0
    assert "config.yaml:2:42: warning: no file describes group 'ORG-1000'" in lenient.out
    assert strict.code == 1
    assert "config.yaml:2:42: no file describes group 'ORG-1000'" in strict.out
    (workspace / "config.yaml").write_text("settings: {external: [group/ORG-1000]}\n" + GROUP)
    assert reconciler("validate", "--strict").code == 0


def test_annotations_name_files_from_the_top_of_the_repository(reconciler, workspace):
    (workspace.parent / ".git").mkdir()
    (workspace / "a.yaml").write_text("groups:\n  - {org_unit_name: New, parent: ORG-1000}\n")
    run = reconciler("plan", "--format", "github")
    assert f"file={workspace.name}/a.yaml,line=2,col=5" in run.out


def test_a_report_never_takes_the_place_of_what_is_read(reconciler, quickstart):
    before = (quickstart / "users.yaml").read_text()
    run = reconciler("plan", "--report", "text=users.yaml")
    assert (run.code, "is one of the files that are read" in run.err) == (64, True)
    assert (quickstart / "users.yaml").read_text() == before


def test_a_plan_takes_the_place_of_files_only(reconciler, quickstart, platform):
    os.mkfifo(quickstart / "plan.json")
    run = reconciler("plan", "--out", "plan.json")
    assert (run.code, "plan.json: the plan cannot be written" in run.err) == (1, True)
    assert not (quickstart / "plan.json").is_file()


@pytest.mark.parametrize(
    ("out", "code", "told"),
    [
        ("-", 64, "--out -: a plan is saved in a file; to print it, give --format json"),
        ("none/plan.json", 1, "none/plan.json: the plan cannot be written: there is no directory "),
    ],
)
def test_where_no_plan_can_be_saved_nothing_is_asked(reconciler, quickstart, platform, out, code, told):
    run = reconciler("plan", "--out", out)
    assert (run.code, run.out, told in run.err) == (code, "", True)
    assert platform.requests() == []
    assert not (quickstart / "-").exists()


@pytest.mark.parametrize("out", ["/dev/stdout", "plan.txt"])
def test_a_plan_is_not_saved_where_it_is_printed_to(quickstart, environment, out):
    with (quickstart / "plan.txt").open("w") as printed:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", "plan", "--out", out],
            cwd=quickstart,
            env=environment,
            stdout=printed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    told = f"Error: {out}: the plan cannot be written: this program prints to it already\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_within_the_workspace_the_plan_is_written_where_a_link_leads(reconciler, quickstart, platform):
    (quickstart / "plan.json").symlink_to("latest.json")
    assert reconciler("plan", "--out", "plan.json").code == 0
    assert (quickstart / "plan.json").is_symlink()
    assert (quickstart / "latest.json").is_file()


@pytest.mark.parametrize(("option", "what"), [("--out", "plan"), ("--report", "report")])
def test_nothing_is_written_where_a_link_leads_out_of_the_workspace(
    reconciler, quickstart, platform, tmp_path, option, what
):
    (tmp_path / "bashrc").write_text("own\n")
    (quickstart / "plan.json").symlink_to(tmp_path / "bashrc")
    run = reconciler("plan", option, "plan.json" if what == "plan" else "json=plan.json")
    said = f"a link leads to {tmp_path}/bashrc, which is elsewhere; name that itself"
    assert (run.code, f"plan.json: the {what} cannot be written: {said}" in run.err) == (1, True)
    assert (tmp_path / "bashrc").read_text() == "own\n"


def test_a_plan_is_written_to_a_folder_that_a_link_leads_to_and_to_what_is_open(
    reconciler, quickstart, platform, tmp_path
):
    (tmp_path / "elsewhere").mkdir()
    (quickstart / "out").symlink_to(tmp_path / "elsewhere")
    with (tmp_path / "open.json").open("w") as file:
        options = ("--out", "out/plan.json", "--report", f"json=/proc/{os.getpid()}/fd/{file.fileno()}")
        assert reconciler("plan", *options).code == 0
    assert (tmp_path / "elsewhere" / "plan.json").is_file()
    assert (tmp_path / "open.json").stat().st_size
