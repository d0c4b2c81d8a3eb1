"""Drains the outbox: the dispatcher and its attempts."""
