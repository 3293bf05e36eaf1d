"""For any two accounts: what is planned is accepted, and once it is applied there is nothing left to do."""

import json

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from reconciler import config, execute, live, planning
from reconciler.client import READ_AND_WRITE, Account, Client
from reconciler.errors import InvalidConfigurationError
from reconciler.model import Status
from reconciler.sandbox import serve
from tests import estates

SWITCHES = (
    *("tree_nested", "created_id_alternative", "booleans_yes_no", "booleans_true_false", "roles_bare"),
    *("phones_rewritten", "numbers_as_strings", "strings_as_numbers", "unknown_fields", "short_pages"),
    *("totals_change", "errors_not_json"),
)
OFF = {**dict.fromkeys(SWITCHES, False), "nothing": None}
LIES = st.one_of(
    st.just({}),
    st.sampled_from(SWITCHES).map(lambda name: {name: True}),
    st.sampled_from(["null", "empty", "absent"]).map(lambda how: {"nothing": how}),
    st.just({name: True for name in SWITCHES if name != "booleans_true_false"} | {"nothing": "absent"}),
    st.fixed_dictionaries({}, optional=dict.fromkeys(SWITCHES, st.booleans())),
)


@pytest.fixture(scope="module")
def platform():
    with serve() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def connection(platform):
    client = Client(Account(platform.api_url, platform.oauth_url, platform.token), READ_AND_WRITE)
    yield client
    client.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


def desired(folder, content):
    (folder / "all.yaml").write_text(json.dumps(content), encoding="utf-8")
    loaded = config.load([str(folder)])
    assert loaded.problems == ()
    return loaded.desired


def planned(connection, wanted):
    return planning.plan(wanted, live.read(connection, wanted.settings))


def applied(connection, plan):
    return execute.execute(plan, connection, parallel=4, report=lambda _: None)


def writes(platform):
    return [each for each in platform.requests() if each["method"] != "GET"]


def is_conflict(message):
    return "has the same parent and org_unit_name" in message or "wait for each other" in message


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actual=estates.estates(), wanted=estates.estates(), lies=LIES)
def test_apply_then_plan_is_empty(platform, connection, folder, actual, wanted, lies):
    platform.configure(**OFF)
    platform.load(estates.seed(actual))
    platform.configure(**lies)
    content = desired(folder, estates.configuration(wanted))
    platform.clear_requests()
    try:
        plan = planned(connection, content)
    except InvalidConfigurationError as error:
        event("conflict")
        assert writes(platform) == []
        assert all(is_conflict(each.message) for each in error.problems), str(error)
        return
    event(f"changes: {min(len(plan.changes), 5)}")
    outcomes = applied(connection, plan)
    assert [str(each.reason) for each in outcomes if each.status is not Status.APPLIED] == []
    assert len(writes(platform)) == len(plan.changes)
    again = planned(connection, content)
    assert [(str(each.address), each.fields) for each in again.changes] == []
