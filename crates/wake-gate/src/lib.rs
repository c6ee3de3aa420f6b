#![doc = include_str!("../README.md")]

use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use atomic_waker::AtomicWaker;

/// What becomes of a wake on this thread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ears {
    Open,
    Closed,
    /// Closed, and there was a wake.
    Missed,
}

thread_local! {
    static EARS: Cell<Ears> = const { Cell::new(Ears::Open) };
}

/// Does something during which no [`Gate`] on this thread lets a wake through, and tells whether there was one.
///
/// Wakes that come from other threads meanwhile pass. One call within another is one with it, and tells of its own time.
pub fn unheard<T>(act: impl FnOnce() -> T) -> (T, bool) {
    /// Puts back what was, also where `act` panics.
    struct Before(Ears);

    impl Drop for Before {
        fn drop(&mut self) {
            let after = match (self.0, EARS.get()) {
                // What was missed in here was missed out there, too.
                (Ears::Closed, Ears::Missed) => Ears::Missed,
                (before, _) => before,
            };
            EARS.set(after);
        }
    }

    let _before = Before(EARS.replace(Ears::Closed));
    let done = act();
    (done, EARS.get() == Ears::Missed)
}

/// A waker that stays the same while one task after another drives what is polled with it.
pub struct Gate {
    bell: Arc<Bell>,
    waker: Waker,
}

/// The task that waits, if one does.
#[derive(Default)]
struct Bell(AtomicWaker);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        match EARS.get() {
            Ears::Open => self.0.wake(),
            Ears::Closed | Ears::Missed => EARS.set(Ears::Missed),
        }
    }
}

impl Default for Gate {
    /// A closed one: nobody is woken.
    fn default() -> Self {
        let bell = Arc::<Bell>::default();
        Self { waker: Arc::clone(&bell).into(), bell }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

impl Gate {
    /// From now on this task is woken, once; whoever is polled again opens the gate again.
    pub fn open(&self, task: &Waker) {
        self.bell.0.register(task);
    }

    /// From now on nobody is.
    pub fn close(&self) {
        drop(self.bell.0.take());
    }

    /// What to poll with behind the gate.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context::from_waker(&self.waker)
    }

    /// A future, polled behind the gate for whoever polls this one.
    pub fn drive<F: Future>(&self, mut future: Pin<&mut F>) -> impl Future<Output = F::Output> {
        poll_fn(move |cx| {
            self.open(cx.waker());
            future.as_mut().poll(&mut self.context())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Poll;
    use std::thread;

    use super::*;

    /// A task that counts how often it is woken.
    #[derive(Default)]
    struct Task(AtomicUsize);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    struct Setup {
        gate: Gate,
        task: Arc<Task>,
        inner: Waker,
    }

    fn opened() -> Setup {
        let (gate, task) = (Gate::default(), Arc::<Task>::default());
        gate.open(&Arc::clone(&task).into());
        let inner = gate.context().waker().clone();
        Setup { gate, task, inner }
    }

    impl Setup {
        fn woken(&self) -> usize {
            self.task.0.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn a_wake_passes_once_while_it_is_open() {
        let setup = opened();
        setup.inner.wake_by_ref();
        setup.inner.wake_by_ref();
        assert_eq!(setup.woken(), 1);
        setup.gate.open(&Arc::clone(&setup.task).into());
        setup.gate.close();
        setup.inner.wake_by_ref();
        assert_eq!(setup.woken(), 1);
    }

    #[test]
    fn what_is_unheard_is_told_and_wakes_nobody() {
        let setup = opened();
        assert_eq!(unheard(|| setup.inner.wake_by_ref()), ((), true));
        assert_eq!(unheard(|| ()), ((), false));
        assert_eq!(setup.woken(), 0);
        setup.inner.wake_by_ref();
        assert_eq!(setup.woken(), 1, "behind it the gate is open as before");
    }

    #[test]
    fn another_thread_is_heard() {
        let setup = opened();
        let (_, rang) = unheard(|| {
            thread::scope(|scope| {
                scope.spawn(|| setup.inner.wake_by_ref());
            });
        });
        assert_eq!((rang, setup.woken()), (false, 1));
    }

    #[test]
    fn one_within_another() {
        let setup = opened();
        let (inside, outside) = unheard(|| {
            let inside = unheard(|| setup.inner.wake_by_ref()).1;
            assert!(!unheard(|| ()).1, "each tells of its own time");
            inside
        });
        assert_eq!((inside, outside, setup.woken()), (true, true, 0));
    }

    #[test]
    fn a_panic_leaves_it_open() {
        let setup = opened();
        let panicked = catch_unwind(AssertUnwindSafe(|| unheard(|| panic!("as told"))));
        assert!(panicked.is_err());
        setup.inner.wake_by_ref();
        assert_eq!(setup.woken(), 1);
    }

    #[test]
    fn a_driven_future_wakes_whoever_polls_now() {
        let gate = Gate::default();
        let inner = gate.context().waker().clone();
        let mut future = pin!(std::future::pending::<()>());
        let mut driven = pin!(gate.drive(future.as_mut()));
        let [first, second] = [(); 2].map(|()| Arc::<Task>::default());
        for task in [&first, &second] {
            let waker = Arc::clone(task).into();
            assert_eq!(driven.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Pending);
        }
        inner.wake();
        assert_eq!([first, second].map(|task| task.0.load(Ordering::Relaxed)), [0, 1]);
    }
}
