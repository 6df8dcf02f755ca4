//! `my_init` of phusion/baseimage: scripts, then runit's services, then its words.
//!
//! Source: `image/bin/my_init` of phusion/baseimage-docker, of May 2015 and of today.

use super::Started;
use super::files::value;
use super::scan;
use crate::eval::{Child, ChildCommand, ChildManner, Managed, Value};
use crate::source::Span;
use crate::syntax::config::Text;

/// It reads, and writes, a file for each variable there.
const ENVIRONMENT: &str = "/etc/container_environment";

pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    if started.has(&["-h", "--help"]) {
        return None;
    }
    let mut managed = Managed::default();
    managed.writes.push(format!("{ENVIRONMENT}/PATH"));
    if !started.has(&["--skip-startup-files"]) {
        scan::scripts(started, "/etc/my_init.d", &mut managed);
        if started.text_of("/etc/rc.local").is_some() {
            let command = ChildCommand::Words(vec![Value::text("/etc/rc.local")]);
            let child = Child::new(command, started.origin, ChildManner::Before);
            managed.children.push(child);
        }
    }
    if !started.has(&["--skip-runit"]) {
        scan::watched(started, "/etc/service", &mut managed);
    }
    let operands = started.operands(&[]);
    if let Some(first) = operands.first() {
        let words: Vec<Value> = started.argv[*first..].to_vec();
        let command = ChildCommand::Words(words);
        let child = Child::new(command, started.place(*first), ChildManner::Main);
        managed.children.push(child);
    }
    let environment = environment(started);
    for child in &mut managed.children {
        child.environment.clone_from(&environment);
    }
    if managed.children.is_empty() && managed.gaps.is_empty() {
        let why = "what scripts and services the base image has is not known";
        managed.gap(started.origin, why);
    }
    Some(managed)
}

/// What the files say that is not set already.
fn environment(started: &Started<'_>) -> Vec<(String, Value)> {
    let names = started.inside(ENVIRONMENT).into_iter();
    let unset = names.filter(|name| started.state.variable(name).is_none());
    let known = unset.filter_map(|name| {
        let script = started.text_of(&format!("{ENVIRONMENT}/{name}"))?;
        let text = script.text.text().trim_end_matches('\n').to_owned();
        let span = Span::new(0, text.len());
        Some((name, value(&script, &Text { text, span })))
    });
    known.collect()
}
