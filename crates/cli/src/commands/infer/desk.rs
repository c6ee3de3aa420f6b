//! Where questions are asked: client, models, fallbacks, cooldowns, for as long as the program runs.

use std::time::Instant;

use openclaw_catalog::{Availability, Needs};
use openclaw_failover::{Class, LeftOut, Options, Plan};
use openclaw_hf_client::{
    ChatEvent, ChatRequest, Client, DriveError, Error, Message, ReasoningEffort, SharedCooldowns, drive,
};
use openclaw_model_ref::ModelRef;

use super::super::models::status_source;
use super::super::token::{missing, tell_passed_over};
use super::{Answer, Screen, words};
use crate::app::{App, Settings};
use crate::args::{Asking, Effort, Need};
use crate::catalogue::{Ask, Known, ListState, known_within};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::refs::{DEFAULT_MODEL, fallbacks, nearest, resolve, resolve_in_file, with_suffix_of};
use crate::view::dim;
use crate::{network, out};

/// Where questions are asked.
pub(in crate::commands) struct Desk<'a> {
    app: &'a App,
    settings: Settings,
    pub(super) known: Known,
    client: Client,
    cooldowns: SharedCooldowns,
    options: Options,
    /// Whether others are asked where the first one fails.
    fails_over: bool,
    /// The model that is asked first.
    pub(in crate::commands) primary: ModelRef,
    /// Whether that one was typed, rather than read in the config.
    is_typed: bool,
    /// Those of the config.
    fallbacks: Vec<ModelRef>,
    token_from: String,
    /// The command to which a better reference can be put.
    again: &'static str,
}

/// What a request cannot do without, by what was typed.
pub(in crate::commands) fn needs(typed: &[Need]) -> Needs {
    Needs {
        tools: typed.contains(&Need::Tools),
        structured_output: typed.contains(&Need::Json),
        image: typed.contains(&Need::Image),
        min_context: None,
    }
}

/// The protocol takes four texts; `again` is the command with its last option.
fn check_stops(stops: &[String], again: &str) -> Result<()> {
    const MOST: usize = 4;
    if stops.len() <= MOST {
        return Ok(());
    }
    let command = again.trim_end_matches(" --model");
    Err(Failure::new(
        Exit::Usage,
        format!("`--stop` was given {} times, expected at most {MOST}", stops.len()),
    )
    .hint(format!("{command} --help")))
}

impl<'a> Desk<'a> {
    /// Nothing is asked yet, but for the list of models: as `ask` has it, and where none is kept.
    pub(in crate::commands) fn open(
        app: &'a App,
        asking: &Asking,
        ask: Ask,
        again: &'static str,
    ) -> Result<Self> {
        check_stops(&asking.sampling.stop, again)?;
        let settings = Settings::load(app)?;
        let flags = &asking.failover;
        let mut known = known_within(app, &settings.config, ask, flags.timeout)?;
        known.list.warn();
        let (aliases, catalog) = (&settings.aliases, Some(&known.catalog));
        let primary = match asking.model.as_deref() {
            Some(typed) => resolve(typed, aliases, catalog, again)?,
            None => {
                let text = settings.config.primary().unwrap_or(DEFAULT_MODEL);
                resolve_in_file(text, aliases, catalog, again)?
            }
        };
        let resolution = app.token(&settings.config, None);
        let Some(found) = &resolution.token else {
            let what = "there is no token: the router answers nobody without one";
            return Err(missing(app, &resolution, Exit::Auth, what));
        };
        tell_passed_over(app, &resolution);
        if known.list == (ListState::BuiltIn { why: None }) && !flags.no_failover {
            // Without the offers there is nobody to turn to. It is asked for once, and kept.
            known = known_within(app, &settings.config, Ask::IfStale, flags.timeout)?;
        }
        let endpoint = app.endpoint(&settings.config)?;
        let options = openclaw_hf_client::Options { bill_to: asking.bill_to.clone(), ..Default::default() };
        let client = network::client_with(app, &endpoint, Some(found.token.clone()), options);
        let mut options =
            Options { needs: needs(&flags.needs), max_price: flags.max_price, ..Options::default() };
        if let Some(timeout) = flags.timeout {
            options.first_byte = timeout;
            options.total = options.total.max(timeout);
        }
        if flags.no_failover {
            options.max_attempts = Some(1);
        }
        let fallbacks = if flags.no_failover { Vec::new() } else { fallbacks(app, &settings) };
        Ok(Self {
            token_from: status_source(app, &found.source),
            app,
            settings,
            known,
            client,
            cooldowns: SharedCooldowns::default(),
            options,
            fails_over: !flags.no_failover,
            primary,
            is_typed: asking.model.is_some(),
            fallbacks,
            again,
        })
    }

    /// Asks another model from now on.
    pub(in crate::commands) fn turn_to(&mut self, typed: &str) -> Result<()> {
        let primary = resolve(typed, &self.settings.aliases, Some(&self.known.catalog), self.again)?;
        crate::refs::check(&primary, &self.known.catalog, false, self.again)?;
        self.primary = primary;
        self.is_typed = true;
        Ok(())
    }

