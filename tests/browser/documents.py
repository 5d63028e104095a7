"""The documents that Chromium loads: a group of the matrix each, and the pages of pages/.

Both have a URL, the policies of their headers, and their HTML with the script that observes.
"""

import dataclasses
import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent

# The report-only policy that every document carries besides its own: see case.js.
CONTROL = "connect-src 'none'; x-control"


@dataclasses.dataclass(frozen=True)
class Case:
    """A document that makes the requests of a group."""

    group: object
    page_url: str

    @property
    def headers(self):
        return self.group.headers

    @property
    def report_only(self):
        return self.group.report_only

    def html(self, number):
        requests = [{"api": api, "url": url} for api, url in self.group.cases]
        job = {"control": CONTROL, "cases": requests}
        metas = "".join(
            f'<meta http-equiv="Content-Security-Policy" content="{attribute(policy)}">\n'
            for policy in self.group.meta
        )
        return (
            f'<!doctype html>\n<meta charset="utf-8">\n{metas}<title>{number}</title>\n'
            f"<body>{script('case.js', job)}\n"
        )


@dataclasses.dataclass(frozen=True)
class Page:
    """A file of pages/, which makes its requests itself.

    A comment `<!-- header: POLICY -->` in it tells the policy that it is served with.
    """

    path: pathlib.Path
    report_only = ()

    @property
    def page_url(self):
        return f"https://page.test/pages/{self.path.name}"

    @property
    def headers(self):
        return re.findall(r"<!-- header: (.*?) -->", self.path.read_text())

    def html(self, _):
        text = self.path.read_text()
        job = script("watch.js", {"control": CONTROL})
        # Before all that the page does, and where it changes nothing of how the rest parses.
        at = re.search(r"<head>" if "<head>" in text else r"<!doctype html>", text).end()
        text = text[:at] + job + text[at:]
        return text.replace('srcdoc="', 'srcdoc="<script>parent.watch(document)</script>')


def cases(groups):
    """A document per group. The number in the URL tells the server which."""
    return [Case(group, f"{group.page}/site/page.html?doc={number}") for number, group in enumerate(groups)]


def pages():
    """The files of pages/, in order of their names."""
    return [Page(path) for path in sorted(HERE.glob("pages/*.html"))]


def script(name, job):
    """A script element that runs a file of this folder with a job."""
    data = json.dumps(job).replace("<", "\\u003c")
    return f"<script>{HERE.joinpath(name).read_text()}\nrun({data});</script>"


def attribute(text):
    """Text as the value of a double-quoted attribute."""
    return text.replace("&", "&amp;").replace('"', "&quot;")
