//! Which files are looked at: by single words, so that most are not parsed again.

use std::path::Path;

/// What the code of every policy holds one of: the header, a package that sends it, a directive.
const WORDS: [&str; 17] = [
    "ecurity-Policy",
    "ecurity-policy",
    "ECURITY-POLICY",
    "ontentSecurityPolicy",
    "'helmet'",
    "\"helmet\"",
    "npm:helmet",
    "koa-helmet",
    "fastify/helmet",
    "fastify-helmet",
    "helmet-csp",
    "secureHeaders",
    "lusca",
    "connect-src",
    "connectSrc",
    "default-src",
    "defaultSrc",
];

/// Folders whose code sends nothing to users: examples, what was built or copied from elsewhere.
const FOLDERS: [&str; 17] = [
    "example",
    "examples",
    "sample",
    "samples",
    "fixtures",
    "benchmark",
    "benchmarks",
    "test-utils",
    "testing",
    "vendor",
    "third_party",
    "dist",
    "build",
    "out",
    "coverage",
    "templates",
    "node_modules",
];

/// Parts of names of files that only developers run, or that were built.
const PARTS: [&str; 6] = [
    "min",
    "dev",
    "development",
    "dev-server",
    "devserver",
    "config",
];

/// A file larger than this is a bundle, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// Whether the code of a file may set a policy, as far as words of it tell. `below_root`: its path
/// in the project, if that is known.
pub fn may_set_policy(below_root: &Path, text: &str) -> bool {
    text.len() <= MAX_SIZE
        && is_sent_to_users(below_root)
        && WORDS
            .iter()
            .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

fn is_sent_to_users(path: &Path) -> bool {
    let mut parts: Vec<_> = path.iter().map(|p| p.to_string_lossy()).collect();
    let file = parts.pop().unwrap_or_default().to_ascii_lowercase();
    let mut pieces: Vec<_> = file.split('.').collect();
    pieces.pop();
    // `csp.config.ts` is one, `vite.config.ts` is none.
    let tools = [
        "vite", "webpack", "rollup", "vitest", "rspack", "rsbuild", "vue",
    ];
    let is_dev = pieces.iter().enumerate().any(|(i, piece)| match *piece {
        "config" => i > 0 && tools.contains(&pieces[0]),
        piece => PARTS.contains(&piece) || piece.ends_with("devserver") || piece == "setupproxy",
    });
    !is_dev
        && !parts
            .iter()
            .any(|folder| FOLDERS.contains(&folder.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_places() {
        let may = |path: &str, text: &str| may_set_policy(Path::new(path), text);
        assert!(may(
            "server/index.js",
            "res.set('Content-Security-Policy', x)"
        ));
        assert!(may("a.ts", "import helmet from 'helmet';"));
        assert!(!may("a.tsx", "import { Helmet } from 'react-helmet';"));
        for path in [
            "examples/a.js",
            "dist/server.js",
            "src/dev-server.js",
            "config/webpackDevServer.config.js",
            "src/setupProxy.js",
            "server.dev.ts",
            "vite.config.ts",
            "a.min.js",
        ] {
            assert!(
                !may(path, "res.set('Content-Security-Policy', x)"),
                "{path}"
            );
        }
        assert!(may("src/csp.config.ts", "'connect-src'"));
    }
}
