//! The gateway's page in a real browser, over a lookalike of the router.
//!
//! The pictures that are kept in `target/page` are for people to look at.

mod browser;
mod world;

use std::path::PathBuf;

use openclaw_catalog::{Offer, Price, Pricing, RouterModel};
use openclaw_gateway::Keys;
use openclaw_sandbox::{Fault, Pace, Script, When};

use browser::Browser;
use world::{KEY, World, keys};

/// Where pictures are kept.
fn picture(name: &str) -> PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    folder.join("page").join(name)
}

/// Opens the page with a key in the link.
fn unlock(browser: &mut Browser, world: &World) {
    browser.open(&format!("{}#key={KEY}", world.page()));
    browser.wait("document.querySelectorAll('#rows tr').length > 10");
}

/// Asks with the keyboard, and waits for the end.
fn ask(browser: &mut Browser, question: &str) {
    let before = browser.texts("#talk article").len();
    browser.tab_to("#question");
    browser.type_in(question);
    browser.press("Enter");
    browser.wait(&format!(
        "document.querySelectorAll('#talk article').length === {} \
         && [...document.querySelectorAll('#talk .about')].at(-1).innerText.includes('in all')",
        before + 1
    ));
}

/// Nothing was complained of, and nobody else was asked.
fn check_quiet(browser: &mut Browser, world: &World) {
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let asked = browser.asked();
    assert!(asked.len() > 4, "{asked:?}");
    assert!(asked.iter().all(|url| url.starts_with(&world.page())), "{asked:?}");
}

#[test]
fn models_are_searched_sorted_and_plotted() {
    let world = World::new();
    let mut browser = Browser::start();
    browser.size(1200, 900);
    unlock(&mut browser, &world);
    let rows = |browser: &mut Browser| browser.texts("#rows tr th button");
    let all = rows(&mut browser);
    assert_eq!(all[0], "deepseek-ai/DeepSeek-R1:cheapest", "in the gateway's order at first");
    assert_eq!(browser.text("#found"), format!("{} models", all.len()));

    let sort = |browser: &mut Browser, column: &str, times: usize| {
        for _ in 0..times {
            browser.eval(&format!(
                "[...document.querySelectorAll('#heads button')].find(one => one.innerText.startsWith('{column}')).click()"
            ));
        }
        browser.eval("document.querySelector('#heads th:not([aria-sort=none])').ariaSort")
    };
    let figures = |browser: &mut Browser, place: usize| -> Vec<f64> {
        let cells = browser.texts(&format!("#rows td:nth-child({place})"));
        let known = cells.iter().take_while(|cell| *cell != "-");
        let known: Vec<f64> =
            known.map(|cell| cell.trim().replace(',', "").parse().expect("a figure")).collect();
        assert!(known.len() > 10, "{cells:?}");
        assert!(cells[known.len()..].iter().all(|cell| cell == "-"), "what is not known is last: {cells:?}");
        known
    };
    assert_eq!(sort(&mut browser, "$ out", 1), "ascending");
    assert!(figures(&mut browser, 4).is_sorted());
    assert_eq!(sort(&mut browser, "$ out", 1), "descending");
    assert!(figures(&mut browser, 4).is_sorted_by(|one, other| one >= other));
    assert_eq!(sort(&mut browser, "tok/s", 1), "descending", "the fastest are wanted first");
    assert!(figures(&mut browser, 5).is_sorted_by(|one, other| one >= other));
    assert_eq!(sort(&mut browser, "Model", 2), "descending");
    assert!(rows(&mut browser).is_sorted_by_key(|id| std::cmp::Reverse(id.to_lowercase())));

    let points = "document.querySelectorAll('#chart circle[data-at]').length";
    let plotted = browser.eval(points).as_u64().expect("a number");
    assert!(plotted >= 15 && browser.text("#plotted").starts_with(&format!("{plotted} of {}", all.len())));
    browser.eval("document.querySelector('#search').focus()");
    browser.type_in("GROQ gpt");
    let found = rows(&mut browser);
    assert!(!found.is_empty() && found.iter().all(|id| id.contains("gpt-oss")), "{found:?}");
    assert_eq!(browser.text("#found"), format!("{} of {} models", found.len(), all.len()));
    assert!(browser.eval(points).as_u64().expect("a number") < plotted, "the plot shows what was found");
    browser.type_in(" no such thing");
    assert_eq!(browser.text("#found"), "No model is like that.");
    browser.eval("document.querySelector('#search').value = ''; document.querySelector('#search').dispatchEvent(new Event('input'))");

    // The plot is gone through with the keyboard, and a model chosen there is the one that is looked at.
    browser.eval("document.querySelector('#chart').focus()");
    for _ in 0..3 {
        browser.press("ArrowRight");
    }
    let said = browser.text("#point");
    let id = said.split(" at ").next().expect("an id").to_owned();
    assert!(all.contains(&id) && said.contains("tok/s"), "{said}");
    browser.press("Enter");
    browser.wait(&format!("document.querySelector('#what').innerText === '{id}'"));
    assert_eq!(browser.eval("document.querySelector('#model').value"), id.as_str());
    assert_eq!(browser.texts("#rows [aria-pressed=true]"), [id]);
    // And so is one in the table.
    browser.eval("document.querySelector('#rows [data-id=\"meta-llama/Llama-3.3-70B-Instruct\"]').click()");
    browser.wait("document.querySelector('#who').innerText === 'cerebras'");
    assert_eq!(browser.text("#why"), "Without a suffix the router takes the fastest: 1912 tokens a second.");
    check_quiet(&mut browser, &world);
}

