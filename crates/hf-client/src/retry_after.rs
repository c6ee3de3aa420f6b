//! The headers `Retry-After` and `Date`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Nobody waits longer than a day; more is a mistake of the server.
const MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads a `Retry-After` value: whole or decimal seconds (`20`, `1.5`, some providers add the unit: `1s`), or a date in
/// the one form HTTP still allows to be sent (`Sun, 06 Nov 1994 08:49:37 GMT`), counted from `now`.
///
/// `None` when it is neither. A date that has passed is zero; more than a day becomes a day.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use openclaw_hf_client::parse_retry_after;
///
/// let now = UNIX_EPOCH + Duration::from_secs(784_111_770);
/// assert_eq!(parse_retry_after("2", now), Some(Duration::from_secs(2)));
/// assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(7)));
/// assert_eq!(parse_retry_after("soon", now), None);
/// ```
pub fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let wait = match seconds(value) {
        Some(wait) => wait,
        None => {
            let at = parse_http_date(value)?;
            at.duration_since(now).unwrap_or(Duration::ZERO)
        }
    };
    Some(wait.min(MAX))
}

/// Reads a date in the one form that HTTP still allows to be sent: `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// `None` for any other text, and for what was before 1970.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use openclaw_hf_client::parse_http_date;
///
/// let read = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
/// assert_eq!(read, Some(UNIX_EPOCH + Duration::from_secs(784_111_777)));
/// assert_eq!(parse_http_date("yesterday"), None);
/// ```
pub fn parse_http_date(value: &str) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(date(value.trim())?))
}

fn seconds(value: &str) -> Option<Duration> {
    let digits = value.strip_suffix('s').unwrap_or(value);
    let is_decimal = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.len() <= 32;
    if !is_decimal {
        return None;
    }
    let seconds: f64 = digits.parse().ok()?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(MAX))
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(value: &str) -> Option<u64> {
    let (_, rest) = value.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day = number(parts.next()?, 2)?;
    let month = parts.next()?;
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .iter()
        .zip(1u64..)
        .find_map(|(name, number)| (*name == month).then_some(number))?;
    let year = number(parts.next()?, 4)?;
    let mut clock = parts.next()?.split(':');
    let (hour, minute, second) =
        (number(clock.next()?, 2)?, number(clock.next()?, 2)?, number(clock.next()?, 2)?);
    let valid = parts.next() == Some("GMT")
        && parts.next().is_none()
        && clock.next().is_none()
        && (1..=31).contains(&day)
        && year >= 1970
        && hour < 24
        && minute < 60
        && second <= 60;
    valid.then(|| ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

fn number(text: &str, digits: usize) -> Option<u64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Days from 1970-01-01 in the Gregorian calendar; `year` is 1970 or later.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years begin in March here, so that the leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before_year = year * 365 + year / 4 - year / 100 + year / 400;
    let before_month = (153 * month + 2) / 5;
    before_year + before_month + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected_ms: Option<u64>) {
        // 2026-03-01 00:00:00
        let now = UNIX_EPOCH + Duration::from_secs(1_772_323_200);
        assert_eq!(parse_retry_after(value, now), expected_ms.map(Duration::from_millis), "{value}");
    }

    #[test]
    fn seconds_are_read() {
        check("0", Some(0));
        check(" 20 ", Some(20_000));
        check("1.5", Some(1_500));
        check("1s", Some(1_000));
        check("99999999999999999999999", Some(86_400_000));
    }

    #[test]
    fn dates_are_read() {
        check("Sun, 01 Mar 2026 00:00:05 GMT", Some(5_000));
        check("Sat, 28 Feb 2026 23:59:59 GMT", Some(0));
        check("Sun, 01 Mar 2026 23:00:00 GMT", Some(82_800_000));
        check("Tue, 29 Feb 2028 00:00:00 GMT", Some(86_400_000));
        let leap = UNIX_EPOCH + Duration::from_secs(1_835_395_200);
        assert_eq!(parse_retry_after("Tue, 29 Feb 2028 00:00:09 GMT", leap), Some(Duration::from_secs(9)));
        assert_eq!(date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    }

    #[test]
    fn anything_else_is_not() {
        for value in [
            "",
            "-1",
            "soon",
            "inf",
            "nan",
            "1e9",
            "1.2.3",
            ".",
            "s",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 32 Nov 2026 08:49:37 GMT",
            "Sun, 06 Nox 2026 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, 06 Nov 2026 24:49:37 GMT",
        ] {
            check(value, None);
        }
    }
}
