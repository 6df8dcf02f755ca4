//! What comes of a start: all that fails, in a line each.

use std::fmt::Write;

use super::row::{Row, UNKNOWN};
use crate::finding::Certainty;
use crate::judge::TraceEffect;
use crate::report::printable::{printable, shorten, wrap};
use crate::report::{Paint, Terminal};

/// What comes of it all: each failure in a line.
pub(super) fn write(output: &mut String, rows: &[Row<'_>], serves: bool, terminal: &Terminal) {
    let failing = rows.iter().filter(|row| row.step.is_fault());
    let mut faults: Vec<(String, String)> = Vec::new();
    let mut over = false;
    for row in failing {
        let mut told = told_by(row);
        if row.step.ends && row.step.reached == Certainty::Always && !over {
            over = true;
            if let Some(first) = told.first_mut() {
                first.push_str(", and the start ends");
            }
        }
        for fault in told {
            let fault = (row.place(), fault);
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    if faults.is_empty() {
        let (paint, text) = if serves {
            (Paint::Good, "✓ nothing fails that is known of")
        } else {
            (
                Paint::Doubtful,
                "? nothing fails that is known of; what listens, and on which port, is not known",
            )
        };
        let _ = writeln!(output, "{}", terminal.paint(paint, text));
        return;
    }
    let _ = writeln!(output, "{}", terminal.paint(Paint::Bad, "✗ what fails:"));
    let width = faults
        .iter()
        .map(|(place, _)| place.chars().count())
        .max()
        .unwrap_or(0);
    for (place, fault) in &faults {
        let lines = wrap(fault, terminal.width.saturating_sub(width + 4).max(30));
        for (index, line) in lines.iter().enumerate() {
            let place = if index == 0 { place } else { "" };
            let _ = writeln!(output, "  {place:width$}  {line}");
        }
    }
}

/// What fails in a step, in a few words each.
fn told_by(row: &Row<'_>) -> Vec<String> {
    let program = row.step.argv.first().and_then(Option::as_deref);
    let program = program.map_or(UNKNOWN, |p| p.rsplit('/').next().unwrap_or(p));
    let program = printable(&shorten(program, 40));
    let fault = match &row.step.effect {
        TraceEffect::SwitchUser { account } => {
            let account = account.as_deref().unwrap_or(UNKNOWN);
            format!("{program} cannot become {}", printable(account))
        }
        TraceEffect::ChangeOwner { .. } => format!("{program} cannot change an owner"),
        TraceEffect::ChangeMode { .. } => format!("{program} cannot change the mode"),
        // The shell's own word is no program.
        TraceEffect::NeedsRoot if program == "exit" => "only root comes past this".to_owned(),
        TraceEffect::NeedsRoot => format!("{program} needs root"),
        effect => {
            let serves = matches!(effect, TraceEffect::Listen { .. });
            let lead = if serves {
                format!("{program}: ")
            } else {
                String::new()
            };
            let why = row.step.why.iter();
            return why.map(|why| format!("{lead}{}", printable(why))).collect();
        }
    };
    vec![fault]
}
