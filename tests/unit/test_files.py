from pathlib import Path

import pytest

from reconciler.files.reading import load


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory, and a function that writes files into it."""
    monkeypatch.chdir(tmp_path)

    def write(*names, content=b"a: 1\n"):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)

    return write


NOTHING = "no *.yaml or *.yml file in this directory; name another, or begin with `init` or `export`"


def loaded(*paths):
    documents, problems = load(paths)
    return [document.file for document in documents], list(map(str, problems))


def test_a_directory_is_all_its_files_in_order_but_hidden_ones(folder):
    folder("d/b.yaml", "d/a.yml", "d/.a.yaml", "d/.git/c.yaml", "d/z/a.yaml", "d/c/a.yaml", "d/notes.txt")
    assert loaded("d") == (["d/a.yml", "d/b.yaml", "d/c/a.yaml", "d/z/a.yaml"], [])


def test_a_file_is_read_whatever_its_name_and_only_once(folder):
    folder("d/notes.txt", "d/a.yaml")
    assert loaded("d/notes.txt", "d/a.yaml", "d", "./d/../d/a.yaml") == (["d/notes.txt", "d/a.yaml"], [])


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none", "none:1:1: no such file or directory"),
        (
            "empty",
            f"empty:1:1: {NOTHING}",
        ),
    ],
)
def test_nothing_there(folder, path, message):
    folder("empty/notes.txt")
    assert loaded(path) == ([], [message])


def test_a_file_that_cannot_be_read(folder, tmp_path):
    folder("d/a.yaml")
    (tmp_path / "d/b.yaml").symlink_to("nowhere")
    assert loaded("d") == (["d/a.yaml"], ["d/b.yaml:1:1: cannot be read: No such file or directory"])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: 1\nb: \xc3\xa4 \xff\n", "a.yaml:2:6: byte 0xff is not UTF-8; save the file as UTF-8"),
        ("a: ä\n".encode("utf-16"), "a.yaml:1:1: byte 0xff is not UTF-8; save the file as UTF-8"),
        (
            b"a: 1\nb: c: d",
            (
                "a.yaml:2:5: not valid YAML: mapping values are not allowed in this context; "
                'a text with ": " in it needs quotes'
            ),
        ),
    ],
)
def test_what_is_not_yaml_in_utf_8(folder, content, problem):
    folder("a.yaml", content=content)
    assert loaded("a.yaml") == ([], [problem])


def test_a_byte_order_mark_is_no_part_of_the_text(folder):
    folder("a.yaml", content=b"\xef\xbb\xbfa: 1\n")
    (document,), _ = load(["a.yaml"])
    assert document.data == {"a": 1}


def test_a_folder_that_may_not_be_read_is_not_taken_for_an_empty_one(unprivileged):
    (unprivileged / "a.yaml").write_text("a: 1\n")
    (unprivileged / "clients").mkdir()
    (unprivileged / "clients").chmod(0)
    files, problems = loaded(str(unprivileged))
    assert files == [f"{unprivileged}/a.yaml"]
    assert problems == [f"{unprivileged}/clients:1:1: cannot be read: Permission denied"]


def test_what_stands_where_nobody_may_look_cannot_be_read(unprivileged):
    (unprivileged / "a.yaml").write_text("a: 1\n")
    locked = unprivileged / "clients"
    locked.mkdir()
    (locked / "b.yaml").write_text("b: 1\n")
    locked.chmod(0o444)  # its names may be read, but nothing behind them
    files, problems = loaded(str(unprivileged))
    assert files == [f"{unprivileged}/a.yaml"]
    assert problems == [f"{locked}/b.yaml:1:1: cannot be read: Permission denied"]
    assert loaded(str(locked / "b.yaml")) == ([], problems)
    assert loaded(str(locked / "more" / "c.yaml")) == (
        [],
        [f"{locked}/more/c.yaml:1:1: cannot be read: Permission denied"],
    )


def test_a_link_to_a_folder_is_followed_once(folder):
    folder("d/a.yaml", "other/b.yaml")
    Path("d/link").symlink_to("../other")
    Path("other/back").symlink_to("../d")
    assert loaded("d") == (["d/a.yaml", "d/link/b.yaml"], [])


def test_what_has_no_end_is_no_file(folder):
    folder("d/a.yaml")
    Path("d/zero.yaml").symlink_to("/dev/zero")
    assert loaded("d") == (["d/a.yaml"], [])
