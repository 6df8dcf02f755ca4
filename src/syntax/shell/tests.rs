use super::dump::dump;
use super::*;
use crate::syntax::Joined;

fn script(text: &str) -> Script {
    parse(&Joined::whole(text, 0), Dialect::Bash)
}

#[test]
fn try_it() {
    println!("{}", dump(&script("a | b && c")));
}
