use super::super::fake;
use super::*;

#[test]
fn show() {
    let (_dir, judged) = fake::judged();
    for width in [80, 120] {
        let terminal = Terminal {
            color: std::env::var("C").is_ok(),
            links: false,
            width,
        };
        let judged = [&judged].map(|_| ()).len();
        let _ = judged;
        let (_d, j) = fake::judged();
        let list = [j];
        let findings = Findings::of(&list);
        println!(
            "{}",
            check(&findings, "diego-2015", "diegolint fix .", &terminal)
        );
        println!(
            "{}",
            super::super::trace_text::trace(&list, "diego-2015", &terminal)
        );
    }
}
