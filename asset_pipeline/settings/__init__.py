"""The environment, read once: variables in, one frozen :class:`Settings` out.

Everything that can be configured from outside is named in ``variables`` and in ``.env.example`` (a test holds the two
together). Nothing else in the package reads the environment.
"""

from asset_pipeline.settings.model import (
    OPERATIONS,
    PROVIDERS,
    BudgetSettings,
    OperationName,
    ProviderName,
    S3Settings,
    Settings,
)
from asset_pipeline.settings.ready import missing_for
from asset_pipeline.settings.variables import VARIABLES, Variable

__all__ = [
    "OPERATIONS",
    "PROVIDERS",
    "VARIABLES",
    "BudgetSettings",
    "OperationName",
    "ProviderName",
    "S3Settings",
    "Settings",
    "Variable",
    "missing_for",
]
