//! The list of models.

use std::time::SystemTime;

use bytes::Bytes;
use openclaw_catalog::RouterList;

/// The models that the router lists.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ModelsAnswer {
    /// The models, and what of the reply could not be read.
    pub list: RouterList,
    /// The reply as it came, for a cache.
    pub body: Bytes,
    /// What the server's clock said (`Date`); `None` when it did not say.
    pub date: Option<SystemTime>,
}
