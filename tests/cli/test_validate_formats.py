"""What `validate` says of files, in every format, printed and as reports."""

import json
import os
import subprocess
import sys

import click
import jsonschema
import pytest

from reconciler.cli.validate import validate
from reconciler.files import schema
from reconciler.render.problems import FINDINGS
from tests.unit.published import as_junit, as_sarif

BAD = """\
groups: [{org_unit_name: Acme}]
users:
  - {username: nobody, group: Acme}
  - {username: b@c, citty: x}
"""
TOLD = "config.yaml:3:16: 'nobody' is not an e-mail address\n"
GOOD = "groups:\n  - {org_unit_name: Acme}\n"
WARNED = "tags: [{tag_name: Hot, group: ORG-9}]\n"


@pytest.fixture
def bad(workspace):
    (workspace / "config.yaml").write_text(BAD)
    return workspace


def as_json(text):
    document = json.loads(text)
    jsonschema.validate(document, schema.load("findings"))
    return document


def test_every_format_can_be_asked_for():
    (kind,) = (each.type for each in validate.params if each.name == "format_")
    assert isinstance(kind, click.Choice)
    assert tuple(kind.choices) == tuple(FINDINGS)


@pytest.mark.parametrize("format_", FINDINGS)
def test_only_the_document_is_printed_and_the_count_stands_beside_it(reconciler, bad, format_):
    run = reconciler("validate", "--format", format_)
    assert (run.code, run.err) == (1, "2 problems.\n")
    assert ("Valid" in run.out, "problems." in run.out) == (False, False)


def test_problems_in_every_format(reconciler, bad):
    assert reconciler("validate").out.startswith(TOLD)
    document = as_json(reconciler("validate", "--format", "json").out)
    assert (document["valid"], document["summary"]["errors"]) == (False, 2)
    assert document["summary"]["objects"] == {"group": 1, "user": 2, "tag": 0, "route": 0}
    run = as_sarif(reconciler("validate", "--format", "sarif").out)
    assert [each["ruleId"] for each in run["results"]] == ["invalid-configuration"] * 2
    suite = as_junit(reconciler("validate", "--format", "junit").out)
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert reconciler("validate", "--format", "github").out.startswith(
        "::error file=config.yaml,line=3,col=16,title=invalid-configuration::'nobody' is not an e-mail"
    )


def test_nothing_wrong_in_every_format(reconciler, workspace):
    (workspace / "config.yaml").write_text(GOOD)
    runs = {format_: reconciler("validate", "--format", format_) for format_ in FINDINGS}
    assert {(run.code, run.err) for run in runs.values()} == {(0, "")}
    assert runs["text"].out == "Valid: 1 group, 0 users, 0 tags, 0 routes.\n"
    assert as_json(runs["json"].out)["valid"]
    assert as_sarif(runs["sarif"].out)["results"] == []
    ((case,), failures) = (list(as_junit(runs["junit"].out)), as_junit(runs["junit"].out).get("failures"))
    assert (case.get("name"), list(case), failures) == ("config.yaml", [], "0")
    assert runs["github"].out == ""


@pytest.mark.parametrize(("strict", "code", "severity"), [((), 0, "warning"), (("--strict",), 1, "error")])
def test_references_to_what_no_file_describes(reconciler, workspace, strict, code, severity):
    (workspace / "config.yaml").write_text(WARNED)
    run = reconciler("validate", "--format", "json", *strict)
    document = as_json(run.out)
    assert (run.code, document["valid"]) == (code, not code)
    assert [each["severity"] for each in document["problems"]] == [severity]
    (result,) = as_sarif(reconciler("validate", "--format", "sarif", *strict).out)["results"]
    assert (result["ruleId"], result["level"]) == ("unknown-reference", severity)
    assert f"::{severity} file=config.yaml,line=1,col=31,title=unknown-reference::no file describes" in (
        reconciler("validate", "--format", "github", *strict).out
    )


def test_paths_at_which_there_is_nothing(reconciler, bad):
    (bad / "empty").mkdir()
    suite = as_junit(reconciler("validate", "--format", "junit", "none.yaml", "empty", ".", "none.yaml").out)
    assert [case.get("name") for case in suite] == ["config.yaml", "empty", "none.yaml"]
    assert suite.get("failures") == "3"


def test_an_unknown_format_is_answered_with_the_known_ones(reconciler, bad):
    run = reconciler("validate", "--format", "xml")
    assert (run.code, run.out) == (64, "")
    assert "'text', 'json', 'sarif', 'junit', 'github'" in run.err


# -- where files are, for those who look from the top of the repository


def test_places_are_told_from_the_top_of_the_repository(reconciler, workspace):
    (workspace / ".git").mkdir()
    folder = workspace / "config" / "50% größe, x: y"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(BAD)
    (workspace / "b.yaml").write_text("users: [{username: x}]\n")
    line = [sys.executable, "-m", "reconciler", "validate", ".", "../b.yaml", "--format"]
    told = {
        format_: subprocess.run(
            [*line, format_],
            cwd=workspace / "config",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        ).stdout
        for format_ in ("sarif", "github")
    }
    artifacts = as_sarif(told["sarif"])["artifacts"]
    assert [each["location"] for each in artifacts] == [
        {"uri": "b.yaml", "uriBaseId": "%SRCROOT%"},
        {"uri": "config/50%25%20gr%C3%B6%C3%9Fe%2C%20x%3A%20y/a.yaml", "uriBaseId": "%SRCROOT%"},
    ]
    assert "::error file=b.yaml,line=1,col=20," in told["github"]
    assert "::error file=config/50%25 größe%2C x%3A y/a.yaml,line=3,col=16," in told["github"]


