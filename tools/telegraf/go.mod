module qss-bridge.example/tools/telegraf

go 1.25.5

tool github.com/influxdata/telegraf/cmd/telegraf

require github.com/influxdata/telegraf v1.37.2 // indirect
