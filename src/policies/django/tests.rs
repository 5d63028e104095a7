#![allow(clippy::unwrap_used)]
use super::*;
use crate::policies::Quoting;

fn found(text: &str) -> Found {
    let path = "none/site/settings.py";
    DjangoSettings.read(&SourceFile::of_text(Path::new(path), path, text))
}

fn texts_of(found: &Found) -> Vec<String> {
    found
        .policies
        .iter()
        .map(|p| p.written.text().to_owned())
        .collect()
}

fn policy(text: &str) -> String {
    texts_of(&found(text)).join(" | ")
}

#[test]
fn settings_up_to_3() {
    assert_eq!(
        policy(
            "CSP_DEFAULT_SRC = (\"'none'\",)\nCSP_CONNECT_SRC = [\"'self'\", 'https://a.test', env('API'), *MORE]\n\
             CSP_CONNECT_SRC += ('https://b.test',)\nCSP_CONNECT_SRC.append(f'https://{HOST}')\n\
             CSP_IMG_SRC = \"'self'\", 'data:'\nCSP_FONT_SRC = None\nCSP_UPGRADE_INSECURE_REQUESTS = True\n\
             CSP_INCLUDE_NONCE_IN = ['script-src']\n"
        ),
        "default-src 'none'; connect-src 'self' https://a.test {env('API')} {*MORE} https://b.test https://{HOST}; \
         img-src 'self' data:; font-src None; upgrade-insecure-requests"
            .replace("font-src None; ", "")
    );
    // The package has a default of its own.
    assert_eq!(
        policy("CSP_IMG_SRC = ('*',)"),
        "img-src *; default-src 'self'"
    );
    let report = found("CSP_DEFAULT_SRC = ['*']\nCSP_REPORT_ONLY = True");
    assert_eq!(report.policies[0].disposition, Disposition::Report);
    let unknown = found("CSP_DEFAULT_SRC = ['*']\nCSP_REPORT_ONLY = env.bool('X')");
    assert_eq!(unknown.policies[0].disposition, Disposition::Report);
}

#[test]
fn settings_from_4_on() {
    let text = "import csp.constants\nfrom csp.constants import NONE, SELF, UNSAFE_INLINE as INLINE\n\
        _connect = {'www.a.test', BASKET_URL}\n_default = {csp.constants.SELF}\n\
        if extra := config('X', default=''):\n    _default |= set(extra)\n\
        CONTENT_SECURITY_POLICY = {\n    'EXCLUDE_URL_PREFIXES': ['/admin'],\n    'DIRECTIVES': {\n        \
        'default-src': [SELF],\n        'connect-src': _default | _connect,\n        'style-src': [SELF, INLINE],\n        \
        'object-src': {NONE},\n        'report-uri': None,\n        'upgrade-insecure-requests': False if DEBUG else True,\n    },\n}\n\
        CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'] = ['data:']\n\
        CONTENT_SECURITY_POLICY_REPORT_ONLY = None\n\
        if report_uri:\n    CONTENT_SECURITY_POLICY_REPORT_ONLY = deepcopy(CONTENT_SECURITY_POLICY)\n    \
        CONTENT_SECURITY_POLICY_REPORT_ONLY['DIRECTIVES']['report-uri'] = report_uri\n    \
        CONTENT_SECURITY_POLICY_REPORT_ONLY['DIRECTIVES']['style-src'] -= {INLINE}\n";
    let found = found(text);
    let texts = texts_of(&found);
    assert_eq!(
        texts[0],
        "default-src 'self'; connect-src 'self' {a-later-change?} www.a.test {BASKET_URL}; \
         style-src 'self' 'unsafe-inline'; object-src 'none'; upgrade-insecure-requests; img-src data:"
            .replace("{a-later-change?}", "{_default|=set(extra)}")
    );
    assert!(
        texts[1].contains("style-src {'self'?} {'unsafe-inline'?}"),
        "{}",
        texts[1]
    );
    assert_eq!(found.policies[1].disposition, Disposition::Report);
    let at = |path: &str| found.routing.as_ref().unwrap().policies_at(path);
    assert_eq!(at("/"), [0, 1]);
    assert!(at("/admin/x").is_empty());
    assert_eq!(
        found.routing.as_ref().unwrap().shown(0).as_deref(),
        Some("all but /admin")
    );
    assert!(at("/static/sw.js").is_empty());
}

