"""What is tried again, how long is waited, and what is never sent twice."""

import random
import threading
import time

import pytest
import tenacity

from reconciler.api.answers import answered, understood
from reconciler.api.client import READ_AND_WRITE
from reconciler.api.sending import Patience, exchange, new_session, persistent, request
from reconciler.errors import LostAnswerError, NotFoundError, PassingError, PlatformError
from reconciler.model import Request

from .loopback import Answer, data, free_port

DONE = data({"tag_id": 7})
QUICK = Patience(attempts=3, first_wait=0.001)
TWICE = ("GET", "PUT", "PATCH", "DELETE")
LOST = {
    "cut": Answer(hang_up=True),
    **{str(status): Answer({"message": "down"}, status=status) for status in (408, 500, 502, 503, 504, 524)},
    "in a success": Answer({"code": 503, "message": "down"}),
    "broken json": Answer(b'{"code": 200, "da'),
    "html": Answer(b"<html>welcome</html>"),
    "html error": Answer(b"<html>down</html>", status=502),
}
LIMITED = Answer({"message": "slow down"}, status=429)
NOT_THERE = Answer({"message": "gone"}, status=404)


@pytest.fixture
def calling(platform, transport):
    """Calls /tag/7 of a server that gives one answer after the other, the last one for good."""

    def start(*answers, patience=QUICK):
        left = list(answers)
        server = platform(lambda _: left.pop(0) if len(left) > 1 else left[0])
        sent = transport(server.url, methods=READ_AND_WRITE, patience=patience)
        return lambda method: sent.send(Request(method, "/tag/7", None), server.url), server

    return start


# -- tried again


@pytest.mark.parametrize("failure", [LIMITED, *LOST.values()], ids=["429", *LOST])
@pytest.mark.parametrize("method", TWICE)
def test_what_passes_is_waited_for(calling, method, failure):
    call, server = calling(failure, failure, DONE)
    assert call(method) == {"tag_id": 7}
    assert server.calls() == [f"{method} /tag/7"] * 3


@pytest.mark.parametrize("status", [302, 400, 401, 403, 409, 422, 501])
@pytest.mark.parametrize("method", [*TWICE, "POST"])
def test_what_stays_is_not_tried_again(calling, method, status):
    call, server = calling(Answer({"message": "no"}, status=status), DONE)
    with pytest.raises(PlatformError, match=f"^{method} /tag/7: {status} no"):
        call(method)
    assert len(server.asked) == 1


def test_patience_ends_and_the_error_says_so(calling):
    call, server = calling(Answer({"message": "down", "request_id": "r-7"}, status=503))
    with pytest.raises(PlatformError) as caught:
        call("GET")
    assert str(caught.value) == "GET /tag/7: 503 down (request_id r-7); tried 3 times"
    assert len(server.asked) == 3


@pytest.mark.parametrize("method", [*TWICE, "POST"])
def test_a_refused_connection_is_tried_again_by_everybody(platform, method):
    """Nothing was sent, so there is nothing that could be done twice."""
    server = platform(lambda _: DONE)
    addresses = iter([f"http://127.0.0.1:{free_port()}", server.url])
    with new_session(server.url) as session:
        found = persistent(
            lambda: understood(
                answered(exchange(lambda: request(session, method, next(addresses)), "it")), "it"
            ),
            method,
            QUICK,
        )
    assert (found, len(server.asked)) == ({"tag_id": 7}, 1)


# -- creations


@pytest.mark.parametrize("failure", LOST.values(), ids=LOST)
def test_a_creation_whose_answer_was_lost_is_not_sent_again(calling, failure):
    call, server = calling(failure, DONE)
    with pytest.raises(LostAnswerError, match=r"^POST .*/tag/7: "):
        call("POST")
    assert server.calls() == ["POST /tag/7"]


def test_a_creation_that_was_turned_away_unread_is_sent_again(calling):
    call, server = calling(LIMITED, LIMITED, DONE)
    assert call("POST") == {"tag_id": 7}
    assert len(server.asked) == 3


def test_a_creation_that_is_lost_after_it_was_turned_away(calling):
    call, server = calling(LIMITED, LOST["cut"], DONE)
    with pytest.raises(LostAnswerError, match="tried 2 times"):
        call("POST")
    assert len(server.asked) == 2


@pytest.mark.parametrize(("method", "raised"), [("POST", LostAnswerError), ("GET", PlatformError)])
def test_the_last_answer_is_told(calling, method, raised):
    call, _ = calling(Answer({"message": "down", "request_id": "r-7"}, status=503))
    with pytest.raises(raised, match=rf"^{method} /tag/7: 503 down \(request_id r-7\)") as error:
        call(method)
    assert error.value.status == 503


# -- what nobody knows


@pytest.mark.parametrize("failure", LOST.values(), ids=LOST)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_that_is_lost_every_time_is_not_called_a_failure(calling, method, failure):
    call, server = calling(failure)
    with pytest.raises(LostAnswerError, match=rf"^{method} .*/tag/7: .*; tried 3 times$"):
        call(method)
    assert len(server.asked) == 3


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_that_was_lost_once_stays_open(calling, method):
    call, _ = calling(LOST["cut"], LIMITED)
    with pytest.raises(LostAnswerError, match=r"429 slow down"):
        call(method)


@pytest.mark.parametrize("method", [*TWICE, "POST"])
def test_what_was_turned_away_every_time_has_failed(calling, method):
    call, server = calling(LIMITED)
    with pytest.raises(PlatformError, match="429 slow down") as caught:
        call(method)
    assert not isinstance(caught.value, LostAnswerError)
    assert len(server.asked) == 3


