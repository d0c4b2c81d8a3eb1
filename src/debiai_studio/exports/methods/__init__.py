"""The built-in types of export methods: one file and one line each."""

from __future__ import annotations

from debiai_studio.exports.methods.file import FileExport
from debiai_studio.exports.methods.http_post import HttpPost
from debiai_studio.exports.methods.kafka import KafkaTopic

BUILT_IN = (HttpPost, KafkaTopic, FileExport)
