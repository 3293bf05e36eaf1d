"""`plan --base`, `show`, `drift` and `--report`: one plan on every surface, and whose change it is."""

import json
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.files.schema import load

FORMATS = ("text", "json", "markdown", "html", "github")
SALES = "  - {org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: %s}\n"
BASE = "groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}\n" + SALES % "Boston"


def git(folder, *arguments):
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@acme.example"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture
def repository(workspace):
    """The platform's own state in files, committed; what it says of Sales can be written anew."""
    (workspace / "a.yaml").write_text(BASE)
    git(workspace, "init", "--quiet", "--initial-branch", "main")
    git(workspace, "add", "a.yaml")
    git(workspace, "commit", "--quiet", "-m", "As it is")
    return workspace


def write(workspace, city):
    (workspace / "a.yaml").write_text(BASE.replace("city: Boston", f"city: {city}"))


def by_hand(platform, city):
    state = platform.dump()
    rows = [{**each, "city": city} if each["org_unit_id"] == 1002 else each for each in state["groups"]]
    platform.load({**state, "groups": rows})


def origins(reconciler, *arguments):
    run = reconciler("plan", "--format", "json", "--base", "main", *arguments)
    document = json.loads(run.out)
    Draft202012Validator(load("plan")).validate(document)
    return [
        (change["address"], field["name"], field["origin"], field["base"])
        for change in document["changes"]
        for field in change["fields"]
    ]


CITY = ("group/ORG-1002", "city")


# -- whose change it is


def test_what_this_branch_changes_is_an_edit(reconciler, repository, platform):
    write(repository, "Chicago")
    assert origins(reconciler) == [(*CITY, "edit", "Boston")]


def test_what_somebody_did_by_hand_is_drift(reconciler, repository, platform):
    by_hand(platform, "Oslo")
    assert origins(reconciler) == [(*CITY, "drift", "Boston")]


def test_what_both_have_changed_is_a_conflict_and_is_told(reconciler, repository, platform):
    write(repository, "Chicago")
    by_hand(platform, "Oslo")
    assert origins(reconciler) == [(*CITY, "conflict", "Boston")]
    run = reconciler("plan", "--base", "main")
    assert "city: Oslo → Chicago  (conflict, main has Boston)" in run.out
    assert "Since main: 1 field changed both here and on the platform (conflict)." in run.out
    assert "has moved on both sides" in run.out


@pytest.mark.parametrize("format_", FORMATS)
def test_every_surface_shows_it(reconciler, repository, platform, format_):
    write(repository, "Chicago")
    by_hand(platform, "Oslo")
    assert "conflict" in reconciler("plan", "--base", "main", "--format", format_).out


def test_a_file_that_is_new_since_then_is_an_edit(reconciler, repository, platform):
    (repository / "b.yaml").write_text("tags:\n  - {tag_name: Cold, group: Sales}\n")
    assert {each[2] for each in origins(reconciler)} == {"edit"}


def test_a_saved_plan_keeps_its_origins_and_can_be_applied(reconciler, repository, platform):
    write(repository, "Chicago")
    assert reconciler("plan", "--base", "main", "--out", "plan.json").code == 0
    assert "(edit)" in reconciler("show", "plan.json").out
    run = reconciler("apply", "--plan", "plan.json", "--yes")
    assert (run.code, "Done: 1 applied." in run.out) == (0, True)


@pytest.mark.parametrize("revision", ["nowhere", "--help", "^main", "main:a.yaml"])
def test_what_is_no_revision_ends_before_anything_is_asked(reconciler, repository, platform, revision):
    run = reconciler("plan", f"--base={revision}")
    assert (run.code, "no such revision" in run.err, platform.requests()) == (1, True, [])


def test_files_that_were_not_valid_then_said_nothing(reconciler, repository):
    (repository / "a.yaml").write_text("groups: 7\n")
    git(repository, "commit", "--quiet", "-am", "Broken")
    (repository / "a.yaml").write_text(BASE)
    run = reconciler("plan", "--base", "HEAD")
    assert (run.code, run.err) == (0, "")
    assert "the files were not valid at HEAD (HEAD:a.yaml:1:9: " in run.out


def test_a_moved_folder_is_told_to_have_no_base(reconciler, repository, platform):
    (repository / "config").mkdir()
    git(repository, "mv", "a.yaml", "config/a.yaml")
    by_hand(platform, "Oslo")
    run = reconciler("plan", "--base", "main", "config")
    assert "main has no files at config" in run.out
    assert "[no-base]" in run.out


