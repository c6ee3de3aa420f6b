//! The parsed document: a flat list of nodes in the order of the text.

use alloc::vec::Vec;

/// What a node is. A value's node is followed by those of its content; a key's by its value's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    True,
    False,
    Number,
    /// a string in quotes without escapes
    Plain,
    /// a string in quotes with at least one escape
    Escaped,
    Array,
    Object,
    /// a key without quotes and without escapes
    NameKey,
    /// a key without quotes, with at least one escape
    EscapedNameKey,
    /// a key in quotes without escapes
    PlainKey,
    /// a key in quotes with at least one escape
    EscapedKey,
}

/// One value or key. Sixteen bytes, so that a document costs little beside its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// first byte
    pub(crate) start: u32,
    /// byte after the last
    pub(crate) end: u32,
    /// index of the node after this one and all it contains
    pub(crate) next: u32,
}

impl Node {
    pub(crate) fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The nodes of one text. The first is the root value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape {
    pub(crate) nodes: Vec<Node>,
}

impl Tape {
    /// A node that is asked for beyond the end reads as an empty `null`, so that no caller can
    /// panic; every index on the tape is within it.
    pub(crate) fn node(&self, index: u32) -> Node {
        let nothing = Node { kind: Kind::Null, start: 0, end: 0, next: u32::MAX };
        self.nodes.get(index as usize).copied().unwrap_or(nothing)
    }

    /// The nodes directly inside a container: keys of an object, values of an array.
    pub(crate) fn children(&self, container: u32) -> Children<'_> {
        let node = self.node(container);
        let has_any = matches!(node.kind, Kind::Array | Kind::Object);
        Children { tape: self, at: container + 1, end: if has_any { node.next } else { 0 } }
    }
}

/// Iterator over the node indices directly inside a container.
#[derive(Debug, Clone)]
pub(crate) struct Children<'t> {
    tape: &'t Tape,
    at: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.at >= self.end {
            return None;
        }
        let index = self.at;
        let node = self.tape.node(index);
        self.at = match node.kind {
            Kind::NameKey | Kind::EscapedNameKey | Kind::PlainKey | Kind::EscapedKey => {
                self.tape.node(index + 1).next
            }
            _ => node.next,
        };
        Some(index)
    }
}

/// Offsets and node counts fit: a text above `u32::MAX` bytes is refused before it is read.
pub(crate) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
