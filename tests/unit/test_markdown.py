"""Markdown read back by a parser: what stands where, and that nobody's data gets out of its place."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.errors import Source
from reconciler.model import EntryChange, FieldChange, Notice, Origin, Outcome, Plan, Result, Status
from reconciler.render.fitting import Block, Frame, Standing, fitted, size
from reconciler.render.markdown import plan, result
from reconciler.wording import safe

from .literals import created, deleted, kept, result_of, to, updated, written

GFM = MarkdownIt("gfm-like", {"linkify": True, "html": True})
NOTHING = Plan(1001, "Acme", (), (), 3, 0, 6)


def page(changes=(), **facts):
    return "\n".join(plan(replace(NOTHING, changes=tuple(changes), **facts), False))


class Read(HTMLParser):
    """A page as a browser would take it: its tags, and the text within and outside of code."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.inside, self.outside, self.comments = [], "", "", []
        self._depth = 0
        self.feed(GFM.render(text))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(attrs)))
        self._depth += tag in ("code", "pre")

    def handle_endtag(self, tag):
        self.tags.append(f"/{tag}")
        self._depth -= tag in ("code", "pre")

    def handle_data(self, data):
        if self._depth:
            self.inside += data
        else:
            self.outside += data

    def handle_comment(self, data):
        self.comments.append(data)


class Shape(NamedTuple):
    """All that may not depend on anybody's data."""

    tokens: list[tuple[str, str, str]]
    tags: list[object]
    comments: list[str]
    outside: str


def shape(text):
    read = Read(text)
    tokens = [
        (token.type, token.tag, token.info)
        for each in GFM.parse(text)
        for token in (each, *(each.children or ()))
    ]
    return Shape(tokens, read.tags, read.comments, read.outside)


# -- nothing gets out

HOSTILE = (
    *("```", "~~~", "``` \n```", "`", "``x`` `", "</code>", "</pre>", "</details>", "</summary></ul>"),
    *("<!--", "-->", "<!-- reconciler plan -->", "<script>alert(1)</script>", "<img src=x onerror=a()>"),
    *("![](https://evil.example/a.png)", "[a](https://evil.example)", "<https://evil.example>", "[a]: b"),
    *("https://evil.example", "www.evil.example", "ann@evil.example", "@octocat", "@acme/owners", "#123"),
    *("GH-1", "acme/app#7", "0123456789abcdef0123456789abcdef01234567", "!12", "%3", "~bug", ":tada:"),
    *(
        "# a",
        "\n# a",
        "- a",
        "> a",
        "1. a",
        "|a|b|",
        "a\\|b",
        "***",
        "---",
        "a\n---",
        "/close",
        "$x$",
        "&lt;",
    ),
    *("&#64;a", "\\", "\\`", "*a*", "__a__", "~~a~~", "<", "&", '"', "'", "]]>", "<?", "\t", "    a", " "),
    *("\u202egnp.exe", "\u2066", "\x1b[31m", "\0", "\r", "\u2028", "\x85", "\ud800", "👩\u200d💻", "日本語"),
)
TEXTS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), min_size=1, max_size=8).map("".join)


def told(change, text):
    """With the text as the name of a field, as a value on every side, in an entry, and as a file's name."""
    entries = (EntryChange(f"[{text}]", text, {text: [text]}),)
    fields = (
        FieldChange(f"x{text}", text, f"new {text}", origin=Origin.CONFLICT, base=text),
        FieldChange("destinations", (text,), (text,), entries, origin=Origin.DRIFT),
    )
    after = change.after and replace(change.after, source=Source(text, 1, 1))
    return replace(change, fields=fields, after=after)


