"""Whose change it is, for any files, any earlier revision of them and any account."""

import pytest
from hypothesis import assume, event, given, settings

from reconciler.api import live
from reconciler.api.client import Reader
from reconciler.errors import InvalidConfigurationError
from reconciler.model import Action, Origin, Settings
from reconciler.plans import planning
from reconciler.plans.origins import Base, with_origins
from tests import estates

from .test_convergence import connection, folder, loaded, platform, prepared, scaled

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

__all__ = ["connection", "folder", "platform"]


def told(platform, connection, folder, accounts):
    """The plan for one description, told from another, with an account as a third one has it."""
    wanted, base, actual = accounts
    now, then = (loaded(folder, estates.configuration(each)) for each in (wanted, base))
    assert (now.problems, then.problems) == ((), ())
    prepared(platform, actual, {})
    found = live.read(Reader(connection), now.desired.settings)
    try:
        plan = planning.plan(now.desired, found)
    except InvalidConfigurationError:
        event("impossible")
        assume(False)
    return with_origins(plan, Base("main", then.desired), found, Settings())


def fields(plan):
    return [(change, field) for change in plan.changes for field in change.fields]


@settings(scaled, max_examples=50)
@given(wanted=estates.estates(), base=estates.estates(), actual=estates.estates())
def test_every_field_has_an_origin_and_nothing_else_changes(
    platform, connection, folder, wanted, base, actual
):
    plan = told(platform, connection, folder, (wanted, base, actual))
    assert all(field.origin for _, field in fields(plan))
    assert sum(plan.origins().values()) == len(fields(plan))
    now = loaded(folder, estates.configuration(wanted)).desired
    plain = planning.plan(now, live.read(Reader(connection), now.settings))
    assert [each.address for each in plan.changes] == [each.address for each in plain.changes]
    assert [each.request for each in plan.changes] == [each.request for each in plain.changes]


@settings(scaled, max_examples=50)
@given(wanted=estates.estates(), base=estates.estates())
def test_where_the_account_is_as_the_base_says_all_is_edited_here(platform, connection, folder, wanted, base):
    plan = told(platform, connection, folder, (wanted, base, base))
    assert {field.origin for _, field in fields(plan)} <= {Origin.EDIT}


@settings(scaled, max_examples=50)
@given(wanted=estates.estates(), actual=estates.estates())
def test_where_the_files_are_as_they_were_all_has_drifted(platform, connection, folder, wanted, actual):
    plan = told(platform, connection, folder, (wanted, wanted, actual))
    assert {field.origin for _, field in fields(plan)} <= {Origin.DRIFT}


@settings(scaled, max_examples=50)
@given(wanted=estates.estates(), base=estates.estates(), actual=estates.estates())
def test_a_conflict_is_between_three_values(platform, connection, folder, wanted, base, actual):
    plan = told(platform, connection, folder, (wanted, base, actual))
    for change, field in fields(plan):
        if field.origin is Origin.CONFLICT and change.action is Action.UPDATE:
            assert len({str(each) for each in (field.old, field.new, field.base)}) == 3
    conflicts = [field for _, field in fields(plan) if field.origin is Origin.CONFLICT]
    assert len([each for each in plan.notices if each.code == "conflict"]) == len(conflicts)
