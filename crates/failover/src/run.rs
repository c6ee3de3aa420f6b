//! One request on its way through a plan.

use std::sync::Arc;
use std::time::Duration;

use crate::cooldown::{CooldownKey, Cooldowns, TokenId};
use crate::decide::cools_down;
use crate::{
    Answer, ChosenBy, Class, Decision, NetworkRetry, Outcome, Plan, Position, Situation, StopReason, Target,
    Trail, TrailEntry, decide,
};

/// One request on its way through a plan.
///
/// It does nothing itself: ask [`Run::next`] for an attempt, make it, tell [`Run::record`] how it ended, and so on until
/// there is a [`Stop`].
/// Times are durations since a moment of the caller's, the same as for the [`Cooldowns`].
///
/// An offer that failed and comes up again under another name (the reference as written met it, and the plan has it
/// pinned too) is tried again only after all that did not fail: its fault may be gone by then.
///
/// ```
/// use std::time::Duration;
/// use openclaw_catalog::{Catalog, Layer};
/// use openclaw_failover::{Class, Cooldowns, Options, Outcome, Plan, Run, Step, StopReason, TokenId};
///
/// let chain = ["huggingface/Qwen/Qwen3-8B:nscale".parse()?, "huggingface/zai-org/GLM-4.6:together".parse()?];
/// let plan = Plan::new(&chain, &Catalog::merge([Layer::built_in()]), Options::default());
/// let (mut cooldowns, now) = (Cooldowns::default(), Duration::ZERO);
/// let mut run = Run::new(plan, TokenId(1), now);
///
/// let Step::Attempt(first) = run.next(&cooldowns, now) else { panic!("there are two to ask") };
/// run.record(first, Outcome::failed(Class::ProviderFault, Duration::ZERO), &mut cooldowns, now);
/// let Step::Attempt(second) = run.next(&cooldowns, now) else { panic!("there is one more") };
/// assert_eq!(second.target.model.router_id(), "zai-org/GLM-4.6:together");
/// run.record(second, Outcome::failed(Class::Auth, Duration::ZERO), &mut cooldowns, now);
/// let Step::Stop(stop) = run.next(&cooldowns, now) else { panic!("a refused token ends it") };
/// assert_eq!(stop.reason, StopReason::TokenRefused(Class::Auth));
/// # Ok::<(), openclaw_model_ref::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Run {
    plan: Arc<Plan>,
    token: TokenId,
    /// When the time to the first byte is used up.
    budget_end: Duration,
    /// By slot: whether it is still to be tried.
    left: Vec<bool>,
    /// By reference: how many of its slots are.
    left_of: Vec<usize>,
    /// How many slots are.
    left_in_all: usize,
    /// Below this slot nothing is.
    first_left: usize,
    /// What is to be repeated.
    again: Option<usize>,
    /// The attempt whose end is not recorded yet, by number.
    open: Option<usize>,
    /// How many attempts were given out.
    given: usize,
    network_retry: NetworkRetry,
    ended: Option<StopReason>,
    trail: Trail,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Make this attempt, at once, and record how it ended.
    Attempt(Attempt),
    /// Nothing more.
    Stop(Stop),
}

/// One attempt to make.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// What to ask.
    pub target: Target,
    /// Counted from 1.
    pub number: usize,
    /// How many attempts the plan has; more than are made, unless all fail.
    pub planned: usize,
    /// How long to wait before it: zero, but for the one repetition after a dead network.
    pub pause: Duration,
    /// When to give it up if there is no first byte, on the caller's clock.
    pub deadline: Duration,
    slot: usize,
}

/// Why there is nothing more to do, and what was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stop {
    /// Why.
    pub reason: StopReason,
    /// What was tried.
    pub trail: Trail,
}

