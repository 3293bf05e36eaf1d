"""Each folder of golden/plans is a story, and what every format makes of it, to read and to compare.

    example   a folder of examples/, or else
    live      the account, as a seed of the sandbox; without it, the one that the sandbox starts with
    config    text of config.yaml
    base      the same at an earlier revision, main
    outcomes  what an apply came to, by address: [status, reason]; all others were applied. The formats then
              show the result in place of the plan

UPDATE_GOLDEN=1 writes what the formats make of them. Read it before you believe it.
"""

import itertools
import os
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reconciler.api import live
from reconciler.api.calls import read_traffic
from reconciler.api.client import READ_ONLY, Reader, Transport
from reconciler.api.signin import Account
from reconciler.api.tokens import Tokens
from reconciler.files import config
from reconciler.model import Action, Outcome, Status
from reconciler.plans import calls, planning
from reconciler.plans.origins import Base, with_origins
from reconciler.render import FORMATS
from reconciler.sandbox import default_seed, serve
from tests.unit.literals import result_of

TESTS = Path(__file__).parents[1]
STORIES = sorted(path.parent for path in TESTS.glob("golden/plans/*/story.yaml"))
SURFACES = {**{name: (name, False) for name in FORMATS}, "text-colour": ("text", True)}
NEW_ID = 9001


@pytest.fixture(scope="module")
def platform():
    with serve() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def transport(platform):
    found = Transport(Tokens(Account(platform.api_url, platform.oauth_url, platform.token)), READ_ONLY)
    yield found
    found.close()


@pytest.fixture(params=STORIES, ids=lambda path: path.name)
def folder(request):
    return request.param


@pytest.fixture
def rendered(folder, platform, transport, tmp_path, monkeypatch):
    """What each format makes of the story, in bytes."""
    story = YAML(typ="safe").load((folder / "story.yaml").read_text(encoding="utf-8"))
    platform.load(story.get("live") or default_seed())
    monkeypatch.chdir(TESTS.parent / "examples" / story["example"] if "example" in story else tmp_path)
    plan = planned(Reader(transport), story)
    found = [*outcomes(plan, story["outcomes"])] if "outcomes" in story else None

    def render(surface):
        name, colour = SURFACES[surface]
        lines = (
            FORMATS[name].plan(plan, colour)
            if found is None
            else FORMATS[name].result(result_of(found), colour)
        )
        return "".join(f"{line}\n" for line in lines).encode()

    return render


def planned(reader, story):
    wanted = desired("." if "example" in story else written(story["config"]))
    actual = live.read(reader, wanted.settings)
    plan = planning.plan(wanted, actual)
    if "base" in story:
        plan = with_origins(plan, Base("main", desired(written(story["base"]))), actual, wanted.settings)
    before = reader.reads
    traffic = read_traffic(reader, calls.at_stake(plan))
    return calls.with_traffic(plan, traffic, reader.reads - before)


def written(text):
    Path("config.yaml").write_text(text, encoding="utf-8")
    return "config.yaml"


def desired(path):
    loaded = config.load([path])
    assert loaded.problems == ()
    return loaded.desired


def outcomes(plan, told):
    """Every change of the plan, as the story tells it."""
    assert told.keys() <= {str(change.address) for change in plan.changes}
    created = itertools.count(NEW_ID)
    for change in plan.changes:
        status, reason = told.get(str(change.address), ("applied", None))
        is_new = change.action is Action.CREATE and status == "applied"
        yield Outcome(change, Status(status), reason, next(created) if is_new else change.id)


@pytest.mark.parametrize("surface", SURFACES)
def test_every_format_shows_the_story_as_it_was_read_and_approved(surface, rendered, folder):
    golden = folder / surface
    shown = rendered(surface)
    if "UPDATE_GOLDEN" in os.environ:
        golden.write_bytes(shown)
    assert golden.exists(), f"no {surface} for {folder.name} yet: UPDATE_GOLDEN=1 writes it; then read it"
    assert shown.decode() == golden.read_bytes().decode()


def test_no_golden_file_is_left_of_a_format_that_is_gone():
    found = {path.name for story in STORIES for path in story.iterdir()}
    assert found <= {"story.yaml", *SURFACES}
    assert len(STORIES) >= 8
