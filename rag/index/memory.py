"""How much memory this process has needed."""

from __future__ import annotations

import sys


def peak_memory_bytes() -> int:
    """The most memory that this process has held at once since it began (its resident set)."""
    try:
        import resource
    except ImportError:  # Windows keeps it elsewhere
        import psutil  # type: ignore[import-untyped]

        return int(psutil.Process().memory_info().peak_wset)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
