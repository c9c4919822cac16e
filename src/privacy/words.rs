//! What a word says of a number near it: «паспорт», «трек», «код». By the beginnings of words, as typed in a hurry too:
//! with a slip of the finger, in the wrong layout, in a mix of alphabets.

/// What a word says of a number near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Nothing.
    Nothing,
    /// An identity document: passport, licence, residence permit, military ID, birth certificate.
    Document,
    /// «документ»: a passport, or any paper.
    Paper,
    /// «серия».
    Series,
    /// «номер».
    Number,
    /// A personal tax number.
    Tax,
    /// A personal insurance number.
    Pension,
    /// A payment card.
    Card,
    /// Money on its way: a long number beside it may be a card.
    Pay,
    /// The code on the back of a card, by a word for it.
    CardCode,
    /// «код».
    Code,
    /// «цифры».
    Digits,
    /// «на обороте».
    Back,
    /// «защитный».
    Safety,
    /// A bank account.
    Account,
    /// An IBAN.
    Iban,
    /// A card's PIN.
    Pin,
    /// A message with a code.
    Sms,
    /// What a code from a message is for: signing in, confirming.
    Confirms,
    /// A password.
    Password,
    /// A parcel, an order, a paper, a device: what may be told.
    Harmless,
    /// A code that is to be told: at the pick-up point.
    Pickup,
    /// «на», «для»: what follows is not named by the word itself.
    Preposition,
    /// Joins numbers of one kind: «был … стал …», «и», «мужа».
    Joins,
    /// A currency or a measure: the number before it is a sum.
    Unit,
    /// «год».
    Year,
}

impl Says {
    /// Whether it announces a number that is nobody's business.
    pub(super) fn is_personal(self) -> bool {
        use Says::{Account, Card, CardCode, Document, Iban, Paper, Password, Pension, Pin, Sms, Tax};
        matches!(self, Document | Paper | Tax | Pension | Card | CardCode | Account | Iban | Pin | Sms | Password)
    }
}

