module qss-bridge.example/tools/telegraf

go 1.25.5

require github.com/influxdata/telegraf v1.37.2 // indirect
