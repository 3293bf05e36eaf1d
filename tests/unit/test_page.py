"""The page of a plan as text: what is in it, that data is never more than text, and that it streams."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import Source
from reconciler.model import (
    Action,
    Address,
    Branch,
    Change,
    EntryChange,
    FieldChange,
    Notice,
    Origin,
    Outcome,
    Plan,
    Request,
    Resource,
    Status,
)
from reconciler.plans.planfile import document
from reconciler.render import FORMATS
from reconciler.render.html.facets import facet, portions
from reconciler.render.html.trees import twigs
from reconciler.render.html.words import of_pair, of_text, of_value
from reconciler.runs import savedplan
from reconciler.wording import safe
from tests.browser import plans

from .literals import deleted, kept, result_of, to, updated


def page(plan):
    return "\n".join(FORMATS["html"].plan(plan, False))


def result(outcomes):
    return "\n".join(FORMATS["html"].result(result_of(outcomes), False))


class Parsed(HTMLParser):
    """Which elements and attributes there are, in order, and the text that a reader gets to see."""

    def __init__(self, text):
        super().__init__()
        self.shape, self.links, self.texts, self._skipped = [], [], [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.shape.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self._skipped = tag in ("script", "style")

    def handle_endtag(self, _tag):
        self._skipped = False

    def handle_data(self, data):
        if not self._skipped:
            self.texts.append(data)


# -- nobody's data is more than text

NASTY = st.sampled_from(
    (
        *("<script>", "</script>", "-->", "<!--", "</noscript>", "</style>", "]]>", "&lt;", "javascript:"),
        *("{{", "{%", "onload=", '"', "'", "&", "=", "`", "\\", "\0", "\n", "\u202e", "\ud800", "\u2028"),
        *("é", "א", " "),
    )
)
TEXTS = st.lists(NASTY | st.text(max_size=3), min_size=1, max_size=6).map("".join).filter(bool)
PLAIN = "x"


def about(data):
    """A plan with one and the same text wherever somebody's data can stand."""
    at = Address("tag", data)
    resource = Resource(at, {}, 7, Source(data, 1, 1))
    fields = (
        FieldChange(data, data, {data: [data]}, origin=Origin.EDIT, base=data),
        FieldChange("destinations", (), (), (EntryChange(data, data, data),)),
    )
    request = Request(data, data, {data: data})
    change = Change(Action.UPDATE, at, resource, resource, fields, request, (Address("tag", data),))
    gone = replace(change, action=Action.DELETE, address=Address("user", data), after=None)
    return Plan(
        1,
        data,
        (change, gone),
        (Notice("calls", str(at), data), Notice(f"!{data}", data, data), Notice("unmanaged", str(at), data)),
        0,
        1,
        1,
        (Notice("protected", str(at), data), Notice("too-many-deletes", f"!{data}", data)),
        tree=(Branch(Address("group", data), data, None, (at, gone.address), 2),),
        base=data,
    )


SHAPE = Parsed(page(about(PLAIN))).shape
LONG = Parsed(page(about(PLAIN * 200))).shape


@given(TEXTS)
def test_no_element_and_no_attribute_comes_from_data(data):
    text = page(about(data))
    parsed = Parsed(text)
    assert set(parsed.shape) <= {*SHAPE, *LONG}
    assert parsed.shape == SHAPE or 'class="long"' in text
    assert all(re.fullmatch(r"#[\w=&-]*|data:,", link) for link in parsed.links)


@given(TEXTS)
def test_all_data_can_be_read_and_none_of_it_acts(data):
    parsed = Parsed(page(about(data)))
    text = "".join(parsed.texts)
    assert text.count(safe(data)) >= 12
    assert all(each.isprintable() or each == "\n" for each in text)


@given(TEXTS)
def test_outcomes_are_no_more_than_text_either(data):
    def outcomes(text):
        return [Outcome(each, Status.FAILED, text) for each in about(text).changes]

    text = result(outcomes(data))
    parsed = Parsed(text)
    assert parsed.shape == Parsed(result(outcomes(PLAIN))).shape or 'class="long"' in text
    assert safe(data) in "".join(parsed.texts)


@given(TEXTS)
def test_rows_stay_on_their_lines(data):
    lines = list(FORMATS["html"].plan(about(data), False))
    assert sum(line.startswith("<article") and line.endswith("</article>") for line in lines) == 2
    assert not any("\n" in line or "\r" in line for line in lines)


def test_a_page_can_be_written_as_utf_8():
    assert page(plans.hostile()).encode("utf-8")


# -- the policy


def test_only_what_is_hashed_may_run():
    text = page(plans.small())
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)[0].replace("&#39;", "'")
    inline = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in inline]
    assert sorted(re.findall(r"'sha256-([^']+)'", policy)) == sorted(hashes)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.findall(r"https?://", text)


