"""The cases: hand-written rows for every rule of policies and matching, then seeded random ones.

A group is a document's policies and what it requests. The same groups come out of every run.
"""

# fmt: off
import dataclasses
import random

FETCH = "fetch"
XHR = "XMLHttpRequest.open"
SOCKET = "WebSocket"
EVENTS = "EventSource"
BEACON = "navigator.sendBeacon"
PING = "a[ping]"
PRELOAD = "link[rel=preload]"
IMPORT = "import"
TRANSPORT = "WebTransport"
LATER = "fetchLater"
CACHE = "Cache.add"

# Take any URL, on any page.
EVERYWHERE = [FETCH, XHR, EVENTS, BEACON, PING, PRELOAD, IMPORT]
# Exist in secure contexts only.
SECURE = [TRANSPORT, LATER, CACHE]

HTTPS = "https://page.test"
HTTP = "http://page.test"
HTTPS_PORT = "https://page.test:8443"
HTTP_PORT = "http://page.test:8080"

# A policy with default-src must still let page.js run.
SCRIPT = "; script-src 'unsafe-inline'"


@dataclasses.dataclass(frozen=True)
class Group:
    """A document: where it is, its policies, and the (API, URL) pairs that it requests."""

    page: str
    headers: tuple
    cases: tuple
    report_only: tuple = ()
    meta: tuple = ()


def groups():
    """All groups."""
    return [*written(), *generated()]


def group(page, policy, requests, **more):
    """A group from one policy or several and a dictionary from API or APIs to URLs."""
    headers = (policy,) if isinstance(policy, str) else tuple(policy)
    cases = []
    for apis, urls in requests.items():
        for api in (apis,) if isinstance(apis, str) else apis:
            for url in (urls,) if isinstance(urls, str) else urls:
                if (api, url) not in cases:
                    cases.append((api, url))
    return Group(page, headers, tuple(cases), **more)


def fetches(page, policy, *urls, **more):
    """A group that only fetches."""
    return group(page, policy, {FETCH: urls}, **more)


def each(page, sources, *urls):
    """A group per connect-src source list, each of which fetches all the URLs."""
    return [fetches(page, f"connect-src {source}", *urls) for source in sources]


def written():
    """The rows that were written by hand."""
    yield from text_rows()
    yield from list_rows()
    yield from fallback_rows()
    yield from meta_rows()
    yield from expression_rows()
    yield from keyword_rows()
    yield from ascii_rows()
    yield from star_rows()
    yield from scheme_rows()
    yield from host_rows()
    yield from address_rows()
    yield from port_rows()
    yield from path_rows()
    yield from self_rows()
    yield from sandbox_rows()
    yield from upgrade_rows()
    yield from api_rows()
    yield from url_rows()


def text_rows():
    """From text to directives: white space, case, duplicates, mistakes in names."""
    urls = ("https://a.test/x", "https://b.test/x")
    for policy in (
        "connect-src https://a.test",
        "CONNECT-SRC https://a.test",
        "Connect-Src\thttps://a.test\t",
        "  ;; connect-src   https://a.test  ;;",
        ";",
        "connect-src https://a.test; connect-src https://b.test",
        "connect-src https://a.test; CONNECT-SRC *",
        "connect-src; connect-src https://a.test",
        "connect-src: https://a.test",
        "connect-src=https://a.test",
        "connect-src, https://a.test",
        "connect-srchttps://a.test",
        "connect-src https://a.test; default-src 'none'" + SCRIPT,
        "connect-src-elem https://a.test",
        "xhr-src https://a.test",
        "img-src 'none'",
        "connect-src https://a.test https://a.test https://b.test",
        "connect-src HTTPS://A.TEST",
        "connect-src 'https://a.test'",
        'connect-src "https://a.test"',
        "connect-src <https://a.test>",
        "connect-src https://a.test\\",
        "connect-src a.test;b.test",
        "\"connect-src https://a.test\"",
        "'connect-src' https://a.test",
        "; connect-src\thttps://a.test \t https://c.test",
        "connect-src https://a.test\u00a0https://b.test",
    ):
        yield fetches(HTTPS, policy, *urls)


