#!/bin/bash
set -euo pipefail

: "${WORKERS:=2}"

# Workers become "app"; what stays root is the arbiter alone.
exec gunicorn \
	--bind 0.0.0.0:8000 \
	--workers "$WORKERS" \
	--user app --group app \
	--pid run/gunicorn.pid \
	--access-logfile - \
	wsgi:application
