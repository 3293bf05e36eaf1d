"""What is wrong with files, in every format, for people and for programs."""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler import __version__
from reconciler.files import schema
from reconciler.render.problems import FINDINGS, findings

from .found import FILE_NAMES, OBJECTS, found, many, problem, rendered
from .published import as_junit, as_sarif

GOLDEN = Path(__file__).parents[1] / "golden" / "findings"

# -- as it is written

ODD = found(
    [
        problem("a.yaml", 2, 3, "two\nlines\r\nand \x1b[31mred\x1b[0m, \x00, \x7f, \x9b, \u202e and \ufffe"),
        problem("a.yaml", 2, 3, "two\nlines\r\nand \x1b[31mred\x1b[0m, \x00, \x7f, \x9b, \u202e and \ufffe"),
        problem("a.yaml", 10, 1, "same"),
        problem("a.yaml", 9, 1, "same"),
        problem(
            '<50%> "of" it\'s, a: b & c/größe.yaml', 7, 12, "100% of {0} and {{1}} is <b>&amp;</b>, a: b"
        ),
        problem("not utf-8 \udcff.yaml", 1, 1, "byte 0xff is not UTF-8; save the file as UTF-8"),
        problem("../beside/x.yaml", 1, 1, "group/A is defined twice, first at ../beside/y.yaml:8:5"),
        problem("/elsewhere/x.yaml", 1, 1, "cannot be read: Permission denied"),
        problem("missing.yaml", 1, 1, "no such file or directory"),
        problem("a.yaml", 11, 1, "long " * 100),
    ],
    [problem("warned.yaml", 3, 4, "no file describes group '::error::x'")],
    files=("a.yaml", '<50%> "of" it\'s, a: b & c/größe.yaml', "clean.yaml", "warned.yaml"),
    folder="/repo/config",
)


@pytest.mark.parametrize("format_", FINDINGS)
def test_odd_problems_in_every_format(format_):
    text = rendered(format_, ODD).replace(f'"{__version__}"', '"VERSION"')
    golden = GOLDEN / f"odd.{format_}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


# -- findings


def test_problems_stand_in_order_and_once():
    late, early, other = problem("b.yaml"), problem("a.yaml", 10), problem("a.yaml", 9, message="z")
    assert [each.problem for each in findings([late, early, other, late], [], strict=False)] == [
        other,
        early,
        late,
    ]


@pytest.mark.parametrize(("strict", "word", "prefix"), [(False, "warning", "warning: "), (True, "error", "")])
def test_a_reference_to_what_no_file_describes_is_an_error_if_strict(strict, word, prefix):
    (one,) = findings([], [problem(message="no file describes it")], strict=strict)
    assert (one.severity.value, one.rule.value) == (word, "unknown-reference")
    assert str(one) == f"a.yaml:1:1: {prefix}no file describes it"


def test_files_are_valid_in_spite_of_warnings():
    assert found([], [problem()]).is_valid
    assert not found([], [problem()], strict=True).is_valid


# -- text


def test_text_counts_what_is_described_if_nothing_is_wrong():
    assert rendered("text", found()) == "Valid: 1 group, 2 users, 0 tags, 1 route.\n"
    assert rendered("text", found([], [problem()])).endswith("Valid: 1 group, 2 users, 0 tags, 1 route.\n")
    assert rendered("text", found([problem()])) == "a.yaml:1:1: it is wrong\n"


# -- JSON


def as_json(text):
    document = json.loads(text)
    jsonschema.validate(document, schema.load("findings"))
    return document


def test_json_keeps_its_contract():
    message = "as \x1b[31m it\nis, " * 100
    assert as_json(rendered("json", found([problem(message=message)], [problem("b.yaml", 3, 4)]))) == {
        "format_version": "1",
        "valid": False,
        "summary": {"errors": 1, "warnings": 1, "objects": OBJECTS},
        "problems": [
            {"severity": "error", "file": "a.yaml", "line": 1, "column": 1, "message": message},
            {"severity": "warning", "file": "b.yaml", "line": 3, "column": 4, "message": "it is wrong"},
        ],
    }


def test_the_contract_refuses_what_it_does_not_know():
    document = as_json(rendered("json", found([problem()])))
    document["problems"][0]["severity"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema.load("findings"))


# -- JUnit


def test_clean_files_are_tests_that_pass():
    suite = as_junit(rendered("junit", found(files=("b.yaml", "a.yaml"))))
    assert [dict(each.attrib) for each in suite] == [
        {"name": "a.yaml", "classname": "reconciler.validate"},
        {"name": "b.yaml", "classname": "reconciler.validate"},
    ]
    assert (suite.get("tests"), suite.get("failures"), [list(each) for each in suite]) == ("2", "0", [[], []])


def test_the_errors_of_a_file_are_one_failure_and_its_warnings_are_output():
    value = found([problem(), problem(line=2)], [problem(line=3)], files=("a.yaml", "b.yaml"))
    suite = as_junit(rendered("junit", value))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    ((failure, output), clean) = suite
    assert failure.text == "a.yaml:1:1: it is wrong\na.yaml:2:1: it is wrong"
    assert failure.get("message") == "2 problems, the first at a.yaml:1:1: it is wrong"
    assert output.text == "a.yaml:3:1: warning: it is wrong"
    assert list(clean) == []


