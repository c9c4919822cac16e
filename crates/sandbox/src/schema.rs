//! Checks every call against the specification of the Bot API.
//!
//! Telegram ignores parameters that it does not know; the sandbox refuses them, because it is here
//! to find our mistakes. `bot-api-10.1.json` is cut from the whole specification: of the methods
//! all names with their fields (what they return is left out), of the types only those that can be
//! reached from the parameters of the methods the sandbox carries out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
struct Spec {
    methods: BTreeMap<String, Shape>,
    types: BTreeMap<String, Shape>,
}

/// A method or an object: what it may hold, or which objects it stands for.
#[derive(Debug, Default, Deserialize)]
struct Shape {
    #[serde(default)]
    fields: BTreeMap<String, Field>,
    #[serde(default)]
    one_of: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Field {
    types: Vec<String>,
    #[serde(default)]
    required: bool,
}

static SPEC: LazyLock<Spec> = LazyLock::new(|| {
    serde_json::from_str(include_str!("bot-api-10.1.json"))
        .expect("the specification is part of the program and read by its tests")
});

/// How the parameters of a call arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// A JSON body: every value has its own type.
    Json,
    /// A form or a query: every value is a text, objects and lists are JSON inside it.
    Text,
}

/// The name of a method as the specification writes it, however the caller did.
pub(crate) fn method_name(name: &str) -> Option<&'static str> {
    SPEC.methods.keys().find(|known| known.eq_ignore_ascii_case(name)).map(String::as_str)
}

/// Whether a method has a parameter of this name.
pub(crate) fn has_parameter(method: &str, name: &str) -> bool {
    let shape = SPEC.methods.get(method);
    shape.is_some_and(|shape| shape.fields.contains_key(name))
}

/// Parameters of a call, each of its declared type; or what is wrong, in the words of an error.
pub(crate) fn check(method: &str, given: Map<String, Value>, encoding: Encoding) -> Result<Map<String, Value>, String> {
    let Some(shape) = SPEC.methods.get(method) else {
        return Err(format!("unknown method {method}"));
    };
    let mut checked = Map::new();
    for (name, value) in given {
        if value.is_null() {
            continue;
        }
        let Some(field) = shape.fields.get(&name) else {
            return Err(format!("unknown parameter \"{name}\" of {method}"));
        };
        let value = match (encoding, value) {
            (Encoding::Text, Value::String(text)) => {
                from_text(text, &field.types).map_err(|wrong| format!("parameter \"{name}\" of {method}: {wrong}"))?
            }
            (Encoding::Text | Encoding::Json, value) => value,
        };
        fits_any(&value, &field.types).map_err(|wrong| format!("parameter \"{name}\" of {method}: {wrong}"))?;
        checked.insert(name, value);
    }
    for (name, field) in &shape.fields {
        if field.required && !checked.contains_key(name) {
            return Err(missing(name));
        }
    }
    Ok(checked)
}

/// What Telegram says when a required parameter is not there.
fn missing(name: &str) -> String {
    match name {
        "text" => "message text is empty".to_owned(),
        "message_id" => "message identifier is not specified".to_owned(),
        "message_ids" => "message identifiers are not specified".to_owned(),
        "photo" | "document" | "voice" | "video" | "audio" | "animation" | "video_note" | "sticker" => {
            format!("there is no {} in the request", name.replace('_', " "))
        }
        "chat_id" => "chat_id is empty".to_owned(),
        _ => format!("parameter \"{name}\" is required"),
    }
}

/// A value of a form in the first declared type that it can be read as.
fn from_text(text: String, types: &[String]) -> Result<Value, String> {
    for kind in types {
        match kind.as_str() {
            "Integer" => {
                if let Ok(number) = text.parse::<i64>() {
                    return Ok(number.into());
                }
            }
            "Float" => {
                if let Ok(number) = text.parse::<f64>() {
                    return Ok(number.into());
                }
            }
            "Boolean" => match text.as_str() {
                "true" | "True" | "1" => return Ok(true.into()),
                "false" | "False" | "0" => return Ok(false.into()),
                _ => {}
            },
            "String" | "InputFile" => return Ok(Value::String(text)),
            _ => return serde_json::from_str(&text).map_err(|_| format!("{kind} is not JSON")),
        }
    }
    Err(format!("must be {}", types.join(" or ")))
}

/// Whether a value is of one of the types; the complaint is of the type it resembles most.
fn fits_any(value: &Value, types: &[String]) -> Result<(), String> {
    // «Array of A» beside «Array of B» is a list in which each is A or B.
    let inner: Vec<String> =
        types.iter().filter_map(|kind| kind.strip_prefix("Array of ").map(str::to_owned)).collect();
    if let (Value::Array(items), false) = (value, inner.is_empty()) {
        return items.iter().try_for_each(|item| fits_any(item, &inner));
    }
    let mut complaint = None;
    for kind in candidates(value, types) {
        match fits(value, kind) {
            Ok(()) => return Ok(()),
            Err(wrong) => complaint = complaint.or(Some(wrong)),
        }
    }
    Err(complaint.unwrap_or_else(|| format!("must be {}", types.join(" or "))))
}

/// Objects of a union tell themselves apart by a `type` that ends their name: `photo`, InputMediaPhoto;
/// keyboards, by the field that each of them must have. Where nothing does, any of them may fit.
fn candidates<'a>(value: &Value, types: &'a [String]) -> Vec<&'a str> {
    let said = value["type"].as_str().unwrap_or_default().replace('_', "");
    let all = || types.iter().map(String::as_str);
    // The shortest: «photo» also ends the name of InputMediaLivePhoto.
    let named = all()
        .filter(|kind| !said.is_empty() && kind.to_ascii_lowercase().ends_with(&said))
        .min_by_key(|kind| kind.len());
    if let Some(named) = named {
        return vec![named];
    }
    let alike: Vec<&str> = all().filter(|kind| has_all_required(value, kind)).collect();
    if alike.is_empty() { all().collect() } else { alike }
}