/// Whole words.
const WHOLE: &[(Says, &[&str])] = &[
    (
        Says::Document,
        &[
            "ву",
            "права",
            "правам",
            "правва",
            "внж",
            "рвп",
            "зп",
            "пасп",
            "пасспорт",
            "вб",
            "водит",
            "увд",
            "мвд",
            "овд",
            "уфмс",
            "фмс",
            "гувд",
            "passeport",
            "паспорь",
        ],
    ),
    (Says::Series, &["сер", "series", "серия", "серии", "серию", "серией", "seria"]),
    (Says::Number, &["номер", "номера", "номером", "ном", "номр", "number", "no", "n", "nr", "num", "нр"]),
    (Says::Tax, &["инн", "иннн", "ннн", "инм", "иин", "inn", "innn", "tin", "инна"]),
    (Says::Card, &["мир", "visa", "виза", "визу", "тинь", "амекс", "amex", "сбер"]),
    (Says::Pay, &["верните", "вернуть", "сюда", "куда", "киньте", "кинуть"]),
    (
        Says::CardCode,
        &["cvv", "cvc", "cvn", "cvp", "cid", "цвв", "цвц", "свв", "свс", "сvv", "ппк", "ппц", "цвс", "сививи"],
    ),
    (Says::Code, &["код", "кода", "кодом", "коде", "коды", "кот", "кодик", "code", "codes", "kod", "пароль-код"]),
    (Says::Digits, &["цифры", "цифр", "цифрами", "цифорки", "цифири", "digits", "digit", "цыфры"]),
    (Says::Back, &["сзади", "back", "обратки", "обратка", "обороте", "оборота", "оборотке", "обороту", "зади"]),
    (Says::Account, &["рс", "сч", "account", "acc", "acct"]),
    (Says::Iban, &["iban", "ибан"]),
    (Says::Pin, &["пин", "пина", "пином", "пины", "пинкод", "pin", "pincode", "пинкода", "пинкодом", "пиин"]),
    (Says::Sms, &["смс", "sms", "смска", "otp", "отп", "пуш", "пуша", "push", "эсэмэс", "эсэмэска"]),
    (Says::Password, &["пасс", "pass", "pwd", "passwd", "парль", "поролем", "паролъ"]),
    (
        Says::Harmless,
        &[
            "чек",
            "чека",
            "чеку",
            "чеке",
            "чеки",
            "чеков",
            "акт",
            "акта",
            "акту",
            "акте",
            "акты",
            "ттн",
            "арт",
            "sku",
            "ean",
            "imei",
            "имей",
            "имеи",
            "тел",
            "тлф",
            "доб",
            "кв",
            "дом",
            "шпи",
            "рпо",
            "уин",
            "гтд",
            "дт",
            "цмр",
            "статус",
            "лот",
            "рег",
            "ticket",
            "claim",
            "build",
            "item",
            "модель",
            "товар",
            "корп",
        ],
    ),
    (
        Says::Preposition,
        &["на", "для", "по", "за", "к", "из", "с", "о", "об", "от", "for", "of", "on", "to", "про", "насчет", "под"],
    ),
    (
        Says::Joins,
        &[
            "был",
            "была",
            "было",
            "стал",
            "стала",
            "стало",
            "теперь",
            "новый",
            "новая",
            "старый",
            "старая",
            "и",
            "мужа",
            "жены",
            "мамы",
            "папы",
            "сына",
            "дочери",
            "второй",
            "вторая",
            "другой",
            "другая",
            "and",
            "or",
            "или",
            "а",
            "брата",
            "сестры",
            "мой",
            "моя",
            "его",
            "ее",
            "was",
            "now",
            "new",
            "old",
            "раньше",
            "прежний",
        ],
    ),
    (
        Says::Unit,
        &[
            "р",
            "руб",
            "рубль",
            "рубля",
            "рублей",
            "рублями",
            "рубли",
            "rub",
            "rur",
            "rubles",
            "roubles",
            "коп",
            "копеек",
            "копейки",
            "сум",
            "сумов",
            "тенге",
            "евро",
            "eur",
            "euro",
            "usd",
            "долл",
            "доллар",
            "доллара",
            "долларов",
            "сом",
            "сомов",
            "юаней",
            "юаня",
            "kzt",
            "byn",
            "кг",
            "kg",
            "см",
            "cm",
            "мм",
            "mm",
            "км",
            "km",
            "шт",
            "штук",
            "тыс",
            "баллов",
            "бонусов",
            "килограмм",
            "килограммов",
            "грамм",
            "граммов",
            "гр",
            "раз",
            "раза",
            "дней",
            "дня",
            "лет",
            "часов",
            "минут",
            "процентов",
            "метров",
            "метра",
            "человек",
        ],
    ),
    (Says::Year, &["год", "года", "году", "годом", "годах", "годов", "г", "гг", "гр"]),
];

