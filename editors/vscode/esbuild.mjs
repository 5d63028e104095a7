// Bundles the extension and the libraries that it uses into one file, and their licences into another.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { context } from 'esbuild';

const production = process.argv.includes('--production');
const bundle = await context({
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.cjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  minify: production,
  sourcemap: production ? false : 'linked',
  metafile: true,
  logLevel: 'warning',
});
if (process.argv.includes('--watch')) {
  await bundle.watch();
} else {
  const { metafile } = await bundle.rebuild();
  await bundle.dispose();
  writeFileSync('dist/LICENSES.txt', licences(Object.keys(metafile.inputs)));
}

/** The licences of the packages whose files were bundled: they ask to be kept. */
function licences(files) {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  const packages = [...new Set(folders.filter((folder) => folder !== undefined))].sort();
  const texts = packages.map((folder) => {
    const names = ['LICENSE', 'License.txt', 'LICENSE.md', 'LICENSE.txt'];
    const name = names.find((name) => existsSync(`${folder}/${name}`));
    const {
      name: title,
      version,
      license,
    } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const text = name ? readFileSync(`${folder}/${name}`, 'utf8') : license;
    return `${title} ${version}\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(72)}\n\n`);
}
