"""Every variable that is read: its name, an example, what it is for, and which values it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

PROVIDER_PREFIXES = ("RUNPOD_", "SCENARIO_", "COMFYUI_")


def one_of(*allowed: str) -> Callable[[str], str | None]:
    """Return a check for a closed set of values."""
    return lambda value: None if value in allowed else f"{value!r} is not one of {' | '.join(allowed)}"


def whole(low: int, high: int) -> Callable[[str], str | None]:
    """Return a check for a whole number."""

    def check(value: str) -> str | None:
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return None
        return f"{value!r} is not a whole number from {low} to {high}"

    return check


def url(value: str) -> str | None:
    """Check for an address of HTTP; one with a password is not quoted, since addresses are shown in the UI."""
    if "@" in value.partition("://")[2].partition("/")[0]:
        return "an address holds no user or password; there are variables of their own for keys and tokens"
    if not value.startswith(("http://", "https://")):
        return f"{value!r} does not begin with http:// or https://"
    return None


def _origin(value: str) -> str | None:
    path = value.partition("://")[2].partition("/")[2]
    return url(value) or (f"{value!r} has a path; the page wants a host of its own" if path else None)


def _usd(value: str) -> str | None:
    try:
        good = Decimal(value).is_finite() and Decimal(value) >= 0
    except InvalidOperation:
        good = False
    return None if good else f"{value!r} is no amount of US dollars from 0"


def _rate(value: str) -> str | None:
    return f"{value!r} is no number above 0" if _usd(value) or Decimal(value) == 0 else None


def _pairs(value: str) -> str | None:
    wrong = [part for part in value.split(",") if not part.partition("=")[0].strip() or "=" not in part]
    return f"{wrong[0]!r} is no name=value" if wrong else None


_parallel = whole(1, 1000)


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    Attributes:
        name: as it is set.
        example: a value that is accepted.
        about: what it is for.
        secret: its value is shown nowhere.
        check: says what is wrong with a value, where that is told from the value alone.
    """

    name: str
    example: str
    about: str
    secret: bool = False
    check: Callable[[str], str | None] | None = None


