"""Where templates are: in this package, and in a user's folder that adds to them or takes their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.comfyui.offers import GIVEN
from asset_pipeline.providers.comfyui.template import Template, read_template
from asset_pipeline.providers.operations import Operation

# The first model that can do an operation is its default; models of a user's folder follow in the order of their names.
_ORDER = ("sdxl", "flux-dev", "flux-schnell", "qwen-image", "birefnet", "qwen-image-layered")
_HONOURED = frozenset(GIVEN) - {
    "image",
    "mask",
    "width_px",
    "height_px",
    "longest_px",
    "layer_count",
    "colours",
}


@dataclass(frozen=True)
class Library:
    """Every template there is.

    Attributes:
        templates: by name.
        prefer: models that come before all others, in order.
    """

    templates: Mapping[str, Template]
    prefer: tuple[str, ...] = ()

    def cards(self) -> tuple[ModelCard, ...]:
        """List the models; the first that fits an operation is that operation's default."""
        return tuple(_card(model, self.of(model)) for model in self._models() if self._serves(model))

    def of(self, model: str) -> tuple[Template, ...]:
        """List the templates of a model."""
        return tuple(template for template in self.templates.values() if template.model == model)

    def find(self, model: str, operation: Operation) -> Template | None:
        """Return the template with which *model* does *operation*."""
        fitting = (template for template in self.of(model) if operation in template.operations)
        return next(fitting, None)

    def _models(self) -> list[str]:
        first = (*self.prefer, *_ORDER)
        names = {template.model for template in self.templates.values()}
        listed = [name for name in dict.fromkeys(first) if name in names]
        return listed + sorted(names - set(listed))

    def _serves(self, model: str) -> bool:
        return any(template.operations for template in self.of(model))


def open_library(folder: Path | None = None, prefer: Sequence[str] = ()) -> Library:
    """Read the templates of this package and of *folder*, where a file of the same name takes another's place.

    Raises:
        ConfigError: the folder is none, or files in it are wrong; lists every mistake of every file.
    """
    templates = dict(_packaged())
    if folder is not None:
        templates.update(_read_folder(folder))
    library = Library(templates, tuple(prefer))
    if unknown := sorted(set(prefer) - {template.model for template in templates.values()}):
        raise ConfigError(f"ComfyUI: there is no model {', '.join(unknown)} to prefer")
    if twice := _twice(library):
        raise ConfigError("\n".join(twice))
    return library


def is_ours(template: Template) -> bool:
    """Tell whether *template* is one of this package, unchanged."""
    return _packaged().get(template.name) == template


@cache
def _packaged() -> Mapping[str, Template]:
    """Read the package's own templates, once."""
    folder = files("asset_pipeline.providers.comfyui") / "templates"
    found = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".json"))
    templates = [read_template(Path(name), entry.read_text(encoding="utf-8")) for name, entry in found]
    return {template.name: template for template in templates}


def _read_folder(folder: Path) -> dict[str, Template]:
    if not folder.is_dir():
        raise ConfigError(f"ComfyUI: the templates' folder {folder} is no folder")
    read, wrong = {}, []
    for file in sorted(folder.glob("*.json")):
        try:
            read[file.stem] = read_template(file, file.read_text(encoding="utf-8"))
        except (ConfigError, OSError, UnicodeError) as error:
            wrong.append(
                str(error) if isinstance(error, ConfigError) else f"{file}: cannot be read ({error})"
            )
    if wrong:
        raise ConfigError("\n".join(wrong))
    return read


def _twice(library: Library) -> list[str]:
    """Find operations that two templates of one model claim: which one is meant could not be told."""
    claims: dict[tuple[str, Operation], list[str]] = {}
    for template in library.templates.values():
        for operation in template.operations:
            claims.setdefault((template.model, operation), []).append(template.name)
    return [
        f"ComfyUI: the templates {' and '.join(names)} both do {operation} for the model {model!r}; "
        "rename the model of one, or give a file the name of the template that it is to replace"
        for (model, operation), names in claims.items()
        if len(names) > 1
    ]


def _card(model: str, templates: Sequence[Template]) -> ModelCard:
    """Sum up a model's templates; what only one of them honours is checked again when it is planned."""
    served = [template for template in templates if template.operations]
    return ModelCard(
        name=model,
        operations=frozenset(operation for template in served for operation in template.operations),
        honours=frozenset(name for template in served for name in template.parameters) & _HONOURED,
        sizes=served[0].sizes,
        keeps_alpha=all(template.keeps_alpha for template in served),
    )


def card_of(template: Template) -> ModelCard:
    """Describe what this one template can do."""
    return _card(template.model, [template])
