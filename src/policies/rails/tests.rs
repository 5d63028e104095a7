#![allow(clippy::unwrap_used)]
use super::*;
use crate::policies::Quoting;

const PATH: &str = "none/config/initializers/content_security_policy.rb";

fn found(text: &str) -> Found {
    RailsConfig.read(&SourceFile::of_text(Path::new(PATH), PATH, text))
}

fn texts(text: &str) -> Vec<String> {
    let found = found(text);
    found
        .policies
        .iter()
        .map(|p| p.written.text().to_owned())
        .collect()
}

/// The policy of a block with these statements.
fn policy(statements: &str) -> String {
    let text = format!(
        "Rails.application.config.content_security_policy do |policy|\n{statements}\nend\n"
    );
    texts(&text).join(" | ")
}

#[test]
fn which_files_it_is() {
    for (path, is) in [
        ("config/initializers/content_security_policy.rb", true),
        ("engines/a/config/initializers/csp.rb", true),
        ("config/environments/production.rb", true),
        ("config/application.rb", true),
        ("config/environments/development.rb", false),
        ("app/models/application.rb", false),
    ] {
        assert_eq!(RailsConfig.recognises(Path::new(path)), is, "{path}");
    }
}

#[test]
fn directives_are_mapped() {
    assert_eq!(
        policy(
            "policy.default_src :self, :https\npolicy.connect_src(:self, 'https://a.test', :data)\n\
             policy.script_src :self, :unsafe_inline, :wasm_unsafe_eval\npolicy.img_src false\n\
             policy.upgrade_insecure_requests true\npolicy.report_uri -> { uri }, ENV['URI'], \"https://#{HOST}/x\""
        ),
        "default-src 'self' https:; connect-src 'self' https://a.test data:; \
         script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; upgrade-insecure-requests; \
         report-uri {->uri} {ENV['URI']} https://{HOST}/x"
    );
}

#[test]
fn lists_are_put_together() {
    assert_eq!(
        policy(
            "hosts = %w[https://a.test https://b.test].freeze\nhosts += ['https://c.test']\nhosts << \"wss://d.test\"\n\
             hosts.push('x.test') if ENV['X']\npolicy.connect_src :self, *hosts, *more\n\
             policy.connect_src *policy.connect_src, 'https://e.test'"
        ),
        "connect-src 'self' https://a.test https://b.test https://c.test wss://d.test {x.test?} {*more} https://e.test"
    );
}

#[test]
fn production_decides() {
    let with = |code: &str| policy(&format!("policy.connect_src :self\n{code}"));
    let added = "policy.connect_src *policy.connect_src, 'ws://localhost:3035'";
    for code in [
        format!("{added} if Rails.env.development?"),
        format!("if Rails.env.test? || Rails.env.development?\n{added}\nend"),
        format!("unless Rails.env.production?\n{added}\nend"),
        format!("{added} if %w[development test].include?(Rails.env)"),
        format!("{added} if Rails.env == 'development'"),
        format!("if Rails.env.production?\n1\nelse\n{added}\nend"),
    ] {
        assert_eq!(with(&code), "connect-src 'self'", "{code}");
    }
    assert_eq!(
        with(&format!("{added} if ENV['X']")),
        "connect-src 'self' ws://localhost:3035{?}"
    );
    assert_eq!(
        with(&format!("{added} unless Rails.env.development?")),
        "connect-src 'self' ws://localhost:3035"
    );
}

#[test]
fn what_is_not_followed_is_a_hole() {
    assert_eq!(
        policy("policy.connect_src :self\nextend_policy(policy)"),
        "connect-src {connect-src}; {extend_policy}"
    );
    assert_eq!(
        policy("policy.connect_src *sources"),
        "connect-src {*sources}"
    );
    assert_eq!(
        policy(
            "policy.connect_src :self\nhosts.each do |host|\npolicy.connect_src *policy.connect_src, host\nend"
        ),
        "connect-src 'self' {host}"
    );
}

#[test]
fn a_policy_that_only_reports_and_one_that_is_a_comment() {
    let report = "Rails.application.configure do\n  config.content_security_policy do |p|\n    p.default_src :none\n  end\n\
                  config.content_security_policy_report_only = true\nend";
    let found = found(report);
    assert_eq!(found.policies[0].disposition, Disposition::Report);
    assert_eq!(found.policies[0].written.text(), "default-src 'none'");
    let comment = "# Rails.application.config.content_security_policy do |policy|\n#   policy.default_src :self\n# end\n";
    assert_eq!(texts(comment), [""; 0]);
}

