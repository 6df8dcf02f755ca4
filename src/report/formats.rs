//! The reports of `check` for programs, by their formats. All are written from a [`Report`] alone.

use super::{
    Report, Terminal, checkstyle, concise, github, gitlab, json, jsonl, junit, markdown, rdjson,
    sarif,
};
use crate::cli::ReportFormat;

/// A report in a format; none where the format shows text of the files, which a report has not.
pub fn render(report: &Report, format: ReportFormat, terminal: &Terminal) -> Option<String> {
    Some(match format {
        ReportFormat::Text => return None,
        ReportFormat::Concise => concise::check(report, terminal),
        ReportFormat::Json => json::check(report),
        ReportFormat::Jsonl => jsonl::check(report),
        ReportFormat::Sarif => sarif::check(report),
        ReportFormat::Github => github::check(report),
        ReportFormat::Gitlab => gitlab::check(report),
        ReportFormat::Junit => junit::check(report),
        ReportFormat::Checkstyle => checkstyle::check(report),
        ReportFormat::Rdjson => rdjson::check(report),
        ReportFormat::Markdown => markdown::check(report),
    })
}
