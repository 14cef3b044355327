//! How many tests a runner ran, read from what it says at its end.

use std::ops::AddAssign;

use anyhow::{Context, Result};
use serde_json::Value;

/// Tests that passed, tests that failed, and those that this machine cannot run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
    /// What numbers cannot say, each a line to be told at the end.
    pub remarks: Vec<String>,
}

impl Tally {
    /// A check that either holds or does not.
    pub fn one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            ..Self::default()
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
        self.remarks.extend(other.remarks);
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
        ..Tally::default()
    }
}

/// Reads Playwright's JSON report. A test that passed only when it was repeated has passed, and is named.
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
    let errors = elements(&report["errors"]).len() as u64;
    let tests = tests(&report);
    let mut remarks = engines(&tests);
    remarks.extend(
        tests
            .iter()
            .filter(|test| test.status == "flaky")
            .map(|test| {
                format!(
                    "passed only at the second try: {} ({})",
                    test.title, test.project
                )
            }),
    );
    Ok(Tally {
        passed: count("expected")? + count("flaky")?,
        failed: count("unexpected")? + errors,
        skipped: count("skipped")?,
        remarks,
    })
}

/// One test of Playwright's report, in one of its projects.
struct BrowserTest {
    title: String,
    project: String,
    status: String,
    /// The browser that it says it ran in, as "Firefox 153.7".
    engine: Option<String>,
    /// Why it was skipped, if it says so.
    why: Option<String>,
}

/// Every test of the report; suites hold suites.
fn tests(suite: &Value) -> Vec<BrowserTest> {
    let mut found = Vec::new();
    for spec in elements(&suite["specs"]) {
        for test in elements(&spec["tests"]) {
            let annotation = |kind: &str| {
                let mut all = elements(&test["annotations"]).iter();
                let wanted = all.find(|annotation| annotation["type"] == kind)?;
                Some(words(&wanted["description"])).filter(|text| !text.is_empty())
            };
            found.push(BrowserTest {
                title: words(&spec["title"]),
                project: words(&test["projectName"]),
                status: words(&test["status"]),
                engine: annotation("engine"),
                why: annotation("skip"),
            });
        }
    }
    for inner in elements(&suite["suites"]) {
        found.extend(tests(inner));
    }
    found
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A line for each project: the browser that ran its tests, or why none did.
fn engines(tests: &[BrowserTest]) -> Vec<String> {
    let mut projects: Vec<&str> = Vec::new();
    for test in tests {
        if !projects.contains(&test.project.as_str()) {
            projects.push(&test.project);
        }
    }
    let line = |project: &str| {
        let of: Vec<_> = tests
            .iter()
            .filter(|test| test.project == project)
            .collect();
        let ran = of.iter().filter(|test| test.status != "skipped").count();
        let skipped = match of.len() - ran {
            0 => String::new(),
            some => format!(", {some} skipped"),
        };
        let why = of
            .iter()
            .find(|test| test.status == "skipped")
            .and_then(|test| test.why.as_deref())
            .map_or(String::new(), |why| format!(": {why}"));
        let name = of
            .iter()
            .find_map(|test| test.engine.as_deref())
            .unwrap_or(project);
        format!("{name}: {ran} tests ran{skipped}{why}")
    };
    projects.into_iter().map(line).collect()
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
                passed: 8,
                failed: 2,
                skipped: 1,
                ..Tally::default()
            }
        );
        assert!(of_playwright("{}").is_err());
        assert!(of_playwright("").is_err());
    }

    #[test]
    fn the_engines_that_ran_and_those_that_did_not_are_named() {
        let report = r#"{"errors": [], "stats": {"expected": 2, "skipped": 2, "unexpected": 0, "flaky": 1}, "suites": [
            {"specs": [], "suites": [{"specs": [
                {"title": "a visitor draws", "tests": [
                    {"projectName": "chromium", "status": "expected", "annotations": [{"type": "engine", "description": "Chromium 156.0"}]},
                    {"projectName": "firefox", "status": "flaky", "annotations": [{"type": "engine", "description": "Firefox 153.7"}]},
                    {"projectName": "webkit", "status": "skipped", "annotations": [{"type": "skip", "description": "there is no Xvfb here"}]}]},
                {"title": "a visitor leaves", "tests": [
                    {"projectName": "chromium", "status": "expected", "annotations": []},
                    {"projectName": "webkit", "status": "skipped", "annotations": [{"type": "skip"}]}]}
            ]}]}]}"#;
        let tally = of_playwright(report).unwrap();
        assert_eq!((tally.passed, tally.failed, tally.skipped), (3, 0, 2));
        assert_eq!(
            tally.remarks,
            [
                "Chromium 156.0: 2 tests ran",
                "Firefox 153.7: 1 tests ran",
                "webkit: 0 tests ran, 2 skipped: there is no Xvfb here",
                "passed only at the second try: a visitor draws (firefox)",
            ]
        );
    }

    #[test]
    fn remarks_of_all_runners_are_kept() {
        let remark = |text: &str| Tally {
            remarks: vec![text.to_owned()],
            ..Tally::default()
        };
        let mut total = remark("one");
        total += remark("another");
        assert_eq!(total.remarks, ["one", "another"]);
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
