//! What the files of distributions set that scripts source, and that no context holds.

/// Variables by the path of the file.
type Environment = (&'static str, &'static [(&'static str, &'static str)]);

/// Debian's apache2 2.4, /etc/apache2/envvars.
const ENVIRONMENTS: &[Environment] = &[(
    "/etc/apache2/envvars",
    &[
        ("APACHE_RUN_USER", "www-data"),
        ("APACHE_RUN_GROUP", "www-data"),
        ("APACHE_PID_FILE", "/var/run/apache2/apache2.pid"),
        ("APACHE_RUN_DIR", "/var/run/apache2"),
        ("APACHE_LOCK_DIR", "/var/lock/apache2"),
        ("APACHE_LOG_DIR", "/var/log/apache2"),
    ],
)];

/// The variables that a file of a distribution sets.
pub(super) fn variables(path: &str) -> &'static [(&'static str, &'static str)] {
    let found = ENVIRONMENTS.iter().find(|(known, _)| *known == path);
    found.map_or(&[], |(_, variables)| variables)
}
