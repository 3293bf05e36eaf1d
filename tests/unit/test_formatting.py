import difflib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.facts import Type
from reconciler.formatting import formatted
from reconciler.formatting.comparing import unified
from reconciler.formatting.shapes import file_shape, phone
from reconciler.kinds import KINDS

FOLDER = Path(__file__).parents[1] / "tidy"
NAMES = sorted(path.name.removesuffix(".before.yaml") for path in FOLDER.glob("*.before.yaml"))


def tidy(text):
    done = formatted("a.yaml", text)
    assert (done.problems, done.is_ours) == ((), True)
    return done.text


def alone(text):
    """The one problem of a text that is left as it is."""
    done = formatted("a.yaml", text)
    assert done.text == text
    (problem,) = done.problems
    return str(problem)


# -- the files that show it: NAME.before.yaml and NAME.after.yaml


@pytest.mark.parametrize("name", NAMES)
def test_before_and_after(name):
    before, after = (
        (FOLDER / f"{name}.{when}.yaml").read_text(encoding="utf-8") for when in ("before", "after")
    )
    assert tidy(before) == after
    assert tidy(after) == after


def test_every_file_that_shows_it_has_two_sides():
    assert {path.name for path in FOLDER.iterdir()} == {
        f"{name}.{when}.yaml" for name in NAMES for when in ("before", "after")
    }


# -- what no such file shows well


@pytest.mark.parametrize(
    "text",
    [
        "groups: []\r\ntags: []\r\n",
        "groups: []\rtags: []\r",
        "\ufeffgroups: []\ntags: []\n",
        "groups: []\ntags: []",
        "\n\ngroups: []\ntags: []\n\n\n",
        "groups:\t[]  \ntags:  [ ]\n  ",
    ],
)
def test_the_ends_of_lines_and_of_files(text):
    assert tidy(text) == "groups: []\ntags: []\n"


def test_a_block_scalar_that_ends_with_the_file_gets_no_line_break():
    assert tidy("groups:\n- |\n  a") == "groups:\n  - |-\n    a\n"
    assert tidy("groups:\n- |+\n  a\n\n") == "groups:\n  - |+\n    a\n\n"


def test_no_blank_line_is_moved_below_a_scalar_that_would_keep_it():
    text = "tags:\n  - group: a\n\n    tag_name: |+\n      b\n"
    assert tidy(text) == "tags:\n  - tag_name: |+\n      b\n    group: a\n"


def test_a_block_scalar_that_ends_in_spaces_keeps_them():
    text = "x: 1\n\nremoved:\n- >\n a\n b\n   "
    after = "removed:\n  - >-\n    a\n    b\n      \nx: 1\n"
    assert tidy(text) == tidy(after) == after


def test_an_escaped_space_at_the_end_of_a_line_stays():
    text = 'tags:\n  - tag_name: "a \\   \n      b \\\\   \n      c"\n'
    assert tidy(text) == 'tags:\n  - tag_name: "a \\ \n      b \\\\\n      c"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("groups:\n - a\n - a: [\n", "a.yaml:3:7: not valid YAML: "),
        ("groups: []\ngroups: []\n", "a.yaml:2:1: key 'groups' stands here twice, first on line 1"),
        (f"groups: {'[' * 70}{']' * 70}\n", "a.yaml:1:72: nested more than 64 levels deep"),
        ("groups: [*a]\n", "a.yaml:1:10: alias *a names no anchor above it"),
        ("groups: !local []\n", "a.yaml:1:9: tag !local is not allowed here"),
        ("groups: [\x00]\n", "a.yaml:1:10: U+0000 is not allowed in YAML"),
        (
            "groups:\n- ? |\n    a\n  : b\n- city: c\n",
            "a.yaml:2:5: left as it is: a key that does not stand on one line",
        ),
        (
            f"defaults:\n  ? {'x' * 1001}\n  : b\n  tags:\n",
            "a.yaml:2:5: left as it is: a key that does not stand on",
        ),
    ],
)
def test_what_cannot_be_tidied_is_left_alone(text, problem):
    assert alone(text).startswith(problem)


def test_aliases_that_expand_without_end_are_left_alone():
    levels = [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)]
    assert "aliases expand" in alone("\n".join(["groups: &a [x]", *levels]))


def test_what_would_say_something_else_is_left_alone():
    text = "groups:\n  - &a {phone_number: 425-555-0134}\nusers:\n  - extra: *a\n"
    assert alone(text) == (
        "a.yaml:1:1: left as it is: tidied, it would not say the same; write it more plainly"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# groups:\n",
        "---\n",
        "services:\n   web: {image:   'x'}\n",
        "name: x\non:\n  push:\n      branches: [ main ]\n",
        "name: x\non: push\ndefaults:\n    run: {shell:  bash}\njobs: {}\n",
        "openapi: 3.1.0\ninfo: {}\ntags:\n-  name: x\n",
        "- groups\n",
        "groups\n",
        "{Groups: []}\n",
        "x: {groups: [ ]}\n",
        "groups:\n- name:  alerts\n  rules: [ ]\n",
        "users:\n- default\n- name:   x\n  shell: '/bin/sh'\n",
        "users: {name:   x}\n",
        "defaults: {run:   {shell: sh}}\n",
    ],
)
def test_a_file_of_something_else_is_not_touched(text):
    assert formatted("a.yaml", text) == (text, (), False)


@pytest.mark.parametrize(
    "text",
    [
        "groups:\n- name:  A\n- org_unit_name: B\n",
        "tags:\n- name: A\nusers:\n- {username: a@b.example, nam: x}\n",
        "users:\n- {}\n",
        "users:\n- a\n",
        "removed:\n- tag/A/B\n",
    ],
)
def test_a_file_with_slips_is_tidied(text):
    assert tidy(text) != text