/// Whether an object has every field that its type must have.
fn has_all_required(value: &Value, kind: &str) -> bool {
    let Some(shape) = SPEC.types.get(kind) else {
        return false;
    };
    let mut required = shape.fields.iter().filter(|(_, field)| field.required).peekable();
    required.peek().is_some() && required.all(|(name, _)| !value[name].is_null())
}

fn fits(value: &Value, kind: &str) -> Result<(), String> {
    let good = match kind {
        "Integer" => value.is_i64(),
        "Float" => value.is_number(),
        "Boolean" => value.is_boolean(),
        "String" | "InputFile" => value.is_string(),
        _ => return fits_object(value, kind),
    };
    if good { Ok(()) } else { Err(format!("must be {kind}")) }
}

fn fits_object(value: &Value, kind: &str) -> Result<(), String> {
    let Some(shape) = SPEC.types.get(kind) else {
        return Err(format!("must be {kind}"));
    };
    if !shape.one_of.is_empty() {
        return fits_any(value, &shape.one_of);
    }
    let Value::Object(fields) = value else {
        return Err(format!("must be {kind}"));
    };
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        let Some(field) = shape.fields.get(name) else {
            return Err(format!("unknown field \"{name}\" of {kind}"));
        };
        fits_any(value, &field.types).map_err(|wrong| format!("field \"{name}\" of {kind}: {wrong}"))?;
    }
    for (name, field) in &shape.fields {
        if field.required && fields.get(name).is_none_or(Value::is_null) {
            return Err(format!("field \"{name}\" of {kind} is required"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn json_call(method: &str, params: Value) -> Result<Map<String, Value>, String> {
        let Value::Object(params) = params else { panic!("parameters are an object") };
        check(method, params, Encoding::Json)
    }

    #[test]
    fn names_of_methods_are_found_in_any_case() {
        assert_eq!(method_name("SENDMESSAGE"), Some("sendMessage"));
        assert_eq!(method_name("SendMessage"), Some("sendMessage"));
        assert_eq!(method_name("sendMassage"), None);
    }

    #[test]
    fn what_the_specification_does_not_know_is_refused() {
        let wrong = json_call("sendMessage", json!({"chat_id": 1, "text": "a", "caption": "b"}));
        assert_eq!(wrong, Err("unknown parameter \"caption\" of sendMessage".into()));
        let wrong = json_call(
            "sendMessage",
            json!({"chat_id": 1, "text": "a", "reply_markup":
                {"inline_keyboard": [[{"text": "Да", "callback": "yes"}]]}}),
        )
        .expect_err("a button has no field «callback»");
        assert!(wrong.contains("unknown field \"callback\" of InlineKeyboardButton"), "{wrong}");
    }

    #[test]
    fn the_complaint_is_of_the_keyboard_that_was_meant() {
        let call = |markup: Value| json_call("sendMessage", json!({"chat_id": 1, "text": "a", "reply_markup": markup}));
        let wrong = call(json!({"keyboard": [[{"text": "Да", "callback_data": "yes"}]]})).expect_err("no such field");
        assert!(wrong.contains("unknown field \"callback_data\" of KeyboardButton"), "{wrong}");
        let wrong = call(json!({"remove_keyboard": true, "one_time_keyboard": true})).expect_err("no such field");
        assert!(wrong.contains("unknown field \"one_time_keyboard\" of ReplyKeyboardRemove"), "{wrong}");
        let wrong = json_call(
            "editMessageText",
            json!({"chat_id": 1, "message_id": 2, "text": "a", "reply_markup": {"remove_keyboard": true}}),
        )
        .expect_err("an edit takes inline buttons only");
        assert!(wrong.contains("InlineKeyboardMarkup"), "{wrong}");
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let wrong = json_call("sendMessage", json!({"chat_id": 1, "text": 5}));
        assert_eq!(wrong, Err("parameter \"text\" of sendMessage: must be String".into()));
    }

    #[test]
    fn a_missing_parameter_is_told_as_telegram_does() {
        let wrong = json_call("sendMessage", json!({"chat_id": 1, "text": null}));
        assert_eq!(wrong, Err("message text is empty".into()));
        let wrong = json_call("sendMessage", json!({"text": "a"}));
        assert_eq!(wrong, Err("chat_id is empty".into()));
    }

    #[test]
    fn forms_carry_numbers_and_objects_as_text() {
        let given = json!({"chat_id": "-100", "message_ids": "[1,2]"});
        let Value::Object(mut given) = given else { panic!("an object") };
        given.insert("from_chat_id".into(), "@somebody".into());
        let checked = check("copyMessages", given, Encoding::Text).expect("a good call");
        assert_eq!(checked["chat_id"], json!(-100));
        assert_eq!(checked["from_chat_id"], json!("@somebody"));
        assert_eq!(checked["message_ids"], json!([1, 2]));
    }

    #[test]
    fn an_album_may_mix_photos_and_videos_but_not_make_up_fields() {
        let media = json!([{"type": "photo", "media": "attach://a"}, {"type": "video", "media": "x", "duration": 3}]);
        assert!(json_call("sendMediaGroup", json!({"chat_id": 1, "media": media})).is_ok());
        let media = json!([{"type": "photo", "media": "attach://a", "duration": 3}]);
        let wrong =
            json_call("sendMediaGroup", json!({"chat_id": 1, "media": media})).expect_err("a photo has no duration");
        assert!(wrong.contains("unknown field \"duration\" of InputMediaPhoto"), "{wrong}");
    }
}
