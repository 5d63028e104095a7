"""Runs documents in a headless Chromium."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile

import serve

PROGRAM = "chromium"

# Ports on which pages and requests are really answered; a check against a policy comes before
# any connection, so that no other needs to be.
HTTP_PORTS = (80, 8080)
HTTPS_PORTS = (443, 8443)

FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--ignore-certificate-errors",
    # One process for all origins: a third of the time.
    "--disable-site-isolation-trials",
    # What is not about policies must not come between: no upgrade of http pages, no
    # permission for loopback addresses.
    "--disable-features=HttpsUpgrades,LocalNetworkAccessChecks,IsolateOrigins,site-per-process",
]


class BrowserError(Exception):
    """Chromium is not there, ended, or did not hand in all results."""


def version():
    """What Chromium calls itself."""
    asked = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def rules(http_port, https_port):
    """Every host on a served port is ours, every other is not found."""
    served = [f"MAP *:{port} 127.0.0.1:{http_port}" for port in HTTP_PORTS]
    served += [f"MAP *:{port} 127.0.0.1:{https_port}" for port in HTTPS_PORTS]
    return ", ".join([*served, "MAP * ~NOTFOUND"])


def observe(served, seconds):
    """What the script of every document handed in, in order."""
    for name in ("openssl", PROGRAM):
        if not shutil.which(name):
            raise BrowserError(f"no {name}: run tests/browser/install")
    with tempfile.TemporaryDirectory(prefix="browser-test-", ignore_cleanup_errors=True) as folder:
        site = serve.Site(served)
        plain = serve.start(site)
        secure = serve.start(site, serve.certificate(folder))
        command = [PROGRAM, *FLAGS, f"--user-data-dir={folder}/profile"]
        command.append("--host-resolver-rules=" + rules(plain.server_port, secure.server_port))
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        with open(f"{folder}/log", "w+b") as log:
            browser = subprocess.Popen(
                [*command, "http://localhost/"], stdout=log, stderr=log, start_new_session=True
            )
            try:
                wait(site, browser, seconds)
            except BrowserError as error:
                log.seek(0)
                tail = log.read()[-2000:].decode(errors="replace")
                raise BrowserError(f"{error}\n{tail}") from None
            finally:
                stop(browser)
                plain.shutdown()
                secure.shutdown()
    results = [site.results[str(number)] for number in range(len(served))]
    if silent := [document.page_url for document, result in zip(served, results) if result is None]:
        raise BrowserError(f"no answer from {', '.join(silent)}: did its policy stop the watcher?")
    return results


def wait(site, browser, seconds):
    """Until the results are there."""
    for _ in range(seconds * 10):
        if site.done.wait(0.1):
            return
        if browser.poll() is not None:
            raise BrowserError(f"chromium ended with code {browser.returncode}")
    raise BrowserError(f"no results after {seconds} seconds")


def stop(browser):
    """Ends Chromium and all its processes: it leads a process group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(browser.pid, signal.SIGKILL)
    browser.wait()
