//! A standing team of threads that share one job at a time.
//!
//! A job is a closure that is called once for every part. Each thread takes the parts of its own even share first, in
//! order, so that from one job to the next it finds what it wrote in its own cache, and then what others have not begun.
//! Nobody waits for a thread that has not come: one that sleeps, or whose core is busy elsewhere, costs nothing.
//!
//! How work is divided must never change a number: each one is computed by one part, in one order.

use std::any::Any;
use std::cell::UnsafeCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};

use super::split::{MOST_PARTS, Parts};

/// So much work, in numbers read or written, is worth a part of its own: a few microseconds. Tests divide everything.
const LEAST_WORK: usize = if cfg!(test) { 1 } else { 8192 };

/// Threads that share one job at a time; the caller is one of them. Clones are the same team, and the last one to go ends
/// its threads.
#[derive(Clone)]
pub struct Team {
    /// None for a team of one, which does everything inline.
    helpers: Option<Arc<Helpers>>,
}

struct Helpers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// A thread's place in a team.
pub struct Helper {
    shared: Arc<Shared>,
    member: usize,
}

impl Team {
    /// A team of so many threads, the caller's included. One that cannot be had is done without.
    pub fn new(threads: usize) -> Self {
        let (mut team, places) = Self::with_places(threads);
        if let Some(helpers) = team.helpers.as_mut().and_then(Arc::get_mut) {
            let spawn = |helper: Helper| {
                let thread = thread::Builder::new().name("team".into());
                thread.spawn(move || helper.help()).ok()
            };
            helpers.threads.extend(places.into_iter().filter_map(spawn));
        }
        team
    }

    /// A team whose other threads come from elsewhere, as in a browser, where only JavaScript can start them: each is to
    /// call [`Helper::help`]. Until they come the caller works alone.
    pub fn with_places(threads: usize) -> (Self, Vec<Helper>) {
        let threads = threads.clamp(1, MOST_PARTS);
        if threads == 1 {
            return (Self { helpers: None }, Vec::new());
        }
        let shared = Arc::new(Shared::new(threads));
        let place = |member| Helper {
            shared: shared.clone(),
            member,
        };
        let places = (1..threads).map(place).collect();
        let threads = Vec::new();
        let helpers = Some(Arc::new(Helpers { shared, threads }));
        (Self { helpers }, places)
    }

    /// How many threads it has, the caller's included.
    pub fn threads(&self) -> usize {
        self.helpers
            .as_ref()
            .map_or(1, |helpers| helpers.shared.members.len())
    }

    /// Calls `work` once for every part and returns when all have been done. Within a part, and while another thread has
    /// a job done, it does all parts itself, one after another.
    ///
    /// # Panics
    ///
    /// If a part panics; the others are done all the same, or in part.
    pub fn run(&self, parts: usize, work: impl Fn(usize) + Sync) {
        match &self.helpers {
            Some(helpers) if parts > 1 && helpers.shared.begin() => {
                helpers.shared.lead(parts, &work)
            }
            _ => (0..parts).for_each(work),
        }
    }

    /// Divides `items` evenly into parts whose borders are multiples of `unit`, given the work that one item is, in
    /// numbers read or written.
    pub fn parts(&self, items: usize, unit: usize, work: usize) -> Parts {
        let units = items.div_ceil(unit).max(1);
        let Parts { count, .. } = self.parts_of(items * work);
        Parts::new(count.min(units), items, unit)
    }

    /// As many parts as pay, given all the work.
    pub fn parts_of(&self, work: usize) -> Parts {
        let most = match self.threads() {
            // Smaller parts would cost two threads 5% more than they gain them.
            threads @ 1..=2 => threads,
            // Of many cores some are slower: the others take their second part.
            threads => (2 * threads).min(MOST_PARTS),
        };
        Parts::new((work / LEAST_WORK).clamp(1, most), work, 1)
    }
}

