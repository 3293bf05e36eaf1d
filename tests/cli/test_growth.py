"""How the work of each command grows, in counts and not in seconds: ten times the objects are little more
than ten times the work."""

import contextlib
import io
import subprocess
import time
from pathlib import Path

import pytest

from reconciler.cli import cli
from reconciler.render import FORMATS
from reconciler.sandbox import serve
from tests.cli.work import counted

SMALL, LARGE = 30, 300
MOST = 12.0  # times the work for ten times the objects; n log n would be 17

GROUP = "  - {{org_unit_name: {group}{n}, org_unit_ext_id: {key}{n}, parent: {parent}}}\n"
USER = "  - {{username: {user}{n}@acme.example, first_name: {first}{n}, last_name: L, group: {key}{ten}}}\n"
TAG = "  - {{tag_name: {tag}{n}, group: {key}{n}}}\n"
ROUTE = (
    "  - {{provisioned_route_name: {route}{n}, group: {key}{n}, route_type: forward,"
    ' ring_to: "+1425{n:07}", tags: [{tag}{n}]}}\n'
)
PRUNING = "settings: {prune: [users, tags, routes, groups], limits: {delete: 100000}}\n"
NAMES = {"key": "E", "group": "G", "user": "u", "first": "F", "tag": "T", "route": "R"}


def above(number, key):
    return f"{key}{number // 5 - 1}" if number >= 5 else "ROOT"