def with_text(text):
    """It stands wherever data can stand, in every part of a page."""
    gone, moved = kept(f"tag/1{text}", 1), updated(kept(f"tag/2{text}", 2, group=to("group/A")), group=text)
    conflict, other = kept(f"group/3{text}", 3), kept(f"route/4{text}", 4, ring_to=text)
    rerouted = updated(other, ring_to=f"new {text}")
    new = created(written(f"user/5{text}", username=text))
    changes = (
        told(deleted(gone), text),
        replace(moved, fields=(*moved.fields, *told(moved, text).fields)),
        told(updated(conflict, city=text), text),
        replace(rerouted, fields=(*rerouted.fields, FieldChange(f"y{text}", text, None))),
        replace(new, fields=(FieldChange(f"z{text}", None, text),)),
    )
    notices = (
        *(Notice("x", str(each.address), f"{text} {each.address}") for each in changes),
        Notice("unmanaged", f"tag/{text}", text),
    )
    refusals = (Notice("too-many-deletes", "tag", text),)
    return Plan(1, f"x{text}", changes, notices, 0, 1, 1, refusals, base=f"x{text}")


def with_examples(test):
    for text in HOSTILE:
        test = example(text)(test)
    return test


LONGEST = 500  # characters of anybody's data on a line
HARMLESS = "\n".join(plan(with_text("x"), False))


@with_examples
@given(TEXTS)
def test_no_data_gets_out_of_its_place(text):
    shown = "\n".join(plan(with_text(text), False))
    assert shape(shown) == shape(HARMLESS)


@with_examples
@given(TEXTS)
def test_all_data_can_be_read(text):
    hostile = with_text(text)
    inside = Read("\n".join(plan(hostile, False))).inside
    named = [change.address for change in hostile.changes] + [
        notice.message for notice in hostile.notices[:-1]
    ]
    for each in (hostile.account_name, hostile.base, *named, *(each.message for each in hostile.refusals)):
        assert safe(each)[:LONGEST] in inside


def outcomes(text):
    changes = with_text(text).changes
    return [Outcome(change, status, f"x{text}", 7) for change in changes for status in Status]


@with_examples
@given(TEXTS)
def test_no_data_of_a_result_gets_out_of_its_place(text):
    shown = "\n".join(result(result_of(outcomes(text)), False))
    assert shape(shown) == shape("\n".join(result(result_of(outcomes("x")), False)))
    assert safe(text) in Read(shown).inside


def test_only_our_own_tags_and_none_that_loads_or_links():
    tags = {each for each in Read(HARMLESS).tags if isinstance(each, tuple)}
    named = {name for name, _ in tags}
    assert named == {"h3", "h4", "p", "strong", "ul", "li", "code", "pre", "details", "summary"}
    assert {attribute for _, attributes in tags for attribute in attributes} == {("class", "language-diff")}


# -- what stands where

SALES = kept("group/S", 3, city="Boston", parent=to("group/A"))
JANE = kept("user/jane@acme", 4, group=to("group/S"))
MAIN = kept("route/S/Main", 5, ring_to="+1", record_calls=False)
EVERY_SORT = (
    created(written("tag/S/Hot", 4, tag_name="Hot")),
    updated(MAIN, ring_to="+2"),
    replace(
        updated(JANE, first_name="Jane"),
        fields=(FieldChange("first_name", "Jan", "Jane", origin=Origin.CONFLICT, base="J."),),
    ),
    updated(SALES, parent=to("group/B")),
    deleted(kept("user/gone@acme", 7), 9),
)


def test_what_matters_most_comes_first():
    notices = (
        Notice("calls", "route/S/Main", "it carried 42 calls"),
        Notice("unreadable", "user.timezone", "it is not shown"),
        Notice("unmanaged", "tag/S/Old", "it stays"),
    )
    refusals = (Notice("protected", "user/gone@acme", "never"),)
    shown = page(EVERY_SORT, notices=notices, refusals=refusals, base="main", unchanged=1)
    parts = (
        *("<!-- reconciler plan -->", "Plan for", "1 to create, 3 to update, 1 to delete", "1 unchanged"),
        *("Refused", "never", "Since <code>main</code>", "To delete: 1 user", "- user/gone@acme"),
        *("To move to another group: 1 group", "@@ group/S @@", "In conflict", "@@ user/jane@acme @@"),
        *("Calls ring elsewhere: 1 route", "@@ route/S/Main @@", "42 calls", "Tags: 1 to create"),
        *("+ tag/S/Hot", "Notices that change nothing: 1", "it is not shown", "tag/S/Old"),
    )
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)
    assert shown.splitlines()[0] == "<!-- reconciler plan -->"


