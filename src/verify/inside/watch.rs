//! The question of the health check, asked within the container: to its own address, never through a
//! port that somebody outside has published, behind which a proxy accepts connections for nobody.

use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// A connection that is not there by then is not going to be: the health check's own limit.
const CONNECTS: Duration = Duration::from_secs(1);

/// A server that accepts a connection and dies of it right away was not healthy: it has to answer again
/// after that long.
const STAYS: Duration = Duration::from_secs(1);

/// An answer to what a client asks takes no longer.
const ANSWERS: Duration = Duration::from_secs(3);

/// What answers a client otherwise than it should, may not be ready: it is asked again as long, or until the
/// time for the start is over.
const READY: Duration = Duration::from_secs(15);

/// No more than that of an answer is kept, in bytes.
const KEPT: usize = 4096;

/// What has to be the case before the process counts as started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The ports that have to answer. Without one, it has to live until it has settled.
    pub ports: Vec<u16>,
    /// The check comes to loopback as well.
    pub loopback: bool,
    /// In milliseconds, how long the start may take.
    pub timeout: u64,
    /// In milliseconds, after how long without a change of what it listens on nothing else is expected.
    pub settles: u64,
    /// What is asked at the first port, and what has to be in the answer.
    pub question: Option<(Vec<u8>, Vec<u8>)>,
    /// In milliseconds, how long an answer may take, where the health check says so.
    pub answers: Option<u64>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// All ports answered, and did so again later.
    pub healthy: bool,
    /// In milliseconds, how long that took, or when it was given up.
    pub after: u64,
    /// The address that was asked.
    pub address: Option<Ipv4Addr>,
    /// The ports that did not answer, and with which words.
    pub silent: Vec<(u16, String)>,
    /// They answered once, and no more afterwards.
    pub died: bool,
    /// What came back to the question.
    pub reply: Option<Vec<u8>>,
    /// What is listened on.
    pub listeners: Vec<(IpAddr, u16)>,
    /// How many processes there are beside the first one, which started them, and this one.
    pub processes: usize,
}

/// Asks until all is well, or nothing is to be expected any more.
pub fn watch(request: &Request) -> Report {
    let begun = Instant::now();
    let mut settled = Settled::new();
    loop {
        let mut report = Report {
            address: own_address(),
            listeners: listeners(),
            processes: processes(),
            ..Report::default()
        };
        let past = begun.elapsed();
        report.after = millis(past);
        report.silent = silent(request, &report);
        let seen = (report.listeners.clone(), report.processes == 0);
        let rests = settled.rests(seen) > Duration::from_millis(request.settles);
        let late = past > Duration::from_millis(request.timeout);
        if request.ports.is_empty() && report.processes > 0 {
            report.healthy = rests || late;
        } else if !request.ports.is_empty() && report.silent.is_empty() {
            return confirm(request, report);
        }
        // One that listens on nothing yet may take all of its time.
        let is_up = !report.listeners.is_empty() || report.processes == 0;
        if report.healthy || late || is_up && rests {
            return report;
        }
        sleep(PAUSE);
    }
}

/// Since when what is listened on is the same.
struct Settled {
    seen: (Vec<(IpAddr, u16)>, bool),
    since: Instant,
}

impl Settled {
    fn new() -> Self {
        Self {
            seen: Default::default(),
            since: Instant::now(),
        }
    }

    fn rests(&mut self, seen: (Vec<(IpAddr, u16)>, bool)) -> Duration {
        if self.seen != seen {
            self.seen = seen;
            self.since = Instant::now();
        }
        self.since.elapsed()
    }
}

