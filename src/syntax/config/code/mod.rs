//! What the source text of a program says of listening, each call as a directive `listen` with a
//! port and perhaps an address.
//!
//! Only what stands there is read: numbers, strings, names that are set once, and variables of the
//! environment with their defaults, which become `${NAME:-default}`. All else is `$`.

mod expressions;
mod javascript;
mod python;
mod tokens;

pub(super) use javascript::parse as javascript;
pub(super) use python::parse as python;

use super::{Directive, Text};
use crate::source::Span;

/// What an expression comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Worth {
    text: String,
    /// The last word that says so: the default where there is one.
    span: Span,
}

/// A call that listens. Whoever gives no port has none that is known.
fn listens(call: Span, port: Option<Worth>, address: Option<Worth>) -> Directive {
    let port = port.unwrap_or_else(|| unknown(call));
    let mut arguments = vec![Text {
        text: port.text,
        span: port.span,
    }];
    arguments.extend(address.map(|address| Text {
        text: address.text,
        span: address.span,
    }));
    Directive {
        path: Vec::new(),
        name: "listen".to_owned(),
        arguments,
        span: call,
    }
}

/// What is not known.
fn unknown(span: Span) -> Worth {
    Worth {
        text: "$".to_owned(),
        span,
    }
}

/// The calls in the order in which they count: one that is not known may be the one that is meant.
fn ordered(mut calls: Vec<Directive>) -> Vec<Directive> {
    calls.sort_by_key(|call| call.arguments.first().is_some_and(|port| port.text != "$"));
    calls
}

#[cfg(test)]
mod tests {
    use crate::syntax::config::{Format, parse};

    fn said(format: Format, text: &str) -> Vec<Vec<String>> {
        let texts = |d: super::Directive| d.arguments.into_iter().map(|a| a.text).collect();
        parse(format, text).into_iter().map(texts).collect()
    }

    #[test]
    fn what_a_javascript_program_listens_on_is_read() {
        for (text, expected) in [
            ("app.listen(3000);", &["3000"][..]),
            ("app.listen(process.env.PORT || 3000)", &["${PORT:-3000}"]),
            (
                "const p = process.env.P ?? '81';\nx.listen(+p, () => 1)",
                &["${P:-81}"],
            ),
            (
                "http.createServer(f).listen(9000, '127.0.0.1');",
                &["9000", "127.0.0.1"],
            ),
            (
                "a.listen({ port: 1234, host: 'localhost' })",
                &["1234", "localhost"],
            ),
            (
                "app.set('port', 5000);\ns.listen(app.get('port'), cb)",
                &["5000", "$"],
            ),
            ("app.listen(config.port)", &["$"]),
            ("let p = 1; p = 2;\napp.listen(p)", &["$"]),
            ("let p = 1;\nif (x) p = 2;\napp.listen(p)", &["$"]),
            ("function f(h, p = 1) { app.listen(p) }", &["$"]),
            ("let p = 1; p += 2;\napp.listen(p)", &["$"]),
            ("app.listen(Number('1') + Number('2'))", &["$"]),
            ("/*/ app.listen(1) /*/\napp.listen(2)", &["2"]),
            ("// app.listen(1)\nvar s = \"app.listen(2)\";", &[]),
            ("s.listen('/run/x.sock')", &[]),
            ("app.listen(", &[]),
        ] {
            let found = said(Format::Javascript, text).concat();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_a_python_program_listens_on_is_read() {
        let flask = "app = Flask(__name__)\n";
        for (text, expected) in [
            ("app.run()", &["5000", "127.0.0.1"][..]),
            ("app.run('0.0.0.0', 80)", &["80", "0.0.0.0"]),
            (
                "app.run(host='0.0.0.0',\n  port=int(os.environ.get('PORT', 5000)))",
                &["${PORT:-5000}", "0.0.0.0"],
            ),
            ("P = 99\napp.run(port=P)", &["99", "127.0.0.1"]),
            ("app.run(**options)", &["$", "$"]),
            ("uvicorn.run(app, port=81)", &["81", "127.0.0.1"]),
            ("HTTPServer(('', 8001), H).serve_forever()", &["8001", "*"]),
            ("at = ('', 8002)\nOwnHTTPServer(at, H)", &["8002", "*"]),
            ("# app.run()\n'''app.run()'''\nother.run()", &[]),
            ("app.run(", &[]),
        ] {
            let found = said(Format::Python, &format!("{flask}{text}")).concat();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_not_read() {
        for piece in ["a(", "{a=(", "app.listen(1);"] {
            let text = piece.repeat(100_000);
            assert!(said(Format::Javascript, &text).is_empty());
            assert!(said(Format::Python, &text).is_empty());
        }
    }

    #[test]
    fn of_an_application_from_elsewhere_only_what_is_given_is_known() {
        let text = "from site import app\napp.run(port=7000)";
        assert_eq!(said(Format::Python, text), [["7000", "$"]]);
    }
}
