"""The settings about projects and algorithms: those kept here, and those of providers."""

from __future__ import annotations

from debiai_studio.configuration.setting import Setting

# Of the projects kept here: what DebiAI's integrated data provider lets others do.
LOCAL_SECTION = "INTEGRATED_DATA_PROVIDER"
_ALLOWED = (
    ("create_projects", "Whether projects can be made, by imports and by DebiAI's client."),
    ("delete_projects", "Whether projects can be deleted."),
    ("insert_data", "Whether samples can be added, changed and deleted."),
    ("create_selections", "Whether selections can be saved, updated and renamed."),
    ("delete_selections", "Whether selections and versions of them can be deleted."),
    ("create_models", "Whether models can be made."),
    ("delete_models", "Whether models can be deleted."),
    ("insert_results", "Whether models can get results, answers of receivers included."),
)

PROVIDER_SETTINGS = (
    Setting(
        "provider_creation",
        "boolean",
        "true",
        "Whether data providers can be added in the page.",
        ("DEBIAI_DATA_PROVIDERS_ALLOW_CREATION",),
        "DATA_PROVIDERS_CONFIG",
        "creation",
    ),
    Setting(
        "provider_deletion",
        "boolean",
        "true",
        "Whether data providers can be removed in the page.",
        ("DEBIAI_DATA_PROVIDERS_ALLOW_DELETION",),
        "DATA_PROVIDERS_CONFIG",
        "deletion",
    ),
    Setting(
        "provider_timeout",
        "count",
        "60",
        "Seconds that a data provider may take to begin an answer.",
        ("DEBIAI_DATA_PROVIDERS_TIMEOUT",),
        "DATA_PROVIDERS_CONFIG",
        "timeout",
    ),
    Setting(
        "provider_cache",
        "boolean",
        "true",
        "Whether lists of projects of data providers are kept for a while.",
        ("DEBIAI_WEB_DATA_PROVIDERS_CACHE_ENABLED",),
        "WEB_DATA_PROVIDERS_CONFIG",
        "cache",
    ),
    Setting(
        "provider_cache_duration",
        "count",
        "120",
        "Seconds for which they are kept.",
        ("DEBIAI_WEB_DATA_PROVIDERS_CACHE_DURATION",),
        "WEB_DATA_PROVIDERS_CONFIG",
        "cache_duration",
    ),
    Setting(
        "algo_integrated",
        "boolean",
        "true",
        "Whether the built-in algorithms, and those of installed packages, are offered.",
        ("DEBIAI_ALGO_PROVIDERS_ENABLE_INTEGRATED",),
        "ALGO_PROVIDERS_CONFIG",
        "enable_integrated",
    ),
    Setting(
        "algo_creation",
        "boolean",
        "true",
        "Whether algo-providers can be added in the page.",
        ("DEBIAI_ALGO_PROVIDERS_ALLOW_CREATION",),
        "ALGO_PROVIDERS_CONFIG",
        "creation",
    ),
    Setting(
        "algo_deletion",
        "boolean",
        "true",
        "Whether algo-providers can be deleted in the page.",
        ("DEBIAI_ALGO_PROVIDERS_ALLOW_DELETION",),
        "ALGO_PROVIDERS_CONFIG",
        "deletion",
    ),
    Setting(
        "local_enabled",
        "boolean",
        "true",
        "Whether the projects kept here are served.",
        ("DEBIAI_INTEGRATED_DATA_PROVIDER_ENABLED", "DEBIAI_PYTHON_MODULE_DATA_PROVIDER_ENABLED"),
        LOCAL_SECTION,
        "enabled",
    ),
    *(
        Setting(
            f"allow_{what}",
            "boolean",
            "true",
            title,
            (f"DEBIAI_INTEGRATED_DP_ALLOW_{what.upper()}",),
            LOCAL_SECTION,
            f"allow_{what}",
        )
        for what, title in _ALLOWED
    ),
)
