from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ConfigError, Mistake
from asset_pipeline.manifest.fields import ID_PATTERN
from asset_pipeline.manifest.load import MAX_BYTES, load_game, load_games
from asset_pipeline_tests.manifest.conftest import HEAD, HERO

Write = Callable[..., Path]
MistakesIn = Callable[[Path], tuple[Mistake, ...]]

TEN_MISTAKES = """\
id: ten
title: Ten
theme: mistakes
style: pixel
palete: ["#ffffff"]
regenerate: 0 25 * * *
generation: {steps: 0}
providers: {text_to_image: runpodd}
sprites:
  hero:
    kind: entity
    shape: squircle
    widht: 1
    height: 2
    role: charakter
    description: a hero
  Bad-Id: {kind: background, width_px: 512, height_px: 0, description: x}
  hero: {kind: entitty}
"""


def test_ten_mistakes_are_told_at_once_each_with_its_line(write: Write, mistakes_in: MistakesIn) -> None:
    """One mistake a try is ten tries."""
    mistakes = mistakes_in(write(stem="ten", text=TEN_MISTAKES))

    assert [(mistake.line, mistake.path) for mistake in mistakes] == [
        (5, "palete"),
        (6, "regenerate.cron"),
        (7, "generation.steps"),
        (8, "providers.text_to_image"),
        (10, "sprites.hero.width"),
        (12, "sprites.hero.shape"),
        (13, "sprites.hero.widht"),
        (15, "sprites.hero.role"),
        (17, "sprites.Bad-Id"),
        (17, "sprites.Bad-Id.height_px"),
        (18, "sprites.hero"),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (5, "did you mean 'palette'?"),
        (6, "hour '25' is not within 0 to 23"),
        (8, "choose one of local | scenario | runpod | comfyui; did you mean 'runpod'?"),
        (13, "did you mean 'width'?"),
        (15, "choose one of character | enemy | item | platform | ui; did you mean 'character'?"),
        (17, "for example 'bad_id'"),
        (18, "twice, first on line 10"),
    ],
)
def test_a_mistake_says_what_is_allowed_and_what_is_nearest(
    line: int, message: str, write: Write, mistakes_in: MistakesIn
) -> None:
    mistakes = mistakes_in(write(stem="ten", text=TEN_MISTAKES))

    assert any(message in mistake.message for mistake in mistakes if mistake.line == line)


@pytest.mark.parametrize(
    "bad_id",
    [
        "a/b",
        "two words",
        "größe",
        "湖",
        "..",
        "../x",
        "x" * 200,
        "a__b",
        "_a",
        "a_",
        "9a",
        "A",
        "a-b",
        "''",
        '"a\\n"',
    ],
)
def test_ids_that_dagster_would_garble_are_refused(
    bad_id: str, write: Write, mistakes_in: MistakesIn
) -> None:
    """Dagster writes '_' for what it does not know, so that a-b and a_b collide and stop every game."""
    mistakes = mistakes_in(write(HERO.replace("hero", bad_id)))

    assert len(mistakes) == 1
    assert "id" in mistakes[0].message
    assert mistakes[0].line == 6


@pytest.mark.parametrize("reserved", ["contact_sheet", "catalog", "atlas", "exports", "gallery"])
def test_a_sprite_cannot_take_the_id_of_a_derived_asset(
    reserved: str, write: Write, mistakes_in: MistakesIn
) -> None:
    assert "is taken" in mistakes_in(write(HERO.replace("hero", reserved)))[0].message


def test_a_pack_cannot_take_the_name_of_a_folder_of_the_game(write: Write, mistakes_in: MistakesIn) -> None:
    assert "is taken" in mistakes_in(write(HERO + "packs: {exports: {}}\n"))[0].message


def test_an_id_of_64_characters_is_allowed(write: Write) -> None:
    assert list(load_game(write(HERO.replace("hero", "x" * 64))).sprites) == ["x" * 64]


