"""The example pipelines: valid for their vendors, and run for real but for the vendors' own programs."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from reconciler.cli import cli
from reconciler.sandbox import serve

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
PIPELINES = ROOT / "examples" / "pipelines"
GITHUB = {path.stem: path for path in sorted((PIPELINES / "github-actions").glob("*.yml"))}
GITLAB = PIPELINES / "gitlab-ci" / ".gitlab-ci.yml"
MARKER = "<!-- reconciler plan -->"


def read(path):
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


WORKFLOWS = {name: read(path) for name, path in GITHUB.items()}
GITLAB_JOBS = {name: job for name, job in read(GITLAB).items() if isinstance(job, dict) and "script" in job}


def github_steps(workflow, job):
    return [step for step in WORKFLOWS[workflow]["jobs"][job]["steps"] if "run" in step]


GITLAB_BEFORE = read(GITLAB)["default"]["before_script"]
SCRIPTS = {
    **{
        f"github {workflow}/{job}/{step['name']}": step["run"]
        for workflow, content in WORKFLOWS.items()
        for job in content["jobs"]
        for step in github_steps(workflow, job)
    },
    **{f"gitlab {name}": "\n".join(job["script"]) for name, job in GITLAB_JOBS.items()},
    "gitlab Install": GITLAB_BEFORE[-1],
}


def commands(script):
    """The words of every call of the program in a script."""
    for line in script.replace("\\\n", " ").splitlines():
        for call in re.findall(r"(?:^|[;&|(] *)(reconciler .*?)(?=\|\||&&|[;)]|$)", line.strip()):
            yield shlex.split(call)


# -- as the vendors want them


@pytest.mark.parametrize(
    ("schema", "path"), [*(("github-workflows", path) for path in GITHUB.values()), ("gitlab-ci", GITLAB)]
)
def test_they_are_valid_for_their_vendors(schema: str, path: Path) -> None:
    transform = ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    command: list[str] = [
        str(TOOLS / "check-jsonschema"),
        "--builtin-schema",
        f"vendor.{schema}",
        *transform,
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_sound(name):
    command = [str(TOOLS / "shellcheck"), "--shell", "bash", "-"]
    done = subprocess.run(
        command, input=SCRIPTS[name], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_is_pasted_into_a_script(name):
    assert "${{" not in SCRIPTS[name]


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_no_job_may_more_than_it_says(workflow):
    assert workflow["permissions"] == {}
    allowed = {
        (name, right) for job in workflow["jobs"].values() for name, right in job["permissions"].items()
    }
    writes = {name for name, right in allowed if right == "write"}
    assert writes <= {"security-events", "pull-requests", "issues"}


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name.endswith("Install")])
def test_nothing_is_installed_by_a_name_that_anybody_could_take(name, tmp_path):
    given = [read(path)["env"]["RECONCILER"] for path in GITHUB.values()]
    assert {*given, read(GITLAB)["variables"]["RECONCILER"]} == {"${{ vars.RECONCILER }}", ""}
    pip = tmp_path / "pip"
    pip.write_text('#!/bin/sh\necho "installed $*"\n')
    pip.chmod(0o755)
    path = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = bash(SCRIPTS[name], tmp_path, {**path, "RECONCILER": ""})
    assert (done.returncode != 0, "installed" in done.stdout) == (True, False), done.stdout
    assert "RECONCILER: is not set; give an address and hash" in done.stdout
    assert "x.whl" in bash(SCRIPTS[name], tmp_path, {**path, "RECONCILER": "x.whl"}).stdout


def test_no_page_installs_by_that_name():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *PIPELINES.rglob("*.*")]
    texts = {path.name: path.read_text(encoding="utf-8") for path in pages if path.is_file()}
    bare = re.compile(r"(install\b.*|RECONCILER.*)\bconvirza-reconciler\b")
    assert [name for name, text in texts.items() if bare.search(text)] == []


def test_only_jobs_with_an_environment_see_credentials():
    for workflow in WORKFLOWS.values():
        for job in workflow["jobs"].values():
            assert "secrets." not in json.dumps(job) or "environment" in job


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_command_is_one_that_the_program_has(name):
    for _, command, *arguments in commands(SCRIPTS[name]):
        assert cli.commands[command].make_context(command, arguments).info_name == command


SHOWING = [
    name
    for name, script in SCRIPTS.items()
    if name.startswith("github ") and any("github" not in words for words in commands(script))
]


@pytest.mark.parametrize("name", SHOWING)
def test_what_is_shown_is_no_command_to_the_vendor(name):
    """Names from files and from the platform may look like one."""
    before, _, rest = SCRIPTS[name].partition('echo "::stop-commands::$word"')
    between, _, after = rest.partition('echo "::$word::"')
    assert [*commands(between)] == [*commands(SCRIPTS[name])]
    assert "word=$(" in before
    assert "::" not in between
    assert after


def test_commands_are_found_in_scripts():
    found = {words[1] for script in SCRIPTS.values() for words in commands(script)}
    assert found == {"validate", "fmt", "plan", "apply", "drift"}


# -- run for real

FAKE = """\
#!{python}
import json, pathlib, shutil, subprocess, sys
said, arguments = " ".join(sys.argv[1:]), sys.argv[1:]
folder = pathlib.Path(__file__).parent
after = lambda option: arguments[arguments.index(option) + 1] if option in arguments else None
with (folder / "calls").open("a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
known = json.loads((folder / "answers").read_text())
answer = next((value for words, value in known if words in said), None)
if answer is None:
    sys.exit(f"nobody expected {{said}}")
if isinstance(answer, dict) and "file" in answer:
    target = pathlib.Path(after("--output") or after("--dir") + "/plan.json")
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(answer["file"], target)
elif after("--jq"):
    subprocess.run(["jq", "--raw-output", after("--jq")], input=json.dumps(answer), text=True, check=True)
elif not after("--output"):
    print(json.dumps(answer))
"""
ISSUES = {"github": "issue list", "gitlab": "/issues?"}
JOBS: dict[str, dict[str, Any]] = {
    "github": {
        "check": ("plan", "check"),
        "plan": ("plan", "plan"),
        "again": ("apply", "plan"),
        "apply": ("apply", "apply"),
        "drift": ("drift", "drift"),
    },
    "gitlab": {"check": "check", "plan": "plan", "again": "replan", "apply": ".apply", "drift": "drift"},
}


class Done(NamedTuple):
    code: int
    text: str
    outputs: dict[str, str]


def reviewed_at(plan, *, own=True):
    """How GitHub and GitLab answer about the merged request whose plan that is."""
    runs = {"workflow_runs": [{"id": 7, "head_repository": {"full_name": "o/r" if own else "fork/r"}}]}
    return [
        ["/pulls", [{"merged_at": "2026-04-01", "head": {"sha": "abc"}}]],
        ["head_sha=abc", runs],
        ["run download 7", {"file": str(plan)}],
        ["/repository/commits/", [{"state": "opened", "iid": 4}, {"state": "merged", "iid": 5}]],
        ["/merge_requests/5/pipelines", [{"id": 7, "status": "success", "project_id": 1 if own else 2}]],
        ["/pipelines/7/jobs", [{"name": "check", "id": 8}, {"name": "plan", "id": 9}]],
        ["/jobs/9/artifacts/plan.json", {"file": str(plan)}],
    ]


@pytest.fixture
def platform():
    with serve() as sandbox:
        yield sandbox


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "examples" / "quickstart", folder)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "remote", "add", "origin", str(folder))
    commit(folder)
    return folder


def git(folder, *arguments):
    settings = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    done = subprocess.run(
        ["git", "-C", str(folder), *settings, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(params=["github", "gitlab"])
def vendor(request):
    return request.param


@pytest.fixture
def fakes(tmp_path):
    """The vendors' own programs, which keep how they were called."""
    folder = tmp_path / "fakes"
    folder.mkdir()
    for name in ("gh", "curl"):
        (folder / name).write_text(FAKE.format(python=sys.executable))
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def calls(fakes):
    return lambda: [json.loads(line) for line in (fakes / "calls").read_text().splitlines()]


@pytest.fixture
def environment(tmp_path, platform, fakes):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONVIRZA_", "COV_"))}
    return {
        **kept,
        "PATH": f"{fakes}{os.pathsep}{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "CONVIRZA_API_URL": platform.api_url,
        "CONVIRZA_OAUTH_URL": platform.oauth_url,
        "CONVIRZA_TOKEN": platform.token,
        "CONVIRZA_RETRY_WAIT": "0.01",
        **FACTS,
    }


@pytest.fixture
def run(vendor, environment, fakes, repository):
    """Runs one job of a vendor's pipeline in a folder, with what the vendor would answer and set."""

    def job(name, answers=(), folder=repository, **variables):
        (fakes / "answers").write_text(json.dumps([*answers, *DEFAULTS]))
        (fakes / "calls").write_text("")
        runner = github if vendor == "github" else gitlab
        return runner(JOBS[vendor][name], folder, {**environment, **variables})

    return job


FACTS = {
    "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "def", "PULL_REQUEST": "5", "CONFIG": ".",
    "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "5",
    "CI_COMMIT_SHA": "def", "CONVIRZA_GITLAB_TOKEN": "glpat", "CI_JOB_NAME": "apply",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
}  # fmt: skip
DEFAULTS = [
    ["/pulls", []], ["/repository/commits/", []], ["POST", {}], ["PATCH", {}], ["PUT", {}],
    ["/comments", []], ["/notes", []], ["/user", {"id": 50}], ["issue list", []], ["/issues?", []],
    ["issue ", {}], ["label ", {}],
]  # fmt: skip


def github(job, folder, environment):
    """Steps in order; after one that failed, only those that run all the same."""
    files = {name: folder.parent / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.write_text("")
    code, text, outputs = 0, "", dict[str, str]()
    for step in github_steps(*job):
        if step["name"] != "Install" and is_due(step.get("if", ""), folder, code):
            given = dict.fromkeys(step.get("env", {}), "") | environment | {"CODE": outputs.get("code", "")}
            done = bash(step["run"], folder, {**given, **{name: str(path) for name, path in files.items()}})
            code, text = code or done.returncode, text + done.stdout
            outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().split())
    return Done(code, text, outputs)


def is_due(condition, folder, code):
    needed = re.findall(r"hashFiles\('([^']+)'\)", condition)
    return (not code or "cancelled()" in condition) and all((folder / name).exists() for name in needed)


def gitlab(job, folder, environment):
    done = bash("\n".join(GITLAB_JOBS[job]["script"]), folder, environment)
    dotenv = folder / "verdict.env"
    outputs = dict(line.lower().split("=") for line in dotenv.read_text().split()) if dotenv.exists() else {}
    return Done(done.returncode, done.stdout, outputs)


def bash(script, folder, environment):
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def request_(run, repository, tmp_path):
    """A request to merge one change of a city, planned on its branch; gives the plan that was reviewed."""
    base = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "--quiet", "-b", "topic")
    edit(repository, "New York", "Chicago")
    commit(repository)
    done = run("plan", BASE=base)
    assert done.code == 0, done.text
    return Path(shutil.copyfile(repository / "plan.json", tmp_path / "reviewed.json"))