def test_who_may_do_what_is_never_folded():
    changes = [
        created(written("user/eve@acme", 4, role="Admin")),
        updated(kept("user/ceo@acme", 8, role="Admin"), role="ReadOnly"),
        updated(JANE, user_status="inactive"),
    ]
    shown = page(changes)
    assert "<h4>🔑 Who may do what: 3 users</h4>" in shown
    assert "<details>" not in shown


def fence(*changes, base=None):
    text = page(changes, base=base)
    return [token.content for token in GFM.parse(text) if token.type == "fence"]


def test_old_and_new_stand_below_each_other():
    assert fence(updated(SALES, city="New York")) == [
        "@@ group/S @@  a.yaml:1:1\n-   city: Boston\n+   city: New York\n"
    ]


def test_a_creation_and_a_deletion_have_one_side():
    gone = replace(deleted(SALES, 9), fields=(FieldChange("city", "Boston", None),))
    assert fence(gone, EVERY_SORT[0]) == [
        "- group/S  a.yaml:9:1\n-   city: Boston\n",
        "+ tag/S/Hot  a.yaml:4:1\n+   tag_name: Hot\n",
    ]


def test_drift_and_conflict_are_marked():
    conflict = "conflict: main has J."
    drifted = (FieldChange("city", "Boston", "Rome", origin=Origin.DRIFT, base="Rome"),)
    assert fence(replace(updated(SALES, city="Rome"), fields=drifted), EVERY_SORT[2], base="main") == [
        f"@@ user/jane@acme @@  a.yaml:1:1\n-   first_name: Jan\n+   first_name: Jane\n!   {conflict}\n",
        "@@ group/S @@  a.yaml:1:1  (drift)\n-   city: Boston\n+   city: Rome\n",
    ]


def test_fields_of_different_origins_are_marked_each():
    fields = (
        FieldChange("city", "Boston", "Rome", origin=Origin.DRIFT, base="Rome"),
        FieldChange("zip", "1", "2", origin=Origin.EDIT, base="1"),
    )
    assert fence(replace(updated(SALES, city="Rome"), fields=fields), base="main") == [
        (
            "@@ group/S @@  a.yaml:1:1\n"
            "-   city: Boston\n+   city: Rome\n!   drift: the files have not changed since main\n"
            "-   zip: 1\n+   zip: 2\n!   edit: changed in the files since main\n"
        ),
    ]


def test_nothing_to_do():
    assert page().splitlines()[2:5] == [
        "<h3>Plan for <code>Acme</code> (account 1001)</h3>",
        "",
        "**No changes.** 3 objects are as described.",
    ]


def test_no_drift_is_told_as_such():
    assert page(is_drift=True, unmanaged=2).splitlines()[:5] == [
        "<!-- reconciler drift -->",
        "",
        "<h3>Drift of <code>Acme</code> (account 1001): none</h3>",
        "",
        "**No changes.** 3 objects are as described.",
    ]


def test_an_account_without_a_name():
    assert "<h3>Plan for account 1001</h3>" in page(account_name="")


def test_a_revision_since_which_nothing_has_changed():
    assert "<p>Since <code>main</code>: nothing is left to be changed.</p>" in page(base="main")


def test_only_many_harmless_notices_are_folded():
    gone = [Notice("already-gone", f"tag/{number}", f"number {number}") for number in range(6)]
    shown = page(notices=(*gone, *(Notice("no-key", f"tag/{number}", "x") for number in range(7))))
    assert "<h4>Notices: 7</h4>" in shown
    assert "<details><summary>Notices that change nothing: 6</summary>" in shown
    assert "<h4>Notices that change nothing: 5</h4>" in page(notices=tuple(gone[:5]))


