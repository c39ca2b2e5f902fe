// Bundles what the browser gets into wwwroot/assets: names that carry a hash, brotli beside, and a manifest that publishes the hashes.
// The same sources and lock file give the same bytes, so that anybody can check what a service hands out.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { followSystemColours } from './bootstrap-dark.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '../../wwwroot/assets');

const result = await build({
  absWorkingDir: here,
  entryPoints: ['src/portal.js', 'src/password.js', 'src/admin-reset.js', 'src/look.css', 'src/look-rtl.css', 'src/logo.svg'],
  entryNames: '[name]',
  outdir: out,
  write: false,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  // Only Node before 19 comes here, and only through the library: browsers have crypto.
  external: ['crypto'],
  loader: { '.svg': 'copy' },
  plugins: [followSystemColours],
  logLevel: 'warning',
});

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const manifest = {};
for (const file of [...result.outputFiles].sort((a, b) => (a.path < b.path ? -1 : 1))) {
  const name = basename(file.path);
  const extension = extname(name);
  const sha256 = createHash('sha256').update(file.contents).digest('hex');
  const integrity = 'sha384-' + createHash('sha384').update(file.contents).digest('base64');
  const published = `${basename(name, extension)}-${sha256.slice(0, 16)}${extension}`;
  manifest[name] = { file: published, integrity, sha256 };
  await writeFile(join(out, published), file.contents);
  await writeFile(join(out, published + '.br'), brotliCompressSync(file.contents));
}

await writeFile(join(out, 'licenses.txt'), await licenses(['bootstrap', '@hpke/core', '@hpke/common']));

// Last: the build takes it for the sign that all the rest is there.
await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');

async function licenses(packages) {
  const texts = packages.map(async (name) => {
    const folder = join(here, 'node_modules', name);
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version}\n\n${await readFile(join(folder, file), 'utf8')}`;
  });
  return (await Promise.all(texts)).join('\n\n');
}
