//! Which files are not browser code: by path, and by what they import.
//!
//! One row per convention, with the reason that `--verbose` shows. The configuration's globs
//! (`browser`, `server`, `worker`, `test`) win over these tables.

use std::path::Path;

/// Why a file is not browser code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBrowser {
    /// The reason, for people.
    pub why: &'static str,
    /// It is code of a server: what sends the pages may stand in it.
    pub is_server: bool,
}

/// What a row looks for in the path below the root.
enum Look {
    /// A folder of this name.
    Folder(&'static str),
    /// These folders, one inside the other.
    Folders(&'static [&'static str]),
    /// A part between dots before the extension: `x.test.js`.
    Infix(&'static str),
    /// A file name without its extension.
    Stem(&'static str),
    /// The configuration of a tool: `vite.config.ts`. Others (`app.config.ts`) are code.
    ToolConfig,
    /// This folder somewhere above, and this file name without its extension.
    StemIn(&'static str, &'static str),
}

use Look::{Folder, Folders, Infix, Stem, StemIn, ToolConfig};

/// Tools whose configuration is called `tool.config.*`.
const TOOLS: &[&str] = &[
    "astro",
    "babel",
    "capacitor",
    "commitlint",
    "craco",
    "cypress",
    "drizzle",
    "esbuild",
    "eslint",
    "farm",
    "gatsby",
    "gridsome",
    "inngest",
    "jest",
    "karma",
    "knip",
    "lingui",
    "lint-staged",
    "metro",
    "next",
    "nuxt",
    "playwright",
    "postcss",
    "prettier",
    "prisma",
    "quasar",
    "react-router",
    "remix",
    "rolldown",
    "rollup",
    "rsbuild",
    "rspack",
    "size-limit",
    "snowpack",
    "stylelint",
    "svelte",
    "tailwind",
    "tsdown",
    "tsup",
    "uno",
    "unocss",
    "vite",
    "vitest",
    "vue",
    "vuepress",
    "wdio",
    "webpack",
    "windi",
    "wxt",
];

const ROWS: &[(Look, &str)] = &[
    // Jest, Vitest, Mocha, Playwright, Cypress.
    (Infix("test"), "a test (`*.test.*`)"),
    (Infix("spec"), "a test (`*.spec.*`)"),
    (Infix("tests"), "a test (`*.tests.*`)"),
    (Infix("e2e"), "a test (`*.e2e.*`)"),
    (Infix("cy"), "a Cypress test (`*.cy.*`)"),
    (Infix("bench"), "a benchmark (`*.bench.*`)"),
    (Folder("__tests__"), "a test (`__tests__/`)"),
    (Folder("test"), "a test (`test/`)"),
    (Folder("tests"), "a test (`tests/`)"),
    (Folder("spec"), "a test (`spec/`)"),
    (Folder("e2e"), "a test (`e2e/`)"),
    (Folder("__e2e__"), "a test (`__e2e__/`)"),
    (Folder("cypress"), "a Cypress test (`cypress/`)"),
    (Folder("playwright"), "a Playwright test (`playwright/`)"),
    // Stories and mocks.
    (Infix("stories"), "a story (`*.stories.*`)"),
    (Infix("story"), "a story (`*.story.*`)"),
    (Infix("mock"), "a mock (`*.mock.*`)"),
    (Infix("mocks"), "a mock (`*.mocks.*`)"),
    (Folder("__mocks__"), "a mock (`__mocks__/`)"),
    (Folder("__fixtures__"), "a test's data (`__fixtures__/`)"),
    (Folder("mocks"), "a mock (`mocks/`)"),
    (Folder("msw"), "a mock (`msw/`)"),
    (Folder("mirage"), "a mock (`mirage/`)"),
    (Stem("mockServiceWorker"), "a mock (MSW's worker)"),
    (Stem("setupTests"), "a test's set-up"),
    // Build tools.
    (
        ToolConfig,
        "a tool's configuration (`vite.config.*` and its like)",
    ),
    (Stem("webpack.base"), "a build tool's configuration"),
    (Stem("webpack.common"), "a build tool's configuration"),
    (Stem("webpack.dev"), "a build tool's configuration"),
    (Stem("webpack.development"), "a build tool's configuration"),
    (Stem("webpack.prod"), "a build tool's configuration"),
    (Stem("webpack.production"), "a build tool's configuration"),
    (Stem("gatsby-config"), "a build tool's configuration"),
    (Stem("gatsby-node"), "a build tool's configuration"),
    (Stem("Gruntfile"), "a build tool's configuration"),
    (Stem("gulpfile"), "a build tool's configuration"),
];

/// Code of servers. A test of it is a test.
const SERVERS: &[(Look, &str)] = &[
    (Infix("server"), "server code (`*.server.*`)"),
    (Stem("+server"), "a SvelteKit endpoint (`+server.*`)"),
    (
        StemIn("app", "route"),
        "a Next.js route handler (`app/**/route.*`)",
    ),
    (
        Folders(&["pages", "api"]),
        "a Next.js API route (`pages/api/`)",
    ),
    (Folders(&["server", "api"]), "a Nitro route (`server/api/`)"),
    (
        Folders(&["server", "routes"]),
        "a Nitro route (`server/routes/`)",
    ),
    (
        Folders(&["server", "middleware"]),
        "server middleware (`server/middleware/`)",
    ),
    (
        Folders(&["lib", "server"]),
        "SvelteKit's server code (`lib/server/`)",
    ),
    (Folders(&["netlify", "functions"]), "a Netlify function"),
    (
        Folders(&["netlify", "edge-functions"]),
        "a Netlify edge function",
    ),
    (
        Folders(&["supabase", "functions"]),
        "a Supabase edge function",
    ),
];

/// Every convention, for the reference: why a file is not browser code, by its path.
pub fn path_conventions() -> impl Iterator<Item = &'static str> {
    let mut seen = std::collections::HashSet::new();
    let all = ROWS.iter().chain(SERVERS).map(|(_, why)| *why);
    all.filter(move |why| seen.insert(*why))
}

/// Every import that tells that a file is not browser code, for the reference: the module, or
/// its prefix followed by `*`, and what it is.
pub fn import_conventions() -> impl Iterator<Item = (String, &'static str)> {
    let whole = IMPORTS.iter().map(|(name, why)| ((*name).to_owned(), *why));
    let prefixes = IMPORT_PREFIXES.iter();
    whole.chain(prefixes.map(|(prefix, why)| (format!("{prefix}*"), *why)))
}

/// Why a file is not browser code, by its path below the root.
pub fn classify(below_root: &Path) -> Option<NotBrowser> {
    let mut parts: Vec<_> = below_root.iter().map(|p| p.to_string_lossy()).collect();
    let file = parts.pop()?;
    let pieces: Vec<_> = file.split('.').collect();
    let stem = match pieces.as_slice() {
        [] | [_] => file.as_ref(),
        [stem @ .., _] => &file[..stem.iter().map(|s| s.len() + 1).sum::<usize>() - 1],
    };
    let infixes = pieces
        .get(1..pieces.len().saturating_sub(1))
        .unwrap_or_default();
    let folder = |name: &str| parts.iter().any(|p| p == name);
    let nested = |names: &[&str]| {
        parts
            .windows(names.len())
            .any(|w| w.iter().zip(names).all(|(a, b)| a == b))
    };
    let applies = |look: &Look| match look {
        Folder(name) => folder(name),
        Folders(names) => nested(names),
        Infix(infix) => infixes.contains(infix),
        Stem(wanted) => stem == *wanted,
        ToolConfig => TOOLS.contains(&pieces[0]) && pieces.get(1) == Some(&"config"),
        StemIn(above, wanted) => stem == *wanted && folder(above),
    };
    let all = [(ROWS, false), (SERVERS, true)];
    all.into_iter().find_map(|(rows, is_server)| {
        let (_, why) = rows.iter().find(|(look, _)| applies(look))?;
        Some(NotBrowser { why, is_server })
    })
}

/// Modules that only exist on a server or in a test. `path`, `events`, `buffer`, `url`, `util`,
/// `stream` and their like are not here: bundles carry them into browsers.
const IMPORTS: &[(&str, &str)] = &[
    ("fs", "Node's file system"),
    ("fs/promises", "Node's file system"),
    ("child_process", "Node's processes"),
    ("cluster", "Node's cluster"),
    ("dgram", "Node's sockets"),
    ("dns", "Node's resolver"),
    ("net", "Node's sockets"),
    ("tls", "Node's sockets"),
    ("http", "Node's server"),
    ("https", "Node's server"),
    ("http2", "Node's server"),
    ("worker_threads", "Node's threads"),
    ("readline", "Node's terminal"),
    ("repl", "Node's terminal"),
    ("async_hooks", "Node's hooks"),
    ("v8", "Node's engine"),
    ("inspector", "Node's inspector"),
    ("express", "a server framework"),
    ("koa", "a server framework"),
    ("fastify", "a server framework"),
    ("@hapi/hapi", "a server framework"),
    ("hono", "a server framework"),
    ("restify", "a server framework"),
    ("@nestjs/common", "a server framework"),
    ("@nestjs/core", "a server framework"),
    ("polka", "a server framework"),
    ("next/server", "Next.js's server"),
    ("next/headers", "Next.js's server"),
    ("server-only", "server code"),
    ("@sveltejs/kit/node", "SvelteKit's server"),
    ("h3", "Nitro's server"),
    ("nitropack", "Nitro's server"),
    ("inngest", "a job runner"),
    ("inngest/next", "a job runner"),
    ("@netlify/functions", "a Netlify function"),
    ("@vercel/node", "a Vercel function"),
    ("aws-lambda", "an AWS function"),
    ("firebase-functions", "a Firebase function"),
    ("firebase-admin", "Firebase's server"),
    ("@google-cloud/functions-framework", "a Google function"),
    ("node-fetch", "Node's fetch"),
    ("undici", "Node's fetch"),
    ("vitest", "a test"),
    ("@jest/globals", "a test"),
    ("@playwright/test", "a test"),
    ("playwright", "a test"),
    ("cypress", "a test"),
    ("mocha", "a test"),
    ("chai", "a test"),
    ("msw", "a mock"),
    ("msw/node", "a mock"),
    ("nock", "a mock"),
    ("puppeteer", "a browser's driver"),
    ("vite", "a build tool"),
    ("webpack", "a build tool"),
    ("rollup", "a build tool"),
    ("esbuild", "a build tool"),
];

/// Prefixes of such modules.
const IMPORT_PREFIXES: &[(&str, &str)] = &[
    ("node:", "a module of Node"),
    ("bun:", "a module of Bun"),
    ("cloudflare:", "a module of Cloudflare's runtime"),
    ("jsr:", "a module of Deno"),
    ("npm:", "a module of Deno"),
    ("https://deno.land/", "a module of Deno"),
    ("@testing-library/", "a test"),
    ("@storybook/", "a story"),
    ("storybook/", "a story"),
];

/// Why importing this means that a file is not browser code.
pub fn server_import(specifier: &str) -> Option<&'static str> {
    let whole = IMPORTS.iter().find(|(name, _)| *name == specifier);
    let prefix = || {
        IMPORT_PREFIXES
            .iter()
            .find(|(prefix, _)| specifier.starts_with(prefix))
    };
    whole.or_else(prefix).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventions_and_near_misses() {
        for path in [
            "a.test.ts",
            "src/a.spec.tsx",
            "__tests__/a.js",
            "test/a.js",
            "a/tests/b/c.js",
            "x.stories.jsx",
            "__mocks__/a.js",
            "vite.config.ts",
            "build/webpack.prod.js",
            "src/routes/api/+server.ts",
            "src/routes/+page.server.ts",
            "src/hooks.server.ts",
            "app/api/x/route.ts",
            "src/pages/api/x.ts",
            "netlify/functions/a.js",
            "supabase/functions/x/index.ts",
            "mockServiceWorker.js",
            "server/api/x.ts",
            "src/lib/server/auth/x.ts",
        ] {
            assert!(classify(Path::new(path)).is_some(), "{path}");
        }
        for path in [
            "src/contest/x.ts",
            "src/latest.js",
            "attest.ts",
            "test.js",
            "src/testing.ts",
            "src/server.ts",
            "src/components/server/x.ts",
            "config.js",
            "src/route.ts",
            "src/api/x.ts",
            "pages/index.tsx",
            "src/app/app.config.ts",
            "index.html",
            "a.min.js",
            "+page.ts",
            "src/spectrum/a.js",
        ] {
            assert!(classify(Path::new(path)).is_none(), "{path}");
        }
    }

    #[test]
    fn imports_of_servers() {
        assert!(server_import("node:path").is_some());
        assert!(server_import("express").is_some());
        for browser in [
            "path",
            "events",
            "react",
            "axios",
            "ws",
            "./http",
            "url",
            "buffer",
            "next/link",
        ] {
            assert!(server_import(browser).is_none(), "{browser}");
        }
    }
}