@pytest.mark.parametrize("revision", ["", " "])
def test_an_empty_base_is_no_base(reconciler, repository, platform, revision):
    run = reconciler("plan", "--base", revision)
    assert (run.code, "--base is empty" in run.err, platform.requests()) == (64, True, [])


def test_reports_are_for_whoever_publishes_them_and_plans_for_their_owner(reconciler, repository):
    reconciler("plan", "--out", "plan.json", "--report", "markdown=plan.md", "--report", "html=plan.html")
    modes = {
        name: (repository / name).stat().st_mode & 0o777 for name in ("plan.json", "plan.md", "plan.html")
    }
    assert modes == {"plan.json": 0o600, "plan.md": 0o644, "plan.html": 0o644}


# -- drift


def test_no_drift(reconciler, repository, platform):
    run = reconciler("drift")
    assert (run.code, run.err) == (0, "No drift: the platform is as these files say.\n")
    assert {each["method"] for each in platform.requests()} == {"GET"}


def test_drift_is_reported_and_ends_with_two(reconciler, repository, platform):
    by_hand(platform, "Oslo")
    run = reconciler("drift", "--report", "markdown=drift.md", "--report", "html=drift.html")
    assert (run.code, run.err) == (2, "Drift: 1 object differs from these files.\n")
    assert "city: Oslo → Boston" in run.out
    for name in ("drift.md", "drift.html"):
        assert "Oslo" in (repository / name).read_text()
    markdown = (repository / "drift.md").read_text()
    assert markdown.startswith(
        "<!-- reconciler drift -->\n\n"
        "<h3>Drift of <code>Acme</code> (account 1001): 1 object differs from these files</h3>\n\n"
        '"-" is what the platform has now, "+" what the files say; applying takes the platform back.\n\n'
    )
    page = (repository / "drift.html").read_text()
    assert "<title>Drift of Acme</title>" in page
    assert "1 object differs from these files.</strong> Before the arrow is what the platform has now" in page
    assert {each["method"] for each in platform.requests()} == {"GET"}


@pytest.mark.parametrize(
    "option", ["--resend=user.timezone", "--allow-deletes=tag=1", "--allow-updates=tag=1"]
)
def test_what_is_for_applying_is_nothing_to_drift(reconciler, repository, platform, option):
    """What is sent again need not differ, and what is refused differs all the same."""
    run = reconciler("drift", option)
    assert (run.code, "No such option" in run.err, platform.requests()) == (64, True, [])


def test_what_no_file_describes_counts_if_asked_for(reconciler, repository, platform):
    run = reconciler("drift", "--unmanaged", "--report", "markdown=drift.md")
    assert (run.code, "are in no file" in run.err) == (2, True)
    assert "are in no file</h3>" in (repository / "drift.md").read_text()


def test_what_no_file_describes_cannot_be_limited(reconciler, repository, platform):
    run = reconciler("drift", "--unmanaged", "--target", "user/*")
    assert (run.code, platform.requests()) == (64, [])
    assert "--unmanaged is about all that no file describes" in run.err


def test_a_plan_that_is_refused_is_drift_all_the_same(reconciler, repository, platform):
    (repository / "a.yaml").write_text("settings: {limits: {update: 0}}\n" + BASE)
    by_hand(platform, "Oslo")
    assert reconciler("drift").code == 2


def test_wrong_files_are_no_drift(reconciler, repository, platform):
    (repository / "a.yaml").write_text("groups: 7\n")
    assert reconciler("drift", "--report", "markdown=drift.md").code == 1
    assert (repository / "drift.md").read_text().startswith("<!-- reconciler drift -->\n")


# -- show


@pytest.mark.parametrize("format_", FORMATS)
def test_a_saved_plan_is_shown_as_it_was_planned(reconciler, quickstart, platform, format_):
    planned = reconciler("plan", "--format", format_, "--out", "plan.json")
    nobody = {"CONVIRZA_TOKEN": "", "CONVIRZA_API_URL": "http://127.0.0.1:9", "XDG_STATE_HOME": "none"}
    shown = reconciler("show", "plan.json", "--format", format_, **nobody)
    assert (shown.code, shown.err) == (0, "")
    if format_ == "text":
        # how entries differ is not saved; both sides are
        assert set(planned.out.splitlines()) - set(shown.out.splitlines()) == set()
    else:
        assert shown.out == planned.out


def test_an_altered_plan_is_not_shown(reconciler, quickstart, platform):
    reconciler("plan", "--out", "plan.json")
    plan = quickstart / "plan.json"
    plan.write_text(plan.read_text().replace("New York", "New Cork"))
    run = reconciler("show", "plan.json")
    assert (run.code, run.out, "was altered" in run.err) == (3, "", True)


