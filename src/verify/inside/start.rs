//! What is to be started in a container, in the words that say so to the program there.

/// What is started, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// A name without a slash is looked up in PATH. A launcher that does not, does not say either that it
    /// could not start the program, and ends with status 0.
    pub looked_up: bool,
    /// Where it starts.
    pub directory: String,
    /// It does not start where that cannot be entered.
    pub directory_needed: bool,
    /// The container goes on when the process has ended with status 0.
    pub outlived: bool,
}

impl Start {
    /// The words that [`Start::from_words`] reads.
    pub fn words(&self) -> Vec<String> {
        let flag = |set: bool, name: &str| set.then(|| name.to_owned());
        let mut words = vec![self.directory.clone()];
        words.extend(flag(self.looked_up, "--looked-up"));
        words.extend(flag(self.directory_needed, "--directory-needed"));
        words.extend(flag(self.outlived, "--outlived"));
        words.push("--".to_owned());
        words.extend(self.argv.iter().cloned());
        words
    }

    /// What such words say.
    pub fn from_words(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut start = Self {
            argv: Vec::new(),
            looked_up: false,
            directory: words.next()?,
            directory_needed: false,
            outlived: false,
        };
        loop {
            match words.next()?.as_str() {
                "--looked-up" => start.looked_up = true,
                "--directory-needed" => start.directory_needed = true,
                "--outlived" => start.outlived = true,
                "--" => break,
                _ => return None,
            }
        }
        start.argv = words.collect();
        (!start.argv.is_empty()).then_some(start)
    }
}
