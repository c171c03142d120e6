import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { writeStl } from '../../geometry/index.js';
import { refusedFiles } from '../viewer/refused-files.js';
import { glb } from '../viewer/surface-files.js';
import { colourDistance } from './colours.js';
import { pixelsOf } from './open-page.js';
import { writeRunFixture } from './run-fixture.js';
import { openFiles, openViewer, ready } from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const fixture = (name: string) => packageFile(`test/fixtures/formats/${name}`);
const square = 'v 0 0 0\nv 2 0 0\nv 2 1 0\nv 0 1 0\n';
const ply =
  'ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nproperty float t\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0 1\n1 0 0 2\n0 1 0 3\n3 0 1 2\n';
const tetrahedron = {
  points: Float64Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
  triangles: Int32Array.of(0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3),
};

describeViewer('opening in the viewer', (suite) => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-open-'));
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const run = writeRunFixture();
  let server: Server;
  let address: string;
  /** Answers that wait to be finished, or to be cut off. */
  const waiting: ServerResponse[] = [];

  beforeAll(async () => {
    const cube = readFileSync(suite.fixture.file);
    server = createServer((request, response) => {
      const open = !request.url?.includes('closed');
      response.writeHead(200, {
        'Content-Length': cube.length,
        ...(open && { 'Access-Control-Allow-Origin': '*' }),
      });
      if (!request.url?.includes('slow')) response.end(cube);
      else {
        response.write(cube.subarray(0, cube.length >> 1));
        waiting.push(response);
      }
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
    for (const each of [folder, run.folder]) rmSync(each, { recursive: true, force: true });
  });
  beforeEach(async () => {
    if (!(await suite.page.isHidden('#message'))) await suite.page.click('#dismiss');
  });

  const counts = () => suite.page.textContent('#counts');

  test.each([
    ['VTU', () => fixture('vtk-appended-zlib.vtu'), /^5 cells, 16 points/],
    ['legacy VTK', () => fixture('vtk-binary-5.1.vtk'), /^5 cells, 16 points/],
    ['Gmsh MSH', () => fixture('gmsh-box-4.1-binary.msh'), /^79 cells, /],
    ['STL', () => file('a.stl', writeStl(tetrahedron)), /^4 cells, 4 points/],
    ['OBJ', () => file('a.obj', `${square}f 1 2 3 4\n`), /^1 cells, 4 points/],
    ['PLY', () => file('a.ply', ply), /^1 cells, 3 points/],
    ['GLB', () => file('a.glb', glb()), /^2 cells, 6 points/],
  ] as const)('%s, chosen in the picker that the button opens', async (_, path, says) => {
    const { page } = suite;
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#open')]);
    expect(chooser.isMultiple()).toBe(true);
    await chooser.setFiles(path());
    await expect.poll(counts).toMatch(says);
    await ready(page);
    // the body is drawn: pixels of the view that are not the page's
    const box = (await page.locator('.viewport').boundingBox())!;
    const shown = await pixelsOf(page);
    const background = shown.at(box.x + 4, box.y + 4);
    let drawn = 0;
    for (let x = box.x + 90; x < box.x + box.width - 4; x += 5)
      for (let y = box.y + 4; y < box.y + box.height - 4; y += 5)
        if (colourDistance(shown.at(x, y), background) > 30) drawn++;
    expect(drawn).toBeGreaterThan(40);
  });

  /** Lets go of files of the disk over the page, as a person does. */
  async function drop(files: readonly string[]): Promise<void> {
    const { page } = suite;
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [...files], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
    expect(await page.evaluate(() => document.documentElement.dataset.dropping)).toBe('true');
    await session.send('Input.dispatchDragEvent', { type: 'drop', x: 300, y: 300, data });
    await session.detach();
    expect(await page.evaluate(() => document.documentElement.dataset.dropping)).toBeUndefined();
  }

  test('a file that is dropped, and a series', async () => {
    await drop([fixture('gmsh-box-2.2-ascii.msh')]);
    await expect.poll(counts).toMatch(/^79 cells/);
    await ready(suite.page);
    await drop(suite.fixture.series);
    await expect.poll(() => suite.page.textContent('#time')).toBe('0 (1 of 3)');
    await ready(suite.page);
  });

  test('a folder of a run that is dropped: its samples, compared', async () => {
    const { page } = suite;
    await drop([run.folder]);
    await page.waitForSelector('#samples:not([hidden])');
    await expect.poll(() => page.locator('.panel h2').allTextContents()).toHaveLength(3);
    await ready(page);
    expect(await page.locator('input[name=sample]').count()).toBe(4);
    await page.check('input[name=sample][value="1"]');
    await expect.poll(counts).toMatch(new RegExp(`^${run.samples[1].mesh.cellCount} cells`));
    await openFiles(page, suite.fixture.file);
    expect(await page.isHidden('#samples')).toBe(true);
  });

  test('an address in the page’s own, one that is typed, and one that does not answer other sites', async () => {
    const linked = await openViewer(
      suite.browser,
      `${suite.url}#open=${encodeURIComponent(`${address}/far.vtu`)}`,
    );
    expect(await linked.page.textContent('#title')).toBe('far.vtu');
    expect(await linked.page.textContent('#counts')).toMatch(/^125 cells/);
    expect(linked.elsewhere).toEqual([`${address}/far.vtu`]);
    // the address is kept with the view
    await linked.page.click('#copy-link');
    const link = new URL(linked.page.url()).hash;
    await linked.page.goto('about:blank');
    await linked.page.goto(suite.url + link);
    await ready(linked.page);
    expect(await linked.page.textContent('#title')).toBe('far.vtu');

    await linked.page.goto('about:blank');
    await linked.page.goto(`file://${packageFile('dist/viewer/index.html')}`);
    await linked.page.fill('#address', `${address}/closed.vtu`);
    await linked.page.press('#address', 'Enter');
    await linked.page.waitForSelector('#message:not([hidden])');
    expect(await linked.page.textContent('#message-text')).toMatch(
      /closed\.vtu cannot be fetched from http:/,
    );
    await linked.page.click('#dismiss');
    await linked.page.fill('#address', `${address}/far.vtu`);
    await linked.page.press('#address', 'Enter');
    await linked.page.waitForSelector('#view[data-state="ready"]');
    expect(await linked.page.textContent('#counts')).toMatch(/^125 cells/);
    await linked.page.close();
  });

  test('loading tells how far it is, and is cancelled by button or key', async () => {
    const opened = await openViewer(suite.browser, suite.url);
    for (const how of ['#cancel', 'Escape']) {
      await opened.page.evaluate(
        (url) => {
          location.hash = `open=${url}`;
        },
        encodeURIComponent(`${address}/slow.vtu`),
      );
      // an address in the page's own counts when the page is loaded
      await opened.page.reload({ waitUntil: 'commit' });
      await opened.page.waitForSelector('#loading:not([hidden])');
      expect(await opened.page.textContent('#loading-text')).toBe('Loading…');
      await expect
        .poll(() => opened.page.locator('#loading-bar').evaluate((bar: HTMLProgressElement) => bar.value))
        .toBeCloseTo(0.5, 1);
      const response = waiting.at(-1)!;
      const gone = new Promise((closed) => response.once('close', closed));
      if (how === '#cancel') await opened.page.click(how);
      else await opened.page.keyboard.press(how);
      await gone;
      await opened.page.waitForSelector('#empty:not([hidden])');
      expect(await opened.page.isHidden('#loading')).toBe(true);
    }
    await opened.page.close();
  });

  test('what cannot be opened says so in the page, and what was shown stays', async () => {
    const { page } = suite;
    for (const name of ['half.vtu', 'other-end.vtu', 'lz4.vtu', 'laughs.vtu', '3-gb-block.vtu', '3-gb.stl']) {
      const { bytes, says } = refusedFiles.find((each) => each.name === name)!;
      await page.setInputFiles('#file-input', { name, mimeType: '', buffer: Buffer.from(bytes) });
      await page.waitForSelector('#message:not([hidden])');
      const text = (await page.textContent('#message-text'))!;
      expect(text).toMatch(says);
      expect(text).toContain(name);
      expect(await page.getAttribute('#message', 'role')).toBe('alert');
      await page.click('#dismiss');
      await ready(page);
      expect(await page.getAttribute('#view', 'data-state')).toBe('ready');
      expect(await page.textContent('#title')).toBe('cube.vtu');
      expect(await page.isVisible('.viewport')).toBe(true);
    }
    const [one, other] = [file('part.vtu', ''), file('other.stl', '')];
    await page.setInputFiles('#file-input', [one, other]);
    await page.waitForSelector('#message:not([hidden])');
    expect(await page.textContent('#message-text')).toMatch(/2 files that form no series/);
  });

  test('from a folder, without a server: files open on a phone too, and no one is asked for anything', async () => {
    const page = await suite.browser.newPage({ viewport: { width: 390, height: 844 } });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${packageFile('dist/viewer/index.html')}`);
    await page.waitForSelector('#empty:not([hidden])');
    await openFiles(page, suite.fixture.file);
    await page.fill('#cell', '31');
    await page.waitForSelector('#probe-values[data-cell="31"]');
    expect(requests.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([]);
    // nothing is cut off at the side
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const box = (await page.locator('.viewport').boundingBox())!;
    expect(box.width).toBeGreaterThan(350);
    expect(box.height).toBeGreaterThan(220);
    await page.close();
  });
});
