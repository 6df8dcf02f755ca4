use super::*;

fn reason(rule: &str) -> Reason {
    Reason {
        rule: rule.to_owned(),
        reason: format!("because of {rule}"),
    }
}

fn change(start: usize, end: usize, text: &str, rule: &str) -> Change {
    Change {
        start,
        end,
        text: text.as_bytes().to_vec(),
        why: vec![reason(rule)],
    }
}

/// Makes the passes and checks that the composed changes say the same as they do one after another.
fn compose(original: &str, passes: &[Vec<Change>]) -> (Composed, String) {
    let mut text = original.as_bytes().to_vec();
    let mut composed = Composed::default();
    for edits in passes {
        composed = composed.then(original.as_bytes(), &text, edits);
        text = Composed::of(&text, edits).apply(&text);
        assert_eq!(composed.apply(original.as_bytes()), text);
    }
    (composed, String::from_utf8(text).unwrap())
}

#[test]
fn a_change_of_a_change_is_one_change_of_the_original_with_both_reasons() {
    let (composed, text) = compose(
        "exec gosu redis redis-server\n",
        &[
            vec![change(5, 16, "", "wrapper")],
            vec![change(0, 17, "exec redis-server --port 8080", "port")],
        ],
    );
    assert_eq!(text, "exec redis-server --port 8080\n");
    assert_eq!(composed.changes().len(), 1);
    let only = &composed.changes()[0];
    assert_eq!((only.start, only.end), (0, 28));
    assert_eq!(only.why, [reason("wrapper"), reason("port")]);
}

#[test]
fn changes_that_only_touch_stay_apart() {
    let (composed, text) = compose(
        "abcdef",
        &[vec![change(1, 3, "XYZ", "a")], vec![change(4, 5, "!", "b")]],
    );
    assert_eq!(text, "aXYZ!ef");
    let spans: Vec<_> = composed
        .changes()
        .iter()
        .map(|c| (c.start, c.end))
        .collect();
    assert_eq!(spans, [(1, 3), (3, 4)]);
}

#[test]
fn what_is_put_in_where_something_was_taken_out_replaces_it() {
    let (composed, text) = compose(
        "abcdef",
        &[vec![change(1, 3, "", "a")], vec![change(1, 1, "!", "b")]],
    );
    assert_eq!(text, "a!def");
    assert_eq!(composed.changes().len(), 1);
    let only = &composed.changes()[0];
    assert_eq!(
        (only.start, only.end, only.text.as_slice()),
        (1, 3, &b"!"[..])
    );
}

#[test]
fn a_change_that_is_taken_back_is_none() {
    let (composed, text) = compose(
        "abc",
        &[
            vec![change(1, 1, "xx", "a"), change(2, 3, "C", "b")],
            vec![change(1, 3, "", "c"), change(4, 5, "c", "d")],
        ],
    );
    assert_eq!(text, "abc");
    assert!(composed.is_empty());
}

#[test]
fn an_offset_leads_back_to_where_it_was_written() {
    let composed = Composed::of(
        b"abcdef",
        &[change(1, 3, "XYZ", "a"), change(4, 5, "", "b")],
    );
    // aXYZdf
    let back = |offset| {
        let place = composed.origin(offset);
        (place.start, place.end, place.kept)
    };
    assert_eq!(back(0), (0, 0, true));
    assert_eq!(back(1), (1, 3, false));
    assert_eq!(back(3), (1, 3, false));
    assert_eq!(back(4), (3, 3, true));
    assert_eq!(
        back(5),
        (5, 5, true),
        "behind the bytes that were taken out"
    );
    assert_eq!(back(6), (6, 6, true));
}

/// xorshift: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn random_edits(numbers: &mut Numbers, len: usize, pass: usize) -> Vec<Change> {
    let mut edits: Vec<Change> = Vec::new();
    let mut at = 0;
    while at <= len && edits.len() < 6 {
        let start = at + numbers.below(4);
        let end = start + numbers.below(4);
        if end > len {
            break;
        }
        // Two insertions at one place have no order of their own; the selection never makes them.
        let twice = edits
            .last()
            .is_some_and(|e| e.start == start && e.end == end);
        if !twice {
            let text = ["", "x", "yy", "\n", "long text"][numbers.below(5)];
            edits.push(change(start, end, text, &format!("{pass}")));
        }
        at = end + usize::from(twice);
    }
    edits
}

#[test]
fn composed_changes_make_of_the_original_what_the_passes_made_of_it() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for _ in 0..5_000 {
        let original: String = (0..numbers.below(30))
            .map(|i| char::from(b'a' + (i % 26) as u8))
            .collect();
        let mut text = original.as_bytes().to_vec();
        let mut composed = Composed::default();
        for pass in 0..5 {
            let edits = random_edits(&mut numbers, text.len(), pass);
            composed = composed.then(original.as_bytes(), &text, &edits);
            text = Composed::of(&text, &edits).apply(&text);
            assert_eq!(
                composed.apply(original.as_bytes()),
                text,
                "{original} {edits:?}"
            );
            let ordered = composed
                .changes()
                .windows(2)
                .all(|two| two[0].end <= two[1].start);
            assert!(ordered, "{composed:?}");
            // What is said to be kept is really there.
            for (offset, byte) in text.iter().enumerate() {
                let place = composed.origin(offset);
                if place.kept {
                    assert_eq!(original.as_bytes()[place.start], *byte);
                }
            }
        }
    }
}
