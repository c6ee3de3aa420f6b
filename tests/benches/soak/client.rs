//! One client, which asks again and again.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::answer::{Answer, Ended, Head};
use super::dice::Dice;
use super::http::{self, Body};
use super::question::{Manner, Question};
use super::{Outcome, say};

/// An answer that takes longer will not come: all attempts may take half of it, the longest answer the other half.
const LIMIT: Duration = Duration::from_secs(60);

/// The room of a slow reader, and what it takes at once after each pause: about 200 KB/s.
const SLOW_ROOM: u32 = 8 * 1024;
const SLOW_BITE: usize = 4 * 1024;
const SLOW_PAUSE: Duration = Duration::from_millis(20);

/// What one question came to.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) mark: String,
    /// The sandbox's number of the request whose answer began to come.
    pub(crate) number: Option<u64>,
    pub(crate) attempts: usize,
    pub(crate) end: End,
    /// Until the head of the answer was there.
    pub(crate) first: Option<Duration>,
    pub(crate) took: Duration,
    pub(crate) was_slow: bool,
}

/// How it ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Every word, the finish reason, `[DONE]`.
    Whole,
    /// An answer that had begun, and an event that tells what went wrong.
    Broke(String),
    /// The client went away.
    Left,
    /// Another status than 200, with a reason.
    Refused(String),
    /// Whatever must not be.
    Wrong(String),
}

/// One client, which asks again and again.
pub(crate) struct Client {
    pub(crate) port: u16,
    pub(crate) number: u32,
    pub(crate) round: u32,
    pub(crate) dice: Dice,
    /// Kept from one question to the next where nothing is left on it.
    pub(crate) stream: Option<TcpStream>,
}

/// What is known while an answer comes.
#[derive(Default)]
struct Coming {
    number: Option<u64>,
    attempts: usize,
    first: Option<Duration>,
}

impl Client {
    /// Asks until the time is over, at least once; the last answer is waited for.
    pub(crate) async fn run(mut self, until: Instant) -> Vec<Asked> {
        let mut all = Vec::new();
        // Not all at the same moment: a queue of the kernel that is full says nothing of the gateway.
        tokio::time::sleep(Duration::from_millis(u64::from(self.number) * 2)).await;
        loop {
            let question = Question::new(self.number, self.round, &mut self.dice);
            self.round += 1;
            let asked = self.ask_once(question).await;
            if let End::Wrong(why) | End::Refused(why) = &asked.end {
                say(&format!("soak: {} (request {:?}): {why}", asked.mark, asked.number));
            }
            all.push(asked);
            if Instant::now() >= until {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(self.dice.between(0, 50))).await;
        }
    }

    async fn ask_once(&mut self, question: Question) -> Asked {
        let (start, mut coming) = (Instant::now(), Coming::default());
        let kept = self.stream.take().filter(|_| question.manner != Manner::Slow);
        let ended = tokio::time::timeout(LIMIT, self.ask(&question, kept, start, &mut coming)).await;
        let end = match ended {
            Ok(Ok(end)) => end,
            Ok(Err(why)) => End::Wrong(why),
            Err(_) => End::Wrong(format!("no end after {LIMIT:?}")),
        };
        let Coming { number, attempts, first } = coming;
        let was_slow = question.manner == Manner::Slow;
        Asked { mark: question.mark, number, attempts, end, first, took: start.elapsed(), was_slow }
    }

    async fn ask(
        &mut self,
        question: &Question,
        kept: Option<TcpStream>,
        start: Instant,
        coming: &mut Coming,
    ) -> Outcome<End> {
        let mut stream = match kept {
            Some(stream) => stream,
            None => open(self.port, question.manner).await?,
        };
        let sent = stream.write_all(&question.request(self.port)).await;
        sent.map_err(|error| format!("a request could not be sent: {error}"))?;
        let mut unread = Vec::new();
        let reading = read_head(&mut stream, &mut unread);
        let end = match question.manner {
            Manner::LeavesEarly(after) => match tokio::time::timeout(after, reading).await {
                Err(_) => return Ok(End::Left),
                Ok(end) => end?,
            },
            _ => reading.await?,
        };
        let bytes: Vec<u8> = unread.drain(..end).collect();
        let head = Head::read(&bytes)?;
        (coming.number, coming.attempts, coming.first) = (head.number, head.attempts, Some(start.elapsed()));
        let mut left = Body::of(&bytes)?;
        if head.status != 200 {
            let mut body = Vec::new();
            left.feed(&unread, &mut body)?;
            return Ok(End::Refused(format!("{} {}", head.status, String::from_utf8_lossy(&body))));
        }
        if matches!(question.manner, Manner::LeavesEarly(_)) {
            return Ok(End::Left);
        }
        let (mut answer, mut body) = (Answer::default(), Vec::new());
        loop {
            let used = left.feed(&unread, &mut body)?;
            unread.drain(..used);
            let lines = body.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            for line in body.drain(..lines).as_slice().split_inclusive(|&byte| byte == b'\n') {
                answer.line(line, &head, question)?;
            }
            if matches!(question.manner, Manner::LeavesAfter(events) if answer.events >= events) {
                return Ok(End::Left);
            }
            if matches!(left, Body::Done) {
                break;
            }
            read(&mut stream, &mut unread, question.manner)
                .await
                .map_err(|why| format!("{why} after {} events, error {:?}", answer.events, answer.error))?;
        }
        if !unread.is_empty() || !body.is_empty() {
            return Err("bytes behind the end of the answer".to_owned());
        }
        let ended = answer.judge(&head, question)?;
        self.stream = Some(stream).filter(|_| question.manner != Manner::Slow);
        match ended {
            Ended::Whole => Ok(End::Whole),
            Ended::Broke => Ok(End::Broke(answer.error.unwrap_or_default())),
        }
    }
}

async fn open(port: u16, manner: Manner) -> Outcome<TcpStream> {
    let open = async {
        let socket = TcpSocket::new_v4()?;
        if manner == Manner::Slow {
            socket.set_recv_buffer_size(SLOW_ROOM)?;
        }
        let stream = socket.connect(([127, 0, 0, 1], port).into()).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    open.await.map_err(|error: std::io::Error| format!("no connection: {error}"))
}

/// Reads until the head is there and gives where it ends.
async fn read_head(stream: &mut TcpStream, unread: &mut Vec<u8>) -> Outcome<usize> {
    loop {
        if let Some(end) = http::head_end(unread) {
            return Ok(end);
        }
        read(stream, unread, Manner::Steady).await?;
    }
}

async fn read(stream: &mut TcpStream, unread: &mut Vec<u8>, manner: Manner) -> Outcome {
    let read = if manner == Manner::Slow {
        tokio::time::sleep(SLOW_PAUSE).await;
        let mut bite = [0; SLOW_BITE];
        stream.read(&mut bite).await.inspect(|&count| {
            unread.extend_from_slice(bite.get(..count).unwrap_or_default());
        })
    } else {
        stream.read_buf(unread).await
    };
    match read {
        Ok(0) => Err("the connection ended".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the connection broke: {error}")),
    }
}
