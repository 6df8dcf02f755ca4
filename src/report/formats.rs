//! The reports of `check` for programs, by their formats. All are written from a [`Report`] alone.

use super::{
    Report, checkstyle, concise, github, gitlab, json, jsonl, junit, markdown, rdjson, sarif,
};
use crate::cli::ReportFormat;

/// A report in a format; none where the format shows text of the files, which a report has not.
pub fn render(report: &Report, format: ReportFormat) -> Option<String> {
    let render = match format {
        ReportFormat::Text => return None,
        ReportFormat::Concise => concise::check,
        ReportFormat::Json => json::check,
        ReportFormat::Jsonl => jsonl::check,
        ReportFormat::Sarif => sarif::check,
        ReportFormat::Github => github::check,
        ReportFormat::Gitlab => gitlab::check,
        ReportFormat::Junit => junit::check,
        ReportFormat::Checkstyle => checkstyle::check,
        ReportFormat::Rdjson => rdjson::check,
        ReportFormat::Markdown => markdown::check,
    };
    Some(render(report))
}
