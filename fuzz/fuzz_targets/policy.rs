//! Policies: what is said of one stands where it says, in the text.
#![no_main]

use connect_lint::csp::{
    Policy, notes, parse_header, parse_one, parse_policy_file, parse_policy_value,
};
use connect_lint::results::Disposition;
use connect_lint_fuzz::slice_range;
use libfuzzer_sys::fuzz_target;

fn check(text: &str, policies: &[Policy]) {
    let mut last = 0;
    for policy in policies {
        assert!(!policy.directives.is_empty());
        for directive in &policy.directives {
            let name = slice_range(text, directive.name_range.clone());
            assert_eq!(name.to_ascii_lowercase(), directive.name);
            assert!(directive.name_range.start >= last);
            last = directive.name_range.end;
            for source in &directive.sources {
                assert_eq!(slice_range(text, source.range.clone()), source.text);
                assert!(source.range.start > last);
                last = source.range.end;
            }
        }
        for note in notes(policy, text) {
            assert!(!slice_range(text, note.range).is_empty());
        }
    }
}

fuzz_target!(|text: &str| {
    let policies = parse_header(text, Disposition::Enforce);
    check(text, &policies);
    let one = parse_one(text, Disposition::Enforce);
    check(text, &one);
    if !text.contains(',') {
        assert_eq!(policies, one);
    }
    let (value, disposition) = parse_policy_value(text, Disposition::Report);
    check(value, &parse_header(value, disposition));
    let lines = text.lines().count();
    for policy in parse_policy_file(text) {
        assert!((1..=lines).contains(&(policy.line as usize)));
        for line in policy.lines {
            let part = slice_range(text, line);
            check(part, &parse_header(part, policy.disposition));
        }
    }
});