#[test]
fn a_question_is_asked_with_the_keyboard_alone() {
    let world = World::new();
    let once = Script::once(When::provider("novita"), Fault::status(429));
    world.sandbox.script(vec![once]).expect("it is scripted");
    let mut browser = Browser::start();
    browser.size(1200, 900);
    browser.open(&world.page());
    browser.wait("document.activeElement.matches('#key')");
    browser.picture(&picture("door.png"));
    browser.type_in(KEY);
    browser.press("Enter");
    browser.wait("document.querySelectorAll('#rows tr').length > 10");
    assert_eq!(browser.text("#who"), "novita");
    assert_eq!(
        browser.text("#why"),
        "With :cheapest the router takes the lowest price of output: 2.45 USD per million tokens."
    );
    assert_eq!(browser.texts("#figures dd")[..2], ["0.72 $/M", "2.45 $/M"]);
    assert_eq!(browser.texts("#figures dd")[5], "$0.0019", "(1,000 × 0.72 + 500 × 2.45) / 1,000,000");
    assert_eq!(browser.text("#hour-words"), "Nobody asked anything.");

    ask(&mut browser, "Why is the sky blue?");
    assert_eq!(browser.text("#talk .asked"), "Why is the sky blue?");
    assert!(browser.text("#talk .said:not(details *)").contains("You asked: “Why is the sky blue?”"));
    let about = browser.text("#talk .about");
    assert!(about.starts_with("together answered · about $0.000"), "{about}");
    assert!(about.contains(" tokens in, "), "{about}");
    assert_eq!(browser.texts("#talk .trail li"), ["novita rate limited", "together answered"]);

    // What failed over is told at once, and who would answer now.
    browser.wait("document.querySelectorAll('#failovers li').length === 1");
    let moved = browser.text("#failovers li");
    assert!(moved.contains("novita rate limited (429) → together"), "{moved}");
    assert_eq!(browser.text("#classes"), "1 × rate limited");
    assert_eq!(browser.text("#hour-words"), "The one request got an answer, after 1 failover.");
    browser.wait("document.querySelectorAll('#bars .answered').length === 1");
    browser.picture(&picture("light.png"));

    // From the question with the tabulator to the models, choose one, and back: nothing needs a mouse.
    assert!(browser.tab_to("#rows button") < 30);
    browser.press("Enter");
    check_quiet(&mut browser, &world);
}

#[test]
fn the_last_hour_is_told_at_a_glance() {
    let world = World::new();
    let fault = |provider: &str, code| Script::once(When::provider(provider), Fault::status(code));
    let scripts = vec![fault("novita", 429), fault("cerebras", 503), fault("nscale", 500)];
    world.sandbox.script(scripts).expect("it is scripted");
    let named = [
        "default",
        "meta-llama/Llama-3.3-70B-Instruct",
        "Qwen/Qwen3-8B",
        "openai/gpt-oss-20b",
        "zai-org/GLM-4.7",
    ];
    for model in named {
        let reply = world.ask(model);
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    }
    let mut browser = Browser::start();
    browser.size(1020, 900);
    unlock(&mut browser, &world);
    assert_eq!(browser.text("#hour-words"), "All 5 requests got an answer, after 3 failovers.");
    assert_eq!(browser.text("#classes"), "2 × provider failed, 1 × rate limited");
    let told = browser.texts("#failovers li");
    assert_eq!(told.len(), 3);
    assert!(told[0].contains("nscale provider failed (500) → novita"), "the latest first: {told:?}");
    assert!(told[2].contains("novita rate limited (429) → together"), "{told:?}");
    ask(&mut browser, "Why is the sky blue?");
    browser.wait("document.querySelector('#counts dd').innerText === '6'");
    browser.eval("document.activeElement.blur()");
    browser.picture_between(&picture("docs-page.png"), "header", "#models");
    browser.scheme("dark");
    browser.picture_between(&picture("docs-models.png"), "#models", "#rows tr:nth-child(9)");
    check_quiet(&mut browser, &world);
}

