//! What needs an account by its name on the target: commands of the build that run as it, commands of
//! the start that ask for it, and configuration files.

use super::mentions::takes_account;
use super::subject::Subject;
use crate::eval::{Piece, Step, Value};
use crate::image::NodeKind;
use crate::launch::{LaunchStep, Serving};
use crate::programs::{
    Outcome, SetBy, UserSetting, Words, parse_account, parse_chown, parse_install, program_name,
    programs,
};

/// Whether something on the target, or for whoever has root, still needs the account. What cannot
/// work on the target, and what gives files to an account that never runs, does not.
pub(super) fn is_used(subject: &Subject<'_>, name: &str) -> bool {
    in_build(subject, name)
        || in_start(subject, name)
        || in_configuration(subject, name)
        || in_environment(subject, name)
        || user_counts(subject, name)
}

/// Commands of the build that run as the account, or are told it by an option, or write it into a
/// configuration that is not known.
fn in_build(subject: &Subject<'_>, name: &str) -> bool {
    subject.image.steps.iter().any(|build| {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        if makes_or_gives(&words) {
            return false;
        }
        takes_account(&words, name) && !changes_accounts(&words)
            || is_told(&words, name)
            || writes_name(&words, name) && !leaves_no_use(subject, &build.step, &words, name)
    })
}

/// Whether the name is in none of the files that a command names, as they come out, but where a server
/// is told to change to it: for that it is no use here.
fn leaves_no_use(subject: &Subject<'_>, step: &Step, words: &Words<'_>, name: &str) -> bool {
    let image = subject.image;
    let files = words.iter().skip(1).flatten();
    let files = files.filter(|word| word.starts_with('/'));
    let mut paths = files.filter_map(|word| step.absolute(word)).peekable();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let without = |path: String| {
        let text = subject.scripts.text(&image.files, &path);
        let known = text.filter(|text| text.known().is_some());
        known.is_some_and(|text| {
            let lines = own_lines(&text);
            let names = lines.split(|c| !is_part(c)).any(|part| part == name);
            // Of what a base or a package brings, only the lines that matter are known.
            let changed = !lines.is_empty();
            changed && !names || is_mended(subject, &path, name)
        })
    };
    paths.peek().is_some() && paths.all(without)
}

/// Commands that make accounts or give files to them, which go with them.
fn makes_or_gives(words: &Words<'_>) -> bool {
    parse_account(words).is_some() || parse_chown(words).is_some() || parse_install(words).is_some()
}

/// Commands that look at or change the account itself: it is not there for their sake.
fn changes_accounts(words: &Words<'_>) -> bool {
    let changers = [
        "usermod", "groupmod", "gpasswd", "passwd", "chpasswd", "chage", "chsh", "deluser",
        "userdel", "groupdel", "id", "getent", "find", "rsync",
    ];
    changers.contains(&program_name(words))
}

/// `mysql_install_db --user=mysql`
fn is_told(words: &Words<'_>, name: &str) -> bool {
    let options = ["--user", "--uid", "--gid", "--group"];
    words.iter().enumerate().skip(1).any(|(at, word)| {
        let Some(word) = word else { return false };
        match word.split_once('=') {
            Some((option, value)) => options.contains(&option) && value == name,
            None => options.contains(word) && words.get(at + 1) == Some(&Some(name)),
        }
    })
}

/// `sed -i 's/www-data/app/' /etc/nginx/nginx.conf`
fn writes_name(words: &Words<'_>, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let in_place = |word: &&str| {
        word.strip_prefix('-').is_some_and(|letters| {
            letters.starts_with("-in-place") || !letters.starts_with('-') && letters.contains('i')
        })
    };
    // The expression, and not the file; `app` is a folder's name as well.
    let accounts = ["user", "group", "www-data", "nobody", "apache", "nginx"];
    let says = |word: &&str| {
        let lower = word.to_ascii_lowercase();
        !word.starts_with(['/', '-'])
            && accounts.iter().any(|account| lower.contains(account))
            && word.split(|c| !is_part(c)).any(|part| part == name)
    };
    program_name(words) == "sed"
        && words.iter().skip(1).flatten().any(in_place)
        && words.iter().skip(1).flatten().any(says)
}

