"""The sites of sites/: small projects whose pages, scripts and workers lie in files of their own.

`served.json` of a site is written by hand. It says what a server that has the site's
configuration sends; connect-lint must find that out from the configuration itself:

    {
      "root": "public",                        the folder that is served (default: the site's own)
      "responses": {
        "/": {                                 every page, and every script that runs as a worker
          "policies": ["connect-src 'self'"],  Content-Security-Policy, one field each
          "report-only": [],                   Content-Security-Policy-Report-Only
          "workers": ["/w.js"]                 the workers that run while the page is loaded
        }
      }
    }
"""

import dataclasses
import functools
import json
import mimetypes
import pathlib
import re

import compare
import documents

HERE = pathlib.Path(__file__).resolve().parent

# The path of the script that watches a page. It is no inline script, so that it runs wherever
# the site's own scripts do.
WATCHER = "/.watch.js"
# A module that has nothing in it: see watch-site.js.
BARRIER = "/.barrier.js"

KEYS = {"policies", "report-only", "workers"}


class SiteError(Exception):
    """A site is written wrongly, or was not observed."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """A response of a site."""

    body: bytes
    kind: str
    headers: tuple = ()
    report_only: tuple = ()


@dataclasses.dataclass(frozen=True)
class Project:
    """A folder of sites/."""

    folder: pathlib.Path

    @property
    def name(self):
        return self.folder.name

    @property
    def host(self):
        return f"{self.name}.test"

    @property
    def url(self):
        return f"https://{self.host}/"

    @functools.cached_property
    def served(self):
        return json.loads(self.folder.joinpath("served.json").read_text())

    @property
    def responses(self):
        return self.served["responses"]

    @property
    def root(self):
        return self.folder / self.served.get("root", "")

    def file(self, path):
        """The file that is served under the path of a URL, if there is one."""
        below = path.split("?")[0].lstrip("/")
        candidates = [below + "index.html"] if path.endswith("/") else [below, below + ".html"]
        files = (self.root / candidate for candidate in candidates)
        return next((file for file in files if file.is_file()), None)

    def shown(self, path):
        """The file under a path as connect-lint shows it in the site's folder."""
        return str(self.file(path).relative_to(self.folder))

    def pages(self):
        """The pages to load, in the order of `served.json`."""
        self.check()
        return [Page(self, path) for path in self.responses if self.file(path).suffix == ".html"]

    def check(self):
        """Whether `served.json` fits the files."""
        for path, response in self.responses.items():
            if not self.file(path):
                raise SiteError(f"{self.name}: served.json has {path}, which is no file")
            if unknown := response.keys() - KEYS:
                raise SiteError(f"{self.name}: served.json has unknown keys at {path}: {unknown}")
        listed = {self.file(path) for path in self.responses}
        if missing := set(self.root.rglob("*.html")) - listed:
            raise SiteError(f"{self.name}: served.json lacks {sorted(map(str, missing))}")

    def answer(self, target):
        """The response to a request, if there is anything at its path."""
        path = target.split("?")[0]
        if path == WATCHER:
            return Answer(self.watcher(target).encode(), "text/javascript")
        if path == BARRIER:
            return Answer(b"", "text/javascript")
        file = self.file(path)
        if not file:
            return None
        # A worker that is not listed has no policy, and says that it runs: an error.
        response = self.responses.get(path, {})
        body = file.read_text()
        if file.suffix == ".html":
            body = self.watched(path, body)
        elif file.suffix in (".js", ".mjs"):
            body = f"{script({'control': documents.CONTROL})}\n{body}"
        policies = (tuple(response.get(key, ())) for key in ("policies", "report-only"))
        return Answer(body.encode(), mimetypes.guess_type(file.name)[0] or "text/plain", *policies)

    def watched(self, path, html):
        """A page with the scripts that watch it, before all that it does."""
        at = re.search(r"<head>" if "<head>" in html else r"<!doctype html>", html).end()
        watcher = f"{self.url.rstrip('/')}{WATCHER}?"
        html = f"{html[:at]}<script src='{watcher}page={path}'></script>{html[at:]}"
        return html.replace('srcdoc="', f"srcdoc=\"<script src='{watcher}frame'></script>")

    def watcher(self, target):
        """The script that watches a page, or a frame of it that the page itself holds."""
        query = target.partition("?")[2]
        if query == "frame":
            return "parent.watch(document);"
        page = query.removeprefix("page=")
        workers = self.responses[page].get("workers", [])
        return script({"control": documents.CONTROL, "workers": workers})