#[test]
fn the_pictures_of_the_documentation_are_small() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = std::fs::read_to_string(docs.join("gateway.md")).expect("the page");
    let named = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let pictures: Vec<&str> = named.filter(|name| name.ends_with(".png")).collect();
    assert_eq!(pictures.len(), 2);
    for name in pictures {
        let bytes = std::fs::read(docs.join(name)).expect("a picture");
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() <= 150 * 1024, "{name}: {} bytes", bytes.len());
    }
}

#[test]
fn an_answer_is_streamed_and_can_be_stopped() {
    let world = World::with(Pace::Offer { times: 1.0 }, keys(), Vec::new());
    let mut browser = Browser::start();
    unlock(&mut browser, &world);
    browser.eval("document.querySelector('#question').focus()");
    browser.type_in("Count for a long while, please, and leave nothing out at all");
    browser.press("Enter");
    browser.wait("document.querySelector('#talk .said[aria-busy]')?.innerText.length > 20");
    assert!(browser.text("#talk .about").ends_with("answers…"), "{}", browser.text("#talk .about"));
    assert_eq!(browser.eval("document.querySelector('#stop').hidden"), false);
    browser.press("Escape");
    browser.wait("document.querySelector('#talk .about').innerText.startsWith('Stopped.')");
    let text = browser.text("#talk .said:not(details *)");
    assert!(!text.contains("nothing was spent"), "all of it came: {text}");
    browser.wait("document.querySelector('#hour-words').innerText === '0 of 1 request got an answer, none needed another offer.'");
    assert_eq!(browser.eval("document.querySelector('#stop').hidden"), true);
    check_quiet(&mut browser, &world);
}

#[test]
fn a_key_is_asked_for_and_kept_only_where_that_is_wanted() {
    let world = World::new();
    let mut browser = Browser::start();
    browser.open(&world.page());
    browser.wait("!document.querySelector('#door').hidden");
    assert_eq!(browser.eval("document.querySelector('#room').hidden"), true);
    assert!(
        !browser.eval("document.body.innerText").to_string().contains("DeepSeek"),
        "nothing is told without a key"
    );
    browser.type_in("oc-wrong");
    browser.press("Enter");
    browser.wait("!document.querySelector('#wrong').hidden");
    assert_eq!(
        browser.text("#wrong"),
        "That key does not open it: that is no key of this gateway; `openclaw gateway keys show` prints one."
    );
    assert_eq!(browser.eval("document.activeElement.id"), "key");
    // A key in the link is taken, and is nowhere to be seen from then on.
    unlock(&mut browser, &world);
    assert_eq!(browser.eval("location.href"), world.page().as_str());
    assert_eq!(browser.eval("sessionStorage.length + localStorage.length + document.cookie.length"), 0);
    assert!(!browser.eval("document.documentElement.outerHTML").to_string().contains(KEY));
    browser.open("about:blank");
    browser.open(&world.page());
    browser.wait("!document.querySelector('#door').hidden");
    // Kept for the tab where that is wanted, until it is to be forgotten.
    browser.eval("document.querySelector('#keep').click(); document.querySelector('#key').focus()");
    browser.type_in(KEY);
    browser.press("Enter");
    browser.wait("!document.querySelector('#room').hidden");
    browser.open("about:blank");
    browser.open(&world.page());
    browser.wait("!document.querySelector('#room').hidden");
    browser.eval("document.querySelector('#forget').click()");
    browser.wait("document.querySelector('#room').hidden && !document.querySelector('#door').hidden");
    assert_eq!(browser.eval("sessionStorage.length"), 0);
    check_quiet(&mut browser, &world);
}

#[test]
fn without_keys_none_is_asked_for() {
    let world = World::with(Pace::Instant, Keys::Open, Vec::new());
    let mut browser = Browser::start();
    browser.open(&world.page());
    browser.wait("document.querySelectorAll('#rows tr').length > 10");
    assert!(browser.text("#about").ends_with("no key needed"));
    assert_eq!(browser.eval("document.querySelector('#forget').hidden"), true);
    ask(&mut browser, "Hello?");
    assert!(browser.text("#talk .about").starts_with("novita answered"));
    check_quiet(&mut browser, &world);
}