/// All ports have answered: whether they still do a while later, and what the first one says.
fn confirm(request: &Request, first: Report) -> Report {
    sleep(STAYS);
    let mut report = Report {
        listeners: listeners(),
        processes: processes(),
        ..first
    };
    report.silent = silent(request, &report);
    report.died = !report.silent.is_empty();
    report.healthy = !report.died;
    let target = report.address.zip(request.ports.first());
    if let (true, Some((address, port)), Some((send, expect))) =
        (report.healthy, target, &request.question)
    {
        let begun = Instant::now();
        let left = request.timeout.saturating_sub(report.after);
        let ready = READY.max(Duration::from_millis(left));
        let patience = request.answers.map_or(ANSWERS, Duration::from_millis);
        loop {
            let reply = ask((address, *port).into(), send, expect, patience).unwrap_or_default();
            let answered = has(&reply, expect);
            report.reply = Some(reply);
            if answered || begun.elapsed() > ready {
                break;
            }
            sleep(5 * PAUSE);
        }
        report.processes = processes();
    }
    report
}

/// Whether an answer has what is expected somewhere in it; any answer has nothing in it.
pub fn has(reply: &[u8], expect: &[u8]) -> bool {
    match expect {
        [] => !reply.is_empty(),
        _ => reply.windows(expect.len()).any(|part| part == expect),
    }
}

/// The ports that do not answer.
fn silent(request: &Request, report: &Report) -> Vec<(u16, String)> {
    let addresses: Vec<Ipv4Addr> = report
        .address
        .into_iter()
        .chain(request.loopback.then_some(Ipv4Addr::LOCALHOST))
        .collect();
    let ports = request.ports.iter();
    let answers = |port: u16| {
        let mut last = "the container has no address".to_owned();
        for address in &addresses {
            match TcpStream::connect_timeout(&(*address, port).into(), CONNECTS) {
                Ok(_) => return None,
                Err(error) => last = words(&error),
            }
        }
        Some((port, last))
    };
    ports.filter_map(|port| answers(*port)).collect()
}

/// An error in one line, without the number that the system has for it.
fn words(error: &io::Error) -> String {
    let text = error.to_string().replace('\n', " ");
    match text.split_once(" (os error") {
        Some((text, _)) => text.to_owned(),
        None => text,
    }
}

/// Sends something and reads until what is expected is there, or nothing comes any more.
fn ask(address: SocketAddr, send: &[u8], expect: &[u8], patience: Duration) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, CONNECTS)?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(send)?;
    let begun = Instant::now();
    let mut reply = Vec::new();
    let mut buffer = [0; KEPT];
    while !has(&reply, expect) && reply.len() < KEPT {
        let left = patience.saturating_sub(begun.elapsed());
        if left.is_zero() {
            break;
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => reply.extend_from_slice(&buffer[..read]),
        }
    }
    reply.truncate(KEPT);
    Ok(reply)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The first IPv4 address of this network namespace that is not loopback: the one that the health check
/// of the platform takes.
fn own_address() -> Option<Ipv4Addr> {
    // A thread can be in a network namespace of its own.
    let table = fs::read_to_string("/proc/thread-self/net/fib_trie").ok()?;
    let mut before = None;
    for line in table.lines() {
        if let Some(address) = line.trim_start().strip_prefix("|-- ") {
            before = address.parse::<Ipv4Addr>().ok();
        } else if line.trim_start().starts_with("/32 host LOCAL")
            && let Some(address) = before.filter(|address| !address.is_loopback())
        {
            return Some(address);
        }
    }
    None
}

/// What is listened on over TCP, each once, in order.
pub fn listeners() -> Vec<(IpAddr, u16)> {
    let tables = ["tcp", "tcp6"].map(|name| format!("/proc/thread-self/net/{name}"));
    let texts = tables
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    let mut listeners: Vec<(IpAddr, u16)> = texts
        .flat_map(|text| text.lines().filter_map(listener).collect::<Vec<_>>())
        .collect();
    // The names of Docker's own networks are asked there.
    listeners.retain(|(address, _)| *address != IpAddr::from([127, 0, 0, 11]));
    listeners.sort_unstable_by_key(|(address, port)| (*port, *address));
    listeners.dedup();
    listeners
}

