"""How many files and connections the process may have open at once."""

from __future__ import annotations

import contextlib

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

# 1,000 attempts under way, the browsers, and the columns of some projects. Many systems begin at
# 1,024 or 256 though they allow more; beyond some 10,000 macOS refuses.
WANTED = 10_000


def raise_open_files() -> None:
    """Raise the limit as far as it is wanted and allowed; a lower one stays without a word."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