@pytest.mark.parametrize(
    ("size", "path"),
    [
        ("width: 0, height: 1", "width"),
        ("width: -1, height: 1", "width"),
        ("width: 1, height: 1e9", "height"),
        ("width: .inf, height: 1", "width"),
        ("width: .nan, height: 1", "width"),
        ("width: yes, height: 1", "width"),
        ("width: true, height: 1", "width"),
        ("width: 1, height: 17", "height"),
        ("width: 0.1, height: 0.1", "width"),
        ("width: 128, height: 128", "width"),
    ],
)
def test_a_world_size_that_cannot_be_drawn_is_refused(
    size: str, path: str, write: Write, mistakes_in: MistakesIn
) -> None:
    mistakes = mistakes_in(write(HERO.replace("width: 1, height: 2", size)))

    assert [mistake.path for mistake in mistakes] == [f"sprites.hero.{path}"]


@pytest.mark.parametrize(
    "size", [(0, 64), (15, 64), (-5, 64), (64, 8193), (10**30, 64), (8192, 8192), (16, 1600)]
)
def test_a_pixel_size_that_cannot_be_made_is_refused(
    size: tuple[int, int], write: Write, mistakes_in: MistakesIn
) -> None:
    sprite = f"  sky: {{kind: background, description: x, width_px: {size[0]}, height_px: {size[1]}}}\n"

    assert [mistake.path.split(".")[1] for mistake in mistakes_in(write(sprite))] == ["sky"]


def test_what_only_shows_across_sprites_is_told_even_where_a_field_is_wrong(
    write: Write, mistakes_in: MistakesIn
) -> None:
    """A second round of mistakes after the first is mended is the old way."""
    other = HERO.replace("hero", "other").replace("kind", "name: hero, kind").replace("box", "bocks")

    mistakes = mistakes_in(write(HERO + other))

    assert [mistake.path for mistake in mistakes] == ["sprites.other.name", "sprites.other.shape"]
    assert "already the name of hero" in mistakes[0].message


def test_two_files_with_one_game_id_break_only_the_wrong_one(write: Write, tmp_path: Path) -> None:
    """The file's name decides, so it is never a question of which was read first."""
    write(stem="alpha")
    write(stem="beta", text=f"id: alpha\n{HEAD}sprites:\n{HERO}")

    loaded = load_games(tmp_path)

    assert [game.id for game in loaded.games] == ["alpha"]
    assert [broken.id for broken in loaded.broken] == ["beta"]
    assert "'alpha' is the game in alpha.yaml" in str(loaded.broken[0].error)


def test_a_bad_game_never_stops_the_others_and_gets_an_id_of_its_own(write: Write, tmp_path: Path) -> None:
    write(stem="good")
    for name in ("good.yml", "Good!.yaml", "9.yaml", "湖.yaml", f"{'x' * 200}.yaml", "..yaml.yaml"):
        (tmp_path / name).write_text("sprites: {}\n")
    (tmp_path / "folder.yaml").mkdir()

    loaded = load_games(tmp_path)

    ids = [broken.id for broken in loaded.broken]
    assert [game.id for game in loaded.games] == ["good"]
    assert len({"good", *ids}) == 1 + len(ids) == 7
    assert all(len(game_id) <= 64 for game_id in ids)
    assert all(re.match(ID_PATTERN, game_id) for game_id in ids)


def test_a_stray_yml_is_told_not_ignored(write: Write, tmp_path: Path, mistakes_in: MistakesIn) -> None:
    path = write().rename(tmp_path / "game.yml")

    assert "rename this one to game.yaml" in mistakes_in(path)[0].message


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [("*", ["a", "ab", "b"]), ("a*", ["a", "ab"]), ("b, a", ["a", "b"]), ("?b", ["ab"])],
)
def test_a_pattern_chooses_games_by_file_name(
    pattern: str, ids: list[str], write: Write, tmp_path: Path
) -> None:
    """Several code locations share the games of one folder."""
    for stem in ("a", "ab", "b"):
        write(stem=stem)

    assert [game.id for game in load_games(tmp_path, pattern).games] == ids