def list_rows():
    """Several policies, and report-only ones."""
    urls = ("https://a.test/x", "https://b.test/x", "https://c.test/x")
    one, two = "connect-src https://a.test", "connect-src https://b.test"
    both = "connect-src https://a.test https://b.test"
    yield fetches(HTTPS, [one, both], *urls)
    yield fetches(HTTPS, [one, two], *urls)
    yield fetches(HTTPS, f"{one}, {both}", *urls)
    yield fetches(HTTPS, f"{both},{two}", *urls)
    yield fetches(HTTPS, f",, {one} ,", *urls)
    yield fetches(HTTPS, "connect-src https://a.test/x,y", *urls)
    yield fetches(HTTPS, "connect-src https://a.test/x%2Cy", "https://a.test/x,y", "https://a.test/x%2Cy", "https://a.test/x")
    yield fetches(HTTPS, [both, "img-src *"], *urls)
    yield fetches(HTTPS, [both, ""], *urls)
    yield fetches(HTTPS, [], *urls, report_only=(one,))
    yield fetches(HTTPS, [both], *urls, report_only=(one,))
    yield fetches(HTTPS, [one], *urls, report_only=(both,))
    yield fetches(HTTPS, [one], *urls, report_only=(f"{both}, {two}", "default-src 'none'"))
    yield fetches(HTTPS, [], *urls, report_only=("connect-src 'none'; sandbox",))
    yield fetches(HTTPS, [], *urls)


def fallback_rows():
    """Which directive governs, and 'none'."""
    urls = ("https://a.test/x", HTTPS + "/x", "x")
    for policy in (
        "default-src https://a.test" + SCRIPT,
        "default-src 'none'" + SCRIPT,
        "default-src 'self'" + SCRIPT,
        "default-src *" + SCRIPT,
        "default-src" + SCRIPT,
        "default-src 'none'; connect-src https://a.test" + SCRIPT,
        "default-src https://a.test; connect-src" + SCRIPT,
        "default-src https://a.test; connect-src 'none'" + SCRIPT,
        "default-src https://a.test; default-src *" + SCRIPT,
        "default-src https://a.test; connect-src: 'none'" + SCRIPT,
        "connect-src",
        "connect-src 'none'",
        "connect-src 'NONE'",
        "connect-src none",
        "connect-src 'none' 'none'",
        "connect-src 'none' https://a.test",
        "connect-src https://a.test 'none'",
        "connect-src 'none' 'self'",
        "connect-src 'none' bad_host.test",
        "child-src 'none'; worker-src 'none'; form-action 'none'",
    ):
        yield fetches(HTTPS, policy, *urls)
    yield group(HTTPS, "default-src https://a.test" + SCRIPT, {
        tuple(EVERYWHERE): ("https://a.test/y", "https://b.test/y"),
        SOCKET: ("wss://a.test/y", "wss://b.test/y"),
        tuple(SECURE): ("https://a.test/y", "https://b.test/y"),
    })


def meta_rows():
    """Policies in <meta>."""
    urls = ("https://a.test/x", "https://b.test/x", "https://c.test/x")
    one, both = "connect-src https://a.test", "connect-src https://a.test https://b.test"
    yield fetches(HTTPS, [], *urls, meta=(one,))
    yield fetches(HTTPS, [both], *urls, meta=(one,))
    yield fetches(HTTPS, [one], *urls, meta=(both,))
    yield fetches(HTTPS, [], *urls, meta=(one, both))
    yield fetches(HTTPS, [], *urls, meta=(f"{both}, {one}",))
    yield fetches(HTTPS, [], *urls, meta=("connect-src https://a.test/x,y",))
    yield fetches(HTTPS, [], *urls, meta=("\n\tconnect-src\n\thttps://a.test\n\thttps://b.test\n",))
    yield fetches(HTTPS, [], *urls, meta=("connect-src\fhttps://a.test\rhttps://b.test",))
    yield fetches(HTTPS, [], *urls, meta=("\u00a0connect-src https://a.test",))
    yield fetches(HTTPS, [], *urls, meta=("connect-src\u000bhttps://a.test",))
    yield fetches(HTTPS, [], *urls, meta=("default-src 'none'; connect-src https://a.test" + SCRIPT,))
    yield fetches(HTTPS, [], *urls, meta=("frame-ancestors 'none'; report-uri /r; sandbox; " + one,))
    yield fetches(HTTPS, [one], *urls, meta=("upgrade-insecure-requests",))
    yield fetches(HTTPS, [], *urls, meta=(both,), report_only=(one,))
    yield fetches(HTTPS, [], *urls, meta=("connect-src https://bücher.test https://a.test",))


