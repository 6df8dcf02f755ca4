#!/bin/bash
set -e

# Root is only needed for what comes from outside.
if [[ "$1" = *zkServer.sh && "$(id -u)" = '0' ]]; then
	chown -R zookeeper "$ZOO_DATA_DIR" "$ZOO_DATA_LOG_DIR"
	exec su -s /bin/bash zookeeper -c 'exec "$0" "$@"' -- "$0" "$@"
fi

# Which one of an ensemble it is.
if [[ ! -f "$ZOO_DATA_DIR/myid" ]]; then
	echo "${ZOO_MY_ID:-1}" > "$ZOO_DATA_DIR/myid"
fi

# Who brings a configuration knows best.
if [[ ! -f "$ZOO_CONF_DIR/zoo.cfg" ]]; then
	cat > "$ZOO_CONF_DIR/zoo.cfg" <<-CFG
		dataDir=$ZOO_DATA_DIR
		dataLogDir=$ZOO_DATA_LOG_DIR
		tickTime=$ZOO_TICK_TIME
		clientPort=2181
		admin.enableServer=false
		4lw.commands.whitelist=srvr,ruok
	CFG
fi

exec "$@"
