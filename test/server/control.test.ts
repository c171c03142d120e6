import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, type RunningService, runService, until } from './running-service.js';

let service: RunningService;
beforeAll(async () => {
  service = await runService();
});
afterAll(() => service.close());

const [cells, length, conductivity, cold] = [40, 2, 3, 20];
const mesh = { generator: 'box', size: [length, 1, 1], cells: [cells, 1, 1] };
/** A bar, heated at one end and kept cold at the other. */
const bar = {
  mesh,
  conductivity,
  boundaryConditions: {
    xMin: { type: 'neumann', flux: 0 },
    xMax: { type: 'dirichlet', value: cold },
    '*': { type: 'neumann', flux: 0 },
  },
};
const heater = { name: 'heater', patches: 'xMin', quantity: 'flux', bounds: [0, 1000] };
/** Of the first cell, half a cell from the end. */
const fluxFor = (temperature: number) => ((temperature - cold) * conductivity) / (length * (1 - 0.5 / cells));

test('finds the flux that a limit lets in, and the solver confirms it', async () => {
  const body = {
    ...bar,
    controls: [heater],
    limit: { maximum: 80 },
    // the warmer the better
    objective: [{ kind: 'target', field: 500 }],
  };
  const { status, json } = await ask(service, '/control', { body });
  expect(status).toBe(200);
  expect(json.verdict).toBe('success');
  expect(json.method).toBe('exact');
  expect(json.controls[0].mean / fluxFor(80)).toBeCloseTo(1, 4);
  expect(json.peak.verified).toBeLessThanOrEqual(80);
  expect(json.peak.before).toBeCloseTo(cold, 9);
  expect(json.before[0].every((u: number) => Math.abs(u - cold) < 1e-6)).toBe(true);
  expect(Math.max(...json.after[0])).toBe(json.peak.verified);

  // the plan, taken at its word
  const { boundaryConditions } = json;
  const solved = await ask(service, '/solve', {
    body: { mesh, conductivity, boundaryConditions, relativeTolerance: 1e-10 },
  });
  solved.json.solution.forEach((u: number, cell: number) => {
    expect(u).toBeCloseTo(json.after[0][cell], 5);
  });

  const binary = await ask(service, '/control', { body, headers: { accept: 'application/octet-stream' } });
  const after = Array.from({ length: cells }, (_, cell) => binary.bytes.readDoubleLE(8 * cell));
  expect(binary.bytes.length).toBe(8 * cells);
  expect(after).toEqual(json.after[0]);
  const report = JSON.parse(String(binary.headers['fieldsmith-report']));
  expect(report.verdict).toBe('success');
  expect(report.peak).toEqual(json.peak);
});

test('serves several load cases within a part, and proves what cannot be done', async () => {
  const loads = {
    ...bar,
    controls: [{ ...heater, patches: 'xMax', quantity: 'temperature', bounds: [-50, 50] }],
    limit: { maximum: 60, region: { low: [0, 0, 0], high: [1, 1, 1] } },
    loadCases: [
      { name: 'idle', source: 0 },
      { name: 'busy', source: { elsewhere: 0, boxes: [{ low: [0, 0, 0], high: [1, 1, 1], value: 90 }] } },
    ],
  };
  const { json } = await ask(service, '/control', { body: loads });
  expect(json.verdict).toBe('success');
  expect(json.cases.map(({ name }: { name: string }) => name)).toEqual(['idle', 'busy']);
  expect(json.after).toHaveLength(2);
  expect(json.cases[1].peakBefore).toBeGreaterThan(60);
  expect(json.cases[1].peakAfter).toBeLessThanOrEqual(60);
  // all temperatures follow that of the end
  expect(json.controls[0].mean).toBeCloseTo(cold - (json.cases[1].peakBefore - 60), 3);

  const body = { ...loads, controls: [{ ...loads.controls[0], bounds: [19, 50] }], limit: { maximum: 25 } };
  const impossible = await ask(service, '/control', { body });
  expect(impossible.json.verdict).toBe('infeasible');
  expect(impossible.json.infeasible.leastExcess).toBeCloseTo(json.cases[1].peakBefore - 1 - 25, 3);
  expect(impossible.json.sentence).toMatch(/\d/);
});

test('plans with a model, and verifies all the same', async () => {
  const { json } = await ask(service, '/control', {
    body: {
      mesh: { generator: 'corner-removed-square', corners: 1, seed: 2, cellCount: 900 },
      source: 1,
      boundaryConditions: { bottom: { type: 'dirichlet', value: 0 }, '*': { type: 'neumann', flux: 0 } },
      controls: [
        { patches: 'bottom', quantity: 'temperature', bounds: [-20, 5], shape: { kind: 'pieces', count: 2 } },
      ],
      limit: { maximum: 10 },
      model: 'random-bc',
      method: 'surrogate',
    },
  });
  expect(json.method).toBe('surrogate');
  expect(json.verdict).toBe('success');
  expect(json.peak.verified).toBeLessThanOrEqual(10);
  expect(json.certificate.relativeResidual).toBeLessThanOrEqual(1e-10);
});

test.each([
  ['an unknown patch', 422, /lid/, { controls: [{ ...heater, patches: 'lid' }] }],
  ['an unknown quantity', 400, /controls\.0\.quantity/, { controls: [{ ...heater, quantity: 'heat' }] }],
  ['bounds the wrong way round', 422, /bounds/, { controls: [{ ...heater, bounds: [1, 0] }] }],
  ['no limit in the limit', 422, /maximum or a minimum/, { limit: {} }],
  ['a region that is not there', 422, /no region 'chip'/, { limit: { maximum: 1, region: 'chip' } }],
  ['a kind of objective that is none', 400, /peak, mean, uniformity/, { objective: [{ kind: 'peek' }] }],
  ['a model that is none', 422, /random-bc/, { model: 'x' }],
] as const)('%s is refused', async (_, status, sentence, change) => {
  const answer = await ask(service, '/control', { body: { ...bar, controls: [heater], ...change } });
  expect(answer.json.detail).toMatch(sentence);
  expect(answer.status).toBe(status);
});

test('ends when its client leaves', async () => {
  const controller = new AbortController();
  const body = {
    mesh: { generator: 'box', size: [1, 1, 1], cells: [30, 30, 30] },
    source: 1,
    boundaryConditions: { '*': { type: 'robin', coefficient: 5, ambient: 0 } },
    controls: [
      { patches: '*', quantity: 'coefficient', bounds: [0.1, 50], shape: { kind: 'pieces', count: 8 } },
    ],
    limit: { maximum: 0.12 },
    starts: 8,
  };
  const asked = ask(service, '/control', { body, signal: controller.signal }).catch(() => 'left');
  await until(() => service.pool.running === 1);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(service.pool.running).toBe(1);
  controller.abort();
  expect(await asked).toBe('left');
  await until(() => service.pool.running === 0);
});