def expression_rows():
    """The grammar of source expressions; what is not one is dropped."""
    for source in (
        "my_host.test", "*.my_host.test", "a..test", ".test", "a.test.", "*.", "*", "**", "*.*", "a.*", "*a.test",
        "a.*.test", "*.a.test", "*.a.test.", "-a.test", "a-.test", "a.test:", "a.test:x", "a.test:80x", "a.test:-1",
        "a.test:0", "a.test:000443", "a.test:443", "a.test:99999", "a.test:*", "a.test:**", "*:*", "*:443", ":443",
        "https:a.test", "https:/a.test", "https:///a.test", "https://", "https:", "https", "https:*", "https://*",
        "https://*.a.test", "https://*.", "https://*:", "//a.test", "/", "/x", "x", "a.test/", "a.test//", "a.test/x",
        "1https://a.test", "+https://a.test", "ht_tps://a.test", "h://a.test", "h2+a-b.c:", "1h:", "https://a.test@b.test",
        "https://u:p@a.test", "a.test?x", "a.test#x", "a.test:443?x", "a.test/?x", "a.test/x?y", "a.test/x#y", "a.test/#",
        "a.test:443#", "https://a.test?", "%61.test", "a%2Etest", "a.test/%", "a.test/%zz", "a.test/x%", "A.TEST:443",
        "xn--bcher-kva.test", "https://XN--BCHER-KVA.test", "a", "localhost", "1.2.3.4", "1.2.3", "~a.test", "a.test,b.test",
    ):
        yield fetches(
            HTTPS, f"connect-src {source}",
            "https://a.test/x", "https://a.test/", "https://s.a.test/x", "https://bücher.test/",
        )
    yield fetches(HTTPS, "connect-src my_host.test https://a.test a_b:", "https://a.test/x", "https://my_host.test/x")
    yield fetches(HTTPS, "connect-src https://*.a_b.test", "https://x.a_b.test/x")
    yield fetches(HTTPS, "connect-src *.test", "https://my_host.test/", "https://a.b.c.test/", "https://test/")


def keyword_rows():
    """Keywords, nonces and hashes, quoted well and badly."""
    for source in (
        "'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'", "'report-sample'", "'wasm-unsafe-eval'",
        "'unsafe-hashes'", "'unsafe-webtransport-hashes'", "'unsafe-allow-redirects'", "'nonce-abc'", "'sha256-YWJj'",
        "'report-sha256'", "'strict-dynamic' https://a.test", "'unsafe-inline' https://a.test", "'nonce-abc' https://a.test",
        "'unknown' https://a.test", "self", "'self", "self'", "\"self\"", "'SELF'", "'Self'", "none", "'self' 'none'",
        "`self`", "''", "'self''", "self https://a.test", "'self';",
    ):
        yield fetches(HTTPS, f"connect-src {source}", "https://a.test/x", "x", "https://self/", "https://none/")
    yield group(HTTPS, "connect-src 'strict-dynamic' 'nonce-abc' https://a.test", {
        (XHR, IMPORT, PRELOAD): ("https://a.test/k", "https://b.test/k"), SOCKET: "wss://a.test/k",
    })


def ascii_rows():
    """A directive with a character outside ASCII is no directive."""
    urls = ("https://a.test/x", "https://b.test/x", "https://bücher.test/x", "x")
    for policy in (
        "connect-src 'self' https://bücher.test",
        "connect-src https://a.test https://xn--bcher-kva.test",
        "connect-src https://a.test/ü",
        "connect-src ‘self’ https://a.test",
        "connect-src https://a.test; default-src ü 'none'" + SCRIPT,
        "default-src https://a.test; connect-src 'self' ü" + SCRIPT,
        "connect-src ü; connect-src https://a.test",
        "connect-src https://a.test; connect-src ü",
        "connect-src\u3000https://a.test",
        "cönnect-src 'none'; connect-src https://a.test",
        "connect–src https://a.test",
        "img-src ü; connect-src https://a.test",
        "default-src https://a.test; connect-src ü; connect-src *" + SCRIPT,
        "default-src ü; default-src 'none'",
    ):
        yield fetches(HTTPS, policy, *urls)
    yield fetches(HTTPS, ["connect-src ü", "connect-src https://a.test"], *urls)
    yield fetches(HTTPS, "connect-src ü, connect-src https://a.test", *urls)


