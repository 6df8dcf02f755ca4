//! curl and wget.

use crate::programs::options::Options;
use crate::programs::words::{WordPart, Words, program_name};

/// A download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// The file that it goes to, where it is said; standard output or the address's own name otherwise.
    pub output: Option<WordPart>,
    /// The addresses.
    pub urls: Vec<WordPart>,
}

/// What `curl` or `wget` downloads.
pub fn parse_download(argv: &Words) -> Option<Download> {
    let (options, output): (&[&str], &[&str]) = match program_name(argv) {
        "curl" => (
            &[
                "-o",
                "--output",
                "-H",
                "--header",
                "-d",
                "--data",
                "--data-binary",
                "--data-raw",
                "-A",
                "--user-agent",
                "-u",
                "--user",
                "-X",
                "--request",
                "--url",
                "-e",
                "--referer",
                "-b",
                "--cookie",
                "-c",
                "--cookie-jar",
                "-x",
                "--proxy",
                "-m",
                "--max-time",
                "--connect-timeout",
                "--retry",
                "--retry-delay",
                "--retry-max-time",
                "--cacert",
                "--capath",
                "-E",
                "--cert",
                "--key",
                "-T",
                "--upload-file",
                "-w",
                "--write-out",
                "-K",
                "--config",
                "-F",
                "--form",
                "-r",
                "--range",
                "-C",
                "--continue-at",
                "--proto",
                "--output-dir",
                "--max-redirs",
                "-D",
                "--dump-header",
                "--resolve",
                "--ciphers",
                "-y",
                "-Y",
                "-z",
                "--stderr",
                "--limit-rate",
                "--tls-max",
            ],
            &["-o", "--output"],
        ),
        "wget" => (
            &[
                "-O",
                "--output-document",
                "-P",
                "--directory-prefix",
                "-o",
                "--output-file",
                "-a",
                "--append-output",
                "-i",
                "--input-file",
                "-t",
                "--tries",
                "-T",
                "--timeout",
                "-U",
                "--user-agent",
                "--header",
                "-e",
                "--execute",
                "-Q",
                "--quota",
                "-w",
                "--wait",
                "--post-data",
                "--user",
                "--password",
                "-Y",
                "-R",
                "-A",
                "-D",
                "-l",
                "-B",
                "-X",
                "--progress",
                "--secure-protocol",
                "--ca-certificate",
                "--limit-rate",
            ],
            &["-O", "--output-document"],
        ),
        _ => return None,
    };
    let found = Options::of(options).scan(argv, 1);
    let mut urls: Vec<WordPart> = found
        .options
        .iter()
        .filter(|o| o.name == "--url")
        .filter_map(|o| o.value.clone())
        .collect();
    urls.extend(found.operands.iter().copied().map(WordPart::whole));
    if urls.is_empty() {
        return None;
    }
    Some(Download {
        output: found.given(output).and_then(|o| o.value.clone()),
        urls,
    })
}
