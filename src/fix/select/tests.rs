use super::*;

fn edit(start: usize, end: usize, text: &str) -> ByteEdit {
    ByteEdit {
        file: 0,
        start,
        end,
        text: text.as_bytes().to_vec(),
    }
}

fn chosen(fixes: &[Vec<ByteEdit>]) -> Vec<usize> {
    let fixes: Vec<&[ByteEdit]> = fixes.iter().map(Vec::as_slice).collect();
    select(&fixes).chosen
}

#[test]
fn two_edits_are_made_together_unless_they_are_in_each_others_way() {
    // first edit, second edit, made together
    let table = [
        (edit(0, 3, "x"), edit(3, 5, "y"), true),
        (edit(0, 3, "x"), edit(2, 5, "y"), false),
        (edit(0, 9, "x"), edit(2, 5, "y"), false),
        (edit(2, 5, "x"), edit(0, 9, "y"), false),
        (edit(0, 3, "x"), edit(0, 3, "y"), false),
        (edit(0, 3, "x"), edit(0, 3, "x"), true),
        (edit(0, 3, "x"), edit(0, 2, "x"), false),
        (edit(0, 3, "x"), edit(0, 0, "y"), true),
        (edit(0, 3, "x"), edit(3, 3, "y"), true),
        (edit(0, 3, "x"), edit(2, 2, "y"), false),
        (edit(2, 2, "x"), edit(0, 3, "y"), false),
        (edit(0, 0, "x"), edit(0, 3, "y"), true),
        (edit(3, 3, "x"), edit(0, 3, "y"), true),
        (edit(2, 2, "x"), edit(2, 2, "y"), false),
        (edit(2, 2, "x"), edit(2, 2, "x"), true),
    ];
    for (first, second, together) in table {
        let expected: &[usize] = if together { &[0, 1] } else { &[0] };
        let fixes = [vec![first.clone()], vec![second.clone()]];
        assert_eq!(chosen(&fixes), expected, "{first:?} {second:?}");
    }
}

#[test]
fn files_are_not_in_each_others_way() {
    let mut other = edit(0, 3, "y");
    other.file = 1;
    assert_eq!(chosen(&[vec![edit(0, 3, "x")], vec![other]]), [0, 1]);
}

#[test]
fn a_fix_is_made_whole_or_not_at_all() {
    let fixes = [
        vec![edit(10, 12, "")],
        vec![edit(0, 2, ""), edit(11, 14, "")],
        // Free, since the second fix left nothing behind.
        vec![edit(1, 3, "")],
    ];
    assert_eq!(chosen(&fixes), [0, 2]);
}

#[test]
fn a_fix_that_is_in_its_own_way_is_named() {
    let fixes = [vec![edit(0, 4, ""), edit(2, 6, "")], vec![edit(3, 4, "")]];
    let fixes: Vec<&[ByteEdit]> = fixes.iter().map(Vec::as_slice).collect();
    let selection = select(&fixes);
    assert_eq!(selection.chosen, [1]);
    assert_eq!(selection.malformed, [0]);
}

#[test]
fn what_is_chosen_never_overlaps() {
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit) as usize
    };
    for _ in 0..500 {
        let fixes: Vec<Vec<ByteEdit>> = (0..20)
            .map(|_| {
                (0..=below(2))
                    .map(|_| {
                        let start = below(60);
                        edit(start, start + below(5), ["", "a"][below(2)])
                    })
                    .collect()
            })
            .collect();
        let mut bytes = vec![None; 80];
        for number in chosen(&fixes) {
            for edit in &fixes[number] {
                for owner in &mut bytes[edit.start..edit.end] {
                    assert!(owner.is_none_or(|other| other == edit));
                    *owner = Some(edit);
                }
            }
        }
    }
}