#[test]
fn settings_of_django_itself() {
    assert_eq!(
        policy(
            "from django.utils.csp import CSP\nSECURE_CSP = {'default-src': [CSP.SELF], \
             'script-src': [CSP.SELF, CSP.NONCE], 'connect-src': [CSP.SELF, 'https://a.test']}"
        ),
        "default-src 'self'; script-src 'self' {CSP.NONCE}; connect-src 'self' https://a.test"
    );
}

#[test]
fn production_decides() {
    let with = |code: &str| policy(&format!("CSP_DEFAULT_SRC = ['a']\n{code}"));
    for code in [
        "if DEBUG:\n    CSP_DEFAULT_SRC += ['ws:']",
        "if settings.DEBUG or TESTING:\n    CSP_DEFAULT_SRC.append('ws:')",
        "if ENVIRONMENT == 'development':\n    CSP_DEFAULT_SRC += ['ws:']",
        "if 'test' in sys.argv:\n    CSP_DEFAULT_SRC += ['ws:']",
        "if not DEBUG:\n    pass\nelse:\n    CSP_DEFAULT_SRC = []",
    ] {
        assert_eq!(with(code), "default-src a", "{code}");
    }
    for code in [
        "if not DEBUG:\n    CSP_DEFAULT_SRC += ['b']",
        "if env('STAGE') != 'local':\n    CSP_DEFAULT_SRC.extend(['b'])",
        "if DEBUG:\n    X = 1\nelif ENV == 'production':\n    CSP_DEFAULT_SRC += ['b']",
    ] {
        assert_eq!(with(code), "default-src a b", "{code}");
    }
    assert_eq!(
        with("if X:\n    CSP_DEFAULT_SRC += ['b']"),
        "default-src a {b?}"
    );
    assert_eq!(
        with("for x in y:\n    CSP_DEFAULT_SRC.append(x)"),
        "default-src a {x}"
    );
    assert_eq!(
        with("try:\n    from .local import *\nexcept ImportError:\n    pass"),
        "default-src a"
    );
    assert_eq!(with("CSP_DEFAULT_SRC = make()"), "default-src {make()}");
    // Only where something is set there is a policy.
    assert_eq!(
        policy("if env('CSP'):\n    CSP_DEFAULT_SRC = ['a']"),
        "{default-src:a?}"
    );
}

#[test]
fn a_policy_needs_its_middleware() {
    let with = |middleware: &str| {
        let found = found(&format!(
            "MIDDLEWARE = [{middleware}]\nCSP_DEFAULT_SRC = ['a']"
        ));
        let codes: Vec<_> = found.issues.iter().map(|i| i.code).collect();
        (found.policies.len(), codes)
    };
    assert_eq!(with("'csp.middleware.CSPMiddleware'"), (1, vec![]));
    assert_eq!(with("'a.B', *MORE"), (1, vec![]));
    assert_eq!(
        with("'django.middleware.security.SecurityMiddleware'"),
        (0, vec!["unsent-policy"])
    );
}

#[test]
fn lists_say_where_to_add() {
    let text = "BASE = [\"'self'\"]\nCSP_CONNECT_SRC = BASE + [\n    \"https://a.test\",\n]\n";
    let found = found(text);
    let written = &found.policies[0].written;
    let list = written.list("connect-src").unwrap();
    assert_eq!(
        &text[list.place.span.range()],
        "\n    \"https://a.test\",\n"
    );
    let elements: Vec<_> = list
        .elements
        .iter()
        .map(|e| &text[e.span.range()])
        .collect();
    assert_eq!(elements, ["\"https://a.test\""]);
    let start = written.text().find("https").unwrap();
    let (place, quoting) = written.exact_place_of(&(start..start + 14)).unwrap();
    assert_eq!(
        (&text[place.span.range()], quoting),
        ("https://a.test", Quoting::Backslash('"'))
    );
}

/// Files of a project, and what is read of one of them.
fn project(files: &[(&str, &str)], name: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let file = SourceFile::read(&folder.path().join(name), name).unwrap();
    texts_of(&DjangoSettings.read(&file))
}