def schemes(page):
    """Requests of every scheme. A blob URL of another origin is refused before any policy."""
    web = ["http://a.test/x", "https://a.test/x", "ws://a.test/x", "wss://a.test/x", "x"]
    local = ["data:text/plain,x", f"blob:{page}/0"]
    other = ["custom://a.test/x", "filesystem:https://page.test/temporary/x", "about:blank", "file:///x", "ftp://a.test/x"]
    return {FETCH: [*web, *local, *other], SOCKET: [*web, "ftp://a.test/x"], XHR: [*web, *local]}


def star_rows():
    """`*` and every scheme."""
    for page in (HTTPS, HTTP):
        for source in ("*", "* data:", "* blob:", "* ws:", "*:*", "'none'"):
            yield group(page, f"connect-src {source}", schemes(page))


def scheme_rows():
    """Scheme sources, and the schemes of host sources."""
    sources = ["http:", "https:", "ws:", "wss:", "data:", "blob:", "filesystem:", "custom:", "file:", "HTTPS:", "WSS:"]
    sources += ["http://a.test", "https://a.test", "ws://a.test", "wss://a.test", "a.test"]
    sources += ["custom://a.test", "custom://*", "ftp:", "ftp://a.test", "ftp://a.test:21", "ftp://*", "file://*"]
    sources += ["http://*", "https://*", "ws://*", "wss://*", "http: https:", "https: wss:", "http://a.test ws://a.test"]
    for page in (HTTPS, HTTP):
        for source in sources:
            yield group(page, f"connect-src {source}", schemes(page))


def host_rows():
    """Hosts: wildcards, case, trailing dots."""
    urls = ["https://a.test/", "https://s.a.test/", "https://t.s.a.test/", "https://xa.test/", "https://a.test.evil/"]
    urls += ["https://A.Test/", "https://a.test./", "https://s.a.test./", "https://test/", "https://a.tes/"]
    sources = ["a.test", "*.a.test", "*.A.TEST", "a.test.", "*.a.test.", "*.s.a.test", "*.test", "s.a.test", "test"]
    yield from each(HTTPS, sources, *urls)
    yield from each(HTTPS, ["*.page.test", "page.test", "*.test"], "x", "https://s.page.test/", "https://page.test./x")


def address_rows():
    """IPv4 and IPv6 literals."""
    urls = ["http://127.0.0.1/", "http://127.1/", "http://0x7f.0.0.1/", "http://2130706433/", "http://1.2.3.4:8080/"]
    urls += ["http://[::1]/", "http://[::1]:8080/", "http://[0:0::1]/", "http://localhost/"]
    sources = ["127.0.0.1", "http://127.0.0.1", "127.1", "2130706433", "*.0.0.1", "*.1", "http://1.2.3.4:8080", "1.2.3.4:*"]
    sources += ["[::1]", "http://[::1]", "http://[::1]:8080", "[::1]:*", "http://*", "http://*:*", "http:", "*", "*:*"]
    sources += ["*:8080", "localhost", "'self'"]
    yield from each(HTTP, sources, *urls)
    for page in ("http://127.0.0.1", "http://[::1]", "http://localhost:8080"):
        for source in ("'self'", "127.0.0.1", "http://[::1]", "localhost:*", "*"):
            requests = {FETCH: ["x", *urls], SOCKET: ["x", "ws://127.0.0.1/x", "ws://[::1]/x"]}
            yield group(page, f"connect-src {source}", requests)


