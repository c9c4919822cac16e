//! How things stand after a step of a rehearsal: what the bot's words are held against, whatever was wanted of them.

#[cfg(test)]
use super::format::Rehearsal;
use super::format::Step;
use super::own;
use crate::parcel::{Listed, OfferState, OrderState, Parcel, Phone, Refund, RefundState, Status, StatusCode};
use crate::privacy;
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeSet;

/// How things stand, and what there has been so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The desk's day.
    pub today: NaiveDate,
    /// The parcels as the carrier has them now.
    pub parcels: Vec<Listed>,
    /// Every status that a parcel has had.
    pub had: BTreeSet<StatusCode>,
    /// Every day that was planned for a parcel that was to be delivered.
    pub days: BTreeSet<NaiveDate>,
    /// The codes of all changes that the carrier has made.
    pub changes: Vec<&'static str>,
    /// Whether the customer has named a parcel that exists, and whether anything that could be the number of none.
    pub named: bool,
    pub named_unknown: bool,
    /// The phone that the customer has shared as the customer's own.
    pub shared: Option<Phone>,
    /// Digits of what is personal in the customer's words.
    pub secrets: BTreeSet<String>,
}

/// When a family of sentences is false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum When {
    /// Whatever stands.
    #[default]
    Always,
    /// No parcel is or was with its recipient.
    NotDelivered,
    /// No parcel is on its way to its recipient.
    NoneMoves,
    /// The day that is named is planned for no parcel: the sentence is looked at for it.
    DayOfNobody,
    /// Nothing is cancelled or refused; an order was cancelled here.
    NothingCancelled,
    Cancelled,
    /// No refund is paid; granted; asked for.
    NothingPaid,
    NothingGranted,
    NothingAskedBack,
    /// No link was sent a second time.
    NoLinkSent,
    /// Nothing was unblocked.
    NotUnblocked,
    /// No offer is confirmed.
    NotConfirmed,
    /// No term is over.
    NothingRanOut,
    /// No parcel waits to be collected.
    NotReady,
    /// No parcel goes back.
    NothingReturns,
    /// No parcel has left customs.
    NotReleased,
    /// The carrier has told of no other day.
    NothingMoved,
    /// The customer has named parcels that exist, and no other number.
    AllNumbersKnown,
    /// Every parcel waits for the customer.
    WaitsForCustomer,
    /// Every parcel is late, stopped, or was missed.
    NothingByPlan,
    /// No payment is due.
    NothingDue,
    /// The carrier's status announces no call.
    NoCallComes,
}

impl Facts {
    /// How things stand before the first word.
    pub fn of(today: NaiveDate, parcels: impl IntoIterator<Item = Listed>) -> Facts {
        let mut facts = Facts { today, ..Facts::default() };
        facts.stand(today, parcels);
        facts
    }

    /// How things stand now.
    pub fn stand(&mut self, today: NaiveDate, parcels: impl IntoIterator<Item = Listed>) {
        self.today = today;
        self.parcels = parcels.into_iter().collect();
        for Listed { parcel, .. } in &self.parcels {
            if let Status::Known(code) = parcel.status {
                self.had.insert(code);
                if matches!(code, StatusCode::DeliveryToday | StatusCode::DeliveryFirstHalf) {
                    self.days.insert(today);
                }
            }
            self.days.extend(parcel.planned.filter(|_| own::has_day(parcel)));
        }
    }

    /// What the customer says on a step.
    pub fn hear(&mut self, step: &Step) {
        for text in step.heard() {
            let signs: String = text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
            let mut rest = signs.clone();
            for Listed { parcel, .. } in &self.parcels {
                self.named |= signs.contains(parcel.number.as_str());
                rest = rest.replace(parcel.number.as_str(), " ");
            }
            self.named_unknown |= digit_runs(&rest).iter().any(|run| run.len() >= 6);
            let masked = digit_runs(&privacy::mask(text).text);
            self.secrets.extend(digit_runs(text).into_iter().filter(|run| run.len() >= 8 && !masked.contains(run)));
        }
    }

