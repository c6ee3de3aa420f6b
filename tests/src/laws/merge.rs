//! Merging twice is merging once, on any document.
//!
//! ```text
//! primary a/b            set the default model; `missing a/b` where there is none
//! fallback a/b           append it; `take a/b` removes it, `clear` all
//! alias a/b my name      set an alias; `unalias a/b` removes it
//! https://…              the provider block with this base URL
//! model a/b              list it; `offer a/b` does where the user did not choose it
//! served a/b             the router lists it
//! ---
//! { … }
//! ```

use std::collections::HashSet;

use openclaw_catalog::{Catalog, Entry, Layer, Origin};
use openclaw_config_merge::{
    AliasChange, FallbackChange, MergeError, PrimaryChange, Wanted, WantedModel, merge,
};
use openclaw_json5_edit::{Document, EditErrorKind};
use openclaw_model_ref::ModelRef;

use super::texts::{lost_comment, split_script};

pub(super) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (script, text) = split_script(text);
    let Ok(doc) = Document::parse(text) else { return };
    let wanted = wanted(script);
    let once = match merge(&doc, &wanted) {
        Ok(once) => once,
        Err(MergeError::Edit(error)) => {
            assert_ne!(error.kind(), EditErrorKind::Mismatch, "{error}");
            return;
        }
        Err(_) => return,
    };
    let shown = || format!("{wanted:?}\n--- before\n{doc}\n--- after\n{}", once.document);
    let twice = merge(&once.document, &wanted).expect("what was merged can be merged");
    assert_eq!(twice.document.as_str(), once.document.as_str(), "{}", shown());
    assert_eq!(twice.report.changes().next(), None, "{}", shown());
    if once.report.changes().next().is_none() {
        assert_eq!(once.document.as_str(), doc.as_str(), "changed without a word: {}", shown());
    }
    let removes = matches!(wanted.fallbacks, FallbackChange::Remove(_) | FallbackChange::Clear)
        || wanted.aliases.iter().any(|(_, change)| matches!(change, AliasChange::Remove(_)));
    if !removes {
        assert_eq!(lost_comment(doc.as_str(), once.document.as_str()), None, "{}", shown());
    }
}

fn wanted(script: &str) -> Wanted {
    let mut wanted = Wanted::default();
    for line in script.lines().take(16) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        if verb.starts_with("http") {
            wanted.provider = Some(verb.to_owned());
            continue;
        }
        if verb == "clear" {
            wanted.fallbacks = FallbackChange::Clear;
            continue;
        }
        let (model, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let Ok(model) = ModelRef::parse_implied(model) else { continue };
        match verb {
            "primary" => wanted.primary = PrimaryChange::Set(model),
            "missing" => wanted.primary = PrimaryChange::IfMissing(model),
            "fallback" => match &mut wanted.fallbacks {
                FallbackChange::Append(models) => models.push(model),
                other => *other = FallbackChange::Append(vec![model]),
            },
            "take" => wanted.fallbacks = FallbackChange::Remove(model),
            "alias" => add_alias(&mut wanted, model, AliasChange::Set(rest.to_owned())),
            "unalias" => add_alias(&mut wanted, model, AliasChange::Remove(rest.to_owned())),
            "model" | "offer" => wanted.models.extend(listed(&model, verb == "model")),
            "served" => {
                wanted.served.get_or_insert_default().insert(model.hub_id().to_owned());
            }
            _ => {}
        }
    }
    // No caller lists one model twice.
    let mut seen = HashSet::new();
    wanted.models.retain(|wanted| seen.insert(wanted.model.id.clone()));
    wanted
}

/// A model gets or loses one alias; two wishes for one model cannot both be met.
fn add_alias(wanted: &mut Wanted, model: ModelRef, change: AliasChange) {
    wanted.aliases.retain(|(other, _)| *other != model);
    wanted.aliases.push((model, change));
}

fn listed(model: &ModelRef, is_chosen: bool) -> Option<WantedModel> {
    let entries = vec![Entry { id: model.hub_id().to_owned(), ..Entry::default() }];
    let catalog = Catalog::merge([Layer { origin: Origin::Discovered, entries }]);
    catalog.resolve(model).map(|model| WantedModel { model, is_chosen })
}
