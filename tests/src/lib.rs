//! What several crates share in their tests: the frame of the benches.

pub mod bench;
