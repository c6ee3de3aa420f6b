//! The catalogue's models as rows, and the forms of each.

use std::collections::HashMap;

use nucleo_matcher::Utf32String;
use openclaw_catalog::{Catalog, Expected, Model, Offer, Price};
use openclaw_model_ref::{ModelRef, RoutingPolicy, Selector};
use unicode_width::UnicodeWidthStr as _;

use crate::refs::DEFAULT_MODEL;
use crate::view::calls_tools;

/// A model that can be picked, or a form of one that the user has now.
pub(super) struct Row<'a> {
    /// Without a suffix, but for the one that the user has now.
    pub(super) reference: ModelRef,
    /// What is known of the model; `None` for one that no layer of the catalogue knows.
    pub(super) model: Option<&'a Model>,
    pub(super) facts: Facts,
    /// What typed words are looked for in: id and name.
    pub(super) search: Utf32String,
    /// How many columns the id takes.
    pub(super) width: usize,
    /// Which of the offers are live and can be pinned, by their places.
    pinnable: Vec<usize>,
}

/// What a row tells besides its id, by which rows are sorted too; `None` is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Facts {
    /// Per million tokens of the prompt.
    pub(super) input: Option<Price>,
    /// Per million tokens of the answer.
    pub(super) output: Option<Price>,
    /// Tokens per second.
    pub(super) speed: Option<f64>,
    /// Tokens of prompt and answer together.
    pub(super) context: Option<u64>,
    pub(super) tools: Option<bool>,
}

impl Facts {
    /// Of the offer that will likely answer.
    pub(super) fn of(reference: &ModelRef, model: &Model) -> Self {
        let expected = Expected::of(reference, model);
        let tools = match reference.selector() {
            Selector::Provider(_) => expected.offer.and_then(|offer| offer.supports_tools),
            _ => calls_tools(model),
        };
        Self {
            input: expected.pricing.map(|pricing| pricing.input),
            output: expected.pricing.map(|pricing| pricing.output),
            speed: expected.throughput(),
            context: model.context_window.map(|context| context.value),
            tools,
        }
    }
}

/// The form in which a row is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As the row has it.
    AsIs,
    /// With a policy for a suffix.
    Policy(RoutingPolicy),
    /// Pinned to the provider of this offer, by its place among the model's offers.
    Offer(usize),
}

impl<'a> Row<'a> {
    fn new(reference: ModelRef, model: Option<&'a Model>, facts: Facts) -> Self {
        let name = model.map_or("", |model| &model.label().value);
        let search = Utf32String::from(format!("{} {name}", reference.router_id()));
        Self { width: reference.router_id().width(), reference, model, facts, search, pinnable: Vec::new() }
    }

    pub(super) fn offers(&self) -> &'a [Offer] {
        self.model.map(Model::offers).unwrap_or_default()
    }

    /// The suffix of a form; `None` where it has none.
    pub(super) fn suffix(&self, form: Form) -> Option<&str> {
        match form {
            Form::AsIs => self.reference.selector().suffix(),
            Form::Policy(policy) => Some(policy.as_str()),
            Form::Offer(index) => self.offers().get(index).map(|offer| offer.provider.as_str()),
        }
    }

    /// The reference of a form; `None` where a provider has a name that cannot be pinned.
    pub(super) fn reference(&self, form: Form) -> Option<ModelRef> {
        match (form, self.suffix(form)) {
            (Form::AsIs, _) => Some(self.reference.clone()),
            (_, Some(suffix)) => self.reference.with_selector(Selector::from_suffix(suffix)).ok(),
            (_, None) => None,
        }
    }

    /// How many columns a form's id takes.
    pub(super) fn width(&self, form: Form) -> usize {
        match form {
            Form::AsIs => self.width,
            form => self.width + self.suffix(form).map_or(0, |suffix| 1 + suffix.width()),
        }
    }

    /// The forms whose suffix has this in it, those that begin with it first; all where it is empty.
    ///
    /// With ten thousand models there are many, so nothing is made for those that do not come on the screen.
    pub(super) fn forms(&self, part: &str) -> impl Iterator<Item = Form> {
        let all = move || {
            let policies = RoutingPolicy::ALL.into_iter().filter(|_| self.has_forms()).map(Form::Policy);
            let offers = self.pinnable.iter().copied().map(Form::Offer);
            std::iter::once(Form::AsIs).chain(policies).chain(offers)
        };
        let place = move |form: &Form| find(self.suffix(*form).unwrap_or_default(), part);
        let first = all().filter(move |form| place(form) == Some(0));
        first.chain(all().filter(move |form| place(form).is_some_and(|place| place > 0)))
    }

    fn has_forms(&self) -> bool {
        self.reference.selector() == Selector::Auto
    }
}

/// Where a part stands in a suffix, in small letters or large ones.
fn find(suffix: &str, part: &str) -> Option<usize> {
    if suffix.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return suffix.to_ascii_lowercase().find(part);
    }
    suffix.find(part)
}

/// The rows of a catalogue, and how many models are left out because nobody offers them.
pub(super) struct Rows<'a> {
    pub(super) rows: Vec<Row<'a>>,
    pub(super) unoffered: usize,
}

/// The models that can be had, the specification's default first, then by name; `leaves_out` says which are not wanted.
pub(super) fn rows<'a>(catalog: &'a Catalog, leaves_out: impl Fn(&ModelRef) -> bool) -> Rows<'a> {
    let mut unoffered = 0;
    let mut models = Vec::new();
    // An entry with a suffix is a form of its model.
    for model in catalog.models().iter().filter(|model| !model.id.contains(':')) {
        let Ok(reference) = ModelRef::parse_implied(&model.id) else { continue };
        if leaves_out(&reference) {
            continue;
        }
        if catalog.has_discovery() && !model.offers().iter().any(Offer::is_live) {
            unoffered += 1;
            continue;
        }
        models.push((reference, model));
    }
    models.sort_by_cached_key(|(reference, model)| {
        (reference.as_str() != DEFAULT_MODEL, model.label().value.to_lowercase())
    });
    let mut slugs = Slugs::default();
    let row = |(reference, model): (ModelRef, &'a Model)| {
        let facts = Facts::of(&reference, model);
        let live = model.offers().iter().enumerate().filter(|(_, offer)| offer.is_live());
        let pinnable = live.filter(|(_, offer)| slugs.can_be_pinned(&offer.provider, &reference));
        let pinnable = pinnable.map(|(index, _)| index).collect();
        Row { pinnable, ..Row::new(reference, Some(model), facts) }
    };
    Rows { rows: models.into_iter().map(row).collect(), unoffered }
}

/// Providers by whether their names can stand in a reference; there are few, and they come again and again.
#[derive(Default)]
struct Slugs<'a>(HashMap<&'a str, bool>);

impl<'a> Slugs<'a> {
    fn can_be_pinned(&mut self, provider: &'a str, example: &ModelRef) -> bool {
        *self.0.entry(provider).or_insert_with(|| example.with_selector(Selector::Provider(provider)).is_ok())
    }
}

/// A row for what the user has now, where the catalogue has none of its own for it.
pub(super) fn own<'a>(reference: &ModelRef, catalog: &'a Catalog) -> Row<'a> {
    let facts = catalog.resolve(reference).map(|model| Facts::of(reference, &model)).unwrap_or_default();
    let known = catalog.get(reference.router_id()).or_else(|| catalog.get(reference.hub_id()));
    Row::new(reference.clone(), known, facts)
}
