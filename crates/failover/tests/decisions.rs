//! What comes next after every failure, row by row, and the table of it in the README.

use std::fmt::Write as _;

use openclaw_failover::{
    Answer, ChosenBy, Class, Decision, NetworkRetry, OnInvalidRequest, Position, Situation, StopReason,
    decide,
};

use Decision::{NextModel, NextOffer, SameAgain, Stop};

/// One row of the table: everything but the position and whether the answer had begun.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    class: Class,
    /// What the row says beside the class.
    case: &'static str,
    chosen_by: ChosenBy,
    network_retry: NetworkRetry,
    on_invalid_request: OnInvalidRequest,
}

impl Row {
    fn decide(self, position: Position, answer: Answer) -> Decision {
        decide(Situation {
            class: self.class,
            chosen_by: self.chosen_by,
            position,
            answer,
            network_retry: self.network_retry,
            on_invalid_request: self.on_invalid_request,
        })
    }
}

/// The rows: one a class, more where something else decides too.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for class in Class::ALL {
        let plain = Row {
            class,
            case: "",
            chosen_by: ChosenBy::Router,
            network_retry: NetworkRetry::Left,
            on_invalid_request: OnInvalidRequest::Stop,
        };
        match class {
            Class::ModelUnsupported => rows.extend([
                Row { case: ", as written", ..plain },
                Row { case: ", pinned by the plan", chosen_by: ChosenBy::Plan, ..plain },
            ]),
            Class::InvalidRequest => rows.extend([
                plain,
                Row { case: ", set to try on", on_invalid_request: OnInvalidRequest::TryNext, ..plain },
            ]),
            Class::Network => rows.extend([
                Row { case: ", first time", ..plain },
                Row { case: ", again", network_retry: NetworkRetry::Used, ..plain },
            ]),
            _ => rows.push(plain),
        }
    }
    rows
}

fn words(decision: Decision) -> String {
    match decision {
        NextOffer => "next offer".to_owned(),
        NextModel => "next model".to_owned(),
        SameAgain => "same again".to_owned(),
        Stop(reason) => format!("stop: `{}`", reason.as_str()),
    }
}

fn table() -> String {
    let mut table = String::from(
        "| class | more offers, more models | more offers | more models | last | after the first byte |\n\
         |---|---|---|---|---|---|\n",
    );
    for row in rows() {
        write!(table, "| `{}`{} |", row.class, row.case).expect("a string takes all");
        for position in Position::ALL {
            write!(table, " {} |", words(row.decide(position, Answer::NotBegun)))
                .expect("a string takes all");
        }
        let begun = Position::ALL.map(|position| row.decide(position, Answer::Begun));
        assert!(begun.iter().all(|decision| *decision == begun[0]), "one column cannot say {begun:?}");
        writeln!(table, " {} |", words(begun[0])).expect("a string takes all");
    }
    table
}

#[test]
fn the_table_in_the_readme_is_what_the_code_does() {
    let readme = include_str!("../README.md").replace("\r\n", "\n");
    let (_, rest) = readme.split_once("<!-- decisions: begin -->\n").expect("the README has the begin mark");
    let (written, _) = rest.split_once("<!-- decisions: end -->").expect("the README has the end mark");
    let table = table();
    assert!(written == table, "put this between the marks in crates/failover/README.md:\n\n{table}");
}

/// The four positions in the order of [`Position::ALL`].
#[track_caller]
fn check(class: Class, case: &str, expected: [Decision; 4]) {
    let row = rows().into_iter().find(|row| row.class == class && row.case == case).expect("the row exists");
    assert_eq!(Position::ALL.map(|position| row.decide(position, Answer::NotBegun)), expected);
    let begun = Stop(StopReason::AfterFirstByte(class));
    assert_eq!(Position::ALL.map(|position| row.decide(position, Answer::Begun)), [begun; 4]);
}

const ON: [Decision; 4] = [NextOffer, NextOffer, NextModel, Stop(StopReason::Exhausted)];
const ON_TO_ANOTHER_MODEL: [Decision; 4] =
    [NextModel, Stop(StopReason::Exhausted), NextModel, Stop(StopReason::Exhausted)];

#[test]
fn auth_stops() {
    check(Class::Auth, "", [Stop(StopReason::TokenRefused(Class::Auth)); 4]);
}

#[test]
fn permission_stops() {
    check(Class::Permission, "", [Stop(StopReason::TokenRefused(Class::Permission)); 4]);
}

#[test]
fn credits_stops() {
    check(Class::Credits, "", [Stop(StopReason::TokenRefused(Class::Credits)); 4]);
}

#[test]
fn rate_limited_goes_on() {
    check(Class::RateLimited, "", ON);
}

#[test]
fn model_unsupported_as_written_goes_to_another_model() {
    check(Class::ModelUnsupported, ", as written", ON_TO_ANOTHER_MODEL);
}

#[test]
fn model_unsupported_on_a_pin_of_the_plan_goes_on() {
    check(Class::ModelUnsupported, ", pinned by the plan", ON);
}

#[test]
fn invalid_request_stops() {
    check(Class::InvalidRequest, "", [Stop(StopReason::InvalidRequest); 4]);
}

#[test]
fn invalid_request_goes_on_if_set() {
    check(Class::InvalidRequest, ", set to try on", ON);
}

#[test]
fn provider_fault_goes_on() {
    check(Class::ProviderFault, "", ON);
}

#[test]
fn network_is_tried_once_more() {
    check(Class::Network, ", first time", [SameAgain; 4]);
}

#[test]
fn network_stops_the_second_time() {
    check(Class::Network, ", again", [Stop(StopReason::NetworkDown); 4]);
}

#[test]
fn timeout_goes_on() {
    check(Class::Timeout, "", ON);
}

#[test]
fn malformed_goes_on() {
    check(Class::Malformed, "", ON);
}

#[test]
fn truncated_goes_on() {
    check(Class::Truncated, "", ON);
}

/// Where the rows leave something out, it decides nothing.
#[test]
fn the_rows_leave_nothing_out() {
    let rows = rows();
    for class in Class::ALL {
        for chosen_by in ChosenBy::ALL {
            for network_retry in [NetworkRetry::Left, NetworkRetry::Used] {
                for on_invalid_request in [OnInvalidRequest::Stop, OnInvalidRequest::TryNext] {
                    let full = Row { class, case: "", chosen_by, network_retry, on_invalid_request };
                    let row = rows.iter().find(|row| match class {
                        // A user's pin is a reference as written.
                        Class::ModelUnsupported => {
                            row.class == class
                                && (row.chosen_by == ChosenBy::Plan) == (chosen_by == ChosenBy::Plan)
                        }
                        Class::Network => row.class == class && row.network_retry == network_retry,
                        Class::InvalidRequest => {
                            row.class == class && row.on_invalid_request == on_invalid_request
                        }
                        _ => row.class == class,
                    });
                    let row = row.expect("every case has a row");
                    for position in Position::ALL {
                        for answer in [Answer::NotBegun, Answer::Begun] {
                            assert_eq!(
                                full.decide(position, answer),
                                row.decide(position, answer),
                                "{full:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}
