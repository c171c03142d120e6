import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileError, InvalidInputError } from '../../common/errors.js';
import { type ServedViewer, serveViewer } from '../../viewer/server.js';

let root: string;
let run: string;
let viewer: ServedViewer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'fieldsmith-serve-'));
  run = join(root, 'run');
  mkdirSync(join(run, 'fields'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), 'secret');
  writeFileSync(join(run, 'fields', 'index.json'), '{}');
  writeFileSync(join(run, 'fields', 'a sample.vtu'), '<VTKFile/>');
  symlinkSync(join(root, 'secret.txt'), join(run, 'link.txt'));
  viewer = await serveViewer(run);
});
afterAll(async () => {
  await viewer.close();
  rmSync(root, { recursive: true, force: true });
});

/** fetch would normalise the path and set the host itself. */
function get(
  path: string,
  options: { method?: string; host?: string } = {},
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  const { hostname, port } = new URL(viewer.url);
  return new Promise((resolve, reject) => {
    const headers = options.host ? { host: options.host } : undefined;
    const sent = request({ hostname, port, path, method: options.method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body, headers: response.headers }));
    });
    sent.on('error', reject).end();
  });
}

describe('serveViewer', () => {
  test('serves page, application, target and files with their types, isolated from other origins', async () => {
    const page = await get('/');
    expect(page.status).toBe(200);
    expect(page.headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(page.headers['cross-origin-embedder-policy']).toBe('require-corp');
    expect((await get('/application/main.js')).headers['content-type']).toMatch(/^text\/javascript/);
    expect(JSON.parse((await get('/target.json')).body)).toEqual({ kind: 'run', name: 'run', report: false });
    expect((await get('/fields/a%20sample.vtu')).body).toBe('<VTKFile/>');
    expect(await get('/fields/a%20sample.vtu', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/fields/../../secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/link.txt',
    '/application/../../../package.json',
    '/%00',
    '/%zz',
    '/fields',
    '/absent.vtu',
  ])('%s is refused', async (path) => {
    const { status, body } = await get(path);
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('secret');
  });

  test('other methods and other host names are refused', async () => {
    expect((await get('/', { method: 'POST' })).status).toBe(405);
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/', { host: 'localhost:1' })).status).toBe(200);
  });

  test('of a single file, nothing else is served', async () => {
    const lone = await serveViewer(join(run, 'fields', 'a sample.vtu'));
    expect((await fetch(`${lone.url}a%20sample.vtu`)).status).toBe(200);
    expect((await fetch(`${lone.url}index.json`)).status).toBe(404);
    await lone.close();
    await expect(fetch(lone.url)).rejects.toThrow();
  });

  test('a path that cannot be shown and a port that is taken are clear errors', async () => {
    await expect(serveViewer(join(root, 'absent'))).rejects.toThrow(FileError);
    await expect(serveViewer(root)).rejects.toThrow(/holds no fields\/index\.json/);
    await expect(serveViewer(join(root, 'secret.txt'))).rejects.toThrow(
      /run folder or a file that ends in vtu, pvd/,
    );
    await expect(serveViewer(run, { port: Number(new URL(viewer.url).port) })).rejects.toThrow(
      InvalidInputError,
    );
  });
});
