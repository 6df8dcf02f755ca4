//! What commands print into files.

use std::rc::Rc;

use super::Made;
use crate::eval::{Piece, ScriptText, Value};
use crate::image::files::{Content, Files, Node, NodeKind};
use crate::image::{Scripts, texts};
use crate::syntax::shell::RedirectKind;

impl Made<'_> {
    /// `tee`: each file that it names has what it reads.
    pub(super) fn tee(&self, files: &mut Files, scripts: &Scripts<'_>) {
        let append = |word: &str| matches!(word, "-a" | "--append" | "-ai" | "-ia");
        let append = self.words.iter().flatten().any(|word| append(word));
        for index in 1..self.words.len() {
            if self.words[index].is_some_and(|word| !word.starts_with('-'))
                && let Some(path) = self.path(index)
            {
                let text = texts::written(self.step, self.words, scripts, files, &path, append);
                self.put_text(files, &path, text);
            }
        }
    }

    /// `> file`, with the text where it is known.
    pub(super) fn redirected(&self, files: &mut Files, scripts: &Scripts<'_>, name: &str) {
        for (kind, target) in &self.step.redirects {
            let append = match kind {
                RedirectKind::Write | RedirectKind::WriteBoth => false,
                RedirectKind::Append => true,
                _ => continue,
            };
            let Some(path) = target
                .known()
                .and_then(|path| self.step.absolute(&path))
                .filter(|p| !p.starts_with("/dev/"))
            else {
                continue;
            };
            let is_new = !append || files.get(&path).is_none();
            let content = match self.printed(name).filter(|_| is_new) {
                Some(text) => Content::Text(Rc::new(text)),
                None => texts::written(self.step, self.words, scripts, files, &path, append),
            };
            self.put_text(files, &path, content);
        }
    }

    /// A file has another text, or is made with it.
    fn put_text(&self, files: &mut Files, path: &str, content: Content) {
        match files.get(path).cloned() {
            Some(node) => files.put(
                path,
                Node {
                    kind: NodeKind::File(content),
                    ..node
                },
            ),
            None => files.put_inside(path, self.node(NodeKind::File(content), 0o666)),
        }
    }

    /// The text that `echo` or `cat <<EOF` writes.
    fn printed(&self, name: &str) -> Option<ScriptText> {
        let mut text = Value::default();
        match name {
            "cat" if self.words.len() == 1 => {
                let document = self
                    .step
                    .redirects
                    .iter()
                    .find(|(kind, _)| *kind == RedirectKind::HereDocument)?;
                text = document.1.clone();
            }
            "echo" => {
                let mut words = &self.step.argv[1..];
                while words
                    .first()
                    .and_then(Value::known)
                    .is_some_and(|w| matches!(w.as_str(), "-e" | "-n" | "-E"))
                {
                    words = &words[1..];
                }
                // dash's echo and bash's with -e turn `\n` into a line end: then nothing stands where
                // it is written.
                if words
                    .iter()
                    .any(|word| word.known().is_none_or(|text| text.contains('\\')))
                {
                    return None;
                }
                for (i, word) in words.iter().enumerate() {
                    if i > 0 {
                        text.push_known(" ", None, false);
                    }
                    text.push(word.clone());
                }
            }
            _ => return None,
        }
        if text
            .pieces()
            .iter()
            .any(|piece| matches!(piece, Piece::Unknown(_)))
        {
            return None;
        }
        let (source, text) = text.joined(self.origin)?;
        Some(ScriptText::new(source, text))
    }
}
