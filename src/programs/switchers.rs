//! Programs that run a command as somebody else.

use serde::Deserialize;

use super::options::{Arguments, Options};
use super::words::{WordPart, Words, is_assignment};

/// A program that runs a command as somebody else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Switcher {
    /// The names that it goes by.
    pub names: Vec<String>,
    /// What it says when an unprivileged user runs it; `{account}` stands for the account.
    failure: String,
    /// Where the facts come from.
    pub source: String,
    #[serde(default)]
    options: Options,
    /// The options that name the account.
    #[serde(default)]
    account: Vec<String>,
    /// It switches only where one of these is given, or one of `account`.
    #[serde(default)]
    switches_with: Option<Vec<String>>,
    /// With one of these it switches nobody.
    #[serde(default)]
    harmless: Vec<String>,
    /// What the operands are.
    #[serde(default)]
    operands: Operands,
    /// The options whose value is a shell command.
    #[serde(default)]
    text: Vec<String>,
    /// The options whose value is the program to run; the operands are its arguments.
    #[serde(default)]
    exec: Vec<String>,
    /// Without a command it starts a shell.
    #[serde(default)]
    shell: bool,
    /// It has a setuid bit and lets users through: where the bit counts, it is root whoever starts it.
    #[serde(default)]
    pub setuid: bool,
}

/// What the operands of a switcher are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Operands {
    /// The command.
    #[default]
    Command,
    /// Assignments, then the command.
    AssignmentsCommand,
    /// The account, then the command.
    AccountCommand,
    /// The account, unless an option names it; then the command.
    Account,
    /// A directory, then the command.
    DirectoryCommand,
    /// A shell's arguments.
    Shell,
}

/// A command that is to run as somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The word that names the account, with a group where one is given; `None` is root, or what
    /// the environment says.
    pub account: Option<WordPart>,
    /// What would run.
    pub inner: Inner,
    /// What runs it has a setuid bit, as [`Switcher::setuid`] says.
    pub setuid: bool,
}

/// What a switcher runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inner {
    /// The words from this one on.
    Words(usize),
    /// A shell command in one word.
    Text(WordPart),
    /// A program that an option names, and its arguments from this word on.
    Exec {
        /// The program.
        path: WordPart,
        /// The first argument; as many as there are words where there is none.
        arguments: usize,
    },
    /// A shell, interactive.
    Shell,
}

impl Switcher {
    /// What it says when an unprivileged user tells it to switch to this account, and the kernel has this
    /// to say of it.
    pub fn failure(&self, account: &str, refusal: &str) -> String {
        let words = self.failure.replace("{refusal}", refusal);
        words.replace("{account}", account)
    }

    /// Whom it switches to and what it then runs; `None` where it switches nobody.
    pub fn parse(&self, argv: &Words) -> Option<Switch> {
        let names_account = |name: &str| self.account.iter().any(|a| a == name);
        let found = self.options.scan_until(argv, 1, &names_account);
        if found
            .options
            .iter()
            .any(|o| self.harmless.contains(&o.name))
        {
            return None;
        }
        let by_option = found.last(&self.account).and_then(|o| o.value.clone());
        let switches = match &self.switches_with {
            None => true,
            Some(names) => by_option.is_some() || found.last(names).is_some(),
        };
        if !switches {
            return None;
        }
        let (account, rest) = self.account_and_rest(argv, &found, by_option)?;
        Some(Switch {
            account,
            inner: self.inner(argv, &found, rest)?,
            setuid: self.setuid,
        })
    }

    /// The account, and the index of the first word that is not the switcher's own.
    fn account_and_rest(
        &self,
        argv: &Words,
        found: &Arguments,
        by_option: Option<WordPart>,
    ) -> Option<(Option<WordPart>, Option<usize>)> {
        let mut operands = found.operands.iter().copied().peekable();
        match self.operands {
            Operands::Command | Operands::Shell => {}
            Operands::AssignmentsCommand => {
                while operands
                    .next_if(|i| argv[*i].is_some_and(is_assignment))
                    .is_some()
                {}
            }
            Operands::AccountCommand => {
                let account = operands.next()?;
                return Some((Some(WordPart::whole(account)), operands.next()));
            }
            Operands::Account if by_option.is_none() => {
                // A lone dash asks for a login shell.
                while operands.next_if(|i| argv[*i] == Some("-")).is_some() {}
                return Some((operands.next().map(WordPart::whole), None));
            }
            Operands::Account => {}
            Operands::DirectoryCommand => {
                operands.next()?;
            }
        }
        Some((by_option, operands.next()))
    }

