//! Numbers that look random and are the same again for the same seed.

/// `SplitMix64`: short, and good enough to mix faults.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of one player; each has its own, so that no one's throws depend on who is quicker.
    pub(crate) fn new(seed: u64, player: u64) -> Self {
        let mut dice = Self(seed ^ player.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        dice.next();
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    pub(crate) fn one_in(&mut self, sides: u64) -> bool {
        self.between(1, sides) == 1
    }

    /// One of some; of none the default.
    pub(crate) fn one_of<T: Copy + Default>(&mut self, some: &[T]) -> T {
        let index = usize::try_from(self.next() % some.len().max(1) as u64).unwrap_or_default();
        some.get(index).copied().unwrap_or_default()
    }
}
