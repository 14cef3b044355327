//! Teams on their own.

use super::super::split::Split;
use super::{MOST_PARTS, Team};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

const SIZES: [usize; 7] = [1, 2, 3, 4, 7, 8, MOST_PARTS];

#[test]
fn every_part_is_done_once() {
    for threads in SIZES {
        let team = Team::new(threads);
        assert_eq!(team.threads(), threads);
        for round in 0..200 {
            let parts = [0, 1, 2, 5, MOST_PARTS][round % 5];
            let mut done = [0; MOST_PARTS];
            let places = Split::new(&mut done[..parts], parts, |part| part);
            team.run(parts, |part| places.take(part)[0] += 1);
            assert!(done[..parts].iter().all(|&times| times == 1), "{threads}");
        }
    }
}

#[test]
fn all_threads_work_at_the_same_time() {
    for threads in [2, 3, 8] {
        let (team, everybody) = (Team::new(threads), Barrier::new(threads));
        for _ in 0..20 {
            team.run(threads, |_| {
                everybody.wait();
            });
        }
    }
}

#[test]
fn nobody_waits_for_threads_that_never_come() {
    let (team, places) = Team::with_places(4);
    let done = AtomicUsize::new(0);
    team.run(10, |_| {
        done.fetch_add(1, Relaxed);
    });
    assert_eq!((done.into_inner(), places.len()), (10, 3));
}

#[test]
fn a_team_that_is_dropped_ends_its_threads() {
    let (team, places) = Team::with_places(3);
    let threads: Vec<_> = places
        .into_iter()
        .map(|place| thread::spawn(|| place.help()))
        .collect();
    let again = team.clone();
    team.run(3, |_| ());
    drop(team);
    again.run(3, |_| ());
    drop(again);
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_panic_in_any_part_reaches_the_caller_and_the_team_goes_on() {
    let team = Team::new(3);
    let everybody = Barrier::new(3);
    for bad in 0..3 {
        let work = |part| {
            // Each thread has one part, so that every thread panics once.
            everybody.wait();
            assert!(part != bad, "part {part}");
        };
        let panic = catch_unwind(AssertUnwindSafe(|| team.run(3, work))).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&format!("part {bad}")));
        team.run(3, |_| {
            everybody.wait();
        });
    }
}

#[test]
fn jobs_within_jobs_and_beside_jobs_are_done_too() {
    let team = Team::new(3);
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    team.run(4, |_| {
                        team.run(5, |_| {
                            done.fetch_add(1, Relaxed);
                        })
                    });
                }
            });
        }
    });
    assert_eq!(done.into_inner(), 4 * 50 * 4 * 5);
}

/// Between the jobs the helpers fall asleep, at different times.
#[test]
fn sleeping_helpers_are_woken() {
    let (team, everybody) = (Team::new(3), Barrier::new(3));
    for round in 0..40 {
        thread::sleep(std::time::Duration::from_micros(50 * round));
        team.run(3, |_| {
            everybody.wait();
        });
    }
}
