//! Redirects, connections, TLS and proxies.

mod support;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use openclaw_hf_client::{Class, Options, Proxies, TimeoutPhase, Timeouts};
use support::{SHORT, Server, assert_private, base, client, client_with, options, request, server};
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn a_get_follows_redirects_within_its_host() {
    let server = MockServer::start().await;
    let list = ResponseTemplate::new(200).set_body_raw(r#"{"data":[]}"#, "application/json");
    Mock::given(path("/v1/models"))
        .respond_with(ResponseTemplate::new(308).insert_header("location", "/v2/models"))
        .mount(&server)
        .await;
    Mock::given(path("/v2/models")).and(method("GET")).respond_with(list).mount(&server).await;
    client(&base(&server)).list_models().await.expect("a list");
    let requests = server.received_requests().await.expect("recording");
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.headers.contains_key("authorization")));
}

#[tokio::test]
async fn another_host_never_gets_the_token() {
    let other = server(ResponseTemplate::new(200).set_body_raw(r#"{"data":[]}"#, "application/json")).await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/v1/models?secret=1", other.uri());
        let server = server(ResponseTemplate::new(status).insert_header("location", to.as_str())).await;
        let client = client(&base(&server));
        for error in [
            client.list_models().await.map(|_| ()).expect_err("a redirect"),
            client.whoami().await.map(|_| ()).expect_err("a redirect"),
            client.chat(&request()).await.map(|_| ()).expect_err("a redirect"),
        ] {
            assert_eq!((error.class(), error.status()), (Class::ProviderFault, Some(status)));
            let (from, to) = (server.uri(), other.uri());
            assert_eq!(
                error.to_string(),
                format!("`{from}` redirects to `{to}` (status {status}), which is not followed")
            );
        }
    }
    assert_eq!(other.received_requests().await.expect("recording").len(), 0);
}

#[tokio::test]
async fn a_post_follows_no_redirect() {
    let server = server(ResponseTemplate::new(307).insert_header("location", "/v2/chat")).await;
    let error = client(&base(&server)).chat(&request()).await.expect_err("a redirect");
    assert_eq!(error.class(), Class::ProviderFault);
    assert_eq!(server.received_requests().await.expect("recording").len(), 1);
}

#[tokio::test]
async fn a_redirect_cannot_replace_the_token() {
    let server = MockServer::start().await;
    let to = format!("http://me:other@{}/v1/models", server.address());
    let reply = ResponseTemplate::new(302).insert_header("location", to.as_str());
    Mock::given(path("/v1/models")).respond_with(reply).mount(&server).await;
    let error = client(&base(&server)).list_models().await.expect_err("a user part");
    assert_eq!(error.class(), Class::ProviderFault);
    assert!(!format!("{error} {error:?}").contains("other"));
    assert_eq!(server.received_requests().await.expect("recording").len(), 1);
}

#[tokio::test]
async fn redirects_end() {
    let around = server(ResponseTemplate::new(302).insert_header("location", "/v1/models")).await;
    let error = client(&base(&around)).list_models().await.expect_err("a circle");
    assert_eq!(error.to_string(), format!("`{}` redirects again and again", around.uri()));
    let nowhere = server(ResponseTemplate::new(302)).await;
    let error = client(&base(&nowhere)).list_models().await.expect_err("nowhere");
    assert_eq!(
        error.to_string(),
        format!("`{}` redirects (status 302) without saying where to", nowhere.uri())
    );
}

#[tokio::test]
async fn nobody_listens() {
    let server = Server::start().await;
    let base = server.base();
    drop(server);
    let error = client(&base).chat(&request()).await.expect_err("nobody");
    assert_eq!((error.class(), error.status()), (Class::Network, None));
    assert!(error.to_string().ends_with("refused the connection"), "{error}");
    assert_private(&error);
}

#[tokio::test]
async fn a_connection_must_come_in_time() {
    let server = Server::start().await;
    let base = format!("https://{}/v1", server.address);
    let timeouts = Timeouts { connect: SHORT, ..options().timeouts };
    let client = client_with(&base, Options { timeouts, ..options() });
    let request = request();
    // The connection is accepted, but nobody greets back.
    let (answer, _stream) = tokio::join!(client.chat(&request), server.accept_bare());
    let error = answer.expect_err("a timeout");
    assert_eq!((error.class(), error.timeout_phase()), (Class::Timeout, Some(TimeoutPhase::Connect)));
    assert_eq!(error.to_string(), format!("no connection to `https://{}` within 60 ms", server.address));
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls() {
    let server = Server::start().await;
    let client = client(&format!("https://{}/v1", server.address));
    let request = request();
    let (answer, _stream) = tokio::join!(client.chat(&request), async {
        let mut stream = server.accept_bare().await;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("a client");
        stream
    });
    let error = answer.expect_err("no TLS");
    assert_eq!(error.class(), Class::Network);
    assert_eq!(error.to_string(), format!("no secure connection to `https://{}`", server.address));
}

#[tokio::test]
async fn nothing_is_set_up_before_the_first_call() {
    let missing = Options { ca_file: Some("/nonexistent/ca.pem".into()), ..options() };
    let client = client_with("http://127.0.0.1:1/v1", missing);
    let error = client.chat(&request()).await.expect_err("no file");
    assert_eq!(error.class(), Class::InvalidRequest);
    assert_eq!(error.to_string(), "the CA file `/nonexistent/ca.pem` cannot be read");

    let not_pem =
        Options { ca_file: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into()), ..options() };
    let error = client_with("http://127.0.0.1:1/v1", not_pem).chat(&request()).await.expect_err("no PEM");
    assert!(error.to_string().ends_with("holds no certificate, expected PEM"), "{error}");
}

/// Runs itself a second time with a proxy in the environment, because a process cannot safely change its own.
#[tokio::test]
async fn proxies_of_the_environment_are_honoured() {
    const UPSTREAM: &str = "OPENCLAW_TEST_PROXIED_BASE";

    if let Ok(base) = std::env::var(UPSTREAM) {
        let through = Options { proxies: Proxies::Environment, ..options() };
        client_with(&base, through).list_models().await.expect("a list through the proxy");
        let direct = Options { proxies: Proxies::Direct, ..options() };
        let error = client_with(&base, direct).list_models().await.expect_err("nobody is there");
        assert_eq!(error.class(), Class::Network);
        return;
    }

    let gone = Server::start().await;
    let base = gone.base();
    drop(gone);
    let proxy = server(ResponseTemplate::new(200).set_body_raw(r#"{"data":[]}"#, "application/json")).await;
    let child = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "proxies_of_the_environment_are_honoured"])
        .env(UPSTREAM, &base)
        .env("http_proxy", proxy.uri())
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .expect("a second run");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    let requests = proxy.received_requests().await.expect("recording");
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].url.path(), "/v1/models");
}

