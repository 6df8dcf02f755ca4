//! Which accounts an image has: what the base, packages and the build make, and whether there may be
//! others.

use super::mentions::takes_account;
use super::subject::Subject;
use crate::eval::{Step, User, Value};
use crate::image::base::Base;
use crate::image::{BuildStep, NodeKind};
use crate::programs::{Words, parse_account, parse_packages, program_name, programs};
use crate::source::Origin;
use crate::syntax::dockerfile::{Arguments, Instruction, Keyword};

/// An account or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Group,
}

/// How sure it is that an image has no account of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Nothing makes it.
    Surely,
    /// Nothing is seen to make it, but the base or a package may.
    Perhaps,
}

/// Whether an image lacks an account; nothing where it is there, or may well be.
pub(super) fn missing(subject: &Subject<'_>, kind: Kind, name: &str) -> Option<Missing> {
    if is_there(subject, kind, name) || is_used_by_build(subject, name) || may_come(subject, name) {
        return None;
    }
    let image = subject.image;
    let complete = image.base.is_some_and(is_complete);
    Some(match complete && !image.has_unknown_packages() {
        true => Missing::Surely,
        false => Missing::Perhaps,
    })
}

/// Whether all accounts of a base are known: a distribution, or a language's image, and no server's.
fn is_complete(base: &Base) -> bool {
    base.entrypoint.is_empty() && base.expose.is_empty()
}

/// Whether the base, the build or a package is known to make it.
fn is_there(subject: &Subject<'_>, kind: Kind, name: &str) -> bool {
    let image = subject.image;
    let own = image.base.is_some_and(|base| match kind {
        Kind::User => base.account(name).is_some(),
        Kind::Group => base.groups.iter().any(|group| group == name),
    });
    // Most commands make a group with an account.
    let mut accounts = image.accounts.iter();
    let made =
        accounts.any(|account| account.name == name && (kind == Kind::Group || !account.group));
    // What a package brings belongs to an account that it has made.
    let mut nodes = image.files.iter().map(|(_, node)| node);
    let owns = nodes.any(|node| {
        let user = node.owner.by.is_none() && *node.owner.name == *name;
        user || kind == Kind::Group && node.group.by.is_none() && *node.group.name == *name
    });
    own || made || owns || !in_passwd(subject, name).is_empty()
}

/// Whether the build does something that fails without it: it runs as it, or gives files to it.
fn is_used_by_build(subject: &Subject<'_>, name: &str) -> bool {
    let image = subject.image;
    let copied = image
        .copies
        .iter()
        .filter_map(|copied| copied.owner.as_ref());
    let given = |owner: &str| owner.split(':').any(|part| part == name);
    let by_flag = copied.into_iter().any(|(owner, _)| given(owner));
    by_flag
        || image.steps.iter().any(|BuildStep { step, .. }| {
            let texts = step.texts();
            let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            let runs = matches!(&step.user, User::Account(user) if **user == *name);
            runs || takes_account(&words, name)
        })
}

/// Whether something that is not followed may make it.
fn may_come(subject: &Subject<'_>, name: &str) -> bool {
    let image = subject.image;
    let base = image.base_name.as_deref();
    if base.is_some_and(|base| is_akin(last_part(base), name)) {
        return true;
    }
    if !image.base.is_some_and(is_complete) && comes_back(subject) {
        return true;
    }
    let passwd = ["/etc/passwd", "/etc/group"];
    let changed = passwd.iter().any(|path| {
        let made = image
            .files
            .get(path)
            .is_some_and(|node| node.made.is_some());
        let text = || subject.scripts.text(&image.files, path);
        made && text().is_none_or(|text| text.known().is_none())
    });
    let brought = (image.instructions.iter())
        .filter_map(|number| subject.instruction(*number))
        .any(brings_a_system);
    changed || brought || (image.steps.iter()).any(|build| may_make(subject, &build.step, name))
}

/// Whether the final stage goes back to an account after it was root: where not all is known of the
/// base, that is most often the base's own.
fn comes_back(subject: &Subject<'_>) -> bool {
    let last = subject.image.config.user.as_ref();
    let last = last.and_then(|user| user.instruction).unwrap_or(usize::MAX);
    let mut earlier = subject.image.own.clone().filter(|number| *number < last);
    earlier.any(|number| match subject.instruction(number) {
        Some(Instruction {
            keyword: Keyword::User,
            arguments: Arguments::Line(line),
            ..
        }) => matches!(line.text.split(':').next(), Some("root" | "0")),
        _ => false,
    })
}

