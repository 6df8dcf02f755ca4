//! Makes the program that `diegolint verify` puts into containers, which diegolint carries with it.
//!
//! It is linked statically, so that it runs in any image. Where that cannot be had, diegolint is built
//! without it, and `verify` says so.

use std::env;
use std::path::Path;
use std::process::Command;

const SOURCE: &str = "src/verify/inside";

fn main() {
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name: &str| env::var_os(name).unwrap_or_default();
    let program = Path::new(&variable("OUT_DIR")).join("inside");
    let made = variable("CARGO_CFG_TARGET_OS") == "linux" && {
        let mut rustc = Command::new(variable("RUSTC"));
        rustc.args(["--edition", "2024", "--crate-name", "inside"]);
        rustc.args([
            "-C",
            "opt-level=z",
            "-C",
            "panic=abort",
            "-C",
            "strip=symbols",
        ]);
        rustc.args(["-C", "target-feature=+crt-static", "-A", "dead_code"]);
        rustc.arg("--target").arg(variable("TARGET"));
        if let Some(linker) = env::var_os("RUSTC_LINKER") {
            let mut option = std::ffi::OsString::from("linker=");
            option.push(linker);
            rustc.arg("-C").arg(option);
        }
        rustc.arg("-o").arg(&program);
        rustc.arg(Path::new(SOURCE).join("main.rs"));
        rustc.status().is_ok_and(|status| status.success())
    };
    if !made && variable("CARGO_CFG_TARGET_OS") == "linux" {
        println!(
            "cargo::warning=diegolint verify will not work: its program for containers could not be \
             linked statically (on Debian, libc6-dev has what it needs)"
        );
    }
    if !made {
        std::fs::write(&program, []).expect("a file in OUT_DIR can be written");
    }
}
