//! Scripts that nobody wrote.

use super::Random;

/// Writes scripts that come to an end.
pub(super) struct Writer {
    random: Random,
    text: String,
    functions: u32,
    /// Whether it is for bash alone.
    bash: bool,
    in_function: bool,
}

impl Writer {
    pub(super) fn new(seed: u64, bash: bool) -> Self {
        Self {
            random: Random((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            text: String::new(),
            functions: 0,
            bash,
            in_function: false,
        }
    }

    pub(super) fn script(mut self) -> String {
        if self.bash {
            self.text += "#!/bin/bash\n";
        }
        if self.random.below(2) == 0 {
            self.text += "set -e\n";
        }
        if self.random.below(4) == 0 {
            self.text += "v= w=d\nset -u\n";
        }
        if self.bash && self.random.below(3) == 0 {
            self.text += "set -o pipefail\n";
        }
        if self.bash {
            self.text += "l=()\n";
        }
        let functions = self.random.below(3);
        for i in 0..functions {
            self.text += &format!("f{i}() {{\n");
            self.in_function = true;
            self.list(2);
            self.in_function = false;
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
        let more = if self.bash { 18 } else { 14 };
        match self.random.below(more) {
            0 if depth > 0 => return self.reading(depth),
            1 => return self.quiet_statement(),
            2 if !self.in_function => return self.options(),
            3 if depth > 0 => return self.counting(depth),
            14.. => return self.bash_statement(depth),
            _ => {}
        }
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

    /// Loops that read what is known.
    fn reading(&mut self, depth: u32) {
        let (one, two) = (self.quoted(), self.quoted());
        match self.random.below(3) {
            0 => {
                self.text += "while read -r x y; do\n";
                self.list(depth - 1);
                self.text += "beta \"$x\" \"$y\"\ndone <<EOF\na b c\n$v-\n${1-} x\nEOF\n";
            }
            1 => {
                self.text += &format!("echo x {one} {two} | while read -r x y; do\n");
                self.list(depth - 1);
                self.text += "gamma \"$y\"\ndone\n";
            }
            _ => {
                self.text += "IFS=: read -r x y <<'EOF'\na:b:c d\nEOF\nalpha \"$x\" $y\n";
            }
        }
    }

    /// What changes the shell and runs nothing, or runs it later.
    fn quiet_statement(&mut self) {
        let word = self.quoted();
        match self.random.below(7) {
            0 => self.text += "trap 'beta trapped' EXIT\n",
            1 => self.text += "trap - EXIT\n",
            2 if self.in_function => self.text += &format!("local v={word}\n"),
            3 => self.text += "eval 'v=$PORT; alpha \"$v\"'\n",
            4 => self.text += "alpha later & wait\n",
            5 => self.text += &format!("alpha {word} | gamma\n"),
            _ => self.text += &format!(": \"${{v:=e}}\" {word}\n"),
        }
    }

    /// What happens where the arguments change within the loop is not said by POSIX.
    fn options(&mut self) {
        self.text += "OPTIND=1\nwhile getopts xb: o; do\nalpha $o \"${OPTARG-}\"\n";
        let word = self.quoted();
        self.text += &format!("grep $o && v={word}\ncase $o in x) beta ;; esac\n");
        self.text += "done\nshift $((OPTIND - 1))\n";
    }

    fn counting(&mut self, depth: u32) {
        let until = self.random.below(2) == 0;
        self.text += match until {
            true => "n=0\nuntil [ $n -ge 2 ]; do\n",
            false => "n=0\nwhile [ $n -lt 2 ]; do\n",
        };
        self.list(depth - 1);
        self.text += "n=$((n + 1))\n";
        if self.random.below(3) == 0 {
            self.condition();
            self.text += " && continue\n";
        }
        self.command();
        self.text += "\ndone\n";
    }

    fn bash_statement(&mut self, depth: u32) {
        let (one, two) = (self.quoted(), self.quoted());
        match self.random.below(12) {
            0 => self.text += &format!("l=({one} $v {two})\n"),
            1 => self.text += &format!("l+=({one})\nalpha ${{#l[@]}} \"${{l[@]}}\"\n"),
            2 => self.text += "beta \"${l[@]:1}\" \"${l[*]}\" \"${!l[@]}\"\n",
            3 => self.text += "alpha {a,$v}z {1..3} x{,y}\n",
            4 => {
                self.text += "[[ \"$v\" =~ ^([a-z])(.*)$ ]] && gamma \"${BASH_REMATCH[1]}\" \"${BASH_REMATCH[2]}\"\n"
            }
            5 => self.text += &format!("mapfile -t l <<< {one}\nbeta \"${{l[@]}}\"\n"),
            6 => {
                self.text += &format!(
                    "declare -A m=([a]={one}); m[b$v]={two}; alpha \"${{m[a]}}\" ${{#m[@]}}\n"
                )
            }
            7 => self.text += &format!("printf -v v '%s.%d' {one} 7\n"),
            8 => self.text += "alpha \"${v^^}\" \"${v//a/b}\" \"${v:0:1}\" $((${#v} ** 2))\n",
            9 if depth > 0 => {
                self.text += &format!("case {one} in\na*) ");
                self.list(depth - 1);
                self.text += ";;&\n*c*) ";
                self.list(depth - 1);
                self.text += ";&\n-x) ";
                self.list(depth - 1);
                self.text += ";;\n*) ";
                self.list(depth - 1);
                self.text += ";;\nesac\n";
            }
            10 if depth > 0 => {
                self.text += "for w in \"${l[@]}\"; do\n";
                self.list(depth - 1);
                self.text += "done\n";
            }
            _ if self.in_function => self.text += "local -n r=v\nr=ref$r\n",
            _ => self.text += &format!("IFS=, read -ra l <<< {one},q\n"),
        }
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
