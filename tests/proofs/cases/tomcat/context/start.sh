#!/bin/bash
set -e

# What comes from outside belongs to whoever made it.
chown -R tomcat:tomcat "$CATALINA_BASE/webapps" /var/cache/tomcat10 /var/log/tomcat10

exec setpriv --reuid=tomcat --regid=tomcat --init-groups "$CATALINA_HOME/bin/catalina.sh" run
