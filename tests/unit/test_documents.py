import pytest

from reconciler.errors import Source
from reconciler.files.composing import MAX_DEPTH
from reconciler.files.documents import parse


def read(text):
    """The data of the only document of a file without problems."""
    (document,), problems = parse("a.yaml", text)
    assert problems == []
    return document.data


def wrong(text):
    return [f"{line}:{column}: {message}" for (_, line, column), message in parse("a.yaml", text)[1]]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 1\nb: [x, 2, null]", {"a": 1, "b": ["x", 2, None]}),
        ("a: '1'\nb: \"yes\"\nc: yes", {"a": "1", "b": "yes", "c": "yes"}),
        ("1: a\nnull: b\n? c\n: d", {"1": "a", "null": "b", "c": "d"}),
        ("- - a\n- {b: {}}", [["a"], {"b": {}}]),
        ("just text", "just text"),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        (
            "a: !!str 10\nb: !!int '7'\nc: !!null ''\nd: !!float 1\ne: !!bool true",
            dict(zip("abcde", ("10", 7, None, 1, True), strict=True)),
        ),
        ("a: !!map {b: !!seq [1]}", {"a": {"b": [1]}}),
        ("a: &x 1\nb: *x\nc: &y [*x]\nd: *y", {"a": 1, "b": 1, "c": [1], "d": [1]}),
        ("&k a: 1\nb: *k", {"a": 1, "b": "a"}),
        ("a: &x word\n*x : 1", {"a": "word", "word": 1}),
        ("a: &x {p: 1, q: 1}\nb: {<<: *x, q: 2}", {"a": {"p": 1, "q": 1}, "b": {"q": 2, "p": 1}}),
        ("b: {<<: [{p: 1}, {p: 2, q: 2}], r: 3}", {"b": {"r": 3, "p": 1, "q": 2}}),
        ("b: {'<<': 1, !!str c: 2}", {"b": {"<<": 1, "c": 2}}),
    ],
)
def test_plain_data(text, data):
    assert read(text) == data


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("# only a comment", 0), ("---\n", 1), ("a: 1\n---\nb: 2\n...\n", 2)]
)
def test_documents_of_one_file(text, count):
    documents, problems = parse("a.yaml", text)
    assert (len(documents), problems) == (count, [])


def test_keys_and_values_know_their_places():
    (document,), _ = parse("a.yaml", "# top\ngroups:\n  - city: New York\n    tags: [a,\n      b]\n")
    group = document.data["groups"][0]
    assert document.key_place(group, "city") == Source("a.yaml", 3, 5)
    assert document.place(group, "city") == Source("a.yaml", 3, 11)
    assert document.place(document.data["groups"], 0) == Source("a.yaml", 3, 5)
    assert [document.place(group["tags"], n) for n in (0, 1)] == [
        Source("a.yaml", 4, 12),
        Source("a.yaml", 5, 7),
    ]


def test_merged_keys_are_where_they_are_written():
    (document,), _ = parse("a.yaml", "a: &x\n  p: 1\nb:\n  <<: *x\n")
    assert document.place(document.data["b"], "p") == Source("a.yaml", 2, 6)


def test_plain_scalars_are_known_as_they_are_written():
    (document,), _ = parse("a.yaml", "a: 0x10\nb: [1.50, '02108']\n<<: {c: +7}\n")
    assert document.text(document.data, "a") == "0x10"
    assert [document.text(document.data["b"], number) for number in (0, 1)] == ["1.50", "02108"]
    assert document.text(document.data, "c") == "+7"