def port_rows():
    """Ports: defaults, wildcards, upgrades."""
    hosts = ["a.test", "a.test:80", "a.test:443", "a.test:8080", "a.test:*", "a.test:81"]
    ports = ["", ":80", ":443", ":8080", ":81", ":0"]
    for page in (HTTPS, HTTP):
        for host in hosts:
            for scheme in ("", "http://", "https://", "ws://", "wss://"):
                urls = [f"{s}://a.test{port}/" for s in ("http", "https") for port in ports]
                sockets = [f"{s}://a.test{port}/" for s in ("ws", "wss") for port in ports[:4]]
                plain = scheme in ("", "http://", "https://")
                requests = {FETCH: urls, SOCKET: sockets[:2]} if plain else {FETCH: urls[:2], SOCKET: sockets}
                yield group(page, f"connect-src {scheme}{host}", requests)


def path_rows():
    """Paths: prefixes, exact ones, percent-encoding."""
    paths = ["", "/", "/v1", "/v1/", "/v1/x", "/v1/x/y", "/v1x", "/V1", "/v1?q", "/v1/?q=/v1", "/v1#f", "/%76%31"]
    paths += ["/v1%2Fx", "/v1%2fx", "/v1/%78", "/v1//x", "//v1", "/v1/../v1/x", "/v1/./x", "/v1/%2e%2e/x", "/v1;x"]
    urls = ["https://a.test" + path for path in paths]
    sources = ["", "/", "/v1", "/v1/", "/v1/x", "/v1/x/", "/%76%31", "/%76%31/", "/v1%2Fx", "/v1%2fx", "/v1%2F", "//v1"]
    sources += ["/v1//x", "/v1//", "/v1?q", "/v1/?q", "/v1#f", "/?", "/v1/../v1/x", "/v1/./x", "/v1/%2e%2e/x", "/v1%3Bx"]
    sources += ["/*", "/v1/*", "/v1*", "/V1", "/v1%", "/v1/%zz", "/%", "/v1/%00"]
    yield from each(HTTPS, ["https://a.test" + path for path in sources], *urls)
    odd = ["%7C", "|", "^", "[", "]", "{", "}", '"', "<", ">", "`", "~", "!", "$", "&", "'", "(", ")", "+", "=", ":", "@"]
    odd += ["\\", "%25", "%2525", "%20", "%3F", "%23", "%C3%BC", "%FC", "%ff", "*", "_", "-", "."]
    for one in odd:
        urls = [f"https://a.test/p{one}q", f"https://a.test/p{one}q/r", "https://a.test/pq", "https://a.test/p"]
        yield from each(HTTPS, [f"https://a.test/p{one}q"], *urls)
    words = ["/p%20q", "/p q", "/pü", "/p%C3%BC", "/p%FC", "/p+q", "/p%25", "/p%2525", "/p%3Fq", "/p%23q", "/p,q", "/p;q"]
    paths = ["/p%20q", "/p%C3%BC", "/p%FC", "/p+q", "/p%2Bq", "/p%25", "/p%2525", "/p%3Fq", "/p%23q", "/p%2Cq", "/p%3Bq"]
    yield from each(HTTPS, ["https://a.test" + path for path in paths], *("https://a.test" + word for word in words))
    yield from each(HTTPS, ["https://page.test/site/", "page.test/site/x", "/site/", "page.test/"], "x", "/x", "?q", "#f", "")
    yield group(HTTPS, "connect-src wss://a.test/s/", {SOCKET: ["wss://a.test/s/x", "wss://a.test/x", "wss://a.test/s?q"]})


def self_rows():
    """'self' on every kind of origin."""
    urls = [f"{s}://{h}{p}/" for s in ("http", "https") for h in ("page.test", "s.page.test") for p in ("", ":8080", ":8443")]
    urls += ["https://page.test:80/", "http://page.test:443/", "https://page.test./", "data:,x", "x", "/", "//page.test/"]
    sockets = [f"{s}://page.test{p}/" for s in ("ws", "wss") for p in ("", ":80", ":443", ":8080", ":8443")] + ["x"]
    pages = (HTTPS, HTTP, HTTPS_PORT, HTTP_PORT, "https://page.test.", "https://PAGE.test", "https://s.page.test")
    for page in (*pages, "https://xn--bcher-kva.test"):
        own = [f"blob:{page}/0", "https://bücher.test/"]
        yield group(page, "connect-src 'self'", {FETCH: urls + own, SOCKET: sockets, (XHR, EVENTS): ("x", "//page.test/")})
        yield group(page, "connect-src page.test", {FETCH: urls, SOCKET: sockets})
        yield group(page, "default-src 'self'" + SCRIPT, {BEACON: "x", PING: "x", PRELOAD: "x", IMPORT: "./x"})
    yield group(HTTPS, "connect-src 'self' data: blob:", {FETCH: ("data:,x", "blob:https://page.test/0", "x")})


