"""The program, the platform and the journal, as the tests of faults look at them."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import requests

from reconciler.sandbox import Sandbox

PATIENCE = 30  # seconds, then a test gives up

Event = Mapping[str, Any]


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Started(NamedTuple):
    """The program as a process of its own."""

    process: subprocess.Popen[str]

    def hear(self, words: str) -> None:
        """Wait for the next line on stderr, which has these words."""
        assert self.process.stderr is not None
        assert select.select([self.process.stderr], [], [], PATIENCE)[0], "nothing was said"
        assert words in self.process.stderr.readline()

    def end(self) -> Ended:
        out, err = self.process.communicate(timeout=PATIENCE)
        return Ended(self.process.returncode, out, err)

    def close(self) -> None:
        """End it if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def start(arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> Started:
    return Started(
        subprocess.Popen(
            [sys.executable, "-m", "reconciler", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )


def wait_until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.002)


# -- the journal, read line by line: a torn line is an error


def runs(folder: Path) -> list[list[Event]]:
    """Every run of the workspace, the oldest first."""
    paths = folder.glob(".reconciler/journal/*.jsonl")
    found = [[json.loads(line) for line in path.read_text().splitlines()] for path in paths]
    return sorted(found, key=lambda events: str(events[0]["time"]))


def latest(folder: Path) -> str:
    """The name of the run that was begun last."""
    paths = folder.glob(".reconciler/journal/*.jsonl")
    return max(paths, key=lambda path: str(json.loads(path.read_text().splitlines()[0])["time"])).stem


def let_a_minute_pass(folder: Path) -> None:
    """By what the workspace's journals say of it: what was written then is not looked for any more."""
    for path in folder.glob(".reconciler/journal/*.jsonl"):
        os.utime(path, (time.time() - 61, time.time() - 61))


def named(events: list[Event], name: str) -> list[Event]:
    return [event for event in events if event["event"] == name]


def intents(events: list[Event]) -> list[str]:
    return [f"{event['action']} {event['address']}" for event in named(events, "intent")]


def fates(events: list[Event]) -> dict[str, str]:
    """What the journal says became of each write: its last word counts."""
    found = dict.fromkeys((str(event["address"]) for event in named(events, "intent")), "open")
    for event in events:
        if event["event"] in ("outcome", "settled"):
            found[event["address"]] = event["status"]
    return found


def claimed(folder: Path) -> list[str]:
    """The requests of all writes that the journal says were done, sorted."""
    return sorted(
        _request(event["request"])
        for events in runs(folder)
        for event in named(events, "intent")
        if fates(events)[event["address"]] == "applied"
    )


# -- the platform


def done(platform: Sandbox) -> list[str]:
    """The writes that the platform carried out, sorted."""
    return sorted(_request(each) for each in written(platform) if each["status"] == 200)


def written(platform: Sandbox) -> list[dict[str, Any]]:
    """The writes that reached the platform; signing in is none."""
    found = platform.requests()
    return [each for each in found if each["method"] != "GET" and not each["path"].startswith("/oauth")]


def somebody(platform: Sandbox, method: str, path: str, body: Any = None) -> None:
    """Does something on the platform that the program knows nothing of."""
    signed = {"Authorization": f"Bearer {platform.token}"}
    answer = requests.request(method, platform.api_url + path, json=body, headers=signed, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text


def _request(request: Mapping[str, Any]) -> str:
    return f"{request['method']} {request['path']} {json.dumps(request['body'], sort_keys=True)}"


_SECTIONS = ("groups", "users", "tags", "routes")
_IDS = ("org_unit_id", "ct_user_id", "tag_id", "provisioned_route_id")
_LABELS = ("org_unit_name", "username", "tag_name", "provisioned_route_name")
_UNTOLD = ("created", "modified", *_IDS)


def contents(platform: Sandbox) -> list[dict[str, Any]]:
    """What is on the platform, with names in the place of ids, without times, sorted."""
    state = platform.dump()
    rows = [state["account"], *(row for section in _SECTIONS for row in state[section])]
    names = {row[number]: row[label] for row in rows for number, label in _known(row)}
    told = [
        {key: _renamed(key, value, names) for key, value in row.items() if not key.endswith(_UNTOLD)}
        for row in rows
    ]
    return sorted(told, key=lambda row: json.dumps(row, sort_keys=True))


def alive(platform: Sandbox) -> list[dict[str, Any]]:
    """Likewise, without deleted users, and nothing and null being the same."""
    rows = [row for row in contents(platform) if row.get("user_status") != "deleted"]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _known(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [pair for pair in zip(_IDS, _LABELS, strict=True) if pair[1] in row]


def _renamed(key: str, value: Any, names: Mapping[int, str]) -> Any:
    if key in ("parent", "group"):
        return names.get(value)
    return sorted(names[tag] for tag in value) if key == "tags" else value
