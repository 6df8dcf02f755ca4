//! Contexts of one folder and of the folders below it share files: what is changed for one of them has
//! to be seen by the others, and each file is written once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::fix::Change;
use crate::paths::real;
use crate::source::SourceId;

/// What is about contexts whose folders lie in each other, in groups. A folder comes before those that
/// lie in it.
pub(super) fn by_folder<T>(all: Vec<T>, context: impl Fn(&T) -> &Context) -> Vec<Vec<T>> {
    let mut by_root: BTreeMap<Option<PathBuf>, Vec<T>> = BTreeMap::new();
    for one in all {
        by_root
            .entry(real_root(context(&one)))
            .or_default()
            .push(one);
    }
    let mut groups: Vec<(Option<PathBuf>, Vec<T>)> = Vec::new();
    for (root, own) in by_root {
        match groups.last_mut() {
            Some((Some(outer), group)) if root.as_ref().is_some_and(|r| r.starts_with(&*outer)) => {
                group.extend(own);
            }
            _ => groups.push((root, own)),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What became of files up to now, by their real paths.
#[derive(Default)]
pub(super) struct Latest {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Latest {
    /// A context with what became of its files.
    pub fn in_context(&self, context: &Context) -> Context {
        let root = real_root(context);
        let earlier = root.map_or_else(Vec::new, |root| self.changes_below(context, &root));
        context.with_changes(&earlier)
    }

    /// Takes changes in.
    pub fn learn(&mut self, changes: &[Change]) {
        for change in changes {
            self.files.insert(real(&change.disk), change.after.clone());
        }
    }

    /// The changes of files that lie in a context.
    fn changes_below(&self, context: &Context, root: &Path) -> Vec<(SourceId, Vec<u8>)> {
        self.files
            .range(root.to_owned()..)
            .take_while(|(path, _)| path.starts_with(root))
            .filter_map(|(path, text)| {
                let below = path.strip_prefix(root).ok()?.to_str()?;
                Some((context.read(below).ok()?, text.clone()))
            })
            .collect()
    }
}

/// Changes one after the other as one a file, with its first bytes and its last.
pub(super) fn merged<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<Change> {
    let mut merged: BTreeMap<PathBuf, Change> = BTreeMap::new();
    for change in changes {
        merged
            .entry(real(&change.disk))
            .and_modify(|earlier| earlier.after.clone_from(&change.after))
            .or_insert_with(|| change.clone());
    }
    let mut merged: Vec<Change> = merged.into_values().collect();
    merged.retain(|change| change.before != change.after);
    merged
}

/// Whether the Dockerfile of a context comes from the standard input.
pub(super) fn is_stdin(context: &Context) -> bool {
    context.source(context.dockerfile()).path() == "-"
}

/// The folder of a context, without symbolic links.
pub(super) fn real_root(context: &Context) -> Option<PathBuf> {
    context.root().map(real)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_in_each_other_are_one_group() {
        let dir = tempfile::tempdir().expect("a folder");
        let contexts = ["a", "a/b/c", "a-b"].map(|name| {
            let root = dir.path().join(name);
            std::fs::create_dir_all(&root).expect("a folder");
            std::fs::write(root.join("Dockerfile"), "FROM a").expect("a file");
            Context::open(&root, &root.join("Dockerfile")).expect("a context")
        });
        let groups = by_folder(contexts.into(), |context| context);
        let sizes: Vec<_> = groups.iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 1]);
    }
}