def test_no_element_carries_style_or_script_of_its_own():
    names = {name for _, attributes in Parsed(page(plans.small())).shape for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("style", "src", "srcset")}


# -- it streams


def test_a_large_plan_comes_in_many_small_pieces():
    lengths = [len(line) for line in FORMATS["html"].plan(plans.many(3000, groups=600), False)]
    assert len(lengths) > 3600
    assert max(lengths) < 3000


def test_a_huge_value_does_not_make_a_huge_page():
    lines = list(FORMATS["html"].plan(about("Z" * 1_000_000), False))
    assert max(map(len, lines)) < 400_000
    assert sum(map(len, lines)) < 1_000_000


def test_rows_after_the_first_are_text_until_they_are_needed():
    text = page(plans.many(1200))
    before, *rest = text.split('<noscript class="rows">')
    assert before.count("<article id") == 200
    assert [each.count("<article id") for each in rest] == [500, 500]


def test_portions_are_made_when_they_are_drawn_from():
    made = []

    def rows():
        for number in range(2000):
            made.append(number)
            yield number

    first, rest = portions(rows())
    assert made == []
    assert list(first) == list(range(200))
    assert list(next(rest)) == list(range(200, 700))
    assert len(made) == 700


# -- the same plan, the same page


def test_equal_plans_give_equal_bytes():
    assert page(plans.small()) == page(plans.small())


def test_a_plan_that_was_read_from_disk_gives_the_same_page(tmp_path):
    """Its entries alone are not kept: the whole value stands in their place."""
    changes = tuple(
        replace(change, fields=tuple(each._replace(entries=()) for each in change.fields))
        for change in plans.with_base().changes
    )
    plan = replace(plans.with_base(), changes=changes)
    savedplan.write(tmp_path / "plan.json", plan)
    assert page(savedplan.read(tmp_path / "plan.json")[0]) == page(plan)


def test_a_refused_plan_that_was_read_from_disk_is_still_refused(tmp_path):
    savedplan.write(tmp_path / "plan.json", plans.refused())
    found, _ = savedplan.read(tmp_path / "plan.json")
    assert [each.code for each in found.refusals] == [each.code for each in plans.refused().refusals]
    assert "This plan is refused" in page(found)


def test_the_digest_is_that_of_the_json():
    assert document(plans.small())["digest"] in page(plans.small())


# -- words


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Boston", None, ("Boston", "(nothing)")),
        ("7", 7, ('"7"', "7")),
        (to("group/A"), to("group/B"), ("A", "B")),
        ((), ({"ring_to": "+1"},), ("[]", "[{ring_to: +1}]")),
    ],
)
def test_both_sides_of_a_field(old, new, expected):
    assert tuple(each.text for each in of_pair(old, new)) == expected


def test_long_words_are_cut_and_kept_whole_up_to_a_bound():
    assert of_value("x" * 160).whole == ""
    assert (len(of_value("x" * 161).text), of_value("x" * 161).whole) == (161, "x" * 161)
    assert of_text("x" * 400).whole == ""
    assert (len(of_text("x" * 401).text), of_text("x" * 401).whole) == (401, "x" * 401)
    assert (len(of_text("x" * 30_000).whole), of_text("x" * 30_000).more) == (20_000, 10_000)
    assert of_value(["a\0"] * 100).whole.startswith('["a\\u0000", ')
    assert of_value("\0" * 300).whole == "\\x00" * 300


def test_a_sentence_is_cut_in_the_middle_of_no_name():
    names = ", ".join(f"user/u{number}@client.example" for number in range(5))
    sentence = f"5 users ({names}) can no longer sign in; the platform keeps the rows of deleted users"
    assert len(sentence) > 160
    assert of_text(sentence) == (sentence, "", 0)
    text, whole, _ = of_text(f"{sentence}: {names}, {names}")
    assert whole == f"{sentence}: {names}, {names}"
    assert text == f"{whole[: len(text) - 1]}…"
    assert whole[len(text) - 1] == " "


@given(st.text(min_size=401))
def test_what_is_cut_is_harmless_too(text):
    assert of_text(text).text.isprintable()
    assert of_text(text).whole.isprintable()


# -- rows


def row(change):
    plan = replace(plans.empty(), changes=(change,))
    return "".join(Parsed(next(line for line in page(plan).split("\n") if line.startswith("<article"))).texts)


CHANGE = updated(kept("user/jane", 7, role="Standard"), role="Admin")


def test_what_the_platform_does_not_show_is_not_compared():
    field = FieldChange("timezone", None, "Europe/Paris", unseen=True)
    assert "timezone(not shown)Europe/Paris" in row(replace(CHANGE, fields=(field,)))


def test_a_closed_row_names_its_first_fields():
    fields = tuple(FieldChange(f"field{number}", 1, 2) for number in range(7))
    assert "field0, field1, field2, field3 and 3 more" in row(replace(CHANGE, fields=fields))


