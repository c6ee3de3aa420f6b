//! The form for `--json` and logs.

use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::{ChosenBy, Class, StopReason, Trail, TrailEntry};

impl Serialize for Class {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for ChosenBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for StopReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Trail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.entries())
    }
}

impl Serialize for TrailEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("TrailEntry", 12)?;
        entry.serialize_field("model", self.model.router_id())?;
        entry.serialize_field("chain_index", &self.chain_index)?;
        entry.serialize_field("chosen_by", &self.chosen_by)?;
        entry.serialize_field("expected", &self.expected)?;
        entry.serialize_field("provider", &self.provider)?;
        entry.serialize_field("result", self.result_name())?;
        entry.serialize_field("status", &self.status)?;
        entry.serialize_field("elapsed_ms", &millis(self.elapsed))?;
        entry.serialize_field("first_byte_sent", &self.first_byte_sent)?;
        entry.serialize_field("cooled_ms", &self.cooled_for.map(millis))?;
        entry.serialize_field(
            "above_max_price_micro_usd",
            &self.above_max_price.map(|price| price.micro_usd()),
        )?;
        entry.serialize_field("alternatives", &self.alternatives)?;
        entry.end()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
