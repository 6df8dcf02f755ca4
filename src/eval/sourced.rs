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

/// What os-release(5) names, at the paths that it names.
const RELEASES: &[&str] = &["/etc/os-release", "/usr/lib/os-release"];
const RELEASE: &[&str] = &[
    "NAME",
    "ID",
    "ID_LIKE",
    "PRETTY_NAME",
    "VERSION",
    "VERSION_ID",
    "VERSION_CODENAME",
    "UBUNTU_CODENAME",
    "BUILD_ID",
    "VARIANT",
    "VARIANT_ID",
    "CPE_NAME",
    "PLATFORM_ID",
    "HOME_URL",
    "SUPPORT_URL",
    "BUG_REPORT_URL",
    "DOCUMENTATION_URL",
    "PRIVACY_POLICY_URL",
    "LOGO",
    "ANSI_COLOR",
];

/// The only variables that a file sets whose text is not known; none if that may be any.
pub(super) fn names(path: &str) -> Option<&'static [&'static str]> {
    match path {
        // LSB: functions, and no variable that a script would read.
        "/lib/lsb/init-functions" => Some(&[]),
        path => RELEASES.contains(&path).then_some(RELEASE),
    }
}
