//! What people add to a request that changes nothing: numbers, names, addresses, a story, politeness, what their
//! programs add. None of the wordings was given to learning.

/// What stands before and behind a message, for a Russian one and for an English one. `{}` is the message itself.
pub const ADDITIONS: [(&str, &str); 52] = [
    ("{}, заказ 48151", "{}, order 48151"),
    ("{}, заказ № 48151", "{}, order no 48151"),
    ("{}. Номер заказа 7741-32", "{}. Order number 7741-32"),
    ("заказ 48151, {}", "order 48151, {}"),
    ("{}, трек RB123456785RU", "{}, track RB123456785RU"),
    ("{}. Трек-номер RB123456785RU", "{}. Tracking number RB123456785RU"),
    ("{} RB123456785RU", "{} RB123456785RU"),
    ("{}, сумма 3490 руб", "{}, the sum was 3490 rub"),
    ("{}, отдала 1 500 ₽", "{}, paid $150"),
    ("{}, стоило 12000р", "{}, cost €40"),
    ("{}, Иванова Мария Петровна", "{}, Mary Jane Thompson"),
    ("{}. Меня зовут Алексей", "{}. My name is Alex"),
    ("{}, это Марина", "{}, this is Marina"),
    ("{}. Фамилия Кузнецов", "{}. Surname Cooper"),
    ("{}, г. Самара, ул. Ленина, д. 5, кв. 17", "{}, 17 Baker Street, flat 5, London"),
    ("{}. Адрес: Казань, Баумана 12", "{}. Address: Leeds, Park Lane 12"),
    ("{}. Я из Новосибирска", "{}. I am from Manchester"),
    ("{}, город Тюмень", "{}, city of Bristol"),
    ("Заказала подарок сыну на день рождения. {}", "I bought a present for my son. {}"),
    ("Вчера весь день просидела дома с ребёнком. {}", "I stayed at home with the kid all day. {}"),
    ("Муж в командировке, сама я в этом не разбираюсь. {}", "My husband is away and I am no good at this. {}"),
    ("Брали чайник на юбилей маме, выбирали всей семьёй. {}", "We chose a kettle for mum, the whole family did. {}"),
    ("{}. {}", "{}. {}"),
    ("{}, {}", "{}, {}"),
    ("{}. Безобразие какое-то!", "{}. What a shambles!"),
    ("Да что ж такое, совсем совесть потеряли! {}", "Good grief, have you no shame! {}"),
    ("Здравствуйте! {}", "Hello! {}"),
    ("Добрый день, {}", "Good afternoon, {}"),
    ("Доброго времени суток. {}", "Dear all. {}"),
    ("привет {}", "hi {}"),
    ("{}. С уважением, Ольга", "{}. Kind regards, Olga"),
    ("{}. Спасибо", "{}. Thanks"),
    ("{}. Заранее благодарю", "{}. Thank you in advance"),
    ("{}. Хорошего дня!", "{}. Have a nice day!"),
    ("{}. Мой телефон +7 916 555-01-23", "{}. My phone is +7 916 555-01-23"),
    ("{}, 89165550123", "{}, +447911123456"),
    ("{}, тел 8 916 555 01 23", "{}, tel +44 7911 123456"),
    ("{}. Заказывала 15 октября", "{}. I ordered on 15 October"),
    ("{}, 12.10.2025", "{}, 12.10.2025"),
    ("Переслано от: Мама\n{}", "Forwarded from: Mum\n{}"),
    ("> {}", "> {}"),
    ("Fwd: {}", "Fwd: {}"),
    ("[15.10.2025 14:32] Мария: {}", "[15.10.2025 14:32] Mary: {}"),
    ("{}. почта maria.ivanova@mail.ru", "{}. mail mary.ivanova@mail.com"),
    ("{}\n\nОтправлено с iPhone", "{}\n\nSent from my iPhone"),
    ("{}\n--\nОтправлено из мобильной Яндекс.Почты", "{}\n--\nSent from Outlook for Android"),
    ("{} 🙏", "{} 🙏"),
    ("{}!!!", "{}!!!"),
    ("Извините за беспокойство, {}", "Sorry to bother you, {}"),
    ("Пишу второй раз. {}", "Writing for the second time. {}"),
    ("{}. Жду ответа", "{}. Waiting for your answer"),
    ("{}, я пенсионерка", "{}, I am retired"),
];

/// A message with an addition of its language.
pub fn added(text: &str, (russian, english): (&str, &str)) -> String {
    let is_russian = text.chars().any(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'));
    let text = text.trim();
    // «…?. Спасибо»: nobody writes both marks.
    let addition = if is_russian { russian } else { english };
    let ends = text.ends_with(['.', '?', '!', ',']);
    let addition = if ends { addition.replace("{}.", "{}").replace("{},", "{}") } else { addition.to_owned() };
    addition.replace("{}", text)
}