/// A server that speaks TLS with a certificate of its own, which it leaves in the file it returns.
async fn tls_server() -> (SocketAddr, tempfile::TempDir, PathBuf, tokio::task::JoinHandle<bool>) {
    let signed = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, signed.cert.pem()).expect("a file");

    let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .expect("a certificate and its key");
    let server = Server::start().await;
    let address = server.address;
    let served = tokio::spawn(async move {
        let stream = server.accept_bare().await;
        match TlsAcceptor::from(Arc::new(config)).accept(stream).await {
            Ok(mut stream) => {
                let reply = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"data\":[]}";
                stream.write_all(reply.as_bytes()).await.expect("a client");
                stream.flush().await.expect("a client");
                // Until the client has read it and closes.
                let _ended = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
                true
            }
            Err(_) => false,
        }
    });
    (address, folder, file, served)
}

#[tokio::test]
async fn a_ca_file_decides_whom_to_trust() {
    let (address, _folder, file, served) = tls_server().await;
    let trusting = Options { ca_file: Some(file), ..options() };
    let client = client_with(&format!("https://{address}/v1"), trusting);
    client.list_models().await.expect("a list over TLS");
    drop(client);
    assert!(served.await.expect("a server"), "the handshake succeeded");
}

#[tokio::test]
async fn an_unknown_authority_never_gets_the_token() {
    let (address, _folder, _file, served) = tls_server().await;
    let error = client(&format!("https://{address}/v1")).list_models().await.expect_err("not trusted");
    assert_eq!((error.class(), error.status()), (Class::Network, None));
    assert_eq!(error.to_string(), format!("no secure connection to `https://{address}`"));
    assert_private(&error);
    assert!(!served.await.expect("a server"), "the handshake failed, so nothing was sent");
}
