"""What the platform answered: data, or an error in its own words; told apart here and nowhere else."""

import html.entities
import json
import re
from collections.abc import Mapping
from http.client import responses
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests

from reconciler.api.headers import retry_after
from reconciler.api.redirects import way_out
from reconciler.errors import NotAllowedError, NotFoundError, PassingError, PlatformError
from reconciler.kinds import REFRESH_PATH, REVOKE_PATH, SIGN_IN_PATH

Data = Any

# 429 says that nothing was done; the others leave it open, whatever stands between us and the platform.
_PASSING = frozenset({408, 429, *range(500, 600)}) - {501, 505}
_NOT_ALLOWED = frozenset({401, 403})
# What a platform answers that knows a call, or a word of it, by another name.
UNKNOWN = frozenset({400, 404, 405, 422, 501})
_TOO_MANY = "; too many requests, try again later"

_NOT_SIGNED_IN = (
    "; look at the e-mail address and the password: run `reconciler login`, "
    "or mend CONVIRZA_EMAIL and CONVIRZA_PASSWORD"
)


# How an envelope without data may call itself a failure that is one neither by HTTP nor by its `code` (A).
_FAILURES = frozenset({"error", "fail", "failed", "failure"})
_SUCCESSES = frozenset({"ok", "success", "successful", "created", "updated", "deleted", "accepted"})
_NOTHINGS = frozenset({"", "null", "none", "nil", "false", "no", "0"})
_ENVELOPE = frozenset(
    {"code", "message", "data", "request_id", "timestamp"}
    | {"status", "result", "success", "error", "errors"}
)


class Answer(NamedTuple):
    """A response and what its body holds; `status` is HTTP's, or that of a failure told by a success."""

    response: requests.Response
    body: Any
    status: int


def answered(response: requests.Response) -> Answer:
    """Decodes the body, once for all who ask; None stands for what is not JSON."""
    body = _json(response)
    hidden = _hidden_failure(body) if response.ok and isinstance(body, dict) else None
    return Answer(response, body, hidden or response.status_code)


def _hidden_failure(envelope: Mapping[str, Any]) -> int | None:
    """The status of an error in the body of a success; that of a bad request where it tells none."""
    code = _code(envelope)
    if isinstance(code, int) and code >= requests.codes.bad_request:
        return code
    if within := _within(envelope):
        return _hidden_failure(within)
    if not envelope.keys() <= _ENVELOPE or envelope.get("data"):
        return None  # it holds something else, or what was asked for
    named = {str(envelope.get(name)).lower() for name in ("status", "result")}
    is_told = named & _FAILURES or envelope.get("success") is False
    is_told = is_told or ("code" not in envelope and _own_words(envelope))
    is_doubtful = isinstance(code, str) or not _is_nothing(_own_words(envelope))
    is_told = is_told or (is_doubtful and not _is_praised(envelope))
    return requests.codes.bad_request if is_told else None


def _is_nothing(words: Any) -> bool:
    """Whether it says, in whatever way, that there is no error."""
    match words:
        case dict():
            return all(map(_is_nothing, words.values()))
        case list():
            return all(map(_is_nothing, words))
        case _:
            return not words or str(words).strip().lower() in _NOTHINGS


def _is_praised(envelope: Mapping[str, Any]) -> bool:
    """Whether anything in it says that it is a success, whatever its code means."""
    words = {str(envelope.get(name)).lower().strip(" .!") for name in ("status", "result", "message")}
    return envelope.get("success") is True or not words.isdisjoint(_SUCCESSES)


def _code(envelope: Mapping[str, Any]) -> int | str | None:
    """A number, or a word that is none for a success."""
    code = envelope.get("code")
    if isinstance(code, str) and (number := re.match("[0-9]{1,9}(?![0-9])", code)):
        return int(number[0])
    is_word = isinstance(code, str) and code.strip() and code.strip().lower() not in _SUCCESSES
    return code if is_word or isinstance(code, int) else None