def test_a_file_with_warnings_only_passes():
    ((output,),) = as_junit(rendered("junit", found([], [problem()])))
    assert output.tag == "system-out"


def test_what_could_not_be_looked_at_is_a_test_that_fails():
    suite = as_junit(rendered("junit", found([problem("none.yaml")], files=())))
    ((failure,),) = suite
    assert (suite[0].get("name"), failure.get("message")) == ("none.yaml", "none.yaml:1:1: it is wrong")


# -- GitHub


def test_what_github_takes_apart_is_escaped():
    odd = problem("50%, a:b.yaml", 3, 4, "100%, a::b")
    assert rendered("github", found([odd])) == (
        "::error file=50%25%2C a%3Ab.yaml,line=3,col=4,title=invalid-configuration::100%25, a::b\n"
    )


def test_no_problem_becomes_a_command_of_its_own():
    hostile = problem("a\n::stop-commands::x", message="a\r\n::error::b\n")
    assert rendered("github", found([hostile])) == (
        "::error file=a\\n%3A%3Astop-commands%3A%3Ax,line=1,col=1,title=invalid-configuration::"
        "a\\r\\n::error::b\\n\n"
    )


@pytest.mark.parametrize(
    ("errors", "warnings", "told"),
    [
        (0, 0, None),
        (10, 10, None),
        (11, 3, "1 more error not shown here; `reconciler validate` prints them all"),
        (2, 12, "2 more warnings not shown here; `reconciler validate` prints them all"),
        (15, 11, "5 more errors and 1 more warning not shown here; `reconciler validate` prints them all"),
    ],
)
def test_github_is_given_as_many_as_it_shows(errors, warnings, told):
    value = found(
        [problem("z.yaml", number + 1) for number in range(errors)],
        [problem("a.yaml", number + 1) for number in range(warnings)],
    )
    lines = rendered("github", value).splitlines()
    words = ["error"] * min(errors, 10) + ["warning"] * min(warnings, 10)
    assert [line.split("::")[1].split(" ")[0] for line in lines if "notice" not in line] == words
    assert [line for line in lines if "notice" in line] == (
        [f"::notice title=More problems::{told}"] if told else []
    )


# -- of all formats

HOSTILE = st.text(
    st.characters() | st.sampled_from("\x00\x1b\n\r\x7f\x85\u2028\u202e\ufffe\uffff\ud800\U000e0001%:,<&{}]"),
    max_size=30,
)
PROBLEMS = st.lists(
    st.builds(problem, FILE_NAMES, st.integers(1, 99), st.integers(1, 99), HOSTILE), max_size=5
)
ANY = st.builds(
    lambda problems, references, files, strict: found(
        problems, references, files=tuple(files), strict=strict, folder="/repo/config"
    ),
    PROBLEMS,
    PROBLEMS,
    st.lists(FILE_NAMES, max_size=3),
    st.booleans(),
)


@given(ANY)
def test_whatever_is_wrong_no_format_breaks(value):
    texts = {format_: rendered(format_, value) for format_ in FINDINGS}
    for format_, text in texts.items():
        lines = text.removesuffix("\n").split("\n") if text else []
        assert all(line.isprintable() for line in lines), format_
    problems = as_json(texts["json"])["problems"]
    assert [(each["file"], each["message"]) for each in problems] == [
        (each.problem.source.file, each.problem.message) for each in value.all
    ]
    assert len(as_sarif(texts["sarif"])["results"]) == len(value.all)
    assert len(as_junit(texts["junit"])) == len(value.by_file())
    assert len(texts["text"].splitlines()) == len(value.all) + value.is_valid
    assert all(re.match(r"::(error|warning|notice) ", line) for line in texts["github"].splitlines())


COUNTS = {
    "text": lambda text: text.count("\n"),
    "json": lambda text: text.count('"message"'),
    "sarif": lambda text: (
        text.count('"ruleIndex"') + int((re.findall(r"(\d+) more problems", text) or [0])[0])
    ),
    "junit": lambda text: text.count(": it is wrong\n") + text.count(": it is wrong<"),
    "github": lambda text: (
        text.count("::error ") + int(text.partition("More problems::")[2].split(" ")[0].replace(",", ""))
    ),
}


@pytest.mark.parametrize(("number", "files"), [(10_000, 1), (2_000, 2_000)])
@pytest.mark.parametrize("format_", FINDINGS)
def test_ten_thousand_problems_are_only_longer(format_, number, files):
    text = rendered(format_, many(number, files=files))
    half = rendered(format_, many(number // 2, files=files // 2 or 1))
    assert COUNTS[format_](text) == number
    assert len(text) < 2.1 * len(half)


def test_even_those_are_as_published():
    assert len(as_sarif(rendered("sarif", many(2_000)))["results"]) == 2_000
    assert len(as_junit(rendered("junit", many(2_000, files=2_000)))) == 2_000
