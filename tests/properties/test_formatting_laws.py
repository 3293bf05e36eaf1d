"""What tidying a file never does, over files that nobody would write."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.events import AliasEvent, ScalarEvent

from reconciler.facts import Type
from reconciler.files.documents import parse
from reconciler.files.schema import load
from reconciler.formatting import formatted
from reconciler.kinds import KINDS
from reconciler.quoting import needs_quotes, quoted
from tests import estates

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

ROOT = Path(__file__).parents[2]
COMMENT = re.compile(r"# c\d+")
KEYS = {
    kind.plural: [*(name for name, part in load(kind.name)["properties"].items() if "readOnly" not in part)]
    for kind in KINDS.values()
}
PHONES = {field.name for kind in KINDS.values() for field in kind.fields if field.type is Type.PHONE}
WORDS = [
    *estates.GROUP_NAMES,
    *estates.NAMES,
    *estates.EMAILS,
    "it's",
    '"',
    "'\"",
    "a #b",
    "- a",
    "\t",
    "👪",
    "",
]


class Author:
    """Writes one file, in the worst of styles. `in_brackets` text has no lines that end a block."""

    def __init__(self, draw):
        self.draw = draw
        self.comments = 0
        self.phones = 0
        self.anchors = []

    def some(self, *choices):
        return self.draw(st.sampled_from(choices))

    def number(self, most):
        return self.draw(st.integers(0, most))

    def comment(self):
        self.comments += 1
        return f"# c{self.comments}" + self.some("", "", " ", ": [{", " 'x", ' "')

    def eol(self):
        return self.some("", "", "", "  ", " " + self.comment(), "      " + self.comment())

    def between(self):
        """Lines between two others: comments at any column, blank ones."""
        lines = [self.some("", "  ", None, None) for _ in range(self.number(3))]
        return "".join((" " * self.number(7) + self.comment() if x is None else x) + "\n" for x in lines)

    def file(self):
        sections = self.draw(st.permutations(["settings", "defaults", *KEYS, "removed", "x"]))
        text = self.some("", "# yaml-language-server: $schema=x\n", "\ufeff") + self.between()
        text += self.some("", "", f"%YAML 1.2\n{self.between()}---{self.eol()}\n", f"---{self.eol()}\n")
        for name in sections[: 1 + self.number(3)]:
            text += self.between() + f"{name}:" + self.section(name)
        text += self.between()
        text += self.some("", "", f"...{self.eol()}\n", f"---\n{self.between()}b: 1\n")
        if self.number(3) == 0:
            text = text.rstrip("\n") if not text.endswith("+\n") else text
        return text.replace("\n", self.some("\n", "\n", "\r\n"))

    def section(self, name):
        if name == "defaults":
            return self.mapping(2, dict.fromkeys(KEYS), self.defaults)
        if name == "settings":
            keys = dict.fromkeys(load("settings")["properties"])
            return self.mapping(self.number(2) + 1, keys, self.value)
        return self.sequence(self.number(3), lambda indent: self.entry(name, indent))

    def defaults(self, indent, key):
        return self.mapping(indent + 1 + self.number(3), dict.fromkeys(KEYS[key]), self.value)

    def entry(self, name, indent):
        if name == "removed" or self.number(5) == 0:
            return self.value(indent, "")
        if self.number(2) == 0:
            return " " + self.brackets(2, KEYS.get(name, ["a", "b"])) + self.eol() + "\n"
        return self.mapping(indent + 1 + self.number(3), [*KEYS.get(name, ()), "b", "a", "<<"], self.value)

    def mapping(self, indent, keys, value):
        """On the lines after its key, or after a dash on its line."""
        anchor = self.anchor()
        chosen = self.draw(st.lists(st.sampled_from([*keys]), min_size=1, max_size=5, unique=True))
        text = (f" {anchor}" if anchor else "") + self.eol() + "\n"
        for key in chosen:
            text += self.between() + " " * indent + self.key(key)
            text += self.merged() if key == "<<" else value(indent, key)
        if self.phones:  # what is a phone number here would be one wherever it is referred to
            self.anchors = [name for name in self.anchors if f"&{name}" != anchor]
        else:
            self.anchored(anchor)
        return text

    def key(self, key):
        if key == "<<":
            return "<<:"
        return self.some(f"{key}:", f"{key}:", f"{key} :", f"'{key}':", f'"{key}":', f"? {key}\n{{}}:")

    def merged(self):
        return " {b: 1, city: x}" + self.eol() + "\n"

    def sequence(self, indent, entry):
        text = self.eol() + "\n"
        for _ in range(1 + self.number(2)):
            text += self.between() + " " * indent + "-" + entry(indent)
        return text

    def value(self, indent, key):
        """What stands after a key or a dash, to the end of its last line."""
        deeper = " " * (indent + 1 + self.number(3))
        form = self.number(9)
        if form == 0:
            return self.literal(indent)
        if form == 1:
            return self.sequence(indent + 1 + self.number(2), self.plain_entry)
        if form == 2:
            return self.eol() + "\n" + self.between() + deeper + self.scalar(key) + self.eol() + "\n"
        if form == 3:
            return " " + self.brackets(2, ["a", "b", "c"]) + self.eol() + "\n"
        if form in (4, 5):
            return self.long(deeper) + self.eol() + "\n"
        return " " * (1 + self.number(1)) + self.scalar(key) + self.eol() + "\n"

    def long(self, deeper):
        quote = self.some("'", '"', "")
        return f" {quote} a \n{deeper}b\\\\  \n \n{deeper}  c {quote}"

    def plain_entry(self, _):
        return " " + self.scalar("") + self.eol() + "\n"

    def literal(self, indent):
        by = 1 + self.number(3)
        header = self.some("|", ">") + self.some("", str(by)) + self.some("", "-", "+")
        lines = [self.some("x", "x  ", "  x", "# no comment", "", "", "a: [") for _ in range(self.number(4))]
        if not header[1:].strip("+-"):
            lines = ["x", *lines]
        body = "".join(f"{' ' * (indent + by)}{line}\n" if line else "\n" for line in lines)
        return f" {header}{self.eol()}\n{body}"

    def scalar(self, key):
        if self.anchors and self.number(5) == 0:
            return "*" + self.some(*self.anchors)
        anchor = self.anchor()
        text = self.word(key) if self.number(8) else self.some("", "null", "~", "1", "1e3")
        self.anchored(anchor)
        return f"{anchor} {text}" if anchor else text

    def word(self, key):
        self.phones += key in PHONES
        word = self.some(*(estates.PHONES if key in PHONES else WORDS))
        doubled = word.replace("'", "''")
        forms = [quoted(word), f"'{doubled}'", f"!!str {quoted(word)}", quoted(word).replace("ö", "\\u00f6")]
        return self.some(*forms, *([] if needs_quotes(word) else [word, word]))

    def anchor(self):
        return self.some("", "", "", "&a", "&b", "&c")

    def anchored(self, anchor):
        self.anchors += [anchor[1:]] if anchor else []

    # -- brackets

    def brackets(self, depth, keys):
        is_mapping = self.number(1)
        opening, closing = "{}" if is_mapping else "[]"
        keys = self.draw(st.lists(st.sampled_from(keys), max_size=4, unique=True))
        items = [self.item(depth, key, is_mapping) for key in keys]
        comma = self.some("", ",") if items else ""
        return opening + self.gap() + ",".join(items) + comma + self.gap() + closing

    def gap(self):
        return self.some("", " ", " ", "\n" + " " * 8, f" {self.comment()}\n {self.between()}        ")

    def item(self, depth, key, is_mapping):
        if depth and self.number(4) == 0:
            value = self.brackets(depth - 1, ["a", "b"])
        else:
            value = self.scalar(key) or "1"
        spaced = self.gap() or " "
        return self.gap() + (f"{key}:{spaced}{value} " if is_mapping else f"{value} ") + self.gap()


@st.composite
def files(draw):
    author = Author(draw)
    text = author.file()
    while "{}:" in text:
        text = re.sub(r"^( *)(.*\n)\{\}:", r"\1\2\1:", text, count=1, flags=re.MULTILINE)
    return text


def comments(text):
    return Counter(COMMENT.findall(text))


def events(text):
    """What has to be there as often as before, whatever its place."""
    found: Counter[object] = Counter()
    for event in YAML(typ="safe").parse(text.removeprefix("\ufeff")):
        tag = getattr(event, "tag", None)
        anchor = getattr(event, "anchor", None)
        style = getattr(event, "flow_style", None)
        if isinstance(event, ScalarEvent):
            style = event.style if event.style in ("|", ">") else None
        found[type(event).__name__, anchor, tag, style, isinstance(event, AliasEvent)] += 1
    return found


def spelled(value, key=""):
    """The value with its phone numbers by their digits."""
    if isinstance(value, dict):
        return {name: spelled(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [spelled(each, key) for each in value]
    return re.sub(r"[+ ().-]", "", str(value)) if key in PHONES else (type(value).__name__, value)


def assert_lawful(text):
    done = formatted("a.yaml", text)
    if done.problems or not done.is_ours:
        assert done.text == text
        return done
    before, after = (parse("a.yaml", each.removeprefix("\ufeff"))[0] for each in (text, done.text))
    assert [spelled(each.data) for each in after] == [spelled(each.data) for each in before]
    assert formatted("a.yaml", done.text) == done
    assert comments(done.text) == comments(text)
    assert events(done.text) == events(text)
    assert "\r" not in done.text
    assert done.text.endswith("\n")
    return done


@settings(max_examples=150)
@given(text=files())
def test_a_file_in_the_worst_of_styles(text):
    done = assert_lawful(text)
    assert "left as it is" not in "".join(each.message for each in done.problems)


def corpus():
    """Every file of ours that there is, by name: sound or not."""
    for path in sorted([*ROOT.glob("examples/**/*.yaml"), *ROOT.glob("tests/invalid/**/*")]):
        if path.is_file():
            yield str(path.relative_to(ROOT)), path.read_bytes().decode("utf-8", "replace")
    for path in sorted(ROOT.glob("tests/scenarios/*.yaml")):
        scenario = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for name, text in scenario.get("files", {"config.yaml": scenario.get("config")}).items():
            yield f"{path.stem}/{name}", text


CORPUS = dict(corpus())


@pytest.mark.parametrize("name", CORPUS)
def test_files_that_people_wrote(name):
    assert_lawful(CORPUS[name])


ODD = [
    "#",
    " #",
    ":",
    "- ",
    "\n",
    "  ",
    "\t",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "|",
    ">",
    "?",
    "!!str ",
]
ODD += [
    "---\n",
    "...",
    "%",
    "\\",
    "\r",
    "\x85",
    "\u2028",
    "\ufeff",
    "<<: ",
    "\n\n\n",
    "\n# c0\n",
    "é",
    "👪",
    "\x00",
]


@st.composite
def accidents(draw):
    """A file that people wrote, after somebody fell on the keyboard."""
    text = CORPUS[draw(st.sampled_from([*CORPUS]))]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(st.sampled_from(ODD)) + text[start + draw(st.integers(0, 3)) :]
    return text


@settings(max_examples=150)
@given(text=accidents())
def test_files_after_an_accident(text):
    assert_lawful(text)


@settings(max_examples=100)
@given(content=estates.reconciliations())
def test_hostile_names_written_by_somebody_else(content):
    assert_lawful(json.dumps(content[1], ensure_ascii=False))
    text = "".join(f"{section}:\n{written(rows)}" for section, rows in content[1].items() if rows)
    assert "left as it is" not in str(assert_lawful(text).problems)


def written(rows):
    for row in rows:
        if isinstance(row, str):
            return "".join(f"- {quoted(each)}\n" for each in rows)
    return "".join(
        "- "
        + "\n  ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in row.items())
        + "\n"
        for row in rows
    )
