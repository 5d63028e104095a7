"""The loopback servers: the top page, the documents of the matrix, and every other URL."""

import http.server
import json
import pathlib
import ssl
import subprocess
import sys
import threading
import urllib.parse

import documents
import sites

HERE = pathlib.Path(__file__).resolve().parent


class Site:
    """What the servers serve, and the results that the top page hands in."""

    def __init__(self, served):
        self.documents = served
        # A document is asked for by the path and query of its URL, the files of a site by its host.
        self.numbers = {}
        self.projects = {}
        for number, document in enumerate(served):
            if isinstance(document, sites.Page):
                self.projects[document.project.host] = document.project
            else:
                self.numbers[target(document.page_url)] = number
        self.results = None
        self.done = threading.Event()


def certificate(folder):
    """A self-signed certificate and its key, in one file."""
    path = pathlib.Path(folder, "site.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=page.test"]
        + ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        + ["-keyout", str(path), "-out", str(path) + ".crt"],
        check=True,
        capture_output=True,
    )
    with path.open("a") as file:
        file.write(pathlib.Path(str(path) + ".crt").read_text())
    return path


def target(url):
    """Path and query of a URL."""
    parts = urllib.parse.urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def policies(enforced, report_only):
    """The header fields of policies, with the control."""
    fields = [("Content-Security-Policy", policy) for policy in enforced]
    only = "Content-Security-Policy-Report-Only"
    return fields + [(only, policy) for policy in (*report_only, documents.CONTROL)]


class Server(http.server.ThreadingHTTPServer):
    """A server that says nothing of connections that the browser gives up or gets wrong."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def start(site, tls=None):
    """Starts a server on a free port of the loopback interface."""
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = Server(("127.0.0.1", 0), handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        # The handshake is made by the thread of the connection, not by the one that accepts.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers 204 to all that is not the top page, a document or a file of a site."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    site = None

    def do_GET(self):
        host = self.headers.get("Host")
        if host == "localhost":
            self.top(self.path)
        elif host in self.site.projects:
            self.project(self.site.projects[host])
        elif self.path in self.site.numbers:
            self.document(self.site.numbers[self.path])
        else:
            self.answer(204, b"")

    def top(self, path):
        if path == "/documents":
            self.answer(200, json.dumps(self.groups()).encode(), "application/json")
        elif path == "/":
            self.answer(200, HERE.joinpath("top.html").read_bytes(), "text/html")
        else:
            self.answer(204, b"")

    def groups(self):
        """The documents, those together that are loaded one after the other."""
        groups = {}
        for number, document in enumerate(self.site.documents):
            key = document.project.host if isinstance(document, sites.Page) else number
            groups.setdefault(key, []).append({"number": number, "url": document.page_url})
        return list(groups.values())

    def document(self, number):
        document = self.site.documents[number]
        fields = policies(document.headers, document.report_only)
        self.answer(200, document.html(number).encode(), "text/html", fields)

    def project(self, project):
        answer = project.answer(self.path)
        if not answer:
            self.answer(204, b"")
            return
        fields = policies(answer.headers, answer.report_only)
        self.answer(200, answer.body, answer.kind, fields)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(204, b"")
        if self.headers.get("Host") == "localhost" and self.path == "/results":
            self.site.results = json.loads(body)
            self.site.done.set()

    def do_OPTIONS(self):
        self.answer(204, b"")

    do_PUT = do_HEAD = do_OPTIONS

    def answer(self, status, body, kind=None, fields=()):
        head = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}"]
        head += [f"{name}: {value}" for name, value in fields]
        head += ["Access-Control-Allow-Origin: *", "Cache-Control: no-store"]
        if kind:
            head.append(f"Content-Type: {kind}; charset=utf-8")
        if status != 204:
            head.append(f"Content-Length: {len(body)}")
        # Bytes, not send_header: a policy may hold characters that Latin-1 does not have.
        self.wfile.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def log_message(self, *_):
        pass