#[test]
fn it_fits_a_phone_and_the_dark() {
    let world = World::new();
    world.sandbox.script(vec![Script::once(When::provider("novita"), Fault::status(503))]).expect("scripted");
    let mut browser = Browser::start();
    browser.size(360, 740);
    let fits = "document.documentElement.scrollWidth <= 360 && [...document.querySelectorAll('body *')]\
        .every(one => one.closest('.unseen, .skip') || one.getBoundingClientRect().right <= 361)";
    browser.open(&world.page());
    browser.wait("!document.querySelector('#door').hidden");
    assert_eq!(browser.eval(fits), true, "the door is too wide");
    unlock(&mut browser, &world);
    ask(&mut browser, &"An unbroken word: ".chars().chain("x".repeat(300).chars()).collect::<String>());
    browser.wait("document.querySelectorAll('#failovers li').length === 1");
    let wide = "[...document.querySelectorAll('body *')].filter(one => !one.closest('.unseen, .skip') && one.getBoundingClientRect().right > 361).map(one => one.outerHTML.slice(0, 90))";
    assert_eq!(browser.eval(fits), true, "too wide: {}", browser.eval(wide));
    let ground = |browser: &mut Browser| browser.eval("getComputedStyle(document.body).backgroundColor");
    browser.scheme("light");
    assert_eq!(ground(&mut browser), "rgb(247, 246, 243)");
    browser.picture(&picture("phone.png"));
    browser.scheme("dark");
    assert_eq!(ground(&mut browser), "rgb(19, 19, 18)");
    browser.picture(&picture("phone-dark.png"));
    browser.size(1200, 900);
    browser.wait("document.querySelector('#chart svg').clientWidth > 900");
    browser.picture(&picture("dark.png"));
    check_quiet(&mut browser, &world);
}

/// The texts whose colour is too near to their ground: below 4.5 to 1, as WCAG counts it.
const FAINT: &str = r#"(() => {
    const parts = (text) => text.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
        .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
        .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = (one) => {
        for (; one; one = one.parentElement) {
            const color = parts(getComputedStyle(one).backgroundColor);
            if (color.length === 3 || color[3] > 0) return color;
        }
    };
    const says = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const shown = [...document.querySelectorAll('body *')].filter((one) => says(one) && one.checkVisibility());
    return shown.filter((one) => {
        const style = getComputedStyle(one);
        const color = one.closest('svg') ? style.fill : style.color;
        const [low, high] = [light(parts(color)), light(ground(one))].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05) < 4.5;
    }).map((one) => one.outerHTML.slice(0, 80));
})()"#;

#[test]
fn everything_has_a_name_and_can_be_read() {
    let world = World::new();
    world.sandbox.script(vec![Script::once(When::provider("novita"), Fault::status(429))]).expect("scripted");
    let mut browser = Browser::start();
    browser.size(1200, 900);
    browser.open(&world.page());
    browser.wait("!document.querySelector('#door').hidden");
    assert_eq!(browser.nameless(), Vec::<String>::new());
    browser.type_in("oc-wrong");
    browser.press("Enter");
    browser.wait("!document.querySelector('#wrong').hidden");
    for scheme in ["light", "dark"] {
        browser.scheme(scheme);
        assert_eq!(browser.eval(FAINT), serde_json::json!([]), "{scheme}");
    }
    unlock(&mut browser, &world);
    ask(&mut browser, "Why is the sky blue?");
    browser.wait("document.querySelectorAll('#failovers li').length === 1");
    assert_eq!(browser.nameless(), Vec::<String>::new());
    for scheme in ["light", "dark"] {
        browser.scheme(scheme);
        assert_eq!(browser.eval(FAINT), serde_json::json!([]), "{scheme}");
    }
    // The focus can be seen wherever it is.
    browser.eval("document.activeElement.blur(); window.scrollTo(0, 0)");
    for _ in 0..25 {
        browser.press("Tab");
        let ring = browser.eval("getComputedStyle(document.activeElement).outlineStyle");
        let what = browser.eval("document.activeElement.outerHTML.slice(0, 80)");
        assert!(
            ring == "solid" || what.as_str().is_some_and(|what| what.starts_with("<body")),
            "{what}: {ring}"
        );
    }
    check_quiet(&mut browser, &world);
}

