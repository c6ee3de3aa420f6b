//! The table, on the terminal and in the page.

use std::path::Path;
use std::process::Command;

use super::{Column, Scenarios, Verdict};
use crate::process::Outcome;

/// A row a scenario, a column a client or release, as Markdown that can be read as it is.
pub(super) fn table(scenarios: &Scenarios, columns: &[Column]) -> String {
    let mut rows = vec![vec!["scenario".to_owned()], vec!["version".to_owned()]];
    for column in columns {
        rows[0].push(column.client.clone());
        rows[1].push(column.version.clone());
    }
    for (index, (name, what)) in scenarios.iter().enumerate() {
        let cell = |column: &Column| {
            match column.verdicts.get(index) {
                Some(Verdict::Ok) => "ok",
                Some(Verdict::Fails(_)) => "FAILS",
                Some(Verdict::Lacks) | None => "-",
            }
            .to_owned()
        };
        rows.push([format!("{name}: {what}")].into_iter().chain(columns.iter().map(cell)).collect());
    }
    let widths: Vec<_> = (0..=columns.len())
        .map(|at| {
            rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!(" {cell:<width$} |"));
        text += &format!("|{}\n", cells.collect::<String>());
        if at == 0 {
            let rules = widths.iter().map(|width| format!("{}|", "-".repeat(width + 2)));
            text += &format!("|{}\n", rules.collect::<String>());
        }
    }
    text
}

/// A line each, as a list; what is cut off is in the logs.
pub(super) fn failures(scenarios: &Scenarios, columns: &[Column]) -> String {
    let mut text = String::new();
    for column in columns {
        for ((name, _), verdict) in scenarios.iter().zip(&column.verdicts) {
            if let Verdict::Fails(why) = verdict {
                let why: String = why.replace('\n', " ").chars().take(400).collect();
                text += &format!("- {}, {name}: {why}\n", column.client);
            }
        }
    }
    text
}

/// Puts the table and its date between the page's marks.
pub(super) fn write(path: &Path, scenarios: &Scenarios, columns: &[Column]) -> Outcome {
    let output = Command::new("date").args(["-u", "+%F"]).output();
    let date = output.map_err(|error| format!("`date` could not be started: {error}"))?.stdout;
    let failures = failures(scenarios, columns);
    let body = format!(
        "\n{}\n{failures}{}Run on {}.\n\n",
        table(scenarios, columns),
        if failures.is_empty() { "" } else { "\n" },
        String::from_utf8_lossy(&date).trim()
    );
    crate::page::put(path, "interop", &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::SCENARIOS;

    fn columns() -> [Column; 2] {
        let mut verdicts = vec![Verdict::Lacks; SCENARIOS.len()];
        verdicts[0] = Verdict::Ok;
        verdicts[2] = Verdict::Fails("two\nlines".to_owned());
        let column = |client: &str, verdicts| Column {
            client: client.to_owned(),
            version: "1.2.3".to_owned(),
            verdicts,
        };
        [column("a", verdicts), column("b", vec![Verdict::Ok; SCENARIOS.len()])]
    }

    #[test]
    fn a_row_a_scenario() {
        let table = table(SCENARIOS, &columns());
        let rows: Vec<Vec<_>> =
            table.lines().map(|line| line.split('|').map(str::trim).skip(1).take(3).collect()).collect();
        assert_eq!(rows.len(), SCENARIOS.len() + 3);
        assert_eq!(rows[0], ["scenario", "a", "b"]);
        assert_eq!(rows[2], ["version", "1.2.3", "1.2.3"]);
        assert_eq!(rows[3], ["models: lists the alias and the refs", "ok", "ok"]);
        assert_eq!(rows[4][1..], ["-", "ok"]);
        assert_eq!(rows[5][1..], ["FAILS", "ok"]);
    }

    #[test]
    fn a_line_a_failure() {
        assert_eq!(failures(SCENARIOS, &columns()), "- a, chat: two lines\n");
    }
}
