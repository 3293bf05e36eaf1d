"""What the commands have in common: reading the account, and making a plan."""

import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from reconciler.api import live
from reconciler.api.answers import UNKNOWN
from reconciler.api.calls import read_traffic
from reconciler.api.client import Reader, Transport
from reconciler.api.readings import Readings
from reconciler.api.rereading import Again
from reconciler.cli.connecting import connected, misdirected, patience
from reconciler.cli.console import echo, working
from reconciler.cli.options import PARALLEL_CHANGES
from reconciler.errors import (
    InvalidConfigurationError,
    PlatformError,
    ReconcilerError,
    RefusedError,
    UnexpectedAnswerError,
    UsageError,
)
from reconciler.files import beside, config, revisions
from reconciler.model import Desired, Live, Plan, Resource, Settings
from reconciler.objects.overrides import kinds_with
from reconciler.plans import calls, planning
from reconciler.plans.notices import when_sent
from reconciler.plans.origins import Base, with_origins
from reconciler.plans.planning import Options
from reconciler.runs import journal, lagging
from reconciler.runs.locking import exclusive
from reconciler.runs.settling import Settler
from reconciler.wording import safe


def planned(
    transport: Transport,
    paths: Sequence[str],
    options: Options,
    base: str | None = None,
    parallel: int = PARALLEL_CHANGES,
) -> Plan:
    """Raises InvalidConfigurationError before anything is asked, PlatformError, RefusedError, UsageError."""
    desired = described(paths)
    _demand_unseen(options, desired.settings)
    former = _formerly(base, paths, desired.settings) if base else None
    reader = Reader(transport)
    actual = read(reader, desired.settings, desired.resources.values())
    with working("Planning") as report:
        plan = planning.plan(desired, actual, options, report)
        if former:
            plan = with_origins(plan, former, actual, desired.settings)
    said = beside.left_out(paths or (".",), desired.settings)
    plan = with_calls(reader, replace(plan, notices=(*said, *plan.notices)))
    return replace(plan, seconds=transport.limiter.estimate(len(plan.changes), parallel))


def _demand_unseen(options: Options, settings: Settings) -> None:
    """Raises UsageError for a field to be sent again that can be compared, or cannot be sent."""
    for name, field_name in options.resend:
        kind = kinds_with(settings.platform)[name]
        field = kind.field(field_name)
        reason = "the platform shows this field, so it is sent where it differs" if field.readable else ""
        if not field.is_own:
            reason = when_sent(kind, field)
        if reason:
            raise UsageError(f"--resend {name}.{field_name}: {reason}")


def described(paths: Sequence[str]) -> Desired:
    """What the files say. Raises InvalidConfigurationError."""
    with working("Reading the files") as report:
        loaded = config.load(paths or (".",), report)
    if loaded.problems:
        raise InvalidConfigurationError(loaded.problems)
    return loaded.desired


def _formerly(revision: str, paths: Sequence[str], settings: Settings) -> Base:
    """What the files said at a revision; nothing, but with the same settings, where they were not valid: what
    mends them needs a plan as well. Raises ReconcilerError.
    """
    files = revisions.load(revision, paths or (".",))
    loaded = config.described(files.documents, files.problems)
    if loaded.problems:
        return Base(revision, Desired({}, (), replace(settings, prune={})), (), loaded.problems)
    return Base(revision, loaded.desired, tuple(files.missing))


def read(reader: Reader, settings: Settings, described: Collection[Resource] = ()) -> Live:
    """The live state, once it shows what was written from here a moment ago; runs that died before it was
    read are settled by it on the way.
    """
    runs, before = _abandoned(reader.platform), reader.reads
    _let_it_show(runs)
    done, kinds = lagging.recent(reader.platform), kinds_with(settings.platform)
    pause = partial(_let_lists_catch_up, reader.platform)
    once = partial(_live, reader, settings, described)
    again = Again(Readings(reader), kinds)
    found = lagging.read_until_shown(once, done, kinds, again.details, pause)
    found = replace(found, reads=reader.reads - before)
    mine = [run for run in runs if run.start.get("account") == found.account]
    if mine:
        with suppress(RefusedError), exclusive():
            _settle([run for run in mine if journal.find(run.name) == run], found, settings)
    return found


