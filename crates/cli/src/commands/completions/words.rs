//! Models, aliases, providers and keys, as far as they are kept on this machine.

use std::collections::BTreeSet;

use clap_complete::engine::CompletionCandidate;
use openclaw_catalog::{Catalog, Layer, Model, Offer};
use openclaw_config_merge::{Aliases, Config, store};
use openclaw_json5_edit::Document;
use openclaw_model_ref::{PROVIDER, RoutingPolicy};

use crate::app::App;
use crate::args::Global;
use crate::catalogue;
use crate::commands::gateway;
use crate::topics::TOPICS;
use crate::view::mask_tokens;

/// What is kept; what cannot be read is empty.
pub(super) struct Kept {
    app: App,
    config: Config,
    document: Option<Document>,
}

impl Kept {
    /// `None`: there is not even a home folder.
    pub(super) fn read() -> Option<Self> {
        let app = App::new(&Global { profile: profile(), verbose: false }).ok()?;
        let (config, document) = match app.config() {
            Ok(loaded) => (loaded.config, loaded.document),
            Err(_) => (Config::default(), None),
        };
        Some(Self { app, config, document })
    }

    pub(super) fn document(&self) -> Option<&Document> {
        self.document.as_ref()
    }

    fn catalog(&self) -> Catalog {
        let endpoint = self.app.endpoint(&self.config).ok();
        let list = endpoint.and_then(|endpoint| catalogue::kept(&self.app, &endpoint));
        let discovered = list.map(|(list, _)| Layer::discovered(list.models));
        let models_json = store::read_models_json(&self.app.places.models_json()).ok().flatten();
        let configured = self.config.layers(models_json.as_ref());
        Catalog::merge([Layer::built_in()].into_iter().chain(discovered).chain(configured))
    }

    /// Aliases and models; behind a colon the policies, and who offers the model.
    pub(super) fn models(&self, word: &str) -> Vec<CompletionCandidate> {
        let catalog = self.catalog();
        // An alias may have a colon, a slash it has not.
        if let Some((base, _)) = word.rsplit_once(':')
            && base.contains('/')
        {
            return suffixed(&catalog, base, word);
        }
        let mut found = self.aliases(word);
        let provider = format!("{PROVIDER}/");
        let (before, asked) = match word.strip_prefix(&provider) {
            Some(asked) => (provider.as_str(), asked),
            None => ("", word),
        };
        let known = catalog.models().iter().filter(|model| !model.id.contains(':'));
        let known =
            known.filter(|model| !catalog.has_discovery() || model.offers().iter().any(Offer::is_live));
        found.extend(
            known
                .filter(|model| begins(&model.id, asked))
                .filter_map(|model| candidate(format!("{before}{}", model.id), model.label().value.as_str())),
        );
        if begins(&provider, word) && before.is_empty() && !word.is_empty() {
            found.extend(candidate(provider.clone(), "the same with the provider before it"));
        }
        found
    }

    pub(super) fn aliases(&self, word: &str) -> Vec<CompletionCandidate> {
        let aliases = Aliases::of(&self.config);
        let found = aliases.iter().filter(|(alias, _)| begins(alias, word));
        found.filter_map(|(alias, model)| candidate(alias.to_owned(), model)).collect()
    }

    /// Everyone who offers a model now, and the router itself.
    pub(super) fn providers(&self, word: &str) -> Vec<CompletionCandidate> {
        let catalog = self.catalog();
        let offers = catalog.models().iter().flat_map(Model::offers).filter(|offer| offer.is_live());
        let slugs: BTreeSet<_> = offers.map(|offer| offer.provider.as_str()).chain([PROVIDER]).collect();
        let found = slugs.into_iter().filter(|slug| begins(slug, word));
        found.filter_map(|slug| candidate(slug.to_owned(), "")).collect()
    }

    /// The names of the gateway's keys, never the keys.
    pub(super) fn keys(&self, word: &str) -> Vec<CompletionCandidate> {
        let names = gateway::key_names(&self.app).into_iter().filter(|name| begins(name, word));
        names.filter_map(|name| candidate(name, "")).collect()
    }
}

fn suffixed(catalog: &Catalog, base: &str, word: &str) -> Vec<CompletionCandidate> {
    let id = base.strip_prefix(PROVIDER).and_then(|rest| rest.strip_prefix('/')).unwrap_or(base);
    let policies = RoutingPolicy::ALL.into_iter().map(RoutingPolicy::as_str);
    let offers = catalog.get(id).map(Model::offers).unwrap_or_default();
    let live = offers.iter().filter(|offer| offer.is_live()).map(|offer| offer.provider.as_str());
    let all = policies.map(|policy| (policy, "policy")).chain(live.map(|slug| (slug, "provider")));
    let whole = all.map(|(suffix, what)| (format!("{base}:{suffix}"), what));
    whole
        .filter(|(whole, _)| begins(whole, word))
        .filter_map(|(whole, what)| candidate(whole, what))
        .collect()
}

/// Commands and topics of `openclaw help`.
pub(super) fn help(word: &str) -> Vec<CompletionCandidate> {
    let root = super::command();
    let commands = root.get_subcommands().filter(|command| !command.is_hide_set());
    let commands = commands.map(|command| (command.get_name().to_owned(), String::new()));
    let topics = TOPICS.iter().map(|topic| (topic.name.to_owned(), topic.about.to_owned()));
    let found = commands.chain(topics).filter(|(name, _)| begins(name, word));
    found.filter_map(|(name, about)| candidate(name, &about)).collect()
}

/// A word and what is said of it; none for what would break a line, or shows a token that stands where a name should.
pub(super) fn candidate(word: String, about: &str) -> Option<CompletionCandidate> {
    let is_shown = !word.contains(char::is_control) && mask_tokens(&word) == word;
    let about =
        (!about.is_empty() && !about.contains(char::is_control)).then(|| mask_tokens(about).into_owned());
    is_shown.then(|| CompletionCandidate::new(word).help(about.map(Into::into)))
}

/// Whether a word can become another by typing on; case is not what people remember of a model.
pub(super) fn begins(whole: &str, word: &str) -> bool {
    whole.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// The profile of the command line that is being typed.
fn profile() -> Option<String> {
    let mut words = std::env::args().skip_while(|word| word != "--");
    while let Some(word) = words.next() {
        match word.strip_prefix("--profile") {
            Some("") => return words.find(|word| word != "="),
            Some(rest) if rest.starts_with('=') => return rest.get(1..).map(str::to_owned),
            _ => {}
        }
    }
    None
}