    /// Whether a family is false as things stand.
    pub fn is_false(&self, when: When) -> bool {
        use StatusCode as S;
        let each = |is: fn(&Parcel) -> bool| self.parcels.iter().all(|listed| is(&listed.parcel));
        let any = |is: fn(&Parcel) -> bool| self.parcels.iter().any(|listed| is(&listed.parcel));
        let had = |codes: &[StatusCode]| codes.iter().any(|code| self.had.contains(code));
        let made = |codes: &[&str]| self.changes.iter().any(|made| codes.contains(made));
        let offer = |states: &[OfferState]| {
            let mut offers = self.parcels.iter().filter_map(|listed| listed.parcel.offer.as_ref());
            offers.any(|offer| states.contains(&offer.state))
        };
        let refunds: Vec<RefundState> =
            self.parcels.iter().filter_map(|l| refund(&l.parcel)).map(|r| r.state).collect();
        let back = [S::Refused, S::Returning, S::ReturnLeftWarehouse];
        match when {
            When::Always => true,
            When::NotDelivered => !had(&[S::Delivered]) && each(|parcel| order(parcel) != Some(OrderState::Delivered)),
            When::NoneMoves => each(|parcel| !own::has_day(parcel)),
            // The day itself is looked at in the sentence.
            When::DayOfNobody => true,
            When::NothingCancelled => {
                let ended =
                    |parcel: &Parcel| matches!(order(parcel), Some(OrderState::Cancelled | OrderState::Refused));
                !made(&["cancel", "refuse"]) && !had(&back) && !any(ended)
            }
            When::Cancelled => made(&["cancel"]) && self.parcels.len() == 1,
            When::NothingPaid => !refunds.contains(&RefundState::Paid),
            When::NothingGranted => {
                !refunds.iter().any(|state| matches!(state, RefundState::Granted | RefundState::Paid))
            }
            When::NothingAskedBack => refunds.is_empty() && !made(&["refund"]),
            When::NoLinkSent => {
                !made(&["resend_link", "unblock_offer", "annul_offer"]) && !offer(&[OfferState::Rejected])
            }
            When::NotUnblocked => !made(&["unblock_offer"]),
            When::NotConfirmed => {
                !offer(&[OfferState::Confirmed])
                    && !any(|parcel| {
                        parcel.offer.is_none() && known(parcel).is_some_and(|code| code >= S::OfferConfirmed)
                    })
            }
            When::NothingRanOut => {
                !offer(&[OfferState::Expired])
                    && !had(&[S::OfferExpired])
                    && each(|parcel| order(parcel) != Some(OrderState::Delivered))
                    && self.parcels.iter().all(|listed| listed.parcel.planned.is_none_or(|day| day >= self.today))
            }
            When::NotReady => !had(&[S::ReadyForPickup]),
            When::NothingReturns => {
                !made(&["refuse", "cancel"])
                    && !had(&back)
                    && !had(&[S::OfferExpired])
                    && !offer(&[OfferState::Expired])
            }
            When::NotReleased => self.had.iter().all(|code| *code < S::CustomsReleased),
            When::NothingMoved => {
                !had(&[S::DeliveryRescheduled, S::DeliveryDateChangedByRecipient, S::DeliveryDateChangedCall])
            }
            When::AllNumbersKnown => self.named && !self.named_unknown,
            When::WaitsForCustomer => !self.parcels.is_empty() && each(own::waits_for_customer),
            When::NothingByPlan => {
                let amiss = |parcel: &Parcel| {
                    let stopped = !own::has_day(parcel) && !own::has_arrived(parcel);
                    stopped
                        || own::is_late(parcel, self.today)
                        || own::was_missed(parcel)
                        || own::waits_for_customer(parcel)
                };
                !self.parcels.is_empty() && self.parcels.iter().all(|listed| amiss(&listed.parcel))
            }
            When::NothingDue => !had(&[S::CustomsPaymentDue]),
            When::NoCallComes => {
                !had(&[S::AddressCheck, S::DeliveryProblem, S::DeliveryDateChangedCall, S::ReadyForDelivery])
            }
        }
    }

    /// What is told in `text` that nobody should be told: a recipient's phone, a link to one who has not shown to be the
    /// recipient, a personal number of the customer's own.
    pub fn leaks(&self, text: &str) -> Option<&'static str> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let told = |phone: &Phone| {
            let tail: String = phone.as_str().chars().filter(char::is_ascii_digit).collect();
            digits.contains(tail.get(1..).unwrap_or(&tail))
        };
        if self.parcels.iter().any(|listed| listed.phone.as_ref().is_some_and(told)) {
            return Some("a recipient's phone was told");
        }
        let linked = |listed: &Listed| {
            let mine = self.shared.is_some() && self.shared == listed.phone;
            !mine && listed.link.as_ref().is_some_and(|link| text.contains(link.as_str()))
        };
        if self.parcels.iter().any(linked) {
            return Some("a link was told to one who is not known to be the recipient");
        }
        self.secrets.iter().any(|secret| digits.contains(secret.as_str())).then_some("a personal number was repeated")
    }
}

fn order(parcel: &Parcel) -> Option<OrderState> {
    parcel.order.as_ref().map(|order| order.state)
}

fn refund(parcel: &Parcel) -> Option<&Refund> {
    parcel.order.as_ref().and_then(|order| order.refund.as_ref())
}

fn known(parcel: &Parcel) -> Option<StatusCode> {
    match parcel.status {
        Status::Known(code) => Some(code),
        Status::Unknown(_) => None,
    }
}

/// Runs of digits; a space, a dash or a bracket between two digits does not end one.
fn digit_runs(text: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    for c in text.chars() {
        match c {
            c if c.is_ascii_digit() => runs.iter_mut().last().into_iter().for_each(|run| run.push(c)),
            ' ' | '-' | '(' | ')' | '\u{a0}' => {}
            _ => runs.push(String::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The facts of a rehearsal's first moment.
#[cfg(test)]
pub(super) fn at_first(rehearsal: &Rehearsal) -> Facts {
    Facts::of(rehearsal.world.now.date(), rehearsal.world.parcels().unwrap_or_default())
}