def _within(envelope: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The data, where it holds nothing but what an envelope does, as an error may."""
    data = envelope.get("data")
    return data if isinstance(data, dict) and data and data.keys() <= _ENVELOPE - {"data"} else None


def _telling(envelope: Mapping[str, Any]) -> Mapping[str, Any]:
    """What calls a success a failure: itself, else its data."""
    if _hidden_failure({**envelope, "data": None}):
        return envelope
    return _within(envelope) or envelope


def _own_words(envelope: Mapping[str, Any]) -> Any:
    return envelope.get("error") or envelope.get("errors")


def understood(answer: Answer, call: str, advice: str = "") -> Data:
    """The `data` of a success, in an envelope or bare. Raises PlatformError with the platform's own words;
    `advice` is for where it does not allow a call.
    """
    response, body, status = answer
    if not requests.codes.ok <= status < requests.codes.multiple_choices:
        raise _refusal(answer, call, advice)
    if body is None and response.content.strip() not in (b"", b"null"):
        raise PassingError(f"{call}: the answer is not JSON{_beginning(response)}", may_be_done=True)
    return body.get("data", body) if isinstance(body, dict) else body


def with_words(data: Data, answer: Answer) -> Data:
    """What a write is told: with the platform's own words as `message`, even where there is no data."""
    holder = data or answer.body
    if not isinstance(holder, dict) or "message" not in holder:
        return data
    words = _quoted(_in_words(holder.get("message")), answer.response)
    return {**(data or {}), "message": "" if words.lower() in _SUCCESSES else words}


def _json(response: requests.Response) -> Any:
    """NaN and its like are not JSON: they count as nothing. JSON says itself how it is encoded; what headers
    say of that, and libraries make of headers, would turn names into others.
    """
    try:
        return json.loads(response.content, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def _beginning(response: requests.Response) -> str:
    if _may_hold_tokens(response):
        return ""
    return f" but begins with {_quoted(response.content.decode('utf-8', 'replace'), response)[:40]!r}"


def _refusal(answer: Answer, call: str, advice: str) -> PlatformError:
    message, reference = (_quoted(text, answer.response) for text in _told(answer))
    told = f"{_status(answer)} {message}{_hint(answer, call, advice)}{reference}"
    error = _error(answer, f"{call}: {told}")
    error.status = answer.status
    return error


def _status(answer: Answer) -> str:
    """As somebody has sent it."""
    response, body, status = answer
    is_sent = status == response.status_code or _code(_telling(body)) == status
    return str(status) if is_sent else f"an error in a {response.status_code}:"


def _told(answer: Answer) -> tuple[str, str]:
    """The platform's own words, and what it calls the request; of what may hold tokens, neither."""
    response, body, status = answer
    if _may_hold_tokens(response):
        return responses.get(status, "no reason given"), ""
    envelope: Mapping[str, Any] = body if isinstance(body, dict) else {}
    reason = "" if response.ok else response.reason
    request_id = envelope.get("request_id")
    reference = f" (request_id {request_id})" if request_id else ""
    telling = _telling(envelope) if response.ok else envelope
    code = _code(telling) if response.ok else None
    message, own = _in_words(telling.get("message")), _in_words(_own_words(telling))
    says_nothing = message.lower().strip(" .!") in _FAILURES
    told = (own or message if says_nothing else message or own) or reason or "no reason given"
    return f"{code}: {told}" if isinstance(code, str) else told, reference


def _in_words(told: Any) -> str:
    """What an error holds, one after another where it is a list."""
    return "; ".join(filter(None, map(_one_in_words, told if isinstance(told, list) else [told])))


def _one_in_words(told: Any) -> str:
    match told:
        case str():
            return told
        case {"field": str(field), "message": str(message), **more} if not more:
            return f"{field}: {message}"
        case _:
            return _as_json(told) if told else ""


def _as_json(told: Any) -> str:
    try:
        return json.dumps(told, ensure_ascii=False)
    except RecursionError:
        return ""


def _hint(answer: Answer, call: str, advice: str) -> str:
    if answer.status in _NOT_ALLOWED and _path(answer.response).endswith(SIGN_IN_PATH):
        return _NOT_SIGNED_IN
    if answer.response.is_redirect:
        return _elsewhere(answer.response, call)
    if answer.status in _NOT_ALLOWED and advice:
        return f"; {advice}"
    return _TOO_MANY if answer.status == requests.codes.too_many_requests else ""


def _elsewhere(response: requests.Response, call: str) -> str:
    location = response.headers["location"].partition("?")[0]
    where = "elsewhere" if _may_hold_tokens(response) else f"to {_quoted(location, response)!r}"
    look = _quoted(way_out(response.request.url or "", location, call), response)
    return f"; it leads {where}, where nothing is sent: {look}"


def _may_hold_tokens(response: requests.Response) -> bool:
    """New ones, or those of the request: nothing is quoted of the answer to a sign-in call."""
    return _path(response).endswith((SIGN_IN_PATH, REFRESH_PATH, REVOKE_PATH))


def _path(response: requests.Response) -> str:
    return urlsplit(response.request.url or "").path


def _error(answer: Answer, text: str) -> PlatformError:
    if answer.status in _PASSING:
        limited = answer.status == requests.codes.too_many_requests
        return PassingError(text, may_be_done=not limited, wait=retry_after(answer.response.headers))
    if answer.status in _NOT_ALLOWED:
        return NotAllowedError(text)
    return NotFoundError(text) if answer.status == requests.codes.not_found else PlatformError(text)


_QUOTED = 1000  # characters of the platform's own words
_ESCAPES = r"\\{0,16}+"  # as in JSON that is quoted in JSON four times over
_LONGEST_SPELLING = 32  # characters for one


def _quoted(text: str, response: requests.Response) -> str:
    """Not without end, and without what the platform echoes of the access token; where that is cut, no part
    of it is to be seen either.
    """
    token = response.request.headers.get("Authorization", "").removeprefix("Bearer ")
    border = _LONGEST_SPELLING * len(token)
    beginning = text[: _QUOTED + border]
    spellings = "".join(map(_any_spelling, re.findall(r"\\+|[^\\]", token)))
    quoted = re.sub(spellings, "***", beginning) if token else beginning
    if is_cut := beginning != text:
        quoted = quoted[: max(0, len(quoted) - border)]
    return f"{quoted[:_QUOTED]}…" if is_cut or len(quoted) > _QUOTED else quoted


def _any_spelling(part: str) -> str:
    """A pattern for a character, or a row of backslashes, as it is, and as JSON (within JSON too), Python,
    HTML and URLs have it. What it looks at is bounded, so that no text takes long.
    """
    character = part[0]
    if character.isalnum():
        return re.escape(character)
    point = ord(character)
    entity = html.entities.codepoint2name.get(point, f"#{point}")
    escapes = f"u{point:04x}|x{point:02x}"
    others = f"%{point:02x}|&{entity};|&#0{{0,8}}{point};|&#x0{{0,8}}{point:x};"
    if character == "\\":
        return rf"(?i:\\(?:{escapes})?|{others}){{1,64}}+"
    return f"{_ESCAPES}(?i:{escapes}|{others}|{re.escape(character)})"