def test_grave_notices_come_first_and_what_decides_what_is_sent_before_all():
    codes = ("already-gone", "no-key", "own-access", "platform-facts")
    shown = page(
        [updated(MAIN, ring_to="+2")], notices=tuple(Notice(each, "x", f"! {each}") for each in codes)
    )
    parts = ("! platform-facts", "Calls ring elsewhere", "! own-access", "! no-key", "! already-gone")
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)
    assert shown.count("! platform-facts") == 1


def test_where_calls_ring_is_shown_whole():
    many = tuple({"ring_to": f"+1425555{number:04}", "percentage": 0} for number in range(150))
    last = {"ring_to": "+19005550666", "percentage": 100}
    for change in (
        updated(MAIN, **{f"field{number}": number for number in range(99)}, destinations=(*many, last)),
        updated(kept("route/S/Main", 5, destinations=(*many, last)), destinations=None),
        created(written("route/S/New", 4, destinations=(*many, last))),
    ):
        assert "{ring_to: +19005550666, percentage: 100}" in "".join(fence(change))


def test_a_change_with_very_many_fields_shows_the_first():
    change = updated(SALES, **{f"field{number}": number for number in range(1000)})
    (shown,) = fence(change)
    assert shown.count("\n") == 102
    assert shown.endswith("!   … and more fields\n")


# -- what does not fit


def users(number):
    return [deleted(kept(f"user/{each}@acme.example", each + 1)) for each in range(number)]


def test_first_fields_go_then_lines():
    few, many, more = (
        [replace(each, fields=(FieldChange("note", "x" * 100, None),)) for each in users(number)]
        for number in (100, 1000, 10_000)
    )
    assert "not shown" not in page(few)
    assert "without their fields" not in page(few)
    assert re.search(r"… [0-9]+ of these without their fields\.", page(many))
    assert re.search(r"… [0-9,]+ of these without their fields, [0-9,]+ more not shown\.", page(more))


def test_what_is_left_out_is_counted_at_the_end():
    shown = page(users(5000), notices=tuple(Notice("x", "y", "z" * 100) for _ in range(5000)))
    end = r"… and ([0-9,]+) more changes: \1 users to delete; [0-9,]+ more notices; the HTML report or .+\."
    assert re.fullmatch(end, shown.splitlines()[-1])


def test_no_part_takes_the_place_of_all_others():
    new = [created(written(f"tag/S/{number}", tag_name="x")) for number in range(5000)]
    moves = [updated(kept(f"group/{each}", each, parent="a"), parent="b") for each in range(5000)]
    shown = page([*users(5000), *moves, *new], notices=(Notice("x", "y", "look here"),))
    for part in ("- user/0@", "- user/200@", "@@ group/50 @@", "+ tag/S/20", "look here"):
        assert part in shown


REROUTED = updated(kept("route/S/Main", 5, ring_to="+14255551234"), ring_to="+19005550000")
MANY = (900, 1300, 5000)


def strangers(number):
    return [Notice("unmanaged", f"user/agent{each}@client.example", "it stays") for each in range(number)]


@pytest.mark.parametrize("number", MANY)
@pytest.mark.parametrize("is_drift", [False, True])
def test_what_is_in_no_file_takes_no_place_of_a_number_where_calls_ring(number, is_drift):
    strangers = [
        Notice("unmanaged", f"user/agent{each}@client.example", "it stays") for each in range(number)
    ]
    shown = page([REROUTED], notices=strangers, is_drift=is_drift)
    assert "-   ring_to: +14255551234\n+   ring_to: +19005550000" in shown
    assert "without" not in shown
    assert "user/agent500@" in shown


@pytest.mark.parametrize("number", MANY)
def test_harmless_changes_take_no_place_of_those_that_weigh(number):
    harmless = [
        updated(kept(f"user/u{each}@acme.example", each + 9, access_audio=True), access_audio=False)
        for each in range(number)
    ]
    boss = updated(kept("user/eve@acme.example", 8, role="Standard"), role="Admin")
    made_admin, rerouted, *_ = fence(boss, REROUTED, *harmless)
    assert "+   ring_to: +19005550000" in rerouted
    assert "+   role: Admin" in made_admin


