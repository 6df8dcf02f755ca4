//! Lines of bytes, and their ends.

/// The offsets at which the lines of a text start. What follows a last line end is no line.
pub(super) struct Lines {
    starts: Vec<usize>,
    len: usize,
}

impl Lines {
    pub(super) fn new(text: &[u8]) -> Self {
        let mut starts = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive(|b| *b == b'\n') {
            starts.push(at);
            at += line.len();
        }
        Self {
            starts,
            len: text.len(),
        }
    }

    /// How many lines there are.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// Where a line starts; the end of the text for every line behind the last one.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.len)
    }

    /// The line that an offset is in. The end of the text belongs to a last line without a line
    /// end, and otherwise to the line that would follow.
    pub(super) fn of(&self, offset: usize, text: &[u8]) -> usize {
        if offset >= self.len && text.last().is_none_or(|b| *b == b'\n') {
            return self.starts.len();
        }
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }
}

/// Whether an offset is where a line starts or could start.
pub(super) fn at_line_start(text: &[u8], offset: usize) -> bool {
    offset == 0 || text.get(offset - 1) == Some(&b'\n')
}

/// A line without its end.
pub(super) fn content(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A line's end, if it has one.
pub(super) fn ending(line: &[u8]) -> Option<&'static [u8]> {
    if line.ends_with(b"\r\n") {
        Some(b"\r\n")
    } else if line.ends_with(b"\n") {
        Some(b"\n")
    } else {
        None
    }
}

/// The blanks at the start of a line.
pub(super) fn indentation(line: &[u8]) -> &[u8] {
    let line = content(line);
    let end = line
        .iter()
        .position(|b| !matches!(b, b' ' | b'\t'))
        .unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}

/// Whether there is nothing but white space.
pub(super) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// The line end in use around an offset: that of its line, or of the line before where it has
/// none.
pub fn ending_at(text: &[u8], offset: usize) -> &'static [u8] {
    let offset = offset.min(text.len());
    let (before, after) = text.split_at(offset);
    // At a `\n` that ends the line, its `\r` lies before the offset.
    let end = after.iter().position(|b| *b == b'\n').map(|i| offset + i);
    let end = end.or_else(|| before.iter().rposition(|b| *b == b'\n'));
    match end {
        Some(end) if end > 0 && text.get(end - 1) == Some(&b'\r') => b"\r\n",
        _ => b"\n",
    }
}

/// A replacement with the line ends of the place that it goes to.
pub(super) fn localise(replacement: &str, ending: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(replacement.len());
    for byte in replacement.bytes() {
        if byte == b'\n' && ending == b"\r\n" && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_end_of_a_place_is_that_of_its_line_or_of_the_one_before() {
        let text = b"a\r\nb\nc";
        assert_eq!(ending_at(text, 0), b"\r\n");
        assert_eq!(ending_at(text, 2), b"\r\n", "between the two bytes");
        assert_eq!(ending_at(text, 3), b"\n");
        assert_eq!(ending_at(text, 5), b"\n");
        assert_eq!(ending_at(b"a\r\nb", 4), b"\r\n");
        assert_eq!(ending_at(b"", 0), b"\n");
    }

    #[test]
    fn a_replacement_takes_the_line_ends_of_its_place_once() {
        assert_eq!(localise("a\nb\r\nc", b"\r\n"), b"a\r\nb\r\nc");
        assert_eq!(localise("a\nb", b"\n"), b"a\nb");
    }

    #[test]
    fn the_end_of_a_text_is_in_its_last_line_only_where_that_is_unfinished() {
        let of = |text: &[u8], offset| Lines::new(text).of(offset, text);
        assert_eq!(of(b"a\nb", 3), 1);
        assert_eq!(of(b"a\nb\n", 4), 2);
        assert_eq!(of(b"", 0), 0);
        assert_eq!(of(b"a\nb\n", 2), 1);
    }
}