#[test]
fn lists_say_where_to_add() {
    let text = "Rails.application.config.content_security_policy do |policy|\n  \
                policy.connect_src :self, \"https://a.test\"\n  policy.img_src(:self)\nend\n";
    let found = found(text);
    let written = &found.policies[0].written;
    let list = written.list("connect-src").unwrap();
    assert_eq!(list.style, ElementStyle::Symbols);
    assert_eq!(&text[list.place.span.range()], ":self, \"https://a.test\"");
    let elements: Vec<_> = list
        .elements
        .iter()
        .map(|e| (&text[e.span.range()], &written.text()[e.range.clone()]))
        .collect();
    assert_eq!(
        elements,
        [
            (":self", "'self'"),
            ("\"https://a.test\"", "https://a.test")
        ]
    );
    let slot = written.slot().unwrap();
    let at = slot.place.span.range().start;
    assert!(text[at..].starts_with("policy.connect_src"));
    assert_eq!(
        (slot.before.as_str(), slot.after.as_str()),
        ("policy.connect_src ", "\n  ")
    );
    let image = written.list("img-src").unwrap();
    assert_eq!(&text[image.place.span.range()], ":self");
    let start = written.text().find("https://a").unwrap();
    let (place, quoting) = written.exact_place_of(&(start..start + 14)).unwrap();
    assert_eq!(
        (&text[place.span.range()], quoting),
        ("https://a.test", Quoting::Backslash('"'))
    );
}

#[test]
fn hashes_of_secure_headers() {
    let with = |code: &str| {
        texts(&format!(
            "SecureHeaders::Configuration.default do |config|\n{code}\nend"
        ))
    };
    assert_eq!(
        with(
            "config.csp = { default_src: %w('self'), connect_src: %w('self' https://a.test wss://b.test), preserve_schemes: false }\n\
              config.csp[:connect_src] << ENV['X']"
        ),
        ["default-src 'self'; connect-src 'self' a.test wss://b.test {ENV['X']}"]
    );
    assert_eq!(
        with("config.csp = { preserve_schemes: true, connect_src: ['https://a.test'] }"),
        ["connect-src https://a.test"]
    );
    assert_eq!(with("config.csp = SecureHeaders::OPT_OUT"), [""; 0]);
    assert!(with("config.x_frame_options = 'DENY'")[0].starts_with("default-src https:;"));
    let words = "SecureHeaders::Configuration.default do |config|\n  config.csp = { preserve_schemes: true, connect_src: %w('self' a.test) }\nend";
    let found = found(words);
    let written = &found.policies[0].written;
    assert!(written.list("connect-src").is_none());
    let start = written.text().find("a.test").unwrap();
    let (place, quoting) = written.exact_place_of(&(start..start + 6)).unwrap();
    assert_eq!(
        (&words[place.span.range()], quoting),
        ("a.test", Quoting::Plain)
    );
}

#[test]
fn controllers_change_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let initializer = "config/initializers/csp.rb";
    write(
        initializer,
        "Rails.application.config.content_security_policy do |p|\n  p.connect_src :self\nend",
    );
    let text = || {
        let file = SourceFile::read(&folder.path().join(initializer), initializer).unwrap();
        let found = RailsConfig.read(&file);
        (
            found.policies[0].written.text().to_owned(),
            found.others.len(),
        )
    };
    assert_eq!(text(), ("connect-src 'self'".to_owned(), 0));
    write(
        "app/controllers/application_controller.rb",
        "class ApplicationController\n  content_security_policy do |policy|\n    \
         policy.connect_src *policy.connect_src, 'https://a.test'\n  end\nend",
    );
    assert_eq!(text(), ("connect-src 'self' https://a.test".to_owned(), 1));
    write(
        "app/controllers/api_controller.rb",
        "class ApiController\n  content_security_policy false\nend",
    );
    assert_eq!(text().0, "connect-src 'self' https://a.test");
    write(
        "app/controllers/maps_controller.rb",
        "class MapsController\n  content_security_policy only: :show do |p|\n    p.connect_src '*'\n  end\nend",
    );
    assert_eq!(
        text().0,
        "connect-src 'self' https://a.test {app/controllers/maps_controller.rb}"
    );
}

proptest::proptest! {
    /// Any text is read, and its places lie in it.
    #[test]
    fn any_text_is_read(parts in proptest::collection::vec(0..PIECES.len(), 0..24)) {
        let text: String = parts.iter().map(|i| PIECES[*i]).collect();
        for policy in found(&text).policies {
            for place in policy.written.places() {
                proptest::prop_assert!(text.get(place.span.range()).is_some());
            }
        }
    }
}

const PIECES: [&str; 26] = [
    "Rails.application.config.content_security_policy do |policy|\n",
    "SecureHeaders::Configuration.default do |config|\n",
    "config.csp = { connect_src: ",
    "config.csp[:connect_src] << ",
    "end\n",
    "}\n",
    "policy.connect_src ",
    "policy.default_src(",
    ")",
    ":self",
    "'é'",
    "\"https://#{x}\"",
    "%w(a 'b' ",
    "[",
    "]",
    ", ",
    "*policy.connect_src",
    "*hosts",
    "hosts = ",
    "hosts << ",
    "hosts += ",
    " if Rails.env.production?\n",
    "unless x\n",
    "else\n",
    "-> { ",
    "\n",
];