/// Commands of the start that need the account and do not fail without it being theirs.
fn in_start(subject: &Subject<'_>, name: &str) -> bool {
    let privileges = &subject.target.privileges;
    if privileges.can_switch_user || privileges.can_change_owner {
        return subject.mentions().account(name);
    }
    subject.steps().any(|step| {
        let texts = step.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let asks = matches!(program_name(&words), "id" | "getent" | "crontab");
        let told = programs().server(&words).is_none()
            && programs().switcher(program_name(&words)).is_none()
            && told_by_number(&words, name);
        // `echo "force user = app" >> /etc/samba/smb.conf`
        let prints = matches!(program_name(&words), "echo" | "printf")
            && !step.writes.is_empty()
            && words
                .iter()
                .skip(1)
                .flatten()
                .any(|text| says(text, "", name));
        let asks = asks && takes_account(&words, name) && !is_to_change(subject, step, name);
        step.fails.is_none() && (asks || told) || prints
    })
}

/// Whether a command looks at an account where variables are given to change it, which fails.
fn is_to_change(subject: &Subject<'_>, asked: &LaunchStep, name: &str) -> bool {
    let given = &asked.step.given;
    !given.is_empty()
        && subject.steps().any(|step| {
            let texts = step.step.texts();
            let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            let changes = matches!(program_name(&words), "usermod" | "groupmod");
            changes && step.fails.is_some() && takes_account(&words, name)
        })
}

/// `celery worker --uid=app`
fn told_by_number(words: &Words<'_>, name: &str) -> bool {
    words.iter().enumerate().skip(1).any(|(at, word)| {
        let Some(word) = word else { return false };
        match word.split_once('=') {
            Some(("--uid" | "--gid", value)) => value == name,
            _ => matches!(*word, "--uid" | "--gid") && words.get(at + 1) == Some(&Some(name)),
        }
    })
}

/// Directives whose value is an account.
const DIRECTIVES: &[&str] = &[
    "user",
    "group",
    "uid",
    "gid",
    "owner",
    "listen.owner",
    "listen.group",
    "run_as",
    "run-as",
    "runas",
    "username",
    "setuid",
    "setgid",
    "chown",
    "chown-socket",
    "cache_effective_user",
    "cache_effective_group",
    // Samba's: `force user`, `valid users`, `guest account`.
    "force",
    "valid",
    "guest",
    "server.username",
    "server.groupname",
];

/// Configuration files, but for what a server is told there that cannot change its user: that goes.
fn in_configuration(subject: &Subject<'_>, name: &str) -> bool {
    let image = subject.image;
    image.files.iter().any(|(path, node)| {
        matches!(node.kind, NodeKind::File(_))
            && is_configuration(path)
            && !is_mended(subject, path, name)
            && subject
                .scripts
                .text(&image.files, path)
                .is_some_and(|text| says(&own_lines(&text), path, name))
    })
}

/// The lines of a file that the build has a hand in: what else a package brings names the package's own
/// accounts, which the package makes.
fn own_lines(text: &Value) -> String {
    let mut lines = String::new();
    let (mut line, mut own) = (String::new(), false);
    for piece in text.pieces() {
        let Piece::Known { text, origin, .. } = piece else {
            continue;
        };
        for part in text.split_inclusive('\n') {
            line.push_str(part);
            own |= origin.is_some();
            if part.ends_with('\n') {
                if own {
                    lines.push_str(&line);
                }
                (line, own) = (String::new(), false);
            }
        }
    }
    if own {
        lines.push_str(&line);
    }
    lines
}

fn is_configuration(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    let end = file.rsplit_once('.').map_or("", |(_, end)| end);
    matches!(end, "conf" | "cnf" | "ini" | "cfg")
        || path.starts_with("/etc/cron")
        || file == "crontab"
        || path.starts_with("/etc/") && end.is_empty()
}

