//! The reports of `check` for programs, by their formats.

use super::{Report, json};
use crate::cli::ReportFormat;

/// A report in a format; none where the format shows text of the files, which a report has not.
pub fn render(report: &Report, format: ReportFormat) -> Option<String> {
    match format {
        ReportFormat::Json => Some(json::check(report)),
        _ => None,
    }
}
