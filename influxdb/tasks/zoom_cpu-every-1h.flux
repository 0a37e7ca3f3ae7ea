// Made by "npm run docs" from src/rollups. "qss-bridge setup" creates this task; changes made here are lost.
import "contrib/qxip/hash"
import "date"
import "dict"

option task = {name: "qss-bridge: zoom_cpu every 1h into zoom_rollup", every: 1h, offset: 1320s}

thisHour = date.truncate(t: now(), unit: 1h)

// What a sum of a raw field is called.
names =
    dict.fromList(
        pairs: [
            {key: "system_max_pct count", value: "samples"},
            {key: "system_max_pct at_least", value: "busy"},
            {key: "system_max_pct distinct", value: "participants"},
            {key: "system_max_pct mean", value: "system_mean_pct"},
            {key: "system_max_pct p95", value: "system_p95_pct"},
            {key: "zoom_avg_pct mean", value: "zoom_mean_pct"},
            {key: "zoom_avg_pct p95", value: "zoom_p95_pct"},
        ],
    )

// The storage does this grouping.
read = (start, stop, fields) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_cpu")
        |> filter(fn: fields)
        |> group(columns: ["account_id", "source", "site", "device", "client_version", "_field"])
        |> keep(columns: ["account_id", "source", "site", "device", "client_version", "_field", "_time", "_value"])

// Whom the samples are from.
readPeople = (start, stop) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_cpu")
        |> filter(fn: (r) => r._field == "system_max_pct")
        |> group(columns: ["account_id", "source", "site", "device", "client_version", "meeting", "participant"])
        // Without this, InfluxDB 2.8 counts in the storage, and tells tags of others where a series lacks one.
        |> keep(columns: ["account_id", "source", "site", "device", "client_version", "meeting", "participant", "_value"])
        |> count()

// What a sum gives, of the fields that it is wanted of, in one table.
pick = (tables=<-, by, fields) =>
    tables
        |> group()
        |> filter(fn: fields)
        |> toFloat()
        |> set(key: "_by", value: by)

rollUp = (start, stop, measurement) => {
    totals = read(start: start, stop: stop, fields: (r) => r._field == "system_max_pct" or r._field == "zoom_avg_pct")

    // Every tag is written, whether or not the raw points have it.
    points =
        union(
            tables: [
                totals |> count() |> pick(by: "count", fields: (r) => r._field == "system_max_pct"),
                totals |> filter(fn: (r) => r._value >= 85.0, onEmpty: "keep") |> count() |> pick(by: "at_least", fields: (r) => r._field == "system_max_pct"),
                totals |> mean() |> pick(by: "mean", fields: (r) => r._field == "system_max_pct" or r._field == "zoom_avg_pct"),
                totals |> quantile(q: 0.95, method: "exact_mean") |> pick(by: "p95", fields: (r) => r._field == "system_max_pct" or r._field == "zoom_avg_pct"),
                readPeople(start: start, stop: stop)
                    |> group(columns: ["account_id", "source", "site", "device", "client_version"])
                    |> count()
                    |> set(key: "_field", value: "system_max_pct")
                    |> pick(by: "distinct", fields: (r) => true),
            ],
        )
            |> map(
                fn: (r) => ({
                    account_id: if exists r.account_id and r.account_id != "" then r.account_id else "unknown",
                    source: if exists r.source and r.source != "" then r.source else "unknown",
                    site: if exists r.site and r.site != "" then r.site else "unknown",
                    device: if exists r.device and r.device != "" then r.device else "unknown",
                    client_version: if exists r.client_version and r.client_version != "" then r.client_version else "unknown",
                    _measurement: measurement,
                    _time: start,
                    _field: dict.get(dict: names, key: r._field + " " + r._by, default: ""),
                    _value: r._value,
                }),
            )

    return points |> to(bucket: "zoom_rollup", tagColumns: ["account_id", "source", "site", "device", "client_version"]) |> count()
}

rollUp(
    start: date.sub(d: 60m, from: thisHour),
    stop: thisHour,
    measurement: "zoom_cpu_1h",
)
    |> yield(name: "1h 0")

rollUp(
    start: date.sub(d: 120m, from: thisHour),
    stop: date.sub(d: 60m, from: thisHour),
    measurement: "zoom_cpu_1h",
)
    |> yield(name: "1h 1")

rollUp(
    start: date.sub(d: 180m, from: thisHour),
    stop: date.sub(d: 120m, from: thisHour),
    measurement: "zoom_cpu_1h",
)
    |> yield(name: "1h 2")

rollUp(
    start: date.sub(d: 1440m, from: thisHour),
    stop: date.sub(d: 1380m, from: thisHour),
    measurement: "zoom_cpu_1h",
)
    |> yield(name: "1h 3")