def sandbox_rows():
    """Opaque origins."""
    urls = ["x", "https://page.test/", "http://page.test/", "https://a.test/", "data:,x"]
    for sandbox in ("allow-scripts", "allow-scripts allow-same-origin"):
        for source in ("'self'", "*", "page.test", "https://page.test", "https:", "a.test", "*.test", "null:"):
            for page in (HTTPS, HTTP):
                requests = {FETCH: urls, SOCKET: ("wss://page.test/", "ws://page.test/", "wss://a.test/"), XHR: "x"}
                yield group(page, f"sandbox {sandbox}; connect-src {source}", requests)
    yield fetches(HTTPS, ["connect-src 'self'", "sandbox allow-scripts"], *urls)


def upgrade_rows():
    """upgrade-insecure-requests."""
    urls = ["http://a.test/", "https://a.test/", "http://a.test:80/", "http://a.test:8080/", "http://page.test/", "x"]
    sockets = ["ws://a.test/", "wss://a.test/", "ws://page.test/", "ws://a.test:8080/", "x"]
    sources = ["https://a.test", "http://a.test", "a.test", "https:", "http:", "'self'", "*", "a.test:443", "a.test:80"]
    sources += ["wss://a.test", "ws://a.test", "wss:", "ws:", "https://a.test:8080", "http://a.test:*"]
    for page in (HTTPS, HTTP):
        for source in sources:
            requests = {(FETCH, XHR): urls, SOCKET: sockets}
            yield group(page, f"upgrade-insecure-requests; connect-src {source}", requests)
    # Loopback hosts are trustworthy as they are: not upgraded.
    local = [f"{host}/" for host in ("127.0.0.1", "localhost", "s.localhost", "[::1]", "127.0.0.1:8080", "1.2.3.4")]
    requests = {(FETCH, XHR, EVENTS): ["http://" + host for host in local], SOCKET: ["ws://" + host for host in local]}
    for source in ("https: wss:", "http: ws:", "https://127.0.0.1 wss://localhost"):
        yield group(HTTPS, f"upgrade-insecure-requests; connect-src {source}", requests)
        yield group(HTTPS, "upgrade-insecure-requests", requests, report_only=(f"connect-src {source}",))
    every = (XHR, EVENTS, BEACON, PING, PRELOAD, IMPORT, CACHE)
    more = {FETCH: urls, SOCKET: sockets, every: ("http://a.test/u", "https://a.test/u", "http://a.test:8080/u")}
    yield group(HTTPS, ["connect-src https://a.test", "upgrade-insecure-requests"], more)
    yield group(HTTPS, ["connect-src https://a.test wss://a.test"], more, meta=("upgrade-insecure-requests",))
    yield group(HTTPS, "connect-src http://a.test ws://a.test; UPGRADE-INSECURE-REQUESTS x", more)
    yield group(HTTPS, ["upgrade-insecure-requests"], more, report_only=("connect-src https://a.test wss://a.test",))
    yield group(HTTPS, "connect-src https://a.test", more, report_only=("upgrade-insecure-requests",))
    yield group(HTTPS, "connect-src https://a.test; block-all-mixed-content", more)


