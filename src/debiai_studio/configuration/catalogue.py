"""Every setting there is: its name, where it can be set, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text",
    "boolean",
    "count",
    "port",
    "list",
    "paths",
    "path",
    "seconds",
    "targets",
    "token",
    "url",
]

METHODS_SECTION = "EXPORT_METHODS_LIST"
# The name that DebiAI 1.0.1 ships.
METHODS_SECTION_1_0 = "EXPORT_METHODS"
METHOD_VARIABLE = "DEBIAI_EXPORT_METHOD_"
METHOD_OPTION = "--export-method"

# The documented name, and the one that DebiAI 1.0.1 ships; variables likewise.
PROVIDERS_SECTIONS = ("DATA_PROVIDERS", "WEB_DATA_PROVIDERS")
PROVIDER_VARIABLES = ("DEBIAI_DATA_PROVIDER_", "DEBIAI_WEB_DATA_PROVIDER_")
PROVIDER_OPTION = "--data-provider"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Several ``variables`` are spellings of the same one; the first is ours.

    ``default`` and every other value is text, as a person writes it; None is "not set".
    """

    name: str
    kind: Kind
    default: str | None
    title: str
    variables: tuple[str, ...]
    section: str | None = None
    key: str | None = None
    option: str | None = None
    secret: bool = False


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

