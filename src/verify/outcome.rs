//! What became of a container that was started, and what that means.

use std::net::IpAddr;

use super::contract::Contract;
use super::inside::watch::{Report, has};
use crate::programs::Question;

/// What was seen of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The status that it ended with; none if it still ran after all questions.
    pub ended: Option<i32>,
    /// What the health check saw from within; none where it could not look, as the container had ended.
    pub report: Option<Report>,
    /// What it printed, the standard error among the standard output.
    pub log: String,
}

/// Whether the platform would take it for a started one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It answers, and goes on to do so.
    Healthy,
    /// The platform, or the machine, does not start it at all: why, as a sentence.
    NotStarted(String),
    /// It ended, with this status. It may have answered before.
    Ended {
        /// The status.
        status: i32,
        /// It did answer.
        answered: bool,
    },
    /// It lives, and ports that have to answer do not: which, and with which words.
    Silent(Vec<(u16, String)>),
    /// It accepts connections, and does not serve who asks: this is what it says.
    Refuses(Vec<u8>),
}

impl Verdict {
    /// What to make of what was seen.
    pub fn of(seen: &Seen, contract: &Contract, question: Option<&Question>) -> Self {
        let report = seen.report.as_ref();
        let answered = report.is_some_and(|report| report.healthy || report.died);
        if let Some(status) = seen.ended {
            return Self::Ended { status, answered };
        }
        let Some(report) = report else {
            return Self::NotStarted("nothing could be asked within the container".into());
        };
        // What starts it outlives it, where the platform does not mind.
        if report.processes == 0 && !(report.healthy && contract.outlived) {
            return Self::Ended {
                status: 0,
                answered,
            };
        }
        if !report.healthy {
            return Self::Silent(report.silent.clone());
        }
        // What a page holds does not count, only the line before it.
        if let Some(reply) = report.reply.as_ref().filter(|_| contract.page.is_some())
            && question == contract.question().as_ref()
            && status(reply) != Some("200")
        {
            return Self::Refuses(reply.clone());
        }
        match (question, &report.reply) {
            (Some(question), Some(reply)) if !has(reply, &question.expect.0) => {
                Self::Refuses(reply.clone())
            }
            _ => Self::Healthy,
        }
    }

    /// Its name, as reports for programs have it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::NotStarted(_) => "not-started",
            Self::Ended { .. } => "ended",
            Self::Silent(_) => "silent",
            Self::Refuses(_) => "refuses",
        }
    }

    /// Whether it is as it has to be.
    pub fn is_healthy(&self) -> bool {
        *self == Self::Healthy
    }
}

/// The status of an answer over HTTP.
fn status(reply: &[u8]) -> Option<&str> {
    let line = reply.split(|byte| *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.strip_prefix("HTTP/")?.split(' ').nth(1)
}

impl Seen {
    /// The last lines of the log that have something in them.
    pub fn last_lines(&self, count: usize) -> Vec<&str> {
        let lines = self.log.lines().map(str::trim_end);
        let lines: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(count)..].to_vec()
    }

    /// What it listens on.
    pub fn listeners(&self) -> &[(IpAddr, u16)] {
        self.report
            .as_ref()
            .map_or(&[], |report| report.listeners.as_slice())
    }
}
