"""How the page looks: light, dark, narrow, on paper, in forced colours, and to eyes that need contrast."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from reconciler.errors import Source
from reconciler.model import Address
from tests.browser import plans

# The ratio of contrast of each text that can be seen, measured on what the browser has computed; every
# background counts, up to the page's own.
CONTRAST = """() => {
  const channels = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((each, n) => each * a + below[n] * (1 - a));
  const light = (color) => color.map((each) => each / 255)
    .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, n) => sum + each * [0.2126, 0.7152, 0.0722][n], 0);
  const behind = (element) => {
    const own = channels(getComputedStyle(element).backgroundColor);
    if (own[3] === 1) return own.slice(0, 3);
    return over(own, element.parentElement ? behind(element.parentElement) : [255, 255, 255]);
  };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest("script, style, noscript") || !element.getClientRects().length) continue;
    const ground = behind(element), ink = over(channels(getComputedStyle(element).color), ground);
    const [high, low] = [light(ground), light(ink)].sort((a, b) => b - a);
    found.push([(high + 0.05) / (low + 0.05), walker.currentNode.data.trim().slice(0, 40)]);
  }
  return found;
}"""
# What reaches out of the window, and text that is cut off without a way to scroll to it.
CLIPPED = """() => [...document.querySelectorAll("body *")].filter((each) => {
  const box = each.getBoundingClientRect();
  const hidden = !each.checkVisibility() || each.closest(".hidden, .skip, .rails, .scroll, dialog");
  return box.width > 0 && !hidden && (box.right > innerWidth + 1 || box.left < -1);
}).map((each) => each.outerHTML.slice(0, 80))"""
PLANS = {"base": plans.with_base, "refused": plans.refused, "result": plans.outcomes, "empty": plans.empty}


def too_faint(page):
    found = page.evaluate(CONTRAST)
    assert len(found) > 5
    return [each for each in found if each[0] < 4.5]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PLANS)
def test_all_text_stands_out_from_its_ground(opened, pictured, scheme, name):
    page = opened(PLANS[name](), color_scheme=scheme, reduced_motion="reduce")
    pictured(page, full_page=True)
    assert too_faint(page) == []
    for chip in page.locator(".chip input").all()[:3]:
        chip.check(force=True)
    assert too_faint(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_stands_out_too(opened, scheme):
    page = opened(plans.small(), color_scheme=scheme, reduced_motion="reduce")
    page.get_by_role("treeitem", name="Acme").click()
    page.keyboard.press("?")
    assert too_faint(page) == []


def test_dark_is_dark(opened):
    grounds = [
        opened(plans.small(), color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds == ["rgb(246, 246, 243)", "rgb(19, 22, 25)"]


@pytest.mark.parametrize("name", ["small", "hostile"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_reaches_out_of_the_window(opened, pictured, width, name):
    page = opened(getattr(plans, name)(), viewport={"width": width, "height": 844})
    page.keyboard.press("e")
    pictured(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CLIPPED) == []


# The words of headings that stand on more than one line.
BROKEN = """() => [...document.querySelectorAll(".change h3 bdi")].flatMap((each) => {
  const text = each.firstChild, range = document.createRange();
  return [...text.data.matchAll(/\\S+/g)].filter((word) => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map((word) => word[0]);
})"""


@pytest.mark.parametrize("width", [1000, 1200])
def test_no_word_of_a_heading_is_broken_where_there_is_room_for_it(opened, pictured, width):
    plan = plans.with_base()
    key, source = "S/Customer Support", Source("config/clients/western-region/users.yaml", 123, 5)
    changes = tuple(
        replace(each, address=Address(each.kind, key), after=replace(each.after, source=source))
        for each in plan.changes
        if each.after and len(each.fields) > 2
    )
    page = opened(replace(plan, changes=changes[:1]), viewport={"width": width, "height": 700})
    pictured(page, full_page=True)
    assert page.locator(".change .badge").count() > 2
    assert page.evaluate(BROKEN) == []


def test_forced_colours_keep_what_is_chosen_visible(opened, pictured):
    page = opened(plans.small(), forced_colors="active")
    page.get_by_role("checkbox", name="Users").check(force=True)
    pictured(page)
    grounds = page.evaluate(
        "[...document.querySelectorAll('.chip')].slice(0, 2)"
        ".map((each) => getComputedStyle(each).backgroundColor)"
    )
    assert grounds[0] != grounds[1]


def test_nothing_moves_where_motion_is_unwanted(opened):
    page = opened(plans.small(), reduced_motion="reduce")
    assert page.evaluate(
        "[...document.querySelectorAll('*')]"
        ".every((each) => getComputedStyle(each).transitionDuration === '0s')"
    )


def test_signs_and_words_stand_beside_every_colour(opened):
    page = opened(plans.small())
    signs = page.locator(".change summary .sign").all_inner_texts()
    words = [each.strip() for each in page.locator(".change summary .word").all_inner_texts()]
    assert set(zip(signs, words, strict=True)) == {("+", "create"), ("~", "update"), ("-", "delete")}


# -- on paper


def test_paper_shows_what_matches_and_all_of_it(opened, pictured):
    page = opened(plans.many(1000))
    page.fill("#q", "user1")
    expect(page.locator("#shown")).to_have_text("111 of 1,000 changes")
    page.emulate_media(media="print", color_scheme="dark")
    pictured(page)
    assert page.locator("#list > .change").count() == 111
    assert page.locator(".change > details:not([open])").count() == 0
    for each in (".filters", "#later", "#unfold", ".self", ".skip"):
        expect(page.locator(each).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert too_faint(page) == []
    page.emulate_media(media="screen")
    expect(page.locator(".change > details[open]")).to_have_count(0)


def test_paper_shows_long_values_whole(opened):
    long = plans.many(3)
    field = long.changes[1].fields[0]._replace(new="begin " + "many words " * 1000 + "end")
    change = replace(long.changes[1], fields=(field,))
    page = opened(replace(long, changes=(change,)))
    expect(page.locator(".long > p")).to_be_hidden()
    page.emulate_media(media="print")
    text = page.locator(".long > p")
    expect(text).to_be_visible()
    assert text.inner_text().endswith("end")
    assert text.evaluate("(each) => each.scrollHeight <= each.clientHeight + 1")


def test_a_very_large_plan_prints_a_part_and_says_so(opened):
    page = opened(plans.many(5200))
    page.emulate_media(media="print")
    expect(page.locator("#unprinted")).to_have_text(
        "200 more changes match and are not printed: filter for fewer."
    )
    assert page.locator("#list > .change").count() == 5000
    page.emulate_media(media="screen")
    expect(page.locator("#list > .change")).to_have_count(200, timeout=60_000)  # 5,000 cards are taken down


def test_a_pdf_of_it_has_every_change(opened, tmp_path):
    page = opened(plans.many(400))
    page.pdf(path=tmp_path / "plan.pdf", format="A4")
    content = (tmp_path / "plan.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") > 20
    assert page.locator("#list > .change").count() == 200
