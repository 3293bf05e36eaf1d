"""How the main job grows: validate and plan over many objects, in ratios to the cheapest thing possible.

Run by hand: `python benchmarks/scale.py [USERS]`.
"""

import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from ruamel.yaml import YAML

from reconciler.api import live
from reconciler.api.client import Reader, Transport
from reconciler.api.signin import Account
from reconciler.api.tokens import Tokens
from reconciler.files import config
from reconciler.plans import planning
from reconciler.plans.planfile import document
from reconciler.render import FORMATS
from reconciler.sandbox import serve

PER_GROUP = 20


@contextmanager
def timed(name, base=None):
    start = time.perf_counter()
    took = [0.0]
    yield took
    took[0] = time.perf_counter() - start
    ratio = f"  {took[0] / base[0]:6.1f} x" if base else ""
    print(f"{name:44}{took[0]:8.3f} s{ratio}")


def parent(n, width):
    return 1001 if above(n, width) is None else 2000 + above(n, width)


def group_rows(users):
    return [(f"E{n}", f"Group {n}") for n in range(users // PER_GROUP + 1)]


def above(n, width):
    """The group above the n-th, where each has that many below it; None for the root."""
    return n // width - 1 if width and n >= width else None


def files(users, width=0):
    """`width` groups stand below each; 0: all of them below the root."""
    yield "groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ROOT}\n"
    for n, (key, name) in enumerate(group_rows(users)):
        parent = above(n, width)
        yield f"  - org_unit_name: {name}\n    org_unit_ext_id: {key}\n"
        yield f"    parent: {'ROOT' if parent is None else f'E{parent}'}\n"
    yield "users:\n"
    for n in range(users):
        yield (
            f"  - username: user{n}@acme.example\n    first_name: First{n}\n    last_name: Last{n}\n"
            f"    group: E{n // PER_GROUP}\n    role: Standard\n    user_ext_id: X{n}\n"
            f'    agent_ring_to: "+1425{n:07}"\n    score_call: true\n    access_audio: false\n'
        )


def seed(users, width=0):
    return {
        "account": {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ROOT"},
        "groups": [
            {
                "org_unit_id": 2000 + n,
                "org_unit_name": name,
                "org_unit_ext_id": key,
                "parent": parent(n, width),
            }
            for n, (key, name) in enumerate(group_rows(users))
        ],
        "users": [
            {
                "username": f"user{n}@acme.example",
                "first_name": f"First{n}",
                "last_name": "Other",
                "group": 2000 + n // PER_GROUP,
                "role": "Standard",
                "user_ext_id": f"X{n}",
            }
            for n in range(users)
        ],
    }


def main():
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{users} users in {len(group_rows(users))} groups")
    with tempfile.TemporaryDirectory() as folder, serve(seed(users)) as platform:
        path = Path(folder, "all.yaml")
        path.write_text("".join(files(users)))
        text = path.read_text()
        with timed("the C parser's bare events") as bare:
            for _ in YAML(typ="safe").parse(text):
                pass
        with timed("validate", bare):
            loaded = config.load([str(path)])
        assert not loaded.problems
        transport = Transport(Tokens(Account(platform.api_url, platform.oauth_url, platform.token)))
        with timed("read the live state, 1 request per 200 rows", bare):
            actual = live.read(Reader(transport), loaded.desired.settings)
        transport.close()
        with timed("plan, every user changed", bare):
            plan = planning.plan(loaded.desired, actual)
        assert len(plan.changes) == users
        with timed("the plan as text", bare):
            list(FORMATS["text"].plan(plan, False))
        with timed("the plan as JSON", bare):
            document(plan)


if __name__ == "__main__":
    main()
