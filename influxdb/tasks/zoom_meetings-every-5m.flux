// Made by "npm run docs" from src/rollups. "qss-bridge setup" creates this task; changes made here are lost.
import "contrib/qxip/hash"
import "date"
import "dict"

option task = {name: "qss-bridge: zoom_meetings every 5m into zoom_rollup", every: 5m, offset: 180s}

stop = date.truncate(t: now(), unit: 5m)
runningHour = date.truncate(t: date.sub(d: 5m, from: stop), unit: 1h)

// What a sum of a raw field is called.
names =
    dict.fromList(
        pairs: [
            {key: "poor count", value: "samples"},
            {key: "poor sum", value: "poor"},
            {key: "poor distinct", value: "participants"},
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
        |> filter(fn: (r) => r._measurement == "zoom_qos")
        |> filter(fn: fields)
        |> group(columns: ["account_id", "source", "meeting", "_field"])
        |> keep(columns: ["account_id", "source", "meeting", "_field", "_time", "_value"])

// Whom the samples are from.
readPeople = (start, stop) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_qos")
        |> filter(fn: (r) => r._field == "poor")
        |> group(columns: ["account_id", "source", "meeting", "participant"])
        // Without this, InfluxDB 2.8 counts in the storage, and tells tags of others where a series lacks one.
        |> keep(columns: ["account_id", "source", "meeting", "participant", "_value"])
        |> count()

// What a sum gives, of the fields that it is wanted of, in one table.
pick = (tables=<-, by, fields) =>
    tables
        |> group()
        |> filter(fn: fields)
        |> toFloat()
        |> set(key: "_by", value: by)

rollUp = (start, stop, measurement) => {
    totals = read(start: start, stop: stop, fields: (r) => r._field == "poor" or r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct" or r._field == "loss_max_pct")

    // Every tag is written, whether or not the raw points have it.
    points =
        union(
            tables: [
                totals |> count() |> pick(by: "count", fields: (r) => r._field == "poor" or r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                totals |> sum() |> pick(by: "sum", fields: (r) => r._field == "poor" or r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                totals |> mean() |> pick(by: "mean", fields: (r) => r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                totals |> max() |> pick(by: "max", fields: (r) => r._field == "loss_max_pct"),
                readPeople(start: start, stop: stop)
                    |> group(columns: ["account_id", "source", "meeting"])
                    |> count()
                    |> set(key: "_field", value: "poor")
                    |> pick(by: "distinct", fields: (r) => true),
            ],
        )
            |> map(
                fn: (r) => ({
                    account_id: if exists r.account_id and r.account_id != "" then r.account_id else "unknown",
                    source: if exists r.source and r.source != "" then r.source else "unknown",
                    meeting: if exists r.meeting and r.meeting != "" then r.meeting else "unknown",
                    _measurement: measurement,
                    _time:
                        time(
                            v: int(v: start) + int(v: uint(v: hash.xxhash64(v: r.meeting)) % uint(v: 3600000000000)),
                        ),
                    _field: dict.get(dict: names, key: r._field + " " + r._by, default: ""),
                    _value: r._value,
                }),
            )
    numbers = points |> to(bucket: "zoom_rollup", tagColumns: ["account_id", "source"]) |> count()
    texts =
        points
            |> group(columns: ["account_id", "source", "meeting"])
            |> limit(n: 1)
            |> group()
            |> map(fn: (r) => ({r with _field: "meeting_text", _value: r.meeting}))
            |> to(bucket: "zoom_rollup", tagColumns: ["account_id", "source"])
            |> count()

    return union(tables: [numbers, texts])
}

rollUp(
    start: runningHour,
    stop: stop,
    measurement: "zoom_meetings_1h",
)
    |> yield(name: "1h 0")
