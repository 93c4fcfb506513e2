"""Games from files: one, or a whole folder in which a bad one stops nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import ValidationError

from asset_pipeline.errors import ConfigError, ManifestError, Mistake
from asset_pipeline.manifest.document import Document, NotYamlError
from asset_pipeline.manifest.fields import MAX_ID_LENGTH, slug
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.mistakes import mistakes_of, path_of

MAX_BYTES = 4 * 2**20  # some 10,000 sprites


@dataclass(frozen=True)
class BrokenGame:
    """A file that is no game yet.

    Attributes:
        id: a valid asset id made from the file's name; no other game, whole or broken, has it.
        file: the file.
        error: every mistake in it.
    """

    id: str
    file: Path
    error: ManifestError


@dataclass(frozen=True)
class LoadedGames:
    """What a folder holds: whole games and broken ones, each in the order of their files' names."""

    games: tuple[Game, ...]
    broken: tuple[BrokenGame, ...]


def load_games(folder: Path, pattern: str = "*", *, named_in: str = "ASSET_PIPELINE_GAMES") -> LoadedGames:
    """Read the games of *folder*.

    Args:
        folder: where the YAML files are; folders in it are not looked into.
        pattern: which games: file names without ``.yaml``, as globs, by comma.
        named_in: where *pattern* was written, for the error.

    Raises:
        ConfigError: there is no such folder, or it has games and *pattern* is none of them.
    """
    if not folder.is_dir():
        raise ConfigError(
            f"there is no folder of games at {folder}; create it, or name another in ASSET_PIPELINE_GAMES_DIR"
        )
    files = sorted(file for file in folder.iterdir() if _is_manifest(file))
    globs = [glob.strip() for glob in pattern.split(",")]
    chosen = [file for file in files if any(fnmatchcase(file.stem, glob) for glob in globs)]
    if files and not chosen:
        raise ConfigError(
            f"{pattern!r} in {named_in} matches no game in {folder}; "
            f"there are {', '.join(file.stem for file in files)}"
        )
    return _sorted_out(chosen)


def load_game(path: Path) -> Game:
    """Read the game in *path*.

    Raises:
        ManifestError: with every mistake of the file, in file order.
    """
    document = _document(path)
    faults = [Mistake(path, line, path_of(place), message) for place, line, message in document.faults]
    if not isinstance(document.value, dict):
        what = "this file is empty" if document.value is None else "this file holds no settings by name"
        raise ManifestError(
            [*faults, Mistake(path, 1, "", f"{what}; a game begins with id: {slug(path.stem)}")]
        )
    try:
        game = Game.model_validate(document.value, context=path)
    except ValidationError as error:
        faults += mistakes_of(error, document, path)
        raise ManifestError(sorted(faults, key=lambda mistake: mistake.line)) from None
    if faults:
        raise ManifestError(faults)
    return game


def _is_manifest(file: Path) -> bool:
    return file.suffix.lower() in (".yaml", ".yml") and not file.name.startswith(".")


def _sorted_out(files: Iterable[Path]) -> LoadedGames:
    games: list[Game] = []
    failed: list[tuple[Path, ManifestError]] = []
    for file in files:
        try:
            games.append(load_game(file))
        except ManifestError as error:
            failed.append((file, error))
    taken = {game.id for game in games}
    return LoadedGames(tuple(games), tuple(_broken(file, error, taken) for file, error in failed))


def _broken(file: Path, error: ManifestError, taken: set[str]) -> BrokenGame:
    wanted = slug(file.stem)
    tries = (
        wanted if n == 1 else f"{wanted[: MAX_ID_LENGTH - 6].strip('_')}_{n}"
        for n in range(1, len(taken) + 2)
    )
    game_id = next(name for name in tries if name not in taken)
    taken.add(game_id)
    return BrokenGame(game_id, file, error)


def _document(path: Path) -> Document:
    def failure(line: int, message: str) -> ManifestError:
        return ManifestError([Mistake(path, line, "", message)])

    if path.suffix != ".yaml":
        raise failure(0, f"only files that end in .yaml are read; rename this one to {path.stem}.yaml")
    try:
        if (size_bytes := path.stat().st_size) > MAX_BYTES:
            raise failure(
                0,
                f"{size_bytes / 1e6:.0f} MB are too much; split the game, {MAX_BYTES / 1e6:.0f} MB are read",
            )
        data = path.read_bytes()
    except OSError as error:
        raise failure(0, f"the file cannot be read ({error.strerror})") from error
    try:
        return Document(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise failure(line, "this line is not UTF-8; save the file with the encoding UTF-8") from error
    except NotYamlError as error:
        raise failure(error.line, str(error)) from error