    fn inner(&self, argv: &Words, found: &Arguments, rest: Option<usize>) -> Option<Inner> {
        if let Some(text) = found.last(&self.text).and_then(|o| o.value.clone()) {
            return Some(Inner::Text(text));
        }
        if let Some(path) = found.last(&self.exec).and_then(|o| o.value.clone()) {
            return Some(Inner::Exec {
                path,
                arguments: rest.unwrap_or(argv.len()),
            });
        }
        match rest {
            Some(first) if self.operands == Operands::Shell => {
                let text = argv[first] == Some("-c") && first + 1 < argv.len();
                Some(match text {
                    true => Inner::Text(WordPart::whole(first + 1)),
                    false => Inner::Shell,
                })
            }
            Some(first) => Some(Inner::Words(first)),
            None if self.shell => Some(Inner::Shell),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::programs;
    use super::*;

    fn words(line: &str) -> Vec<Option<&str>> {
        line.split(' ')
            .map(|w| if w == "?" { None } else { Some(w) })
            .collect()
    }

    fn parse(line: &str) -> Option<(Option<String>, Inner)> {
        let argv = words(line);
        let switch = programs().switcher(argv[0]?)?.parse(&argv)?;
        let account = switch
            .account
            .map(|a| a.text(&argv).unwrap_or("?").to_string());
        Some((account, switch.inner))
    }

    #[test]
    fn the_account_and_the_command_are_found() {
        let text = |index| Inner::Text(WordPart::whole(index));
        for (line, account, inner) in [
            (
                "gosu redis redis-server --port 1",
                Some("redis"),
                Inner::Words(2),
            ),
            ("/usr/local/bin/gosu ? ?", Some("?"), Inner::Words(2)),
            ("su-exec 999:999 x", Some("999:999"), Inner::Words(2)),
            ("setuidgid app x -c y", Some("app"), Inner::Words(2)),
            ("s6-setuidgid app x", Some("app"), Inner::Words(2)),
            ("/sbin/setuser app x", Some("app"), Inner::Words(2)),
            ("su postgres -c initdb", Some("postgres"), text(3)),
            ("su - postgres -c initdb", Some("postgres"), text(4)),
            ("su -c initdb postgres", Some("postgres"), text(2)),
            ("su -s /bin/sh -c initdb nobody", Some("nobody"), text(4)),
            (
                "su -l app --command=x",
                Some("app"),
                Inner::Text(WordPart::bytes(3, 10..11)),
            ),
            ("su", None, Inner::Shell),
            ("su -", None, Inner::Shell),
            ("sudo -u app -H -E x --y", Some("app"), Inner::Words(5)),
            ("sudo -Eu app x", Some("app"), Inner::Words(3)),
            ("sudo --user=app A=b x", Some("app"), Inner::Words(3)),
            ("sudo apt-get install -y x", None, Inner::Words(1)),
            ("sudo -i", None, Inner::Shell),
            ("doas -u app x", Some("app"), Inner::Words(3)),
            ("runuser -u app -- x -c y", Some("app"), Inner::Words(4)),
            ("runuser -u app x -c y", Some("app"), Inner::Words(3)),
            ("runuser app -c x", Some("app"), text(3)),
            ("runuser -l app -c x", Some("app"), text(4)),
            (
                "setpriv --reuid=app --regid=app --init-groups x",
                Some("app"),
                Inner::Words(4),
            ),
            (
                "setpriv --reuid 999 --clear-groups x",
                Some("999"),
                Inner::Words(4),
            ),
            ("setpriv --clear-groups x", None, Inner::Words(2)),
            ("chpst -u app:app x", Some("app:app"), Inner::Words(3)),
            ("chpst -P -uapp x", Some("app"), Inner::Words(3)),
            ("s6-applyuidgid -u 1 -g 2 x", Some("1"), Inner::Words(5)),
            (
                "chroot --userspec=redis / redis-server",
                Some("redis"),
                Inner::Words(3),
            ),
            ("capsh --user=app -- -c x", Some("app"), text(4)),
        ] {
            assert_eq!(
                parse(line),
                Some((account.map(str::to_string), inner)),
                "{line}"
            );
        }
    }

    #[test]
    fn start_stop_daemon_names_the_program_by_an_option() {
        let exec = |path, arguments| Inner::Exec { path, arguments };
        let line = "start-stop-daemon --start --chuid app --exec /usr/bin/x -- --y";
        assert_eq!(
            parse(line),
            Some((Some("app".to_string()), exec(WordPart::whole(5), 7)))
        );
        let line = "start-stop-daemon -S -c app -x /bin/x";
        assert_eq!(
            parse(line),
            Some((Some("app".to_string()), exec(WordPart::whole(5), 6)))
        );
    }

    #[test]
    fn what_switches_nobody_is_no_switch() {
        for line in [
            "gosu --version",
            "gosu redis",
            "sudo -V",
            "sudo -l",
            "setpriv --no-new-privs x",
            "setpriv --dump",
            "chpst -e /env x",
            "chpst -U app x",
            "start-stop-daemon --start --exec /bin/x",
            "start-stop-daemon --start --user app --exec /bin/x",
            "chroot / x",
            "capsh --print",
            "redis-server --user app",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn the_failure_names_the_account_and_what_the_kernel_says() {
        let says = |name| {
            let switcher = programs().switcher(name).unwrap();
            switcher.failure("redis", "Invalid argument")
        };
        assert_eq!(
            says("gosu"),
            r#"error: failed switching to "redis": operation not permitted"#
        );
        assert_eq!(
            says("start-stop-daemon"),
            "start-stop-daemon: unable to set gid to redis (Invalid argument)"
        );
    }
}
