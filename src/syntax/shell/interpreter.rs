//! The `#!` line: which program the kernel starts a script with.

use crate::source::Span;

/// What the `#!` line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The program, as written: `/bin/sh`, `/usr/bin/env`.
    pub path: String,
    /// What stands behind it, split at blanks. (The kernel hands it over as one argument; `env -S`
    /// splits it. To know which shell is meant, the words are enough.)
    pub arguments: Vec<String>,
    /// From `#!` to the end of the line, line end not included.
    pub span: Span,
    /// Whether the line ends in `\r\n`: the kernel then looks for a program whose name ends in
    /// `\r`, and finds none.
    pub crlf: bool,
}

impl Interpreter {
    /// The name of the program that reads the script, without its folder: `bash` for `/bin/bash`,
    /// for `/usr/bin/env bash` and for `/usr/bin/env -S VAR=1 bash -e`; busybox's applet for
    /// `/bin/busybox sh`. It need not be a shell.
    pub fn shell_name(&self) -> &str {
        let name = base_name(&self.path);
        let mut rest = self.arguments.iter().map(String::as_str);
        match name {
            "env" => {
                // `-u NAME`, `-C DIR` take a value of their own.
                let mut value_follows = false;
                let found = rest.find(|word| {
                    let skip = value_follows || word.starts_with('-') || word.contains('=');
                    value_follows = matches!(*word, "-u" | "--unset" | "-C" | "--chdir");
                    !skip
                });
                found.map_or(name, base_name)
            }
            "busybox" => rest.next().map_or(name, base_name),
            // Programs that run what the line goes on with: s6-overlay's, and init processes.
            "with-contenv" | "dumb-init" | "tini" => rest
                .next()
                .filter(|word| !word.starts_with('-'))
                .map_or(name, base_name),
            _ => name,
        }
    }
}

/// The `#!` line of a script, if it has one: it must be the file's first two bytes, and name a
/// program.
pub fn interpreter(text: &str) -> Option<Interpreter> {
    let rest = text.strip_prefix("#!")?;
    let line = rest.split('\n').next().unwrap_or_default();
    let (line, crlf) = match line.strip_suffix('\r') {
        Some(line) => (line, true),
        None => (line, false),
    };
    let mut words = line
        .split([' ', '\t'])
        .filter(|word| !word.is_empty())
        .map(str::to_owned);
    Some(Interpreter {
        path: words.next()?,
        arguments: words.collect(),
        span: Span::new(0, 2 + line.len()),
        crlf,
    })
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_is_found_behind_env_and_busybox() {
        for (line, shell) in [
            ("#!/bin/sh\n", "sh"),
            ("#!/bin/bash -e\nset -u", "bash"),
            ("#! /bin/bash\n", "bash"),
            ("#!/usr/bin/env bash", "bash"),
            ("#!/usr/bin/env -S bash -eu\n", "bash"),
            (
                "#!/usr/bin/env -i -u LANG A=b /usr/local/bin/dash\n",
                "dash",
            ),
            ("#!/usr/bin/env", "env"),
            ("#!/bin/busybox ash\n", "ash"),
            ("#!/usr/bin/python3\n", "python3"),
            ("#!/sbin/tini -- bash", "tini"),
            ("#!/usr/bin/dumb-init /bin/sh", "sh"),
            ("#!/usr/bin/with-contenv bash\n", "bash"),
            ("#!/command/with-contenv", "with-contenv"),
        ] {
            let found = interpreter(line).expect(line);
            assert_eq!(found.shell_name(), shell, "{line}");
        }
    }

    #[test]
    fn the_line_keeps_its_words_and_place() {
        assert_eq!(
            interpreter("#!/usr/bin/env\tbash\r\nexit\r\n"),
            Some(Interpreter {
                path: "/usr/bin/env".to_owned(),
                arguments: vec!["bash".to_owned()],
                span: Span::new(0, 19),
                crlf: true,
            })
        );
    }

    #[test]
    fn what_is_no_interpreter_line() {
        for text in [
            "",
            "#",
            "# /bin/sh",
            "\n#!/bin/sh",
            " #!/bin/sh",
            "#!",
            "#! \n/bin/sh",
        ] {
            assert_eq!(interpreter(text), None, "{text:?}");
        }
    }
}