def test_what_is_merged_in_is_tidied_like_what_it_is_merged_into():
    text = 'groups:\n  - <<: [{phone_number: "425 555", city: x}]\n'
    assert tidy(text) == 'groups:\n  - <<: [{city: x, phone_number: "425555"}]\n'


def test_brackets_at_the_root():
    assert tidy("{tags: [], groups: []}\n") == "{groups: [], tags: []}\n"
    assert tidy("# c\n--- {tags: [],\n groups: []}\n# d") == "# c\n---\n{groups: [],\n  tags: []}\n# d\n"


def test_an_anchor_at_the_root():
    assert tidy("--- &a   # c\ntags: []\ngroups: [1]\n") == "---\n&a   # c\ngroups: [1]\ntags: []\n"


def test_tabs_where_they_may_stand():
    text = "groups:\t[a,\t'b']\t\ntags: # c\n- group: |\t# d\n    e\n  tag_name: x\t# f\n"
    assert tidy("groups:\n  - phone_number:\t425.5550134\n") == "groups:\n  - phone_number: 425.5550134\n"
    assert tidy(text) == 'groups: [a, "b"]\ntags: # c\n  - tag_name: x # f\n    group: | # d\n      e\n'


def test_pairs_in_a_list_within_brackets():
    text = "groups: [? city : b, {c: d}, # e\n  f: g # h\n  ]\n"
    assert tidy(text) == "groups: [city: b, {c: d}, # e\n    f: g # h\n  ]\n"


def test_aliases_for_keys():
    assert tidy("tags:\n- &a tag_name: b\n- {*a : c}\n- *a : d\n") == (
        "tags:\n  - &a tag_name: b\n  - {*a : c}\n  - *a : d\n"
    )


def test_question_marks_without_a_value():
    text = "tags:\n- ? group   # c\n  ? # d\n    tag_name\n- {? a, b}\n"
    assert tidy(text) == "tags:\n  # d\n  - tag_name:\n    group:   # c\n  - {a, b}\n"
    assert tidy("defaults:\n  ? tags # c\n  :\n") == "defaults:\n  tags: # c\n"
    assert "would not say the same" in alone("tags: [? group]\n")


def test_an_anchor_that_is_named_again_stays_between_its_aliases():
    text = "groups:\n  - extra: &a {}\n    city: *a\n    parent: &a b\n    org_unit_name: *a\n"
    assert tidy(text) == text


# -- how long it takes, in calls


def calls(text):
    """How many functions are called while a text is tidied."""
    counted = 0

    def count(_frame, event, _argument):
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        tidy(text)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize(
    "entry",
    [
        "- {tag_name: 'n%d', group: a}   # c\n",
        "-   # c\n    group: [a,\n  b] # d\n\n\n    # e\n    tag_name: |\n        n%d\n",
        "- group: &a%d x\n  tag_name: *a%d\n",
    ],
)
def test_ten_times_the_entries_take_ten_times_the_work(entry):
    formatted("a.yaml", "groups: []\n")  # the schemas are read once
    few, many = (
        calls("tags:\n" + "".join(entry.replace("%d", str(number)) for number in range(count)))
        for count in (30, 300)
    )
    assert many < 10.5 * few


# -- what is known of the fields


def test_every_field_of_every_kind_has_its_place():
    for kind in KINDS.values():
        entry = file_shape().of(kind.plural).entry
        assert {field.name for field in kind.fields} <= entry.inside.keys()
        assert {name for name, shape in entry.inside.items() if shape.is_phone} == {
            field.name for field in kind.fields if field.type is Type.PHONE
        }
        defaults = file_shape().of("defaults").of(kind.plural)
        assert all(shape.is_phone == entry.inside[name].is_phone for name, shape in defaults.inside.items())


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("+1 (425) 555-0134", "+14255550134"),
        ("425.555.0134", "4255550134"),
        ("+14255550134", "+14255550134"),
        ("911", "911"),
        ("1-2", None),
        ("555-0134 ext. 12", None),
        ("", None),
        ("+1 425 555 0134\n", None),
        (" 4255550134", None),
        ("٤٢٥٥٥٥", None),
        ("1" * 25, None),
    ],
)
def test_phone_numbers(text, best):
    assert phone(text) == best


# -- differences

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "  a", "  b", "", "d é"]), max_size=30).map("\n".join)


def test_a_difference_reads_as_from_git():
    before = "".join(f"{number}\n" for number in range(20))
    after = before.replace("\n5\n", "\nfive\n").replace("\n12\n", "\n12\n12a\n").replace("19\n", "19")
    assert list(unified(before, after, "a.yaml")) == [
        line.removesuffix("\n")
        for line in difflib.unified_diff(
            before.splitlines(keepends=True),
            [*after.splitlines(keepends=True)[:-1], "19\n\\ No newline at end of file\n"],
            "a/a.yaml",
            "b/a.yaml",
        )
    ]


@settings(max_examples=50)
@given(before=TEXTS, after=TEXTS, more=st.sampled_from([0, 1200]))
def test_a_difference_is_what_git_would_apply(tmp_path_factory, before, after, more):
    long = "".join(f"line {number}\n" for number in range(more))
    before, after = long + before + "\n" + long, long.replace("7", "8") + after + "\n" + long
    lines = list(unified(before, after, "a.yaml"))
    assert applied(tmp_path_factory.mktemp("a"), before, lines) == after


def applied(folder, text, lines):
    if not lines:
        return text
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    patch = "\n".join(lines) + "\n"
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], cwd=folder, input=patch, text=True, check=True
    )
    return (folder / "a.yaml").read_text(encoding="utf-8")
