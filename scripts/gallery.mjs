// Renders the pictures of docs/viewer.md into docs/gallery: a heat sink and a plate solved here, shown by the built viewer in
// Chromium. `npm run build` first, then:
//   node scripts/gallery.mjs [folder] [name, to render one; '' for all] [run folder; '' for none] [phones, each at that size too]
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, stderr, stdout } from 'node:process';
import { chromium } from 'playwright-core';
import { writeMeshFile, writeSeries } from '../dist/geometry/files/index.js';
import {
  createPolyhedralMesh,
  generateMesh,
  generateTetrahedra,
  plateWithHoles,
} from '../dist/geometry/index.js';
import { solve } from '../dist/solvers/index.js';
import { serveViewer } from '../dist/viewer/index.js';
import { findBrowser } from './find-browser.mjs';

const [target = 'docs/gallery', only = '', run, sizes] = argv.slice(2);
const LARGEST_FILE = 150_000;
const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

/** Signed distance of a box with rounded edges. */
function box(place, centre, half, radius) {
  const d = place.map((x, k) => Math.abs(x - centre[k]) - half[k] + radius);
  const outside = Math.hypot(...d.map((x) => Math.max(x, 0)));
  return outside + Math.min(Math.max(...d), 0) - radius;
}

/** An aluminium heat sink 60 × 40 × 26 mm with a chip of 25 W under it, in air of 20 °C. */
async function heatSink() {
  const signedDistance = (x, y, z) => {
    const place = [x, y, z];
    const base = box(place, [30, 20, 3], [30, 20, 3], 1);
    const fins = [5, 15, 25, 35, 45, 55].map((centre) => box(place, [centre, 20, 14], [1.9, 20, 12], 0.8));
    const screws = [
      [10, 6],
      [50, 34],
    ].map(([cx, cy]) => 2.6 - Math.hypot(x - cx, y - cy));
    return Math.max(Math.min(base, ...fins), ...screws);
  };
  const { mesh: part } = generateTetrahedra({
    signedDistance,
    boundingBox: { low: [-1, -1, -1], high: [61, 41, 27] },
    cellSize: 1.35,
  });
  const { points, cellOffsets, cellPoints, cellShapes } = part;
  const mesh = createPolyhedralMesh({
    points: points.map((x) => x / 1000),
    cellOffsets,
    cellPoints,
    cellShapes,
    patchOfFace: (_, [x, y, z]) =>
      z < 0.0004 && Math.abs(x - 0.034) < 0.008 && Math.abs(y - 0.016) < 0.008 ? 'chip' : 'air',
  });
  const chip = mesh.patches.find(({ name }) => name === 'chip');
  const chipArea = mesh.faceAreas
    .subarray(chip.start, chip.start + chip.size)
    .reduce((sum, area) => sum + area, 0);
  const problem = {
    mesh,
    conductivity: 180,
    source: () => 0,
    boundaryConditions: {
      chip: { type: 'neumann', flux: 25 / chipArea },
      air: { type: 'robin', coefficient: 120, ambient: 20 },
    },
  };
  const temperature = async (nonOrthogonalCorrection) =>
    (await solve(problem, { nonOrthogonalCorrection, relativeTolerance: 1e-9 })).solution;
  const unit = (values) => ({
    values: Float64Array.from(values),
    components: 1,
    type: 'Float64',
    unit: '°C',
  });
  return {
    mesh,
    cellData: {
      temperature: unit(await temperature(true)),
      'two-point flux': unit(await temperature(false)),
    },
  };
}

