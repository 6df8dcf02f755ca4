#!/bin/bash
set -e

create_log_dir() {
  mkdir -p "$SQUID_LOG_DIR"
  chmod -R 755 "$SQUID_LOG_DIR"
  chown -R "$SQUID_USER:$SQUID_USER" "$SQUID_LOG_DIR"
}

create_cache_dir() {
  mkdir -p "$SQUID_CACHE_DIR"
  chown -R "$SQUID_USER:$SQUID_USER" "$SQUID_CACHE_DIR"
}

create_log_dir
create_cache_dir

# options may come as arguments
if [[ ${1:0:1} = '-' ]]; then
  EXTRA_ARGS="$*"
  set --
fi

if [[ -z $1 ]]; then
  if [[ ! -d $SQUID_CACHE_DIR/00 ]]; then
    echo "Making the folders of the cache..."
    squid -N -f /etc/squid/squid.conf -z
  fi
  echo "Starting squid..."
  exec squid -f /etc/squid/squid.conf -NYC $EXTRA_ARGS
else
  exec "$@"
fi
