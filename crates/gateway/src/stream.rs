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
    pub(crate) stream: Box<DrivenStream>,
    pub(crate) tally: Tally,
}

impl Streaming {
    /// The body. Dropping it ends the provider's work.
    pub(crate) fn into_body(self) -> Body {
        // Boxed, since it is large and moves with every step.
        Body::from_stream(stream::unfold(Some(Box::new(self)), async |streaming| {
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

    /// The end of a whole answer: comments, which clients ignore, with what is known now, and `[DONE]`.
    fn close(&mut self) -> Bytes {
        self.count(Ok(()));
        let stream = &self.stream;
        let mut end = String::new();
        let mut comment = |name: &str, value: &dyn std::fmt::Display| {
            // Writing to a String cannot fail. What is in a header has no line break.
            let _ = writeln!(end, ": {name}: {value}");
        };
        if let Some(provider) = &stream.meta().provider {
            comment("x-openclaw-provider", provider);
        }
        comment("x-openclaw-model", &stream.target().model.router_id());
        comment("x-openclaw-attempts", &stream.trail().compact());
        if let Some(cost) = self.tally.cost() {
            comment("x-openclaw-cost", &cost);
        }
        end.push_str("\ndata: [DONE]\n\n");
        end.into()
    }
}

impl Drop for Streaming {
    /// Whoever leaves before the end has taken what came until then.
    fn drop(&mut self) {
        if !self.tally.is_counted() {
            let stream = &self.stream;
            let provider = stream.meta().provider.as_deref();
            self.tally.left(stream.target(), provider, stream.usage(), stream.events());
        }
    }
}
