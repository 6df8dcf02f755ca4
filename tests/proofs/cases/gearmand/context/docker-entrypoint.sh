set -e

if [ "${1#-}" != "$1" ]; then
	set -- gearmand "$@"
fi

if [ "$1" = 'gearmand' ]; then
	shift
	set -- --listen=0.0.0.0 --threads="${GEARMAND_THREADS:-4}" --verbose="${VERBOSE:-INFO}" --log-file=stderr "$@"
	# it becomes gearman by itself
	exec gearmand --user=gearman "$@"
fi

exec "$@"
