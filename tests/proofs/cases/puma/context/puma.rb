# a few threads, one process
threads 1, 3

port 9292
pidfile 'tmp/pids/server.pid'
