// Made by "npm run docs" from src/rollups. "qss-bridge setup" creates this task; changes made here are lost.
import "contrib/qxip/hash"
import "date"
import "dict"

option task = {name: "qss-bridge: zoom_client every 5m into zoom_rollup", every: 5m, offset: 80s}

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
            {key: "latency_ms p95", value: "latency_p95_ms"},
            {key: "latency_ms max", value: "latency_max_ms"},
            {key: "jitter_ms p95", value: "jitter_p95_ms"},
            {key: "jitter_ms max", value: "jitter_max_ms"},
            {key: "loss_avg_pct p95", value: "loss_p95_pct"},
            {key: "bitrate_kbps mean", value: "bitrate_mean_kbps"},
            {key: "bitrate_kbps per_minute", value: "bandwidth_kbps"},
            {key: "frame_rate_fps mean", value: "frame_rate_mean_fps"},
            {key: "frame_rate_fps sum", value: "frame_rate_sum_fps"},
            {key: "frame_rate_fps count", value: "frame_rate_samples"},
        ],
    )

// The storage does this grouping.
read = (start, stop, fields) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_qos")
        |> filter(fn: fields)
        |> group(columns: ["account_id", "source", "device", "client_version", "media", "direction", "_field"])
        |> keep(columns: ["account_id", "source", "device", "client_version", "media", "direction", "_field", "_time", "_value"])

// Whom the samples are from.
readPeople = (start, stop) =>
    from(bucket: "zoom")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "zoom_qos")
        |> filter(fn: (r) => r._field == "poor")
        |> group(columns: ["account_id", "source", "device", "client_version", "media", "direction", "meeting", "participant"])
        // Without this, InfluxDB 2.8 counts in the storage, and tells tags of others where a series lacks one.
        |> keep(columns: ["account_id", "source", "device", "client_version", "media", "direction", "meeting", "participant", "_value"])
        |> count()

// What a sum gives, of the fields that it is wanted of, in one table.
pick = (tables=<-, by, fields) =>
    tables
        |> group()
        |> filter(fn: fields)
        |> toFloat()
        |> set(key: "_by", value: by)

rollUp = (start, stop, measurement) => {
    minutes = float(v: int(v: stop) - int(v: start)) / 60000000000.0
    spread = read(start: start, stop: stop, fields: (r) => r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct" or r._field == "loss_max_pct")
    totals = read(start: start, stop: stop, fields: (r) => r._field == "poor" or r._field == "bitrate_kbps" or r._field == "frame_rate_fps")
    totalsSummed = totals |> sum()

    // Every tag is written, whether or not the raw points have it.
    points =
        union(
            tables: [
                spread |> mean() |> pick(by: "mean", fields: (r) => r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                spread |> max() |> pick(by: "max", fields: (r) => r._field == "loss_max_pct" or r._field == "latency_ms" or r._field == "jitter_ms"),
                spread |> sum() |> pick(by: "sum", fields: (r) => r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                spread |> count() |> pick(by: "count", fields: (r) => r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                spread |> quantile(q: 0.95, method: "exact_mean") |> pick(by: "p95", fields: (r) => r._field == "latency_ms" or r._field == "jitter_ms" or r._field == "loss_avg_pct"),
                totals |> count() |> pick(by: "count", fields: (r) => r._field == "poor" or r._field == "frame_rate_fps"),
                totalsSummed |> pick(by: "sum", fields: (r) => r._field == "poor" or r._field == "frame_rate_fps"),
                totalsSummed |> pick(by: "per_minute", fields: (r) => r._field == "bitrate_kbps"),
                totals |> mean() |> pick(by: "mean", fields: (r) => r._field == "bitrate_kbps" or r._field == "frame_rate_fps"),
                readPeople(start: start, stop: stop)
                    |> group(columns: ["account_id", "source", "device", "client_version", "media", "direction"])
                    |> count()
                    |> set(key: "_field", value: "poor")
                    |> pick(by: "distinct", fields: (r) => true),
            ],
        )
            |> map(
                fn: (r) => ({
                    account_id: if exists r.account_id and r.account_id != "" then r.account_id else "unknown",
                    source: if exists r.source and r.source != "" then r.source else "unknown",
                    device: if exists r.device and r.device != "" then r.device else "unknown",
                    client_version: if exists r.client_version and r.client_version != "" then r.client_version else "unknown",
                    media: if exists r.media and r.media != "" then r.media else "unknown",
                    direction: if exists r.direction and r.direction != "" then r.direction else "unknown",
                    _measurement: measurement,
                    _time: start,
                    _field: dict.get(dict: names, key: r._field + " " + r._by, default: ""),
                    _value: if r._by == "per_minute" then r._value / minutes else r._value,
                }),
            )

    return points |> to(bucket: "zoom_rollup", tagColumns: ["account_id", "source", "device", "client_version", "media", "direction"]) |> count()
}

rollUp(
    start: date.sub(d: 5m, from: stop),
    stop: stop,
    measurement: "zoom_client_5m",
)
    |> yield(name: "5m 0")

rollUp(
    start: date.sub(d: 10m, from: stop),
    stop: date.sub(d: 5m, from: stop),
    measurement: "zoom_client_5m",
)
    |> yield(name: "5m 1")

rollUp(
    start: date.sub(d: 15m, from: stop),
    stop: date.sub(d: 10m, from: stop),
    measurement: "zoom_client_5m",
)
    |> yield(name: "5m 2")

rollUp(
    start: date.sub(d: 100m, from: stop),
    stop: date.sub(d: 95m, from: stop),
    measurement: "zoom_client_5m",
)
    |> yield(name: "5m 3")

rollUp(
    start: date.sub(d: 1440m, from: stop),
    stop: date.sub(d: 1435m, from: stop),
    measurement: "zoom_client_5m",
)
    |> yield(name: "5m 4")

rollUp(
    start: runningHour,
    stop: stop,
    measurement: "zoom_client_1h",
)
    |> yield(name: "1h 5")
