//! Many look-ups in one document, without walking its objects anew for each.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::document::Document;
use crate::path::{Path, Segment};
use crate::value::{Value, ValueKind};

/// Finds values by path as [`Document::get`] does, and remembers what stands in the objects and arrays on the way.
///
/// Each of those is read once, so that many look-ups in one large object take time in proportion to its size.
///
/// ```
/// use openclaw_json5_edit::{Document, Lookup};
///
/// let doc = Document::parse("{ hosts: ['a', 'b'], port: 1, port: 2 }")?;
/// let mut lookup = Lookup::new(&doc);
/// assert_eq!(lookup.get(&"hosts[1]".parse()?).map(|host| host.span()), Some(15..18));
/// assert_eq!(lookup.get(&"port".parse()?).and_then(|port| port.as_u64()), Some(2));
/// assert!(lookup.get(&"hosts.a".parse()?).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Lookup<'d> {
    document: &'d Document,
    /// By the node of the object or array.
    seen: BTreeMap<u32, Children<'d>>,
}

#[derive(Debug)]
enum Children<'d> {
    Members(BTreeMap<Cow<'d, str>, Value<'d>>),
    Items(Vec<Value<'d>>),
}

impl<'d> Lookup<'d> {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(document: &'d Document) -> Self {
        Self { document, seen: BTreeMap::new() }
    }

    /// The value at a path; of duplicate keys the last. `None` if there is none.
    pub fn get(&mut self, path: &Path) -> Option<Value<'d>> {
        path.segments().iter().try_fold(self.document.root(), |value, segment| self.child(value, segment))
    }

    fn child(&mut self, value: Value<'d>, segment: &Segment) -> Option<Value<'d>> {
        let children = self.seen.entry(value.index).or_insert_with(|| match value.kind() {
            ValueKind::Array => Children::Items(value.items().collect()),
            // Of duplicates the last stays; what is no object has no members.
            _ => Children::Members(value.members().map(|m| (m.key(), m.value())).collect()),
        });
        match (children, segment) {
            (Children::Members(members), Segment::Key(key)) => members.get(key.as_str()).copied(),
            (Children::Items(items), Segment::Index(index)) => items.get(*index).copied(),
            _ => None,
        }
    }
}
