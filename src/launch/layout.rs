//! Where a server writes in an image that is laid out in another way than its own.

use super::effects::Judge;
use crate::eval::Step;
use crate::image::Node;
use crate::programs::{Layout, Write};

/// A path where whatever brought the server has it: a package, another base, an archive.
pub(super) fn laid_out(judge: &Judge<'_>, step: &Step, mut write: Write) -> Write {
    let laid_out = write
        .layouts
        .iter()
        .find_map(|layout| path(judge, step, layout));
    if let Some(path) = laid_out {
        // What the server says there names the path of its own.
        write.words = write
            .words
            .filter(|words| path == write.setting.value || !words.contains('/'));
        write.setting.value = path;
    }
    write
}

/// The path that a layout says, if it holds; `Some(None)` where nothing is written then.
fn path(judge: &Judge<'_>, step: &Step, layout: &Layout) -> Option<Option<String>> {
    let files = &judge.image.files;
    let base = judge.image.base.map(|base| base.name.as_str());
    let there = |path: &String| files.get(path).is_some();
    let packaged = |path: &String| {
        files
            .get(path)
            .is_some_and(|node: &Node| node.made.is_none())
    };
    let holds = layout.there.as_ref().is_none_or(there)
        && layout.packaged.as_ref().is_none_or(packaged)
        && (layout.package.as_ref()).is_none_or(|name| judge.image.installs(name))
        && (layout.base.is_none() || layout.base.as_deref() == base);
    if !holds {
        return None;
    }
    let Some(mut path) = layout.path.clone() else {
        return Some(None);
    };
    if let Some(variable) = &layout.variable {
        path = path.replace("{variable}", &step.environment(variable)?);
    }
    if path.contains("{home}") {
        path = path.replace("{home}", &home(step)?);
    }
    Some(Some(path))
}

/// `/opt/tomcat` of `/opt/tomcat/bin/catalina.sh`; none of what lies with the system's programs.
fn home(step: &Step) -> Option<String> {
    let program = step.argv.first()?.known()?;
    if !program.contains('/') {
        return None;
    }
    let program = step.absolute(&program)?;
    let (folder, _) = program.rsplit_once('/')?;
    let home = folder
        .strip_suffix("/bin")
        .or_else(|| folder.strip_suffix("/sbin"))?;
    (!matches!(home, "" | "/usr" | "/usr/local")).then(|| home.to_owned())
}
