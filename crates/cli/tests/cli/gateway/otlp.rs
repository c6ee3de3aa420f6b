//! Traces and metrics that go nowhere.

use std::net::TcpListener;

use insta::assert_snapshot;

use super::{Gateway, R1, WHOLE, listed, refused};

#[test]
fn an_address_of_a_collector_that_is_none_keeps_it_from_starting() {
    let mut report = String::new();
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://ann:canary@127.0.0.1:4318"),
    ] {
        report.push_str(&refused(&listed().env(name, value), &["--port", "0"]));
    }
    assert!(!report.contains("canary"), "{report}");
    assert_snapshot!(report, @"
    exit 2
    -- err
    error: traces and metrics cannot be sent
      `OTEL_EXPORTER_OTLP_ENDPOINT` is no address, expected one such as `http://localhost:4318`

    hint: OTEL_SDK_DISABLED=true openclaw gateway run
    exit 2
    -- err
    error: traces and metrics cannot be sent
      `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` holds a user or a password, expected them in `OTEL_EXPORTER_OTLP_HEADERS`

    hint: OTEL_SDK_DISABLED=true openclaw gateway run
    ");
    // As the hint has it.
    let world = listed().env("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere").env("OTEL_SDK_DISABLED", "true");
    assert_eq!(Gateway::start(&world).stop(&world).code, Some(0));
}

#[test]
fn a_collector_that_is_not_there_is_told_once_and_costs_no_request() {
    let collector = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let collector = collector.expect("a port that is free again");
    let world = listed()
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{collector}"))
        .env("OTEL_METRICS_EXPORTER", "none")
        .env("OTEL_BSP_SCHEDULE_DELAY", "10");
    let mut gateway = Gateway::start(&world);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    gateway.says("traces cannot be sent");
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    let (_, told) = told.split_once("Ctrl-C ends it.\n").expect("it runs");
    assert_snapshot!(told.replace(&collector.to_string(), "127.0.0.1:COLLECTOR"), @"
    warning: traces cannot be sent, and requests go on without: Operation failed: HTTP export failed: network error
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}