def described(number, **names):
    """A group, a tag and a route for each ten users; `names` are what names begin with."""
    few, names = range(number // 10), NAMES | names
    yield "groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ROOT}\n"
    yield from (GROUP.format(n=n, parent=above(n, names["key"]), **names) for n in few)
    yield "users:\n"
    yield from (USER.format(n=n, ten=n // 10, **names) for n in range(number))
    yield "tags:\n"
    yield from (TAG.format(n=n, **names) for n in few)
    yield "routes:\n"
    yield from (ROUTE.format(n=n, **names) for n in few)


def seed(number):
    """What `described` describes by default."""
    few = range(number // 10)
    return {
        "account": {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ROOT"},
        "groups": [
            {"org_unit_name": f"G{n}", "org_unit_ext_id": f"E{n}", "parent": above(n, "E")} for n in few
        ],
        "users": [
            {
                "username": f"u{n}@acme.example",
                "first_name": f"F{n}",
                "last_name": "L",
                "group": f"E{n // 10}",
            }
            for n in range(number)
        ],
        "tags": [{"tag_name": f"T{n}", "group": f"E{n}"} for n in few],
        "routes": [
            {"provisioned_route_name": f"R{n}", "group": f"E{n}", "tags": [f"T{n}"]}
            | {"route_type": "forward", "ring_to": f"+1425{n:07}"}
            for n in few
        ],
    }


def ran(*arguments):
    """The exit code of a command, and what it prints."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        code = cli.main([str(each) for each in arguments], prog_name="reconciler", standalone_mode=False)
    return int(code or 0), shown.getvalue()


# What each step runs, and what its output says where all went as meant. What is applied stays for the steps
# after it.
ALL_REPORTS = [word for name in FORMATS for word in ("--report", f"{name}=report.{name}")]
STEPS = {
    "validate": (["validate", "same.yaml"], "Valid"),
    "fmt": (["fmt", "--check", "same.yaml"], "tidy"),
    "export": (["export", "--out", "exported"], "exported"),
    "plan, no changes": (["plan", "same.yaml"], "No changes"),
    "drift": (["drift", "same.yaml"], "No drift"),
    "why": (["why", "user/u0@acme.example", "same.yaml"], "Nothing is to be done"),
    "graph": (["graph", "same.yaml"], "u0@acme.example"),
    "plan, other values": (["plan", "other.yaml"], "{users} to update"),
    "plan, other names": (["plan", "renamed.yaml"], "{few} to update"),
    "plan, all new": (["plan", "new.yaml"], "{all} to create"),
    "plan, most goes": (["plan", "fewer.yaml"], "{fewer} to delete"),
    "plan, all may be other names": (["plan", "lookalikes.yaml"], "look-alike"),
    "plan, since a revision": (["plan", "--base", "HEAD", "edited.yaml"], "{users} to update"),
    "plan, saved": (["plan", "--out", "saved.json", "other.yaml"], "{users} to update"),
    **{f"show, {name}": (["show", "--format", name, "saved.json"], "u0@acme.example") for name in FORMATS},
    "apply, saved": (["apply", "--yes", "--plan", "saved.json"], "{users} applied"),
    "history": (["history"], "{users} applied"),
    "undo": (["undo", "--yes", "RUN", "same.yaml"], "{users} applied"),
    "apply, all new": (["apply", "--yes", "new.yaml"], "{all} applied"),
    "apply, most goes, with reports": (["apply", "--yes", *ALL_REPORTS, "fewer.yaml"], "applied"),
}


def written(number):
    """The files of the steps, in the current folder; one of them is edited after they have been committed."""
    files = {
        "same": described(number),
        "edited": described(number),
        "other": described(number, first="X"),
        "renamed": described(number, group="H"),
        "new": described(number, key="N", group="H", user="v", tag="S", route="Q"),
        "lookalikes": described(number, user="v", tag="S", route="Q"),
        "fewer": [
            "settings: {prune: [users, tags, routes, groups], limits: {delete: 100000}}\n",
            *described(10),
        ],
    }
    for name, lines in files.items():
        Path(f"{name}.yaml").write_text("".join(lines))
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], check=True)
    Path("edited.yaml").write_text(Path("other.yaml").read_text())


@contextlib.contextmanager
def served(content, patch):
    """A platform that the commands then talk to."""
    with serve(content) as platform:
        patch.setenv("CONVIRZA_API_URL", platform.api_url)
        patch.setenv("CONVIRZA_OAUTH_URL", platform.oauth_url)
        patch.setenv("CONVIRZA_TOKEN", platform.token)
        yield


@pytest.fixture
def work(tmp_path_factory):
    """The work of each step, for both sizes."""
    found, now = {}, time.monotonic
    with pytest.MonkeyPatch.context() as patch:
        # Counting makes everything slow, and what was read longer ago than a moment is read again.
        patch.setattr(time, "monotonic", lambda: now() / 100)
        for who in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{who}_NAME", "somebody")
            patch.setenv(f"GIT_{who}_EMAIL", "somebody@acme.example")
        for number in (SMALL, LARGE):
            patch.chdir(tmp_path_factory.mktemp("estate"))
            written(number)
            with served(seed(number), patch):
                found[number] = {name: done(step, number) for name, step in STEPS.items()}
    return found


def done(step, number):
    arguments, expected = step
    if "RUN" in arguments:
        run = next(Path(".reconciler/journal").glob("*.jsonl")).stem
        arguments = [each.replace("RUN", run) for each in arguments]
    work, (code, output) = counted(lambda: ran(*arguments))
    sizes = {"users": number, "few": number // 10, "all": number + 3 * (number // 10)}
    assert (code, expected.format(**sizes, fewer=sizes["all"] - 13) in output) == (0, True), output[-2000:]
    return work


def chained(number):
    """Tags each of which takes the name of the next, and as many names of what is described elsewhere."""
    yield "settings:\n  external:\n    - group/P*\n    - tag/*/Old *\n"
    yield from (f"    - tag/ROOT/X{n}\n" for n in range(number))
    yield "groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ROOT}\ntags:\n"
    yield from (f"  - {{tag_name: T{n + 1}, group: ROOT, previously: ROOT/T{n}}}\n" for n in range(number))
    yield "routes:\n"
    yield from (
        f"  - {{provisioned_route_name: R{n}, group: ROOT, tags: [ROOT/X{n}]}}\n" for n in range(number)
    )


def alike(number):
    """New groups and tags, all of one name, each in a group of its own."""
    yield "groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ROOT}\n"
    for n in range(number):
        yield f"  - {{org_unit_name: N{n}, org_unit_ext_id: N{n}, parent: ROOT}}\n"
        yield f"  - {{org_unit_name: Sales, parent: N{n}}}\n"
    yield "tags:\n"
    yield from (f"  - {{tag_name: Hot, group: N{n}}}\n" for n in range(number))


def before(number):
    """What is live where `chained` is described; and where `alike` is, of the same names elsewhere."""
    tags = [f"{letter}{n}" for letter in "TX" for n in range(number)]
    few = range(number)
    return {
        "account": {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ROOT"},
        "groups": [
            *({"org_unit_name": f"M{n}", "org_unit_ext_id": f"M{n}"} for n in few),
            *({"org_unit_name": "Sales", "parent": f"M{n}"} for n in few),
        ],
        "tags": [
            *({"tag_name": name, "group": "ROOT"} for name in tags),
            *({"tag_name": "Hot", "group": f"M{n}"} for n in few),
        ],
        "routes": [
            {"provisioned_route_name": f"R{n}", "group": "ROOT", "tags": [f"X{n}"]}
            | {"route_type": "forward", "ring_to": f"+1425{n:07}"}
            for n in range(number)
        ],
    }


CHAINED = {
    "validate, names in a chain": (["validate", "--strict", "chained.yaml"], "Valid"),
    "plan, names in a chain": (["plan", "chained.yaml"], "{users} to update"),
    "plan, one name in many places": (["plan", "alike.yaml"], "{users} to create"),
}


@pytest.fixture
def chain_work(tmp_path, monkeypatch):
    """The work of what is done with names in a chain, for both sizes."""
    found = {}
    monkeypatch.chdir(tmp_path)
    for number in (SMALL, LARGE):
        Path("chained.yaml").write_text("".join(chained(number)))
        Path("alike.yaml").write_text("".join(alike(number // 3)))
        with served(before(number), monkeypatch):
            found[number] = {name: done(step, number) for name, step in CHAINED.items()}
    return found


def grown(small, large):
    """The steps whose work grows faster than it may, each with the functions that have the most lines."""
    return {
        step: [
            (name, small[step].by_function[name], lines) for name, lines in found.by_function.most_common(5)
        ]
        for step, found in large.items()
        if found.lines > MOST * max(small[step].lines, 100)
        or found.comparisons > MOST * max(small[step].comparisons, 100)
    }


def test_work_grows_no_faster_than_n_log_n(work):
    """Where it does, the functions with the most lines are told, for both sizes."""
    assert grown(work[SMALL], work[LARGE]) == {}


def test_work_with_names_in_a_chain_grows_no_faster(chain_work):
    assert grown(chain_work[SMALL], chain_work[LARGE]) == {}