def test_what_is_no_plan_is_not_shown(reconciler, quickstart):
    run = reconciler("show", "users.yaml")
    assert (run.code, "this is not a saved plan" in run.err) == (1, True)


# -- reports


@pytest.mark.parametrize(
    "command", [["plan"], ["drift"], ["apply", "--yes"], ["show", "plan.json"]], ids=lambda each: each[0]
)
def test_every_format_in_a_file_of_its_own(reconciler, quickstart, platform, command):
    reconciler("plan", "--out", "plan.json")
    asked = [word for name in FORMATS for word in ("--report", f"{name}=out.{name}")]
    assert reconciler(*command, *asked).code == (2 if command == ["drift"] else 0)
    texts = {name: (quickstart / f"out.{name}").read_text() for name in FORMATS}
    assert all(texts.values())
    assert texts["html"].startswith("<!DOCTYPE html>")
    assert texts["markdown"].startswith("<!-- reconciler ")
    assert json.loads(texts["json"])["format_version"] == "1"


@pytest.mark.parametrize(
    ("report", "code", "words"),
    [
        ("pdf=x", 64, "formats are text, json, markdown, html, github"),
        ("html", 64, "write FORMAT=FILE"),
        ("html=", 64, "write FORMAT=FILE"),
        ("html=nowhere/x.html", 1, "there is no directory"),
        ("html=.", 1, "the report cannot be written"),
    ],
)
def test_reports_that_cannot_be(reconciler, quickstart, platform, report, code, words):
    run = reconciler("plan", "--report", report)
    assert (run.code, words in run.err) == (code, True), run.err


def test_two_reports_in_one_file(reconciler, quickstart, platform):
    run = reconciler("plan", "--report", "html=x", "--report", "text=./x")
    assert (run.code, "can hold one thing only" in run.err) == (64, True)
    assert platform.requests() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan", "--out", "users.yaml"], "--out: users.yaml is one of the files that are read"),
        (["plan", "--out", "./groups.yaml", "."], "--out: groups.yaml is one of the files that are read"),
        (["plan", "--out", "x", "--report", "text=./x"], "--report: x can hold one thing only"),
        (["apply", "--plan", "p.json", "--yes", "--report", "text=p.json"], "--report: p.json is one of the"),
        (["show", "p.json", "--report", "html=p.json"], "--report: p.json is one of the files"),
    ],
)
def test_nothing_that_is_read_is_written_over(reconciler, quickstart, platform, arguments, words):
    assert reconciler("plan", "--out", "p.json").code == 0
    before = {path.name: path.read_bytes() for path in quickstart.iterdir() if path.is_file()}
    asked = len(platform.requests())
    run = reconciler(*arguments)
    assert (run.code, words in run.err, len(platform.requests())) == (64, True, asked), run.err
    assert {path.name: path.read_bytes() for path in quickstart.iterdir() if path.is_file()} == before


def test_a_refused_plan_stays_refused_when_it_is_saved_from_stdout(reconciler, quickstart, platform):
    groups = quickstart / "groups.yaml"
    groups.write_text(groups.read_text().replace("settings:", "settings:\n  protect: [user/gone@*]"))
    (quickstart / "plan.json").write_text(reconciler("plan", "--format", "json").out)
    assert "✗ refused:" in reconciler("show", "plan.json").out
    before = platform.dump()
    run = reconciler("apply", "--plan", "plan.json", "--yes")
    assert (run.code, "refused, nothing was changed" in run.err, platform.dump()) == (3, True, before)


def test_a_refused_plan_is_reported(reconciler, quickstart, platform):
    groups = quickstart / "groups.yaml"
    groups.write_text(groups.read_text().replace("settings:", "settings:\n  protect: [user/gone@*]"))
    run = reconciler("plan", "--report", "markdown=plan.md", "--out", "plan.json")
    assert (run.code, (quickstart / "plan.json").exists()) == (3, False)
    assert "Refused" in (quickstart / "plan.md").read_text()


@pytest.mark.parametrize("command", [["plan"], ["drift"], ["apply", "--yes"]])
@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ("prune: [routes]", 3, "no file describes any route"),
        ("purge: [tags]", 1, "unknown key"),
    ],
)
def test_where_there_is_no_plan_the_reports_say_why(
    reconciler, workspace, platform, command, settings, code, words
):
    (workspace / "a.yaml").write_text(f"settings:\n  {settings}\n{BASE}")
    wanted = [f"--report={each}=report.{each}" for each in FORMATS]
    run = reconciler(*command, *wanted)
    assert (run.code, run.out) == (code, "")
    for each in FORMATS:
        assert words in (workspace / f"report.{each}").read_text(), each
    refused = json.loads((workspace / "report.json").read_text())["error"]
    assert (refused["exit_code"], bool(refused["problems"])) == (code, code == 1)
    assert "::error" in (workspace / "report.github").read_text()


