import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { readPath, viewStateSchema } from '../../viewer/app/view-state.js';
import { pageHtml } from '../../viewer/page.js';

test('the built page is small, and takes nothing from elsewhere', () => {
  const script = readFileSync(packageFile('dist/viewer/app/main.js'));
  expect(gzipSync(script).length).toBeLessThan(1.5e6);
  const html = readFileSync(packageFile('dist/viewer/index.html'), 'utf8');
  expect(html).toBe(pageHtml('app', false));
  const sources = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
  expect(sources.filter((url) => !/^(app\/|data:|report\.html)/.test(url))).toEqual([]);
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