/** A plate with holes under a heat source that goes round: one steady answer a place of the source. */
async function* movingSource() {
  const mesh = generateMesh(plateWithHoles({ holes: 5, seed: 4 }), { cellCount: 4000 });
  const boundaryConditions = Object.fromEntries(
    mesh.patches.map(({ name }) => [name, { type: 'dirichlet', value: 20 }]),
  );
  const low = [0, 1].map((k) => mesh.points.filter((_, i) => i % 2 === k).reduce((a, b) => Math.min(a, b)));
  const high = [0, 1].map((k) => mesh.points.filter((_, i) => i % 2 === k).reduce((a, b) => Math.max(a, b)));
  for (let step = 0; step < 12; step++) {
    const angle = (2 * Math.PI * step) / 12;
    const centre = [Math.cos(angle), Math.sin(angle)].map(
      (share, k) => (low[k] + high[k]) / 2 + 0.3 * share * (high[k] - low[k]),
    );
    const width = 0.06 * (high[0] - low[0]);
    const source = ([x, y]) => 400 * Math.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / width ** 2);
    const { solution } = await solve({ mesh, source, boundaryConditions }, { relativeTolerance: 1e-8 });
    const values = Float64Array.from(solution);
    yield {
      time: step / 2,
      mesh,
      cellData: { temperature: { values, components: 1, type: 'Float64', unit: '°C' } },
    };
  }
}

const scenes = [
  { name: 'surface', data: 'sink', state: {} },
  {
    name: 'cut',
    data: 'sink',
    state: {
      cut: { shown: true, normal: [0, 1, 0], position: 0.4, flipped: true },
      colours: { map: 'inferno' },
    },
    turn: ['ArrowRight', 'ArrowRight', 'ArrowRight'],
  },
  {
    name: 'iso-surfaces',
    data: 'sink',
    state: { iso: { shown: true, count: 7 }, surface: { opacity: 0.15 }, edges: { surface: false } },
  },
  {
    name: 'clipping-box',
    data: 'sink',
    state: { box: { shown: true, low: [0, 0.45, 0], high: [0.58, 1, 1] }, colours: { map: 'cividis' } },
    turn: ['ArrowLeft', 'ArrowLeft'],
  },
  {
    name: 'threshold',
    data: 'sink',
    state: { threshold: { shown: true, minimum: 35 }, colours: { map: 'turbo' } },
  },
  {
    name: 'slices',
    data: 'sink',
    state: { surface: { shown: false }, slices: { x: true, y: true, z: true, position: [0.57, 0.4, 0.12] } },
  },
  {
    name: 'streamlines',
    data: 'sink',
    state: {
      surface: { opacity: 0.12 },
      edges: { surface: false },
      streamlines: { shown: true, count: 110, length: 1 },
      colours: { map: 'inferno', range: 'locked', minimum: 31, maximum: 41 },
    },
  },
  {
    name: 'arrows',
    data: 'sink',
    state: {
      surface: { opacity: 0.12 },
      edges: { surface: false },
      glyphs: { shown: true, count: 900, scale: 1.3 },
    },
  },
  {
    name: 'compare',
    data: 'sink',
    state: {
      field: { name: 'two-point flux', association: 'cell' },
      compare: { shown: true, reference: { name: 'temperature', association: 'cell' } },
      cut: { shown: true, normal: [0, 0, 1], position: 0.3 },
      edges: { surface: false, cuts: false },
    },
    after: (page) => page.click('#worst'),
  },
  {
    name: 'plots',
    data: 'series',
    dark: true,
    state: {
      data: { step: 3 },
      edges: { surface: false },
      colours: { map: 'viridis' },
      probe: { line: true, from: [0.05, 0.5, 0.5], to: [0.95, 0.5, 0.5], overTime: true, cell: 2400 },
    },
  },
  {
    name: 'warp',
    data: 'series',
    state: {
      data: { step: 1 },
      edges: { surface: true },
      warp: { shown: true, amount: 0.35 },
      colours: { map: 'viridis' },
      camera: { projection: 'perspective' },
    },
    after: (page) => page.click('[data-look="corner"]'),
  },
  {
    name: 'live',
    data: 'sink',
    state: { live: { shown: true, model: 'control', part: { kind: 'holes', seed: 3 } } },
    after: polished,
  },
  {
    name: 'live-phone',
    data: 'sink',
    viewport: phone,
    state: { live: { shown: true, part: { cells: 1000 } }, edges: { surface: false } },
    after: answered,
  },
  { name: 'run', data: 'run' },
  {
    name: 'control',
    data: 'sink',
    state: { edges: { surface: false }, control: { shown: true, part: 'plate', limit: { maximum: 48 } } },
    after: async (page) => {
      await page.click('#control-run');
      await page.waitForSelector('#control-status[data-verdict="success"]');
      await page.locator('#control-run').evaluate((button) => button.scrollIntoView());
    },
  },
  {
    name: 'phone',
    data: 'sink',
    viewport: phone,
    state: { cut: { shown: true, normal: [0, 1, 0], flipped: true } },
  },
];

