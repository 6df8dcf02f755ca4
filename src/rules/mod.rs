//! The rules: one file each, and the registry.
//!
//! A rule looks at the [`Subject`] and says what it finds. A new one is a file here, a page in
//! `rules/`, and a line in `RULES`. A few look at the comments that ignore findings instead, a
//! [`Review`] of them, once all others are done on all targets.

mod account_uses;
mod at_server;
mod capable;
mod chmods;
mod declared;
mod endings;
mod exposing;
mod folders;
mod keeping;
mod known_accounts;
mod listed;
mod mentions;
mod needs;
mod nesting;
mod opening;
mod port;
mod posix;
mod purposes;
mod reference;
mod standing;
mod started;
mod subject;
mod worst;

pub use subject::Subject;

use std::sync::LazyLock;

use crate::finding::Finding;
use crate::suppress::Review;

/// A rule.
struct Rule {
    /// Its name, which is the public one.
    name: &'static str,
    /// Its page, in Markdown.
    page: &'static str,
    /// What it finds.
    check: Check,
}

/// What a rule looks at, and what it finds.
enum Check {
    /// An image on a target.
    Image(fn(&Subject<'_>, &mut Vec<Finding>)),
    /// The comments that ignore findings, with what all other rules have found on all targets.
    Ignores(fn(&Review<'_>, &mut Vec<Finding>)),
}

macro_rules! rules {
    ($($kind:ident { $($module:ident = $name:literal),* $(,)? })*) => {
        $($(mod $module;)*)*
        /// All rules, in the order in which their fixes are made.
        const RULES: &[Rule] = &[$($(Rule {
            name: $name,
            page: include_str!(concat!("../../rules/", $name, ".md")),
            check: Check::$kind($module::check),
        }),*),*];
    };
}

rules! { Image {
    no_command = "no-command",
    missing_script = "missing-script",
    bare_command = "bare-command",
    not_executable = "not-executable",
    bad_interpreter = "bad-interpreter",
    reopens_stdout = "reopens-stdout",
    daemonizes = "daemonizes",
    log_file = "log-file",
    signals_not_forwarded = "signals-not-forwarded",
    no_shell = "no-shell",
    switch_user = "switch-user",
    runtime_chown = "runtime-chown",
    root_only_command = "root-only-command",
    wrong_port = "wrong-port",
    privileged_port = "privileged-port",
    loopback_bind = "loopback-bind",
    server_user_option = "server-user-option",
    build_chown = "build-chown",
    unwritable_path = "unwritable-path",
    unreadable_path = "unreadable-path",
    change_after_volume = "change-after-volume",
    root_home = "root-home",
    hidden_path = "hidden-path",
    wipes_tmp = "wipes-tmp",
    user_instruction = "user-instruction",
    unused_account = "unused-account",
    unused_helper = "unused-helper",
    setuid_program = "setuid-program",
    file_capability = "file-capability",
    vcap_account = "vcap-account",
    runs_as_root = "runs-as-root",
    unknown_user = "unknown-user",
    exposed_port = "exposed-port",
    many_ports = "many-ports",
    udp_port = "udp-port",
    reserved_port = "reserved-port",
    port_variable = "port-variable",
    tcp_service = "tcp-service",
    persistent_data = "persistent-data",
    volume = "volume",
    platform = "platform",
    image_reference = "image-reference",
    untagged_base = "untagged-base",
    ignored_instruction = "ignored-instruction",
    platform_variable = "platform-variable",
    raises_limit = "raises-limit",
    environment_too_large = "environment-too-large",
} Ignores {
    unknown_ignore = "unknown-ignore",
    unused_ignore = "unused-ignore",
} }

/// Everything that the rules find.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Of an image that no machine of the platform can execute, nothing else counts.
    let counts = |rule: &Rule| !subject.image.is_windows() || rule.name == platform::RULE;
    for rule in RULES {
        if let Check::Image(check) = rule.check
            && subject.target.severity(rule.name).is_some()
            && counts(rule)
        {
            check(subject, &mut findings);
        }
    }
    keeping::keep_valid(subject, &mut findings);
    nesting::keep_quoted(subject, &mut findings);
    findings
}

/// What there is to say of the comments that ignore findings.
pub fn check_ignores(review: &Review<'_>, is_enabled: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| is_enabled(rule.name)) {
        if let Check::Ignores(check) = rule.check {
            check(review, &mut findings);
        }
    }
    findings
}

/// Whether a rule is about the comments that ignore findings, and not about an image.
pub fn is_of_ignores(name: &str) -> bool {
    let mut rules = RULES.iter();
    rules.any(|rule| rule.name == name && matches!(rule.check, Check::Ignores(_)))
}

/// A rule's page: what `explain` and `rules` say of it.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The rule's name.
    pub name: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// The page, in Markdown.
    pub text: &'static str,
}

/// The pages of all rules, sorted by name.
pub fn pages() -> &'static [Page] {
    static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
        let mut pages: Vec<Page> = RULES.iter().map(page).collect();
        pages.sort_by_key(|page| page.name);
        pages
    });
    &PAGES
}

/// The first paragraph of a page is its summary.
fn page(rule: &Rule) -> Page {
    let mut lines = rule.page.lines().skip(1).filter(|line| !line.is_empty());
    Page {
        name: rule.name,
        summary: lines.next().unwrap_or_default(),
        text: rule.page,
    }
}

/// The names of all rules, in the order in which their fixes are made.
pub fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.name)
}

/// The rule that a misspelt name means, if one is near enough.
pub fn nearest(name: &str) -> Option<&'static str> {
    crate::nearest::nearest(name, names())
}

/// A rule's name as a constant, if there is a rule of this name.
pub fn name(name: &str) -> Option<&'static str> {
    names().find(|known| *known == name)
}
