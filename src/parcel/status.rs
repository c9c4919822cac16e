//! The carrier's statuses (`domain.md`, section 2).

use serde::{Deserialize, Serialize};

/// A status as the carrier gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// One of the carrier's own.
    Known(StatusCode),
    /// A label we do not know: shown as it came, never guessed at.
    Unknown(String),
}

impl Status {
    /// Reads a code or one of the carrier's labels; a label that we do not know is kept as it is, and shown so.
    pub fn read(text: &str) -> Status {
        let text = text.trim();
        let code = StatusCode::from_code(text);
        let code = code.or_else(|| StatusCode::ALL.iter().copied().find(|code| code.label() == text));
        code.map_or_else(|| Status::Unknown(text.to_owned()), Status::Known)
    }

    /// Reads a label that may carry a place behind it («Отправление поступило на терминал (Октябрьский»): the status,
    /// and the place if there is one. Of a label that we do not know nothing is taken away.
    pub fn read_with_place(text: &str) -> (Status, Option<String>) {
        let whole = Status::read(text);
        let Some((label, place)) = text.split_once('(') else {
            return (whole, None);
        };
        let place = place.trim().trim_end_matches(')').trim();
        match (&whole, Status::read(label)) {
            (Status::Unknown(_), Status::Known(code)) => {
                (Status::Known(code), Some(place.to_owned()).filter(|place| !place.is_empty()))
            }
            (Status::Known(_) | Status::Unknown(_), _) => (whole, None),
        }
    }

    /// The label as the carrier writes it.
    pub fn label(&self) -> &str {
        match self {
            Status::Known(code) => code.label(),
            Status::Unknown(label) => label,
        }
    }
}

/// The carrier's statuses: one line each, code and label.
macro_rules! statuses {
    ($($name:ident $code:literal $label:literal)*) => {
        /// The carrier's own statuses (`domain.md`, section 2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum StatusCode { $(#[doc = $label] #[serde(rename = $code)] $name,)* }

        impl StatusCode {
            /// All of them, in the order of a parcel's way.
            pub const ALL: &'static [StatusCode] = &[$(StatusCode::$name,)*];

            /// The code, as it stands in tables and in the phrasebook: small latin letters and `_`.
            pub fn code(self) -> &'static str {
                match self { $(StatusCode::$name => $code,)* }
            }

            /// The carrier's label, in Russian, word for word.
            pub fn label(self) -> &'static str {
                match self { $(StatusCode::$name => $label,)* }
            }
        }
    };
}

