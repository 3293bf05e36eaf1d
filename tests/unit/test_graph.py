import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.changes import afterwards
from reconciler.model import Action, Address
from reconciler.plans.branches import all_nodes
from reconciler.plans.planning import drafted
from reconciler.render.graph import GRAPHS
from reconciler.views import Node

from .literals import desired, kept, live, ref, to, written

TOP = to("group/ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
EAST = kept("group/E", 4, org_unit_name="East", org_unit_ext_id="E", parent=TOP)
NORTH = kept("group/Acme/North", 5, org_unit_name="North", parent=TOP)
JANE = kept("user/jane@acme", 7, username="jane@acme", group=to("group/S"))
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
MAIN = kept("route/S/Main", 8, provisioned_route_name="Main", group=to("group/S"), tags=(to("tag/S/Hot"),))
EVERY = ("group", "user", "tag", "route")


def small():
    """An account in which a group moves, a user is changed, a tag is new, and a route goes."""
    wanted = desired(
        written("group/S", 1, org_unit_name="Sales", org_unit_ext_id="S", parent=ref("group/ROOT")),
        written("group/E", 2, org_unit_name="East", org_unit_ext_id="E", parent=to("group/S")),
        written("user/jane@acme", 3, username="jane@acme", group=to("group/S"), first_name="Jane"),
        written("tag/E/Cold", 4, tag_name="Cold", group=to("group/E")),
        removed=[ref("route/S/Main", 9)],
    )
    draft = drafted(wanted, live(SALES, EAST, NORTH, JANE, HOT, MAIN))
    after = afterwards(draft.aligned.live, draft.changes)
    return list(all_nodes(draft.changes, draft.aligned.root, after, EVERY))


def drawn(format_, nodes=None, colour=False):
    return "\n".join(GRAPHS[format_](small() if nodes is None else nodes, colour))


# -- a small account


def test_as_text():
    assert drawn("text") == (
        "Acme  group/ROOT\n"
        "├── North  group/Acme/North\n"
        "└── Sales  group/S\n"
        "    ├── ~ user jane@acme  (to be updated)\n"
        "    ├── Hot  tag/S/Hot\n"
        "    ├── - Main  route/S/Main  (to be deleted)\n"
        "    └── ~ East  group/E  (to be moved here from group/ROOT)\n"
        "        └── + Cold  tag/E/Cold  (to be created)"
    )


@pytest.mark.parametrize("format_", GRAPHS)
def test_what_stands_in_a_group_that_was_not_read_is_drawn_below_the_root(format_):
    lost = kept("group/77/Lost", 9, org_unit_name="Lost", parent=77)
    user = kept("user/joe@acme", 10, username="joe@acme", group=99)
    tag = kept("tag/77/Lost/Cool", 11, tag_name="Cool", group=to("group/77/Lost"))
    root = kept("group/ROOT", 1, org_unit_name="Acme", org_unit_ext_id="ROOT")
    state = {each.address: each for each in (root, lost, user, tag)}
    found = drawn(format_, list(all_nodes((), TOP, state, EVERY)))
    assert all(name in found for name in ("Lost", "joe", "Cool"))
    if format_ == "text":
        assert "└── Lost  group/77/Lost\n    └── Cool  tag/77/Lost/Cool" in found


def test_as_text_in_colour():
    lines = drawn("text", colour=True).split("\n")
    assert lines[0] == "Acme\x1b[2m  group/ROOT\x1b[0m"
    assert lines[3] == "    ├── \x1b[33m~ user jane@acme\x1b[0m  (to be updated)"
    assert {code for line in lines for code in re.findall(r"\x1b\[3\dm", line)} == {
        "\x1b[31m",
        "\x1b[32m",
        "\x1b[33m",
    }
    assert re.sub(r"\x1b\[[0-9]+m", "", "\n".join(lines)) == drawn("text")


def test_as_mermaid():
    assert drawn("mermaid") == (
        "flowchart LR\n"
        '  n0["group Acme"]\n'
        '  n1["group North"]\n'
        "  n0 --> n1\n"
        '  n2["group Sales"]\n'
        "  n0 --> n2\n"
        '  n3["#126; user jane#64;acme"]\n'
        "  n2 --> n3\n"
        '  n4["tag Hot"]\n'
        "  n2 --> n4\n"
        '  n5["#45; route Main"]\n'
        "  n2 --> n5\n"
        '  n6["#126; group East"]\n'
        "  n2 --> n6\n"
        '  n7["#43; tag Cold"]\n'
        "  n6 --> n7\n"
        "  classDef create fill:#d9f2dd,color:#1b1b1b\n"
        "  class n7 create\n"
        "  classDef update fill:#fdf0c4,color:#1b1b1b\n"
        "  class n3,n6 update\n"
        "  classDef delete fill:#f9d7d7,color:#1b1b1b\n"
        "  class n5 delete"
    )


def test_as_dot():
    assert drawn("dot") == (
        "digraph account {\n"
        "  rankdir=LR; node [shape=box, fontname=sans];\n"
        '  n0 [label="group Acme"];\n'
        '  n1 [label="group North"];\n'
        "  n0 -> n1;\n"
        '  n2 [label="group Sales"];\n'
        "  n0 -> n2;\n"
        '  n3 [label="~ user jane@acme", style=filled, fillcolor="#fdf0c4"];\n'
        "  n2 -> n3;\n"
        '  n4 [label="tag Hot"];\n'
        "  n2 -> n4;\n"
        '  n5 [label="- route Main", style=filled, fillcolor="#f9d7d7"];\n'
        "  n2 -> n5;\n"
        '  n6 [label="~ group East", style=filled, fillcolor="#fdf0c4"];\n'
        "  n2 -> n6;\n"
        '  n7 [label="+ tag Cold", style=filled, fillcolor="#d9f2dd"];\n'
        "  n6 -> n7;\n"
        "}"
    )


@pytest.mark.parametrize("format_", ["mermaid", "dot"])
def test_pictures_have_no_terminal_colours(format_):
    assert drawn(format_, colour=True) == drawn(format_, colour=False)


def test_an_account_with_nothing_but_its_root():
    root = [Node(TOP, "Acme", None)]
    assert drawn("text", root) == "Acme  group/ROOT"
    assert drawn("mermaid", root) == 'flowchart LR\n  n0["group Acme"]'
    assert drawn("dot", root).count("\n") == 3


def test_a_name_that_says_all_stands_alone():
    """A user's name is its key; so is the root's, if it has no external id and a name in small letters."""
    nodes = [Node(to("group/acme"), "acme", None), Node(to("user/jane@acme"), "Jane@Acme", to("group/acme"))]
    assert drawn("text", nodes) == "group acme\n└── user Jane@Acme"


def test_what_nobody_could_place_hangs_below_the_root():
    lost = kept("tag/77/Lost", 9, tag_name="Lost", group=77)
    draft = drafted(desired(), live(SALES, lost))
    nodes = list(all_nodes((), TOP, draft.aligned.live, EVERY))
    assert "n1 [label=" in drawn("dot", nodes)
    assert "  n0 -> n2;" in drawn("dot", nodes).split("\n")
    assert "  n0 --> n2" in drawn("mermaid", nodes).split("\n")


# -- names that nobody would give, until somebody does

HOSTILE = [
    *('"', '\\"', "\\", '\\\\"', '"];', '"]\n  evil["x', "a\nb", "a\r\nb", "a\tb", "\x1b[31mred\x1b[0m"),
    *(
        "-->",
        "--> n0",
        "]",
        "[",
        ")",
        "}",
        "{",
        "%%",
        "%%{init: {}}%%",
        "<b>bold</b>",
        "<script>alert(1)</script>",
    ),
    *("&lt;", "&amp;", "#quot;", "#35;", "#", ";", "|", "`md`", "**b**", "end", "graph", "subgraph", "class"),
    *(
        "click n0 href 'x'",
        "-- x",
        "//",
        "/*",
        "*/",
        "1. list",
        "- list",
        "\u202egnp",
        "\u2028",
        "\x00",
        "\x7f",
    ),
    *(
        "\x9b31m",
        "é",
        "e\u0301",
        "名前",
        "🦊",
        "👩\u200d👩\u200d👧",
        "\U000e0041",
        "\ud800",
        "x" * 1000,
        '"' * 1000,
    ),
    *("fa:fa-car", "\\n", "\\N", "\\G", "\\l", "  ", " x ", "\u3000", "²", "ﬁ", "$$x^2$$"),
]
NAMES = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=30)


