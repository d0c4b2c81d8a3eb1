"""The formats that come with DebiAI Studio; the first that fits a file reads it."""

from __future__ import annotations

from debiai_studio.sources.kinds.arrow import Arrow
from debiai_studio.sources.kinds.csv import Csv
from debiai_studio.sources.kinds.json import Json
from debiai_studio.sources.kinds.ndjson import NdJson
from debiai_studio.sources.kinds.parquet import Parquet
from debiai_studio.sources.ports import Kind

KINDS: tuple[Kind, ...] = (Parquet(), Arrow(), Json(), NdJson(), Csv())
