//! `persistent-data`: a server keeps data, and nothing outlives the container.

use super::at_server;
use super::port::Served;
use super::subject::Subject;
use crate::eval::is_below;
use crate::finding::Finding;
use crate::image;
use crate::launch::Serving;
use crate::programs::{Persistence, Setting, WriteKind};

const RULE: &str = "persistent-data";

const HELP: &str = "keep data that has to last in a service";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let servers = subject.launch.iter().flat_map(|launch| launch.servers());
    for serving in servers.filter(|serving| !serving.stands_in) {
        let finding = match &serving.persistence {
            Persistence::Told(setting) => told(subject, serving, setting),
            Persistence::Unsaid => keeps(subject, serving),
            Persistence::Never => None,
        };
        findings.extend(finding.map(|finding| finding.help(HELP)));
    }
}

/// A server that is told to keep what it holds.
fn told(subject: &Subject<'_>, serving: &Serving, setting: &Setting) -> Option<Finding> {
    let all = Served::all(subject);
    let mut own = all.iter();
    let served = own.find(|served| std::ptr::eq(served.serving, serving))?;
    let message = format!(
        "{} is told to keep its data, but nothing outlives the container: a restart begins anew.",
        served.title()
    );
    Some(served.finding(subject, RULE, setting, message))
}

/// A server that keeps its data in a folder, of which no VOLUME says the same.
fn keeps(subject: &Subject<'_>, serving: &Serving) -> Option<Finding> {
    let data = |kind: WriteKind| kind == WriteKind::Data;
    let mut kept = serving.writes.iter().filter(|(write, _)| data(write.kind));
    let (write, written) = kept.next()?;
    let volumes = subject.image.config.volumes.iter();
    let mut volumes = volumes.filter(|volume| volume.origin.is_some());
    let path = written.as_ref().filter(|_| write.is_certain());
    let covers =
        |volume: &image::Setting| path.is_none_or(|kept| is_below(&kept.path, &volume.value));
    if volumes.any(covers) {
        return None;
    }
    let place = path.map_or_else(String::new, |kept| format!(" in {}", kept.path));
    let message = format!(
        "{} keeps its data{place}, and nothing outlives the container: a restart begins anew.",
        serving.server.title
    );
    at_server::finding(subject, RULE, serving, message)
}
