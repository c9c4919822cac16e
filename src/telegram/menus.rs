//! The menus of commands that Telegram shows in a chat, behind «/» and its own button.

use super::api::{Api, Problem};
use crate::conversation::{DeskId, MenuCommand};
use serde_json::json;
use teloxide::RequestError;
use teloxide::payloads::{GetMyCommands, SetMyCommands};
use teloxide::types::{BotCommand, BotCommandScope, ChatId, Recipient};

/// Where a menu is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In customers' chats, to those whose Telegram speaks this language (a code of two letters); `None` for all for whom
    /// there is none in their own.
    ToCustomers(Option<String>),
    /// In a desk's group, whatever its members' Telegram speaks: all else there is in one language too.
    AtDesk(DeskId),
}

/// A menu of commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// Where it is shown.
    pub shown: Shown,
    /// Its commands, in their order.
    pub commands: Vec<MenuCommand>,
}

impl Api {
    /// Sets the menus that are not as they should be; how many that were. One that Telegram refuses (the bot is not in that
    /// group) keeps none of the others back.
    ///
    /// # Errors
    /// The first refusal, once the others are set; or why Telegram could not be asked.
    pub async fn show_menus(&self, menus: &[Menu]) -> Result<usize, Problem> {
        let (mut set, mut refused) = (0, None);
        for menu in menus {
            match self.show_menu(menu).await {
                Ok(changed) => set += usize::from(changed),
                Err(RequestError::Api(why)) => {
                    refused.get_or_insert(RequestError::Api(why));
                }
                Err(error) => return Err(error.into()),
            }
        }
        refused.map_or(Ok(set), |error| Err(error.into()))
    }

    /// Sets a menu; whether there was another.
    async fn show_menu(&self, menu: &Menu) -> Result<bool, RequestError> {
        let (scope, language) = match &menu.shown {
            Shown::ToCustomers(language) => (BotCommandScope::AllPrivateChats, language.clone()),
            Shown::AtDesk(desk) => (BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(desk.0)) }, None),
        };
        let asked = GetMyCommands { scope: Some(scope.clone()), language_code: language.clone() };
        let wanted: Vec<_> = menu.commands.iter().map(|c| json!({"command": c.name, "description": c.told})).collect();
        if self.call(asked).await? == json!(wanted) {
            return Ok(false);
        }
        let commands = menu.commands.iter().map(|command| BotCommand::new(&*command.name, &*command.told)).collect();
        self.call(SetMyCommands { commands, scope: Some(scope), language_code: language }).await?;
        Ok(true)
    }
}