impl Run {
    /// Begins a run; the time to the first byte counts from `now`.
    #[must_use]
    pub fn new(plan: impl Into<Arc<Plan>>, token: TokenId, now: Duration) -> Self {
        let plan = plan.into();
        let mut left_of = vec![0_usize; plan.references()];
        for slot in 0..plan.len() {
            if let Some(count) = plan.reference_of(slot).and_then(|reference| left_of.get_mut(reference)) {
                *count += 1;
            }
        }
        Self {
            token,
            budget_end: now.saturating_add(plan.options().total),
            left: vec![true; plan.len()],
            left_of,
            left_in_all: plan.len(),
            first_left: 0,
            again: None,
            open: None,
            given: 0,
            network_retry: NetworkRetry::Left,
            ended: plan.is_empty().then_some(StopReason::NothingToTry),
            trail: Trail::default(),
            plan,
        }
    }

    /// What was tried so far.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// What to do now.
    ///
    /// Of what is left, the first that is not cooling; where all is, the one that is ready first.
    /// Once it says stop it goes on saying so.
    pub fn next(&mut self, cooldowns: &Cooldowns, now: Duration) -> Step {
        if self.ended.is_none() {
            match self.begin(cooldowns, now) {
                Ok(attempt) => return Step::Attempt(attempt),
                Err(reason) => self.ended = Some(reason),
            }
        }
        let reason = self.ended.unwrap_or(StopReason::Exhausted);
        Step::Stop(Stop { reason, trail: self.trail.clone() })
    }

    fn begin(&mut self, cooldowns: &Cooldowns, now: Duration) -> Result<Attempt, StopReason> {
        let options = *self.plan.options();
        if self.open.is_some() {
            // It may have reached the caller: nothing is sent on a guess.
            return Err(StopReason::OutOfTurn);
        }
        if options.max_attempts.is_some_and(|most| self.given >= most) {
            return Err(StopReason::AttemptLimit);
        }
        let (slot, pause) = match self.again.take() {
            Some(slot) => (slot, options.network_pause),
            None => (self.pick(cooldowns, now).ok_or(StopReason::Exhausted)?, Duration::ZERO),
        };
        let start = now.saturating_add(pause);
        if start >= self.budget_end {
            return Err(StopReason::OutOfTime);
        }
        self.strike(slot);
        // Every slot has a target; one without would be an end, not a loop.
        let target = self.plan.target(slot).ok_or(StopReason::Exhausted)?;
        self.given += 1;
        self.open = Some(self.given);
        Ok(Attempt {
            target,
            number: self.given,
            planned: self.plan.len(),
            pause,
            deadline: start.saturating_add(options.first_byte).min(self.budget_end),
            slot,
        })
    }

    /// The first slot left that is not cooling, or else the one that is ready first.
    fn pick(&mut self, cooldowns: &Cooldowns, now: Duration) -> Option<usize> {
        while self.left.get(self.first_left) == Some(&false) {
            self.first_left += 1;
        }
        let mut soonest: Option<(Duration, usize)> = None;
        for (slot, _) in self.left.iter().enumerate().skip(self.first_left).filter(|(_, left)| **left) {
            match self.plan.ready_at(slot, self.token, cooldowns).filter(|at| *at > now) {
                None => return Some(slot),
                Some(at) if soonest.is_none_or(|(sooner, _)| at < sooner) => soonest = Some((at, slot)),
                Some(_) => {}
            }
        }
        soonest.map(|(_, slot)| slot)
    }

