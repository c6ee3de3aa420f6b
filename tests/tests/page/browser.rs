//! A browser without a window, driven over a pipe: the DevTools protocol is JSON with a NUL behind each message, so no
//! library is needed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

/// How long a browser may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one page.
pub(crate) struct Browser {
    process: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    session: Option<String>,
    last_id: u64,
    /// What it told by itself.
    events: Vec<Value>,
    _home: tempfile::TempDir,
}

/// The program: `$CHROME`, or a usual name on `$PATH`.
fn program() -> Option<std::path::PathBuf> {
    if let Some(set) = std::env::var_os("CHROME").filter(|set| !set.is_empty()) {
        return Some(set.into());
    }
    let folders = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let mut paths = std::env::split_paths(&folders).flat_map(|folder| names.map(|name| folder.join(name)));
    paths.find(|path| path.is_file())
}

impl Browser {
    pub(crate) fn start() -> Self {
        let program = program().expect(
            "this test looks at the gateway's page in a real browser: install one with \
             `apt-get install chromium`, or name one in CHROME",
        );
        let home = tempfile::tempdir().expect("a folder");
        // The pipe is expected at 3 and 4; a shell puts it there.
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"])
            .arg(program)
            .args([
                "--headless",
                "--remote-debugging-pipe",
                // Root, as in a container, is refused otherwise; what is shown is ours alone.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-extensions",
                "--disable-sync",
                "--no-first-run",
                "--hide-scrollbars",
                "--lang=en-US",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ])
            .arg(format!("--user-data-dir={}", home.path().display()))
            .env("HOME", home.path())
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the browser starts");
        let to = process.stdin.take().expect("it is a pipe");
        let mut out = BufReader::new(process.stdout.take().expect("it is a pipe"));
        let (send, from) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while out.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                let value = serde_json::from_slice(&message).unwrap_or(Value::Null);
                message.clear();
                if send.send(value).is_err() {
                    break;
                }
            }
        });
        let mut browser =
            Self { process, to, from, session: None, last_id: 0, events: Vec::new(), _home: home };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", &attach);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Calls the browser and waits for the result.
    pub(crate) fn call(&mut self, method: &str, parameters: &Value) -> Value {
        let result = self.try_call(method, parameters);
        result.map_err(|error| format!("{method} {parameters}: {error}")).expect("the browser does it")
    }

    fn try_call(&mut self, method: &str, parameters: &Value) -> Result<Value, Value> {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).expect("it listens");
        loop {
            let message = self.from.recv_timeout(PATIENCE);
            let message = message.expect("the browser answers; is the program in CHROME one?");
            if message["id"] == id {
                return match &message["error"] {
                    Value::Null => Ok(message["result"].clone()),
                    error => Err(error.clone()),
                };
            }
            self.events.push(message);
        }
    }

    /// Goes to an address and waits until it is there.
    pub(crate) fn open(&mut self, address: &str) {
        self.call("Page.navigate", &json!({ "url": address }));
        self.wait("document.readyState === 'complete'");
    }

    /// What an expression comes to.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let result = self.call("Runtime.evaluate", &parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        result["result"]["value"].clone()
    }

    /// The text of an element, as it is shown.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let text = self.eval(&format!("document.querySelector({})?.innerText", json!(selector)));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The texts of all elements.
    pub(crate) fn texts(&mut self, selector: &str) -> Vec<String> {
        let all = format!("[...document.querySelectorAll({})].map(one => one.innerText)", json!(selector));
        let texts = self.eval(&all);
        texts.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Waits until an expression is true, and shows what there is where it does not become so.
    #[track_caller]
    pub(crate) fn wait(&mut self, condition: &str) {
        let look = format!(
            "new Promise(done => {{ const end = performance.now() + 20000; const look = () => \
             {{ let is = false; try {{ is = ({condition}) }} catch {{}} if (is || performance.now() > end) done(Boolean(is)); \
             else setTimeout(look, 20); }}; look(); }})"
        );
        let parameters = json!({ "expression": look, "awaitPromise": true, "returnByValue": true });
        // A page that is left meanwhile takes the promise with it; the next one is asked again.
        let mut tries = (0..5).map(|_| self.try_call("Runtime.evaluate", &parameters));
        let result = tries.find_map(Result::ok).unwrap_or_default();
        assert!(result["exceptionDetails"].is_null(), "{condition}: {}", result["exceptionDetails"]);
        let came = result["result"]["value"] == true;
        assert!(came, "`{condition}` does not come: {}", self.text("body"));
    }

    /// Presses a key that is no character: `Enter`, `Tab`, `ArrowRight`.
    pub(crate) fn press(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Tab" => 9,
            "Escape" => 27,
            "Space" => 32,
            "ArrowLeft" => 37,
            "ArrowRight" => 39,
            _ => 0,
        };
        let text = match key {
            "Enter" => "\r",
            "Space" => " ",
            _ => "",
        };
        let (key, named) = if key == "Space" { (" ", "Space") } else { (key, key) };
        for kind in [if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "code": named, "windowsVirtualKeyCode": code });
            if kind == "keyDown" {
                event["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Types into whatever has the focus.
    pub(crate) fn type_in(&mut self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Goes on with the tabulator until the element has the focus, and says how many steps it took.
    pub(crate) fn tab_to(&mut self, selector: &str) -> usize {
        let has = format!("document.activeElement?.matches({})", json!(selector));
        for step in 0..60 {
            if self.eval(&has) == true {
                return step;
            }
            self.press("Tab");
        }
        assert!(self.eval(&has) == true, "the tabulator does not come to `{selector}`");
        60
    }

    /// How wide and high the window is, in CSS pixels.
    pub(crate) fn size(&mut self, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1.5, "mobile": width < 500,
        });
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// `light` or `dark`.
    pub(crate) fn scheme(&mut self, scheme: &str) {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", &media);
    }

    /// Keeps a picture of the whole page.
    pub(crate) fn picture(&mut self, path: &Path) {
        self.shoot(path, &json!({ "captureBeyondViewport": true }));
    }

    /// Keeps a picture of what is between the tops of two elements.
    pub(crate) fn picture_between(&mut self, path: &Path, from: &str, to: &str) {
        let top = |selector: &str| {
            format!("document.querySelector('{selector}').getBoundingClientRect().top + scrollY")
        };
        let (from, to) = (self.eval(&top(from)), self.eval(&top(to)));
        let (from, to) = (from.as_f64().unwrap_or_default(), to.as_f64().unwrap_or_default());
        let width = self.eval("innerWidth");
        let clip =
            json!({ "x": 0, "y": from.max(8.0) - 8.0, "width": width, "height": to - from, "scale": 0.6 });
        self.shoot(path, &json!({ "captureBeyondViewport": true, "clip": clip }));
    }

    fn shoot(&mut self, path: &Path, what: &Value) {
        let shot = self.call("Page.captureScreenshot", what);
        let data = shot["data"].as_str().expect("a picture");
        let bytes = base64::engine::general_purpose::STANDARD.decode(data).expect("base64");
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, &bytes).expect("a file");
    }

    /// What can be worked with and has no name for those who do not see it.
    pub(crate) fn nameless(&mut self) -> Vec<String> {
        let tree = self.call("Accessibility.getFullAXTree", &json!({}));
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        assert!(nodes.len() > 10, "{tree}");
        let works =
            ["button", "textbox", "searchbox", "combobox", "checkbox", "link", "table", "image", "log"];
        let has_no_name = |node: &&Value| {
            let role = node["role"]["value"].as_str().unwrap_or_default();
            works.contains(&role)
                && node["ignored"] != true
                && node["name"]["value"].as_str().unwrap_or_default().is_empty()
        };
        nodes.iter().filter(has_no_name).map(ToString::to_string).collect()
    }

    /// Lets so many milliseconds of the page's own clock pass at once.
    pub(crate) fn pass(&mut self, millis: u32) {
        let expired = "Emulation.virtualTimeBudgetExpired";
        let budget = json!({ "policy": "pauseIfNetworkFetchesPending", "budget": millis });
        let seen = self.events.len();
        self.call("Emulation.setVirtualTimePolicy", &budget);
        while !self.events.iter().skip(seen).any(|event| event["method"] == expired) {
            self.events.push(self.from.recv_timeout(PATIENCE).expect("the time passes"));
        }
    }

    /// What the page's console was told, errors of the page among it, except that something was answered with 401.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        // Whatever is on its way comes before the answer to this.
        self.eval("0");
        let told = self.events.iter().filter(|event| {
            let method = event["method"].as_str().unwrap_or_default();
            let text = event["params"]["entry"]["text"].as_str().unwrap_or_default();
            let is_refusal = text.contains("status of 401");
            matches!(method, "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded")
                && !is_refusal
        });
        told.map(|event| event["params"].to_string()).collect()
    }

    /// Every address that was asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        let sent = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        sent.filter_map(|event| event["params"]["request"]["url"].as_str().map(str::to_owned)).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends when its pipe does; where it has ended already there is nothing to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
