//! What the gateway says of itself.

use insta::assert_snapshot;

use crate::support::World;

#[test]
fn the_help_of_the_gateway() {
    assert_snapshot!(World::offline().run(&["gateway", "--help"]), @"
    exit 0
    -- out
    Serve any OpenAI client on this machine, with failover, prices and metrics

    Usage: openclaw gateway [OPTIONS] <COMMAND>

    Commands:
      run        Serve any OpenAI client: aliases, failover, prices and metrics without a changed line
      install    Run the gateway as a service of yours, from now on and after every login
      uninstall  Stop the service and take away what `install` has written
      status     Whether the service is installed, runs and answers
      start      Start the service
      stop       Stop the service until it is started or you log in again; running requests may end
      restart    Start the service anew, for example after an upgrade; no request is lost
      logs       What the service has said
      keys       Who may use the gateway, and how much

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Global options:
          --profile <NAME>  Use the state folder `~/.openclaw-NAME` instead of `~/.openclaw`
      -v, --verbose         Say on stderr which requests are sent and how long they take; never what is
                            asked or answered

    Examples:
      openclaw gateway run
      openclaw gateway install
      export OPENAI_BASE_URL=http://127.0.0.1:18789/v1 OPENAI_API_KEY=$(openclaw gateway keys show)
      openclaw gateway keys add ci --requests-per-minute 60 --usd-per-day 2.50
    ");
}

#[test]
fn the_help_of_run() {
    assert_snapshot!(World::offline().run(&["gateway", "run", "--help"]), @"
    exit 0
    -- out
    Serve any OpenAI client: aliases, failover, prices and metrics without a changed line

    Usage: openclaw gateway run [OPTIONS]

    Options:
          --port <PORT>
              The port; 0 takes a free one [default: `gateway.port` of the config, or else 18789]
              
              [env: OPENCLAW_GATEWAY_PORT=]

          --bind <WHERE>
              Where to listen: `loopback`, `lan` (every address), or an address [default: `gateway.bind`
              of the config, or else loopback]

          --auth <HOW>
              Whether clients need a key; `none` is for loopback alone [default: `gateway.auth.mode` of
              the config, or else key]

              Possible values:
              - key:  They do
              - none: Whoever reaches the port may ask

          --allow-host <NAME>
              Take requests for this name as well, beside localhost and IP addresses

          --drain <SECONDS>
              How long running requests may take to end when the gateway is told to stop
              
              [default: 30]

          --state <URL>
              Share cooldowns, limits and spend with other gateways through this server of Redis or
              Valkey: `redis://[user:password@]host[:port][/database]`, `rediss://…` with TLS [default:
              OPENCLAW_GATEWAY_STATE, or else each gateway counts for itself]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Global options:
          --profile <NAME>
              Use the state folder `~/.openclaw-NAME` instead of `~/.openclaw`

      -v, --verbose
              Say on stderr which requests are sent and how long they take; never what is asked or
              answered

    Examples:
      openclaw gateway run
      openclaw gateway run --port 8080 --verbose
      openclaw gateway run --bind lan --allow-host models.example.org
      openclaw gateway run --state redis://127.0.0.1:6379

    Served: POST /v1/chat/completions, GET /v1/models, /healthz, /readyz, /metrics.
    `model` may be `<org>/<name>` with or without a suffix, an alias, or `default`.
    A change of the config, the token or the keys is taken up without a restart. Ctrl-C lets running
    requests end.
    ");
}

#[test]
fn the_help_of_keys() {
    let world = World::offline();
    assert_snapshot!(world.run(&["gateway", "keys", "--help"]), @"
    exit 0
    -- out
    Who may use the gateway, and how much

    Usage: openclaw gateway keys [OPTIONS] [COMMAND]

    Commands:
      list    List the keys and their limits, without the keys themselves
      show    Print a key, for a client's environment
      add     Make a key
      set     Change the limits of a key
      remove  Take a key away

    Options:
          --json     Print JSON
      -h, --help     Print help
      -V, --version  Print version

    Global options:
          --profile <NAME>  Use the state folder `~/.openclaw-NAME` instead of `~/.openclaw`
      -v, --verbose         Say on stderr which requests are sent and how long they take; never what is
                            asked or answered

    Examples:
      openclaw gateway keys
      export OPENAI_API_KEY=$(openclaw gateway keys show)
      openclaw gateway keys add ci --requests-per-minute 60 --models small,huggingface/Qwen/Qwen3-32B
      openclaw gateway keys set ci --usd-per-day 2.50 --requests-per-minute none
      openclaw gateway keys remove ci

    They are kept in `gateway.json5` in the state folder, mode 0600; a running gateway takes a change up
    at once.
    `gateway.auth` of the config and OPENCLAW_GATEWAY_TOKEN are keys too.
    ");
    assert_snapshot!(world.run(&["gateway", "keys", "add", "--help"]), @"
    exit 0
    -- out
    Make a key

    Usage: openclaw gateway keys add [OPTIONS] <NAME>

    Arguments:
      <NAME>  What to call it

    Options:
          --requests-per-minute <N>  Requests in a minute
          --tokens-per-minute <N>    Tokens of prompts and answers in a minute
          --usd-per-day <USD>        Estimated cost in a day, in USD; the day begins at midnight UTC
          --concurrent <N>           Requests at once
          --models <MODELS>          The models that may be asked, references or aliases, with commas
                                     between; one without a suffix allows all suffixes
      -h, --help                     Print help
      -V, --version                  Print version

    Global options:
          --profile <NAME>  Use the state folder `~/.openclaw-NAME` instead of `~/.openclaw`
      -v, --verbose         Say on stderr which requests are sent and how long they take; never what is
                            asked or answered

    Examples:
      openclaw gateway keys add ci
      openclaw gateway keys add ci --requests-per-minute 60 --usd-per-day 2.50
      openclaw gateway keys add guest --models Qwen/Qwen3-8B --concurrent 2
    ");
}
