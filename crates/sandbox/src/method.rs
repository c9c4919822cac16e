//! The methods of the Bot API that the sandbox carries out.

macro_rules! methods {
    ($($variant:ident = $name:literal,)*) => {
        /// A method of the Bot API that the sandbox carries out. Every other method of the specification is answered 501.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Method {
            $(#[doc = concat!("`", $name, "`, as the Bot API's specification describes it.")] $variant,)*
        }

        impl Method {
            /// Its name as the specification writes it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Method::$variant => $name,)*
                }
            }

            /// The method of this name, if the sandbox carries it out.
            pub(crate) fn named(name: &str) -> Option<Method> {
                match name {
                    $($name => Some(Method::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

methods! {
    GetMe = "getMe",
    GetUpdates = "getUpdates",
    SetWebhook = "setWebhook",
    DeleteWebhook = "deleteWebhook",
    GetWebhookInfo = "getWebhookInfo",
    SendMessage = "sendMessage",
    EditMessageText = "editMessageText",
    EditMessageCaption = "editMessageCaption",
    EditMessageReplyMarkup = "editMessageReplyMarkup",
    DeleteMessage = "deleteMessage",
    CopyMessage = "copyMessage",
    CopyMessages = "copyMessages",
    ForwardMessage = "forwardMessage",
    ForwardMessages = "forwardMessages",
    SendPhoto = "sendPhoto",
    SendDocument = "sendDocument",
    SendVoice = "sendVoice",
    SendVideo = "sendVideo",
    SendAudio = "sendAudio",
    SendAnimation = "sendAnimation",
    SendVideoNote = "sendVideoNote",
    SendSticker = "sendSticker",
    SendContact = "sendContact",
    SendLocation = "sendLocation",
    SendMediaGroup = "sendMediaGroup",
    SendChatAction = "sendChatAction",
    AnswerCallbackQuery = "answerCallbackQuery",
    SetMessageReaction = "setMessageReaction",
    PinChatMessage = "pinChatMessage",
    UnpinChatMessage = "unpinChatMessage",
    CreateForumTopic = "createForumTopic",
    EditForumTopic = "editForumTopic",
    CloseForumTopic = "closeForumTopic",
    ReopenForumTopic = "reopenForumTopic",
    DeleteForumTopic = "deleteForumTopic",
    SetMyCommands = "setMyCommands",
    GetMyCommands = "getMyCommands",
    GetChat = "getChat",
    GetChatMember = "getChatMember",
    GetChatAdministrators = "getChatAdministrators",
    GetFile = "getFile",
    LeaveChat = "leaveChat",
}