def api_rows():
    """Every API with every kind of URL that it treats in its own way."""
    urls = ("https://a.test/a", "https://b.test/a", "http://a.test/a", "http://b.test/a", "/a", "a", "./a", "../c", "//a.test/b")
    urls += ("//b.test/b", "?a", "#a", "", "data:application/json,1", "blob:https://page.test/0", "wss://a.test/a", "ws://b.test/a")
    urls += ("javascript:1", "https://", "http://%", "mailto:a@a.test", "https://u:p@a.test/a", "https://u:p@b.test/a")
    urls += ("wss://a.test/a#f", "https://a.test/f#f")
    for source in ("https://a.test", "'self'", "http: https:", "*", "'none'", "data: blob:"):
        for api in (*EVERYWHERE, SOCKET):
            # A click with an empty `ping` and a preload without `href` request nothing at all.
            yield group(HTTPS, f"connect-src {source}", {api: [url for url in urls if url or api not in (PING, PRELOAD)]})
        for api in SECURE:
            yield group(HTTPS, f"connect-src {source}", {api: (*urls, "https://a.test/a#f")})
        yield group(HTTP, f"connect-src {source}", {tuple(EVERYWHERE): urls[:8], SOCKET: urls[:8]})


def url_rows():
    """Resolution before matching."""
    urls = [" https://a.test/x ", "https:\\\\a.test\\x", "https:a.test/x", "https:/a.test/x", "https:x", "HTTPS://A.TEST/x"]
    urls += ["https://a.test:443/x", "https://a.test:0443/x", "https://a.te\tst/x", "https://a\n.test/x", "https://a.test\\@b.test"]
    urls += ["https://%61.test/x", "https://ａ.test/x", "https://a。test/x", "https://a.test?x", "https://a.test#/x", "\\\\a.test\\x"]
    urls += ["///a.test/x", "/\\a.test/x", "https://a.test@b.test/", "https://b.test/@a.test", "https://a.test.:443/", "https://a.test:/"]
    urls += ["https://a.test:99999/", "https://[::1/", "https://1.2.3.400/", "https://a\u00adb.test/", "https://ß.test/"]
    for source in ("https://a.test", "https://a.test/x", "'self'", "b.test", "https:"):
        yield group(HTTPS, f"connect-src {source}", {(FETCH, XHR): urls, SOCKET: [u.replace("https", "wss") for u in urls]})


def generated():
    """Random policies against random URLs, near enough to each other to match often."""
    pick = random.Random(20260601).choice
    chance = random.Random(20260602).random
    pages = (HTTPS, HTTPS, HTTP, HTTPS_PORT, HTTP_PORT)
    hosts = ("a.test", "s.a.test", "page.test", "b.test", "1.2.3.4")
    patterns = (*hosts, "*.a.test", "*.test", "*", "A.Test", "a.test.")
    source_ports = ("", "", "", ":80", ":443", ":8080", ":8443", ":*")
    url_ports = ("", "", ":80", ":443", ":8080", ":8443")
    source_paths = ("", "", "", "/", "/v1", "/v1/", "/v1/x", "/%761/")
    url_paths = ("/", "/v1", "/v1/", "/v1/x", "/v1/x?q", "/v2")
    schemes = ("http", "https", "ws", "wss")

    def source():
        dice = chance()
        if dice < 0.1:
            return "'self'"
        if dice < 0.2:
            return pick(schemes) + ":"
        scheme = pick(("", "", *(s + "://" for s in schemes)))
        return scheme + pick(patterns) + pick(source_ports) + pick(source_paths)

    def policy():
        name = pick(("connect-src", "connect-src", "connect-src", "default-src"))
        text = " ".join([name, *(source() for _ in range(pick((1, 1, 2, 3))))])
        if chance() < 0.1:
            text += "; upgrade-insecure-requests"
        return text + SCRIPT if name == "default-src" else text

    def request(page):
        scheme = pick(schemes)
        url = pick((f"{scheme}://{pick(hosts)}{pick(url_ports)}{pick(url_paths)}",) * 5 + (pick(url_paths),))
        if scheme in ("ws", "wss"):
            return SOCKET, url
        if scheme == "https" and page.startswith("https:"):
            return pick((*EVERYWHERE, *SECURE)), url
        return pick(EVERYWHERE), url

    for _ in range(150):
        page = pick(pages)
        headers = tuple(policy() for _ in range(pick((1, 1, 1, 2))))
        meta = (policy(),) if chance() < 0.15 else ()
        only = (policy(),) if chance() < 0.15 else ()
        cases = tuple(dict.fromkeys(request(page) for _ in range(8)))
        yield Group(page, headers, cases, report_only=only, meta=meta)
