//! The demo's page in a real browser: the story of the README, told with a keyboard and a mouse.

use crate::support::{App, Db};
use fantoccini::{Client, ClientBuilder, Locator};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_secs(60);
/// How often an element is found again that the page has drawn anew.
const CLICKS: usize = 4;

/// A browser that ends with the test.
struct Browser {
    client: Client,
    _driver: Child,
}

impl Browser {
    async fn open(url: &str) -> Browser {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver is not installed: run the tests with ./test, which installs it");
        let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let port = loop {
            let line = lines.next_line().await.expect("chromedriver speaks").expect("chromedriver tells its port");
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,800",
        ];
        let wish = serde_json::json!({"goog:chromeOptions": {"args": arguments}});
        let client = ClientBuilder::new(fantoccini_connector())
            .capabilities(wish.as_object().expect("an object").clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium starts");
        client.goto(url).await.expect("the page opens");
        Browser { client, _driver: driver }
    }

    async fn find(&self, test_id: &str) -> fantoccini::elements::Element {
        let css = format!("[data-testid={test_id}]");
        let wait = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(&css)).await;
        wait.unwrap_or_else(|error| panic!("no {test_id} on the page: {error}"))
    }

    async fn click(&self, test_id: &str) {
        // The page may draw it anew between finding and clicking: then it is found again.
        for _ in 0..CLICKS {
            if self.find(test_id).await.click().await.is_ok() {
                return;
            }
        }
        self.find(test_id).await.click().await.expect("it can be clicked");
    }

    async fn write(&self, pane: &str, text: &str) {
        let input = self.find(&format!("{pane}-input")).await;
        input.send_keys(text).await.expect("it takes text");
        self.click(&format!("{pane}-send")).await;
    }

    /// Waits for a bubble in a pane that holds `text`.
    async fn sees(&self, pane: &str, text: &str) {
        let path = format!("//*[@data-testid='{pane}-chat']//*[@data-testid='bubble'][contains(., '{text}')]");
        let wait = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        if wait.is_err() {
            let all = self.client.source().await.unwrap_or_default();
            panic!("«{text}» never came into the {pane} pane of:\n{all}");
        }
    }

    async fn press(&self, pane: &str, label: &str) {
        let path = format!(
            "(//*[@data-testid='{pane}-chat']//*[@data-testid='inline-button'][contains(., '{label}')])[last()]"
        );
        let wait = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        wait.unwrap_or_else(|error| panic!("no button «{label}»: {error}")).click().await.expect("it can be pressed");
    }
}

/// With `OTKLIK_SHOTS=1`, the page as it is now becomes a picture of the README.
async fn shot(browser: &Browser, name: &str) {
    if std::env::var("OTKLIK_SHOTS").is_err() {
        return;
    }
    let picture = browser.client.screenshot().await.expect("a picture of the page");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screenshots");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    std::fs::write(folder.join(name), picture).expect("the picture is written");
}

fn fantoccini_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_of_the_demo() {
    let app = App::start(Db::Sqlite).await;
    let browser = Browser::open(&app.sandbox.url()).await;
    browser.click("customer-start").await;
    browser.sees("customer", "Здравствуйте").await;
    browser.write("customer", "где моя посылка?").await;
    browser.sees("customer", "RA123456785RU").await;
    browser.write("customer", "1000000017").await;
    browser.sees("customer", "1000000017").await;
    browser.write("customer", "вы издеваетесь? позовите человека").await;
    browser.click("topic-item").await;
    browser.sees("desk", "Клиент: Анна").await;
    browser.sees("desk", "где моя посылка?").await;
    shot(&browser, "queue.png").await;
    browser.press("desk", "Взять").await;
    browser.write("desk", "Здравствуйте, это Мария").await;
    browser.sees("customer", "Здравствуйте, это Мария").await;
    browser.sees("desk", "Запрос ведёт Мария").await;
    shot(&browser, "taken.png").await;
    browser.press("desk", "Решено").await;
    browser.press("customer", "Да, помогло").await;
    browser.press("customer", "5 ⭐").await;
    browser.sees("desk", "Клиент ответил: помогло").await;
    shot(&browser, "resolved.png").await;
    browser.write("customer", "спасибо").await;
    app.settle().await;
    browser.client.clone().close().await.expect("the browser closes");
}

/// A request of the five, from a sample to the confirmation, with the phone shared by Telegram's button.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_walked_to_its_end() {
    let app = App::start(Db::Sqlite).await;
    let browser = Browser::open(&app.sandbox.url()).await;
    browser.click("customer-start").await;
    browser.sees("customer", "Здравствуйте").await;
    browser.write("customer", "отмените заказ 1000000090").await;
    browser.sees("customer", "1000000090").await;
    browser.click("reply-button").await;
    browser.click("share-confirm").await;
    browser.sees("customer", "Да, отменить заказ").await;
    browser.press("customer", "Да, отменить заказ").await;
    browser.sees("customer", "5001").await;
    browser.press("customer", "Нашлось дешевле").await;
    app.settle().await;
    assert_eq!(app.changes().await, ["cancel"]);
    browser.client.clone().close().await.expect("the browser closes");
}
