#!/bin/sh
# All of the configuration is in the environment: etcd reads what begins with ETCD_.
set -eu

chown -R etcd "$ETCD_DATA_DIR"

# etcd can do without anything that only root may do.
exec chpst -u etcd etcd "$@"
