"""Each file in scenarios/ is a story: an account and a configuration, and what plan and apply make of them.

    live        the account, as a seed of the sandbox, and who is signed in: the first of its `tokens`;
                `many: {users: 250}` adds that many more, numbered
    unruly      what it holds against its own rules: fields by id, as in {tag: {302: {tag_name: Spam}}}
    platform    settings of the sandbox, `faults` rules for it
    config      text of config.yaml, or `files`: texts by name
    options     for plan and apply; `plan_options` for plan alone
    plan        what plan prints; with `exit` (0), `error` on stderr, and `reads`, the number of its requests,
                which is not counted where there is no plan: others are on their way when one fails.
                Where it exits with anything but 0 or 2, apply says the same and writes nothing
    requests    what apply writes: what waits below what it waits for; with `apply_exit` (0)
    outcomes    what apply says of changes that failed or were skipped
    heals       what a second apply writes, where the first one was not complete
    again       options of the last plan, by default the same, which has to find no changes; false: do without

UPDATE_SCENARIOS=1 writes what happens into the files. Read it before you believe it.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from reconciler.__main__ import run
from reconciler.sandbox import Sandbox, serve

FILES = sorted(Path(__file__).with_name("scenarios").glob("*.yaml"))
INPUTS = {
    *("live", "many", "unruly", "platform", "faults", "config", "files"),
    *("options", "plan_options", "again"),
}
EXPECTED: Mapping[str, Any] = {
    "plan": "",
    "exit": 0,
    "error": "",
    "reads": 0,
    "requests": "",
    "apply_exit": 0,
    "outcomes": "",
    "heals": "",
}
REQUEST_ID = re.compile(r"request_id [-0-9a-f]+")
Scenario = Mapping[str, Any]
Request = Mapping[str, Any]  # as the sandbox writes it down


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Tool(NamedTuple):
    """The command line in its own directory, and the platform that it talks to."""

    call: Callable[..., Ended]
    platform: Sandbox

    def sent(self) -> list[Request]:
        """The requests since this was last asked."""
        found: list[Request] = [*self.platform.requests()]
        self.platform.clear_requests()
        return found


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    content: Scenario = YAML(typ="safe").load(request.param.read_text(encoding="utf-8"))
    assert content.keys() <= INPUTS | EXPECTED.keys(), "unknown keys"
    assert ("config" in content) != ("files" in content), "either config or files"
    return content


@pytest.fixture
def tool(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Tool]:
    for name, text in scenario.get("files", {"config.yaml": scenario.get("config")}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    def call(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["reconciler", *arguments])
        code = int(run())
        return Ended(code, *(REQUEST_ID.sub("request_id …", text) for text in capsys.readouterr()))

    with serve(seed(scenario)) as platform:
        prepare(platform, scenario)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("CONVIRZA_API_URL", platform.api_url)
        monkeypatch.setenv("CONVIRZA_OAUTH_URL", platform.oauth_url)
        monkeypatch.setenv("CONVIRZA_TOKEN", next(iter(scenario["live"].get("tokens", [platform.token]))))
        monkeypatch.setenv("CONVIRZA_RETRY_WAIT", "0.001")
        yield Tool(call, platform)


def seed(scenario: Scenario) -> dict[str, Any]:
    live = dict(scenario["live"])
    names = {"users": "username", "tags": "tag_name"}
    for section, count in scenario.get("many", {}).items():
        more = [{names[section]: f"{section}-{number:03}@many.example"} for number in range(count)]
        live[section] = [*live.get(section, ()), *more]
    return live


def prepare(platform: Sandbox, scenario: Scenario) -> None:
    platform.configure(**scenario.get("platform", {}))
    for rule in scenario.get("faults", ()):
        platform.add_fault(**rule)
    tables = platform._state.store.tables  # no request and no seed may break its rules
    for kind, objects in scenario.get("unruly", {}).items():
        for number, fields in objects.items():
            item = tables[kind][number]
            tables[kind][number] = item._replace(fields={**item.fields, **fields})


# -- what happens


@pytest.mark.parametrize("scenario", FILES, indirect=True, ids=lambda path: path.stem)
def test_scenario(scenario: Scenario, tool: Tool, request: pytest.FixtureRequest) -> None:
    observed = {**EXPECTED, **planned(tool, scenario)}
    if observed["exit"] in (0, 2):
        observed |= applied(tool, scenario, observed["plan"])
    if "UPDATE_SCENARIOS" in os.environ:
        write(request.node.callspec.params["scenario"], observed)
    else:
        assert observed == {name: scenario.get(name, default) for name, default in EXPECTED.items()}


def is_savable(path: Path) -> bool:
    """Whether something is written, and every time the same."""
    text = path.read_text(encoding="utf-8")
    return "\nrequests: " in text and "\nfaults:" not in text


@pytest.mark.parametrize("scenario", [*filter(is_savable, FILES)], indirect=True, ids=lambda path: path.stem)
def test_a_plan_that_was_saved_does_the_same(scenario: Scenario, tool: Tool, tmp_path: Path) -> None:
    saved = str(tmp_path.with_suffix(".json"))
    assert tool.call("plan", "--out", saved, *scenario.get("options", [])).code == 0
    tool.sent()
    ended = tool.call("apply", "--plan", saved, "--yes", "--parallel", "1")
    assert (ended.code, ended.err) == (scenario.get("apply_exit", 0), "")
    changes = json.loads(Path(saved).read_text(encoding="utf-8"))["changes"]
    assert writes(in_order(changes, tool.sent())) == scenario["requests"]


def planned(tool: Tool, scenario: Scenario) -> dict[str, Any]:
    """Previews write nothing, and say the same in every format and to whoever is going to apply."""
    options = scenario.get("options", [])
    ended = tool.call("plan", *options, *scenario.get("plan_options", []))
    reads = tool.sent()
    as_json = tool.call("plan", "--format", "json", *options)
    assert tool.call("plan", "--format", "json", *options) == as_json
    assert writes([*reads, *tool.sent()]) == ""
    if as_json.out:  # a plan that is refused is shown all the same
        changes = json.loads(as_json.out)["changes"]
        assert len(changes) == len(re.findall(r"^  [-+~] ", ended.out, re.MULTILINE))
    refused = ended.code not in (0, 2)
    assert (as_json.code, as_json.err) == (ended.code if refused else 0, ended.err)
    if refused:
        assert tool.call("apply", "--yes", *options) == ended
        assert writes(tool.sent()) == ""
    return {
        "plan": ended.out,
        "exit": ended.code,
        "error": ended.err,
        "reads": len(reads) if ended.out else 0,
    }


def applied(tool: Tool, scenario: Scenario, plan: str) -> dict[str, Any]:
    """What apply writes and reports; afterwards there has to be nothing left to do."""
    options = scenario.get("options", [])
    ended, sent = apply(tool, options)
    observed = {"requests": sent, "apply_exit": ended.code, "outcomes": unmet(ended.out)}
    assert (ended.out[: len(plan)], ended.err) == (plan, "")
    if "heals" in scenario:
        ended, observed["heals"] = apply(tool, options)
        assert ended.code == 0
    again = scenario.get("again", options)
    if again is not False:
        assert re.search(r"^No changes\.", tool.call("plan", *again).out, re.MULTILINE)
    return observed


def apply(tool: Tool, options: list[str]) -> tuple[Ended, str]:
    changes = json.loads(tool.call("plan", "--format", "json", *options).out)["changes"]
    ended = tool.call("apply", "--yes", "--parallel", "1", *options)
    return ended, writes(in_order(changes, tool.sent()))


def unmet(out: str) -> str:
    return "".join(line for line in out.splitlines(keepends=True) if line.startswith(("✗", "·")))


# -- requests


def writes(requests: Iterable[Request]) -> str:
    """One line each; what was tried again says how often it was sent."""
    lines = groupby(shown(each) for each in requests if each["method"] != "GET")
    counted = [(line, len(list(times))) for line, times in lines]
    return "".join(f"{line}{'' if times == 1 else f'  ({times} times)'}\n" for line, times in counted)


def shown(request: Request) -> str:
    body = "" if request["body"] is None else " " + json.dumps(request["body"], ensure_ascii=False)
    return f"{request['method']} {request['path']}{body}"


def in_order(changes: list[dict[str, Any]], requests: list[Request]) -> list[Request]:
    """The writes, each of which has to be a planned one: what waits comes later, ties as in the plan."""
    places: dict[str, tuple[int, int]] = {}
    found = []
    for request in requests:
        if request["method"] != "GET":
            alike = [each for each in changes if is_it(each, request)]
            change = next((each for each in alike if each["address"] not in places), alike[0])
            assert places.keys() >= set(change["waits_for"]), "sent too early"
            depth = max((places[each][0] + 1 for each in change["waits_for"]), default=0)
            places[change["address"]] = depth, changes.index(change)
            found.append((places[change["address"]], request))
    return [request for _, request in sorted(found, key=lambda each: each[0])]


def is_it(change: dict[str, Any], sent: Request) -> bool:
    return all(is_same(planned, sent[name]) for name, planned in change["request"].items())


def is_same(planned: Any, sent: Any) -> bool:
    """Where the plan has the address of something that is yet to be created, its id was sent."""
    match planned:
        case {"id_of": _}:
            return isinstance(sent, int)
        case dict():
            return planned.keys() == sent.keys() and all(is_same(planned[name], sent[name]) for name in sent)
        case list():
            return len(planned) == len(sent) and all(map(is_same, planned, sent))
        case _:
            return bool(planned == sent)


# -- writing it down


def write(path: Path, observed: Mapping[str, Any]) -> None:
    yaml = YAML()
    yaml.width = 1000
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(path.read_text(encoding="utf-8"))
    for name, default in EXPECTED.items():
        content.pop(name, None)
        if observed[name] != default:
            value = observed[name]
            content[name] = LiteralScalarString(value) if isinstance(value, str) else value
    text = StringIO()
    yaml.dump(content, text)
    path.write_text(text.getvalue(), encoding="utf-8")
