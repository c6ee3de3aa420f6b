//! What JSON5 allows and json5 does not read.

use openclaw_json5_edit::{Value, ValueKind};

/// Whether a document has a number that JSON5 allows and json5 does not read: hexadecimal, above 128 bits, or above
/// 127 with a minus.
pub(super) fn is_beyond_json5(value: Value<'_>) -> bool {
    let raw = value.raw();
    match value.kind() {
        ValueKind::Number => {
            let unsigned = raw.trim_start_matches(['+', '-']);
            let digits =
                unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")).unwrap_or_default();
            let digits = digits.trim_start_matches('0');
            let largest = if raw.starts_with('-') { i128::MAX.unsigned_abs() } else { u128::MAX };
            !digits.is_empty() && u128::from_str_radix(digits, 16).map_or(true, |n| n > largest)
        }
        ValueKind::Array => value.items().any(is_beyond_json5),
        ValueKind::Object => value.members().any(|member| is_beyond_json5(member.value())),
        ValueKind::Null | ValueKind::Bool | ValueKind::String => false,
    }
}