def test_what_is_wrong_with_files_stands_at_its_line_in_a_log_of_github(reconciler, workspace):
    (workspace.parent / ".git").mkdir()
    (workspace / "a.yaml").write_text("groups: 7\n")
    run = reconciler("plan", "--format", "github")
    assert f"::error file={workspace.name}/a.yaml,line=1,col=9,title=Invalid configuration::" in run.out


@pytest.mark.parametrize("given", [[], ["{here}/a.yaml"]], ids=["by folder", "by path"])
@pytest.mark.parametrize("command", [["plan"], ["drift"], ["apply", "--yes"]], ids=lambda each: each[0])
def test_a_log_of_github_names_files_from_the_top(reconciler, workspace, platform, command, given):
    (workspace.parent / ".git").mkdir()
    write(workspace, "Oslo")
    platform.add_fault(method="PATCH", path="/groups/1002", status=400, times=None)
    paths = [each.format(here=workspace) for each in given]
    run = reconciler(*command, "--format", "github", "--report", "github=log", *paths)
    for log in (run.out, (workspace / "log").read_text()):
        assert f" file={workspace.name}/a.yaml,line=3,col=5,title=Updates group/ORG-1002" in log


def test_more_problems_than_fit_are_counted(reconciler, workspace):
    (workspace / "a.yaml").write_text("tags:\n" + "  - {tag_name: 7, group: Acme, unknown: 1}\n" * 2000)
    run = reconciler("plan", "--format", "github", "--report", "markdown=plan.md")
    assert run.out.count("::error ") == 10
    assert "more problems not shown here" in run.out
    page = (workspace / "plan.md").read_text()
    assert len(page.encode()) <= 64_000
    assert "more problem" in page


def test_what_is_not_carried_out_is_reported(reconciler, quickstart, platform):
    """The report of an earlier run is not taken for this one's."""
    (quickstart / "result.json").write_text("of an earlier run")
    run = reconciler("apply", "--format", "github", "--report", "json=result.json")
    refused = json.loads((quickstart / "result.json").read_text())["error"]
    assert (run.code, refused["exit_code"]) == (3, 3)
    assert "nobody is there to confirm" in refused["reasons"][0]
    assert "::error title=Refused%3A the plan was not applied::" in run.out


def documented(heading):
    """What docs/json.md shows below a heading."""
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    return json.loads(page.partition(f"## {heading}\n")[2].partition("```json\n")[2].partition("```")[0])


def test_results_and_failures_as_json_are_as_documented(reconciler, workspace, platform):
    (workspace / "a.yaml").write_text("tags:\n  - {tag_name: Cold lead, group: ORG-1002}\n")
    refused = reconciler("apply", "--report", "json=report.json", "--format", "json")
    assert (refused.code, refused.out) == (3, "")
    assert json.loads((workspace / "report.json").read_text()) == documented("A failure")
    applied = reconciler("apply", "--report", "json=report.json", "--format", "json", "--yes")
    assert json.loads(applied.out) == documented("What came of it")
    assert (workspace / "report.json").read_text() == applied.out


def test_a_plan_that_is_out_of_date_is_reported_as_that(reconciler, quickstart, platform):
    assert reconciler("plan", "--out", "plan.json").code == 0
    content = platform.dump()
    groups = [{**each, "city": "Oslo"} if each["org_unit_id"] == 1002 else each for each in content["groups"]]
    platform.load({**content, "groups": groups})
    wanted = [f"--report={each}=report.{each}" for each in FORMATS]
    assert reconciler("apply", "--plan", "plan.json", "--yes", *wanted).code == 4
    for each in ("markdown", "html", "github"):
        words = (quickstart / f"report.{each}").read_text().replace("%3A", ":")
        assert "Not applied: the plan is out of date" in words, each


def test_a_report_that_cannot_be_written_hides_nothing(reconciler, quickstart, platform):
    platform.add_fault(method="POST", path="/groups", status=400, times=None)
    (quickstart / "result.json").mkdir()
    run = reconciler("apply", "--yes", "--report", "json=result.json")
    assert (run.code, "result.json: the report cannot be written" in run.err) == (5, True)


def test_an_apply_that_fails_in_part_is_reported(reconciler, quickstart, platform):
    platform.add_fault(method="POST", path="/groups", status=400, times=None)
    run = reconciler("apply", "--yes", "--report", "json=result.json")
    assert run.code == 5
    assert json.loads((quickstart / "result.json").read_text())["summary"]["failed"] == 1
