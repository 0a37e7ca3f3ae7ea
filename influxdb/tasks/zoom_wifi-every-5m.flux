// Made by "npm run docs" from src/rollups. "qss-bridge setup" creates this task; changes made here are lost.
import "contrib/qxip/hash"
import "date"
import "dict"

option task = {name: "qss-bridge: zoom_wifi every 5m into zoom_rollup", every: 5m, offset: 140s}

stop = date.truncate(t: now(), unit: 5m)
runningHour = date.truncate(t: date.sub(d: 5m, from: stop), unit: 1h)

// What a sum of a raw field is called.
names =
    dict.fromList(
        pairs: [
            {key: "rssi_avg_dbm count", value: "samples"},
            {key: "rssi_avg_dbm below", value: "weak"},
            {key: "rssi_avg_dbm distinct", value: "participants"},
            {key: "rssi_avg_dbm mean", value: "rssi_mean_dbm"},
            {key: "rssi_avg_dbm p5", value: "rssi_p5_dbm"},
        ],
    )

// The storage does this grouping.
read = (start, stop, fields) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_wifi")
        |> filter(fn: fields)
        |> group(columns: ["account_id", "source", "site", "location", "_field"])
        |> keep(columns: ["account_id", "source", "site", "location", "_field", "_time", "_value"])

// Whom the samples are from.
readPeople = (start, stop) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_wifi")
        |> filter(fn: (r) => r._field == "rssi_avg_dbm")
        |> group(columns: ["account_id", "source", "site", "location", "meeting", "participant"])
        // Without this, InfluxDB 2.8 counts in the storage, and tells tags of others where a series lacks one.
        |> keep(columns: ["account_id", "source", "site", "location", "meeting", "participant", "_value"])
        |> count()

// What a sum gives, of the fields that it is wanted of, in one table.
pick = (tables=<-, by, fields) =>
    tables
        |> group()
        |> filter(fn: fields)
        |> toFloat()
        |> set(key: "_by", value: by)

rollUp = (start, stop, measurement) => {
    totals = read(start: start, stop: stop, fields: (r) => r._field == "rssi_avg_dbm")

    // Every tag is written, whether or not the raw points have it.
    points =
        union(
            tables: [
                totals |> count() |> pick(by: "count", fields: (r) => r._field == "rssi_avg_dbm"),
                totals |> filter(fn: (r) => r._value < -75.0, onEmpty: "keep") |> count() |> pick(by: "below", fields: (r) => r._field == "rssi_avg_dbm"),
                totals |> mean() |> pick(by: "mean", fields: (r) => r._field == "rssi_avg_dbm"),
                totals |> quantile(q: 0.05, method: "exact_mean") |> pick(by: "p5", fields: (r) => r._field == "rssi_avg_dbm"),
                readPeople(start: start, stop: stop)
                    |> group(columns: ["account_id", "source", "site", "location"])
                    |> count()
                    |> set(key: "_field", value: "rssi_avg_dbm")
                    |> pick(by: "distinct", fields: (r) => true),
            ],
        )
            |> map(
                fn: (r) => ({
                    account_id: if exists r.account_id and r.account_id != "" then r.account_id else "unknown",
                    source: if exists r.source and r.source != "" then r.source else "unknown",
                    site: if exists r.site and r.site != "" then r.site else "unknown",
                    location: if exists r.location and r.location != "" then r.location else "unknown",
                    _measurement: measurement,
                    _time: start,
                    _field: dict.get(dict: names, key: r._field + " " + r._by, default: ""),
                    _value: r._value,
                }),
            )

    return points |> to(bucket: "zoom_rollup", tagColumns: ["account_id", "source", "site", "location"]) |> count()
}

rollUp(
    start: date.sub(d: 5m, from: stop),
    stop: stop,
    measurement: "zoom_wifi_5m",
)
    |> yield(name: "5m 0")

rollUp(
    start: date.sub(d: 10m, from: stop),
    stop: date.sub(d: 5m, from: stop),
    measurement: "zoom_wifi_5m",
)
    |> yield(name: "5m 1")

rollUp(
    start: date.sub(d: 15m, from: stop),
    stop: date.sub(d: 10m, from: stop),
    measurement: "zoom_wifi_5m",
)
    |> yield(name: "5m 2")

rollUp(
    start: date.sub(d: 100m, from: stop),
    stop: date.sub(d: 95m, from: stop),
    measurement: "zoom_wifi_5m",
)
    |> yield(name: "5m 3")

rollUp(
    start: date.sub(d: 1440m, from: stop),
    stop: date.sub(d: 1435m, from: stop),
    measurement: "zoom_wifi_5m",
)
    |> yield(name: "5m 4")

rollUp(
    start: runningHour,
    stop: stop,
    measurement: "zoom_wifi_1h",
)
    |> yield(name: "1h 5")
