//! The parameters of a call: read from a request in any of the forms that Telegram takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::{Uri, header};
use serde_json::{Map, Value, json};

use crate::refusal::Refusal;
use crate::schema::{self, Encoding};

/// A file that came with a call.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub name: Option<String>,
    pub mime: Option<String>,
    pub bytes: Vec<u8>,
}

/// Parameters of a call, checked against the specification.
#[derive(Debug, Default)]
pub(crate) struct Args {
    fields: Map<String, Value>,
    /// Parts of a multipart body that are no parameters: `attach://` names them.
    uploads: Arc<BTreeMap<String, Upload>>,
}

impl Args {
    /// A whole number.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.fields.get(name)?.as_i64()
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    /// A flag; one that is left out is false.
    pub fn flag(&self, name: &str) -> bool {
        self.fields.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Any number.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.fields.get(name)?.as_f64()
    }

    /// A value as it came.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// A list; one that is left out is empty.
    pub fn list(&self, name: &str) -> &[Value] {
        let list = self.fields.get(name).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// The fields as compact JSON.
    pub fn shown(&self) -> String {
        Value::Object(self.fields.clone()).to_string()
    }

    /// Parameters as a test makes them: an object, taken as it is.
    #[cfg(test)]
    pub fn of(fields: Value) -> Args {
        Args { fields: fields.as_object().cloned().unwrap_or_default(), uploads: Arc::default() }
    }

    /// A file that came along under this name.
    pub fn upload(&self, name: &str) -> Option<&Upload> {
        self.uploads.get(name)
    }

    /// The same uploads with the fields of an object within the call, an item of an album.
    pub fn within(&self, fields: &Value) -> Args {
        Args { fields: fields.as_object().cloned().unwrap_or_default(), uploads: Arc::clone(&self.uploads) }
    }
}

/// What a request holds before it is checked.
#[derive(Debug)]
pub(crate) struct Given {
    fields: Map<String, Value>,
    uploads: BTreeMap<String, Upload>,
    encoding: Encoding,
}

impl Given {
    /// What the journal of calls shows: the fields as they came, a file as its name and size.
    pub fn shown(&self) -> Value {
        let mut shown = self.fields.clone();
        for (name, upload) in &self.uploads {
            let file = json!({ "file_name": upload.name, "size": upload.bytes.len() });
            shown.insert(name.clone(), file);
        }
        Value::Object(shown)
    }

    /// Checked parameters of a method.
    pub fn check(mut self, method: &str) -> Result<Args, Refusal> {
        // A file sent under a parameter's own name stands for `attach://` and that name.
        for name in self.uploads.keys() {
            if schema::has_parameter(method, name) {
                self.fields.insert(name.clone(), format!("attach://{name}").into());
            }
        }
        let fields = schema::check(method, self.fields, self.encoding).map_err(Refusal::bad)?;
        Ok(Args { fields, uploads: Arc::new(self.uploads) })
    }
}

/// Reads a request: its query, and a body of JSON, of a form, or of several parts.
pub(crate) async fn read(request: Request) -> Result<Given, Refusal> {
    let mut fields = pairs(request.uri())?;
    let mut uploads = BTreeMap::new();
    let mut encoding = Encoding::Text;
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let unreadable = |_| Refusal::bad("request body can't be read");
    if kind.starts_with("multipart/form-data") {
        let mut parts =
            Multipart::from_request(request, &()).await.map_err(|_| Refusal::bad("can't parse multipart form data"))?;
        let broken = |_| Refusal::bad("can't parse multipart form data");
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let Some(name) = part.name().map(str::to_owned) else {
                continue;
            };
            if part.file_name().is_some() {
                let upload = Upload {
                    name: part.file_name().map(str::to_owned),
                    mime: part.content_type().map(str::to_owned),
                    bytes: part.bytes().await.map_err(broken)?.to_vec(),
                };
                uploads.insert(name, upload);
            } else {
                let text = part.text().await.map_err(broken)?;
                fields.insert(name, text.into());
            }
        }
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        let body =
            String::from_request(request, &()).await.map_err(|_| Refusal::bad("strings must be encoded in UTF-8"))?;
        let as_query = format!("/?{body}").parse::<Uri>().map_err(|_| Refusal::bad("can't parse the form"))?;
        fields.extend(pairs(&as_query)?);
    } else {
        let body = Bytes::from_request(request, &()).await.map_err(unreadable)?;
        if kind.starts_with("application/json") && !body.is_empty() {
            encoding = Encoding::Json;
            let parsed = serde_json::from_slice::<Map<String, Value>>(&body);
            fields.extend(parsed.map_err(|_| Refusal::bad("can't parse JSON object"))?);
        }
    }
    Ok(Given { fields, uploads, encoding })
}

/// The pairs of a query.
fn pairs(uri: &Uri) -> Result<Map<String, Value>, Refusal> {
    let Query(pairs) =
        Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| Refusal::bad("can't parse the query"))?;
    Ok(pairs.into_iter().map(|(name, value)| (name, value.into())).collect())
}
