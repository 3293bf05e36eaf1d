import pytest

from reconciler.files.documents import parse

COMMENT = '" #" begins a comment: put the text in quotes'
BLANK = "a blank belongs behind the {}"


def told(text):
    _, (problem,) = parse("a.yaml", text)
    message, _, words = problem.message.partition("; ")
    assert message.startswith("not valid YAML: ")
    return f"{problem.source.line}:{problem.source.column}", words


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("- last_name: 'O'Brien'\n  role: x\n", "1:17", "between these quotes, write '' for '"),
        ("- {last_name: 'O'Brien', role: x}\n", "1:18", "between these quotes, write '' for '"),
        ('- last_name: "O"Brien"\n', "1:17", 'between these quotes, write \\" for "'),
        ("- org_unit_name:Acme\n  city: x\n", "1:17", BLANK.format("colon")),
        ("a:\n  b: c\n  city:Boston\n\n  # c\nd: x\n", "3:8", BLANK.format("colon")),
        ("- {city:Boston, zip: x}\n", "1:8", BLANK.format("colon")),
        ("- {zip: x, city:Boston}\n", "1:16", BLANK.format("colon")),
        ("-city: x\n zip: y\n", "1:2", BLANK.format("hyphen")),
        ("- {tag_name: Acme #1, group: x}\n- {tag_name: y}\n", "1:19", COMMENT),
        ("- tags: [a #1, b]\n  x: y\n", "1:12", COMMENT),
        ("- tag_name: *VIP*\n", "1:17", "put the text in quotes"),
        ("- tag_name: & co\n", "1:14", "put the text in quotes"),
        ("g:\n  - a: x\n   b: y\n", "3:4", "begin it in column 5, as the key above it"),
        ("g:\n  - a: x\n      b: y\n", "3:8", "begin it in column 5, as the key above it"),
        ("g:\n  - a: x\n  b: y\n", "3:3", "begin it in column 5, as the key above it"),
        ("g:\n  - a:\n      - c\n   b: y\n", "4:4", "begin it in column 5, as the key above it"),
        ("g:\n  - a: x\n - b: y\n", "3:2", "begin it in column 3, as the entry above it"),
        ("h:\n   x: y\ng:\n  a: x\n   b: y\n", "5:5", "begin it in column 3, as the key above it"),
        ("g:\n  - a: x\n b: y\n", "3:2", "begin it in the same column as what it stands beside"),
    ],
)
def test_what_to_write_instead(text, place, words):
    assert told(text) == (place, words)


@pytest.mark.parametrize(
    "text",
    [
        "- {a: b, # see [c]\n   d\n- x\n",
        "a: 'b' c\n",
        "a: b\n}\n",
        "- [x, https://acme.example]: {\n",
        "a: [b\n",
    ],
)
def test_what_may_be_meant_in_many_ways(text):
    assert told(text)[1] in ("", "between brackets, text with a colon needs quotes")