def test_a_change_that_waits_for_many_names_the_first():
    waits = tuple(to(f"user/{number}") for number in range(1000))
    text = row(replace(CHANGE, waits_for=waits))
    assert "user/19" in text
    assert "user/20" not in text
    assert "and 980 more" in text


def test_what_the_base_did_not_say_is_nothing():
    field = FieldChange("role", "Standard", "Admin", origin=Origin.EDIT)
    assert "edit base (nothing)" in row(replace(CHANGE, fields=(field,)))


def test_a_deletion_of_which_nothing_is_known_says_what_goes():
    assert "The whole object goes." in row(deleted(kept("user/jane", 7)))


@pytest.mark.parametrize(("number", "told"), [(1, "1 object moves"), (2, "2 objects move")])
def test_moves_are_told_of_no_object_that_stays_as_it_is(number, told):
    moved = [updated(kept(f"group/{each}", each, parent="a"), parent="b") for each in range(number)]
    shown = "".join(Parsed(page(replace(plans.empty(), changes=tuple(moved), unchanged=2515))).texts)
    assert f"{number} to update; 2,515 unchanged. {told} to another group." in shown


@pytest.mark.parametrize(
    ("code", "number", "is_open"),
    [("consequence", 300, True), ("replaced", 12, True), ("replaced", 13, False), ("unmanaged", 1, False)],
)
def test_only_what_does_not_weigh_is_folded(code, number, is_open):
    notices = tuple(Notice(code, f"user/{each}", "x") for each in range(number))
    shown = page(replace(plans.empty(), notices=notices))
    assert f'data-code="{code}"' in shown
    assert (f'" open data-code="{code}"' in shown) == is_open


# -- facets and the tree


def test_a_facet_has_the_known_values_that_occur_in_their_order():
    found = facet("kind", "Kind", ["a", "b", "b"], [("b", "Bees"), ("c", "Cees"), ("a", "As")])
    assert [tuple(each) for each in found.options] == [("b", "Bees", 2), ("a", "As", 1)]


def test_rails_lead_to_each_group():
    at = [Address("group", name) for name in "RABCDE"]
    parents = [None, at[0], at[1], at[1], at[0], at[4]]
    tree = [Branch(each, each.key, parent) for each, parent in zip(at, parents, strict=True)]
    rows = [(each.name, each.level, each.rails, each.last) for each in twigs(tree, {}, {})]
    assert rows == [
        ("R", 1, (), 5),
        ("A", 2, ("tee",), 3),
        ("B", 3, ("pass", "tee"), 2),
        ("C", 3, ("pass", "end"), 3),
        ("D", 2, ("end",), 5),
        ("E", 3, ("gap", "end"), 5),
    ]


@st.composite
def trees(draw):
    """Branches, each behind its parent and what is below its elder siblings."""
    parents = [draw(st.integers(0, number)) for number in range(draw(st.integers(0, 12)))]
    below: dict[int, list[int]] = {}
    for number, parent in enumerate(parents, 1):
        below.setdefault(parent, []).append(number)

    def walk(number, above):
        yield Branch(Address("group", str(number)), str(number), above)
        for each in below.get(number, ()):
            yield from walk(each, Address("group", str(number)))

    return list(walk(0, None))


@given(trees())
def test_what_is_below_a_group_follows_it(tree):
    parents = {branch.address: branch.parent for branch in tree}

    def above(at):
        while at is not None:
            yield at
            at = parents[at]

    for number, row in enumerate(twigs(tree, {}, {})):
        below = [at for at, branch in enumerate(tree) if tree[number].address in above(branch.address)]
        assert below == list(range(number, row.last + 1))
        assert row.level == len(list(above(tree[number].address)))
        assert len(row.rails) == row.level - 1


# -- after an apply


@pytest.mark.parametrize(("failed", "expected"), [(0, 0), (3, 3), (40, 30)])
def test_of_many_outcomes_those_that_failed_are_open(failed, expected):
    changes = plans.many(1235).changes
    outcomes = [Outcome(each, Status.APPLIED) for each in changes[failed:]]
    outcomes += [Outcome(each, Status.FAILED, "PATCH: 503") for each in changes[:failed]]
    rows = [line for line in result(outcomes).split("\n") if line.startswith("<article")]
    opened = [line for line in rows if "><details open>" in line]
    assert len(opened) == expected
    assert opened == rows[:expected]
    assert all("PATCH: 503" in line for line in opened)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], "Nothing to do."),
        (plans.outcomes(), "1 failed, 1 skipped, 9 applied."),
        (plans.outcomes()[:1], "1 applied."),
    ],
    ids=["nothing", "in part", "all"],
)
def test_what_an_apply_did_in_one_sentence(outcomes, expected):
    text = "".join(Parsed(result(outcomes)).texts)
    assert expected in text
    assert ("Done in part" in text) == ("failed" in expected)
