"""The page among strangers: hostile data, no script, thousands of changes, screen readers."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from reconciler.model import Address, Branch, Notice
from reconciler.render import FORMATS
from tests.browser import plans

ROLES = """() => [...document.querySelectorAll("a, button, input, summary, [role], section, fieldset")]
  .filter((each) => each.checkVisibility() && !each.matches("[role=tree], [role=search]"))
  .map((each) => [each.tagName, (each.getAttribute("aria-label")
    ?? document.getElementById(each.getAttribute("aria-labelledby"))?.textContent
    ?? each.querySelector("legend")?.textContent
    ?? each.labels?.[0]?.textContent ?? each.textContent).trim()])"""
LEVELS = """() => [...document.querySelectorAll("h1, h2, h3, h4")].filter((each) => each.checkVisibility())
  .map((each) => Number(each.tagName[1]))"""


# -- hostile data


@pytest.mark.parametrize("scripted", [True, False], ids=["with script", "without"])
def test_hostile_data_runs_nothing(opened, pictured, scripted):
    page = opened(plans.hostile(), java_script_enabled=scripted)
    pictured(page)
    if scripted:
        page.fill("#q", "onerror")
        page.keyboard.press("Escape")
        page.locator("#tree li").first.click()
        page.keyboard.press("e")
        assert page.evaluate("window.__pwned") is None
        assert (
            page.evaluate("document.querySelectorAll('img, svg, iframe, object, [onerror], [onload]').length")
            == 0
        )
        assert page.evaluate(
            "[...document.querySelectorAll('a')].every((each) => /^#/.test(each.getAttribute('href') ?? '#'))"
        )
    assert page.locator("h1").inner_text().startswith('"><img src=x onerror=')


def test_a_script_that_is_slipped_in_is_stopped_by_the_policy(browser, tmp_path):
    text = "\n".join(FORMATS["html"].plan(plans.small(), False))
    path = tmp_path / "slipped.html"
    path.write_text(
        text.replace("<h1>", "<script>window.__pwned = 1</script><img src=x onerror='__pwned = 2'><h1>")
    )
    page = browser.new_page()
    asked = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert page.evaluate("window.__pwned") is None
    assert asked == [path.as_uri()]
    assert page.locator("#shown").inner_text() == "11 changes"
    page.close()


def test_hostile_data_is_found_as_it_is_written(opened):
    page = opened(plans.hostile())
    page.fill("#q", "\\u202egnp.exe")
    expect(page.locator("#list > .change")).to_have_count(1)
    page.fill("#q", "&lt;b&gt;")
    expect(page.locator("#list > .change")).to_have_count(1)


def test_names_from_the_right_do_not_turn_what_stands_beside_them(opened):
    page = opened(plans.hostile())
    isolated = "(each) => [...each].every((one) => getComputedStyle(one).unicodeBidi === 'isolate')"
    assert page.locator("bdi").evaluate_all(isolated)
    for names in ("h3", ".twig .name", "dt", ".source"):
        data = page.locator(names).all()
        assert all(each.locator("bdi").count() for each in data if "של" in each.inner_text())


def test_a_long_value_is_cut_and_can_be_seen_up_to_a_bound(opened):
    page = opened(plans.hostile())
    row = page.locator(".change", has_text="ZZZZ").first
    long = row.locator("dl .long").first
    assert len(long.locator("summary").inner_text()) < 200
    long.locator("summary").click()
    assert 20_000 <= len(long.locator("p").inner_text()) < 20_200
    assert "980,000 more characters" in long.locator("p").inner_text()


# -- without script


def test_without_script_everything_is_there_and_no_control(opened, pictured):
    page = opened(plans.many(900, groups=300), java_script_enabled=False)
    pictured(page)
    expect(page.locator(".change")).to_have_count(900)
    expect(page.locator(".twig")).to_have_count(300)
    expect(page.locator(".change").last).to_be_visible()
    expect(page.locator(".twig").last).to_be_visible()
    for each in (".filters", "#later", "#earlier", "#empty", "#keys", "#unfold", ".hint"):
        expect(page.locator(each)).to_be_hidden()
    page.locator("#c700 summary").first.click()
    expect(page.locator("#c700 ins").first).to_be_visible()


def test_without_script_links_work(opened):
    page = opened(plans.small(), java_script_enabled=False)
    page.locator(".twig", has_text="North").locator("a").click()
    assert page.url.endswith("#c3")


def test_without_script_long_lists_of_notices_are_whole(opened):
    page = opened(with_strangers(1000), java_script_enabled=False)
    expect(page.locator("[data-code=unmanaged] li")).to_have_count(1000)


def with_strangers(count):
    notices = tuple(Notice("unmanaged", f"tag/S/Old {n}", "it stays") for n in range(count))
    return replace(plans.small(), notices=notices)


# -- thousands


def test_of_ten_thousand_changes_a_few_are_laid_out(opened, pictured):
    page = opened(plans.many(10_000, groups=3000))
    pictured(page)
    assert page.locator("#shown").inner_text() == "10,000 changes"
    assert page.locator("#list > .change").count() <= 400
    assert page.locator("*").count() <= 15_000
    page.fill("#q", "user9999@")
    expect(page.locator("#shown")).to_have_text("1 of 10,000 changes")
    page.fill("#q", "acme.example")
    expect(page.locator("#shown")).to_have_text("10,000 changes")
    assert page.locator("#list > .change").count() <= 400


def test_scrolling_down_brings_more(opened):
    page = opened(plans.many(1000))
    page.locator("#c200").scroll_into_view_if_needed()
    page.mouse.wheel(0, 100_000)
    expect(page.locator("#c201")).to_be_attached()


def test_a_large_tree_folds_what_is_large(opened):
    page = opened(plans.many(6000, groups=3000))
    items = page.get_by_role("treeitem")
    assert items.count() < 60
    page.get_by_role("button", name="Unfold all").click()
    expect(items).to_have_count(3000)
    page.get_by_role("button", name="Fold", exact=True).click()
    assert items.count() < 60


def test_a_chain_of_groups_may_be_deep(opened):
    chain = [Address("group", f"G{number}") for number in range(700)]
    user = plans.many(1).changes
    branches = tuple(
        Branch(each, f"Level {number}", chain[number - 1] if number else None)
        for number, each in enumerate(chain)
    )
    page = opened(replace(plans.many(1), changes=user, tree=branches))
    page.get_by_role("button", name="Unfold all").click()
    last = page.get_by_role("treeitem").last
    expect(last).to_have_attribute("aria-level", "700")
    assert last.bounding_box()["width"] > 100


def test_a_long_list_of_notices_grows_on_request(opened):
    page = opened(with_strangers(1000))
    folded = page.locator("[data-code=unmanaged]")
    folded.locator("summary").click()
    expect(folded.locator("li")).to_have_count(200)
    folded.get_by_role("button", name="Show more").click()
    expect(folded.locator("li")).to_have_count(700, timeout=30_000)
    folded.get_by_role("button", name="Show more").click()
    expect(folded.locator("li")).to_have_count(1000, timeout=30_000)
    expect(folded.get_by_role("button")).to_have_count(0)


# -- read aloud


@pytest.mark.parametrize("name", ["small", "refused", "with_base", "empty", "outcomes"])
def test_everything_has_a_name(opened, name):
    page = opened(getattr(plans, name)())
    unnamed = [tag for tag, name in page.evaluate(ROLES) if not name]
    assert unnamed == []


@pytest.mark.parametrize("name", ["small", "refused", "with_base", "empty", "outcomes"])
def test_headings_go_down_step_by_step(opened, name):
    levels = opened(getattr(plans, name)()).evaluate(LEVELS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_are_there(small_page):
    for role in ("banner", "main", "search"):
        expect(small_page.get_by_role(role)).to_have_count(1)
    for name in ("What to know", "Groups", "Changes"):
        expect(small_page.get_by_role("region", name=name)).to_have_count(1)


@pytest.fixture
def small_page(opened):
    return opened(plans.small())


def test_ids_are_there_once(small_page):
    ids = small_page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))


def test_the_tree_is_one_for_a_screen_reader(small_page):
    items = small_page.get_by_role("tree").get_by_role("treeitem")
    said = items.evaluate_all(
        "(all) => all.map((each) => "
        "['level', 'setsize', 'posinset'].map((name) => each.getAttribute('aria-' + name)))"
    )
    assert said == [
        ["1", "1", "1"],
        ["2", "3", "1"],
        ["3", "1", "1"],
        ["2", "3", "2"],
        ["2", "3", "3"],
        ["3", "1", "1"],
    ]
    expect(small_page.locator("[role=treeitem][tabindex='0']")).to_have_count(1)
    expect(small_page.locator("[role=treeitem] a[href]")).to_have_count(0)


def test_the_number_shown_is_announced(small_page):
    small_page.fill("#q", "jane")
    expect(small_page.get_by_role("status")).to_have_text("1 of 11 changes")


def test_filters_are_named_by_their_sort(small_page):
    groups = [
        small_page.get_by_role("group", name=re.compile(name)) for name in ("Kind", "Action", "Attention")
    ]
    assert [each.get_by_role("checkbox").count() for each in groups] == [4, 3, 2]
