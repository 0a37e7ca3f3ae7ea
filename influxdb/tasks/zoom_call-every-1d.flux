// Made by "npm run docs" from src/rollups. "qss-bridge setup" creates this task; changes made here are lost.
import "contrib/qxip/hash"
import "date"
import "dict"

option task = {name: "qss-bridge: zoom_call every 1d into zoom_rollup", every: 1d, offset: 11700s}

today = date.truncate(t: now(), unit: 1d)

// What a sum of a raw field is called.
names =
    dict.fromList(
        pairs: [
            {key: "poor count", value: "samples"},
            {key: "poor sum", value: "poor"},
            {key: "poor distinct", value: "calls"},
            {key: "mos mean", value: "mos_mean"},
            {key: "mos sum", value: "mos_sum"},
            {key: "mos count", value: "mos_samples"},
            {key: "mos min", value: "mos_min"},
            {key: "mos p5", value: "mos_p5"},
            {key: "latency_ms mean", value: "latency_mean_ms"},
            {key: "jitter_ms mean", value: "jitter_mean_ms"},
            {key: "loss_avg_pct mean", value: "loss_mean_pct"},
            {key: "loss_max_pct max", value: "loss_max_pct"},
            {key: "latency_ms sum", value: "latency_sum_ms"},
            {key: "latency_ms count", value: "latency_samples"},
            {key: "jitter_ms sum", value: "jitter_sum_ms"},
            {key: "jitter_ms count", value: "jitter_samples"},
            {key: "loss_avg_pct sum", value: "loss_sum_pct"},
            {key: "loss_avg_pct count", value: "loss_samples"},
        ],
    )

// The storage does this grouping.
read = (start, stop, fields) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_call")
        |> filter(fn: fields)
        |> group(columns: ["account_id", "party", "direction", "_field"])
        |> keep(columns: ["account_id", "party", "direction", "_field", "_time", "_value"])

// Whom the samples are from.
readPeople = (start, stop) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_call")
        |> filter(fn: (r) => r._field == "poor")
        |> group(columns: ["account_id", "party", "direction", "call"])
        // Without this, InfluxDB 2.8 counts in the storage, and tells tags of others where a series lacks one.
        |> keep(columns: ["account_id", "party", "direction", "call", "_value"])
        |> count()

// What a sum gives, of the fields that it is wanted of, in one table.
pick = (tables=<-, by, fields) =>
    tables
        |> group()
        |> filter(fn: fields)
        |> toFloat()
        |> set(key: "_by", value: by)

rollUp = (start, stop, measurement) => {
    totals = read(start: start, stop: stop, fields: (r) => r._field == "poor" or r._field == "mos" or r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct" or r._field == "loss_max_pct")

    // Every tag is written, whether or not the raw points have it.
    points =
        union(
            tables: [
                totals |> count() |> pick(by: "count", fields: (r) => r._field == "poor" or r._field == "mos" or r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                totals |> sum() |> pick(by: "sum", fields: (r) => r._field == "poor" or r._field == "mos" or r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                totals |> mean() |> pick(by: "mean", fields: (r) => r._field == "mos" or r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                totals |> min() |> pick(by: "min", fields: (r) => r._field == "mos"),
                totals |> quantile(q: 0.05, method: "exact_mean") |> pick(by: "p5", fields: (r) => r._field == "mos"),
                totals |> max() |> pick(by: "max", fields: (r) => r._field == "loss_max_pct"),
                readPeople(start: start, stop: stop)
                    |> group(columns: ["account_id", "party", "direction"])
                    |> count()
                    |> set(key: "_field", value: "poor")
                    |> pick(by: "distinct", fields: (r) => true),
            ],
        )
            |> map(
                fn: (r) => ({
                    account_id: if exists r.account_id and r.account_id != "" then r.account_id else "unknown",
                    party: if exists r.party and r.party != "" then r.party else "unknown",
                    direction: if exists r.direction and r.direction != "" then r.direction else "unknown",
                    _measurement: measurement,
                    _time: start,
                    _field: dict.get(dict: names, key: r._field + " " + r._by, default: ""),
                    _value: r._value,
                }),
            )

    return points |> to(bucket: "zoom_rollup", tagColumns: ["account_id", "party", "direction"]) |> count()
}

rollUp(
    start: date.sub(d: 1440m, from: today),
    stop: today,
    measurement: "zoom_call_1d",
)
    |> yield(name: "1d 0")

rollUp(
    start: date.sub(d: 2880m, from: today),
    stop: date.sub(d: 1440m, from: today),
    measurement: "zoom_call_1d",
)
    |> yield(name: "1d 1")

rollUp(
    start: date.sub(d: 4320m, from: today),
    stop: date.sub(d: 2880m, from: today),
    measurement: "zoom_call_1d",
)
    |> yield(name: "1d 2")
