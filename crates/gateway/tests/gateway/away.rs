//! A router that is away for long.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use openclaw_catalog::{Catalog, Layer};
use openclaw_gateway::{Event, Gateway, Keys, LoadFailed, Options, Settings, Sources, first_list, upkeep};
use openclaw_hf_client::{Client, Endpoint, EndpointInput, Token};
use tokio::time::Instant;

use crate::support::{R1, TOKEN, model};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const REFRESH: Duration = Duration::from_secs(600);

/// The clock jumps where nothing else is to be done, so a day takes a moment.
#[tokio::test(start_paused = true)]
async fn a_router_that_is_away_for_a_day_is_asked_for_as_long() {
    let nowhere = Some("http://127.0.0.1:9/v1");
    let endpoint = Endpoint::resolve(&EndpointInput { env_base_url: nowhere, ..EndpointInput::default() });
    let token = Token::parse(TOKEN).expect("a token");
    let client = Client::new(endpoint.expect("an address"), Some(token), Default::default());
    let settings = Settings::new(client, Catalog::merge([Layer::built_in()]), model(R1), Keys::Open);
    let started = Instant::now();
    let tries = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&tries);
    let observer = Arc::new(move |event: Event<'_>| {
        if matches!(event, Event::NotListed { .. }) {
            told.lock().expect("the tries").push(started.elapsed());
        }
    });
    let gateway = Gateway::watched(settings, Options::default(), Some(observer));
    let sources = Sources {
        load: Arc::new(|_| Err(LoadFailed("it is not asked".to_owned()))),
        keep: Arc::new(|_, _| Ok(())),
        age: None,
        refresh: REFRESH,
        spent: None,
    };
    let next = first_list(&gateway, &sources, Duration::from_secs(3)).await;
    let day = tokio::time::timeout(DAY, upkeep(&gateway, sources, next)).await;
    assert!(day.is_err(), "it goes on");

    let tries = tries.lock().expect("the tries").clone();
    let gaps: Vec<_> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let minutes: Vec<_> = gaps.iter().take(9).map(|gap| gap.as_secs_f64() / 60.0).collect();
    let shown: Vec<_> = minutes.iter().map(|gap| format!("{gap:.1}")).collect();
    // Sooner at first, then at the pace of the list.
    insta::assert_snapshot!(shown.join(" "), @"0.2 0.2 0.5 1.0 2.0 4.0 8.0 10.0 10.0");
    assert!(gaps.iter().all(|gap| *gap < REFRESH + Duration::from_secs(30)), "{gaps:?}");
    assert!(DAY - tries[tries.len() - 1] < REFRESH + Duration::from_secs(30), "it is asked to the end");
}