def test_a_reading_is_never_open(calling):
    call, _ = calling(LOST["cut"])
    with pytest.raises(PlatformError) as caught:
        call("GET")
    assert not isinstance(caught.value, LostAnswerError)


# -- deletions


@pytest.mark.parametrize("failure", [*LOST.values(), LIMITED], ids=[*LOST, "429"])
def test_a_deletion_that_was_sent_before_and_finds_nothing_has_worked(calling, failure):
    call, server = calling(failure, NOT_THERE)
    assert call("DELETE") is None
    assert len(server.asked) == 2


def test_a_deletion_that_finds_nothing_at_once_has_not(calling):
    call, _ = calling(NOT_THERE)
    with pytest.raises(NotFoundError, match="404 gone"):
        call("DELETE")


def test_a_reading_that_finds_nothing_has_not_worked(calling):
    call, _ = calling(LOST["cut"], NOT_THERE)
    with pytest.raises(NotFoundError, match="404 gone"):
        call("GET")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_refusal_after_a_lost_answer_tells_nothing_of_the_write_that_was_lost(calling, method):
    call, _ = calling(LOST["cut"], NOT_THERE)
    with pytest.raises(LostAnswerError, match="404 gone; tried 2 times"):
        call(method)


# -- waiting


def waits(error, attempt=1, first_wait=0.0):
    """Seconds after a number of attempts of which the last ended like this."""
    state = tenacity.RetryCallState(tenacity.Retrying(), None, (), {})
    state.attempt_number = attempt
    state.set_exception((type(error), error, None))
    return Patience(first_wait=first_wait).wait(state)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [(0.0, 0.0), (7.0, 7.0), (119.0, 119.0), (120.0, 120.0), (121.0, 120.0), (86400.0, 120.0)],
)
def test_what_the_platform_asks_for_is_obeyed_up_to_two_minutes(asked, waited):
    assert waits(PassingError("429", may_be_done=False, wait=asked)) == waited


@pytest.mark.parametrize("wait", [None, 0.0])
def test_a_moment_that_is_over_already_is_no_reason_to_hurry(wait):
    draws = [waits(PassingError("503", may_be_done=False, wait=wait), 6, 0.5) for _ in range(100)]
    assert max(draws) > 1
    assert min(draws) > 0


def test_what_is_paced_already_waits_no_longer():
    error = PassingError("429", may_be_done=False, wait=7.0)
    error.is_paced = True
    assert waits(error, 6, 0.5) == 0


@pytest.mark.parametrize(
    ("text", "waited"),
    [("7", 7), ("3600", 120), ("Fri, 01 Jan 2100 00:00:00 GMT", 120), ("Wed, 01 Jan 2020 00:00:00 GMT", 0)],
)
def test_seconds_and_dates_are_obeyed_alike(platform, text, waited):
    server = platform(lambda _: LIMITED._replace(headers=(("Retry-After", text),)))
    with new_session(server.url) as session, pytest.raises(PassingError) as caught:
        understood(answered(request(session, "GET", server.url)), "it")
    assert waits(caught.value) == waited


def test_not_all_come_back_at_the_moment_that_the_platform_named():
    draws = [waits(PassingError("429", may_be_done=False, wait=7.0), 6, 0.5) for _ in range(1000)]
    assert min(draws) >= 7
    assert max(draws) <= 8
    assert len(set(draws)) > 1


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (6, 16.0), (7, 30.0), (40, 30.0)]
)
def test_waits_double_and_each_is_any_part_of_that(attempt, longest):
    random.seed(1)
    draws = [waits(PassingError("503", may_be_done=True), attempt, 0.5) for _ in range(1000)]
    assert min(draws) >= 0
    assert max(draws) <= longest
    assert min(draws) < 0.1 * longest
    assert max(draws) > 0.9 * longest


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_is_asked_for_is_waited(platform, transport, status):
    moments = []
    limited = Answer(status=status, headers=(("Retry-After", "0.3"),))

    def answer(_):
        moments.append(time.monotonic())
        return limited if len(moments) == 1 else DONE

    server = platform(answer)
    assert transport(server.url, patience=QUICK).get(server.url, "/tag") == {"tag_id": 7}
    assert moments[1] - moments[0] >= 0.3


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_stopping_ends_a_wait_at_once(calling, method):
    """With two minutes to go, it is over long before the join gives up."""
    stopping = threading.Event()
    asked_to_wait = LIMITED._replace(headers=(("Retry-After", "120"),))
    call, server = calling(asked_to_wait, patience=Patience(stopping=stopping))
    errors = []

    def run():
        with pytest.raises(PlatformError) as caught:
            call(method)
        errors.append(str(caught.value))

    waiting = threading.Thread(target=run)
    waiting.start()
    while not server.asked and waiting.is_alive():
        time.sleep(0.01)
    stopping.set()
    waiting.join(60)
    assert not waiting.is_alive()
    assert errors[0].startswith(f"{method} /tag/7: 429 slow down")
    assert len(server.asked) <= 2


def test_once_stopped_nothing_is_tried_again(calling):
    stopping = threading.Event()
    stopping.set()
    call, server = calling(LIMITED, patience=Patience(stopping=stopping))
    with pytest.raises(PlatformError, match="429"):
        call("GET")
    assert len(server.asked) == 1