const executablePath = findBrowser();
if (!executablePath) {
  stderr.write('gallery: no Chrome or Chromium found\n');
  process.exit(1);
}
mkdirSync(target, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-gallery-'));
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
try {
  const { mesh, cellData } = await heatSink();
  stdout.write(`gallery: heat sink of ${mesh.cellCount} tetrahedra\n`);
  await writeMeshFile(join(folder, 'heat-sink.vtu'), mesh, { cellData });
  await writeSeries(join(folder, 'plate.pvd'), movingSource());
  const served = {
    sink: await serveViewer(join(folder, 'heat-sink.vtu')),
    series: await serveViewer(join(folder, 'plate.pvd')),
  };
  if (run) served.run = await serveViewer(run);
  for (const scene of scenes)
    if (scene.name.includes(only) && served[scene.data]) {
      await render(scene, served[scene.data].url);
      if (sizes === 'phones' && !scene.viewport)
        await render({ ...scene, name: `${scene.name}-phone`, viewport: phone }, served[scene.data].url);
    }
  for (const viewer of Object.values(served)) await viewer.close();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

async function render({ name, viewport = desktop, state, turn = [], dark = false, after }, url) {
  const page = await browser.newPage({
    viewport,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  page.on('pageerror', (error) => stderr.write(`gallery: ${name}: ${error.message}\n`));
  await page.goto(url);
  await settled(page);
  if (state) {
    const session = join(folder, 'view.json');
    writeFileSync(session, JSON.stringify({ version: 1, ...state }));
    await page.setInputFiles('#file-input', session);
    await settled(page);
  }
  await page.locator('.viewport').first().focus();
  for (const key of turn) await page.keyboard.press(key);
  await after?.(page);
  await settled(page);
  await page.evaluate(() => document.activeElement?.blur());
  let file = join(target, `${name}.png`);
  await page.screenshot({ path: file });
  for (const quality of [82, 72, 60]) {
    if (statSync(file).size <= LARGEST_FILE) break;
    rmSync(file);
    file = join(target, `${name}.jpg`);
    await page.screenshot({ path: file, type: 'jpeg', quality });
  }
  stdout.write(`gallery: ${file}, ${Math.round(statSync(file).size / 1000)} kB\n`);
  await page.close();
}

async function answered(page) {
  await page.waitForSelector('#live[data-state="ready"]', { timeout: 120_000 });
  await settled(page);
  await page.locator('[data-bind="live.source.at.0"]').fill('0.62');
  await page.waitForSelector('#live[data-state="ready"]', { timeout: 120_000 });
  await page.locator('#live .live-source').scrollIntoViewIfNeeded();
}

async function polished(page) {
  await answered(page);
  await page.click('#live-polish');
  await page.waitForFunction(
    () => /from zero/.test(document.getElementById('live-certificate').textContent),
    undefined,
    { timeout: 120_000 },
  );
  await page.mouse.move(4, 4);
  // its lower end at that of the panel: times of this machine are no part of the picture
  await page.evaluate(() => document.getElementById('live-certificate').scrollIntoView({ block: 'end' }));
}

/** Twice: what one change brings may change more. */
async function settled(page) {
  for (let i = 0; i < 2; i++) {
    await page.waitForSelector('#view[data-busy="false"][data-state="ready"]', { timeout: 120_000 });
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await page.waitForTimeout(150);
  }
}
