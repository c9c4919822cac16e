//! What several flows say of one matter, in one place each: how a parcel stands, how its offer stands, the days that are
//! left for it, what is asked about it beyond that, the changes that are followed, the money that comes back. No flow is known here.

pub(super) mod about;
pub(super) mod follow;
pub(super) mod further;
pub(super) mod money;
pub(super) mod offer;
pub(super) mod reminder;
pub(super) mod status;
pub(super) mod tell;
