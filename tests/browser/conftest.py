"""A real browser, and pages opened in it from disk; whatever a page says or asks for is a failure."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from reconciler.model import Plan
from reconciler.render import FORMATS
from tests.unit.literals import result_of

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
WATCH = """
window.__violations = [];
addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective));
"""


def _path():
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = "there is no Chromium here; install it, or name it in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser():
    path = _path()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens the page of a plan, or of outcomes; at the end it has been silent and asked for nothing."""
    contexts: list[BrowserContext] = []
    noises: list[str] = []

    def open_(content, fragment="", **options):
        path = tmp_path / f"{len(contexts)}.html"
        path.write_text("".join(f"{line}\n" for line in _lines(content)), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda message: noises.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: noises.append(f"error: {error}"))
        page.on("dialog", lambda dialog: noises.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: noises.append(request.url) if not request.url.startswith(path.as_uri()) else None,
        )
        page.goto(path.as_uri() + fragment)
        return page

    yield open_
    for context in contexts:
        for page in context.pages:
            noises += page.evaluate("window.__violations ?? []")
        context.close()
    assert noises == []


def _lines(content):
    html = FORMATS["html"]
    return html.plan(content, False) if isinstance(content, Plan) else html.result(result_of(content), False)


@pytest.fixture
def pictured(request):
    """Keeps a picture of the page, named after the test, to be looked at."""

    def keep(page, **options):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        name = request.node.name.removeprefix("test_")
        page.screenshot(path=SCREENSHOTS / f"{name}.png", **options)

    return keep
