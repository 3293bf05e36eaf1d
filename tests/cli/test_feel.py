"""Signs of life: progress, `-v`, `--quiet`, and terminals of every kind."""

import fcntl
import inspect
import json
import os
import re
import struct
import subprocess
import sys
import termios

import pytest

from reconciler.cli import cli
from reconciler.sandbox import default_seed
from tests.unit.loopback import Answer, data, free_port, serving

from .test_terminal import Terminal

COMMANDS = tuple(cli.commands)
SLOW = 0.7  # seconds for each of the rounds of requests that a plan takes
SHOWN, HIDDEN = "\x1b[?25h", "\x1b[?25l"
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
TOKEN, ADMIN, PASSWORD = "tok-4e9ad1c07b5f4d2a9c38", "ops@acme.example", "pw-zq81-rosebud-seven"
BY_PASSWORD = {"CONVIRZA_TOKEN": "", "CONVIRZA_EMAIL": ADMIN, "CONVIRZA_PASSWORD": PASSWORD}


@pytest.fixture(autouse=True)
def _described(quickstart):
    return quickstart


@pytest.fixture
def terminal(workspace, environment):
    """Runs `reconciler ARGS` at a terminal so many columns wide."""
    opened = []

    def start(*arguments, width=80, **variables):
        kept = {
            name: value for name, value in environment.items() if name not in ("CI", "COLUMNS", "NO_COLOR")
        }
        opened.append(Terminal(arguments, workspace, {**kept, "TERM": "xterm-256color", **variables}))
        fcntl.ioctl(opened[-1].screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        return opened[-1]

    yield start
    for each in opened:
        if each.process.poll() is None:
            each.process.kill()
            each.end()


@pytest.fixture
def slow(platform):
    platform.configure(latency=SLOW)
    return platform


def plain(text):
    """What is to be read, without what moves the cursor and paints."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.replace("\r\n", "\n")).replace("\r", "\n")


def seen(run):
    return run.end(), plain(run.text)


# -- progress


def test_what_takes_long_shows_what_was_counted_and_what_is_left(terminal, slow):
    code, text = seen(terminal("plan"))
    assert code == 0
    for counted in ("groups", "users", "tags", "routes"):
        assert re.search(rf"Reading the live state: {counted} .* \d+/\d+ +(\d:\d\d:\d\d|-:--:--)\n", text)
    assert re.search(r"users .* 4/4 ", text)
    assert text.rindex("Reading the live state") < text.index("Acme (account 1001)")


def test_what_takes_no_time_shows_nothing(terminal):
    run = terminal("plan")
    assert run.end() == 0
    assert plain(run.text).startswith("Acme (account 1001)\n")
    assert HIDDEN not in run.text


def test_progress_waits_a_second(terminal, slow):
    """The first answer has come long before; had it been the last, there would be nothing to see."""
    run = terminal("plan").read_until("Reading the live state")
    assert len(slow.requests()) >= 1
    assert run.end() == 0


@pytest.mark.parametrize("command", [["graph"], ["why", "group/ORG-1002"], ["export"], ["drift"]])
def test_whatever_reads_shows_its_progress(terminal, slow, command):
    _, text = seen(terminal(*command))
    assert re.search(r"Reading the live state: users .* 4/4 ", text)


def test_applying_shows_how_far_it_has_come(terminal):
    code, text = seen(terminal("apply", "--yes"))
    assert code == 0
    assert re.search(r"Applying .* 12/12 ", text)


UNWATCHED = pytest.mark.parametrize(
    ("options", "variables"),
    [([], {"CI": "1"}), (["--quiet"], {}), (["-q"], {}), (["-v"], {})],
    ids=["CI", "quiet", "q", "verbose"],
)


@UNWATCHED
def test_nobody_is_there_who_wants_to_see_it_read(terminal, slow, options, variables):
    run = terminal("plan", *options, **variables)
    assert run.end() == 0
    assert "Reading the live state" not in run.text
    assert not re.search(r"\x1b\[(?:2K|\?25)", run.text)


@UNWATCHED
def test_nobody_is_there_who_wants_to_see_it_applied(terminal, options, variables):
    run = terminal("apply", "--yes", *options, **variables)
    assert run.end() == 0
    assert "Done: 12 applied." in run.text
    assert "12/12" not in run.text
    assert not re.search(r"\x1b\[(?:2K|\?25)", run.text)


def test_no_progress_where_no_terminal_is(reconciler, slow):
    run = reconciler("plan")
    assert (run.code, run.err) == (0, "")


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_of_progress_is_wider_than_the_terminal(terminal, slow, width):
    code, text = seen(terminal("plan", width=width))
    drawn = text.partition("Acme (account 1001)")[0].split("\n")
    assert (code, any(drawn)) == (0, True)
    assert max(map(len, drawn)) <= width


@pytest.mark.parametrize("width", [40, 50, 80])
def test_help_is_laid_out_for_the_terminal(terminal, width):
    """But for examples, which are to be copied."""
    code, text = seen(terminal("plan", "--help", width=width))
    about, _, rest = text.partition("Examples:")
    options = rest.partition("Options:")[2]
    assert (code, bool(options)) == (0, True)
    lines = [line for line in (about + options).split("\n") if not line.lstrip().startswith("--")]
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [40, 200])
@pytest.mark.parametrize("command", ["plan", "graph"])
def test_what_was_asked_for_is_the_same_at_any_width(terminal, reconciler, command, width):
    _, text = seen(terminal(command, width=width))
    assert text == reconciler(command).out


def test_ctrl_c_while_something_moves_leaves_the_terminal_as_it_was(terminal, slow):
    run = terminal("plan").read_until("Reading the live state")
    run.process.send_signal(2)
    assert run.end() == 130
    assert run.text.rindex(SHOWN) > run.text.rindex(HIDDEN)
    assert plain(run.text).rstrip().endswith("\nInterrupted.")
    assert "Traceback" not in run.text


def test_ctrl_c_while_changes_are_applied(terminal, slow):
    run = terminal("apply", "--yes").read_until("/12")
    run.process.send_signal(2)
    assert run.end() == 130
    assert run.text.rindex(SHOWN) > run.text.rindex(HIDDEN)
    assert "\nStopping: what is being written is finished first." in plain(run.text)
    assert "Traceback" not in run.text
    [applied] = re.findall(r"Interrupted: (\d+) applied, \d+ skipped", run.text)
    assert re.findall(r"(\d+)/12", plain(run.text))[-1] == applied


def test_an_error_while_something_moves(terminal, slow):
    slow.add_fault("status", path="/provisioned-routes", status=400)
    run = terminal("plan")
    assert run.end() == 1
    assert run.text.rindex(SHOWN) > run.text.rindex(HIDDEN)
    assert plain(run.text).rstrip().split("\n")[-1].startswith("Error: GET /provisioned-routes: 400")


# -- colours and characters


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
@pytest.mark.parametrize(
    "command", [["plan"], ["graph"], ["why", "group/ORG-1002"], ["drift"], ["doctor"], ["apply", "--yes"]]
)
def test_no_colours(terminal, command, variables):
    run = terminal(*command, **variables)
    run.end()
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", run.text)


@pytest.mark.parametrize("command", [["plan"], ["graph"], ["why", "group/ORG-1002"], ["drift"], ["doctor"]])
def test_colours_where_they_are_welcome(terminal, command):
    run = terminal(*command)
    run.end()
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", run.text)


def test_a_dumb_terminal_gets_nothing_that_moves(terminal, slow):
    run = terminal("plan", TERM="dumb")
    assert run.end() == 0
    assert "\x1b" not in run.text


LOCALES = [ASCII, {"PYTHONIOENCODING": "cp437"}]


@pytest.mark.parametrize("variables", LOCALES, ids=["C", "cp437"])
@pytest.mark.parametrize(
    "command",
    [
        *(["plan"], ["apply", "--yes"], ["why", "group/ORG-1002"], ["graph"]),
        *(["drift"], ["doctor"], ["history"], ["validate"]),
    ],
    ids=" ".join,
)
def test_terminals_that_know_no_unicode(workspace, environment, command, variables):
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", *command],
        cwd=workspace,
        env={**environment, **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )
    text = done.stdout.decode(variables["PYTHONIOENCODING"]) + done.stderr.decode("ascii", "replace")
    assert done.returncode in (0, 2)
    assert not re.search("Error|Traceback|UnicodeEncode", text)
    assert "?" * 2 not in text


@pytest.mark.parametrize("variables", LOCALES, ids=["C", "cp437"])
@pytest.mark.parametrize(
    "command",
    [
        *([["plan", "--format", each] for each in ("json", "markdown", "html")]),
        *(["why", "user/zoe@acme.example", "--format", "json"], ["graph", "--format", "dot"], ["export"]),
    ],
    ids=" ".join,
)
def test_what_programs_read_is_utf_8_whatever_the_terminal_knows(workspace, environment, command, variables):
    (workspace / "zoe.yaml").write_text(
        "users: [{username: zoe@acme.example, first_name: Zoë, last_name: 中, group: Sales}]\n", "utf-8"
    )
    program = [sys.executable, "-m", "reconciler"]
    how = {"cwd": workspace, "env": {**environment, **variables}, "timeout": 60}
    if command == ["export"]:
        subprocess.run([*program, "apply", "--yes"], **how, check=True, capture_output=True)
    done = subprocess.run([*program, *command], **how, capture_output=True, check=True)
    text = done.stdout.decode()
    if "graph" not in command:
        assert "Zoë" in text
        assert "中" in text
    if "json" in command:
        json.loads(text)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["graph"], "|-- "),
        (["plan"], "city: Boston -> New York"),
        (["why", "group/ORG-1002"], "  ~ city: Boston -> New York  groups.yaml:11:11"),
        (["drift"], "city: Boston -> New York"),
        (["apply", "--yes"], "+ group/ORG-2001 created (id 1005)"),
        (["doctor"], "  + GET /auth/profile"),
    ],
)
def test_arrows_and_signs_are_replaced(reconciler, command, words):
    run = reconciler(*command, **ASCII)
    assert words in run.out
    assert (run.out + run.err).isascii()


def test_progress_on_a_terminal_that_knows_no_unicode(terminal, slow):
    run = terminal("plan", **ASCII)
    assert run.end() == 0
    assert run.text.isascii()
    assert re.search(r"Reading the live state: users +-+ 4/4 ", plain(run.text))
    assert "\\u" not in run.text


# -- every request


LINE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (\S+): (\d{3}) in \d+\.\d\d s")


def asked(sandbox):
    return sorted((each["method"], each["path"], each["status"]) for each in sandbox.requests())


def told(run, api_url):
    lines = [LINE.fullmatch(line) for line in run.err.splitlines()]
    return sorted(
        (line[1], line[2].removeprefix(api_url).partition("?")[0], int(line[3])) for line in lines if line
    )


@pytest.mark.parametrize(
    "command",
    [
        *(
            ["plan", "-v"],
            ["-v", "plan"],
            ["plan", "--verbose"],
            ["-v", "plan", "-v"],
            ["-v", "apply", "--yes"],
        ),
        *(
            ["graph", "-v"],
            ["why", "group/ORG-1002", "-v"],
            ["export", "-v"],
            ["doctor", "-v"],
            ["drift", "-v"],
        ),
        *(["whoami", "-v"], ["init", "begun", "-v"]),
    ],
    ids=" ".join,
)
def test_every_request_is_told_once(reconciler, platform, command):
    run = reconciler(*command)
    assert run.code in (0, 2)
    assert told(run, platform.api_url) == asked(platform)
    assert len(asked(platform)) >= 1


def test_stdout_is_what_it_is_without(reconciler):
    loud, calm = reconciler("-v", "plan", "--format", "json"), reconciler("plan", "--format", "json")
    assert (loud.out, calm.err) == (calm.out, "")
    assert json.loads(loud.out)["format_version"] == "1"


def test_times_are_those_of_the_requests(reconciler, platform):
    platform.configure(latency=0.05)
    times = re.findall(r"200 in (\d+\.\d\d) s", reconciler("plan", "-v").err)
    assert len(times) == 9
    assert min(map(float, times)) >= 0.05


def test_retries_are_told(reconciler, platform):
    platform.add_fault("status", path="/tag", status=503)
    platform.add_fault("drop_after", path="/users/list")
    run = reconciler("plan", "-v")
    assert run.code == 0
    assert re.search(r"^GET /tag: 503 .*; trying again in \d+\.\d\d s$", run.err, re.MULTILINE)
    assert re.search(r"^GET \S+/users/list: no answer after \d+\.\d\d s$", run.err, re.MULTILINE)
    assert re.search(
        r"^GET \S+/users/list: no connection: .*; trying again in \d+\.\d\d s$", run.err, re.MULTILINE
    )
    assert len(re.findall(r"/tag\?\S+: (?:503|200) in ", run.err)) == 2


def test_nothing_is_told_unasked(reconciler, platform):
    platform.add_fault("status", path="/tag", status=503)
    assert reconciler("plan").err == ""


ASKED = "The platform asks to wait (429); trying again in 2 s\n"


@pytest.mark.parametrize(("options", "told"), [([], ASKED), (["-q"], "")])
def test_a_wait_that_the_platform_asks_for_is_told_once(reconciler, platform, options, told):
    for path in ("/users/list", "/tag", "/provisioned-routes"):
        platform.add_fault("status", path=path, status=429, retry_after=2)
    run = reconciler("plan", *options)
    assert (run.code, run.err) == (0, told)


def test_a_long_wait_for_a_connection_is_told_above_the_progress(terminal):
    nowhere = f"127.0.0.1:{free_port()}"
    run = terminal("plan", CONVIRZA_API_URL=f"http://{nowhere}/v3", CONVIRZA_RETRY_WAIT="10")
    run.read_until("trying again (")
    run.process.send_signal(2)
    assert run.end() == 130
    assert re.search(
        rf"^No connection to {nowhere}; trying again \([2-6] of 6\) *$", plain(run.text), re.MULTILINE
    )


def test_commands_that_ask_nobody_tell_nothing(reconciler, platform):
    for command in (["validate"], ["schema"], ["logout"]):
        run = reconciler("-v", *command, CONVIRZA_TOKEN="")
        assert (run.code, run.err) == (0, "")
    run = reconciler("-v", "history", CONVIRZA_TOKEN="")
    assert (run.code, run.out, run.err.count("\n")) == (0, "", 2)
    assert platform.requests() == []


def with_secrets(platform):
    platform.load({**default_seed(), "passwords": {ADMIN: PASSWORD}, "tokens": {TOKEN: ADMIN}})
    platform.configure(token_life=3600)


@pytest.mark.parametrize("signed_in", [{"CONVIRZA_TOKEN": TOKEN}, BY_PASSWORD], ids=["token", "password"])
@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["whoami"], ["export"]], ids=" ".join)
def test_no_secret_is_told(reconciler, platform, tmp_path, command, signed_in):
    with_secrets(platform)
    platform.add_fault("status", path="/auth/profile", status=503)
    platform.add_fault("status", method="POST", path="/oauth/token", status=503)
    run = reconciler("-v", *command, **signed_in)
    assert run.code == 0
    assert "trying again" in run.err
    assert secrets_in(run.out + run.err, tmp_path) == []


def test_no_secret_is_told_while_one_signs_in_and_out(reconciler, platform, tmp_path):
    with_secrets(platform)
    run = reconciler("-v", "login", **BY_PASSWORD)
    assert (run.code, LINE.findall(run.err)) == (0, [("POST", "/oauth/token", "200")])
    secrets = kept(tmp_path)
    assert len(secrets) == 2
    assert secrets_in(run.out + run.err, tmp_path) == []
    plan = reconciler("-v", "plan", CONVIRZA_TOKEN="")
    out = reconciler("-v", "logout", CONVIRZA_TOKEN="")
    assert (plan.code, out.code) == (0, 0)
    assert "/oauth/revoke-token: 200 in " in out.err
    assert [each for each in (*secrets, PASSWORD) if each in plan.err + out.err + out.out] == []
    wrong = reconciler("-v", "login", **{**BY_PASSWORD, "CONVIRZA_PASSWORD": "pw-wrong"})
    assert (wrong.code, "pw-wrong" in wrong.err) == (1, False)


def kept(tmp_path):
    path = tmp_path / "state" / "convirza-reconciler" / "credentials.json"
    entries = json.loads(path.read_text()).values() if path.exists() else ()
    return [each[name] for each in entries for name in ("access_token", "refresh_token")]


def secrets_in(text, tmp_path):
    return [each for each in (TOKEN, PASSWORD, *kept(tmp_path)) if each in text]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (lambda asked: Answer({"message": f"Bearer {asked.token}"}, status=503), (5, 0)),
        (lambda asked: Answer({"message": [asked.token, {"again": asked.token}]}, status=429), (0, 6)),
        (lambda asked: Answer(f"<p>{asked.token}</p>".encode(), status=502), (5, 0)),
    ],
    ids=["text", "values", "html"],
)
def test_a_token_that_comes_back_is_not_told(ask, script, told):
    with serving(script) as server:
        run = ask(server.url, "-v", "plan")
    assert run.code == 1
    assert (run.err.count("trying again in"), run.err.count("holding back for")) == told
    assert "sandbox-token" not in run.err


def test_a_password_that_comes_back_is_not_told(reconciler):
    def answer(asked):
        return Answer({"message": f"{asked.body['email']}:{asked.body['password']}"}, status=503)

    with serving(answer) as server:
        urls = {"CONVIRZA_API_URL": server.url, "CONVIRZA_OAUTH_URL": server.url}
        run = reconciler("-v", "login", **BY_PASSWORD, **urls)
    assert run.code == 1
    assert run.err.count("trying again in") == 5
    assert PASSWORD not in run.err


def test_what_the_platform_says_cannot_write_to_the_terminal(ask):
    evil = "\x1b[2J\x9b31m\r\u202eoops\x07\nGET /evil: 200 in 0.00 s"
    with serving(lambda _: Answer({"message": evil, "request_id": evil}, status=503)) as server:
        run = ask(server.url, "-v", "plan")
    assert run.code == 1
    assert run.err.replace("\n", "").isprintable()
    assert "\\x1b[2J\\x9b31m" in run.err
    assert "\nGET /evil" not in run.err


def test_what_the_platform_names_cannot_write_to_the_terminal(ask):
    rows = [{"org_unit_id": 1001, "text": "\x1b[2J", "code": "1\x07"}]
    with serving(lambda _: data({"groups": rows, "org_unit_id": 1001, "email": "\x1b[31m"})) as server:
        run = ask(server.url, "-v", "whoami")
    assert run.code == 0
    assert (run.out + run.err).replace("\n", "").isprintable()


# -- as little as can be


@pytest.mark.parametrize(
    "command",
    [
        *(["plan"], ["drift"], ["graph"], ["why", "group/ORG-1002"], ["export"], ["validate"], ["history"]),
        *(["schema"], ["whoami"], ["doctor"], ["logout"], ["init", "begun"], ["apply", "--yes"]),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_quiet_says_what_was_asked_for_and_nothing_else(reconciler, command, place):
    run = reconciler("-q", *command) if place == "before" else reconciler(*command, "--quiet")
    assert run.code in (0, 2)
    assert run.err == ""


def test_quiet_is_the_same_on_stdout_where_the_answer_is_the_point(reconciler):
    for command in (["plan"], ["drift"], ["graph"], ["export"], ["why", "group/ORG-1002"], ["validate"]):
        calm, quiet = reconciler(*command), reconciler(*command, "-q")
        assert (quiet.code, quiet.out) == (calm.code, calm.out)


def test_drift_says_in_a_word_what_it_found_unless_it_is_to_be_quiet(reconciler):
    run = reconciler("drift")
    assert (run.code, run.err) == (2, "Drift: 12 objects differ from these files.\n")
    assert reconciler("drift", "-q").err == ""


def test_quiet_apply_says_what_was_done(reconciler):
    run = reconciler("apply", "--yes", "-q")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("✓ ")
    assert run.out.endswith("Done: 12 applied.\n")


def test_quiet_does_not_keep_back_what_is_asked(terminal):
    run = terminal("apply", "-q").read_until(
        "Apply 4 creations, 6 updates and 2 deletions to Acme (account 1001)?"
    )
    assert "Plan: 4 to create, 6 to update, 2 to delete; 2 unchanged." in plain(run.text)
    run.type("n\n")
    assert run.end() == 1


def test_quiet_does_not_keep_back_errors(reconciler, platform):
    platform.add_fault("status", path="/tag", status=400)
    run = reconciler("plan", "-q")
    assert (run.code, run.err.startswith("Error: GET /tag: 400")) == (1, True)
    assert "choose from group, user, tag, route" in reconciler("graph", "-q", "--kind", "x").err


def test_verbose_and_quiet_together(reconciler, platform):
    run = reconciler("-v", "-q", "drift")
    assert told(run, platform.api_url) == asked(platform)
    assert "Drift:" not in run.err


# -- whoever has had enough


@pytest.mark.parametrize(
    "command",
    [
        *(f"plan --format {name}" for name in ("text", "json", "markdown", "html", "github")),
        *(f"graph --format {name}" for name in ("text", "mermaid", "dot")),
        *(f"show saved.json --format {name}" for name in ("text", "json", "markdown", "html", "github")),
        *("why group/ORG-1002", "why group/ORG-1002 --format json", "export", "drift -q", "doctor", "schema"),
        *("validate --format json", "--help", "plan --help"),
    ],
)
def test_output_to_head_ends_quietly(workspace, environment, command):
    program = f"{sys.executable} -m reconciler"
    line = f"{program} plan --out saved.json > saved.txt && {program} {command} | head -n 1"
    first = in_a_shell(line, workspace, environment)
    assert (first.returncode, first.stderr, first.stdout.count("\n")) == (0, "", 1)


def in_a_shell(line, workspace, environment):
    return subprocess.run(
        ["sh", "-c", line],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "command", [["graph"], ["export"], ["plan"], ["plan", "--format", "html"], ["schema"]]
)
def test_output_that_nobody_reads_at_all(workspace, environment, command):
    """More than a pipe holds, and the other end is closed before the first line."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as end:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *command],
            cwd=workspace,
            env=environment,
            stdout=end,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.stderr == ""


# -- help that teaches


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(reconciler, command):
    run = reconciler(command, "--help", COLUMNS="80")
    assert (run.code, run.err) == (0, "")
    assert re.search(rf"\n  Examples?:\n(?:    .+\n)*    reconciler {command}\b", run.out)
    assert "-v, --verbose" in run.out
    assert "-q, --quiet" in run.out
    assert reconciler(command, "-h", COLUMNS="80").out == run.out


@pytest.mark.parametrize("command", [*COMMANDS, ""])
def test_help_fits_in_eighty_columns(reconciler, command):
    lines = reconciler(*command.split(), "--help", COLUMNS="80").out.splitlines()
    assert [line for line in lines if len(line) > 80] == []


def test_help_names_all_commands_with_what_they_do(reconciler):
    text = reconciler("--help", COLUMNS="80").out.partition("Commands:\n")[2]
    named = dict(re.findall(r"^  ([a-z]+) +(\S.*)$", text, re.MULTILINE))
    assert named.keys() == set(COMMANDS)
    assert all(len(each) > 10 for each in named.values())


def test_examples_use_commands_and_options_that_there_are(reconciler):
    texts = (inspect.cleandoc(cli.commands[name].help or "") for name in COMMANDS)
    examples = [line for text in texts for line in re.findall(r"^  reconciler (.*)$", text, re.MULTILINE)]
    assert len(examples) >= len(COMMANDS)
    for line in examples:
        name, *words = line.partition("|")[0].partition(">")[0].split()
        options = {option for each in cli.commands[name].params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["plan", "-h"]])