def read_live(settings: Settings, described: Collection[Resource] = (), *, sandbox: bool) -> Live:
    """As `read`, through a connection of its own."""
    with connected(sandbox=sandbox) as transport:
        return read(Reader(transport), settings, described)


def _live(reader: Reader, settings: Settings, described: Collection[Resource]) -> Live:
    with working("Reading the live state") as reader.report:
        try:
            return live.read(reader, settings, described)
        except PlatformError as error:
            if not isinstance(error, UnexpectedAnswerError) and error.status not in UNKNOWN:
                raise
            told = (str(error), misdirected(reader.platform), _DOCTOR)
            raise PlatformError("; ".join(filter(None, told))) from None


_DOCTOR = "`reconciler doctor` tells what the platform does otherwise"


def _abandoned(platform: str) -> Sequence[journal.Run]:
    """The runs on this platform that did not come to their end, of which none is at work any more: while
    another process applies here, none counts as such.
    """
    if _unfinished(platform):
        with suppress(ReconcilerError), exclusive():
            return _unfinished(platform)
    return ()


def _unfinished(platform: str) -> Sequence[journal.Run]:
    return [run for run in journal.unfinished() if run.start.get("platform") == platform]


_LAG = 2  # seconds after which a platform shows what was written


def _let_it_show(runs: Iterable[journal.Run]) -> None:
    """What was written a moment ago may not be seen yet, and must not be taken for not done."""
    lag = _LAG * patience().second
    latest = max((run.path.stat().st_mtime for run in runs), default=0.0)
    time.sleep(min(lag, max(0.0, latest + lag - time.time())))


def _let_lists_catch_up(platform: str, times: int) -> None:
    """Ten seconds in all."""
    calm = patience()
    if times == 1:
        calm.tell(platform, "The lists do not show yet what was written a moment ago; reading them again")
    time.sleep(calm.second * times)


def settle_first(reader: Reader, plan: Plan) -> None:
    """Before a saved plan is carried out: settles what died earlier, and waits for what was written a moment
    ago to be shown, at the price of reading everything.
    """
    runs = (*journal.unfinished(), *(each.run for each in lagging.recent(reader.platform)))
    if any(run.start.get("account") == plan.account for run in runs):
        read(reader, Settings(platform=plan.platform))


def with_calls(reader: Reader, plan: Plan) -> Plan:
    """Asks for the calls of routes that are to ring elsewhere, if there are any."""
    routes = calls.at_stake(plan)
    if not routes:
        return plan
    before = reader.reads
    traffic = read_traffic(reader, routes)
    return calls.with_traffic(plan, traffic, reader.reads - before)


def _settle(runs: Sequence[journal.Run], actual: Live, settings: Settings) -> None:
    """Say and write down what became of writes that were in flight when a run died."""
    settler, kinds = Settler(actual), kinds_with(settings.platform)
    for run in runs:
        done = f"{len(run.applied)} of {run.start.get('changes')} changes"
        echo([safe(f"Run {run.name} did not come to its end: {done} are known to be done.")], err=True)
        for write in run.open:
            found = settler.settle(write.intent, kinds)
            journal.append(run, "settled", address=write.intent.get("address"), **found._asdict())
            echo([safe(f"  {_fate(write.intent, found.status)}: {found.reason}")], err=True)
        journal.append(run, "end", settled=True)


def _fate(intent: journal.Event, status: str) -> str:
    fate = {"applied": "was done", "failed": "was not done", "unclear": "cannot be told"}[status]
    return f"in flight: {intent.get('action')} {intent.get('address')} {fate}"


def demand_permitted(plan: Plan) -> None:
    """Raises RefusedError if a safety rule stands in the way."""
    if plan.refusals:
        raise RefusedError("refused, nothing was changed", *(each.message for each in plan.refusals))
