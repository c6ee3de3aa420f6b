//! One round trip: what is told, as the script takes it, and what is heard.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{ErrorKind, RedisError};

use crate::ledger::{Heard, Held, Told, ToldBucket};

const SCRIPT: &str = include_str!("exchange.lua");

/// The front of every key. What is in braces keeps all keys on one node of a cluster, and names the layout.
const PREFIX: &str = "openclaw:{v1}:";

/// What is told at once.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// Counts what must count once; zero where nothing does.
    pub(super) turn: u64,
    /// By the key's name.
    pub(super) accounts: Vec<(Arc<str>, Told)>,
    pub(super) cooled: Vec<(String, Duration)>,
    /// The version of the cooldowns that is known.
    pub(super) version: String,
}

/// What is heard.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) version: String,
    pub(super) cooling: Vec<(String, Duration)>,
    /// In the order of the message.
    pub(super) accounts: Vec<Heard>,
}

type Raw = (String, Vec<String>, Vec<String>);

impl Message {
    /// Sends it and waits for the answer.
    pub(super) async fn send(
        &self,
        connection: &mut MultiplexedConnection,
        gateway: &str,
    ) -> Result<Answer, RedisError> {
        let answer: Raw = self.command(gateway).query_async(connection).await?;
        let unreadable = || RedisError::from((ErrorKind::Parse, "answer"));
        read(answer).filter(|answer| answer.accounts.len() == self.accounts.len()).ok_or_else(unreadable)
    }

    fn command(&self, gateway: &str) -> redis::Cmd {
        // The text each time: it is short, the server knows it by its hash, and nothing must be loaded first.
        let mut command = redis::cmd("EVAL");
        command.arg(SCRIPT).arg(3 + self.accounts.len());
        command.arg(format!("{PREFIX}turn:{gateway}"));
        command.arg(format!("{PREFIX}cooling")).arg(format!("{PREFIX}cooling:version"));
        for (key, _) in &self.accounts {
            command.arg(format!("{PREFIX}key:{key}"));
        }
        command.arg(gateway).arg(self.turn).arg(&self.version).arg(self.cooled.len());
        for (name, wait) in &self.cooled {
            command.arg(name).arg(wait.as_millis().to_string());
        }
        for (_, told) in &self.accounts {
            let Told { requests, tokens, day, spent, spent_at_least, held } = told;
            for ToldBucket { capacity, change, level } in [requests, tokens] {
                command.arg(capacity).arg(change.given).arg(change.taken).arg(level);
            }
            command.arg(day).arg(spent).arg(spent_at_least).arg(held.running).arg(held.reserved);
        }
        command
    }

    /// It will be told again after a while: what was true for the moment alone is left out, and told by the next one.
    pub(super) fn grow_old(&mut self) {
        self.cooled.clear();
        self.version.clear();
        for (_, told) in &mut self.accounts {
            (told.requests.level, told.tokens.level, told.held) = (0.0, 0.0, Held::default());
        }
    }
}

fn read((version, cooling, accounts): Raw) -> Option<Answer> {
    let cooling = cooling.chunks(2).map(|pair| {
        let [name, wait] = pair else { return None };
        Some((name.clone(), Duration::from_millis(wait.parse().ok()?)))
    });
    let accounts = accounts.chunks(6).map(|six| {
        let [requests, tokens, day, spent, running, reserved] = six else { return None };
        Some(Heard {
            requests: level(requests)?,
            tokens: level(tokens)?,
            day: day.parse().ok()?,
            spent: spent.parse().ok()?,
            others: Held { running: running.parse().ok()?, reserved: reserved.parse().ok()? },
        })
    });
    Some(Answer {
        version,
        cooling: cooling.collect::<Option<_>>()?,
        accounts: accounts.collect::<Option<_>>()?,
    })
}

/// How much is used. Whatever stands there, it is a number that can be counted with.
fn level(text: &str) -> Option<f64> {
    text.parse().ok().filter(|level: &f64| level.is_finite() && *level >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_or_refused_as_a_whole() {
        let raw = |cooling: &[&str], accounts: &[&str]| {
            let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
            read(("7".to_owned(), texts(cooling), texts(accounts)))
        };
        let heard = Heard {
            requests: 1.5,
            tokens: 0.0,
            day: 20_000,
            spent: 12,
            others: Held { running: 2, reserved: 40 },
        };
        assert_eq!(
            raw(&["7 a b", "1500"], &["1.500", "0", "20000", "12", "2", "40"]),
            Some(Answer {
                version: "7".to_owned(),
                cooling: vec![("7 a b".to_owned(), Duration::from_millis(1500))],
                accounts: vec![heard],
            })
        );
        assert_eq!(raw(&["7 a b"], &[]), None);
        assert_eq!(raw(&["7 a b", "-1"], &[]), None);
        for wrong in ["nan", "inf", "-1", "", "x"] {
            assert_eq!(raw(&[], &[wrong, "0", "20000", "12", "2", "40"]), None, "{wrong}");
        }
        assert_eq!(raw(&[], &["1", "0", "20000", "12", "2"]), None);
    }
}