def test_help_needs_neither_network_nor_files(reconciler, workspace, arguments):
    for path in workspace.glob("*.yaml"):
        path.write_text("[")
    run = reconciler(*arguments, CONVIRZA_TOKEN="", CONVIRZA_API_URL="http://127.0.0.1:9")
    assert "Usage: reconciler" in run.out + run.err


WITHOUT_THE_C_PARSER = """
import sys
sys.modules["_ruamel_yaml"] = None
from reconciler.__main__ import main
main()
"""


def test_without_the_c_parser_files_are_read_all_the_same_and_it_is_told(workspace, environment):
    def run(*arguments):
        command = [sys.executable, "-c", WITHOUT_THE_C_PARSER, "validate", *arguments]
        return subprocess.run(
            command, cwd=workspace, env=environment, capture_output=True, text=True, timeout=60, check=True
        )

    told = run("-v")
    assert "ruamel.yaml.clib is not installed" in told.stderr
    assert told.stdout.startswith("Valid: ")
    assert run().stderr == ""


INTERRUPTED_WHILE = {
    "loading": """
import sys
class Interrupting:
    def find_spec(name, *_):
        if name == "reconciler.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting)
from reconciler.__main__ import main
main()
""",
    "beginning": """
from reconciler import __main__ as program
def interrupt():
    raise KeyboardInterrupt
program.completing.teach_shells = interrupt
program.main()
""",
    "nobody can be told": """
from reconciler import __main__ as program
class Dropped:
    def __del__(self):
        raise KeyboardInterrupt
program.completing.teach_shells = Dropped
program.main()
""",
}


