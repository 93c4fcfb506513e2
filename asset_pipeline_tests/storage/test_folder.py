from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import StoreError, StoreRefused, StoreUnavailable
from asset_pipeline.storage.folder import ABANDONED_AFTER_SECONDS, FolderStore

ROOT = Path(__file__).parents[2]
PNG = "image/png"


def python(script: str, *arguments: object, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Start *script* in a process of its own, which finds the package."""
    command = [*before, sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Give up root's right to ignore permissions, where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


RACE = """
import sys
from pathlib import Path
from asset_pipeline.storage.folder import FolderStore

store, name = FolderStore(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
while not Path(sys.argv[1], "go").exists():
    pass
for turn in range(200):
    if store.put_if_absent(f"{turn}.png", name.encode() * 10_000, content_type="image/png"):
        print(turn)
"""


def test_of_two_processes_at_once_one_creates_each_object(tmp_path: Path) -> None:
    """Two runs on one machine share the folder, and nothing else that could arbitrate."""
    (tmp_path / "store").mkdir()
    processes = {name: python(RACE, tmp_path / "store", name) for name in "ab"}
    for process in processes.values():
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    (tmp_path / "store" / "go").touch()
    won = {name: process.communicate(timeout=60)[0].split() for name, process in processes.items()}

    assert sorted(map(int, won["a"] + won["b"])) == list(range(200))
    store = FolderStore(tmp_path / "store")
    for name, turns in won.items():
        assert all(store.get(f"{turn}.png") == name.encode() * 10_000 for turn in turns)


KILLED = """
import resource, signal, sys
from pathlib import Path
from asset_pipeline.storage.folder import FolderStore

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
FolderStore(Path(sys.argv[1])).put("hero.png", bytes(1_000_000), content_type="image/png")
"""


def test_a_writer_killed_in_the_middle_leaves_the_old_picture_and_the_next_one_completes(
    tmp_path: Path,
) -> None:
    """The kernel kills it at the 100,001st byte: like kill -9, but in the same place every time."""
    store = FolderStore(tmp_path)
    store.put("hero.png", b"old", content_type=PNG)
    process = python(KILLED, tmp_path)
    process.communicate(timeout=60)

    assert process.returncode == -signal.SIGXFSZ
    assert [half.stat().st_size for half in (tmp_path / ".tmp").iterdir()] == [100_000]
    assert list(store.list_keys()) == ["hero.png"]
    assert store.get("hero.png") == b"old"
    store.put("hero.png", b"new", content_type=PNG)
    assert store.get("hero.png") == b"new"


def test_a_check_clears_away_what_a_dead_writer_left_and_spares_a_living_one(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.check()
    dead, living = tmp_path / ".tmp" / "dead", tmp_path / ".tmp" / "living"
    for file in (dead, living):
        file.write_bytes(b"half")
    long_ago = time.time() - ABANDONED_AFTER_SECONDS - 60
    os.utime(dead, (long_ago, long_ago))

    store.check()

    assert list((tmp_path / ".tmp").iterdir()) == [living]
    assert list(store.list_keys()) == []


def test_no_temporary_file_is_left_by_a_write_that_went_well(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.put(f"{n}.png", b"x", content_type=PNG), range(50)))
        list(pool.map(lambda _: store.put_if_absent("one.png", b"x", content_type=PNG), range(50)))

    assert list((tmp_path / ".tmp").iterdir()) == []


def test_pictures_can_be_read_by_the_web_server(tmp_path: Path) -> None:
    """A temporary file of Python's own is for its owner's eyes only, and so would be the picture."""
    FolderStore(tmp_path).put("hero.png", b"x", content_type=PNG)
    (tmp_path / "plain").touch()

    assert (tmp_path / "hero.png").stat().st_mode == (tmp_path / "plain").stat().st_mode


FULL_DISK = """
import subprocess, sys
from pathlib import Path
from asset_pipeline.errors import StoreUnavailable
from asset_pipeline.storage.folder import FolderStore

if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", sys.argv[1]]).returncode:
    sys.exit("cannot mount")
store = FolderStore(Path(sys.argv[1]))
store.put("hero.png", b"old", content_type="image/png")
try:
    store.put("hero.png", bytes(1_000_000), content_type="image/png")
except StoreUnavailable as error:
    print(error)
print(store.get("hero.png").decode(), list(store.list_keys()), len(list(Path(sys.argv[1], ".tmp").iterdir())))
"""


def test_a_full_disk_keeps_the_old_picture_and_says_what_to_do(tmp_path: Path) -> None:
    """In a mount namespace of its own, so that nothing stays mounted."""
    process = python(FULL_DISK, tmp_path, before=("unshare", "--map-root-user", "--mount"))
    printed, failed = process.communicate(timeout=60)
    if process.returncode:
        pytest.skip(f"this user may not mount a small disk: {failed}")
    said, left = printed.splitlines()

    assert "hero.png: the disk is full; free some room" in said
    assert left == "old ['hero.png'] 0"


LIMITED = """
import resource, sys
from pathlib import Path
from asset_pipeline.errors import StoreUnavailable
from asset_pipeline.storage.folder import FolderStore

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
store = FolderStore(Path(sys.argv[1]))
try:
    store.put_if_absent("hero.png", bytes(1_000_000), content_type="image/png")
except StoreUnavailable as error:
    print(error)
print(store.exists("hero.png"), len(list(Path(sys.argv[1], ".tmp").iterdir())))
"""


def test_a_write_that_breaks_off_creates_nothing(tmp_path: Path) -> None:
    printed, _ = python(LIMITED, tmp_path).communicate(timeout=60)
    said, left = printed.splitlines()

    assert "may not write a file that large" in said
    assert left == "False 0"


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_paid_for(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o555)

    with an_ordinary_user(), pytest.raises(StoreRefused, match=r"this user may not.*ASSET_PIPELINE_STORE"):
        FolderStore(tmp_path / "store").check()


def test_an_object_that_may_not_be_read_is_not_an_absent_object(tmp_path: Path) -> None:
    """Taken for absent, it would be bought again."""
    store = FolderStore(tmp_path / "store")
    store.put("pirates/hero.png", b"x", content_type=PNG)
    (tmp_path / "store" / "pirates").chmod(0)
    ways: list[Callable[[str], object]] = [
        store.get,
        store.exists,
        store.delete,
        lambda key: list(store.list_keys(key)),
    ]

    with an_ordinary_user():
        for way in ways:
            with pytest.raises(StoreRefused):
                way("pirates/hero.png")
    (tmp_path / "store" / "pirates").chmod(0o755)


def test_a_store_inside_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreRefused, match="a file stands where a folder is needed"):
        FolderStore(tmp_path / "file" / "store").check()


def test_a_picture_cannot_take_the_place_of_a_folder_or_the_reverse(tmp_path: Path) -> None:
    """A bucket holds both 'hero' and 'hero/hat.png'; a folder cannot, and must not answer 'already there'."""
    store = FolderStore(tmp_path)
    store.put("hero/hat.png", b"x", content_type=PNG)

    for key in ("hero", "hero/hat.png/feather.png"):
        for write in (store.put, store.put_if_absent):
            with pytest.raises(StoreRefused, match="a file stands where"):
                write(key, b"y", content_type=PNG)
    store.delete("hero")
    assert list(store.list_keys()) == ["hero/hat.png"]


@pytest.mark.parametrize("key", ["pirates/hero.png", "hero.png"])
def test_a_symbolic_link_out_of_the_store_is_refused(tmp_path: Path, key: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "hero.png").write_bytes(b"secret")
    store = FolderStore(tmp_path / "store")
    store.check()
    (tmp_path / "store" / "pirates").symlink_to(outside)
    (tmp_path / "store" / "hero.png").symlink_to(outside / "hero.png")
    ways: list[Callable[[str], object]] = [
        store.get,
        store.exists,
        store.delete,
        lambda key: store.put(key, b"x", content_type=PNG),
        lambda key: store.put_if_absent(key, b"x", content_type=PNG),
    ]

    for way in ways:
        with pytest.raises(StoreRefused, match="symbolic link"):
            way(key)
    assert (outside / "hero.png").read_bytes() == b"secret"
    assert list(store.list_keys()) == []


def test_the_store_itself_may_be_behind_a_symbolic_link(tmp_path: Path) -> None:
    """Studios keep art on a second disk."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    FolderStore(tmp_path / "link").put("hero.png", b"x", content_type=PNG)

    assert (tmp_path / "disk" / "hero.png").read_bytes() == b"x"


def test_links_that_lead_in_a_circle_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")

    with pytest.raises(StoreError, match="round"):
        FolderStore(tmp_path).get("round/hero.png")


def test_a_file_system_without_hard_links_is_refused_by_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT answers 'not permitted', which would send a person to look at permissions."""

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted", str(target), None, str(self))

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    with pytest.raises(StoreRefused, match="no hard links"):
        FolderStore(tmp_path).check()


def test_a_disk_that_fails_may_be_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", fail)

    with pytest.raises(StoreUnavailable, match="Input/output error"):
        FolderStore(tmp_path).get("hero.png")


PARTS = st.text("azAZ09-+! ", min_size=1, max_size=4)


@given(st.sets(st.lists(PARTS, min_size=1, max_size=3).map("/".join), max_size=8))
def test_listing_gives_back_the_keys_in_the_order_of_their_bytes(
    tmp_path_factory: pytest.TempPathFactory, keys: set[str]
) -> None:
    """S3 sorts whole keys; a walk over folders would put 'a/b' before 'a-b'."""
    files = {key for key in keys if not any(other.startswith(f"{key}/") for other in keys)}
    store = FolderStore(tmp_path_factory.mktemp("store"))
    for key in files:
        store.put(key, b"", content_type=PNG)

    assert list(store.list_keys()) == sorted(files)
