//! What several crates share in their tests: laws that hold for any input, and the frame of the benches.

pub mod bench;
pub mod laws;
pub mod lists;
pub mod streams;
