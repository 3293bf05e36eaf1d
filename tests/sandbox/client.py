"""Plain HTTP against a sandbox."""

from typing import Any

import requests

from reconciler.sandbox import Sandbox


class Api:
    """Calls with a token; answers are the status and what the envelope holds: data, or an error's message."""

    def __init__(self, sandbox: Sandbox, token: str | None = None) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token or sandbox.token}"

    def raw(self, method: str, path: str, body: Any = None, base: str | None = None) -> requests.Response:
        return self.session.request(method, (base or self.sandbox.api_url) + path, json=body, timeout=5)

    def __call__(self, method: str, path: str, body: Any = None, base: str | None = None) -> tuple[int, Any]:
        answer = self.raw(method, path, body, base).json()
        return answer["code"], answer["data"] if answer["code"] == 200 else answer["message"]

    def get(self, path: str) -> Any:
        status, data = self("GET", path)
        assert status == 200, data
        return data

    def write(self, method: str, path: str, body: Any = None) -> Any:
        status, data = self(method, path, body)
        assert status == 200, data
        return data

    def refused(self, method: str, path: str, body: Any, status: int, message: str) -> None:
        before = self.sandbox.dump()
        found = self(method, path, body)
        assert (found[0], message in found[1]) == (status, True), found
        assert self.sandbox.dump() == before

    def signin(self, path: str, body: Any) -> tuple[int, Any]:
        return self("POST", f"/oauth/{path}", body, self.sandbox.oauth_url)

    def control(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.raw(method, "/_sandbox" + path, body, self.sandbox.oauth_url)
        return answer.status_code, answer.json()
