#!/bin/sh
# Runs a command of the bridge as its systemd unit runs the bridge: same user, same settings, same secrets. For root.
# Installed as /usr/local/bin/qss-bridge; described in docs/operations.md.
set -eu
ZOOM_SECRET_TOKEN=$(cat /etc/qss-bridge/zoom-secret-token)
INFLUX_TOKEN=$(cat /etc/qss-bridge/influx-write-token)
DATA_DIR=/var/lib/qss-bridge
export ZOOM_SECRET_TOKEN INFLUX_TOKEN DATA_DIR
exec runuser -u qss-bridge -- /usr/bin/node --env-file=/etc/qss-bridge/settings.env /opt/qss-bridge/build/src/cli.js "$@"
