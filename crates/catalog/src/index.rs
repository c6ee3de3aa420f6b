//! Places by id, without a copy of the ids.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// Places in a list by the ids that stand there, which the caller looks up: a copy of a hundred thousand ids would take
/// longer to make than all the rest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    state: RandomState,
    /// The first place of an id with this hash.
    first: HashMap<u64, usize, BuildHasherDefault<Same>>,
    /// Places of ids whose hash another id had before; with 64 bits there are none in practice.
    rest: Vec<usize>,
}

impl Index {
    pub(crate) fn with_capacity(size: usize) -> Self {
        let first = HashMap::with_capacity_and_hasher(size, BuildHasherDefault::default());
        Self { first, ..Self::default() }
    }

    /// The place of an id; `id_at` gives the id of a place.
    pub(crate) fn find<'a>(&self, id: &str, id_at: impl Fn(usize) -> Option<&'a String>) -> Option<usize> {
        let is_it = |place: usize| id_at(place).is_some_and(|other| other == id);
        let first = *self.first.get(&self.state.hash_one(id))?;
        if is_it(first) { Some(first) } else { self.rest.iter().copied().find(|place| is_it(*place)) }
    }

    /// The place of an id, which is `next` where it had none.
    pub(crate) fn insert<'a>(
        &mut self,
        id: &str,
        next: usize,
        id_at: impl Fn(usize) -> Option<&'a String>,
    ) -> usize {
        let is_it = |place: usize| id_at(place).is_some_and(|other| other == id);
        match self.first.entry(self.state.hash_one(id)) {
            Entry::Vacant(free) => *free.insert(next),
            Entry::Occupied(taken) if is_it(*taken.get()) => *taken.get(),
            Entry::Occupied(_) => match self.rest.iter().copied().find(|place| is_it(*place)) {
                Some(place) => place,
                None => {
                    self.rest.push(next);
                    next
                }
            },
        }
    }
}

/// A hash is its own.
#[derive(Debug, Clone, Copy, Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only numbers are hashed; whatever else comes is taken in too.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_place_also_where_its_hash_is_taken() {
        let ids = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let id_at = |place: usize| ids.get(place);
        let mut index = Index::with_capacity(3);
        assert_eq!(index.insert("a", 0, id_at), 0);
        // As if `b` had the hash of `a`.
        let (a, b) = (index.state.hash_one("a"), index.state.hash_one("b"));
        index.first.insert(b, 0);
        assert_eq!(index.insert("b", 1, id_at), 1);
        assert_eq!(index.insert("b", 2, id_at), 1);
        assert_eq!(index.insert("a", 2, id_at), 0);
        assert_eq!(
            (index.find("a", id_at), index.find("b", id_at), index.find("c", id_at)),
            (Some(0), Some(1), None)
        );
        assert_eq!(index.first.get(&a), Some(&0));
    }
}
