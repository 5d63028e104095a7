// The page in a real browser.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const KINDS = ['blocked', 'depends', 'unknown', 'allowed'];

/** Chromium, and a server that hands out one page. */
export class Browser {
  static async start(screenshots) {
    const browser = await puppeteer.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--disable-gpu', '--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    });
    const one = new Browser();
    Object.assign(one, { browser, screenshots, html: '', asked: [] });
    one.server = createServer((request, response) => {
      one.asked.push(request.url);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(request.url === '/' ? one.html : '');
    });
    await new Promise((resolve) => one.server.listen(0, '127.0.0.1', resolve));
    return one;
  }

  async stop() {
    await this.browser.close();
    this.server.close();
  }

  /** A report in a tab, with all that went wrong in it. */
  async open({ texts }, { scheme = 'light', script = true, width = 1200, height = 1000 } = {}) {
    this.html = texts.html;
    this.asked = [];
    const page = await this.browser.newPage();
    page.problems = [];
    page.on('console', (message) => page.problems.push(message.text()));
    page.on('pageerror', (error) => page.problems.push(String(error)));
    page.on('dialog', (dialog) => {
      page.problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.requests = [];
    page.on('request', (request) => page.requests.push(request.url()));
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setJavaScriptEnabled(script);
    await page.evaluateOnNewDocument(() => {
      globalThis.violations = [];
      const keep = (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
      document.addEventListener('securitypolicyviolation', keep);
    });
    const start = performance.now();
    await page.goto(`http://127.0.0.1:${this.server.address().port}/`, { waitUntil: 'load' });
    page.milliseconds = performance.now() - start;
    return page;
  }

  /** Nothing was asked for, refused or complained of. */
  async assertQuiet(page) {
    assert.deepEqual(page.problems, []);
    assert.equal(page.requests.length, 1, page.requests.join(' '));
    assert.deepEqual(this.asked.filter((url) => url !== '/favicon.ico'), ['/']);
    assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
  }

  /** The colours in a screenshot at some points, as `rgb(…)`, and how many colours it has. */
  async colors(page, points, name) {
    const png = await page.screenshot({ fullPage: true, encoding: 'base64' });
    if (this.screenshots) writeFileSync(join(this.screenshots, `${name}.png`), Buffer.from(png, 'base64'));
    const canvas = await this.browser.newPage();
    const result = await canvas.evaluate(
      async (source, points) => {
        const image = new Image();
        image.src = `data:image/png;base64,${source}`;
        await image.decode();
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        const at = ([x, y]) => {
          const i = 4 * (Math.round(y) * image.width + Math.round(x));
          return `rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`;
        };
        const all = new Set();
        for (let i = 0; i < data.length; i += 4) all.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
        return { at: points.map(at), count: all.size };
      },
      png,
      points,
    );
    await canvas.close();
    return result;
  }
}

/** How many endpoints of each kind are seen. */
const seen = (page) =>
  page.$$eval('.endpoint', (all) => {
    const counts = {};
    for (const one of all) if (one.checkVisibility()) counts[one.dataset.kind] = (counts[one.dataset.kind] ?? 0) + 1;
    return counts;
  });

const counted = (rows) => {
  const counts = {};
  for (const row of rows) counts[row.verdict] = (counts[row.verdict] ?? 0) + 1;
  return counts;
};

/** The rows of the graph: origin, numbers by kind, bars with their box and colour. */
const graph = (page) =>
  page.$$eval('.graph tbody tr', (rows) => {
    const kinds = [...document.querySelectorAll('.graph thead .number')].map((cell) => cell.textContent);
    return rows.map((row) => ({
      origin: row.querySelector('th code, th span').textContent,
      numbers: Object.fromEntries([...row.querySelectorAll('.number')].map((cell, i) => [kinds[i], Number(cell.textContent)])),
      bars: [...row.querySelectorAll('rect')].map((rect) => {
        const { x, y, width, height } = rect.getBoundingClientRect();
        return { kind: rect.getAttribute('class'), color: getComputedStyle(rect).fill, x, y: y + scrollY, width, height };
      }),
    }));
  });

/** Relative luminance and contrast (WCAG 2.2). */
function contrast(one, other) {
  const luminance = (color) => {
    const [r, g, b] = color.match(/\d+/g).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

async function looksRight(browser, report, scheme) {
  const page = await browser.open(report, { scheme });
  const rows = await graph(page);
  const bars = rows.flatMap((row) => row.bars);
  const colors = new Map(bars.map((bar) => [bar.kind, bar.color]));
  assert.equal(new Set(colors.values()).size, colors.size, 'kinds differ in colour');
  for (const bar of bars) assert.ok(bar.width > 4 && bar.height > 4, JSON.stringify(bar));
  const middles = bars.map((bar) => [bar.x + bar.width / 2, bar.y + bar.height / 2]);
  const pixels = await browser.colors(page, [[4, 4], ...middles], `page-${scheme}`);
  assert.deepEqual(pixels.at.slice(1), bars.map((bar) => bar.color), 'the graph is painted');
  assert.ok(pixels.count > 50, `${pixels.count} colours`);
  const text = await page.evaluate(() => {
    const of = (selector) => {
      const element = document.querySelector(selector);
      let ground = element;
      const color = (one) => getComputedStyle(one).backgroundColor;
      while (ground && /, 0\)$/.test(color(ground))) ground = ground.parentElement;
      return [selector, getComputedStyle(element).color, color(ground ?? document.body)];
    };
    return ['p', '.about', '.place', '.kind', '.severity', '.help', 'a', 'var', '.size', '.sources code', 'footer p'].map(of);
  });
  for (const [selector, color, ground] of text) {
    assert.ok(contrast(color, ground) >= 4.5, `${selector}: ${color} on ${ground} is ${contrast(color, ground)}`);
  }
  await page.close();
  return pixels.at[0];
}

export const CHECKS = {
  site: {
    'the page asks for nothing and its policy refuses nothing': async (browser, report) => {
      const page = await browser.open(report);
      await browser.assertQuiet(page);
      await page.close();
    },

    'its policy is in force': async (browser, report) => {
      const page = await browser.open(report);
      const refused = await page.evaluate(async () => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.ran = true';
        document.body.append(script);
        document.body.setAttribute('style', 'color: red');
        const fetched = await fetch('/').then(() => true, () => false);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return [globalThis.ran ?? false, fetched, getComputedStyle(document.body).color === 'rgb(255, 0, 0)', globalThis.violations.length];
      });
      assert.deepEqual(refused, [false, false, false, 3]);
      await page.close();
    },

    'all endpoints are there, by origin': async (browser, report) => {
      const page = await browser.open(report);
      assert.deepEqual(await seen(page), counted(report.json.endpoints));
      const groups = await page.$$eval('.origin', (all) => all.map((one) => [one.querySelector('h3 code')?.textContent, one.querySelectorAll('.endpoint').length]));
      const origins = Object.fromEntries(groups);
      assert.equal(origins['https://{server}.tiles.example'], 1);
      assert.equal(origins['{import.meta.env.VITE_REVIEWS}'], 1);
      assert.equal(origins['https://www.tours.example'], report.json.endpoints.filter((row) => row.resolved?.startsWith('https://www.tours.example/')).length);
      await page.close();
    },

    'the graph counts as the report does': async (browser, report) => {
      const page = await browser.open(report);
      const rows = await graph(page);
      for (const kind of KINDS) {
        const sum = rows.reduce((sum, row) => sum + (row.numbers[kind] ?? 0), 0);
        assert.equal(sum, report.json.summary[kind], kind);
      }
      const unit = Math.max(...rows.map((row) => row.bars.reduce((sum, bar) => sum + bar.width, 0) / Object.values(row.numbers).reduce((a, b) => a + b)));
      for (const row of rows) {
        for (const bar of row.bars) assert.ok(Math.abs(bar.width - unit * row.numbers[bar.kind]) < 2, `${row.origin} ${bar.kind}`);
      }
      await page.close();
    },

    'a filter hides what it says, and its origins': async (browser, report) => {
      const page = await browser.open(report);
      await page.click('.filter.blocked');
      const { blocked, ...rest } = counted(report.json.endpoints);
      assert.deepEqual(await seen(page), rest);
      assert.equal(await page.$eval('.filter.blocked', (button) => button.getAttribute('aria-pressed')), 'false');
      const left = await page.$$eval('.origin', (all) => all.filter((one) => one.checkVisibility()).every((one) => [...one.querySelectorAll('.endpoint')].some((endpoint) => endpoint.checkVisibility())));
      assert.ok(left, 'no origin without endpoints is shown');
      assert.match(await page.$eval('#shown', (p) => p.textContent), new RegExp(`^${report.json.endpoints.length - blocked} of ${report.json.endpoints.length} `));
      await page.click('.filter.blocked');
      assert.deepEqual(await seen(page), counted(report.json.endpoints));
      await page.close();
    },

    'text filters too': async (browser, report) => {
      const page = await browser.open(report);
      await page.type('#search', 'BEACON events');
      await page.evaluate(() => new Promise(requestAnimationFrame));
      const wanted = report.json.endpoints.filter((row) => row.api.includes('Beacon') && row.pattern.includes('events'));
      assert.ok(wanted.length > 0);
      assert.deepEqual(await seen(page), counted(wanted));
      await page.close();
    },

    'a trail opens by mouse and by keyboard': async (browser, report) => {
      const page = await browser.open(report);
      const row = report.json.endpoints.find((row) => row.trail.length > 1);
      const place = `${row.file}:${row.line}:${row.column}`;
      const handle = await page.evaluateHandle((place, pattern) => [...document.querySelectorAll('.endpoint')].find((one) => one.querySelector('summary .place').textContent === place && one.querySelector('summary .url').textContent === pattern), place, row.pattern);
      const steps = () => handle.evaluate((one) => [...one.querySelectorAll('.trail li')].filter((li) => one.open && li.getBoundingClientRect().height > 10).map((li) => li.textContent));
      assert.deepEqual(await steps(), []);
      const summary = await handle.$('summary');
      // What comes into view is laid out anew, and then stands elsewhere.
      await summary.evaluate(async (one) => {
        for (let i = 0; i < 5; i += 1) {
          one.scrollIntoView({ block: 'center' });
          await new Promise(requestAnimationFrame);
        }
      });
      await summary.click();
      const told = await steps();
      assert.equal(told.length, row.trail.length);
      row.trail.forEach((step, i) => assert.ok(told[i].startsWith(`${step.file}:${step.line}:${step.column}`), told[i]));
      await summary.focus();
      await page.keyboard.press('Enter');
      assert.deepEqual(await steps(), []);
      await page.focus('.filter.allowed');
      await page.keyboard.press('Space');
      assert.equal((await seen(page)).allowed, undefined);
      await page.close();
    },

    'each control has a name': async (browser, report) => {
      const page = await browser.open(report);
      const tree = await page.accessibility.snapshot({ interestingOnly: true });
      const all = [];
      const walk = (node) => (all.push(node), (node.children ?? []).forEach(walk));
      walk(tree);
      for (const node of all.filter((node) => ['button', 'searchbox', 'link', 'DisclosureTriangle'].includes(node.role))) {
        assert.ok(node.name?.trim(), JSON.stringify(node));
      }
      assert.ok(all.some((node) => node.role === 'searchbox'));
      await page.close();
    },

    'findings have their help, policies their sources': async (browser, report) => {
      const page = await browser.open(report);
      const text = await page.$eval('body', (body) => body.innerText);
      const plain = (prose) => prose.replaceAll('`', '');
      for (const one of report.json.diagnostics.filter((one) => one.severity !== 'info')) {
        assert.ok(text.includes(plain(one.message)), one.message);
        if (one.help) assert.ok(text.includes(plain(one.help).split('\n')[0]), one.help);
      }
      const policies = await page.$$eval('.policies li', (all) => all.map((one) => [...one.querySelectorAll('.sources code')].map((code) => code.textContent)));
      assert.deepEqual(policies, report.json.policies.map((policy) => policy.sources));
      await page.close();
    },

    'without its script everything is there': async (browser, report) => {
      const page = await browser.open(report, { script: false });
      const client = await page.createCDPSession();
      const { root } = await client.send('DOM.getDocument', { depth: 0 });
      const { nodeIds } = await client.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: '.endpoint' });
      assert.equal(nodeIds.length, report.json.endpoints.length);
      for (const nodeId of nodeIds) {
        const { model } = await client.send('DOM.getBoxModel', { nodeId });
        assert.ok(model.width > 100 && model.height > 10);
      }
      const { nodeId } = await client.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#filters' });
      await assert.rejects(client.send('DOM.getBoxModel', { nodeId }), 'controls that would not work are hidden');
      await page.close();
    },

    'printed it shows all details': async (browser, report) => {
      const page = await browser.open(report);
      await page.emulateMediaType('print');
      const [hidden, details] = await page.evaluate(() => [
        !document.getElementById('filters').checkVisibility(),
        [...document.querySelectorAll('.detail')].every((one) => one.getBoundingClientRect().height > 10),
      ]);
      assert.ok(hidden && details);
      const pdf = await page.pdf();
      assert.ok(pdf.length > 10_000);
      await page.close();
    },

    'it fits a small screen': async (browser, report) => {
      const page = await browser.open(report, { width: 360, height: 700 });
      const [width, inner] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
      assert.ok(width <= inner, `${width} of ${inner}`);
      await browser.colors(page, [], 'page-small');
      await page.close();
    },

    'it is light or dark, painted and readable': async (browser, report) => {
      const light = await looksRight(browser, report, 'light');
      const dark = await looksRight(browser, report, 'dark');
      assert.ok(contrast(light, 'rgb(0, 0, 0)') > 12, light);
      assert.ok(contrast(dark, 'rgb(255, 255, 255)') > 12, dark);
    },
  },

  hostile: {
    'text of sources is text': async (browser, report) => {
      const page = await browser.open(report);
      await browser.assertQuiet(page);
      const odd = await page.evaluate(() => document.querySelectorAll('img, iframe, object, embed, form, i b, [onload], [onerror], [style], body script ~ *').length);
      assert.equal(odd, 0);
      const links = await page.$$eval('a', (all) => all.map((one) => one.getAttribute('href')));
      for (const link of links) assert.match(link, /^(#|https:\/\/github\.com\/connect-lint\/)/);
      assert.deepEqual(await seen(page), counted(report.json.endpoints));
      const text = await page.$eval('body', (body) => body.innerText);
      assert.ok(text.includes('<img src=x onerror=alert(1)>'));
      await page.close();
    },
  },

  large: {
    'five thousand endpoints stay usable': async (browser, report) => {
      assert.ok(report.json.endpoints.length >= 5_000, `${report.json.endpoints.length}`);
      assert.ok(report.texts.html.length < 12 << 20, `${report.texts.html.length} bytes`);
      const page = await browser.open(report);
      await browser.assertQuiet(page);
      const filtered = await page.evaluate(() => {
        const start = performance.now();
        document.querySelector('.filter.blocked').click();
        document.getElementById('search').value = 'things/3';
        document.querySelector('.filter.blocked').click();
        document.body.getBoundingClientRect();
        return performance.now() - start;
      });
      const wanted = report.json.endpoints.filter((row) => row.pattern.includes('things/3'));
      assert.deepEqual(await seen(page), counted(wanted));
      console.log(`large: ${report.texts.html.length >> 10} KiB, loaded in ${page.milliseconds | 0} ms, filtered twice in ${filtered | 0} ms`);
      assert.ok(page.milliseconds < 10_000 && filtered < 2_000);
      await page.close();
    },
  },
};
