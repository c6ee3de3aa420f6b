//! Which cooldowns the others have been told of.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use openclaw_failover::{CooldownKey, Cooldowns, TokenId};

/// So much later it is another refusal, and not the same one that took a moment to get around.
const NEWS: Duration = Duration::from_millis(50);
/// So close to its end a cooldown that is missing elsewhere ended there a moment sooner.
const ENDING: Duration = Duration::from_millis(500);
/// How many the server gives at most.
pub(super) const AT_MOST: usize = 4_096;

/// Which cooldowns the others know, with the moment from which each offer is ready.
#[derive(Debug, Default)]
pub(super) struct Cooling {
    /// Of the server's list, as it was heard last.
    version: String,
    known: HashMap<String, Duration>,
}

impl Cooling {
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// What the others do not know yet: names, and for how long; zero where one ended by a success.
    pub(super) fn tell(&mut self, cooldowns: &Cooldowns, now: Duration) -> Vec<(String, Duration)> {
        self.known.retain(|_, until| *until > now);
        let mut told = Vec::new();
        let mut here = HashSet::new();
        for (key, until) in cooldowns.iter().filter(|(_, until)| *until > now) {
            let name = name(key);
            if self.known.get(&name).is_none_or(|known| until > *known + NEWS) {
                told.push((name.clone(), until - now));
                self.known.insert(name.clone(), until);
            }
            here.insert(name);
        }
        let ended = self.known.extract_if(|name, until| !here.contains(name) && *until > now + ENDING);
        told.extend(ended.map(|(name, _)| (name, Duration::ZERO)));
        told
    }

    /// Takes up the server's list, where it is another one.
    pub(super) fn hear(
        &mut self,
        version: String,
        cooling: &[(String, Duration)],
        cooldowns: &mut Cooldowns,
        now: Duration,
    ) {
        if version == self.version {
            return;
        }
        self.version = version;
        if self.version == "0" {
            // The server has no list, or has lost it.
            self.known.clear();
            return;
        }
        for (name, wait) in cooling {
            let Some(key) = parse(name) else { continue };
            let until = now.saturating_add(*wait);
            let merged = cooldowns.merge(key, until, now).unwrap_or(until);
            self.known.insert(name.clone(), merged);
        }
        if cooling.len() >= AT_MOST {
            return;
        }
        let listed: HashSet<&str> = cooling.iter().map(|(name, _)| name.as_str()).collect();
        let ended =
            self.known.extract_if(|name, until| !listed.contains(name.as_str()) && *until > now + ENDING);
        for (name, _) in ended {
            if let Some(key) = parse(&name) {
                cooldowns.succeeded(key);
            }
        }
    }

    /// Nobody knows what the others know: all is told anew.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.version.clear();
    }
}

/// The token's hash, the model, and the provider where there is one.
fn name(key: CooldownKey<'_>) -> String {
    let CooldownKey { token: TokenId(token), model, provider } = key;
    match provider {
        None => format!("{token:016x} {model}"),
        Some(provider) => format!("{token:016x} {model} {provider}"),
    }
}

fn parse(name: &str) -> Option<CooldownKey<'_>> {
    let mut parts = name.splitn(3, ' ');
    let token = TokenId(u64::from_str_radix(parts.next()?, 16).ok()?);
    Some(CooldownKey { token, model: parts.next()?, provider: parts.next() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROQ: CooldownKey<'static> =
        CooldownKey { token: TokenId(7), model: "org/a", provider: Some("groq") };
    const AUTO: CooldownKey<'static> =
        CooldownKey { token: TokenId(7), model: "org/a:fastest", provider: None };

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_name_is_read_as_it_was_made() {
        for key in [GROQ, AUTO, CooldownKey { provider: Some("a b"), ..GROQ }] {
            assert_eq!(parse(&name(key)), Some(key));
        }
        assert_eq!(name(GROQ), "0000000000000007 org/a groq");
        for wrong in ["", "7", "x org/a", "0000000000000007"] {
            assert_eq!(parse(wrong), None);
        }
    }

    #[test]
    fn each_refusal_is_told_once_and_a_success_as_well() {
        let (mut cooling, mut cooldowns) = (Cooling::default(), Cooldowns::default());
        cooldowns.refused(GROQ, Some(secs(60)), secs(0));
        assert_eq!(cooling.tell(&cooldowns, secs(1)), [(name(GROQ), secs(59))]);
        assert_eq!(cooling.tell(&cooldowns, secs(2)), []);
        cooldowns.refused(GROQ, Some(secs(90)), secs(2));
        assert_eq!(cooling.tell(&cooldowns, secs(2)), [(name(GROQ), secs(90))]);
        cooldowns.succeeded(GROQ);
        assert_eq!(cooling.tell(&cooldowns, secs(3)), [(name(GROQ), Duration::ZERO)]);
        assert_eq!(cooling.tell(&cooldowns, secs(3)), []);
    }

    #[test]
    fn what_is_heard_is_taken_up_and_not_told_again() {
        let (mut cooling, mut cooldowns) = (Cooling::default(), Cooldowns::default());
        let list = [(name(GROQ), secs(60)), (name(AUTO), secs(5)), ("nonsense".to_owned(), secs(5))];
        cooling.hear("9".to_owned(), &list, &mut cooldowns, secs(100));
        assert_eq!((cooldowns.ready_at(GROQ), cooldowns.ready_at(AUTO)), (Some(secs(160)), Some(secs(105))));
        assert_eq!(cooling.tell(&cooldowns, secs(101)), []);
        // Another gateway had a success with the one; the other ended by itself.
        cooling.hear("10".to_owned(), &[], &mut cooldowns, Duration::from_millis(104_800));
        assert_eq!((cooldowns.ready_at(GROQ), cooldowns.ready_at(AUTO)), (None, Some(secs(105))));
        assert_eq!(cooling.tell(&cooldowns, secs(106)), []);
    }

    #[test]
    fn a_server_that_lost_its_list_is_told_anew() {
        let (mut cooling, mut cooldowns) = (Cooling::default(), Cooldowns::default());
        cooldowns.refused(GROQ, Some(secs(60)), secs(0));
        assert_eq!(cooling.tell(&cooldowns, secs(0)).len(), 1);
        cooling.hear("5".to_owned(), &[(name(GROQ), secs(60))], &mut cooldowns, secs(0));
        cooling.hear("0".to_owned(), &[], &mut cooldowns, secs(1));
        assert_eq!(cooldowns.ready_at(GROQ), Some(secs(60)));
        assert_eq!(cooling.tell(&cooldowns, secs(1)), [(name(GROQ), secs(59))]);
    }
}
