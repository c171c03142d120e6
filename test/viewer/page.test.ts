import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { readPath, viewStateSchema } from '../../viewer/app/view-state.js';
import { pageHtml } from '../../viewer/page.js';

/** What the page loads, models, solvers and live surrogates apart: those come when they are asked for. */
const PAGE_FILES = ['index.html', 'app/main.js', 'app/main.css'];
/** Names of namespaces and of licences that libraries carry: nothing is fetched from them. */
const NAMED_ONLY =
  /^https?:\/\/(www\.w3\.org|json-schema\.org|www\.apache\.org\/licenses|github\.com\/yomotsu|developer\.mozilla\.org|web\.dev)\b/;

test('the page without models is at most 1.5 MB compressed, all of its libraries in it', () => {
  const sizes = PAGE_FILES.map((file) => gzipSync(readFileSync(packageFile(`dist/viewer/${file}`))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1.5e6);
});

test('the page takes nothing from elsewhere: no script, style or font of another site is named in what is built', () => {
  const html = readFileSync(packageFile('dist/viewer/index.html'), 'utf8');
  expect(html).toBe(pageHtml('app', false));
  const sources = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
  expect(sources.filter((url) => !/^(app\/|data:|report\.html)/.test(url))).toEqual([]);
  const folder = packageFile('dist/viewer');
  const built = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => /^(app|index).*\.(js|css|html)$/.test(file));
  expect(built.length).toBeGreaterThanOrEqual(PAGE_FILES.length);
  for (const file of built) {
    const text = readFileSync(join(folder, file), 'utf8');
    const named = (text.match(/https?:\/\/[\w.-]+\.[a-z]{2,}[\w./-]*/g) ?? []).filter(
      (url) => !NAMED_ONLY.test(url),
    );
    expect(named, file).toEqual([]);
    expect(text, file).not.toMatch(/jsdelivr|unpkg|cdnjs|googleapis|gstatic/);
  }
});

test('every control of the page is bound to a value that the state has, each value once', () => {
  const state = viewStateSchema.parse({});
  const bound = [...pageHtml('app', false).matchAll(/data-bind="([^"]*)"/g)].map(([, path]) => path);
  expect(bound.length).toBeGreaterThan(50);
  for (const path of bound) expect(readPath(state, path), path).not.toBeUndefined();
  expect(new Set(bound).size).toBe(bound.length);
  const conditions = [...pageHtml('app', false).matchAll(/data-when="([^"=]*)=/g)].map(([, path]) => path);
  for (const path of conditions) expect(readPath(state, path), path).not.toBeUndefined();
});
