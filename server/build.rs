//! Puts the built console into the program: every file of `dist/` plain, gzip and brotli, and
//! the Content-Security-Policy with the hashes of the page's inline scripts.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=../dist");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let dist = Path::new("../dist");
    let mut files = Vec::new();
    collect(dist, dist, &mut files);
    files.sort();

    let mut code = String::from("static ASSETS: &[Asset] = &[\n");
    let mut scripts = String::new();
    for (index, name) in files.iter().enumerate() {
        let plain = std::fs::read(dist.join(name)).expect("a file of dist/ can be read");
        if name == "index.html" {
            let page = String::from_utf8_lossy(&plain);
            scripts = inline_script_hashes(&page);
            all_there(&page, &files);
        }
        let save = |suffix: &str, bytes: &[u8]| {
            std::fs::write(out.join(format!("asset{index}{suffix}")), bytes).expect("OUT_DIR can be written");
        };
        save("", &plain);
        save(".gz", &gzip(&plain));
        save(".br", &brotli(&plain));
        let etag = hex::encode(&Sha256::digest(&plain)[..16]);
        writeln!(
            code,
            "Asset {{ path: {name:?}, kind: {:?}, immutable: {}, etag: \"\\\"{etag}\\\"\", \
             plain: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/asset{index}\")), \
             gzip: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/asset{index}.gz\")), \
             brotli: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/asset{index}.br\")) }},",
            kind(name),
            has_hash(name),
        )
        .expect("writing to a text");
    }
    code.push_str("];\n");
    writeln!(
        code,
        "const CONTENT_SECURITY: &str = \"default-src 'none'; script-src 'self'{scripts} 'wasm-unsafe-eval'; \
         style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'\";"
    )
    .expect("writing to a text");
    std::fs::write(out.join("assets.rs"), code).expect("OUT_DIR can be written");
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if path.is_dir() && !hidden {
            collect(root, &path, files);
        } else if let (false, Ok(name)) = (hidden, path.strip_prefix(root)) {
            files.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// Refuses a page that names a built file which is not there: Trunk was stopped half-way, and the
/// console would never start.
fn all_there(page: &str, files: &[String]) {
    for name in page.split(['"', '\'']).filter_map(|part| part.strip_prefix('/')) {
        let is_file = has_hash(name) && name.contains('.');
        assert!(
            !is_file || files.iter().any(|f| f == name),
            "dist/index.html names {name}, which is not in dist/: build the app again"
        );
    }
}

/// Trunk puts a hexadecimal hash of at least 8 digits between two `-`, `.` or `_`.
fn has_hash(name: &str) -> bool {
    name.split(['-', '.', '_', '/'])
        .any(|part| part.len() >= 8 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// The `'sha256-…'` sources of the page's inline scripts.
fn inline_script_hashes(page: &str) -> String {
    let mut sources = String::new();
    let mut rest = page;
    while let Some(at) = rest.find("<script") {
        rest = &rest[at..];
        let Some(open_end) = rest.find('>') else { break };
        let Some(close) = rest.find("</script>") else { break };
        let (tag, body) = (&rest[..open_end], &rest[open_end + 1..close]);
        if !tag.contains(" src=") && !body.is_empty() {
            write!(sources, " 'sha256-{}'", base64(&Sha256::digest(body.as_bytes())))
                .expect("writing to a text");
        }
        rest = &rest[close + 9..];
    }
    sources
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().enumerate().fold(0_u32, |n, (i, &b)| n | (u32::from(b) << (16 - 8 * i)));
        for i in 0..4 {
            let digit = ALPHABET[(number >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut out, 1 << 16, 11, 22);
    encoder.write_all(bytes).expect("writing to memory");
    drop(encoder);
    out
}