    /// Takes a slot off what is left.
    fn strike(&mut self, slot: usize) {
        if let Some(left) = self.left.get_mut(slot)
            && std::mem::take(left)
        {
            self.left_in_all = self.left_in_all.saturating_sub(1);
            if let Some(count) = self.plan.reference_of(slot).and_then(|of| self.left_of.get_mut(of)) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Tells how an attempt ended, and returns what follows from it.
    ///
    /// Cools down what refused, and warms up what answered.
    /// An attempt that is not the open one changes nothing and is answered with [`StopReason::OutOfTurn`].
    pub fn record(
        &mut self,
        attempt: Attempt,
        outcome: Outcome,
        cooldowns: &mut Cooldowns,
        now: Duration,
    ) -> Decision {
        if self.open != Some(attempt.number) {
            return Decision::Stop(StopReason::OutOfTurn);
        }
        self.open = None;
        let cooled_for = self.cool(&attempt.target, &outcome, cooldowns, now);
        let decision = match outcome.result {
            Ok(()) => Decision::Stop(StopReason::Answered),
            Err(class) => self.decide(class, &attempt, &outcome),
        };
        match decision {
            Decision::Stop(reason) => self.ended = Some(reason),
            Decision::SameAgain => {
                self.network_retry = NetworkRetry::Used;
                self.again = Some(attempt.slot);
            }
            Decision::NextOffer | Decision::NextModel => {}
        }
        self.remember(attempt, outcome, cooled_for);
        decision
    }

    fn decide(&mut self, class: Class, attempt: &Attempt, outcome: &Outcome) -> Decision {
        let chosen_by = attempt.target.chosen_by;
        if class == Class::ModelUnsupported && chosen_by == ChosenBy::Router {
            // The router speaks for all that the user enabled: whatever it would choose for this model is no better.
            for slot in self.first_left..self.left.len() {
                if self.plan.is_as_unsupported_as(slot, attempt.slot) {
                    self.strike(slot);
                }
            }
        }
        let reference = self.plan.reference_of(attempt.slot);
        let offers = reference.and_then(|of| self.left_of.get(of)).copied().unwrap_or_default();
        let position = match (offers > 0, self.left_in_all > offers) {
            (true, true) => Position::OffersAndModels,
            (true, false) => Position::Offers,
            (false, true) => Position::Models,
            (false, false) => Position::Last,
        };
        decide(Situation {
            class,
            chosen_by,
            position,
            answer: if outcome.first_byte_sent { Answer::Begun } else { Answer::NotBegun },
            network_retry: self.network_retry,
            on_invalid_request: self.plan.options().on_invalid_request,
        })
    }

    /// Cools down what refused or warms up what answered; returns how long the offer is left alone.
    fn cool(
        &self,
        target: &Target,
        outcome: &Outcome,
        cooldowns: &mut Cooldowns,
        now: Duration,
    ) -> Option<Duration> {
        let expected = target.provider.as_deref();
        let is_routers = target.chosen_by == ChosenBy::Router;
        // A pin is that provider, whatever it calls itself.
        let provider = if is_routers { outcome.provider.as_deref().or(expected) } else { expected };
        let token = self.token;
        let offer = CooldownKey { token, model: target.model.hub_id(), provider };
        let choice = CooldownKey { token, model: target.model.router_id(), provider: None };
        match outcome.result {
            Ok(()) => {
                if provider.is_some() {
                    cooldowns.succeeded(offer);
                }
                if is_routers {
                    cooldowns.succeeded(choice);
                }
                None
            }
            Err(class) if cools_down(class, target.chosen_by) => {
                let asked = outcome.cooldown_asked();
                let mut until = None;
                if provider.is_some() {
                    until = Some(cooldowns.refused(offer, asked, now));
                }
                // Where the router chose another than was expected it may do so again, so its choice cools as well.
                if is_routers && provider != expected || provider.is_none() {
                    until = until.max(Some(cooldowns.refused(choice, asked, now)));
                }
                until.map(|until| until.saturating_sub(now))
            }
            Err(_) => None,
        }
    }

    fn remember(&mut self, attempt: Attempt, outcome: Outcome, cooled_for: Option<Duration>) {
        let Attempt { target, slot, .. } = attempt;
        let above_max_price = self.plan.options().max_price.and_then(|max| {
            let pricing = self.plan.pricing_at(slot, outcome.provider.as_deref()?)?;
            Some(pricing.output).filter(|output| *output > max)
        });
        let alternatives = match outcome.result {
            Err(Class::ModelUnsupported) => {
                let pinned = target.provider.as_deref().filter(|_| target.chosen_by != ChosenBy::Router);
                self.plan.alternatives(slot, pinned)
            }
            _ => Vec::new(),
        };
        self.trail.push(TrailEntry {
            model: target.model,
            chain_index: target.chain_index,
            chosen_by: target.chosen_by,
            expected: target.provider,
            provider: outcome.provider,
            result: outcome.result,
            status: outcome.status,
            elapsed: outcome.elapsed,
            first_byte_sent: outcome.first_byte_sent,
            cooled_for,
            above_max_price,
            alternatives,
        });
    }
}
