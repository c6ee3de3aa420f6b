//! As much of HTTP/1.1 as both ends need, and no more, so that neither is what is measured.

use super::Outcome;

/// Where the head ends, the empty line included; `None` while it is not all there.
pub(crate) fn head_end(bytes: &[u8]) -> Option<usize> {
    find(bytes, b"\r\n\r\n").map(|at| at + 4)
}

/// The value of a header.
pub(crate) fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let head = str::from_utf8(head).ok()?;
    head.split("\r\n").skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Where some bytes are.
pub(crate) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// What of a body is still to come.
#[derive(Debug)]
pub(crate) enum Body {
    /// So many bytes.
    Length(usize),
    /// The line that begins a chunk.
    Size,
    /// So many bytes of a chunk and the line end behind it.
    Chunk(usize),
    /// The lines behind the last chunk.
    Trailer,
    /// Nothing.
    Done,
}

impl Body {
    /// The body that a head announces.
    pub(crate) fn of(head: &[u8]) -> Outcome<Self> {
        if let Some(length) = header(head, "content-length") {
            return length.parse().map(Self::Length).map_err(|_| format!("a length of `{length}`"));
        }
        match header(head, "transfer-encoding") {
            Some(encoding) if encoding.eq_ignore_ascii_case("chunked") => Ok(Self::Size),
            _ => Err(format!("a reply without a length: `{}`", String::from_utf8_lossy(head))),
        }
    }

    /// Takes what there is, adds the body's part of it to `body`, and gives how much was taken.
    pub(crate) fn feed(&mut self, bytes: &[u8], body: &mut Vec<u8>) -> Outcome<usize> {
        let mut used = 0;
        loop {
            let rest = bytes.get(used..).unwrap_or_default();
            match self {
                Self::Length(0) => *self = Self::Done,
                Self::Length(left) => {
                    let some = rest.get(..*left).unwrap_or(rest);
                    body.extend_from_slice(some);
                    *left -= some.len();
                    used += some.len();
                    if *left > 0 {
                        return Ok(used);
                    }
                }
                Self::Chunk(left @ 1..) => {
                    let some = rest.get(..*left).unwrap_or(rest);
                    body.extend_from_slice(some);
                    *left -= some.len();
                    used += some.len();
                    if *left > 0 {
                        return Ok(used);
                    }
                }
                Self::Chunk(0) => match rest {
                    [b'\r', b'\n', ..] => {
                        used += 2;
                        *self = Self::Size;
                    }
                    [] | [b'\r'] => return Ok(used),
                    _ => return Err("a chunk that is longer than it says".to_owned()),
                },
                Self::Size | Self::Trailer => {
                    let Some(end) = find(rest, b"\r\n") else { return Ok(used) };
                    let line = rest.get(..end).unwrap_or_default();
                    used += end + 2;
                    *self = match self {
                        Self::Trailer if line.is_empty() => Self::Done,
                        Self::Trailer => Self::Trailer,
                        _ => match size(line)? {
                            0 => Self::Trailer,
                            size => Self::Chunk(size),
                        },
                    };
                }
                Self::Done => return Ok(used),
            }
        }
    }
}

fn size(line: &[u8]) -> Outcome<usize> {
    let line = String::from_utf8_lossy(line);
    let digits = line.split(';').next().unwrap_or_default().trim();
    usize::from_str_radix(digits, 16).map_err(|_| format!("a chunk of size `{line}`"))
}