/// Beginnings of words.
const STEMS: &[(Says, &[&str])] = &[
    (
        Says::Document,
        &[
            "паспорт",
            "пасспорт",
            "пасп",
            "passport",
            "pasport",
            "загран",
            "жительств",
            "военб",
            "удост",
            "водительск",
            "военн",
            "офицер",
            "рожден",
            "рожд",
            "birth",
            "licen",
            "residence",
            "military",
            "свидетельств",
            "driver",
            "пасорт",
        ],
    ),
    (Says::Paper, &["документ", "document"]),
    (Says::Tax, &["налогопл", "налогов", "tax"]),
    (Says::Pension, &["снилс", "снисл", "снилз", "snils", "страхов", "пенсион"]),
    (
        Says::Card,
        &["карт", "катр", "card", "kart", "krt", "мастеркард", "master", "сберкарт", "тиньк", "дебетов", "кредитк"],
    ),
    (
        Says::Pay,
        &[
            "перевед",
            "перевест",
            "перевод",
            "возврат",
            "оплат",
            "оплач",
            "списал",
            "refund",
            "charge",
            "paid",
            "transfer",
            "реквизит",
            "сбербанк",
            "тинькоф",
            "альф",
            "втб",
            "компенсац",
        ],
    ),
    (Says::CardCode, &["cvv", "cvc", "цвв", "цвц", "цивив", "сивив", "цэвэ", "сисив"]),
    (Says::Back, &["обратн", "оборот", "трехзнач", "задн"]),
    (Says::Safety, &["защитн", "безопасн", "secur", "секретн", "проверочн"]),
    (Says::Account, &["счет", "расчетн", "лицев", "account", "ибан", "iban"]),
    (Says::Pin, &["пинк", "pinc"]),
    (Says::Sms, &["смс", "sms", "одноразов", "верификац", "verif", "онетайм", "госусл", "пушк"]),
    (
        Says::Confirms,
        &[
            "подтвержд",
            "авториз",
            "вход",
            "сообщ",
            "login",
            "signin",
            "confirm",
            "auth",
            "time",
            "активац",
            "доступ",
            "банк",
            "двухф",
            "2fa",
            "телегр",
            "письм",
            "уведомл",
            "ватсап",
            "вотсап",
            "whatsapp",
            "viber",
            "вайбер",
            "приложени",
            "никому",
            "пришел",
            "пришёл",
            "прислали",
            "продикт",
            "звонил",
            "позвонил",
            "мошенн",
        ],
    ),
    (Says::Password, &["парол", "пороль", "паролл", "password", "parol", "пасворд", "пассворд"]),
    (
        Says::Pickup,
        &[
            "получен",
            "выдач",
            "постамат",
            "почтомат",
            "pickup",
            "домофон",
            "ошибк",
            "error",
            "ячейк",
            "промокод",
            "товара",
        ],
    ),
    (
        Says::Harmless,
        &[
            "трек",
            "трэк",
            "track",
            "трак",
            "накладн",
            "накл",
            "заказ",
            "order",
            "посыл",
            "посял",
            "отправлен",
            "отправк",
            "parcel",
            "package",
            "shipment",
            "договор",
            "контракт",
            "contract",
            "претензи",
            "фактур",
            "invoice",
            "receipt",
            "обращени",
            "тикет",
            "заявк",
            "полис",
            "опис",
            "реестр",
            "пропуск",
            "приказ",
            "справк",
            "индекс",
            "штрих",
            "barcode",
            "баркод",
            "артикул",
            "серийн",
            "модел",
            "талон",
            "очеред",
            "верси",
            "сборк",
            "version",
            "рейс",
            "flight",
            "поезд",
            "бандерол",
            "извещен",
            "телефон",
            "phone",
            "участок",
            "идентификатор",
            "квитанц",
            "контейнер",
            "деклар",
            "коробк",
            "партия",
            "post",
            "почт",
            "доставк",
            "оферт",
            "offer",
            "delivery",
            "координат",
            "gps",
        ],
    ),
    (Says::Unit, &["₽"]),
];

/// Words that are told with a slip of the finger, too.
const NEAR: &[(Says, &str)] = &[
    (Says::Document, "паспорт"),
    (Says::Document, "passport"),
    (Says::Document, "загранпаспорт"),
    (Says::Document, "удостоверение"),
    (Says::Document, "водительск"),
    (Says::Document, "свидетельств"),
    (Says::Pension, "снилс"),
    (Says::Card, "карточк"),
    (Says::Password, "пароль"),
    (Says::Password, "password"),
    (Says::Harmless, "посылк"),
    (Says::Harmless, "отправлени"),
];

/// Words that begin like others and say nothing.
const OTHERS: &[&str] = &[
    "картин",
    "картон",
    "картош",
    "картридж",
    "картофел",
    "снился",
    "снилась",
    "снилось",
    "правд",
    "правил",
    "описал",
    "опишит",
    "описать",
    "военком",
    "страховк",
    "налогова",
    "charger",
    "удостоверь",
    "удостоит",
];

