"""DebiAI Studio: explore data and models, select the samples that matter, send them on."""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__"]
