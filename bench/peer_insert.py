"""Inserts the samples and results of a Parquet file into DebiAI; runs in DebiAI's environment.

Prints one JSON line: seconds, and how many samples were in when the time was up.
"""

import json
import sys
import time

import pandas as pd
from debiai import debiai

CHUNK = 5000

url, path, name, limit = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
samples = pd.read_csv(path)
results = [column for column in samples.columns if column.startswith("ridge.")]
inputs = [c for c in samples.columns if c not in ("id", "number", "arr_delay", *results)]
kinds = {c: "number" if pd.api.types.is_numeric_dtype(samples[c]) else "text" for c in inputs}

project = debiai.Debiai(url).create_project(name)
project.set_blockstructure(
    [
        {
            "name": "id",
            "groundTruth": [{"name": "arr_delay", "type": "number"}],
            "inputs": [{"name": column, "type": kinds[column]} for column in inputs],
        }
    ]
)
project.set_expected_results([{"name": c.split(".")[1], "type": "number"} for c in results])
start = time.perf_counter()
done = 0
for first in range(0, len(samples), CHUNK):
    project.add_samples_pd(samples.iloc[first : first + CHUNK][["id", *inputs, "arr_delay"]])
    done = min(len(samples), first + CHUNK)
    if time.perf_counter() - start > limit:
        break
stopped = done < len(samples)
if not stopped:
    model = samples[["id", *results]].rename(columns={c: c.split(".")[1] for c in results})
    # Its client refuses NaN in results; None is what it documents.
    model = model.astype(object).where(model.notna(), None)
    project.create_model("ridge").add_results_df(model)
print(json.dumps({"seconds": time.perf_counter() - start, "rows": done, "stopped": stopped}))
