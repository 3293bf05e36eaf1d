"""Files that are wrong, and all that the user is told about them.

A case is a file in `invalid/` whose leading comments say what is expected, or a folder with `expected.txt`:

    # expect: FILE:4:5: unknown key 'citty'; did you mean 'city'?
    # run: --strict               arguments of `validate`; by default the file, or for a folder none
    # xfail: reason               not so yet; `# xfail(validate): reason` if only that command is wrong

Expectations stand in the order of their places. What no file can hold in this folder is made here.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.__main__ import run
from reconciler.files.schema import load
from reconciler.kinds import KINDS

FOLDER = Path(__file__).parent / "invalid"
EXAMPLES = Path(__file__).parent.parent / "examples" / "quickstart"
PROBLEM = re.compile(r"(?P<file>.+?):(?P<line>[1-9]\d*):(?P<column>[1-9]\d*): (?P<message>.+)")
UNPRINTABLE = re.compile("[^\n\x20-\x7e\xa0-\U0010ffff]")


class Case(NamedTuple):
    path: Path
    expected: list[str]
    arguments: list[str]
    marks: dict[str, str]  # reasons, by the command that is wrong; "" for all


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


def case(path):
    lines = (path / "expected.txt" if path.is_dir() else path).read_text(encoding="utf-8").split("\n")
    told = re.compile(r"# (expect|run|xfail(?:\((\w+)\))?): (.*)")
    notes = [found for found in map(told.fullmatch, lines) if found]
    given = [note[3] for note in notes if note[1] == "run"]
    by_default = [] if path.is_dir() else [path.name]
    arguments = given[0].split() if given else by_default
    if arguments == ["--strict"]:
        arguments += by_default
    written = [note[3].replace("FILE", path.name) for note in notes if note[1] == "expect"]
    return Case(
        path,
        [line for line in lines if PROBLEM.fullmatch(line)] if path.is_dir() else written,
        arguments,
        {note[2] or "": note[3] for note in notes if note[1].startswith("xfail")},
    )


def cases(command):
    for path in sorted(FOLDER.iterdir()):
        each = case(path)
        if command == "plan" and "--strict" in each.arguments:
            continue  # `plan` asks the platform instead
        reason = each.marks.get("", each.marks.get(command))
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        yield pytest.param(each, id=path.stem, marks=marks)


def put(path, folder):
    if path.is_dir():
        shutil.copytree(path, folder, dirs_exist_ok=True, symlinks=True)
        (folder / "expected.txt").unlink()
    else:
        shutil.copy(path, folder)


@pytest.fixture
def reconciler(tmp_path, monkeypatch, capsys):
    """Runs the program in a folder of its own, with a platform that nobody can reach."""
    monkeypatch.chdir(tmp_path)
    for name in ("CONVIRZA_EMAIL", "CONVIRZA_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CONVIRZA_TOKEN", "made-up")
    monkeypatch.setenv("CONVIRZA_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CONVIRZA_OAUTH_URL", "http://127.0.0.1:9")

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["reconciler", *arguments])
        code = run()
        outcome = Outcome(code, *capsys.readouterr())
        assert "mistake in the program" not in outcome.err, outcome.err
        assert "Traceback" not in outcome.err
        assert not UNPRINTABLE.search(outcome.out + outcome.err)
        return outcome

    return call


def place(line):
    found = PROBLEM.fullmatch(line)
    assert found, f"not FILE:LINE:COLUMN: MESSAGE: {line!r}"
    return found["file"], int(found["line"]), int(found["column"]), found["message"]


def is_warning(line):
    return place(line)[-1].startswith("warning: ")


def assert_invalid(outcome, expected):
    assert outcome.out.splitlines() == expected
    count = sum(not is_warning(line) for line in expected)
    assert outcome.err == f"{count} problem{'' if count == 1 else 's'}.\n"
    assert outcome.code == 1


# -- the files


@pytest.mark.parametrize("case", list(cases("validate")))
def test_validate(case, reconciler, tmp_path):
    put(case.path, tmp_path)
    assert case.expected == sorted(case.expected, key=place)
    assert_invalid(reconciler("validate", *case.arguments), case.expected)


@pytest.mark.parametrize("case", list(cases("plan")))
def test_plan_says_the_same_before_it_asks_the_platform(case, reconciler, tmp_path):
    put(case.path, tmp_path)
    outcome = reconciler("plan", *case.arguments)
    assert outcome.err.splitlines() == [line for line in case.expected if not is_warning(line)]
    assert (outcome.out, outcome.code) == ("", 1)


# -- what no file in the folder can be


def write(text, name="groups.yaml"):
    Path(name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("bracket", "column"), [("[", 72), ("{a: ", 9 + 63 * 4), ("[{a: ", 9 + 31 * 5 + 1)])
def test_ten_thousand_brackets(bracket, column, reconciler):
    write("groups: " + bracket * 10_000)
    message = f"groups.yaml:1:{column}: nested more than 64 levels deep"
    assert_invalid(reconciler("validate", "groups.yaml"), [message])


@pytest.mark.parametrize("top", ["", ", parent: E20000", ", parent: Nowhere"], ids=["root", "ring", "open"])
def test_twenty_thousand_groups_below_one_another(top, reconciler):
    chain = (f"  - {{org_unit_name: A, org_unit_ext_id: E{n}, parent: E{n - 1}}}\n" for n in range(1, 20_001))
    write(f"groups:\n  - {{org_unit_name: A, org_unit_ext_id: E0{top}}}\n" + "".join(chain))
    outcome = reconciler("validate")
    where, number = ("2:53", 20_000) if "2" in top else ("103:55", 101)
    message = f"{number} groups stand above 'A', but at most 100 may; put it higher"
    assert_invalid(outcome, [f"groups.yaml:{where}: {message}"])


def test_a_hundred_groups_above_a_group(reconciler):
    names = "".join(f"  - {{org_unit_name: G{n}, parent: G{n - 1}}}\n" for n in range(1, 101))
    write(f"groups:\n  - org_unit_name: G0\n{names}")
    assert reconciler("validate", "--strict").code == 0


def test_text_of_a_megabyte(reconciler):
    long = "x" * 1_000_000
    write(f"groups:\n  - org_unit_name: {long}\n    zip: 5\n    timezone: {long}\n    phone_number: {long}\n")
    assert_invalid(
        reconciler("validate"),
        [
            "groups.yaml:2:20: 1000000 characters are too many; at most 255 are allowed",
            "groups.yaml:3:10: expected text or null, found the number 5; put it in quotes",
            f"groups.yaml:4:15: '{'x' * 59}… is not a known time zone such as America/New_York",
            "groups.yaml:5:19: 1000000 characters are too many; at most 24 are allowed",
        ],
    )


ENDLESS = [
    ("groups: [{org_unit_name: A, ? LONG : 1}]", "an unknown key"),
    ("groups: [{org_unit_name: A, ? LONG : 1, ? LONG : 2}]", "a key that stands twice"),
    ("groups: [{org_unit_name: A, industry_id: !!int LONG}]", "a tag that does not fit"),
    ("users: [{username: a@acme.example, group: LONG}]", "a reference to nothing"),
    ("users: [{username: a@LONG}, {username: a@LONG}]", "an object that stands twice"),
]


@pytest.mark.parametrize("text", [text for text, _ in ENDLESS], ids=[what for _, what in ENDLESS])
def test_no_line_is_endless(text, reconciler):
    write(text.replace("LONG", "x" * 1_000_000))
    outcome = reconciler("validate", "--strict")
    assert outcome.code == 1
    assert all(len(line) < 500 for line in outcome.out.splitlines())


def test_file_that_leads_nowhere(reconciler):
    Path("groups.yaml").symlink_to("nowhere.yaml")
    assert_invalid(
        reconciler("validate", "."), ["groups.yaml:1:1: cannot be read: No such file or directory"]
    )


def test_file_that_leads_to_itself(reconciler):
    Path("groups.yaml").symlink_to("groups.yaml")
    message = "groups.yaml:1:1: cannot be read: Too many levels of symbolic links"
    assert_invalid(reconciler("validate", "."), [message])
    assert_invalid(reconciler("validate", "groups.yaml"), [message])


def test_folder_that_leads_to_itself(reconciler):
    write("group: []\n")
    Path("again").symlink_to(".", target_is_directory=True)
    expected = ["groups.yaml:1:1: unknown key 'group'; did you mean 'groups'?"]
    assert_invalid(reconciler("validate", ".", "again", "again/again"), expected)


def test_folder_that_is_called_like_a_file(reconciler):
    Path("groups.yaml").mkdir()
    message = "no *.yaml or *.yml file in this directory; name another, or begin with `init` or `export`"
    assert_invalid(reconciler("validate", "groups.yaml"), [f"groups.yaml:1:1: {message}"])


@pytest.mark.parametrize(
    ("name", "shown"), [("a\x1b]0;x\x07.yaml", "a\\x1b]0;x\\x07.yaml"), ("a\nb.yaml", "a\\nb.yaml")]
)
def test_file_name_that_a_terminal_would_act_on(name, shown, reconciler):
    write("group: []\n", name)
    assert_invalid(reconciler("validate"), [f"{shown}:1:1: unknown key 'group'; did you mean 'groups'?"])
    assert_invalid(reconciler("validate", f"none/{name}"), [f"none/{shown}:1:1: no such file or directory"])


# -- anything at all


YAML = st.text(alphabet="\n\t :-[]{}&*!|>'\"%@`#,?<~.0aé\x00\x1b\x85\u2028\ufeff", max_size=12)
FIELDS = st.sampled_from(
    [name for kind in KINDS for name in load(kind)["properties"]]
    + ["account", "ignore", "external", "prune", "percentage", "<<", "", "\x1b[31m", "\x9b"]
)
WORDS = st.sampled_from(
    ["A", "B", "A/B", "1", "", "a@b.c", "A@B.C", "group/A", "user/*", "percentage", "\x9b"]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-1, 9), st.floats(), WORDS, st.text(max_size=8))
STRUCTURES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=20,
)
SECTIONS = ["settings", "defaults", "groups", "users", "tags", "routes", "removed"]


def objects(kind):
    """Objects that get as far as having a name."""
    named = st.fixed_dictionaries({kind.label: WORDS}, optional={kind.place or "group": STRUCTURES})
    return st.lists(
        st.builds(lambda more, name: more | name, st.dictionaries(FIELDS, STRUCTURES), named), max_size=4
    )


FILES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(SECTIONS, STRUCTURES),
        **{kind.plural: objects(kind) for kind in KINDS.values()},
        "removed": st.lists(STRUCTURES | WORDS, max_size=3),
    },
)


@st.composite
def mutations(draw):
    """One of the examples, after a few accidents."""
    content = bytearray(
        (EXAMPLES / draw(st.sampled_from(["calls", "groups", "users"]))).with_suffix(".yaml").read_bytes()
    )
    for accident in draw(st.lists(st.sampled_from([flip, cut, insert, swap]), min_size=1, max_size=6)):
        accident(draw, content)
    return bytes(content)


def flip(draw, content):
    if content:
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))


def cut(draw, content):
    start = draw(st.integers(0, len(content)))
    del content[start : start + draw(st.integers(1, 40))]


def insert(draw, content):
    start = draw(st.integers(0, len(content)))
    content[start:start] = draw(YAML).encode()


def swap(draw, content):
    lines = content.split(b"\n")
    one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    content[:] = b"\n".join(lines)


CONTENTS = st.one_of(mutations(), st.one_of(FILES, STRUCTURES).map(json.dumps).map(str.encode))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=CONTENTS)
def test_no_file_is_too_much(reconciler, content):
    Path("fuzz.yaml").write_bytes(content)
    outcome = reconciler("validate", "fuzz.yaml")
    assert outcome.code in (0, 1)
    if outcome.code:
        places = [place(line) for line in outcome.out.splitlines()]
        assert [each[:3] for each in places] == sorted(each[:3] for each in places)
        assert re.fullmatch(r"\d+ problems?\.\n", outcome.err)
    else:
        *warnings, last = outcome.out.splitlines()
        assert all(map(is_warning, warnings))
        assert last.startswith("Valid: ")
        assert outcome.err == ""
