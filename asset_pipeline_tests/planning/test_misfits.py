"""What a provider cannot do is found when games are loaded, and named with those who can."""

from __future__ import annotations

from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.manifest.load import LoadedGames, load_games
from asset_pipeline.planning.misfits import checked, misfits
from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline_tests.planning.conftest import POND, PickyProvider, Table

ALL_LOCAL = "{image_to_image: local, text_to_image: local, remove_background: local}"
PICKY = (
    ModelCard("flux", frozenset({"text_to_image", "image_to_image"}), frozenset({"denoise_strength"})),
    ModelCard("rembg", frozenset({"remove_background"})),
)


def found(table: Table, text: str) -> list[str]:
    return [mistake.message for mistake in misfits(table.game(text), table.router, table.folder)]


def test_a_game_that_its_providers_can_make_has_no_mistakes(table: Table) -> None:
    assert found(table, POND) == []


def test_a_sprite_that_cannot_be_made_is_named_with_those_who_could_make_it(table: Table) -> None:
    table.runpod = PickyProvider(models=PICKY)
    hills = "  hills: {kind: parallax, layer_count: 3, width_px: 128, height_px: 64, description: hills}\n"
    [mistake] = misfits(table.game(POND + hills), table.router, table.folder)

    assert mistake.path == "sprites.hills"
    assert mistake.file == table.folder / "pond.yaml"
    assert "cannot do decompose_layers" in mistake.message
    assert (
        "it can be done by local, scenario; once set up, by comfyui, for example ASSET_PIPELINE_DECOMPOSE_LAYERS=local"
        in mistake.message
    )


def test_who_would_leave_out_what_is_asked_is_not_named_as_able(table: Table) -> None:
    """The embedded provider has no use for a LoRA, and a game that asks for one is not made by drawing it without."""
    table.runpod = PickyProvider(models=PICKY)
    table.scenario = PickyProvider(name="scenario", models=PICKY)
    told = found(table, POND.replace("size_px: 64", "size_px: 64, loras: [{name: ink}]"))

    assert told
    assert all("by nobody that is configured here; once set up, by comfyui" in message for message in told)
    assert not any("=local" in message for message in told)


def test_the_same_mistake_is_told_once_with_all_sprites_that_make_it(table: Table) -> None:
    table.runpod = PickyProvider(models=PICKY)
    text = POND.replace("size_px: 64", "size_px: 64, loras: [{name: ink}]")
    told = found(table, text)

    assert len([message for message in told if "takes no loras" in message]) == len(told)
    assert any("The same for reed" in message for message in told)


def test_twenty_sprites_are_not_all_listed(table: Table) -> None:
    table.runpod = PickyProvider(models=PICKY[1:])
    many = POND + "".join(
        f"  sky{n}: {{kind: background, width_px: 128, height_px: 64, description: a sky}}\n"
        for n in range(20)
    )
    [message] = [told for told in found(table, many) if "text_to_image" in told]

    assert message.endswith("and 12 more")


def test_a_fallback_that_could_not_stand_in_is_a_mistake_too(table: Table) -> None:
    """One finds out that the fallback cannot do it when one needs it, otherwise."""
    table.scenario = PickyProvider(name="scenario", models=PICKY[:1])
    table.routes = Routes(("runpod", "scenario"))

    assert any("scenario: flux cannot do remove_background" in message for message in found(table, POND))


def test_a_provider_that_is_not_ready_hides_no_game(table: Table) -> None:
    table.routes = Routes(("comfyui",))

    assert found(table, POND) == []


def test_games_that_cannot_be_made_are_moved_to_the_broken_ones(table: Table) -> None:
    table.runpod = PickyProvider(models=PICKY[1:])
    table.game()
    (table.folder / "lake.yaml").write_text(POND.replace("id: pond", f"id: lake\nproviders: {ALL_LOCAL}"))
    loaded = checked(load_games(table.folder), table.router, table.folder)

    assert [broken.id for broken in loaded.broken] == ["pond"]
    assert [game.id for game in loaded.games] == ["lake"]
    assert "cannot do text_to_image" in str(loaded.broken[0].error)


def test_without_remote_providers_nothing_is_asked(table: Table) -> None:
    loaded = LoadedGames((table.game(),), ())

    assert checked(loaded, Router(Routes(), Roster()), table.folder) == loaded


def test_a_scene_that_nobody_can_split_may_be_drawn_by_its_plan(table: Table) -> None:
    """What the mistake advises is what helps."""
    table.runpod = PickyProvider(models=PICKY)
    hills = "  hills: {kind: parallax, layer_count: 2, width_px: 128, height_px: 64, description: hills"

    assert any(
        "say in the sprite's plan what each layer shows" in told
        for told in found(table, f"{POND}{hills}}}\n")
    )
    assert found(table, f"{POND}{hills}, plan: [a sky, green hills]}}\n") == []


def test_a_title_that_its_font_cannot_letter_is_a_mistake_where_nobody_is_asked(table: Table) -> None:
    logo = "  logo: {kind: title, text: 池 Pond, lettering: {}, width_px: 128, height_px: 64, description: letters}\n"
    loaded = checked(LoadedGames((table.game(POND + logo),), ()), Router(Routes(), Roster()), table.folder)

    [broken] = loaded.broken
    assert loaded.games == ()
    assert "sprites.logo.lettering" in str(broken.error)
    assert "the font has no '池'" in str(broken.error)