VARIABLES: tuple[Variable, ...] = (
    Variable("ASSET_PIPELINE_ENV", "local", "Which environment this is: local, staging or production."),
    Variable("ASSET_PIPELINE_GAMES_DIR", "games", "Folder of the games' YAML files."),
    Variable(
        "ASSET_PIPELINE_GAMES", "*", "Which games to load: file names without .yaml, as globs, by comma."
    ),
    Variable("ASSET_PIPELINE_STORE", ".local/store", "Where pictures go: a folder, or s3://bucket/prefix."),
    Variable(
        "ASSET_PIPELINE_PUBLIC_BASE_URL", "https://art.example.com", "Where a browser can read the store."
    ),
    Variable(
        "ASSET_PIPELINE_REVIEW_URL",
        "https://review.example.com",
        "Where people open the review page, behind a proxy that asks who they are.",
        check=_origin,
    ),
    Variable(
        "ASSET_PIPELINE_JOURNAL",
        "sqlite:///.local/journal.db",
        "Where paid work is written down: a SQLite file, or PostgreSQL for several machines.",
        secret=True,
    ),
    Variable("ASSET_PIPELINE_BUDGET_RUN_USD", "5", "What one run may cost.", check=_usd),
    Variable("ASSET_PIPELINE_BUDGET_GAME_USD", "50", "What one game may cost in all.", check=_usd),
    Variable("ASSET_PIPELINE_BUDGET_MONTH_USD", "200", "What all games may cost in a month.", check=_usd),
    Variable(
        "ASSET_PIPELINE_LICENCES",
        "commercial",
        "Which models: any, or commercial: only those known to allow art for sale.",
    ),
    Variable("ASSET_PIPELINE_MAX_CONCURRENT", "32", "Steps of one run side by side; most of them only wait."),
    Variable("ASSET_PIPELINE_S3_ENDPOINT_URL", "https://s3.example.com", "S3 server; leave out for AWS."),
    Variable("ASSET_PIPELINE_S3_REGION", "us-east-1", "Region of the bucket; R2 wants auto."),
    Variable(
        "ASSET_PIPELINE_S3_PATH_STYLE", "true", "Bucket in the path (MinIO, Ceph), not in the host name."
    ),
    Variable(
        "ASSET_PIPELINE_S3_CHECKSUMS", "when_required", "when_supported on AWS, when_required elsewhere."
    ),
    Variable("ASSET_PIPELINE_S3_PRESIGN_SECONDS", "3600", "Life of links into a private bucket, in seconds."),
    Variable("AWS_ACCESS_KEY_ID", "AKEXAMPLE", "Key of the S3 store.", secret=True),
    Variable("AWS_SECRET_ACCESS_KEY", "change-me", "Secret of the S3 store.", secret=True),
    Variable("AWS_SESSION_TOKEN", "change-me", "Comes with a temporary key and secret.", secret=True),
    Variable(
        "IMAGE_GENERATION_PROVIDER",
        "local",
        "Who draws: local, scenario, runpod or comfyui; several by comma are fallbacks, in order.",
    ),
    *(
        Variable(
            f"ASSET_PIPELINE_{operation.upper()}",
            example,
            f"Who does {operation}, whatever a manifest says; fallbacks by comma.",
        )
        for operation, example in (
            ("text_to_image", "runpod,scenario"),
            ("image_to_image", "scenario"),
            ("remove_background", "local"),
            ("decompose_layers", "scenario"),
        )
    ),
    Variable("RUNPOD_API_KEY", "change-me", "RunPod key.", secret=True),
    Variable("RUNPOD_FLUX_ENDPOINT_ID", "abc123flux", "RunPod endpoint with Flux; preferred."),
    Variable(
        "RUNPOD_FLUX_FIELDS",
        "image=init_image,denoise_strength=strength",
        "How that endpoint's worker spells its input, by our words; several by comma, an empty name for none.",
        check=_pairs,
    ),
    Variable("RUNPOD_SDXL_ENDPOINT_ID", "abc123sdxl", "RunPod endpoint with SDXL; the fallback."),
    Variable("RUNPOD_BG_REMOVAL_ENDPOINT_ID", "abc123rembg", "RunPod endpoint that removes backgrounds."),
    Variable("RUNPOD_BG_REMOVAL_FIELD", "image", "Name of the picture in that endpoint's input."),
    Variable(
        "RUNPOD_BG_REMOVAL_ENCODING",
        "base64",
        "How that endpoint takes the picture: base64 or data_uri.",
        check=one_of("base64", "data_uri"),
    ),
    Variable("RUNPOD_COMFYUI_ENDPOINT_ID", "abc123comfy", "RunPod endpoint with worker-comfyui."),
    Variable(
        "RUNPOD_PUBLIC_ENDPOINTS",
        "false",
        "Whether RunPod's hosted models, paid by the picture, may be used: true or false.",
        check=one_of("true", "false"),
    ),
    Variable("RUNPOD_GPU", "4090", "GPU of your endpoints, for estimates of their cost."),
    Variable("RUNPOD_BASE_URL", "https://api.runpod.ai", "RunPod's job host.", check=url),
    Variable("RUNPOD_MAX_PARALLEL", "10", "RunPod jobs in flight, over all machines.", check=_parallel),
    Variable("SCENARIO_API_KEY", "change-me", "Scenario.com key.", secret=True),
    Variable("SCENARIO_SECRET_API_KEY", "change-me", "Scenario.com secret.", secret=True),
    Variable("SCENARIO_PROJECT_ID", "proj_abc123", "Scenario project, where the key has several."),
    Variable("SCENARIO_USD_PER_CU", "0.009", "What one creative unit of your plan costs.", check=_usd),
    Variable("SCENARIO_BASE_URL", "https://api.cloud.scenario.com/v1", "Scenario's API.", check=url),
    Variable("SCENARIO_MAX_PARALLEL", "4", "Scenario jobs in flight, over all machines.", check=_parallel),
    Variable(
        "SCENARIO_MAX_PER_SECOND", "1", "Scenario submissions a second, over all machines.", check=_rate
    ),
    Variable("COMFYUI_URL", "https://comfy.example.com", "A ComfyUI server; its port is 8188.", check=url),
    Variable("COMFYUI_TOKEN", "change-me", "Bearer token of the proxy before it.", secret=True),
    Variable("COMFYUI_MODEL", "flux-dev", "Which of its models draws where a manifest names none."),
    Variable(
        "COMFYUI_MODEL_FILES",
        "flux1-dev.safetensors=flux1-dev-fp8.safetensors",
        "Names of its files of weights, by the names in our templates; several by comma.",
        check=_pairs,
    ),
    Variable("COMFYUI_TEMPLATES_DIR", "workflows", "Folder of workflow templates of your own."),
    Variable("COMFYUI_USD_PER_SECOND", "0.00031", "What a second of that server costs.", check=_usd),
    Variable("COMFYUI_MAX_PARALLEL", "2", "ComfyUI jobs in flight, over all machines.", check=_parallel),
)


def variable(name: str) -> Variable:
    """Return the variable called *name*."""
    return next(variable for variable in VARIABLES if variable.name == name)
