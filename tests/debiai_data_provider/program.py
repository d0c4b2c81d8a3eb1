"""A data provider made with DebiAI's package: one project by a class, one of Parquet files.

Run by the Python that has the package: ``program.py PORT FOLDER``. It makes the files, too.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from debiai_data_provider.data_provider import DataProvider
from debiai_data_provider.models.project import DebiAIProject
from debiai_data_provider.providers.parquet_data_provider import ParquetDataProvider

N_SAMPLES = 230


class Numbers(DebiAIProject):
    creation_date = "2025-01-02"
    update_date = "2025-03-04"

    def get_structure(self):
        return {
            "half": {"type": "number", "category": "input", "group": "numbers"},
            "name": {"type": "text", "category": "context"},
            "is_even": {"type": "bool", "category": "groundtruth"},
            "pair": {"type": "list"},
        }

    def get_results_structure(self):
        return {"guess": {"type": "number"}, "class": {"type": "text"}}

    def get_nb_samples(self):
        return N_SAMPLES

    def get_samples_ids(self):
        return list(range(N_SAMPLES))

    def get_data(self, samples_ids):
        rows = {
            "Data ID": list(samples_ids),
            "half": [id_ / 2 for id_ in samples_ids],
            "name": [f"number {id_}" for id_ in samples_ids],
            "is_even": [id_ % 2 == 0 for id_ in samples_ids],
            "pair": [[id_, -id_] for id_ in samples_ids],
        }
        return pd.DataFrame(rows, dtype=object)

    def get_models(self):
        ids = self.get_model_evaluated_data_id_list("guesser")
        return [{"id": "guesser", "name": "The guesser", "nb_results": len(ids)}]

    def get_model_evaluated_data_id_list(self, model_id):  # noqa: ARG002 - its signature
        return list(range(0, N_SAMPLES, 3))

    def get_model_results(self, model_id, sample_ids):  # noqa: ARG002 - its signature
        rows = {
            "guess": [id_ * 1.5 for id_ in sample_ids],
            "class": [f"c{id_ % 4}" for id_ in sample_ids],
        }
        return pd.DataFrame(rows)


def written(folder: Path) -> tuple[Path, Path]:
    """Samples, and results of some of them, in another order."""
    ids = [f"p{number:03d}" for number in range(N_SAMPLES)]
    samples = folder / "drives.parquet"
    speeds = [number / 4 for number in range(N_SAMPLES)]
    weather = [("sun", "rain")[number % 2] for number in range(N_SAMPLES)]
    frame = pd.DataFrame({"sample_id": ids, "speed": speeds, "weather": weather})
    # Its answer to a request with this one is an error: NaN is no JSON.
    frame.loc[17, "speed"] = float("nan")
    frame.to_parquet(samples)
    results = folder / "results"
    results.mkdir(exist_ok=True)
    scores = pd.DataFrame(
        {"sample_id": ids, "score": [number * 10.0 for number in range(N_SAMPLES)]}
    )
    scores.iloc[::-1].iloc[:150].to_parquet(results / "net.parquet")
    return samples, results


if __name__ == "__main__":
    samples, results = written(Path(sys.argv[2]))
    provider = DataProvider(
        max_sample_id_by_request=100, max_sample_data_by_request=40, max_result_by_request=25
    )
    provider.add_project(Numbers())
    provider.add_project(
        ParquetDataProvider(
            str(samples),
            sample_id_column_name="sample_id",
            name="drives of files",
            results_parquet_folder_path=str(results),
        )
    )
    provider.start_server(host="127.0.0.1", port=int(sys.argv[1]))
