"""How fast the sandbox answers with 100,000 objects, over real HTTP on one kept connection.

Usage: python -m benchmarks.sandbox      client and server share one process, so both are in every figure
"""

import http.client
import time

from reconciler.sandbox import Sandbox, serve

GROUPS, USERS, TAGS, ROUTES = 2_000, 90_000, 4_000, 4_000
PAGES, REQUESTS = 200, 3_000
USERS_LIST = "/v3/users/list?sort_by=created_on&sort_order=asc&limit=200"


def seed():
    return {
        "account": {"org_unit_name": "Acme", "org_unit_ext_id": "ORG-1000"},
        "groups": [
            {
                "org_unit_name": f"Group {n}",
                "org_unit_ext_id": f"G-{n}",
                "parent": f"G-{n // 20}" if n >= 20 else None,
            }
            for n in range(GROUPS)
        ],
        "users": [
            {
                "username": f"user{n}@acme.example",
                "first_name": "User",
                "last_name": str(n),
                "group": f"G-{n % GROUPS}",
                "user_ext_id": f"U-{n}",
                "agent_ring_to": "+14255551234",
            }
            for n in range(USERS)
        ],
        "tags": [{"tag_name": f"Tag {n}", "group": f"G-{n % GROUPS}"} for n in range(TAGS)],
        "routes": [
            {
                "provisioned_route_name": f"Route {n}",
                "group": f"G-{n % GROUPS}",
                "route_type": "forward",
                "ring_to": "+14255551234",
                "tags": [f"Tag {n}"],
            }
            for n in range(ROUTES)
        ],
    }


def connect(sandbox: Sandbox):
    connection = http.client.HTTPConnection("127.0.0.1", int(sandbox.oauth_url.rpartition(":")[2]))
    headers = {"Authorization": f"Bearer {sandbox.token}", "Content-Type": "application/json"}

    def ask(method: str, path: str, body: str | None = None):
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        assert response.status == 200, content
        return content

    return connection, ask


def timed(action):
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def pages(ask, path):
    """The first page, which builds the list, and the mean and the worst of the pages after it."""
    first = timed(lambda: ask("GET", f"{path}&offset=0"))
    rest = [timed(lambda offset=200 * n: ask("GET", f"{path}&offset={offset}")) for n in range(1, PAGES)]
    return first, sum(rest) / len(rest), max(rest)


def show_pages(ask, title, path):
    first, mean, worst = (1000 * seconds for seconds in pages(ask, path))
    print(f"{title:34} first {first:6.1f} ms   mean {mean:5.2f} ms   worst {worst:5.2f} ms")


def show_rate(title, action):
    seconds = timed(lambda: [action(n) for n in range(REQUESTS)])
    print(f"{title:34} {REQUESTS / seconds:6.0f} a second")


def main():
    content = seed()
    with serve() as sandbox:
        print(f"{'load of 100,001 objects':34} {timed(lambda: sandbox.load(content)):6.2f} s")
        print(f"{'dump':34} {timed(sandbox.dump):6.2f} s")
        connection, ask = connect(sandbox)
        show_pages(ask, "users, pages of 200", USERS_LIST)
        show_pages(ask, "users, newest first", "/v3/users/list?limit=200")
        show_pages(ask, "users, one branch", f"{USERS_LIST}&org_unit_id=1003")
        sandbox.configure(phones_rewritten=True, numbers_as_strings=True, unknown_fields=True)
        show_pages(ask, "users, three switches", USERS_LIST)
        sandbox.configure(phones_rewritten=False, numbers_as_strings=False, unknown_fields=False)
        print(f"{'tree of 2,001 groups':34} {1000 * timed(lambda: ask('GET', '/v3/groups/tree')):6.1f} ms")
        show_rate("GET /users/{id}", lambda n: ask("GET", f"/v3/users/{10001 + n}"))
        show_rate(
            "GET /groups/list", lambda n: ask("GET", f"/v3/groups/list?org_unit_id={1001 + n % GROUPS}")
        )
        show_rate(
            "PATCH /users/{id}", lambda n: ask("PATCH", f"/v3/users/{10001 + n}", f'{{"last_name":"X{n}"}}')
        )
        show_rate(
            "POST /tag", lambda n: ask("POST", "/v3/tag", f'{{"tag_name":"New {n}","org_unit_id":1001}}')
        )
        connection.close()
        print(f"{'close':34} {1000 * timed(sandbox.close):6.1f} ms")


if __name__ == "__main__":
    main()
