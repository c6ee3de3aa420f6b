//! Built without what several gateways share their state by.

use insta::assert_snapshot;

use super::{refused, world};

#[test]
fn a_server_for_shared_state_cannot_be_followed() {
    let url = "redis://:canary@127.0.0.1:6379";
    let mut report = refused(&world(), &["--port", "0", "--state", url]);
    report.push_str(&refused(&world().env("OPENCLAW_GATEWAY_STATE", url), &["--port", "0"]));
    assert!(!report.contains("canary"), "{report}");
    assert_snapshot!(report, @"
    exit 2
    -- err
    error: `--state` cannot be followed
      this program was built without the feature `redis`

    hint: cargo install --path crates/cli --features redis
    exit 2
    -- err
    error: `OPENCLAW_GATEWAY_STATE` cannot be followed
      this program was built without the feature `redis`

    hint: cargo install --path crates/cli --features redis
    ");
}
