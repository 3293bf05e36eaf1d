"""How the page of a plan grows: written, opened, searched and filtered in a real browser.

Run by hand: `python benchmarks/page.py [CHANGES]...`.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from reconciler.errors import Source
from reconciler.model import Action, Address, Branch, Change, FieldChange, Plan, Request, Resource
from reconciler.render import FORMATS

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
PER_GROUP = 50
# Until what was asked for is not only computed but painted.
PAINTED = (
    "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))))"
)
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def browser_path():
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def group_of(number):
    return Address("group", f"G{number // PER_GROUP}")


def change(number):
    at, source = Address("user", f"user{number}@acme.example"), Source("users.yaml", number + 1, 5)
    fields = (
        FieldChange("first_name", f"Old {number}", f"New {number}"),
        FieldChange("role", "Standard", "Admin"),
        FieldChange("agent_ring_to", None, f"+1425{number:07}"),
    )
    before, after = Resource(at, {}, number), Resource(at, {}, number, source)
    return Change(Action.UPDATE, at, before, after, fields, Request("PATCH", f"/users/{number}", {}))


def plan(count):
    root = Address("group", "ROOT")
    groups = [
        Branch(
            Address("group", f"G{number}"),
            f"Group {number}",
            root,
            tuple(
                Address("user", f"user{user}@acme.example")
                for user in range(number * PER_GROUP, (number + 1) * PER_GROUP)
            ),
        )
        for number in range(count // PER_GROUP)
    ]
    tree = (Branch(root, "Acme", None), *groups)
    return Plan(1001, "Acme", tuple(map(change, range(count))), (), 0, 0, 9, tree=tree)


def searched(page, words):
    script = (
        "async (words) => { const start = performance.now(), q = document.getElementById('q');"
        f"q.value = words; q.dispatchEvent(new Event('input')); await {PAINTED}; "
        "while (!location.hash.includes('q=' + words)) await new Promise((done) => setTimeout(done, 5));"
        f"return {PAINTED}; }}"
    )
    return page.evaluate(script, words) / 1000


def measure(browser, folder, count):
    made, path = plan(count), Path(folder, f"{count}.html")
    start = time.perf_counter()
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in FORMATS["html"].plan(made, False))
    took, size = time.perf_counter() - start, path.stat().st_size / 1e6
    print(f"{count:>9,} changes: {size:.1f} MB written in {took:.2f} s")
    page = browser.new_page()
    page.goto(path.as_uri(), timeout=120_000)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    painted, ready = (page.evaluate(each) / 1000 for each in (PAINT, READY))
    print(f"          first paint {painted:.2f} s, ready {ready:.2f} s, {nodes:,} elements")
    for words in ("new", "user99", "nothing-like-it"):
        print(f"          search {words!r}: {searched(page, words):.2f} s")
    page.close()


def main():
    counts = [int(each) for each in sys.argv[1:]] or [1_000, 10_000, 100_000]
    path = browser_path()
    if path is None:
        print("there is no Chromium here; install it, or name it in CHROMIUM")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for count in counts:
            measure(browser, folder, count)
        browser.close()


if __name__ == "__main__":
    main()
