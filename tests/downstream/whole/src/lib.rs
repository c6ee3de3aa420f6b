//! A server of one's own: what the config and the token's file say, served to OpenAI clients.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use openclaw_catalog::{Catalog, Layer};
use openclaw_config_merge::store::{EditOptions, Write, edit, read};
use openclaw_config_merge::{Aliases, PrimaryChange, Wanted, merge};
use openclaw_credentials::{Search, Secret, Token, resolve, store};
use openclaw_gateway::{Gateway, Key, KeyLimits, Keys, Options, Settings};
use openclaw_hf_client::{Client, Endpoint, EndpointInput};

/// Sets it up: the model into the config, the token into its file.
///
/// # Errors
/// Whatever keeps a file from being written.
pub fn set_up(state_dir: &Path, model: &str, token: &str) -> Result<(), Box<dyn Error>> {
    let wanted = Wanted { primary: PrimaryChange::Set(model.parse()?), ..Wanted::default() };
    let options = EditOptions { holder: "a stranger", timeout: Duration::from_secs(5), write: Write::ToDisk };
    edit(&state_dir.join("openclaw.json"), &options, |document, _| {
        merge(document, &wanted).map(|merged| (merged.document, merged.report))
    })?;
    store(state_dir, &Token::parse(token)?)?;
    Ok(())
}

/// Makes a gateway of what was set up.
///
/// # Errors
/// What is set up cannot be read, or lacks a model or a token.
pub async fn gateway(state_dir: &Path, base_url: &str, key: &str) -> Result<Gateway, Box<dyn Error>> {
    let loaded = read(&state_dir.join("openclaw.json"))?;
    let search = Search {
        given: None,
        env: &|_| None,
        home: None,
        state_dir,
        config: loaded.config.credential_keys(),
    };
    let token = resolve(&search).token.ok_or("no token")?.token;
    let input = EndpointInput { env_base_url: Some(base_url), ..EndpointInput::default() };
    let client = Client::new(Endpoint::resolve(&input)?, Some(token), openclaw_hf_client::Options::default());
    let listed = client.list_models().await?.list;
    let mut layers = vec![Layer::discovered(listed.models)];
    layers.extend(loaded.config.layers(None));
    let primary = loaded.config.primary().ok_or("no model")?.parse()?;
    let secret = Secret::new(key);
    let keys = Keys::Required(vec![Key { name: "me".into(), secret, limits: KeyLimits::default() }]);
    let mut settings = Settings::new(client, Catalog::merge(layers), primary, keys);
    settings.aliases = Aliases::of(&loaded.config);
    Ok(Gateway::new(settings, Options::default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaw_sandbox::{Fault, Sandbox, Script, When};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn a_client_gets_an_answer_though_the_first_provider_refuses() -> Result<(), Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let sandbox = Sandbox::start_blocking(openclaw_sandbox::Options::default())?;
        sandbox
            .script(vec![Script::once(When::path(openclaw_sandbox::Endpoint::Chat), Fault::status(500))])?;
        set_up(folder.path(), "huggingface/deepseek-ai/DeepSeek-R1:fastest", "hf_rehearsal")?;
        let gateway = gateway(folder.path(), &sandbox.base_url(), "my-key").await?;

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let asking = async {
            let body = r#"{"model":"default","messages":[{"role":"user","content":"hi"}]}"#;
            let mut socket = tokio::net::TcpStream::connect(address).await?;
            let head = format!(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer my-key\r\n\
                 content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(head.as_bytes()).await?;
            let mut reply = String::new();
            socket.read_to_string(&mut reply).await?;
            let _ended = stop.send(());
            Ok::<_, Box<dyn Error>>(reply)
        };
        let until = async {
            let _asked = stopped.await;
        };
        let (served, reply) = tokio::join!(openclaw_gateway::serve(&gateway, listener, until), asking);
        assert_eq!(served?.cut, 0);
        assert!(reply?.starts_with("HTTP/1.1 200"), "the gateway refused");
        assert_eq!(sandbox.requests().iter().filter(|request| request.method == "POST").count(), 2);
        Ok(())
    }

    #[test]
    fn what_is_not_set_up_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(set_up(folder.path(), "a word", "hf_x").is_err());
        let error = set_up(folder.path(), "huggingface/Qwen/Qwen3-8B", "two words").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the token has white space at position 4, expected letters, digits and signs only"
        );
    }
}
