"""The page of a plan as somebody uses it: filters, search, the tree, keys, and links to what is seen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import plans


def shown(page):
    """The addresses of the rows that can be seen, in order."""
    return page.locator("#list > .change h3").all_inner_texts()


def status(page):
    return page.locator("#shown").inner_text()


def chip(page, name):
    return page.get_by_role("checkbox", name=re.compile(f"^{name}"))


def count(page, name):
    return page.locator(".chip", has=chip(page, name)).locator(".fits").inner_text()


@pytest.fixture
def small(opened):
    return opened(plans.small())


# -- what is there


def test_a_plan_says_what_it_does(small, pictured):
    pictured(small, full_page=True)
    head = small.locator("header").inner_text()
    assert "Acme account 1001" in head.replace("\n", " ")
    assert "3 to create, 6 to update, 2 to delete; 1 unchanged." in head
    assert "Applying takes 11 requests; planning took 6." in head
    assert "sha256:" in head
    assert len(shown(small)) == 11


def test_fields_stand_side_by_side(small):
    row = small.locator(".change", has_text="group/S").first
    city = row.locator("dl > div", has_text="city")
    old, new = city.locator("del").bounding_box(), city.locator("ins").bounding_box()
    assert (city.locator("del").inner_text(), city.locator("ins").inner_text()) == ("Boston", "New York")
    assert old["y"] == new["y"]
    assert old["x"] + old["width"] < new["x"]


def test_a_change_tells_where_it_is(small):
    places = small.locator(".change h3 + .place").all_inner_texts()
    assert places[:2] == ["East", "Help desk"]
    assert small.locator(".change", has_text="user/jane@acme").locator(".place").inner_text() == "in North"


def test_entries_of_a_nested_value_are_shown_one_by_one(small):
    text = small.locator(".change", has_text="route/S/Shares").inner_text()
    assert re.findall(r"\[\+[12]\]\.percentage", text) == ["[+1].percentage", "[+2].percentage"]


def test_a_move_and_a_warning_are_marked(small):
    badges = small.locator(".change", has_text="group/E").first.locator(".badge")
    assert badges.all_inner_texts() == ["moves"]
    assert small.locator(".change", has_text="route/S/Main").locator(".badge").all_inner_texts() == [
        "warning"
    ]


def test_notices_lead_to_the_change_that_they_are_about(small):
    small.locator("[data-code=calls]").get_by_role("link", name="See the change").first.click()
    expect(small.locator(".change", has_text="route/S/Main").locator("summary").first).to_be_focused()


def test_unmanaged_objects_are_folded_and_counted(small):
    folded = small.locator("[data-code=unmanaged]")
    assert folded.get_attribute("open") is None
    assert folded.locator(".count").inner_text() == "2"


def test_a_refused_plan_says_so_first_and_on_the_change(opened, pictured):
    page = opened(plans.refused())
    pictured(page)
    assert page.locator("header .verdict").inner_text() == "Refused"
    expect(page.locator(".refusal li")).to_have_count(2)
    page.get_by_role("link", name="See the changes").click()
    expect(page.locator("#shown")).to_have_text("1 of 11 changes")
    assert shown(page) == ["group/O"]
    chip(page, "Groups").uncheck(force=True)
    chip(page, "Delete").uncheck(force=True)
    chip(page, "Refused").check(force=True)
    assert shown(page) == ["user/left@acme"]


def test_origins_are_told_where_there_is_a_base(opened, pictured):
    page = opened(plans.with_base())
    pictured(page, full_page=True)
    assert "4f2a91c" in page.locator("header").inner_text()
    origin = page.locator(".change", has_text="group/E").first.locator(".origin")
    assert origin.inner_text().split() == ["edit", "base", "Chicago"]
    chip(page, "Conflict").check(force=True)
    assert 0 < len(shown(page)) < 11


def test_an_empty_plan_says_that_nothing_has_to_be_done(opened, pictured):
    page = opened(plans.empty())
    pictured(page)
    assert "No changes. 12 objects are as described." in page.locator("header").inner_text()
    assert "Nothing has to be done" in page.locator("main").inner_text()
    expect(page.locator("input")).to_have_count(0)


def test_what_was_applied_shows_what_went_wrong_first(opened, pictured):
    page = opened(plans.outcomes())
    pictured(page)
    badges = page.locator(".change summary .badge").all_inner_texts()
    assert [each for each in badges if each in ("failed", "skipped", "applied")] == (
        ["failed", "skipped"] + ["applied"] * 9
    )
    assert "503 down for a while" in page.locator(".change").first.inner_text()
    chip(page, "Skipped").check(force=True)
    assert status(page) == "1 of 11 changes"


# -- filters and search


def test_filters_of_one_sort_widen_and_of_two_sorts_narrow(small, pictured):
    chip(small, "Groups").check(force=True)
    assert status(small) == "5 of 11 changes"
    chip(small, "Users").check(force=True)
    assert status(small) == "8 of 11 changes"
    chip(small, "Delete").check(force=True)
    pictured(small)
    assert shown(small) == ["group/O", "user/left@acme"]


def test_counts_follow_the_other_filters(small):
    assert [count(small, each) for each in ("Groups", "Users", "Tags", "Routes")] == ["5", "3", "1", "2"]
    chip(small, "Delete").check(force=True)
    assert [count(small, each) for each in ("Groups", "Users", "Tags", "Routes")] == ["1", "1", "0", "0"]
    assert count(small, "Create") == "3"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("jane", ["user/jane@acme"]),
        ("NEW york", ["group/S"]),
        ("zip", ["group/S"]),
        ("yaml:4:", ["group/H"]),
        ("ring_to 1617", ["route/S/Main"]),
    ],
    ids=["address", "value", "field", "source", "two words"],
)
def test_search_finds(small, words, expected):
    small.fill("#q", words)
    expect(small.locator("#list > .change")).to_have_count(len(expected))
    assert shown(small) == expected


@pytest.mark.parametrize(
    "words", ["request", "waits", "article", "bdi", "&amp", "moves", "salesa.yaml", "bostonnew"]
)
def test_search_does_not_find_the_words_of_the_page_itself(small, words):
    small.fill("#q", words)
    expect(small.locator("#empty")).to_be_visible()


def test_where_nothing_matches_it_says_so_and_offers_a_way_out(small, pictured):
    small.fill("#q", "no such thing")
    expect(small.locator("#empty")).to_contain_text("Nothing matches.")
    pictured(small)
    small.locator("#reset").click()
    assert status(small) == "11 changes"
    expect(small.locator("#q")).to_be_focused()


def test_a_group_in_the_tree_leaves_what_is_in_it_and_below(small, pictured):
    small.get_by_role("treeitem", name="Sales").click()
    pictured(small)
    assert {"group/S", "group/N", "user/jane@acme", "route/S/Main"} <= set(shown(small))
    assert not {"group/H", "group/E", "group/O"} & set(shown(small))
    small.get_by_role("button", name="In Sales and below").click()
    assert status(small) == "11 changes"


def test_tree_rows_bear_sign_and_word_and_counts(small):
    row = small.get_by_role("treeitem", name="North").inner_text().split()
    assert row == ["+", "North", "create", "users", "+1", "~1", "tag", "+1", "4"]
    assert "and 1 more group" in small.get_by_role("treeitem", name="Acme").inner_text()
    assert small.get_by_role("treeitem", name="East").inner_text().split()[:3] == ["→", "East", "move"]


# -- links


def test_a_link_to_a_filtered_view_shows_the_same(small, opened):
    chip(small, "Users").check(force=True)
    chip(small, "Routes").check(force=True)
    small.fill("#q", "acme")
    expect(small.locator("#list > .change")).to_have_count(3)
    small.get_by_role("treeitem", name="Sales").click()
    fragment = small.evaluate("location.hash")
    again = opened(plans.small(), fragment)
    assert shown(again) == shown(small) == ["user/jane@acme", "user/new@acme"]
    assert again.input_value("#q") == "acme"
    assert chip(again, "Users").is_checked()
    assert again.get_by_role("treeitem", name="Sales").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize(
    "fragment", ["#group=x&kind=nonsense", "#group=length", "#c99999", "#%%%", "#q=%", "#group=-1", "#c0"]
)
def test_a_broken_link_shows_everything(opened, fragment):
    page = opened(plans.small(), fragment)
    if fragment == "#q=%":
        assert page.input_value("#q") == "%"
    else:
        assert status(page) == "11 changes"


def test_every_change_has_an_anchor(opened):
    page = opened(plans.many(2000), "#c1500")
    expect(page.locator("#c1500")).to_be_in_viewport()
    expect(page.locator("#c1500 > details")).to_have_attribute("open", "")
    expect(page.locator("#c1500 summary").first).to_be_focused()
    page.locator("#earlier").click()
    assert page.locator("#list > .change").count() <= 600


def test_a_link_to_a_change_that_is_filtered_away_takes_the_filters_away(small):
    small.fill("#q", "group/E")
    expect(small.locator("#list > .change")).to_have_count(1)
    small.get_by_role("link", name="See the change").first.click()
    expect(small.locator("#shown")).to_have_text("11 changes")


def test_what_a_change_waits_for_is_a_link(small):
    small.locator(".change", has_text="user/new@acme").get_by_role("link", name="group/N").click()
    expect(small.locator("#c3 summary").first).to_be_focused()


# -- the keyboard and nothing else


def test_keys_search_and_move_and_open(opened):
    page = opened(plans.many(60))
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("user1")
    expect(page.locator("#list > .change")).to_have_count(11)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#c2 summary").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    expect(page.locator("#c11 summary").first).to_be_focused()
    for key in ("Enter", "o", "o"):
        page.keyboard.press(key)
    expect(page.locator("#c11 > details")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    assert status(page) == "60 changes"
    assert page.input_value("#q") == ""


def test_e_opens_all_and_closes_all(opened):
    page = opened(plans.many(1000))
    page.keyboard.press("e")
    expect(page.locator(".change > details:not([open])")).to_have_count(0)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".change > details:not([open])")).to_have_count(0)
    page.keyboard.press("e")
    expect(page.locator(".change > details[open]")).to_have_count(0)


def test_keys_of_the_browser_are_left_alone(small):
    small.keyboard.press("Control+e")
    small.keyboard.press("/")
    small.keyboard.type("joke?/")
    assert small.input_value("#q") == "joke?/"
    assert not small.locator("#keys").is_visible()


def test_a_question_mark_lists_the_keys(small, pictured):
    small.keyboard.press("?")
    expect(small.get_by_role("dialog", name="Keys")).to_be_visible()
    pictured(small)
    small.keyboard.press("Escape")
    expect(small.locator("#keys")).to_be_hidden()


@pytest.mark.parametrize(("number", "words"), [(1, "1 change"), (2, "2 changes")])
def test_one_change_is_told_as_one(opened, number, words):
    assert status(opened(plans.many(number))) == words


def test_one_row_that_is_left_is_told_as_one(opened):
    expect(opened(plans.many(201)).locator("#later")).to_have_text("Show more: 1 is left")


def test_moving_on_past_the_last_row_brings_more(opened):
    page = opened(plans.many(1000))
    page.locator("#c200 summary").first.focus()
    page.keyboard.press("j")
    expect(page.locator("#c201 summary").first).to_be_focused()


def test_the_tree_is_walked_by_arrows(opened):
    page = opened(plans.many(3000, groups=500))
    tree = page.get_by_role("tree", name="Groups")
    assert tree.get_by_role("treeitem").count() < 60
    tree.get_by_role("treeitem").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    first = tree.get_by_role("treeitem", name=re.compile("^Group 1 "))
    expect(first).to_be_focused()
    expect(first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert status(page) != "3,000 changes"
    expect(page.locator(":focus")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(":focus")).to_have_attribute("aria-level", "1")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(page.locator(":focus")).to_have_attribute("id", "g0")


def test_tab_reaches_everything_in_the_order_of_the_page(small):
    reached = []
    for _ in range(80):
        small.keyboard.press("Tab")
        name = small.evaluate(
            "(e => e === document.body ? '' : e.id || e.className || e.closest('[id]')?.id || e.tagName)"
            "(document.activeElement)"
        )
        outline = small.evaluate(
            "(e => getComputedStyle(e.matches('.chip input') ? e.closest('.chip') : e).outlineStyle)"
            "(document.activeElement)"
        )
        assert name == "" or outline != "none", name
        reached.append(name)
    wanted = ["skip", "to", "g0", "q", "expand", "help", "c1"]
    places = [reached.index(each) for each in wanted]
    assert places == sorted(places)