impl Default for Team {
    /// All cores; one thread where threads cannot be started.
    fn default() -> Self {
        Self::new(thread::available_parallelism().map_or(1, usize::from))
    }
}

impl From<usize> for Team {
    fn from(threads: usize) -> Self {
        Self::new(threads)
    }
}

impl Drop for Helpers {
    fn drop(&mut self) {
        self.shared.end();
        for thread in self.threads.drain(..) {
            // A helper hands its panics to the lead: there is none to be had here.
            thread.join().ok();
        }
    }
}

impl Helper {
    /// Takes part in every job, until the team is dropped.
    pub fn help(self) {
        let mut last = 0;
        while let Some(number) = self.shared.next_job(last) {
            last = number;
            self.shared.take_part(self.member, number);
        }
    }
}

/// The closure of a job, and how many parts it has.
#[derive(Clone, Copy)]
struct Job {
    work: *const (dyn Fn(usize) + Sync),
    parts: usize,
}

/// The next part of a member's own share that nobody has begun, alone in its cache lines.
#[repr(align(128))]
struct Member {
    next: AtomicUsize,
}

/// What a team's threads share.
struct Shared {
    /// The job's number, whether it is open, and how many helpers are inside: see the constants below.
    word: AtomicU32,
    /// Whether somebody leads a job.
    busy: AtomicBool,
    ended: AtomicBool,
    job: UnsafeCell<Option<Job>>,
    members: Box<[Member]>,
    /// What a part on a helper panicked with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    /// The lead, while it sleeps until the helpers have left.
    lead: Mutex<Option<Thread>>,
    /// Helpers that sleep until there is a job.
    sleepers: AtomicUsize,
    door: Mutex<()>,
    bell: Condvar,
}

/// The bits of `Shared::word`: how many helpers are inside,
const INSIDE: u32 = 0xff;
/// whether helpers may enter,
const OPEN: u32 = 0x100;
/// whether the lead sleeps, and wants to be woken by the last helper to leave,
const LEAD_SLEEPS: u32 = 0x200;
/// and the job's number, in steps of this. It comes round after four million jobs: a helper that slept as long misses one.
const NUMBER: u32 = 0x400;

