//! The catalogue's models as rows, and the forms of each.

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
        Self { width: reference.router_id().width(), reference, model, facts, search }
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
    pub(super) fn forms(&self, part: &str) -> Vec<Form> {
        let mut forms = vec![Form::AsIs];
        if self.reference.selector() == Selector::Auto {
            forms.extend(RoutingPolicy::ALL.map(Form::Policy));
            let offers = self.offers().iter().enumerate().filter(|(_, offer)| offer.is_live());
            forms.extend(offers.map(|(index, _)| Form::Offer(index)));
        }
        let suffix = |form: &Form| self.suffix(*form).unwrap_or_default().to_lowercase();
        forms.retain(|form| suffix(form).contains(part) && self.reference(*form).is_some());
        forms.sort_by_key(|form| !suffix(form).starts_with(part));
        forms
    }
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
    let row = |(reference, model): (ModelRef, &'a Model)| {
        let facts = Facts::of(&reference, model);
        Row::new(reference, Some(model), facts)
    };
    Rows { rows: models.into_iter().map(row).collect(), unoffered }
}

/// A row for what the user has now, where the catalogue has none of its own for it.
pub(super) fn own<'a>(reference: &ModelRef, catalog: &'a Catalog) -> Row<'a> {
    let facts = catalog.resolve(reference).map(|model| Facts::of(reference, &model)).unwrap_or_default();
    let known = catalog.get(reference.router_id()).or_else(|| catalog.get(reference.hub_id()));
    Row::new(reference.clone(), known, facts)
}
