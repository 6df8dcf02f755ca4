//! XML that every reader takes.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A document that is being written, an element a line.
pub(super) struct Xml(Writer<Vec<u8>>);

/// The names and values of an element's attributes.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// A document without an element.
    pub fn new() -> Self {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 2));
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    /// The start of an element that holds others.
    pub fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        self.write(Event::Start(start(name, attributes)));
    }

    /// The end of it.
    pub fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element that holds nothing.
    pub fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.write(Event::Empty(start(name, attributes)));
    }

    /// An element that holds a text.
    pub fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.write(Event::Text(BytesText::new(&valid(text))));
        self.close(name);
    }

    /// The text of the document.
    pub fn finish(self) -> String {
        let mut text = String::from_utf8(self.0.into_inner()).unwrap_or_default();
        text.push('\n');
        text
    }

    fn write(&mut self, event: Event<'_>) {
        // What is written to memory is written.
        let _: io::Result<()> = self.0.write_event(event);
    }
}

fn start<'a>(name: &'a str, attributes: Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, valid(value).as_str()));
    }
    start
}

/// A text with escapes for the characters that XML cannot hold in any way: XML 1.0, production 2.
fn valid(text: &str) -> String {
    let mut valid = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                valid.extend(c.escape_unicode());
            }
            c => valid.push(c),
        }
    }
    valid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_a_document() {
        let mut xml = Xml::new();
        xml.open("a", &[("b", "<&>\"'\n\t\r\u{1b}\u{ffff}\u{fc}")]);
        xml.text("c", &[], "]]> & <b>\u{0}\n x");
        xml.empty("d", &[]);
        xml.close("a");
        assert_eq!(
            xml.finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <a b=\"&lt;&amp;&gt;&quot;&apos;&#10;&#9;&#13;\\u{1b}\\u{ffff}\u{fc}\">\n  \
             <c>]]&gt; &amp; &lt;b&gt;\\u{0}\n x</c>\n  <d/>\n</a>\n"
        );
    }
}
