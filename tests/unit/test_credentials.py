"""Tokens on disk: whose they are, who may read them, and that no moment finds half of them."""

import json
import multiprocessing
import os
import stat
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.api import credentials
from reconciler.api.credentials import Credentials, Store, password_entry
from reconciler.errors import StoreError

from .conftest import full_disk

HOST, OTHER = "https://oauth.example", "https://other.example"
JANE = Credentials("jane@acme", "a-1", "r-1", "2026-04-08T00:00:00Z")
SAM = Credentials("sam@acme", "a-2")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def store(folder):
    return Store(folder)


def kept(store, host, entry):
    with store.locked():
        store.write(host, entry)


def test_one_entry_for_each_host(store, folder):
    kept(store, HOST, JANE)
    kept(store, OTHER, SAM)
    assert (store.read(HOST), store.read(OTHER), store.read("https://third.example")) == (JANE, SAM, None)
    kept(store, HOST, SAM)
    with store.locked():
        assert store.forget(OTHER) == (SAM,)
    assert json.loads((folder / "credentials.json").read_text()) == {
        HOST: {"email": "sam@acme", "access_token": "a-2", "refresh_token": "", "expires": "", "account": ""}
    }


def test_nothing_is_there_and_nothing_is_made_by_looking(store, folder):
    assert store.read(HOST) is None
    assert not folder.exists()


def test_forgetting_what_is_not_there(store):
    with store.locked():
        assert store.forget(HOST) == ()
    assert store.read(HOST) is None


def test_users_with_a_password_have_entries_of_their_own(store, folder):
    entries = [password_entry(HOST, *each) for each in (("jane@acme", "p"), ("sam@acme", "p"))]
    for each in (HOST, *entries, password_entry(f"{HOST}/v3", "jane@acme", "p")):
        kept(store, each, JANE)
    assert password_entry(HOST, "Jane@ACME", "p") == entries[0]
    assert entries[0].split()[-1] != entries[1].split()[-1]
    with store.locked():
        assert store.forget(HOST) == (JANE,) * 3
    assert len(json.loads((folder / "credentials.json").read_text())) == 1


def test_a_password_that_is_no_text(store):
    assert password_entry(HOST, "jane@acme", "\udcff") != password_entry(HOST, "jane@acme", "\udcfe")


def test_the_folder_is_the_users_own(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "own"))
    kept(Store(), HOST, JANE)
    assert Store().read(HOST) == JANE
    found = [path.name for path in tmp_path.rglob("credentials.json")]
    assert found == ["credentials.json"]


# -- who may read them


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_nobody_else_may_read_them(store, folder, mask):
    with umask(mask):
        kept(store, HOST, JANE)
        kept(store, OTHER, SAM)
    assert stat.S_IMODE((folder / "credentials.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir() if path.suffix != ".lock"] == ["credentials.json"]


def test_a_file_that_others_could_read_is_closed_to_them(store, folder):
    kept(store, HOST, JANE)
    (folder / "credentials.json").chmod(0o644)
    kept(store, HOST, SAM)
    assert stat.S_IMODE((folder / "credentials.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o666, 0o640, 0o602])
@pytest.mark.parametrize("folder_mode", [0o777, 0o710, 0o700])
def test_reading_closes_what_others_could_read_or_change(store, folder, mode, folder_mode):
    kept(store, HOST, JANE)
    (folder / "credentials.json").chmod(mode)
    folder.chmod(folder_mode)
    assert store.read(HOST) == JANE
    assert stat.S_IMODE((folder / "credentials.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["credentials.json", ""])
def test_what_cannot_be_closed_to_others_is_not_used(store, folder, monkeypatch, name):
    kept(store, HOST, JANE)
    (folder / name).chmod(0o777)

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(StoreError, match="others may read or change it; see to it that only you can"):
        store.read(HOST)


# -- at once


def test_whoever_looks_finds_the_old_or_the_new(store):
    kept(store, HOST, JANE)
    found, done = set(), threading.Event()

    def look():
        while not done.is_set():
            found.add(Store(store._path.parent).read(HOST))

    looking = threading.Thread(target=look)
    looking.start()
    for number in range(100):
        kept(store, HOST, SAM if number % 2 else JANE)
    done.set()
    looking.join()
    assert found <= {JANE, SAM}


def test_a_full_disk_leaves_what_was_there(store, folder):
    kept(store, HOST, JANE)
    with (
        pytest.raises(StoreError, match=r"credentials\.json: cannot keep or read the sign-in: "),
        full_disk(),
    ):
        kept(store, HOST, SAM)
    assert store.read(HOST) == JANE
    assert [path.name for path in folder.iterdir() if path.suffix != ".lock"] == ["credentials.json"]


# -- damage


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"[" * 100_000,
        *(
            f'{{"{HOST}": {entry}}}'.encode()
            for entry in (
                *("7", '"text"', "[]", "{}", '{"email": "jane@acme"}'),
                *('{"email": "jane@acme", "access_token": "a-1", "password": "p"}',),
                *('{"email": "jane@acme", "access_token": 7}', '{"email": 7, "access_token": "a-1"}'),
                '{"email": "jane@acme", "access_token": "a-1", "refresh_token": 7}',
            )
        ),
    ],
    ids=lambda text: text[:60].decode().replace(HOST, "HOST"),
)
def test_a_damaged_file_says_what_to_do(store, folder, text):
    folder.mkdir()
    (folder / "credentials.json").write_bytes(text)
    with pytest.raises(StoreError) as caught:
        store.read(HOST)
    message = f"{folder}/credentials.json: cannot be understood; delete it and run `reconciler login`"
    assert str(caught.value) == message


def test_what_is_no_text(store, folder):
    folder.mkdir()
    (folder / "credentials.json").write_bytes(b"\xff\xfe")
    with pytest.raises(StoreError, match="cannot keep or read the sign-in: it is not text"):
        store.read(HOST)


@pytest.mark.parametrize("name", ["credentials.json", "credentials.lock"])
def test_what_is_no_file(store, folder, name):
    (folder / name).mkdir(parents=True)
    with pytest.raises(StoreError, match="credentials"):
        kept(store, HOST, JANE)


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(StoreError, match="cannot keep or read the sign-in"):
        kept(Store(tmp_path / "state"), HOST, JANE)


# -- the lock


def test_a_lock_that_is_never_let_go(store, monkeypatch):
    monkeypatch.setattr(credentials, "_PATIENCE", 0.05)
    with store.locked(), pytest.raises(StoreError, match="another process does not let go of it"):
        kept(Store(store._path.parent), HOST, JANE)


def hold(folder, held):
    with Store(folder).locked():
        held.set()
        threading.Event().wait(60)


def test_a_lock_goes_with_its_process(store, folder):
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    other = context.Process(target=hold, args=(folder, held))
    other.start()
    assert held.wait(60)
    other.kill()
    other.join()
    kept(store, HOST, JANE)
    assert store.read(HOST) == JANE
