"""The runner for coroutine tests comes with DebiAI Studio."""

pytest_plugins = ["debiai_studio.testing.coroutines"]