def test_anchors_end_with_their_document():
    assert wrong("a: &x 1\n---\nb: *x\n") == ["3:4: alias *x names no anchor above it"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: 2\na: 3\n", ["3:1: key 'a' stands here twice, first on line 1"]),
        ("a: !secret x", ["1:4: tag !secret is not allowed here; values are plain YAML"]),
        ("a: !thing {b: 1}", ["1:4: tag !thing is not allowed here; values are plain YAML"]),
        ("a: !!int x", ["1:4: 'x' is not what its tag !!int says"]),
        ("a: [*x]", ["1:5: alias *x names no anchor above it"]),
        ("a: &x [*x]", ["1:8: alias *x stands within what it names"]),
        ("[a]: 1", ["1:1: a key has to be a plain word, not a list or a mapping"]),
        ("!!int a: 1", ["1:1: tag !!int is not allowed here; keys are plain words"]),
        ("!k a: 1", ["1:1: tag !k is not allowed here; keys are plain words"]),
        ("a: !!set {b: }", ["1:4: tag !!set is not allowed here; values are plain YAML"]),
        (f"a: *{'x' * 61}", [f"1:4: alias *{'x' * 60}… names no anchor above it"]),
        ("{<<: {p: 1}, <<: {q: 1}}", ["1:14: key '<<' stands here twice; give it a list of mappings"]),
        ("a: &x [{p: 1}, 7]\nb: {<<: *x}", ["1:16: `<<` takes a mapping or a list of mappings"]),
        ("a: &x 7\nb: {<<: *x}", ["2:9: `<<` takes a mapping or a list of mappings"]),
        ("a: {<<: 1}", ["1:9: `<<` takes a mapping or a list of mappings"]),
        ("a: {<<: [1]}", ["1:10: `<<` takes a mapping or a list of mappings"]),
        ("a:\n\tb: 1", ["2:1: a tab; YAML is indented with spaces only"]),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n", ["2:1: a conflict marker of git; finish the merge"]),
        ("a: [\r\n=======\r\n", ["2:1: a conflict marker of git; finish the merge"]),
        (
            "a: }\n<<<<<<<b: 1\n",
            ["1:4: not valid YAML: did not find expected node content (while parsing a block node)"],
        ),
        ("a: x\x07y", ["1:5: U+0007 is not allowed in YAML; write it as an escape in double quotes"]),
        ("a: 1\nb: \ufffe", ["2:4: U+FFFE is not allowed in YAML; write it as an escape in double quotes"]),
        (
            f"a: &x {'[' * (MAX_DEPTH - 1)}{']' * (MAX_DEPTH - 1)}\nb: [*x]",
            [f"2:5: nested more than {MAX_DEPTH} levels deep"],
        ),
        ("[" * (MAX_DEPTH + 1), [f"1:{MAX_DEPTH + 1}: nested more than {MAX_DEPTH} levels deep"]),
        ("a: &x b\nb: 1\n*x : 2\n", ["3:1: key 'b' stands here twice, first on line 2"]),
        ("a: &x [1]\n*x : 2\n", ["2:1: a key has to be a plain word, not a list or a mapping"]),
    ],
)
def test_what_is_wrong_and_where(text, problems):
    assert wrong(text) == problems


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1, 2", "1:4"),
        ("a: {b: 1\n", "1:4"),
        ("a: [1\nb: 2\n", "2:2"),
        ("a: 'x", "1:4"),
        ('a: "x\nb: 1\n\n', "1:4"),
        ("a: b: c", "1:5"),
        ("a: 1\n b: 2", "2:3"),
        ("{a: 1}}", "1:7"),
        ("%YAML 9\n", "1:8"),
    ],
)
def test_a_syntax_error_has_a_place_and_leaves_no_documents(text, place):
    documents, (problem,) = parse("a.yaml", text)
    assert documents == []
    assert problem.message.startswith("not valid YAML: ")
    assert f"{problem.source.line}:{problem.source.column}" == place


def test_problems_before_a_syntax_error_are_kept():
    assert [each[:4] for each in wrong("a: 1\na: 2\nb: [")] == ["2:1:", "3:4:"]


def test_a_file_that_expands_to_far_more_than_is_written():
    levels = [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)]
    (problem,) = wrong("\n".join(["a: &a [x]", *levels]))
    assert problem.endswith("aliases expand to far more than is written; spell it out")


def test_a_value_that_many_share_is_no_attack():
    text = "a: &a {city: Boston}\nb:\n" + "".join("  - *a\n" for _ in range(5000))
    assert len(read(text)["b"]) == 5000
