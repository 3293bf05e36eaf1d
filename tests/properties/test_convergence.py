"""For any two accounts: what is planned is accepted, and once it is applied there is nothing left to do."""

import copy
import json
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from reconciler.api import live
from reconciler.api.client import READ_AND_WRITE, Reader, Transport, Writer
from reconciler.api.readings import Readings
from reconciler.api.rereading import Again
from reconciler.api.signin import Account
from reconciler.api.tokens import Tokens
from reconciler.errors import InvalidConfigurationError
from reconciler.files import config
from reconciler.kinds import KINDS
from reconciler.model import Status
from reconciler.plans import planning
from reconciler.plans.planfile import document
from reconciler.runs import execute
from reconciler.sandbox import serve
from tests import estates
from tests.unit.literals import tools

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

SWITCHES = (
    *("tree_nested", "created_id_alternative", "booleans_yes_no", "booleans_true_false", "roles_bare"),
    *("phones_rewritten", "numbers_as_strings", "strings_as_numbers", "unknown_fields", "short_pages"),
    *("totals_change", "errors_not_json", "signin_bare", "scope_401"),
)
OFF = {**dict.fromkeys(SWITCHES, False), "nothing": None}
ALL_AT_ONCE = {**dict.fromkeys(SWITCHES, True), "booleans_true_false": False, "strings_as_numbers": False}
EACH = [{name: True} for name in SWITCHES] + [{"nothing": how} for how in ("null", "empty", "absent")]
LIES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.sampled_from(EACH),
    st.sampled_from(["null", "empty", "absent"]).map(lambda how: {**ALL_AT_ONCE, "nothing": how}),
    st.fixed_dictionaries({}, optional=dict.fromkeys(SWITCHES, st.booleans())),
)

# What no plan can do, and says so before anything is sent.
IMPOSSIBLE = (
    *("has the same", "wait for each other", "change places", "cannot be deleted", "is the same live object"),
    *("is ambiguous", "would be its own ancestor", "is removed here but described", "takes its name"),
)

scaled = settings(suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def platform():
    with serve() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def connection(platform):
    account = Account(platform.api_url, platform.oauth_url, platform.token)
    transport = Transport(Tokens(account), READ_AND_WRITE)
    yield transport
    transport.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


def loaded(folder, *contents):
    for number, content in enumerate(contents):
        (folder / f"{number}.yaml").write_text(json.dumps(content), encoding="utf-8")
    return config.load([str(folder / f"{number}.yaml") for number in range(len(contents))])


def prepared(platform, actual, lies):
    platform.configure(**OFF)
    platform.load(estates.seed(actual))
    platform.configure(**lies)
    platform.clear_requests()


def planned(connection, wanted):
    return planning.plan(wanted, live.read(Reader(connection), wanted.settings))


def applied(connection, plan):
    with_them = tools(Writer(connection), Again(Readings(Reader(connection)), KINDS))
    stopping = threading.Event()
    return execute.execute(plan, with_them, parallel=4, report=lambda _: None, stopping=stopping)


def writes(platform):
    return [each for each in platform.requests() if each["method"] != "GET"]


def assert_impossible(problems):
    assert problems
    for problem in problems:
        assert any(words in problem.message for words in IMPOSSIBLE), str(problem)


def assert_converges(platform, connection, wanted):
    """Plan, apply, plan: accepted, minimal, and then empty."""
    try:
        plan = planned(connection, wanted)
    except InvalidConfigurationError as error:
        event("impossible")
        assert writes(platform) == []
        assert_impossible(error.problems)
        return None
    event(f"changes: {min(len(plan.changes), 5)}")
    assert writes(platform) == []
    outcomes = applied(connection, plan)
    assert [str(each.reason) for each in outcomes if each.status is not Status.APPLIED] == []
    assert len(writes(platform)) == len(plan.changes)
    again = planned(connection, wanted)
    assert [(str(each.address), each.fields) for each in again.changes] == []
    return plan


@settings(scaled, max_examples=100)
@given(actual=estates.estates(), wanted=estates.estates(), lies=LIES)
def test_apply_then_plan_is_empty(platform, connection, folder, actual, wanted, lies):
    found = loaded(folder, estates.configuration(wanted))
    assert found.problems == ()
    prepared(platform, actual, lies)
    assert_converges(platform, connection, found.desired)


@settings(scaled, max_examples=100)
@given(case=estates.reconciliations(), lies=LIES)
def test_renamed_and_removed_objects_converge_and_others_stay(platform, connection, folder, case, lies):
    actual, content = case
    found = loaded(folder, content)
    if found.problems:
        event("impossible by the files alone")
        return assert_impossible(found.problems)
    prepared(platform, actual, lies)
    before = platform.dump()
    plan = assert_converges(platform, connection, found.desired)
    if plan:
        touched = {(change.kind, change.id) for change in plan.changes}
        assert untouched(before, touched) == [
            each for each in everything(platform.dump()) if each in untouched(before, touched)
        ]
    return None


IDS = {"group": "org_unit_id", "user": "ct_user_id", "tag": "tag_id", "route": "provisioned_route_id"}


def everything(state):
    return [(kind, row) for kind in IDS for row in state[f"{kind}s"]]


def untouched(state, touched):
    return [(kind, row) for kind, row in everything(state) if (kind, row[IDS[kind]]) not in touched]


@settings(scaled, max_examples=40)
@given(case=estates.reconciliations(), data=st.data())
def test_the_order_of_files_keys_and_sets_never_matters(platform, connection, folder, case, data):
    actual, content = case
    prepared(platform, actual, {})
    reordered = data.draw(estates.shuffled(copy.deepcopy(content)))
    assert outcome(connection, loaded(folder, content)) == outcome(connection, loaded(folder, *reordered))


def outcome(connection, found):
    """The plan without line numbers, or the words of the problems."""
    if found.problems:
        return "impossible"
    try:
        plan = document(planned(connection, found.desired))
    except InvalidConfigurationError:
        return "impossible"
    plan.pop("digest")
    for change in plan["changes"]:
        change.pop("source")
    plan["notices"] = [(each["code"], each["address"]) for each in plan["notices"]]
    return plan


@settings(scaled, max_examples=40)
@given(case=estates.reconciliations())
def test_the_same_inputs_give_the_same_bytes(platform, connection, folder, case):
    actual, content = case
    prepared(platform, actual, {})

    def text():
        found = loaded(folder, content)
        if found.problems:
            return [str(problem) for problem in found.problems]
        try:
            return json.dumps(document(planned(connection, found.desired)))
        except InvalidConfigurationError as error:
            return str(error)

    assert text() == text()