@pytest.mark.parametrize("while_", INTERRUPTED_WHILE)
def test_an_interrupt_ends_in_one_line_from_the_first_moment_on(workspace, environment, while_):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE[while_], "validate"],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr.lstrip()) == (130, "Interrupted.\n")


WHAT_WAS_IMPORTED = """
import sys
from reconciler.__main__ import run
sys.argv = ["reconciler", *sys.argv[1:]]
code = run()
print(code, *sorted({"jsonschema", "requests", "deepdiff", "ruamel", "jinja2", "rich"} & sys.modules.keys()))
"""


@pytest.mark.parametrize(
    ("command", "expected"), [(["--version"], "0"), (["--help"], "0"), (["validate"], "0 ruamel")]
)
def test_nothing_is_imported_that_is_not_needed(workspace, environment, command, expected):
    done = subprocess.run(
        [sys.executable, "-c", WHAT_WAS_IMPORTED, *command],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == expected


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("plan >&-", 0),
        ("plan 2>&-", 0),
        ("validate >&- 2>&- <&-", 0),
        ("apply --yes --format json >&-", 0),
        ("apply <&-", 3),
    ],
)
def test_what_is_closed_is_not_missed(workspace, environment, command, code):
    (workspace / "all.yaml").write_text("tags: [{tag_name: New, group: ORG-1002}]\n")
    run = in_a_shell(f"{sys.executable} -m reconciler {command}", workspace, environment)
    assert (run.returncode, "mistake" in run.stderr) == (code, False), run