SETTINGS = (
    Setting(
        "data_folder",
        "path",
        "debiai_data",
        "Where everything is kept; relative to the current folder.",
        ("DEBIAI_DATA_FOLDER",),
        option="--data-folder",
    ),
    Setting(
        "config",
        "path",
        None,
        "The configuration file; unless set, config.ini in the data folder when there is one.",
        ("DEBIAI_CONFIG",),
        option="--config",
    ),
    Setting(
        "host",
        "text",
        "127.0.0.1",
        "The address that the server listens on.",
        ("DEBIAI_HOST",),
        "SERVER",
        "host",
        "--host",
    ),
    Setting(
        "port",
        "port",
        "3000",
        "The port; 0 lets the system choose. Unless set, the next free one from 3000 on.",
        ("DEBIAI_PORT",),
        "SERVER",
        "port",
        "--port",
    ),
    Setting(
        "browser",
        "boolean",
        "true",
        "Open the browser at the start.",
        ("DEBIAI_BROWSER",),
        "SERVER",
        "browser",
        "--no-browser",
    ),
    Setting(
        "allowed_hosts",
        "list",
        None,
        "Further host names that the server answers to, such as that of a reverse proxy.",
        ("DEBIAI_ALLOWED_HOSTS",),
        "SERVER",
        "allowed_hosts",
        option="--allowed-host",
    ),
    Setting(
        "public_url",
        "url",
        None,
        "The server as receivers reach it, for addresses of ids; unless set, only on this machine.",
        ("DEBIAI_PUBLIC_URL",),
        "SERVER",
        "public_url",
    ),
    Setting(
        "token",
        "token",
        None,
        "The token that every request must carry when others can reach the server.",
        ("DEBIAI_TOKEN",),
        "SERVER",
        "token",
        secret=True,
    ),
    Setting(
        "insecure",
        "boolean",
        "false",
        "Let everybody who can reach the server use it without a token.",
        ("DEBIAI_INSECURE",),
        "SERVER",
        "insecure",
        "--insecure",
    ),
    Setting(
        "behind_proxy",
        "boolean",
        "false",
        "Others reach the server through a reverse proxy: guard a loopback address like any other.",
        ("DEBIAI_BEHIND_PROXY",),
        "SERVER",
        "behind_proxy",
        "--behind-proxy",
    ),
    Setting(
        "request_megabytes",
        "count",
        "256",
        "Largest request in megabytes, uploads of files excepted; 0: no limit.",
        ("DEBIAI_REQUEST_MEGABYTES",),
        "SERVER",
        "request_megabytes",
    ),
    Setting(
        "upload_megabytes",
        "count",
        "0",
        "Largest file that may be uploaded, in megabytes; 0: no limit.",
        ("DEBIAI_UPLOAD_MEGABYTES",),
        "SERVER",
        "upload_megabytes",
    ),
    Setting(
        "requests_per_minute",
        "count",
        "6000",
        "Requests of one client in a minute, where others reach the server; 0: no limit.",
        ("DEBIAI_REQUESTS_PER_MINUTE",),
        "SERVER",
        "requests_per_minute",
    ),
    Setting(
        "exports_per_minute",
        "count",
        "600",
        "Exports, tests and new methods of one client in a minute, where others do; 0: no limit.",
        ("DEBIAI_EXPORTS_PER_MINUTE",),
        "SERVER",
        "exports_per_minute",
    ),
    Setting(
        "catalogue",
        "text",
        None,
        "Address of a PostgreSQL database for the catalogue; unless set, SQLite.",
        ("DEBIAI_CATALOGUE",),
        "STORAGE",
        "catalogue",
        secret=True,
    ),
    Setting(
        "secret_key",
        "text",
        None,
        "Key that secrets are encrypted with; unless set, the file studio/secret.key.",
        ("DEBIAI_SECRET_KEY",),
        secret=True,
    ),
    Setting(
        "creation",
        "boolean",
        "true",
        "Whether export methods can be made in the page.",
        ("DEBIAI_EXPORT_METHODS_CREATION_ENABLED", "DEBIAI_EXPORT_METHODS_ALLOW_CREATION"),
        "EXPORT_METHODS_CONFIG",
        "creation",
    ),
    Setting(
        "deletion",
        "boolean",
        "true",
        "Whether export methods can be deleted in the page.",
        ("DEBIAI_EXPORT_METHODS_DELETION_ENABLED", "DEBIAI_EXPORT_METHODS_ALLOW_DELETION"),
        "EXPORT_METHODS_CONFIG",
        "deletion",
    ),
    Setting(
        "file_folders",
        "paths",
        None,
        "Folders besides exports in the data folder that file methods of the page may write to.",
        ("DEBIAI_FILE_EXPORT_FOLDERS",),
        "EXPORT_METHODS_CONFIG",
        "file_folders",
    ),
    Setting(
        "allowed_targets",
        "targets",
        None,
        "Private addresses that methods and data providers of the page may reach.",
        ("DEBIAI_EXPORT_ALLOWED_TARGETS",),
        "EXPORT_METHODS_CONFIG",
        "allowed_targets",
    ),
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
        "reference_hours",
        "count",
        "168",
        "Hours for which an address of ids is good (large=reference).",
        ("DEBIAI_REFERENCE_HOURS",),
        "EXPORT_METHODS_CONFIG",
        "reference_hours",
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
        "spool_hours",
        "count",
        "168",
        "Hours after which an unused rendered document is removed until it is sent; 0: no limit.",
        ("DEBIAI_SPOOL_HOURS",),
        "STORAGE",
        "spool_hours",
    ),
    Setting(
        "spool_megabytes",
        "count",
        "10000",
        "Megabytes of rendered documents, of which the longest unused go first; 0: no limit.",
        ("DEBIAI_SPOOL_MEGABYTES",),
        "STORAGE",
        "spool_megabytes",
    ),
    Setting(
        "retry_schedule",
        "seconds",
        "5, 300, 1800, 7200, 18000, 36000, 36000",
        "Seconds to wait before each further attempt to deliver.",
        ("DEBIAI_RETRY_SCHEDULE",),
        "EXPORT_METHODS_CONFIG",
        "retry_schedule",
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

# Further names of sections: those that DebiAI's documentation has where 1.0.1 ships others.
SECTION_SPELLINGS = {"PYTHON_MODULE_DATA_PROVIDER": LOCAL_SECTION}

# Read by tests of crashes, never by a person.
INTERNAL_VARIABLES = ("DEBIAI_FAILPOINT",)
