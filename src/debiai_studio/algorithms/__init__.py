"""Algorithms: what they take, how they are run, and what becomes of what they give back."""

from __future__ import annotations

from debiai_studio.algorithms.hints import Features, Numbers, Progress, Values

__all__ = ["Features", "Numbers", "Progress", "Values"]
