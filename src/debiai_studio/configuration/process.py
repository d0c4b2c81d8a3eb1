"""The environment of this process, with the names of variables as they were written."""

from __future__ import annotations

import os
import sys


def process_environment() -> dict[str, str]:
    """Every variable. Python upper-cases the names on Windows; the system itself does not."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415  # there is nothing to load elsewhere

        read = ctypes.windll.kernel32.GetEnvironmentStringsW
        read.restype = ctypes.c_void_p
        free = ctypes.windll.kernel32.FreeEnvironmentStringsW
        free.argtypes = (ctypes.c_void_p,)
        address = read()
        try:
            entries: list[str] = []
            while entry := ctypes.wstring_at(address):
                entries.append(entry)
                address += (len(entry) + 1) * ctypes.sizeof(ctypes.c_wchar)
        finally:
            free(address)
        return variables(entries)
    return dict(os.environ)


def variables(entries: list[str]) -> dict[str, str]:
    """NAME=VALUE entries as a dictionary; entries such as ``=C:=…`` have no name."""
    pairs = (entry.partition("=") for entry in entries)
    return {name: value for name, _, value in pairs if name}