/// What a small word says.
pub(super) fn says(word: &str) -> Says {
    let found = plain(word);
    if found != Says::Nothing || word.is_ascii() && word.len() < 3 {
        return found;
    }
    let latin = word.chars().any(|c| c.is_ascii_alphabetic());
    let cyrillic = word.chars().any(|c| ('а'..='я').contains(&c));
    let other = match (latin, cyrillic) {
        (true, true) => {
            [plain(&homoglyphs(word)), plain(&sounds(word))].into_iter().find(|says| *says != Says::Nothing)
        }
        (true, false) => Some(plain(&layout(word))),
        (false, _) => None,
    };
    let other = other.unwrap_or(Says::Nothing);
    if other != Says::Nothing {
        return other;
    }
    let letters: Vec<char> = word.chars().collect();
    NEAR.iter().find(|(_, stem)| is_near(&letters, stem)).map_or(Says::Nothing, |(says, _)| *says)
}

fn plain(word: &str) -> Says {
    let whole = WHOLE.iter().find(|(_, words)| words.contains(&word));
    if let Some((says, _)) = whole {
        return *says;
    }
    if OTHERS.iter().any(|stem| word.starts_with(stem)) {
        return Says::Nothing;
    }
    let stem = STEMS.iter().find(|(_, stems)| stems.iter().any(|stem| word.starts_with(stem)));
    stem.map_or(Says::Nothing, |(says, _)| *says)
}

/// Whether letters glued to `digits` digits announce them: «серия4510», «ИНН500100732259».
pub(super) fn announces_glued(word: &str, digits: usize) -> bool {
    match says(word) {
        Says::Series | Says::Tax | Says::Pension | Says::Card | Says::CardCode | Says::Pin => true,
        Says::Document => word.chars().count() >= 4 || word == "ву",
        // «N12345679» is a number with its letter.
        Says::Number => word.chars().count() > 2 || digits <= 4,
        _ => false,
    }
}

/// From so many letters on a stem is known without its first one, and with another before it: «аспорт», «спаспорт».
const LONG_STEM: usize = 7;

/// Whether `word` begins with `stem`, but for one letter: missing, added, another, or two in the wrong order.
fn is_near(word: &[char], stem: &str) -> bool {
    let stem: Vec<char> = stem.chars().collect();
    let same = word.iter().zip(&stem).take_while(|(a, b)| a == b).count();
    if same == stem.len() {
        return true;
    }
    if word.len() + 1 < stem.len() || (same == 0 && stem.len() < LONG_STEM) {
        return false;
    }
    let goes_on = |word_from: usize, stem_from: usize| {
        word.get(word_from..).unwrap_or_default().starts_with(stem.get(stem_from..).unwrap_or_default())
    };
    let swapped = word.get(same) == stem.get(same + 1) && word.get(same + 1) == stem.get(same);
    goes_on(same + 1, same + 1)
        || goes_on(same + 1, same)
        || goes_on(same, same + 1)
        || (swapped && goes_on(same + 2, same + 2))
}

/// A word in a mix of alphabets, all in Cyrillic by the look of its letters.
fn homoglyphs(word: &str) -> String {
    const LOOKS: (&str, &str) = ("abcehkmoptxy", "авсенкмортху");
    translate(word, LOOKS)
}

/// The same, by the sound of them.
fn sounds(word: &str) -> String {
    const SOUNDS: (&str, &str) = ("abvgdezijklmnoprstufhcy", "абвгдезийклмнопрстуфхци");
    translate(word, SOUNDS)
}

/// A word typed in the English layout where the Russian one was meant.
fn layout(word: &str) -> String {
    const KEYS: (&str, &str) = ("qwertyuiop[]asdfghjkl;'zxcvbnm,.", "йцукенгшщзхъфывапролджэячсмитьбю");
    translate(word, KEYS)
}

fn translate(word: &str, (from, to): (&str, &str)) -> String {
    let pair = |c: char| from.chars().zip(to.chars()).find(|(latin, _)| *latin == c).map_or(c, |(_, other)| other);
    word.chars().map(pair).collect()
}