    /// Whether the request has images.
    pub(super) fn needs_images(&mut self, has_images: bool) {
        self.options.needs.image |= has_images;
    }

    /// A request of these messages, behind what the model is told before.
    pub(in crate::commands) fn request(&self, asking: &Asking, messages: &[Message]) -> ChatRequest {
        let mut request = ChatRequest::new(self.primary.router_id());
        request.messages.extend(asking.system.as_deref().map(Message::system));
        request.messages.extend_from_slice(messages);
        let sampling = &asking.sampling;
        request.max_tokens = sampling.max_tokens.map(u64::from);
        request.temperature = sampling.temperature;
        request.top_p = sampling.top_p;
        request.seed = sampling.seed;
        request.stop.clone_from(&sampling.stop);
        request.reasoning_effort = sampling.reasoning_effort.map(|effort| match effort {
            Effort::None => ReasoningEffort::None,
            Effort::Minimal => ReasoningEffort::Minimal,
            Effort::Low => ReasoningEffort::Low,
            Effort::Medium => ReasoningEffort::Medium,
            Effort::High => ReasoningEffort::High,
            Effort::Xhigh => ReasoningEffort::Xhigh,
        });
        request
    }

    fn plan(&self) -> Plan {
        let mut chain = vec![self.primary.clone()];
        if !self.is_slip() {
            chain.extend_from_slice(&self.fallbacks);
        }
        Plan::new(&chain, &self.known.catalog, self.options)
    }

    /// Whether the model was typed and the router does not list it: a slip of the hand is not answered by another model.
    fn is_slip(&self) -> bool {
        self.is_typed && self.known.catalog.availability(&self.primary) == Availability::NotListed
    }

    /// How it is told that nobody answered.
    fn nobody(&self, error: &DriveError, left_out: &[LeftOut]) -> Failure {
        let mut failure = words::nobody(error, left_out, &self.primary, &self.token_from, self.fails_over);
        if !self.is_slip() || error.class() != Some(Class::ModelUnsupported) {
            return failure;
        }
        if !self.fallbacks.is_empty() {
            failure = failure.because("no fallback was asked, since the router does not list this model");
        }
        match nearest(self.primary.hub_id(), &self.known.catalog) {
            Some(near) => failure
                .because(format!("the nearest that it lists is `{}`", near.id))
                .hint(format!("{} {}", self.again, with_suffix_of(&near.id, &self.primary))),
            None => failure,
        }
    }

    /// Asks one after another until one answers; what comes is on the screen and in `answer`, as far as it came.
    pub(in crate::commands) async fn ask(
        &self,
        request: &ChatRequest,
        screen: &mut Screen,
        answer: &mut Answer,
    ) -> Result<()> {
        let asked = Instant::now();
        let plan = self.plan();
        let left_out: Vec<LeftOut> = plan.left_out().to_vec();
        answer.asked = Some(self.primary.clone());
        answer.predicted =
            plan.targets().next().filter(|target| target.chain_index == 0).and_then(|target| target.provider);
        let what = format!("waiting for {}", self.primary.router_id());
        let waiting = network::Waiting::default();
        let tell = |switch: openclaw_hf_client::Switch<'_>| {
            waiting.say(&format!("{}\n", dim(&words::switch(&switch))));
        };
        let driven = waiting.through(&what, drive(&self.client, plan, &self.cooldowns, request, tell)).await;
        if self.app.verbose {
            out::say(&format!("{what}: {:.2} s\n", asked.elapsed().as_secs_f64()));
        }
        let mut driven = driven.map_err(|error| {
            answer.elapsed = asked.elapsed();
            answer.trail = error.trail().clone();
            answer.failed = error.class();
            self.nobody(&error, &left_out)
        })?;
        answer.first = Some(driven.time_to_first_event());
        answer.answering = Some(driven.target().model.clone());
        answer.provider.clone_from(&driven.meta().provider);
        answer.request_id.clone_from(&driven.meta().request_id);
        let mut failed: Option<Error> = None;
        while let Some(event) = driven.next().await {
            match event {
                Ok(ChatEvent::Content(text)) => {
                    screen.content(&text)?;
                    answer.text.push_str(&text);
                }
                Ok(ChatEvent::Reasoning(text)) => {
                    screen.thought(&text);
                    answer.reasoning.push_str(&text);
                }
                Ok(ChatEvent::Finish(reason)) => answer.finish = Some(reason),
                Ok(ChatEvent::Usage(usage)) => answer.usage = Some(usage),
                Ok(_) => {}
                Err(error) => failed = Some(error),
            }
        }
        screen.end()?;
        answer.elapsed = driven.elapsed();
        answer.trail = driven.trail().clone();
        match failed {
            None => Ok(()),
            Some(error) => {
                answer.failed = Some(error.class());
                let model = driven.target().model.router_id();
                let failure = network::broken_off(&error, model, &self.token_from);
                Err(words::with_trail(failure, driven.trail()))
            }
        }
    }
}
