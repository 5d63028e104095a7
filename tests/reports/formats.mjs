// What the tools read must be what the JSON report says.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { multitool, tool, xmllint } from './tools.mjs';

/** The findings of a report that other formats have: errors and warnings. */
const findings = (json) => json.diagnostics.filter((one) => one.severity !== 'info');

/** Checks by name, of the reports of a project. */
export const CHECKS = {
  'jsonl says the same as json': ({ texts, json }) => {
    const lines = texts.jsonl.trim().split('\n').map((line) => JSON.parse(line));
    const of = (type) => lines.filter((line) => line.type === type).map(({ type: _, ...rest }) => rest);
    assert.deepEqual(of('endpoint'), json.endpoints);
    assert.deepEqual(of('finding'), json.diagnostics);
    assert.deepEqual(of('summary'), [json.summary]);
  },

  'compact has a line for each finding': ({ texts, json }) => {
    const matcher = /^(.+):(\d+):(\d+): (error|warning|info)\[([a-z-]+)\] (.+)$/;
    const lines = texts.compact.split('\n').slice(0, -1).map((line) => line.match(matcher));
    assert.deepEqual(
      lines.map((line) => [line?.[4], line?.[5]]),
      findings(json).map((one) => [one.severity, one.code]),
    );
  },

  'sarif: the Multitool finds no fault': ({ out }) => assert.deepEqual(multitool(`${out}/sarif`), []),

  'sarif has the findings at their places': ({ texts, json }) => {
    const [run] = JSON.parse(texts.sarif).runs;
    const results = run.results.filter((result) => !result.suppressions);
    const place = (location) => {
      const { artifactLocation, region } = location.physicalLocation;
      return [decodeURIComponent(artifactLocation.uri), region.startLine, region.startColumn];
    };
    assert.deepEqual(
      results.map((result) => [result.ruleId, ...place(result.locations[0])]),
      findings(json).map((one) => [one.code, one.file ?? 'connect-lint.toml', one.line ?? 1, one.column ?? 1]),
    );
    for (const result of results) assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
    const fingerprints = results.map((result) => result.partialFingerprints['connectLint/v1']);
    assert.equal(new Set(fingerprints).size, results.length);
  },

  'rdjsonl is in the Reviewdog Diagnostic Format': ({ texts, json, out }) => {
    const diagnostics = texts.rdjsonl.split('\n').slice(0, -1).map((line) => JSON.parse(line));
    const all = JSON.stringify({ source: { name: 'connect-lint' }, diagnostics });
    writeFileSync(`${out}/rdjson`, all);
    const result = JSON.parse(tool('rdformat-validator', ['--strict', '--no-extra-fields', '--format', 'json', `${out}/rdjson`]));
    assert.deepEqual([result.success, result.totalErrors], [true, 0]);
    assert.equal(diagnostics.length, findings(json).length);
  },

  'gitlab has what GitLab documents': ({ texts, json }) => {
    const issues = JSON.parse(texts.gitlab);
    assert.equal(issues.length, findings(json).length);
    assert.equal(new Set(issues.map((one) => one.fingerprint)).size, issues.length);
    for (const one of issues) {
      assert.ok(['info', 'minor', 'major', 'critical', 'blocker'].includes(one.severity));
      assert.ok(one.description && one.check_name && one.location.path && one.location.lines.begin > 0);
    }
  },

  'checkstyle and junit are XML': ({ out }) => {
    assert.deepEqual(xmllint(`${out}/checkstyle`), []);
    assert.deepEqual(xmllint(`${out}/junit`), []);
  },

  'junit counts errors as failures': ({ out, json }) => {
    const suites = JSON.parse(tool('junit2json', [`${out}/junit`]));
    const count = (severity) => findings(json).filter((one) => one.severity === severity).length;
    assert.equal(Number(suites.failures), count('error'));
    assert.equal(Number(suites.skipped), count('warning'));
    const cases = suites.testsuite.flatMap((suite) => suite.testcase ?? []);
    assert.equal(cases.filter((one) => one.failure).length, count('error'));
  },

  'github has a command for each finding': ({ texts, json }) => {
    const commands = texts.github.split('\n').filter((line) => line.startsWith('::'));
    assert.equal(commands.length, findings(json).length);
    for (const command of commands) assert.match(command, /^::(error|warning) file=[^:,]+,line=\d+[^:]*::./);
  },

  'markdown has a row for each finding': ({ texts, json }) => {
    const rows = texts.markdown.split('\n').filter((line) => /^\| (error|warning) \|/.test(line));
    const left = texts.markdown.match(/(\d+) more findings? left out/)?.[1] ?? 0;
    assert.equal(rows.length + Number(left), findings(json).length);
    for (const row of rows) assert.equal(row.match(/(?<!\\)\|/g).length, 5, row);
    assert.ok(Buffer.byteLength(texts.markdown) < 1 << 20);
  },
};