def named(name, action=Action.UPDATE):
    return [
        Node(TOP, name, None),
        Node(Address("group", f"ROOT/{name}"), name, TOP, action, Address("group", name)),
        Node(Address("tag", f"ROOT/{name}/{name}"), name, Address("group", f"ROOT/{name}"), Action.CREATE),
    ]


PARTS = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[A-Za-z0-9_]+)|(?P<sign>->|[\[\]{};=,])|(?P<gap>\s+)'
)


def parts(text):
    """The words, signs and texts of a file in the language of Graphviz; nothing else may stand in it."""
    position, found = 0, []
    while position < len(text):
        match = PARTS.match(text, position)
        assert match, text[position : position + 40]
        position = match.end()
        if match.lastgroup != "gap":
            found.append(match.group())
    return found


def shape(tokens):
    """The same without what the texts say."""
    return ["text" if token.startswith('"') else token for token in tokens]


@given(name=NAMES)
@example('"];')
def test_no_name_leaves_its_label_in_dot(name):
    text, tame = drawn("dot", named(name)), drawn("dot", named("x"))
    tokens = parts(text)
    assert shape(tokens) == shape(parts(tame))
    assert text.count("\n") == tame.count("\n")
    assert text.replace("\n", "").isprintable()


def unquoted(token):
    return re.sub(r"\\(.)", r"\1", token[1:-1])


