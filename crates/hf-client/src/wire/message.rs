//! Messages of a conversation.

use std::fmt;

use serde::{Serialize, Serializer};

use super::ToolCall;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// Instructions above the conversation.
    System,
    /// Instructions of the developer, for models that know the role.
    Developer,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// The result of a tool call.
    Tool,
}

/// One message of `messages`.
///
/// `Debug` shows sizes, never text: prompts do not belong in logs.
///
/// ```
/// use openclaw_hf_client::Message;
///
/// let message = Message::user("Hello");
/// assert_eq!(serde_json::to_string(&message)?, r#"{"role":"user","content":"Hello"}"#);
/// assert_eq!(format!("{message:?}"), "Message { role: User, content: text of 5 bytes, tool_calls: 0 }");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said; `None` only beside tool calls.
    pub content: Option<Content>,
    /// The participant's name, where several share a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Calls that the model made in this turn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    /// For [`Role::Tool`]: the id of the call this answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// The model's thought in this turn. Replay it only to the provider that produced it: some demand it beside tool
    /// calls, others refuse it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
}

impl Message {
    /// A message of `role` with plain text or parts.
    pub fn new(role: Role, content: impl Into<Content>) -> Self {
        Self {
            role,
            content: Some(content.into()),
            name: None,
            tool_calls: Vec::new(),
            tool_call_id: None,
            reasoning_content: None,
        }
    }

    /// Instructions.
    pub fn system(content: impl Into<Content>) -> Self {
        Self::new(Role::System, content)
    }

    /// A question.
    pub fn user(content: impl Into<Content>) -> Self {
        Self::new(Role::User, content)
    }

    /// An earlier answer.
    pub fn assistant(content: impl Into<Content>) -> Self {
        Self::new(Role::Assistant, content)
    }

    /// The result of the call `id`.
    pub fn tool(id: impl Into<String>, content: impl Into<Content>) -> Self {
        Self { tool_call_id: Some(id.into()), ..Self::new(Role::Tool, content) }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Message");
        out.field("role", &self.role);
        match &self.content {
            Some(content) => out.field("content", content),
            None => out.field("content", &format_args!("none")),
        };
        out.field("tool_calls", &self.tool_calls.len()).finish()
    }
}

/// The content of a message: plain text, or parts where there are images.
#[derive(Clone, PartialEq)]
pub enum Content {
    /// Sent as a string, which every provider takes.
    Text(String),
    /// Sent as an array.
    Parts(Vec<Part>),
}

impl Content {
    /// The texts and the addresses of images in it, in order.
    pub(crate) fn addresses_and_texts(&self) -> impl Iterator<Item = &str> {
        let (text, parts) = match self {
            Content::Text(text) => (Some(text.as_str()), &[][..]),
            Content::Parts(parts) => (None, parts.as_slice()),
        };
        text.into_iter().chain(parts.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::ImageUrl { url, .. } => url.as_str(),
        }))
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Content::Text(text.to_owned())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Content::Text(text)
    }
}

impl From<Vec<Part>> for Content {
    fn from(parts: Vec<Part>) -> Self {
        Content::Parts(parts)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Text(text) => write!(f, "text of {} bytes", text.len()),
            Content::Parts(parts) => write!(f, "{} parts", parts.len()),
        }
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Content::Text(text) => serializer.serialize_str(text),
            Content::Parts(parts) => parts.serialize(serializer),
        }
    }
}

/// One part of a message.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// Text.
    Text(String),
    /// An image.
    ImageUrl {
        /// Where it is: `https://…`, or the image itself as `data:image/png;base64,…`.
        url: String,
        /// How closely to look: `auto`, `low`, `high`; `None` leaves it to the provider.
        detail: Option<String>,
    },
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Text(text) => write!(f, "text of {} bytes", text.len()),
            Part::ImageUrl { url, .. } => write!(f, "image address of {} bytes", url.len()),
        }
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Wire<'a> {
            Text { text: &'a str },
            ImageUrl { image_url: Image<'a> },
        }
        #[derive(Serialize)]
        struct Image<'a> {
            url: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            detail: Option<&'a str>,
        }
        match self {
            Part::Text(text) => Wire::Text { text },
            Part::ImageUrl { url, detail } => {
                Wire::ImageUrl { image_url: Image { url, detail: detail.as_deref() } }
            }
        }
        .serialize(serializer)
    }
}
