//! So much of something at once: bytes that are held, requests that run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So much of something at once, over all requests.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    used: Arc<AtomicUsize>,
    limit: usize,
}

/// A part of it, given back when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Budget,
    amount: usize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Self { used: Arc::default(), limit }
    }

    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Nothing yet.
    pub(crate) fn share(&self) -> Share {
        Share { budget: self.clone(), amount: 0 }
    }
}

impl Share {
    /// Takes `more`; false where that is more than there is left.
    #[must_use]
    pub(crate) fn grow(&mut self, more: usize) -> bool {
        let before = self.budget.used.fetch_add(more, Ordering::Relaxed);
        if before.saturating_add(more) > self.budget.limit {
            self.budget.used.fetch_sub(more, Ordering::Relaxed);
            return false;
        }
        self.amount += more;
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.amount, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_given_back() {
        let budget = Budget::new(10);
        let mut one = budget.share();
        assert!(one.grow(6) && one.grow(4) && !one.grow(1));
        let mut two = budget.share();
        assert!(!two.grow(1));
        drop(one);
        assert!(two.grow(10));
        assert_eq!(budget.used(), 10);
        drop(two);
        assert_eq!(budget.used(), 0);
    }
}