def test_a_pattern_that_chooses_nothing_names_what_is_there(write: Write, tmp_path: Path) -> None:
    write(stem="lake")

    with pytest.raises(
        ConfigError, match=r"'lage' in ASSET_PIPELINE_GAMES matches no game .* there are lake"
    ):
        load_games(tmp_path, "lage")


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ASSET_PIPELINE_GAMES_DIR"):
        load_games(tmp_path / "nowhere")


def test_an_empty_folder_holds_no_games(tmp_path: Path) -> None:
    loaded = load_games(tmp_path)

    assert (loaded.games, loaded.broken) == ((), ())


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"id: game\ntitle: caf\xe9\n", 2, "UTF-8"),
        ("id: game\n".encode("utf-16"), 1, "UTF-8"),
        (b"", 1, "empty"),
        (b"# nothing\n", 1, "empty"),
        (b"- a\n- b\n", 1, "id: game"),
        (b"x" * (MAX_BYTES + 1), 0, "too much"),
    ],
)
def test_what_is_no_manifest_at_all_is_one_clear_mistake(
    data: bytes, line: int, words: str, tmp_path: Path, mistakes_in: MistakesIn
) -> None:
    path = tmp_path / "game.yaml"
    path.write_bytes(data)

    mistakes = mistakes_in(path)

    assert [(mistake.line, words in mistake.message) for mistake in mistakes] == [(line, True)]


@pytest.mark.parametrize("key", ["colour", "description", "seed"])
def test_a_key_without_a_value_gets_the_hint_about_quotes(
    key: str, write: Write, mistakes_in: MistakesIn
) -> None:
    """In YAML '#' begins a comment: the commonest slip with colours, and the colour is silently lost."""
    hero = {"kind": "entity", "shape": "box", "width": 1, "height": 1, "role": "item", "description": "x"}
    lines = "".join(f"    {name}: {value}\n" for name, value in {**hero, key: "#ff0000"}.items())

    mistakes = mistakes_in(write(f"  hero:\n{lines}"))

    assert [mistake.path for mistake in mistakes] == [f"sprites.hero.{key}"]
    assert "quotes" in mistakes[0].message


def test_the_short_and_the_long_form_of_a_schedule_mean_the_same(write: Write) -> None:
    short = load_game(write(head='regenerate: "0 3 * * 1"\n')).regenerate
    long = load_game(write(head='regenerate: {cron: "0 3 * * 1", mode: stale}\n')).regenerate

    assert short == long


_PARTS = st.sampled_from(
    [*"{}[]:,-#&*!|>'\"%@`\t\n ", "\x00", "é", "null", "1e9", "<<: *a", "&a ", "hero", "kind: ui"]
)


@given(st.lists(st.tuples(st.integers(0, len(TEN_MISTAKES)), _PARTS), max_size=6))
def test_whatever_a_file_holds_it_is_a_game_or_a_list_of_mistakes(slips: list[tuple[int, str]]) -> None:
    """Any other exception would stop every game from loading."""
    text = TEN_MISTAKES
    for place, part in slips:
        text = text[:place] + part + text[place:]
    with TemporaryDirectory() as folder:
        (Path(folder) / "ten.yaml").write_text(text, encoding="utf-8")
        loaded = load_games(Path(folder))

    assert len(loaded.games) + len(loaded.broken) == 1
    assert all(mistake.line >= 1 for broken in loaded.broken for mistake in broken.error.mistakes)


def test_five_thousand_sprites_load_in_time(tmp_path: Path) -> None:
    """Every run loads the games again; the budget is 2.5 s of processor time, and a slow machine gets twice that."""
    for number in range(100):
        sprites = "".join(HERO.replace("hero", f"hero_{n}") for n in range(50))
        (tmp_path / f"g{number}.yaml").write_text(f"id: g{number}\n{HEAD}sprites:\n{sprites}")

    start_s = time.process_time()
    loaded = load_games(tmp_path)

    assert sum(len(game.sprites) for game in loaded.games) == 5000
    assert time.process_time() - start_s < 5.0
