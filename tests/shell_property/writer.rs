//! Scripts that nobody wrote.

use super::Random;

/// Writes scripts that come to an end.
pub(super) struct Writer {
    random: Random,
    text: String,
    functions: u32,
}

impl Writer {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            text: String::new(),
            functions: 0,
        }
    }

    pub(super) fn script(mut self) -> String {
        if self.random.below(2) == 0 {
            self.text += "set -e\n";
        }
        let functions = self.random.below(3);
        for i in 0..functions {
            self.text += &format!("f{i}() {{\n");
            self.list(2);
            if self.random.below(3) == 0 {
                let status = self.random.below(2);
                self.text += &format!("return {status}\n");
            }
            self.text += "}\n";
            self.functions = i + 1;
        }
        self.list(3);
        self.text += "server end \"$v\" \"$@\"\n";
        self.text
    }

    fn list(&mut self, depth: u32) {
        for _ in 0..=self.random.below(3) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: u32) {
        let kinds = if depth == 0 { 6 } else { 12 };
        match self.random.below(kinds) {
            0 | 1 => self.command(),
            2 => {
                let value = self.word();
                self.text += &format!("v={value}\n");
                return;
            }
            3 => {
                let word = self.word();
                self.text += &format!("set -- {word} \"$@\"");
            }
            4 => self.text += "[ $# -gt 0 ] && shift",
            5 => {
                self.condition();
                let operator = if self.random.below(2) == 0 {
                    " && "
                } else {
                    " || "
                };
                self.text += operator;
                self.command();
            }
            6 | 7 => {
                self.text += "if ";
                self.condition();
                self.text += "; then\n";
                self.list(depth - 1);
                if self.random.below(2) == 0 {
                    self.text += "else\n";
                    self.list(depth - 1);
                }
                self.text += "fi";
            }
            8 => {
                let word = self.word();
                self.text += &format!("for w in {word} x; do\n");
                self.list(depth - 1);
                if self.random.below(2) == 0 {
                    self.condition();
                    self.text += " && break\n";
                }
                self.text += "done";
            }
            9 => {
                let word = self.word();
                self.text += &format!("case {word} in\na*|'') ");
                self.list(depth - 1);
                self.text += ";;\n-?) ";
                self.list(depth - 1);
                self.text += ";;\n*) ";
                self.list(depth - 1);
                self.text += ";;\nesac";
            }
            10 => {
                self.text += "(\n";
                self.list(depth - 1);
                self.text += ")";
            }
            _ => {
                self.text += "v=$(";
                self.command();
                self.text += "; echo ";
                let word = self.word();
                self.text += &word;
                self.text += ")";
            }
        }
        self.text += "\n";
    }

    fn command(&mut self) {
        if self.functions > 0 && self.random.below(4) == 0 {
            let function = self.random.below(self.functions);
            let word = self.word();
            self.text += &format!("f{function} {word}");
            return;
        }
        let name = ["alpha", "beta", "gamma"][self.random.below(3) as usize];
        let (one, two) = (self.word(), self.word());
        self.text += &format!("{name} {one} {two}");
    }

    fn condition(&mut self) {
        match self.random.below(7) {
            0 => self.text += "grep q",
            1 => self.text += "! grep r",
            2 => {
                let (one, two) = (self.quoted(), self.quoted());
                self.text += &format!("[ {one} = {two} ]");
            }
            3 => {
                let word = self.quoted();
                self.text += &format!("[ -z {word} ]");
            }
            4 => self.text += "[ $# -gt 1 ]",
            5 if self.functions > 0 => {
                let function = self.random.below(self.functions);
                self.text += &format!("f{function}");
            }
            _ => {
                let word = self.quoted();
                self.text += &format!("{{ grep s && [ {word} != a ]; }}");
            }
        }
    }

    fn word(&mut self) -> String {
        match self.random.below(4) {
            0 => ["$v", "${1-}", "${v:-d}", "$PORT"][self.random.below(4) as usize].to_owned(),
            _ => self.quoted(),
        }
    }

    fn quoted(&mut self) -> String {
        [
            "a",
            "'b c'",
            "-x",
            "\"$v\"",
            "\"${1-}\"",
            "\"${1#-}\"",
            "\"$#\"",
            "\"${v:-$PORT}\"",
            "\"${v%a}z\"",
            "\"${w:+$w}\"",
        ][self.random.below(10) as usize]
            .to_owned()
    }
}
