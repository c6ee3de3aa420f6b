//! The body of a stream: the provider's own events, and an end of ours.

use std::convert::Infallible;
use std::fmt::Write as _;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use openclaw_failover::Class;
use openclaw_hf_client::DrivenStream;

use crate::error::ApiError;
use crate::tally::Tally;

/// A stream that has begun.
pub(crate) struct Streaming {
    pub(crate) stream: DrivenStream,
    pub(crate) tally: Tally,
}

impl Streaming {
    /// The body. Dropping it ends the provider's work.
    pub(crate) fn into_body(self) -> Body {
        Body::from_stream(stream::unfold(Some(self), async |streaming| {
            let mut streaming = streaming?;
            let (bytes, rest) = match streaming.stream.next().await {
                Some(Ok(bytes)) => (bytes, Some(streaming)),
                None => (streaming.close(), None),
                Some(Err(error)) => {
                    // Never `[DONE]`: the client must see that this is no whole answer.
                    let told = ApiError::broke_off(&error).to_json();
                    streaming.count(Err(error.class()));
                    (format!("data: {told}\n\n").into(), None)
                }
            };
            Some((Ok::<_, Infallible>(bytes), rest))
        }))
    }

    fn count(&mut self, result: Result<(), Class>) {
        let stream = &self.stream;
        self.tally.note(stream.target(), stream.meta().provider.as_deref(), stream.usage());
        self.tally.end(result, stream.trail());
    }

    /// The end of a whole answer: a comment, which clients ignore, with what is known now, and `[DONE]`.
    fn close(&mut self) -> Bytes {
        self.count(Ok(()));
        let stream = &self.stream;
        let mut end = String::from(":");
        // Writing to a String cannot fail.
        if let Some(provider) = &stream.meta().provider {
            let _ = write!(end, " x-openclaw-provider={}", provider.replace(char::is_whitespace, "?"));
        }
        let _ = write!(end, " x-openclaw-model={}", stream.target().model.router_id());
        let _ = write!(end, " x-openclaw-attempts={}", stream.trail().entries().len());
        if let Some(cost) = self.tally.cost() {
            let _ = write!(end, " x-openclaw-cost={cost}");
        }
        end.push_str("\n\ndata: [DONE]\n\n");
        end.into()
    }
}