/// A line of /proc/net/tcp, if it is about a socket that listens: state 0A.
fn listener(line: &str) -> Option<(IpAddr, u16)> {
    let mut fields = line.split_whitespace().skip(1);
    let (address, port) = fields.next()?.split_once(':')?;
    if fields.nth(1)? != "0A" {
        return None;
    }
    // Words of 32 bits, each as the machine has it in its memory.
    let words = address.as_bytes().chunks(8).map(|word| {
        let word = u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok()?;
        Some(word.to_ne_bytes())
    });
    let bytes: Vec<u8> = words.collect::<Option<Vec<_>>>()?.concat();
    let address = match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(four) => IpAddr::from(Ipv4Addr::from(four)),
        Err(_) => IpAddr::from(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)),
    };
    Some((address, u16::from_str_radix(port, 16).ok()?))
}

/// How many processes live here beside the first one and this one.
fn processes() -> usize {
    // The number that it has where /proc is from, which need not be the one that it knows itself by.
    let own = fs::read_link("/proc/self").ok();
    let own = own.and_then(|path| path.to_str()?.parse::<u32>().ok());
    let Ok(entries) = fs::read_dir("/proc") else {
        return 0;
    };
    let numbers = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let lives = |number: u32| {
        let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        // The name is in parentheses and may have any in it.
        let state = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.chars().next());
        state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
    };
    numbers
        .filter(|number| *number != 1 && Some(*number) != own && lives(*number))
        .count()
}

impl Request {
    /// Reads what `Display` writes.
    pub fn read(text: &str) -> Option<Self> {
        let mut request = Self::default();
        for line in text.lines() {
            let (key, value) = line.split_once(' ')?;
            match key {
                "port" => request.ports.push(value.parse().ok()?),
                "loopback" => request.loopback = value.parse().ok()?,
                "timeout" => request.timeout = value.parse().ok()?,
                "settles" => request.settles = value.parse().ok()?,
                "question" => {
                    let (send, expect) = value.split_once(' ')?;
                    request.question = Some((bytes(send)?, bytes(expect)?));
                }
                "answers" => request.answers = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        Some(request)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for port in &self.ports {
            writeln!(f, "port {port}")?;
        }
        writeln!(f, "loopback {}", self.loopback)?;
        writeln!(f, "timeout {}", self.timeout)?;
        writeln!(f, "settles {}", self.settles)?;
        if let Some(answers) = self.answers {
            writeln!(f, "answers {answers}")?;
        }
        match &self.question {
            Some((send, expect)) => writeln!(f, "question {} {}", hex(send), hex(expect)),
            None => Ok(()),
        }
    }
}

impl Report {
    /// Reads what `Display` writes. What was cut off is nothing: the last line says that it is one.
    pub fn read(text: &str) -> Option<Self> {
        let mut report = Self::default();
        for line in text.lines() {
            let (key, value) = line.split_once(' ')?;
            match key {
                "healthy" => report.healthy = value.parse().ok()?,
                "after" => report.after = value.parse().ok()?,
                "address" => report.address = Some(value.parse().ok()?),
                "silent" => {
                    let (port, why) = value.split_once(' ')?;
                    report.silent.push((port.parse().ok()?, why.to_owned()));
                }
                "died" => report.died = value.parse().ok()?,
                "reply" => report.reply = Some(bytes(value)?),
                "listens" => {
                    let (address, port) = value.split_once(' ')?;
                    report
                        .listeners
                        .push((address.parse().ok()?, port.parse().ok()?));
                }
                "processes" => report.processes = value.parse().ok()?,
                "end" => return Some(report),
                _ => return None,
            }
        }
        None
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "healthy {}", self.healthy)?;
        writeln!(f, "after {}", self.after)?;
        if let Some(address) = self.address {
            writeln!(f, "address {address}")?;
        }
        for (port, why) in &self.silent {
            writeln!(f, "silent {port} {why}")?;
        }
        writeln!(f, "died {}", self.died)?;
        if let Some(reply) = &self.reply {
            writeln!(f, "reply {}", hex(reply))?;
        }
        for (address, port) in &self.listeners {
            writeln!(f, "listens {address} {port}")?;
        }
        writeln!(f, "processes {}", self.processes)?;
        writeln!(f, "end -")
    }
}

/// Bytes as two digits each; `-` is in front so that none at all are something, too.
fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("-{digits}")
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix('-')?.as_bytes();
    let pairs = digits.chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}
