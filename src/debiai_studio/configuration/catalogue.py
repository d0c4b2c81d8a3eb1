"""Every setting there is: its name, where it can be set, and what it means."""

from __future__ import annotations

from debiai_studio.configuration.provider_settings import LOCAL_SECTION, PROVIDER_SETTINGS
from debiai_studio.configuration.setting import Setting

METHODS_SECTION = "EXPORT_METHODS_LIST"
# The name that DebiAI 1.0.1 ships.
METHODS_SECTION_1_0 = "EXPORT_METHODS"
METHOD_VARIABLE = "DEBIAI_EXPORT_METHOD_"
METHOD_OPTION = "--export-method"

# The documented name, and the one that DebiAI 1.0.1 ships; variables likewise.
PROVIDERS_SECTIONS = ("DATA_PROVIDERS", "WEB_DATA_PROVIDERS")
PROVIDER_VARIABLES = ("DEBIAI_DATA_PROVIDER_", "DEBIAI_WEB_DATA_PROVIDER_")
PROVIDER_OPTION = "--data-provider"

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
    *PROVIDER_SETTINGS,
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
)

# Further names of sections: those that DebiAI's documentation has where 1.0.1 ships others.
SECTION_SPELLINGS = {"PYTHON_MODULE_DATA_PROVIDER": LOCAL_SECTION}

# Read by tests of crashes, never by a person.
INTERNAL_VARIABLES = ("DEBIAI_FAILPOINT",)