/// Whether an instruction puts a whole system, or its folder of accounts, into the image.
fn brings_a_system(instruction: &Instruction) -> bool {
    let (Keyword::Add | Keyword::Copy, arguments) = (&instruction.keyword, &instruction.arguments)
    else {
        return false;
    };
    let words = match arguments {
        Arguments::Json(array) => &array.words,
        Arguments::Words(words) => words,
        _ => return false,
    };
    let Some((to, from)) = words.split_last() else {
        return false;
    };
    let of_system = matches!(to.text.trim_end_matches(['/', '.']), "" | "/etc");
    let archive = |word: &str| {
        let ends = [".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".txz"];
        word.contains('$') || ends.iter().any(|end| word.ends_with(end))
    };
    let stage = instruction.flags.iter().any(|flag| flag.name == "from");
    let folder = |word: &str| stage && (word.ends_with(['/', '.']) || !word.contains('.'));
    let accounts = |word: &str| matches!(word, "/etc/passwd" | "/etc/group" | "/etc");
    from.iter().any(|word| {
        let word = word.text.as_str();
        accounts(word) || of_system && (archive(word) || folder(word))
    })
}

/// Whether a command of the build may make an account of this name though nobody sees it.
fn may_make(subject: &Subject<'_>, step: &Step, name: &str) -> bool {
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    if let Some(packages) = parse_packages(&words) {
        let mut named = packages
            .names
            .iter()
            .filter_map(|index| step.argv.get(*index));
        return named.any(|word| {
            let known = word.known_prefix();
            known.is_empty() || known.contains('/') || is_akin(&known, name)
        });
    }
    let unnamed = parse_account(&words)
        .is_some_and(|account| words.get(account.name).copied().flatten().is_none());
    let redirected = step.redirects.iter().map(|(_, target)| target);
    let touches = |word: &Value| {
        let known = word.known_prefix();
        known.contains("/etc/passwd") || known.contains("/etc/group")
    };
    unnamed || step.argv.iter().chain(redirected).any(touches) || is_foreign(subject, step, &words)
}

/// Programs that set systems up, or install packages that no table knows.
const INSTALLERS: &[&str] = &[
    "newusers",
    "ansible",
    "ansible-playbook",
    "puppet",
    "chef-client",
    "chef-solo",
    "salt-call",
    "gdebi",
];

/// Whether a command runs something that is not followed and may do anything.
fn is_foreign(subject: &Subject<'_>, step: &Step, words: &Words<'_>) -> bool {
    let image = subject.image;
    let program = program_name(words);
    let operands = || {
        words
            .iter()
            .skip(1)
            .flatten()
            .filter(|word| !word.starts_with('-'))
    };
    let unread = |word: &str| {
        let path = step.absolute(word);
        path.is_none_or(|path| subject.scripts.script(&image.files, &path).is_none())
    };
    if INSTALLERS.contains(&program) {
        return true;
    }
    let flags = |flags: &[&str]| words.iter().flatten().any(|word| flags.contains(word));
    match program {
        "dpkg" => return flags(&["-i", "--install"]),
        "rpm" => return operands().next().is_some() && !flags(&["--import", "-q", "-e"]),
        _ => {}
    }
    if programs().tools().is_shell(program) && program != "busybox" {
        let text = words
            .iter()
            .flatten()
            .any(|word| word.starts_with('-') && word.ends_with('c'));
        return !text && operands().next().is_none_or(|word| unread(word));
    }
    let word = words.first().copied().flatten().unwrap_or_default();
    let of_system = ["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"];
    word.contains('/')
        && !of_system.iter().any(|folder| word.starts_with(folder))
        && unread(word)
        && !image
            .base
            .is_some_and(|base| base.programs.iter().any(|known| known == word))
}

/// Whether a name is made from another: the account of `tomcat7-admin` is `tomcat7`, that of
/// `redis-server` is `redis`.
fn is_akin(package: &str, account: &str) -> bool {
    let package = package.to_ascii_lowercase();
    let account = account.to_ascii_lowercase();
    let account = account
        .trim_start_matches('_')
        .trim_start_matches("debian-");
    let long = |text: &str| text.len() >= 3;
    long(account) && package.contains(account)
        || package
            .split(['-', '_', '.'])
            .any(|part| long(part) && account.contains(part))
}

/// `quay.io/keycloak/keycloak:24` is `keycloak/keycloak`.
fn last_part(base: &str) -> &str {
    let base = base.split('@').next().unwrap_or(base);
    let path = base
        .split_once('/')
        .filter(|(host, _)| host.contains(['.', ':']));
    let path = path.map_or(base, |(_, path)| path);
    path.rsplit_once(':').map_or(path, |(path, _)| path)
}

/// The lines of /etc/passwd that are an account's, as far as the build has put them there: where, and
/// with which number.
pub(super) fn in_passwd(subject: &Subject<'_>, name: &str) -> Vec<(Origin, u32)> {
    let files = &subject.image.files;
    let own = files.get("/etc/passwd");
    let own = own.filter(|node| node.made.is_some() && matches!(node.kind, NodeKind::File(_)));
    let text = own.and_then(|_| subject.scripts.text(files, "/etc/passwd"));
    let Some((value, text)) = text.and_then(|value| Some((value.known()?, value))) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = 0;
    for line in value.split_inclusive('\n') {
        let mut fields = line.split(':');
        if fields.next() == Some(name)
            && let Some(uid) = fields.nth(1).and_then(|uid| uid.parse().ok())
            && let Some(place) = text
                .slice(at..at + name.len())
                .and_then(|part| part.origin())
        {
            found.push((place, uid));
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages_and_images_say_whose_account_it_is() {
        for (package, account) in [
            ("tomcat7-admin", "tomcat7"),
            ("redis-server", "redis"),
            ("tor", "debian-tor"),
            ("keycloak/keycloak", "keycloak"),
            ("openldap", "ldap"),
        ] {
            assert!(is_akin(package, account), "{package}, {account}");
        }
        for (package, account) in [
            ("curl", "app"),
            ("ca-certificates", "web"),
            ("nginx", "node"),
        ] {
            assert!(!is_akin(package, account), "{package}, {account}");
        }
        assert_eq!(
            last_part("quay.io/keycloak/keycloak:24"),
            "keycloak/keycloak"
        );
        assert_eq!(last_part("node:20@sha256:abc"), "node");
    }
}
