//! `openclaw sandbox`: the lookalike router, in the foreground.

use std::net::{Ipv4Addr, SocketAddr};

use openclaw_sandbox::{Options, Pace, Sandbox};

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::network::block_on;
use crate::out;

pub(super) fn run(args: &args::Sandbox) -> Result<()> {
    let options = Options {
        addr: SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)),
        pace: if args.speed == 0.0 { Pace::Instant } else { Pace::Offer { times: args.speed } },
        fault_models: args.faults,
        ..Options::default()
    };
    let sandbox = start(options)?;
    let ended: Result<_> = block_on(async {
        let mut ctrl_c = std::pin::pin!(tokio::signal::ctrl_c());
        // The first poll takes the signal over; from then on it is safe to say that the sandbox is there.
        tokio::select! {
            biased;
            ended = &mut ctrl_c => return Ok(ended),
            () = std::future::ready(()) => {}
        }
        tell(&sandbox)?;
        Ok(ctrl_c.await)
    })?;
    sandbox.shutdown();
    ended?.map_err(|error| {
        Failure::from_error(Exit::Failure, "Ctrl-C cannot be waited for", &error).hint("ulimit -a")
    })
}

fn tell(sandbox: &Sandbox) -> Result<()> {
    let base = sandbox.base_url();
    out::print(&format!("Sandbox router on {base}\n"))?;
    out::say_examples(&format!(
        "\nPoint any OpenAI client there, with any key that begins with `hf_`:\n\n  \
         OPENAI_BASE_URL={base} OPENAI_API_KEY=hf_rehearsal your-program\n  \
         OPENCLAW_HF_BASE_URL={base} HF_TOKEN=hf_rehearsal openclaw infer model run --prompt Hi\n\n\
         `hf_refused`, `hf_noperm` and `hf_nocredit` are refused as their names say. Ctrl-C ends it.\n",
    ));
    Ok(())
}

pub(super) fn start(options: Options) -> Result<Sandbox> {
    Sandbox::start_blocking(options).map_err(|error| {
        Failure::from_error(Exit::Failure, "the sandbox cannot start", &error)
            .hint("openclaw sandbox --port 0")
    })
}
