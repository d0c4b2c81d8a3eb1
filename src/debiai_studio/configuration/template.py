"""The commented configuration file that ``debiai config init`` writes."""

from __future__ import annotations

from debiai_studio.configuration.algo_providers import SECTION
from debiai_studio.configuration.catalogue import METHODS_SECTION, PROVIDERS_SECTIONS, SETTINGS

_HEAD = """\
# Configuration of DebiAI Studio.
# A line that begins with # or ; is a comment; inside a value both are ordinary characters.
# The command line and the environment win over this file.
"""

_METHODS = f"""
[{METHODS_SECTION}]
# The places that selections and ranges can be sent to, one per line; names keep their case.
# Parameters may be followed by options: key=value. ${{NAME}} reads the environment, and a value
# that begins with file: is read from that file. A value with a comma is put in "...".
#
# HTTP POST:  name = post, <URL>
; My_PostHTTP_export_method1 = post, http://localhost:3012/export/
; My_PostHTTP_export_method2 = post, https://example.org/in, header.Authorization=${{TOKEN}}
# Kafka:      name = kafka, <broker>, <topic>
; My_Kafka_export_method = kafka, kafka.svc.local:9092, My_Kafka_topic
# File:       name = file, <folder>
; My_File_export_method = file, selections
"""

_PROVIDERS = f"""
[{PROVIDERS_SECTIONS[0]}]
# Data providers, one per line: name = URL. ${{NAME}} reads the environment.
; My_data_provider = http://localhost:8000/
"""

_ALGO_PROVIDERS = f"""
[{SECTION}]
# Services that offer algorithms, one per line: name = URL
; My_algo_provider = http://localhost:8000
"""


def template() -> str:
    """The file: every setting with its meaning and default, commented out."""
    parts = [_HEAD]
    for section in dict.fromkeys(s.section for s in SETTINGS if s.section):
        parts.append(f"\n[{section}]\n")
        for setting in SETTINGS:
            if setting.section == section:
                parts.append(f"# {setting.title}\n")
                parts.append(f"; {setting.key} = {setting.default or ''}".rstrip() + "\n")
    return "".join([*parts, _METHODS, _PROVIDERS, _ALGO_PROVIDERS])
