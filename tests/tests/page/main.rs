//! The gateway's page in a real browser, over a lookalike of the router.
//!
//! The pictures that are kept in `target/page` are for people to look at.

mod browser;
mod looks;
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
    browser.press("Tab");
    browser.press("Enter");
    browser.wait("document.querySelector('#who').innerText === 'nscale'");
    let held = browser.eval("document.activeElement.dataset.id");
    assert_eq!(held, "Qwen/Qwen3-8B", "the focus stays where it was");
    assert_eq!(browser.texts("#rows [aria-pressed=true]"), ["Qwen/Qwen3-8B"]);
    check_quiet(&mut browser, &world);
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