def edit(folder, old, new):
    path = folder / "groups.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def merged(repository):
    """The topic's files on main, as a squash leaves them, in a fresh checkout."""
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--squash", "topic")
    commit(repository)
    git(repository, "clean", "--quiet", "-dfx")


@pytest.fixture
def journals(tmp_path):
    return lambda: list((tmp_path / "workspace" / ".reconciler" / "journal").glob("*.jsonl"))


@pytest.fixture
def apply(run, tmp_path):
    """Applies a plan that was handed over, in a workspace without the files."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()

    def job(plan, verdict="reviewed", **variables):
        shutil.copyfile(plan, workspace / "plan.json")
        return run("apply", folder=workspace, VERDICT=verdict, **variables)

    return job


def moved(platform):
    seed = platform.dump()
    groups = [{**each, "city": "Oslo"} if each["org_unit_id"] == 1002 else each for each in seed["groups"]]
    platform.load({**seed, "groups": groups})


def sent(platform):
    return [each for each in platform.requests() if each["method"] != "GET"]


def test_files_are_checked_without_a_platform(run, vendor, repository):
    nowhere = {"CONVIRZA_API_URL": "http://127.0.0.1:9", "CONVIRZA_TOKEN": ""}
    report = repository / {"github": "validate.sarif", "gitlab": "validate.xml"}[vendor]
    good = run("check", **nowhere)
    assert (good.code, report.exists()) == (0, True), good.text
    edit(repository, "parent: ORG-1000", "parent:   Nowhere")
    bad = run("check", **nowhere)
    assert (bad.code, "no file describes group 'Nowhere'" in bad.text) == (1, True), bad.text
    assert "Nowhere" in report.read_text()


def test_untidy_files_are_told(run, repository):
    edit(repository, "parent: ORG-1000", "parent:   ORG-1000")
    done = run("check")
    assert (done.code, "+    parent: ORG-1000" in done.text) == (1, True), done.text


def test_a_plan_is_commented_once_and_kept(run, vendor, repository, request_, calls):
    plan = json.loads(request_.read_text())
    assert plan["base"]
    assert (repository / "plan.md").read_text().startswith(MARKER)
    assert "<html" in (repository / "plan.html").read_text()
    create, update = (
        [call for call in calls() if "POST" in call],
        [call for call in calls() if "PUT" in call],
    )
    assert (len(create), update) == (1, [])
    assert "body=@plan.md" in create[0] or "body@plan.md" in create[0]


@pytest.fixture
def behind(repository, environment):
    """A topic that lacks what has been merged since, which is applied."""

    def start(old, new):
        git(repository, "checkout", "--quiet", "-b", "topic")
        edit(repository, "New York", "Chicago")
        commit(repository)
        git(repository, "checkout", "--quiet", "main")
        edit(repository, old, new)
        commit(repository)
        done = bash("reconciler apply --yes", repository, environment)
        assert done.returncode == 0, done.stdout
        git(repository, "checkout", "--quiet", "--detach", "topic")

    return start


@pytest.mark.parametrize("vendor", ["gitlab"], indirect=True)  # GitHub checks out the merge by itself
def test_what_merging_would_give_is_planned(run, repository, tmp_path, behind):
    behind("Support", "Service")
    done = run("plan")
    assert done.code == 0, done.text
    plan = json.loads((repository / "plan.json").read_text())
    told = [(field["name"], field["new"]) for change in plan["changes"] for field in change["fields"]]
    assert told == [("city", "Chicago")]
    reviewed = Path(shutil.copyfile(repository / "plan.json", tmp_path / "reviewed.json"))
    merged(repository)
    assert run("again", reviewed_at(reviewed)).outputs["verdict"] == "reviewed"


@pytest.mark.parametrize("vendor", ["gitlab"], indirect=True)
def test_what_cannot_be_merged_has_no_plan(run, repository, behind):
    behind("New York", "Boston")
    done = run("plan")
    assert (done.code, "this branch conflicts with main" in done.text) == (1, True), done.text
    assert not (repository / "plan.json").exists()


def test_a_second_plan_brings_its_own_comment_up_to_date(run, vendor, repository, request_, calls):
    said = {"id": 3, "body": "Looks good", "user": {"type": "User"}, "author": {"id": 9}}
    forged = {**said, "id": 6, "body": f"{MARKER}\n# Plan"}
    own = {"id": 4, "body": f"{MARKER}\n# Plan", "user": {"type": "Bot"}, "author": {"id": 50}}
    base = git(repository, "rev-parse", "main")
    comments = [said, forged, own]
    answers = [["--method PATCH", {}], ["--request PUT", {}], ["/comments", comments], ["/notes", comments]]
    done = run("plan", answers, BASE=base)
    assert done.code == 0, done.text
    writing = [call for call in calls() if {"POST", "PATCH", "PUT"} & set(call)]
    assert [("comments/4" in " ".join(call) or "notes/4" in " ".join(call)) for call in writing] == [True]


def test_a_plan_that_is_refused_fails_and_is_shown(run, repository, calls):
    edit(repository, "  account: 1001", "  limits: {update: 1}\n  account: 1001")
    head = git(repository, "rev-parse", "HEAD")
    done = run("plan", BASE=head)
    assert (done.code, "safety rule forbids this plan" in done.text) == (3, True), done.text
    assert not (repository / "plan.json").exists()
    assert [call for call in calls() if "POST" in call]


@pytest.mark.parametrize("job", ["plan", "again"])
def test_what_fails_otherwise_fails_here(run, repository, job, calls):
    (repository / "groups.yaml").write_text("groups: [")
    head = git(repository, "rev-parse", "HEAD")
    done = run(job, BASE=head)
    assert (done.code, "groups.yaml:1:9" in done.text) == (1, True), done.text
    # a comment of an earlier plan is not left standing
    assert bool([call for call in calls() if "POST" in call]) == (job == "plan")


def test_no_report_that_was_committed_is_posted(run, repository, calls):
    base = git(repository, "rev-parse", "HEAD")
    (repository / "plan.md").write_text(f"{MARKER}\nNo changes.")
    (repository / "x.yaml").symlink_to("plan.md")
    commit(repository)
    done = run("plan", BASE=base)
    assert done.code not in (0, 2), done.text
    assert not (repository / "plan.md").exists()
    assert not any("plan.md" in " ".join(call) for call in calls())


def test_no_plan_that_was_committed_counts_as_reviewed(run, vendor, repository, request_):
    planted = repository / {"github": "reviewed/plan.json", "gitlab": "reviewed.json"}[vendor]
    merged(repository)
    planted.parent.mkdir(exist_ok=True)
    shutil.copyfile(request_, planted)
    assert run("again").outputs["verdict"] == "new"


def test_no_step_takes_up_what_was_committed_if_the_one_that_makes_it_was_skipped():
    conditions = [
        step["if"]
        for content in WORKFLOWS.values()
        for job in content["jobs"].values()
        for step in job["steps"]
        if "hashFiles" in step.get("if", "")
    ]
    assert conditions
    assert all("outcome != 'skipped'" in each for each in conditions)


def test_what_was_reviewed_is_applied_and_only_once(run, apply, repository, request_, platform, journals):
    merged(repository)
    again = run("again", reviewed_at(request_))
    assert (again.code, again.outputs["verdict"]) == (0, "reviewed"), again.text
    assert sent(platform) == []
    plan = repository / "plan.json"
    assert plan.read_bytes() == request_.read_bytes()
    first = apply(plan)
    assert first.code == 0, first.text
    assert len(sent(platform)) == json.loads(plan.read_text())["requests"]["write"]
    assert len(journals()) == 1
    second = apply(plan)
    assert (second.code, "the plan was applied before" in second.text) == (3, True), second.text
    assert run("again").outputs["verdict"] == "nothing"


def test_a_plan_from_a_fork_is_not_taken(run, repository, request_):
    merged(repository)
    again = run("again", reviewed_at(request_, own=False))
    assert (again.code, again.outputs["verdict"]) == (0, "new"), again.text


def test_what_nobody_reviewed_waits(run, apply, vendor, repository, request_, platform):
    merged(repository)
    again = run("again")
    assert (again.code, again.outputs["verdict"]) == (0, "new"), again.text
    if vendor == "gitlab":
        waiting = apply(repository / "plan.json", "new")
        assert (waiting.code, "start job approve" in waiting.text, sent(platform)) == (1, True, [])
    approved = apply(repository / "plan.json", "new", CI_JOB_NAME="approve")
    assert approved.code == 0, approved.text


def test_another_merge_in_between_makes_it_another_plan(run, repository, request_):
    merged(repository)
    edit(repository, "Support", "Service")
    commit(repository)
    assert run("again", reviewed_at(request_)).outputs["verdict"] == "new"


def test_lines_that_moved_are_no_other_plan(run, repository, request_):
    merged(repository)
    edit(repository, "groups:\n", "# a line that somebody else has merged\n\ngroups:\n")
    commit(repository)
    assert run("again", reviewed_at(request_)).outputs["verdict"] == "reviewed"


def test_what_moved_while_a_plan_waited_is_stale(apply, request_, platform):
    moved(platform)
    done = apply(request_)
    assert (done.code, "Stale" in done.text, sent(platform)) == (4, True, [])


def test_what_fails_in_part_is_said_and_journaled(apply, request_, platform, journals):
    platform.add_fault(method="POST", path="/groups", status=400)
    done = apply(request_)
    assert (done.code, "In part" in done.text, len(journals())) == (5, True, 1), done.text


def test_a_plan_that_was_altered_is_refused(apply, request_, platform):
    request_.write_text(request_.read_text().replace("Chicago", "Seattle"))
    done = apply(request_)
    assert (done.code, "Refused" in done.text, sent(platform)) == (3, True, [])


def test_drift_opens_one_issue_keeps_it_current_and_closes_it(
    run, vendor, repository, platform, calls, environment
):
    settled = bash("reconciler apply --yes", repository, environment)
    assert settled.returncode == 0, settled.stdout
    assert run("drift").code == 0
    moved(platform)
    found = run("drift")
    assert found.code == 2, found.text
    assert "Oslo" in (repository / "drift.md").read_text()
    assert "Oslo" in (repository / "drift.html").read_text()
    assert [call for call in calls() if "create" in call or "POST" in call]
    known = [[ISSUES[vendor], [{"number": 8, "iid": 8}]]]
    assert run("drift", known).code == 2
    assert not [call for call in calls() if "issue create" in " ".join(call) or "POST" in call]
    assert [call for call in calls() if "issue edit 8" in " ".join(call) or "/issues/8" in call[-1]]
    assert bash("reconciler apply --yes", repository, environment).returncode == 0
    assert run("drift", known).code == 0
    assert [call for call in calls() if "close" in " ".join(call)]
