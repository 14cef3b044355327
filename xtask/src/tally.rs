//! How many tests a runner ran, read from what it says at its end.

use std::ops::AddAssign;

use anyhow::{Context, Result};
use serde_json::Value;

/// Tests that passed, tests that failed, and those that this machine cannot run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Tally {
    /// A check that either holds or does not.
    pub fn one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            skipped: 0,
        }
    }

    /// A check that cannot run here.
    pub fn skipped() -> Self {
        Self {
            skipped: 1,
            ..Self::default()
        }
    }

    /// What a runner counted, mistrusted: a runner that failed has a failure, one that ran nothing has failed.
    pub fn checked(self, succeeded: bool) -> Self {
        let silent_failure = self.failed == 0 && (!succeeded || self.passed == 0);
        Self {
            failed: self.failed + u64::from(silent_failure),
            ..self
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Sums cargo's lines `test result: ok. 3 passed; 1 failed; ...`, one for each test binary and for the doctests.
pub fn of_cargo(text: &str) -> Tally {
    let mut tally = Tally::default();
    for line in text.lines() {
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            continue;
        };
        for count in counts.split("; ") {
            match count.split_once(' ') {
                Some((number, "passed")) => tally.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => tally.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    tally
}

/// Reads the lines `# pass 3` and `# fail 1` that end TAP from `node --test`.
pub fn of_tap(text: &str) -> Tally {
    let count = |name: &str| {
        let lines = text.lines().rev();
        lines
            .filter_map(|line| {
                line.strip_prefix("# ")?
                    .strip_prefix(name)?
                    .trim()
                    .parse::<u64>()
                    .ok()
            })
            .next()
    };
    let sum = |names: [&str; 2]| names.iter().filter_map(|name| count(name)).sum();
    Tally {
        passed: sum(["pass ", "todo "]),
        failed: sum(["fail ", "cancelled "]),
        skipped: 0,
    }
}

/// Reads the statistics of Playwright's JSON report. A test that passed only when repeated has failed.
pub fn of_playwright(report: &str) -> Result<Tally> {
    let report: Value = serde_json::from_str(report).context("Playwright's report is not JSON")?;
    let count = |name: &str| {
        let value = report["stats"][name].as_u64();
        value.with_context(|| {
            format!(
                "Playwright's report must have the number stats.{name}, found {}",
                report["stats"]
            )
        })
    };
    let errors = report["errors"].as_array().map_or(0, Vec::len) as u64;
    Ok(Tally {
        passed: count("expected")?,
        failed: count("unexpected")? + count("flaky")? + errors,
        skipped: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_binaries_are_summed() {
        let text = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; finished in 0.00s\n\
                    test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; finished in 1.00s\n";
        assert_eq!(
            of_cargo(text),
            Tally {
                passed: 5,
                failed: 1,
                ..Tally::default()
            }
        );
        assert_eq!(of_cargo("error: could not compile"), Tally::default());
    }

    #[test]
    fn tap_counts_are_read() {
        let text = "TAP version 13\n# tests 4\n# suites 0\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n";
        assert_eq!(
            of_tap(text),
            Tally {
                passed: 3,
                failed: 1,
                ..Tally::default()
            }
        );
        assert_eq!(of_tap(""), Tally::default());
    }

    #[test]
    fn playwright_statistics_are_read() {
        let report = r#"{"errors": [], "stats": {"expected": 7, "skipped": 1, "unexpected": 2, "flaky": 1}}"#;
        assert_eq!(
            of_playwright(report).unwrap(),
            Tally {
                passed: 7,
                failed: 3,
                ..Tally::default()
            }
        );
        assert!(of_playwright("{}").is_err());
        assert!(of_playwright("").is_err());
    }

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        assert_eq!(
            Tally::default().checked(true),
            Tally {
                passed: 0,
                failed: 1,
                ..Tally::default()
            }
        );
        assert_eq!(
            Tally::default().checked(false),
            Tally {
                passed: 0,
                failed: 1,
                ..Tally::default()
            }
        );
        assert_eq!(
            Tally {
                passed: 2,
                failed: 0,
                ..Tally::default()
            }
            .checked(false),
            Tally {
                passed: 2,
                failed: 1,
                ..Tally::default()
            }
        );
        assert_eq!(
            Tally {
                passed: 2,
                failed: 1,
                ..Tally::default()
            }
            .checked(false),
            Tally {
                passed: 2,
                failed: 1,
                ..Tally::default()
            }
        );
        assert_eq!(
            Tally {
                passed: 2,
                failed: 0,
                ..Tally::default()
            }
            .checked(true),
            Tally {
                passed: 2,
                failed: 0,
                ..Tally::default()
            }
        );
    }
}