def test_files_elsewhere_and_by_absolute_paths(reconciler, bad, tmp_path):
    (tmp_path / "elsewhere.yaml").write_text("users: [{username: x}]\n")
    paths = (str(bad / "config.yaml"), str(tmp_path / "elsewhere.yaml"), "../elsewhere.yaml")
    artifacts = as_sarif(reconciler("validate", "--format", "sarif", *paths).out)["artifacts"]
    assert [each["location"]["uri"] for each in artifacts] == [
        f"file://{tmp_path}/elsewhere.yaml",
        "config.yaml",
    ]


@pytest.mark.parametrize("format_", FINDINGS)
def test_a_file_name_that_is_not_utf_8(reconciler, workspace, format_):
    with open(os.fsencode(workspace) + b"/\xff\x1b[31m\n.yaml", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(BAD)
    run = reconciler("validate", "--format", format_, "--report", f"{format_}=report")
    assert (run.code, run.err) == (1, "2 problems.\n")
    assert (workspace / "report").read_text(encoding="utf-8") == run.out
    assert "\x1b" not in run.out
    if format_ == "sarif":
        assert as_sarif(run.out)["artifacts"][0]["location"]["uri"] == "%FF%1B%5B31m%0A.yaml"
    if format_ == "junit":
        assert as_junit(run.out)[0].get("name") == r"\udcff\x1b[31m\n.yaml"


# -- reports


def test_reports_are_what_would_be_printed(reconciler, bad):
    asked = [f"--report={format_}=report.{format_}" for format_ in FINDINGS]
    run = reconciler("validate", *asked, "--format", "github")
    assert (run.code, run.err) == (1, "2 problems.\n")
    assert run.out.startswith("::error ")
    for format_ in FINDINGS:
        printed = reconciler("validate", "--format", format_).out
        assert (bad / f"report.{format_}").read_text(encoding="utf-8") == printed


def test_reports_take_the_place_of_older_ones(reconciler, bad):
    reconciler("validate", "--report", "json=old.json")
    (bad / "config.yaml").write_text(GOOD)
    assert reconciler("validate", "--report", "json=old.json").code == 0
    assert as_json((bad / "old.json").read_text())["valid"]
    assert sorted(each.name for each in bad.iterdir()) == ["config.yaml", "old.json"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["xml=a"], "--report xml=a: write FORMAT=FILE; formats are text, json, sarif, junit, github"),
        (["json"], "--report json: write FORMAT=FILE"),
        (["json="], "--report json=: write FORMAT=FILE"),
        (["=a"], "--report =a: write FORMAT=FILE"),
        (["json=-"], "to print it, give --format json"),
        (["json=a", "sarif=a"], "a can hold one thing only"),
        (["json=a", "json=none/../a"], "none/../a can hold one thing only"),
        (["json=config.yaml"], "config.yaml is one of the files that are read"),
        (["json=./config.yaml"], "config.yaml is one of the files that are read"),
    ],
)
def test_reports_that_cannot_be_meant(reconciler, bad, given, told):
    run = reconciler("validate", *(f"--report={each}" for each in given))
    assert (run.code, run.out) == (64, "")
    assert told in run.err
    assert [each.name for each in bad.iterdir()] == ["config.yaml"]
    assert (bad / "config.yaml").read_text() == BAD


def test_a_report_that_cannot_be_written_keeps_nothing_else_from_being_said(reconciler, bad):
    os.mkfifo(bad / "pipe")
    (bad / "folder").mkdir()
    given = ("json=none/a.json", "junit=folder", "sarif=pipe", "text=good.txt")
    run = reconciler("validate", *(f"--report={each}" for each in given))
    assert run.code == 1
    assert run.out.startswith(TOLD)
    first, *more = run.err.splitlines()
    assert first == (
        f"Error: none/a.json: the report cannot be written: there is no directory {bad}/none; create it first"
    )
    assert more == [
        "  folder: the report cannot be written: this is not a regular file",
        "  pipe: the report cannot be written: this is not a regular file",
    ]
    assert (bad / "good.txt").read_text().startswith(TOLD)


def test_a_report_whose_name_is_too_long(reconciler, bad):
    run = reconciler("validate", "--report", f"json={'x' * 300}")
    assert (run.code, "the report cannot be written: File name too long" in run.err) == (1, True)


def test_a_report_is_written_where_a_link_leads(reconciler, bad):
    (bad / "link.json").symlink_to("real.json")
    assert reconciler("validate", "--report", "json=link.json").code == 1
    assert (bad / "link.json").is_symlink()
    assert as_json((bad / "real.json").read_text())["summary"]["errors"] == 2


def test_what_is_printed_to_is_no_report(bad):
    with (bad / "out.txt").open("w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", "validate", "--report", "json=out.txt"],
            cwd=bad,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, "this program prints to it already" in done.stderr) == (1, True)
    assert (bad / "out.txt").read_text().startswith(TOLD)


def test_reports_are_written_even_if_nobody_reads_what_is_printed(bad):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "validate", "--report", "json=a.json"],
        cwd=bad,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert b"Traceback" not in done.stderr
    assert as_json((bad / "a.json").read_text())["summary"]["errors"] == 2
