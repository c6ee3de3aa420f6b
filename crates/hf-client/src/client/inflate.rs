//! Bodies that come as gzip although nobody asked for it.

use std::io::{self, Write as _};

use bytes::Bytes;
use flate2::write::GzDecoder;

/// How much is inflated at once: at most about a thousand times as much comes out.
const PIECE: usize = 1024;

/// Inflates a body piece by piece, so that one who counts what comes out can stop in time.
pub(super) struct Inflate {
    decoder: GzDecoder<Vec<u8>>,
    /// What came and was not inflated yet.
    input: Bytes,
}

impl Inflate {
    pub(super) fn new() -> Self {
        Self { decoder: GzDecoder::new(Vec::new()), input: Bytes::new() }
    }

    /// Takes the next bytes of the body; those before must have been given out.
    pub(super) fn feed(&mut self, bytes: Bytes) {
        self.input = bytes;
    }

    /// The next bytes of the content; `None` where more of the body is needed.
    pub(super) fn next(&mut self) -> io::Result<Option<Bytes>> {
        while !self.input.is_empty() {
            let piece = self.input.split_to(PIECE.min(self.input.len()));
            self.decoder.write_all(&piece)?;
            let out = std::mem::take(self.decoder.get_mut());
            if !out.is_empty() {
                return Ok(Some(out.into()));
            }
        }
        Ok(None)
    }

    /// Says that the body has ended; gives what was left.
    pub(super) fn finish(&mut self) -> io::Result<Bytes> {
        self.decoder.try_finish()?;
        Ok(std::mem::take(self.decoder.get_mut()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("it is written");
        encoder.finish().expect("it ends")
    }

    fn inflate(pieces: &[&[u8]]) -> io::Result<Vec<u8>> {
        let mut inflate = Inflate::new();
        let mut out = Vec::new();
        for piece in pieces {
            inflate.feed(Bytes::copy_from_slice(piece));
            while let Some(bytes) = inflate.next()? {
                out.extend_from_slice(&bytes);
            }
        }
        out.extend_from_slice(&inflate.finish()?);
        Ok(out)
    }

    #[test]
    fn what_was_packed_comes_out_however_it_arrives() {
        let text = b"data: {}\n\n".repeat(500);
        let packed = gzip(&text);
        assert_eq!(inflate(&[&packed]).expect("whole"), text);
        let single: Vec<&[u8]> = packed.chunks(1).collect();
        assert_eq!(inflate(&single).expect("byte by byte"), text);
        assert_eq!(inflate(&[&gzip(b"")]).expect("nothing"), b"");
    }

    #[test]
    fn a_cut_and_garbage_are_errors() {
        let packed = gzip(&b"something".repeat(50));
        let (head, _) = packed.split_at(packed.len() - 9);
        assert!(inflate(&[head]).is_err());
        assert!(inflate(&[b"garbage, and long enough"]).is_err());
        assert!(inflate(&[&packed, b"more"]).is_err());
    }

    #[test]
    fn a_bomb_comes_out_in_bounded_pieces() {
        let packed = gzip(&vec![0; 32 << 20]);
        let mut inflate = Inflate::new();
        inflate.feed(packed.into());
        let mut largest = 0;
        while let Some(bytes) = inflate.next().expect("zeros") {
            largest = largest.max(bytes.len());
        }
        assert!(largest <= 2 << 20, "{largest}");
    }
}