@pytest.mark.parametrize("name", ['say "hi"', "back\\slash", "\\N", "名前 🦊", "a -> b; }"])
def test_a_label_says_in_dot_what_the_name_is(name):
    labels = [unquoted(each) for each in parts(drawn("dot", named(name))) if each.startswith('"')]
    assert [each for each in labels if not each.startswith("#")] == [
        f"group {name}",
        f"~ group {name}",
        f"+ tag {name}",
    ]


MERMAID = [
    re.compile(r"flowchart LR"),
    re.compile(r'  n\d+\["(?:[^\W_]|[ .]|#\d+;)+"\]'),
    re.compile(r"  n\d+ --> n\d+"),
    re.compile(r"  classDef [a-z]+ fill:#[0-9a-f]{6},color:#[0-9a-f]{6}"),
    re.compile(r"  class n\d+(,n\d+)* [a-z]+"),
]


def line_kinds(text):
    return [next(n for n, each in enumerate(MERMAID) if each.fullmatch(line)) for line in text.split("\n")]


@given(name=NAMES)
@example('"]\n  evil["x')
def test_no_name_leaves_its_label_in_mermaid(name):
    assert line_kinds(drawn("mermaid", named(name))) == line_kinds(drawn("mermaid", named("x")))


@pytest.mark.parametrize(
    "name", ['say "hi"', "a --> b", "<b>&amp;</b>", "#35;", "`x`", "名前 🦊", "%%{init}%%"]
)
def test_a_label_says_in_mermaid_what_the_name_is(name):
    labels = re.findall(r'\["(.*)"\]', drawn("mermaid", named(name)))
    assert [re.sub(r"#(\d+);", lambda code: chr(int(code[1])), each) for each in labels] == [
        f"group {name}",
        f"~ group {name}",
        f"+ tag {name}",
    ]


@given(name=NAMES, colour=st.booleans())
@example(name="\x1b[31mred\x1b[0m", colour=False)
def test_no_name_leaves_its_line_in_text(name, colour):
    lines = list(GRAPHS["text"](named(name), colour))
    assert len(lines) == 3
    assert all(re.sub(r"\x1b\[(?:0|2|3[123])m", "", line).isprintable() for line in lines)
    assert all(map(str.startswith, lines, ["", "└── ", "    └── "]))


def test_a_name_without_end_is_cut():
    text = drawn("text", named("x" * 1000))
    assert f"{'x' * 400}… (1000 characters)" in text
    assert max(map(len, drawn("dot", named("x" * 1000)).split("\n"))) < 600
    assert max(map(len, drawn("mermaid", named("x" * 1000)).split("\n"))) < 600


# -- sizes


def forest(groups, members):
    """Groups below the root, each with as many tags; one node for each."""
    for number in range(groups):
        here = Address("group", f"G{number}")
        yield Node(here, f"Group {number}", TOP)
        for tag in range(members):
            action = Action.CREATE if tag == 0 else None
            yield Node(Address("tag", f"G{number}/{tag}"), f"Tag {tag}", here, action)


def test_ten_thousand_objects_take_a_line_or_two_each():
    nodes = [Node(TOP, "Acme", None), *forest(1000, 9)]
    assert len(nodes) == 10_001
    assert drawn("text", nodes).count("\n") == 10_000
    assert drawn("dot", nodes).count("\n") == 10_001 + 10_000 + 2
    assert drawn("mermaid", nodes).count("\n") == 10_001 + 10_000 + 2


@pytest.mark.parametrize("format_", ["text", "mermaid", "dot"])
def test_two_thousand_groups_one_below_the_other(format_):
    names = [f"G{number}" for number in range(2000)]
    chain = zip(names, [None, *names], strict=False)
    nodes = [
        Node(Address("group", name), name, Address("group", above) if above else None)
        for name, above in chain
    ]
    lines = list(GRAPHS[format_](nodes, False))
    assert len(lines) >= 2000
    assert "G1999" in lines[-1 if format_ == "text" else -3 if format_ == "dot" else -2]


def test_the_same_account_is_drawn_the_same_whatever_the_order_it_was_read_in():
    resources = [SALES, EAST, NORTH, JANE, HOT, MAIN]
    one, two = (
        list(all_nodes((), TOP, live(*order).resources, EVERY)) for order in (resources, resources[::-1])
    )
    assert one == two
    renamed = replace(HOT, fields={**HOT.fields, "tag_name": "Warm"})
    assert one != list(all_nodes((), TOP, live(*resources[:4], renamed, MAIN).resources, EVERY))
