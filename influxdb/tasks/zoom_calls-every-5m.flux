// Made by "npm run docs" from src/rollups. "qss-bridge setup" creates this task; changes made here are lost.
import "contrib/qxip/hash"
import "date"
import "dict"

option task = {name: "qss-bridge: zoom_calls every 5m into zoom_rollup", every: 5m, offset: 200s}

stop = date.truncate(t: now(), unit: 5m)
runningHour = date.truncate(t: date.sub(d: 5m, from: stop), unit: 1h)

// What a sum of a raw field is called.
names =
    dict.fromList(
        pairs: [
            {key: "poor count", value: "samples"},
            {key: "poor sum", value: "poor"},
            {key: "mos mean", value: "mos_mean"},
            {key: "mos sum", value: "mos_sum"},
            {key: "mos count", value: "mos_samples"},
            {key: "mos min", value: "mos_min"},
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
        |> group(columns: ["account_id", "call", "_field"])
        |> keep(columns: ["account_id", "call", "_field", "_time", "_value"])

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
                totals |> max() |> pick(by: "max", fields: (r) => r._field == "loss_max_pct"),
            ],
        )
            |> map(
                fn: (r) => ({
                    account_id: if exists r.account_id and r.account_id != "" then r.account_id else "unknown",
                    call: if exists r.call and r.call != "" then r.call else "unknown",
                    _measurement: measurement,
                    _time:
                        time(
                            v: int(v: start) + int(v: uint(v: hash.xxhash64(v: r.call)) % uint(v: 3600000000000)),
                        ),
                    _field: dict.get(dict: names, key: r._field + " " + r._by, default: ""),
                    _value: r._value,
                }),
            )
    numbers = points |> to(bucket: "zoom_rollup", tagColumns: ["account_id"]) |> count()
    texts =
        points
            |> group(columns: ["account_id", "call"])
            |> limit(n: 1)
            |> group()
            |> map(fn: (r) => ({r with _field: "call_text", _value: r.call}))
            |> to(bucket: "zoom_rollup", tagColumns: ["account_id"])
            |> count()

    return union(tables: [numbers, texts])
}

rollUp(
    start: runningHour,
    stop: stop,
    measurement: "zoom_calls_1h",
)
    |> yield(name: "1h 0")