// SAFETY: `job` is written by the lead alone, while no helper is inside and none can enter, and is read inside only. The
// closure that it points to can be called by several threads, and lives until the lead has seen all helpers leave.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    fn new(threads: usize) -> Self {
        let member = |_| Member {
            next: AtomicUsize::new(0),
        };
        Self {
            word: AtomicU32::new(0),
            busy: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            job: UnsafeCell::new(None),
            members: (0..threads).map(member).collect(),
            panic: Mutex::new(None),
            lead: Mutex::new(None),
            sleepers: AtomicUsize::new(0),
            door: Mutex::new(()),
            bell: Condvar::new(),
        }
    }

    /// Takes the lead, unless somebody has it.
    fn begin(&self) -> bool {
        !self.busy.swap(true, Acquire)
    }

    fn lead(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        // SAFETY: only the lifetime is changed. The closure is called inside this job alone, and `wait_for_helpers`
        // returns when nobody is inside any more.
        let work: &'static (dyn Fn(usize) + Sync) = unsafe { std::mem::transmute(work) };
        for (index, member) in self.members.iter().enumerate() {
            member.next.store(self.share(index, parts).start, Relaxed);
        }
        // SAFETY: the last job's lead saw all helpers leave, and none enters until the word says so.
        unsafe { *self.job.get() = Some(Job { work, parts }) };
        let number = (self.word.load(Relaxed) & !(NUMBER - 1)).wrapping_add(NUMBER);
        // In one order with the sleepers' count: either they see the job, or they are seen here.
        self.word.store(number | OPEN, SeqCst);
        if self.sleepers.load(SeqCst) > 0 {
            drop(lock(&self.door));
            self.bell.notify_all();
        }
        let own = catch_unwind(AssertUnwindSafe(|| self.work(0, parts, work)));
        self.wait_for_helpers();
        let panic = lock(&self.panic).take();
        self.busy.store(false, Release);
        if let Some(panic) = own.err().or(panic) {
            resume_unwind(panic);
        }
    }

    /// The parts that a member begins with.
    fn share(&self, member: usize, parts: usize) -> Range<usize> {
        let members = self.members.len();
        parts * member / members..parts * (member + 1) / members
    }

    /// Does parts until none is left, the member's own first.
    fn work(&self, member: usize, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        for owner in (member..self.members.len()).chain(0..member) {
            let next = &self.members[owner].next;
            let end = self.share(owner, parts).end;
            // Looking first spares the owner's cache line the write.
            while next.load(Relaxed) < end {
                let part = next.fetch_add(1, Relaxed);
                if part < end {
                    work(part);
                }
            }
        }
    }

    /// Closes the job and waits until all helpers have left.
    fn wait_for_helpers(&self) {
        let mut word = self.word.fetch_and(!OPEN, AcqRel);
        for turn in 0..TURNS {
            if word & INSIDE == 0 {
                return;
            }
            pause(turn);
            word = self.word.load(Acquire);
        }
        *lock(&self.lead) = Some(thread::current());
        word = self.word.fetch_or(LEAD_SLEEPS, AcqRel);
        while word & INSIDE != 0 {
            thread::park();
            word = self.word.load(Acquire);
        }
    }

    /// Waits for a job after the one with the number `last`; none when the team ends.
    fn next_job(&self, last: u32) -> Option<u32> {
        let news = || {
            let word = self.word.load(SeqCst);
            let number = word & !(NUMBER - 1);
            (word & OPEN != 0 && number != last).then_some(number)
        };
        for turn in 0..TURNS {
            if let Some(number) = news() {
                return Some(number);
            }
            pause(turn);
        }
        let mut door = lock(&self.door);
        self.sleepers.fetch_add(1, SeqCst);
        let mut number = news();
        while number.is_none() && !self.ended.load(Relaxed) {
            door = self.bell.wait(door).unwrap_or_else(PoisonError::into_inner);
            number = news();
        }
        self.sleepers.fetch_sub(1, SeqCst);
        number
    }

    /// Does parts of the job with this number, unless it is over.
    fn take_part(&self, member: usize, number: u32) {
        let enter = |word: u32| (word & !INSIDE == number | OPEN).then(|| word + 1);
        if self.word.fetch_update(Acquire, Relaxed, enter).is_err() {
            return;
        }
        // SAFETY: inside a job, `job` is not written.
        if let Some(Job { work, parts }) = unsafe { *self.job.get() } {
            // SAFETY: the closure lives until everybody has left.
            let work = unsafe { &*work };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.work(member, parts, work))) {
                *lock(&self.panic) = Some(panic);
            }
        }
        let before = self.word.fetch_sub(1, Release);
        if before & LEAD_SLEEPS != 0
            && before & INSIDE == 1
            && let Some(lead) = &*lock(&self.lead)
        {
            lead.unpark();
        }
    }

    fn end(&self) {
        let door = lock(&self.door);
        self.ended.store(true, Relaxed);
        drop(door);
        self.bell.notify_all();
    }
}

/// So often is looked at first: a few microseconds natively, some tens in a browser, where there is no yielding.
const SPINS: u32 = if cfg!(target_family = "wasm") {
    50_000
} else {
    100
};
/// And so often before going to sleep, whoever else wants the core going first: some hundred microseconds natively, so
/// that one finds the helpers awake who does little between two jobs.
const TURNS: u32 = SPINS + 1000;

/// Lets some time pass.
fn pause(turn: u32) {
    if turn < SPINS {
        std::hint::spin_loop();
    } else {
        thread::yield_now();
    }
}

/// Nothing panics while it holds one of the team's locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "team_tests.rs"]
mod tests;