fn says(text: &str, path: &str, name: &str) -> bool {
    let timed = path.contains("cron");
    text.lines().any(|line| {
        let line = line.trim();
        if line.starts_with(['#', ';', '/', '!']) {
            return false;
        }
        let mut words = line
            .split(|c: char| c.is_whitespace() || matches!(c, '=' | ':' | ';' | ',' | '"' | '\''))
            .filter(|word| !word.is_empty());
        // Minute, hour, day, month, weekday, account.
        if timed && line.split_whitespace().nth(5) == Some(name) {
            return true;
        }
        let key = words.next().unwrap_or_default().to_ascii_lowercase();
        DIRECTIVES.contains(&key.as_str()) && words.take(2).any(|word| word == name)
    })
}

/// Whether a file names the account where a server is told to change to it, for which that is found.
fn is_mended(subject: &Subject<'_>, path: &str, name: &str) -> bool {
    let Some(launch) = subject.launch else {
        return false;
    };
    let found = |user: &UserSetting| {
        let here = matches!(&user.setting.by, SetBy::Config { path: file, .. } if file == path);
        here && user.outcome != Outcome::Ignored && user.setting.value.as_deref() == Some(name)
    };
    let managed = launch
        .steps
        .iter()
        .filter_map(|step| step.step.managed.as_ref());
    let mut accounts = managed.flat_map(|managed| &managed.accounts);
    let source = subject
        .scripts
        .script(&subject.image.files, path)
        .map(|script| script.source);
    // What a script takes out of the file, and hands to a server as an option.
    let handed = |serving: &Serving| {
        let argv = launch.steps.get(serving.step).map(|step| &step.step.argv);
        serving.users.iter().any(|user| {
            let SetBy::Argument { part, .. } = &user.setting.by else {
                return false;
            };
            let word = argv.and_then(|argv| argv.get(part.index)?.origin());
            let here = word.is_some_and(|word| Some(word.source) == source);
            here && user.setting.value.as_deref() == Some(name)
        })
    };
    let told = |serving: &Serving| serving.users.iter().any(found) || handed(serving);
    launch.servers().any(told)
        || accounts.any(|account| account.account == name && Some(account.setting.source) == source)
}

/// Apache's own variables, which Debian's configuration names.
fn in_environment(subject: &Subject<'_>, name: &str) -> bool {
    let environment = &subject.image.config.environment;
    ["APACHE_RUN_USER", "APACHE_RUN_GROUP"]
        .iter()
        .filter_map(|variable| environment.get(*variable))
        .any(|value| value.is(name))
}

fn user_counts(subject: &Subject<'_>, name: &str) -> bool {
    let user = subject
        .image
        .config
        .user
        .as_ref()
        .map(|user| user.value.split(':').next().unwrap_or_default());
    !subject.target.user.instruction_ignored && user == Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_names_accounts_in_many_ways() {
        for line in [
            "user app;",
            "user app app;",
            "  user = app",
            "uid=app",
            "User app",
            "chown-socket = app:www-data",
            "listen.owner = app",
            "user: app",
            "force user = app",
            "   valid users = app",
        ] {
            assert!(says(line, "/etc/x.conf", "app"), "{line}");
        }
        for line in [
            "# user app;",
            ";user = app",
            "user www-data;",
            "application = app",
            "chdir = /srv/app",
            "user = app2",
            "",
        ] {
            assert!(!says(line, "/etc/x.conf", "app"), "{line}");
        }
        let job = "*/5 * * * * app /srv/app/bin/job";
        assert!(says(job, "/etc/cron.d/job", "app"));
        assert!(!says(job, "/etc/cron.d/job", "root"));
    }

    #[test]
    fn options_name_accounts() {
        let words = |line: &'static str| line.split(' ').map(Some).collect::<Vec<_>>();
        assert!(is_told(&words("mysql_install_db --user=mysql"), "mysql"));
        assert!(is_told(&words("mysqld --bootstrap --user mysql"), "mysql"));
        assert!(!is_told(&words("createdb --user=admin app"), "app"));
        assert!(told_by_number(&words("celery worker --uid=app"), "app"));
        assert!(!told_by_number(&words("celery worker --user=app"), "app"));
        assert!(writes_name(
            &words("sed -i s/www-data/app/ /etc/nginx.conf"),
            "app"
        ));
        assert!(!writes_name(&words("sed -i s/a/b/ /srv/app/x.conf"), "app"));
        assert!(!writes_name(
            &words("sed s/www-data/app/ /etc/nginx.conf"),
            "app"
        ));
    }
}