@dataclasses.dataclass(frozen=True)
class Page:
    """A page of a site, as a document to load."""

    project: Project
    path: str

    @property
    def page_url(self):
        return self.project.url.rstrip("/") + self.path


def projects():
    """The sites, in order of their names."""
    return [Project(path.parent) for path in sorted(HERE.glob("sites/*/served.json"))]


def script(job):
    """watch-site.js with a job. It does nothing in a page unless the job tells of workers."""
    return f"{HERE.joinpath('watch-site.js').read_text().rstrip()}({json.dumps(job)});"


def observations(pages, results):
    """A dictionary per page and worker that ran: which URLs it requested, and whether each was
    blocked."""
    out = []
    for page, result in zip(pages, results, strict=True):
        wrong = [f"worker {path} did not run" for path in result["missing"]]
        wrong += [f"worker {path} is not listed" for path in result["unlisted"]]
        if wrong:
            raise SiteError(f"{page.page_url}: {', '.join(wrong)}")
        for path, rows in result["rows"].items():
            requests = dict(sorted(rows.items()))
            row = {"site": page.project.name, "page": page.path, "in": path, "requests": requests}
            out.append(row)
    return out


def disagreements(binary, project, observed):
    """A line for every URL of a site that `connect-lint check` judges otherwise."""
    try:
        rows = verdicts(binary, project)
    except compare.ConnectLintError as error:
        return [f"{project.name}: no verdicts ({error})"]
    failures = []
    requested = {}
    # The browser tells of a WebSocket by the URL that it was upgraded to.
    seen_urls = set().union(*(one["requests"] for one in observed))
    rows = [row.upgraded(seen_urls) for row in rows]
    for one in observed:
        place = project.shown(one["in"])
        requested.setdefault(place, set()).update(one["requests"])
        for url, blocked in one["requests"].items():
            seen = "blocked" if blocked else "allowed"
            judged = [row for row in rows if row.url == url and row.is_for(place)]
            said = {row.verdict for row in judged}
            # A bundler may compile an import away, so that no more than this is said of it.
            is_import = judged and all(row.api == "import" for row in judged)
            if said != {seen} and not (is_import and said == {"depends"}):
                words = " and ".join(sorted(said)) or "no endpoint"
                failures.append(f"{project.name}: {place}: {url}: browser: {seen}, connect-lint: {words}")
    for row in rows:
        for place in row.places or ["any page"]:
            by = requested.get(place, ()) if row.places else set().union(*requested.values())
            if row.url not in by:
                failures.append(
                    f"{project.name}: {place}: {row.url}: browser: no request, connect-lint: {row.verdict}"
                )
    return list(dict.fromkeys(failures))


@dataclasses.dataclass(frozen=True)
class Verdict:
    """A row of `connect-lint check`."""

    url: str
    api: str
    verdict: str
    # The pages and workers that it is for; none for all that request the URL.
    places: tuple

    def upgraded(self, seen):
        """The row with the URL that was requested, if that is its `ws:` URL upgraded."""
        wss = self.url.replace("ws://", "wss://", 1)
        return dataclasses.replace(self, url=wss) if wss != self.url and wss in seen else self

    def is_for(self, place):
        return not self.places or place in self.places


def verdicts(binary, project):
    """What connect-lint says of a site. Where no policy is known, all is allowed."""
    report = compare.connect_lint(
        binary.resolve(), "check", "--page-url=" + project.url, ".", folder=project.folder
    )
    out = []
    for row in report["endpoints"]:
        if not row["resolved"]:
            continue
        is_page = row["file"].endswith(".html")
        places = [row["file"]] if is_page else row.get("pages", [])
        url, verdict = row["resolved"].split("#")[0], row["verdict"] or "allowed"
        out.append(Verdict(url, row["api"], verdict, tuple(places)))
    return out
