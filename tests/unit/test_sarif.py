"""What is wrong with files, for code scanning."""

import os
import re
from urllib.parse import unquote

import pytest
from hypothesis import given

from reconciler import __version__

from .found import FILE_NAMES, found, problem, rendered
from .published import as_sarif


def test_no_more_results_than_github_takes_errors_first():
    problems = [problem(line=number, message="wrong") for number in range(1, 3)]
    references = [problem(line=number, message="unknown") for number in range(3, 25_003)]
    run = as_sarif(rendered("sarif", found(problems, references)))
    assert len(run["results"]) == 25_000
    assert [each["level"] for each in run["results"][:3]] == ["error", "error", "warning"]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("2 more problems are not listed here")


@pytest.mark.parametrize(
    ("file", "folder", "uri"),
    [
        ("a.yaml", "/repo", "a.yaml"),
        ("a.yaml", "/repo/config", "config/a.yaml"),
        ("./b/../a.yaml", "/repo", "a.yaml"),
        ("../a.yaml", "/repo/config", "a.yaml"),
        ("../a.yaml", "/repo", "file:///a.yaml"),
        ("/repo/c/a.yaml", "/repo/config", "c/a.yaml"),
        ("/repository/a.yaml", "/repo", "file:///repository/a.yaml"),
        ("/etc/x y.yaml", "/repo", "file:///etc/x%20y.yaml"),
        ("50% of it.yaml", "/repo", "50%25%20of%20it.yaml"),
        ("größe/日本.yaml", "/repo", "gr%C3%B6%C3%9Fe/%E6%97%A5%E6%9C%AC.yaml"),
        ("a:b?c#d&e+f.yaml", "/repo", "a%3Ab%3Fc%23d%26e%2Bf.yaml"),
        ("\udcff.yaml", "/repo", "%FF.yaml"),
        ("back\\slash.yaml", "/repo", "back%5Cslash.yaml"),
    ],
)
def test_files_of_sarif_are_relative_to_the_repository(file, folder, uri):
    run = as_sarif(rendered("sarif", found([problem(file)], files=(file,), folder=folder)))
    base = {} if uri.startswith("file://") else {"uriBaseId": "%SRCROOT%"}
    assert run["artifacts"] == [{"location": {"uri": uri, **base}, "roles": ["analysisTarget"]}]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri, **base}
    assert "%SRCROOT%" in run["originalUriBaseIds"]


def test_a_file_by_two_names_is_one_artifact():
    run = as_sarif(rendered("sarif", found([problem("./a.yaml"), problem("a.yaml")])))
    assert [each["location"]["uri"] for each in run["artifacts"]] == ["a.yaml"]
    assert len(run["results"]) == 2


def test_the_rules_of_sarif_say_what_to_do():
    run = as_sarif(rendered("sarif", found([problem()], [problem("b.yaml", 2, 5)])))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("reconciler", __version__)
    assert [each["id"] for each in driver["rules"]] == ["invalid-configuration", "unknown-reference"]
    assert all(each["help"]["text"] and each["help"]["markdown"] for each in driver["rules"])
    assert run["columnKind"] == "unicodeCodePoints"
    for result, level in zip(run["results"], ("error", "warning"), strict=True):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == level
    (place,) = run["results"][1]["locations"]
    assert place["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 5}


def test_braces_are_no_arguments_of_a_message():
    run = as_sarif(rendered("sarif", found([problem(message="{0} or {a: 1}")])))
    assert run["results"][0]["message"] == {"text": "{{0}} or {{a: 1}}"}


def fingerprints(value):
    run = as_sarif(rendered("sarif", value))
    return [tuple(each["partialFingerprints"].values()) for each in run["results"]]


@pytest.mark.parametrize("shift", [1, 99])
def test_fingerprints_survive_lines_that_are_put_in_above(shift):
    def at(more):
        return found(
            [
                problem(line=1 + more, message=f"defined twice, first at a.yaml:{5 + more}:3"),
                problem(line=2 + more, message="same"),
                problem(line=3 + more, message="same"),
                problem(line=4 + more, message="same", file="b.yaml"),
            ],
            [problem(line=9 + more, message="no file describes it")],
        )

    before = fingerprints(at(0))
    assert fingerprints(at(shift)) == before
    assert len(set(before)) == 5


@given(FILE_NAMES)
def test_a_uri_leads_back_to_the_file(file):
    run = as_sarif(rendered("sarif", found([], files=(file,), folder="/repo/config")))
    ((place,),) = ([each["location"] for each in run["artifacts"]],)
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", place["uri"].removeprefix("file://"))
    path = unquote(place["uri"].removeprefix("file://"), errors="surrogateescape")
    above = "" if place["uri"].startswith("file://") else "/repo/"
    assert os.path.normpath(above + path) == os.path.normpath(
        f"/repo/config/{file}" if file[0] != "/" else file
    )