statuses! {
    PreorderReceived "preorder_received" "Получен предварительный заказ"
    OfferSent "offer_sent" "Оферта отправлена"
    OfferConfirmed "offer_confirmed" "Оферта подтверждена"
    OfferExpired "offer_expired" "Истек срок подтверждения оферты получателем"
    RecipientInfoReceived "recipient_info_received" "Получена дополнительная информация о получателе"
    InternationalTransit "international_transit" "Начало международной транспортировки"
    ArrivedSvhNotReady "arrived_svh_not_ready" "Прибыл на СВХ, но не готов"
    ArrivedSvh "arrived_svh" "Прибыл на СВХ"
    ArrivedNotDeclared "arrived_not_declared" "Прибыло, но не заявлено"
    DeconsolidationRelease "deconsolidation_release" "Расконсолидация на выпуск"
    DeconsolidationRest "deconsolidation_rest" "Расконсолидация на остаток"
    CustomsSubmitted "customs_submitted" "Передано на оформление таможенное"
    CustomsInspection "customs_inspection" "Таможенный досмотр"
    CustomsDelay "customs_delay" "Задержка при таможенном оформлении"
    CustomsPaymentDue "customs_payment_due" "Задержано таможней — требуется оплата таможенных платежей"
    CustomsDocumentsDue "customs_documents_due" "Задержано таможней — требуются дополнительные документы"
    ProhibitedGoods "prohibited_goods" "Задержано — запрещенный груз"
    CustomsReleased "customs_released" "Выпущено таможней"
    LeftSvh "left_svh" "Убыл со склада СВХ"
    InTransit "in_transit" "Передано в транзит"
    ArrivedTerminal "arrived_terminal" "Отправление поступило на терминал"
    ReadyToLeaveTerminal "ready_to_leave_terminal" "Отправление готово к убытию с терминала"
    LeftTerminal "left_terminal" "Отправление убыло с терминала"
    ReadyForDelivery "ready_for_delivery" "Отправление готово к доставке. Уточните дату в региональном офисе"
    AddressCheck "address_check" "Необходимо уточнить адрес получателя. Ожидайте звонка"
    DeliveryToday "delivery_today" "Отправление будет доставлено сегодня"
    DeliveryFirstHalf "delivery_first_half" "Доставка планируется в первой половине дня"
    DeliveryRescheduled "delivery_rescheduled" "Срок доставки перенесен"
    DeliveryDateChangedByRecipient "delivery_date_changed_by_recipient" "Дата доставки изменена по просьбе получателя"
    DeliveryDateChangedCall "delivery_date_changed_call" "Дата доставки изменена. Свяжитесь с контакт-центром"
    NotDeliveredClosed "not_delivered_closed" "Доставка не осуществлена — офис/квартира закрыты"
    NotDeliveredDayOff "not_delivered_day_off" "Доставка не осуществлена — нерабочий день у получателя"
    DeliveryProblem "delivery_problem" "При доставке возникли проблемы. Ожидайте звонка"
    LockerUnavailable "locker_unavailable" "Закладка в почтомат невозможна — почтомат/ПВЗ не активен"
    ReadyForPickup "ready_for_pickup" "Получите отправление в пункте выдачи заказов"
    Refused "refused" "Получатель отказался от отправления"
    Returning "returning" "Осуществляется возврат отправления по инструкции клиента"
    ReturnLeftWarehouse "return_left_warehouse" "Возврат убыл со склада"
    Delivered "delivered" "Доставлено получателю"
}

impl StatusCode {
    /// Whether the parcel is in the carrier's hands, or was: an order that could be cancelled before is under way.
    pub fn is_handed_over(self) -> bool {
        !matches!(
            self,
            StatusCode::PreorderReceived
                | StatusCode::OfferSent
                | StatusCode::OfferConfirmed
                | StatusCode::OfferExpired
                | StatusCode::RecipientInfoReceived
        )
    }

    /// Whether a customer who follows the parcel is told of it: steps inside a warehouse are no news.
    pub fn matters(self) -> bool {
        !matches!(
            self,
            StatusCode::PreorderReceived
                | StatusCode::RecipientInfoReceived
                | StatusCode::ArrivedSvhNotReady
                | StatusCode::DeconsolidationRelease
                | StatusCode::DeconsolidationRest
                | StatusCode::CustomsSubmitted
                | StatusCode::LeftSvh
                | StatusCode::ReadyToLeaveTerminal
                | StatusCode::LeftTerminal
        )
    }

    /// Reads a code as tables hold it; `None` for any other.
    pub fn from_code(code: &str) -> Option<StatusCode> {
        StatusCode::ALL.iter().copied().find(|s| s.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_may_carry_a_place() {
        let terminal = Status::Known(StatusCode::ArrivedTerminal);
        for text in
            ["Отправление поступило на терминал (Октябрьский", "Отправление поступило на терминал (Октябрьский)"]
        {
            assert_eq!(Status::read_with_place(text), (terminal.clone(), Some("Октябрьский".into())), "{text}");
        }
        assert_eq!(Status::read_with_place("arrived_terminal"), (terminal, None));
        let unknown = "Улетело (на юг)";
        assert_eq!(Status::read_with_place(unknown), (Status::Unknown(unknown.into()), None));
    }

    #[test]
    fn every_code_reads_back_as_itself() {
        assert_eq!(StatusCode::ALL.len(), 39);
        for status in StatusCode::ALL {
            assert_eq!(StatusCode::from_code(status.code()), Some(*status));
            let json = serde_json::to_string(status).expect("a unit variant serialises");
            assert_eq!(json.trim_matches('"'), status.code());
        }
    }
}