#[test]
fn what_others_say_stays_text() {
    let bad = "<img src=/page.svg onload=\"document.title='owned'\"><script>document.title='owned'</script>";
    let price = Price::from_usd(0.01).expect("a price");
    let offer = Offer {
        pricing: Some(Pricing { input: price, output: price }),
        throughput: Some(9_999.0),
        ..Offer::new(bad)
    };
    let hostile = RouterModel {
        id: "evil/model".to_owned(),
        name: Some(bad.to_owned()),
        owned_by: None,
        created: None,
        input: None,
        offers: vec![offer],
    };
    let world = World::with(Pace::Instant, keys(), vec![hostile]);
    let refusal = Fault::Status {
        code: 429,
        body: Some(bad.to_owned()),
        content_type: None,
        retry_after: None,
        headers: [("x-inference-provider".to_owned(), bad.to_owned())].into(),
    };
    world.sandbox.script(vec![Script::once(When::default(), refusal)]).expect("it is scripted");
    let mut browser = Browser::start();
    unlock(&mut browser, &world);
    browser.wait("document.querySelector('#rows').innerText.includes('onload')");
    ask(&mut browser, bad);
    assert!(browser.text("#talk .said:not(details *)").contains(bad), "the sandbox says what it was asked");
    browser.wait("document.querySelector('#failovers')?.innerText.includes('onload')");
    browser.eval("document.querySelector('#rows [data-id^=evil]').click()");
    browser.wait("document.querySelector('#what').innerText.startsWith('evil/')");
    assert_eq!(browser.eval("document.title"), "openclaw gateway");
    assert_eq!(browser.eval("document.querySelectorAll('main img, main script, main b b').length"), 0);
    check_quiet(&mut browser, &world);
    // Even a slip in the page's own script could not make it HTML, nor tell another host.
    let refused = browser.eval("(() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken' } catch (error) { return error.name } })()");
    assert_eq!(refused, "TypeError");
    let told = browser.eval("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')");
    assert_eq!(told, "refused");
    let why = browser.complaints().join("\n");
    assert!(why.contains("TrustedHTML") && why.contains("connect-src 'self'"), "{why}");
}

#[test]
fn figures_are_live_while_somebody_looks() {
    let world = World::with(Pace::Instant, Keys::Open, Vec::new());
    let mut browser = Browser::start();
    browser.open(&world.page());
    browser.wait("document.querySelector('#hour-words').innerText === 'Nobody asked anything.'");
    // Another client asks.
    let asked = world.ask("default");
    assert!(asked.starts_with("HTTP/1.1 200"), "{asked}");
    browser
        .wait("document.querySelector('#hour-words').innerText.startsWith('The one request got an answer')");
    // A model that nobody knows is said to be none, and the rest goes on.
    browser.eval("const model = document.querySelector('#model'); model.value = 'gpt-4'; model.dispatchEvent(new Event('change'))");
    browser.wait("document.querySelector('#who').innerText === 'nobody'");
    assert!(browser.text("#why").starts_with("`gpt-4` is neither an alias nor a model"));
    world.ask("default");
    browser.wait("document.querySelector('#hour-words').innerText.startsWith('All 2 requests')");
    check_quiet(&mut browser, &world);
    let polls = |browser: &mut Browser| {
        browser.eval("0");
        browser.asked().iter().filter(|url| url.contains("/v1/openclaw/status")).count()
    };
    // Ten seconds of the page's own clock, in no time.
    let hide = "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))";
    browser.eval(hide);
    let before = polls(&mut browser);
    browser.pass(10_000);
    assert_eq!(polls(&mut browser), before, "nobody looks, and nothing is asked");
    browser.eval("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
    browser.pass(10_000);
    assert!(polls(&mut browser) > before + 2, "{} {before}", polls(&mut browser));
}

#[test]
fn a_gateway_that_is_gone_is_told() {
    let world = World::with(Pace::Instant, Keys::Open, Vec::new());
    let mut browser = Browser::start();
    browser.open(&world.page());
    browser.wait("document.querySelectorAll('#rows tr').length > 10");
    drop(world);
    browser.wait("!document.querySelector('#trouble').hidden");
    assert_eq!(
        browser.text("#trouble"),
        "The gateway cannot be reached; it is asked again every few seconds."
    );
    browser.tab_to("#question");
    browser.type_in("Anybody there?");
    browser.press("Enter");
    browser.wait(
        "document.querySelector('#talk .about')?.innerText.startsWith('The gateway cannot be reached.')",
    );
    browser.picture(&picture("gone.png"));
}