def test_what_weighs_takes_not_all_of_the_place_of_what_else_weighs():
    users = [kept(f"user/u{each}@acme.example", each + 9, role="Standard") for each in range(2000)]
    moves = [
        updated(kept(f"tag/S/{each}", each, group=to("group/A")), group=to("group/B")) for each in range(2000)
    ]
    shown = page([*(updated(each, role="Admin") for each in users), *moves, REROUTED])
    for part in ("+   role: Admin", "+   group: B", "+   ring_to: +19005550000"):
        assert part in shown


def test_names_in_no_file_stand_behind_the_fields_of_changes():
    harmless = [updated(kept(f"group/G{each}", each, city="x" * 200), city="y" * 200) for each in range(120)]
    shown = page(harmless, notices=strangers(5000))
    assert "without" not in shown
    assert "user/agent0@" in shown


ROWS = st.lists(st.integers(0, 400), max_size=60)


@given(st.lists(st.tuples(ROWS, st.sampled_from(Standing)), max_size=8))
def test_no_page_is_larger_than_its_room(parts):
    """What is left out is said in any case, so there has to be room for that."""
    blocks = [
        Block(
            "é", Frame("<ul>", "</ul>"), sizes, lambda each: "h" * each, lambda each: ["é" * each], standing
        )
        for sizes, standing in parts
    ]
    found = fitted(blocks, 3000)
    assert sum(size(each.lines()) for each in found) <= 3000
    assert [each.block for each in found] == blocks


def test_no_more_is_read_than_there_is_room_for():
    def read(number, standing):
        seen = []

        def told(item):
            seen.append(item)
            return "line"

        block = Block("x", Frame("<ul>", "</ul>"), range(number), told, lambda each: [told(each)], standing)
        (found,) = fitted([block], 5000)
        assert size(found.lines()) <= 5000
        return len(seen)

    for standing in Standing:
        assert read(100_000, standing) <= read(10_000, standing) < 3100


def test_a_block_for_which_there_is_no_room_says_how_much_it_has():
    block = Block("Title", Frame("<ul>", "</ul>"), range(2000), str)
    (found,) = fitted([block], 10)
    assert list(found.lines()) == ["<h4>Title</h4>", "", "… 2,000 more not shown.", ""]


# -- after an apply


def test_what_failed_comes_first_with_the_reason():
    done, failed, skipped = (
        Outcome(EVERY_SORT[0], Status.APPLIED, None, 301),
        Outcome(EVERY_SORT[1], Status.FAILED, "PATCH: 503", 5),
        Outcome(EVERY_SORT[2], Status.SKIPPED, "it waits", 4),
    )
    shown = "\n".join(result(result_of([done, skipped, failed]), False))
    assert shown.splitlines()[0] == "<!-- reconciler result -->"
    parts = (
        *("Result: 1 applied, 1 failed, 1 skipped", "❌ failed", "route/S/Main", "PATCH: 503"),
        *("⏭️ skipped", "user/jane@acme", "it waits", "Done: 1", "tag/S/Hot</code> created (id 301)"),
    )
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)


def test_a_result_of_nothing():
    shown = list(result(Result(1001, "", []), False))
    assert shown[2:] == ["<h3>Result: nothing to do</h3>", "", "<p>For account 1001.</p>", ""]


def test_a_result_names_the_account_and_the_run():
    line = "<p>For <code>Acme</code> (account 1001), run <code>20260401T101500Z-1a2b</code>.</p>"
    assert line in list(result(result_of([]), False))


def test_a_result_without_a_reason_and_one_of_very_many():
    change = EVERY_SORT[1]
    many = [Outcome(change, status, None, 5) for status in Status for _ in range(5000)]
    shown = "\n".join(result(result_of(many), False))
    assert size(shown.splitlines()) <= 65_536
    assert "<td><code>route/S/Main</code></td><td></td></tr>" in shown
    assert re.fullmatch(r"… and [0-9,]+ more outcomes\.", shown.splitlines()[-1])
