//! How the page looks, to whoever looks at it and to whoever does not see.

use openclaw_sandbox::{Fault, Script, When};

use crate::browser::Browser;
use crate::world::World;
use crate::{ask, check_quiet, picture, unlock};

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
    browser.picture(&picture("models.png"));
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
