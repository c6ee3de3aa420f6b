//! The laws on the seeds of the fuzz targets, on small changes of them, and on every input that once broke one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use openclaw_tests::laws;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// The files of a folder that may not be there, in the order of their names.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths: BTreeSet<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read(path).expect("a file"))).collect()
}

/// Checks a law; the input is named where it breaks.
#[track_caller]
fn check(target: &str, input: &str, data: &[u8]) {
    let outcome = std::panic::catch_unwind(|| laws::check(target, data));
    assert!(outcome.is_ok(), "{target} breaks on {input}: {:?}", String::from_utf8_lossy(data));
}

#[test]
fn every_law_has_a_target_and_seeds() {
    let laws: BTreeSet<_> = laws::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    let targets = files(&fuzz().join("fuzz_targets"));
    let targets: BTreeSet<_> =
        targets.iter().filter_map(|(name, _)| name.strip_suffix(".rs")).map(str::to_owned).collect();
    assert_eq!(targets, laws);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).expect("the manifest");
    for law in &laws {
        assert!(manifest.contains(&format!("name = \"{law}\"")), "`{law}` is no binary of fuzz/Cargo.toml");
        assert!(files(&fuzz().join("seeds").join(law)).len() >= 3, "`{law}` has no seeds");
    }
    for folder in ["seeds", "regressions"] {
        let Ok(entries) = fs::read_dir(fuzz().join(folder)) else { continue };
        for entry in entries {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            assert!(laws.contains(&name) || name.contains('.'), "fuzz/{folder}/{name} belongs to no target");
        }
    }
}

#[test]
fn seeds_keep_the_laws() {
    for (target, _) in laws::ALL {
        for (name, data) in files(&fuzz().join("seeds").join(target)) {
            check(target, &name, &data);
        }
    }
}

#[test]
fn inputs_that_broke_a_law_keep_it() {
    for (target, _) in laws::ALL {
        for (name, data) in files(&fuzz().join("regressions").join(target)) {
            check(target, &name, &data);
        }
    }
}

/// Every seed cut off at any byte, and with any byte gone or in the place of another.
#[test]
fn seeds_with_small_changes_keep_the_laws() {
    for (target, _) in laws::ALL {
        for (name, data) in files(&fuzz().join("seeds").join(target)) {
            let mut random = 0x2545_f491_4f6c_dd1d_u64;
            for round in 0..150 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let mut bytes = random.to_le_bytes().map(usize::from).into_iter();
                let mut pick = |below: usize| {
                    let byte = |next: Option<usize>| next.unwrap_or_default();
                    (byte(bytes.next()) << 8 | byte(bytes.next())) % below.max(1)
                };
                let (at, from) = (pick(data.len()), pick(data.len()));
                let mut changed = data.clone();
                match round % 3 {
                    0 => changed.truncate(at),
                    1 if !changed.is_empty() => drop(changed.remove(at)),
                    _ => {
                        if let (Some(to), Some(byte)) = (changed.get_mut(at), data.get(from)) {
                            *to = *byte;
                        }
                    }
                }
                check(target, &format!("{name}, round {round}"), &changed);
            }
        }
    }
}