#[test]
fn settings_in_several_files() {
    let files = [
        ("manage.py", ""),
        (
            "site/settings/base.py",
            "from .hosts import HOSTS\nCSP_DEFAULT_SRC = [\"'self'\"]\nCSP_CONNECT_SRC = [\"'self'\"] + HOSTS\n",
        ),
        (
            "site/settings/hosts.py",
            "HOSTS = ['https://h.test']\ndef more(x):\n    return [x, 'https://m.test']\n",
        ),
        (
            "site/settings/dev.py",
            "from .base import *\nCSP_CONNECT_SRC += ['ws:']\n",
        ),
        (
            "site/settings/production.py",
            "from site.settings.base import *\nfrom .hosts import more\nCSP_CONNECT_SRC += more('https://p.test')\n",
        ),
    ];
    assert_eq!(
        project(&files, "site/settings/production.py"),
        ["default-src 'self'; connect-src 'self' https://h.test https://p.test https://m.test"]
    );
    for other in ["base", "dev", "hosts"] {
        let name = format!("site/settings/{other}.py");
        assert_eq!(project(&files, &name), [""; 0], "{other}");
    }
    // Without one for production, what all have.
    let files = &files[..4];
    assert_eq!(
        project(files, "site/settings/base.py"),
        ["default-src 'self'; connect-src 'self' https://h.test"]
    );
}

#[test]
fn views_have_other_sources() {
    let files = [
        ("manage.py", ""),
        (
            "site/settings.py",
            "CSP_CONNECT_SRC = [\"'self'\"]\nCSP_DEFAULT_SRC = []",
        ),
        ("shop/views.py", "@csp_update(IMG_SRC='*')\ndef a(r): pass"),
        (
            "maps/views.py",
            "@csp_update(CONNECT_SRC='*')\ndef b(r): pass",
        ),
    ];
    let of = |files: &[(&str, &str)]| project(files, "site/settings.py").join("");
    assert_eq!(of(&files[..3]), "connect-src 'self'; default-src");
    assert_eq!(
        of(&files),
        "connect-src 'self' {maps/views.py}; default-src"
    );
}

#[test]
fn dictionaries_of_directives() {
    let of = |text: &str| {
        let path = "none/app/csp.py";
        texts_of(&PythonObjects.read(&SourceFile::of_text(Path::new(path), path, text)))
    };
    let text = "SELF = \"'self'\"\ndef _connect(config) -> list:\n    out = [SELF, 'https://a.test']\n    \
        out.extend([item for item in [config.get('x')] if item])\n    \
        if config.get('app.env') == Environment.development:\n        out.extend(['ws:'])\n    return out\n\
        def includeme(config):\n    config.add_settings({'csp': {\n        'default-src': [\"'none'\"],\n        \
        'connect-src': _connect(config),\n    }})\n";
    assert_eq!(
        of(text),
        [
            "default-src 'none'; connect-src 'self' https://a.test {[itemforitemin[config.get('x')]ifitem]}"
        ]
    );
    let talisman = "csp = {'default-src': \"'self'\", 'img-src': '*'}\ncsp['connect-src'] = ['a.test']\nTalisman(app, content_security_policy=csp)";
    assert_eq!(
        of(talisman),
        ["default-src 'self'; img-src *; connect-src a.test"]
    );
    let several =
        "A = {'default-src': '*', 'img-src': '*'}\nB = {'default-src': \"'self'\", 'img-src': '*'}";
    assert_eq!(of(several), [""; 0]);
}

proptest::proptest! {
    /// Any text is read, and its places lie in it.
    #[test]
    fn any_text_is_read(parts in proptest::collection::vec(0..PIECES.len(), 0..30)) {
        let text: String = parts.iter().map(|i| PIECES[*i]).collect();
        let path = "none/a/csp.py";
        let file = SourceFile::of_text(Path::new(path), path, &text);
        for found in [found(&text), PythonObjects.read(&file)] {
            for policy in found.policies {
                for place in policy.written.places() {
                    proptest::prop_assert!(text.get(place.span.range()).is_some());
                }
            }
        }
    }
}

const PIECES: [&str; 30] = [
    "CSP_CONNECT_SRC = ",
    "CSP_DEFAULT_SRC += ",
    "CONTENT_SECURITY_POLICY = {'DIRECTIVES': {",
    "CONTENT_SECURITY_POLICY['DIRECTIVES']['connect-src']",
    "SECURE_CSP = {",
    "'connect-src': ",
    "'default-src': ",
    "['é', ",
    "(\"'self'\",)",
    "f'https://{x}{{'",
    "]",
    "}",
    ", ",
    "\n",
    "    ",
    "if DEBUG:\n",
    "if x:\n    ",
    "else:\n    ",
    "for x in y:\n    ",
    "def f(a, b=1):\n    return ",
    "f(",
    ")",
    "from csp.constants import SELF\n",
    "SELF",
    "CSP.SELF",
    ".append(",
    " | ",
    " if y else ",
    "**x",
    "lambda: ",
];
