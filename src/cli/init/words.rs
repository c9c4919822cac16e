//! What `otklik init` says, in Russian and English.

use crate::conversation::DeskId;
use crate::telegram::{Group, Hidden, Lack};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The language of the person at the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    russian: bool,
}

impl Words {
    pub(super) const RUSSIAN: Words = Words { russian: true };
    pub(super) const ENGLISH: Words = Words { russian: false };

    fn of<'w>(self, russian: &'w str, english: &'w str) -> &'w str {
        if self.russian { russian } else { english }
    }

    pub(super) fn hello(self) -> &'static str {
        self.of(
            "Здравствуйте. Помогу настроить Отклик: пять вопросов и немного кнопок в Telegram, минут на десять.\n\
             Прервать можно в любую минуту (Ctrl-C): до конца ничего не записывается.",
            "Hello. This sets Otklik up: five questions and a few buttons in Telegram, about ten minutes.\n\
             You can stop at any moment (Ctrl-C): nothing is written before the end.",
        )
    }

    pub(super) fn may_replace(self, files: &[PathBuf]) -> String {
        let files = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
        if self.russian {
            format!(
                "Здесь уже есть {files}. В конце перепишу, а прежнее сохраню рядом с окончанием .old. Можно? [да/Нет]"
            )
        } else {
            format!(
                "There is {files} here already. It will be written anew at the end, and what was there is kept beside as .old. Go on? [yes/No]"
            )
        }
    }

    /// Whether an answer is a yes.
    pub(super) fn is_yes(self, answer: &str) -> bool {
        ["да", "д", "yes", "y"].contains(&answer.to_lowercase().as_str())
    }

    pub(super) fn left_alone(self) -> &'static str {
        self.of(
            "ничего не записано: прежние настройки на месте (переписать без вопроса: otklik init --force)",
            "nothing was written: the settings are as they were (to write anew without asking: otklik init --force)",
        )
    }

    pub(super) fn ended(self) -> &'static str {
        self.of(
            "ответы кончились раньше вопросов, ничего не записано; без вопросов: otklik init --help",
            "the answers ended before the questions, and nothing was written; without questions: otklik init --help",
        )
    }

    pub(super) fn ask_token(self) -> &'static str {
        self.of(
            "1. Токен бота.\n\
             Откройте в Telegram @BotFather, отправьте /newbot, придумайте имя. Он пришлёт токен вида\n\
             123456789:AAE… — скопируйте его сюда. Никому больше его не показывайте: кто знает токен, тот и есть бот.",
            "1. The bot's token.\n\
             Open @BotFather in Telegram, send /newbot, choose a name. It answers with a token such as\n\
             123456789:AAE…: copy it here. Show it to nobody else: whoever knows it is the bot.",
        )
    }

    pub(super) fn no_token(self) -> &'static str {
        self.of(
            "Это не похоже на токен. Он из цифр, двоеточия и длинного хвоста, без пробелов: 123456789:AAE…",
            "That does not look like a token. It is digits, a colon and a long tail, without spaces: 123456789:AAE…",
        )
    }

    pub(super) fn token_refused(self) -> &'static str {
        self.of(
            "Telegram не знает такого токена. Возможно, скопировался не весь или его заменили. Посмотреть нынешний:\n\
             @BotFather → /mybots → ваш бот → API Token.",
            "Telegram does not know this token. Perhaps a part of it is missing, or it was replaced. To see the present one:\n\
             @BotFather → /mybots → your bot → API Token.",
        )
    }

    pub(super) fn telegram_is_away(self, why: &str) -> String {
        if self.russian {
            format!(
                "Не получается спросить Telegram: {why}.\nПроверьте интернет на этой машине и нажмите Enter, попробую ещё раз."
            )
        } else {
            format!("Telegram cannot be asked: {why}.\nCheck this machine's network and press Enter to try again.")
        }
    }

    pub(super) fn is_the_bot(self, username: &str) -> String {
        if self.russian { format!("Хорошо, это @{username}.") } else { format!("Good, that is @{username}.") }
    }

    pub(super) fn joins_no_groups(self) -> &'static str {
        self.of(
            "Этого бота пока нельзя добавить в группу. Разрешите: @BotFather → /setjoingroups → ваш бот → Enable.",
            "This bot cannot be added to groups yet. Allow it: @BotFather → /setjoingroups → your bot → Enable.",
        )
    }

    pub(super) fn ask_desk(self) -> &'static str {
        self.of(
            "2. Группа поддержки: в ней отвечают операторы.\n\
             Если знаете её номер (-100…), напишите. Если нет, просто нажмите Enter, найду сам.",
            "2. The agents' group, where people answer.\n\
             If you know its number (-100…), type it. If not, just press Enter: it will be found.",
        )
    }

    pub(super) fn no_desk(self) -> &'static str {
        self.of(
            "Это не номер группы: он отрицательный, например -1001234567890.",
            "That is no number of a group: it is negative, such as -1001234567890.",
        )
    }

    /// What to do in Telegram so that the group is found. The link adds the bot with the rights it needs.
    pub(super) fn add_bot(self, username: &str) -> String {
        let link = format!("https://t.me/{username}?startgroup=desk&admin=manage_topics+pin_messages");
        if self.russian {
            format!(
                "Что сделать в Telegram:\n\
                 · создайте группу, например «Поддержка», и позовите в неё операторов;\n\
                 · в настройках группы включите «Темы»;\n\
                 · добавьте бота администратором, проще всего по ссылке, права в ней уже отмечены:\n  {link}\n\
                 · если бот там уже есть, напишите в группе /start@{username}\n\
                 Жду, когда бот окажется в группе…"
            )
        } else {
            format!(
                "What to do in Telegram:\n\
                 · make a group, «Support» say, and invite the agents;\n\
                 · switch Topics on in its settings;\n\
                 · add the bot as an administrator, best by this link, which has the rights ticked:\n  {link}\n\
                 · if the bot is there already, write /start@{username} in the group\n\
                 Waiting for the bot to be in the group…"
            )
        }
    }

    pub(super) fn is_the_desk(self, group: &Group) -> String {
        let Group { id, title } = group;
        if self.russian {
            format!("Группа «{title}», номер {id}.")
        } else {
            format!("The group «{title}», number {id}.")
        }
    }

    pub(super) fn is_it_this(self, group: &Group) -> String {
        let Group { title, .. } = group;
        if self.russian {
            format!("Бот уже состоит в группе «{title}». Это группа поддержки? [Да/нет]")
        } else {
            format!("The bot is in the group «{title}» already. Is that the agents' one? [Yes/no]")
        }
    }

    pub(super) fn which_group(self, groups: &[Group]) -> String {
        let mut text = self.of("Бот в нескольких группах:", "The bot is in several groups:").to_owned();
        for (at, Group { title, .. }) in groups.iter().enumerate() {
            let _ = write!(text, "\n  {}. {title}", at + 1);
        }
        text + self
            .of("\nКакая из них группа поддержки? Напишите цифру.", "\nWhich is the agents' one? Type its number.")
    }

    pub(super) fn not_in_group(self, desk: DeskId) -> String {
        if self.russian {
            format!("В группе {desk} бота нет.")
        } else {
            format!("The bot is not in the group {desk}.")
        }
    }

    /// Why the group cannot be found by itself, and how its number is found by hand.
    pub(super) fn hidden(self, hidden: Hidden) -> String {
        let why = match hidden {
            Hidden::Webhook => self.of(
                "У бота включён вебхук, и сообщения уходят туда: сам группу не увижу.",
                "The bot has a webhook, to which its messages go: the group cannot be seen from here.",
            ),
            Hidden::Elsewhere => self.of(
                "С этим токеном сейчас работает другая программа (может быть, otklik run): сам группу не увижу.",
                "Another program is at work with this token (otklik run, perhaps): the group cannot be seen from here.",
            ),
            Hidden::Full => self.of(
                "Боту уже написали больше ста раз. Чтобы ничего не потерять, дальше не заглядываю: сам группу не увижу.",
                "More than a hundred messages wait for the bot. To lose none, it is not looked behind them.",
            ),
        };
        let how = self.of(
            "Откройте группу на web.telegram.org: её номер стоит в конце адреса, после #, с минусом. Напишите его сюда.",
            "Open the group at web.telegram.org: its number is the end of the address, behind #, with the minus. Type it here.",
        );
        format!("{why}\n{how}")
    }

    pub(super) fn lacks(self, lacks: &[Lack]) -> String {
        let mut text = self.of("Осталось поправить в группе:", "Still to be set right in the group:").to_owned();
        for lack in lacks {
            let told = if self.russian { lack.in_russian() } else { lack.to_string() };
            let _ = write!(text, "\n  ✗ {told}");
        }
        text + self.of(
            "\nКак только поправите, увижу сам. Чтобы пойти дальше так, нажмите Enter.",
            "\nIt is seen as soon as it is right. To go on without, press Enter.",
        )
    }

    pub(super) fn desk_is_ready(self) -> &'static str {
        self.of("✓ У группы есть всё, что нужно.", "✓ The group has all it needs.")
    }

    pub(super) fn gone_on(self) -> &'static str {
        self.of(
            "Хорошо, идём дальше. Поправить можно и потом, а «otklik check» напомнит.",
            "All right, going on. It can be mended later; «otklik check» reminds of it.",
        )
    }

    pub(super) fn ask_zone(self, usual: &str) -> String {
        if self.russian {
            format!("3. Часовой пояс поддержки, по нему обещаем время ответа. Enter — {usual}")
        } else {
            format!("3. The agents' time zone: times are promised by it. Enter: {usual}")
        }
    }

    pub(super) fn no_zone(self) -> &'static str {
        self.of(
            "Такого пояса не знаю. Пишется латиницей, часть света и город: Europe/Moscow, Asia/Yekaterinburg.",
            "That zone is not known. It is a continent and a city: Europe/Moscow, Europe/London.",
        )
    }

    pub(super) fn ask_hours(self, usual: &str) -> String {
        if self.russian {
            format!("4. Когда на вопросы отвечают люди? Например 9-18, или 24, если всегда. Enter — {usual}")
        } else {
            format!("4. When do people answer? Such as 9-18, or 24 for always. Enter: {usual}")
        }
    }

    pub(super) fn no_hours(self) -> &'static str {
        self.of(
            "Напишите начало и конец: 9-18 или 09:00-18:30.",
            "Type the beginning and the end: 9-18 or 09:00-18:30.",
        )
    }

    pub(super) fn ask_parcel(self) -> &'static str {
        self.of(
            "5. Номер какой-нибудь посылки, чтобы сразу попробовать. Enter — без неё.",
            "5. The number of some parcel, to try it at once. Enter: none.",
        )
    }

    pub(super) fn no_parcel(self, why: &str) -> String {
        if self.russian {
            "Это не похоже на номер посылки; бывают такие: 1000000017, RA123456785RU.".into()
        } else {
            format!("{why}.")
        }
    }

    pub(super) fn ask_phone(self) -> &'static str {
        self.of(
            "Телефон её получателя: по нему бот узнаёт, чья посылка. Enter — без телефона.",
            "Its recipient's phone: by it the bot knows whose parcel it is. Enter: none.",
        )
    }

    pub(super) fn no_phone(self) -> &'static str {
        self.of("Это не номер телефона; нужен такой: +79000000001.", "That is no phone; it is such as +79000000001.")
    }

    pub(super) fn has_parcel(self, number: &str) -> String {
        if self.russian {
            format!("Записал посылку {number} со статусом «Передано в транзит». Остальные: otklik parcels import ФАЙЛ")
        } else {
            format!("The parcel {number} is there, in transit. The others: otklik parcels import FILE")
        }
    }

    pub(super) fn done(self, username: &str, files: &[PathBuf], config: &str) -> String {
        let files = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
        if self.russian {
            format!(
                "\nГотово. Записано: {files}\n\
                 Проверить: otklik check{config}\n\
                 Запустить: otklik run{config}\n\
                 Потом напишите боту https://t.me/{username} «где моя посылка?»"
            )
        } else {
            format!(
                "\nDone. Written: {files}\n\
                 To check it: otklik check{config}\n\
                 To start it: otklik run{config}\n\
                 Then write to https://t.me/{username}: «where is my parcel?»"
            )
        }
    }

    pub(super) fn above_env(self) -> String {
        self.of(
            "# Секреты Отклика. Этот файл читаете только вы (chmod 600): кто знает токен, тот и есть бот.\n\
             # Переменные окружения важнее того, что здесь. Значение в 'одинарных кавычках' берётся как есть.\n\
             # Несколько групп поддержки пишутся через запятую.\n",
            "# The secrets of Otklik. Only you read this file (chmod 600): whoever knows the token is the bot.\n\
             # The environment goes before what stands here. A value in 'single quotes' is taken as it is.\n\
             # Several agents' groups are written with commas between.\n",
        )
        .to_owned()
    }

    /// `otklik.toml`: what is set, and the rest with its defaults.
    pub(super) fn settings(self, zone: &str, opens: &str, closes: &str) -> String {
        let of = |russian, english| self.of(russian, english);
        let language = if self.russian { "ru" } else { "en" };
        format!(
            "# {}\n# {}\n\n\
             # {}\ntime_zone = \"{zone}\"\n\n\
             # {}\ndesk_language = \"{language}\"\n\n\
             # {}\nopens = \"{opens}\"\ncloses = \"{closes}\"\n\n\
             # {}\n# days_off = [\"sat\", \"sun\"]\n# holidays = [\"2027-01-01\"]\n\n\
             # {}\n# first_response_minutes = 30\n\n\
             # {}\n# lead = \"@username\"\n\n\
             # {}\n# reopen_hours = 24\n\n\
             # {}\n# phone_country = \"RU\"\n# carrier_formats = [\"##########\"]\n\n\
             # {}\n# return_days = 7\n# refund_days = 10\n# offer_days = 14\n\n\
             # {}\n# keep_days = 7\n\n\
             # {}\n# keep_story_days = 365\n# keep_audit_days = 1095\n",
            of(
                "Правила вашей поддержки. Секретов здесь нет, они в .env.",
                "The rules of your desk. No secrets: these are in .env."
            ),
            of(
                "Строка с # выключена: в ней то, что есть и без неё, или пример. Проверить: otklik check",
                "A line with # is off: it shows what holds without it, or an example. To check: otklik check"
            ),
            of(
                "Часовой пояс: клиентам говорят «до 16:40 по Москве».",
                "The time zone that customers are told times in."
            ),
            of("Язык, на котором бот говорит с операторами.", "The language the bot speaks with agents."),
            of(
                "Когда отвечают люди: на это время приходятся обещания. \"24:00\" — до конца дня.",
                "When people answer: promises fall into these hours. \"24:00\" is the end of the day."
            ),
            of("Дни без операторов.", "Days without agents."),
            of(
                "За сколько минут рабочего времени обещать первый ответ человека.",
                "In how many minutes of working time a person's first answer is promised."
            ),
            of(
                "Старший: его зовут, когда ответ опаздывает или что-то случилось.",
                "The lead, who is called when an answer is late or something has happened."
            ),
            of(
                "Кто вернулся за столько часов, тому открывается то же обращение.",
                "Who comes back within so many hours gets the same ticket."
            ),
            of(
                "Телефоны без кода страны и номера посылок: # цифра, @ буква.",
                "Phones without a country's code, and parcels' numbers: # a digit, @ a letter."
            ),
            of("Сроки, которые бот называет клиентам, в днях.", "Terms that customers are told, in days."),
            of("Сколько дней хранить отработанные сообщения.", "How many days messages that are done with are kept."),
            of(
                "Сколько дней после последнего слова помнить клиента, и сколько дней помнить, кто что сделал.",
                "How many days after the last word a customer is remembered, and how many it is known who did what."
            ),
        )
    }
}
