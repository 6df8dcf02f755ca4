//! `missing-script`: a file that the build or the start needs is not there.

use super::subject::Subject;
use crate::finding::Finding;
use crate::image::Missing;
use crate::syntax::dockerfile::Keyword;

const RULE: &str = "missing-script";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let missing = &subject.image.missing;
    // Built from a folder above, it has its files there, those that this folder knows nothing of, too.
    let above = |missing: &&Missing| !missing.ignored && subject.context.is_above(&missing.path);
    let elsewhere = missing.iter().filter(above).count();
    if elsewhere > 0 && elsewhere * 2 >= missing.len() {
        return;
    }
    for missing in missing {
        let message = if missing.ignored {
            format!(
                "{} is in the context, but .dockerignore keeps it from the build, which fails.",
                missing.path
            )
        } else {
            format!("{} is not in the context: the build fails.", missing.path)
        };
        findings.push(subject.finding(RULE, missing.origin, message));
    }
    let Some(first) = subject.launch.and_then(|launch| launch.argv.first()) else {
        return;
    };
    let (Some(path), Some(origin)) = (first.known(), first.origin()) else {
        return;
    };
    if is_script(&path) && subject.context.root().is_some() && !may_be_there(subject, &path) {
        let message = format!(
            "no instruction puts {path} into the image: the start ends with “no such file or directory”."
        );
        findings.push(subject.finding(RULE, origin, message));
    }
}

/// Names that a script of one's own has, and nothing that a package brings.
fn is_script(path: &str) -> bool {
    let of_packages = ["/usr/", "/bin/", "/sbin/", "/lib/", "/opt/"];
    let packaged = of_packages.iter().any(|folder| path.starts_with(folder))
        && !path.starts_with("/usr/local/bin/")
        && !path.starts_with("/usr/src/");
    let script = path.ends_with(".sh") || path.contains("entrypoint");
    path.starts_with('/') && script && !packaged
}

/// Whether anything but the start command speaks of the file, or brings files that are not known to
/// where it is to be.
fn may_be_there(subject: &Subject<'_>, path: &str) -> bool {
    let image = subject.image;
    if image.files.get(path).is_some()
        || !matches!(image.base, Some(base) if base.entrypoint.is_empty())
    {
        return true;
    }
    let base = path.rsplit('/').next().unwrap_or_default();
    let text = subject.text(subject.source);
    let named = subject.dockerfile.instructions.iter().any(|instruction| {
        !matches!(instruction.keyword, Keyword::Cmd | Keyword::Entrypoint)
            && text.slice(instruction.span).contains(base)
    });
    // A folder that is copied whole is known, file by file; what else fills one is not.
    let unknown = image.copies.iter().any(|copied| {
        let of = subject.instruction(copied.instruction);
        of.is_some_and(|of| {
            of.flags.iter().any(|flag| flag.name == "from") || of.keyword == Keyword::Add
        })
    });
    let unpacked = image.steps.iter().any(|build| {
        matches!(
            build.step.program().as_deref(),
            Some("tar" | "unzip" | "git" | "cp" | "mv" | "make" | "ln" | "install" | "rsync")
        )
    });
    let beyond = image
        .missing
        .iter()
        .any(|missing| missing.path.contains('*'));
    named || unknown || unpacked || beyond
}
