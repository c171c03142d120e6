import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MethodFigures } from '../../../cli/bench/figures.js';
import type { BenchResult } from '../../../cli/bench/run-bench.js';
import { interruptInProcess, runInProcess } from '../in-process.js';

/** Seconds on a quiet machine; networks on a busy one wait for their own threads. */
const PATIENCE = 300_000;

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A part of the family that `random-bc` was trained on: a square without its corners. */
const SQUARE = `conductivity: 1
mesh:
  outline:
    points: [[1.2, 0], [4.6, 0], [4.6, 1.5], [6.28, 1.5], [6.28, 5.1], [5.2, 5.1], [5.2, 6.28], [1.5, 6.28], [1.5, 4.7], [0, 4.7], [0, 1.3], [1.2, 1.3]]
    patches: [bottom, s1, s2, right, s3, s4, top, s5, s6, left, s7, s8]
  cells: 1000
boundary:
  bottom: { type: temperature, value: 0 }
  right: { type: temperature, value: 0 }
  top: { type: temperature, value: 0 }
  left: { type: temperature, value: 0 }
  default: { type: insulated }
surrogate: random-bc
`;

/** Quadrilaterals would be orthogonal; these triangles are not. Two heats, one of them through a side. */
const PLATE = `lengthUnit: mm
thickness: 3
conductivity: { chip: 100, default: 200 }
mesh:
  rectangle: { from: [0, 0], to: [60, 40] }
  regions: [{ name: chip, from: [5, 5], to: [20, 20] }]
  cells: 400
heat: [{ region: chip, power: 10 }]
boundary:
  right: { type: temperature, value: 20 }
  top: { type: flux, value: 1000 }
  default: { type: insulated }
`;

async function benched(text: string, ...args: string[]): Promise<BenchResult> {
  writeFileSync(at('case.yaml'), text);
  const { code, output, errors } = await runInProcess(
    'bench',
    at('case.yaml'),
    '--json',
    '--repeats',
    '2',
    ...args,
  );
  expect(errors).toBe('');
  expect(code).toBe(0);
  return JSON.parse(output);
}

const named = ({ methods }: BenchResult, name: string): MethodFigures =>
  methods.find((method) => method.name === name)!;

/** The verdict once more, from the printed figures and written without the command's code. */
function checkVerdict(result: BenchResult): void {
  const { methods, wantedError, queriesPerMesh, meshes, model, verdict } = result;
  const totals = methods
    .filter(
      ({ kind }) =>
        (kind !== 'surrogate' && kind !== 'hybrid') ||
        (model!.refusal === null && model!.outside.length === 0),
    )
    .flatMap(({ name, kind, setupSeconds, points }) =>
      points
        .filter(({ error }) => error <= wantedError)
        .map(({ secondsPerQuery }) => {
          const learned = kind === 'surrogate' || kind === 'hybrid';
          const once = learned && model!.training.source === 'measured' ? model!.training.seconds : 0;
          return { name, learned, total: once + meshes * (setupSeconds! + queriesPerMesh * secondsPerQuery) };
        }),
    )
    .sort((a, b) => a.total - b.total);
  expect(verdict.recommended!.name).toBe(totals[0].name);
  expect(verdict.recommended!.totalSeconds).toBeCloseTo(totals[0].total, 9);
  expect(verdict.worthIt).toBe(totals[0].learned);
  expect(verdict.words.startsWith(totals[0].learned ? 'Yes: ' : 'No: ')).toBe(true);
}

describe('fieldsmith bench', { timeout: PATIENCE }, () => {
  it('many sources on one mesh: every method measured, the verdict that its figures give, a page', async () => {
    const queries =
      'queries: { perMesh: 3000, error: 0.05, vary: { sources: { kind: fourier, modes: 4 } } }\n';
    const result = await benched(SQUARE + queries, '--out', at('many.html'));
    expect(result.model).toMatchObject({ refusal: null, outside: [], training: { source: 'card' } });
    expect(result.methods.map(({ name }) => name)).toEqual([
      'surrogate',
      'surrogate_corrected',
      'guess_amg',
      'deflation',
      'amg',
      'incomplete_cholesky',
      'cholesky',
      'pod',
    ]);
    for (const { setupSeconds, points, missing } of result.methods) {
      expect(missing).toBeNull();
      expect(setupSeconds).toBeGreaterThan(0);
      for (const { error, largestError, secondsPerQuery } of points) {
        expect(error).toBeGreaterThan(0);
        expect(largestError).toBeGreaterThanOrEqual(error);
        expect(secondsPerQuery).toBeGreaterThan(0);
      }
    }
    // what is solved to the end with two-point fluxes has their error, the converged rest none
    const direct = named(result, 'cholesky').points.find(({ setting }) => setting.startsWith('direct'))!;
    expect(direct.error / result.twoPointError).toBeCloseTo(1, 6);
    expect(Math.min(...named(result, 'amg').points.map(({ error }) => error))).toBeLessThan(1e-4);
    // loads of 23 dimensions: as many solved queries answer all others
    const [superposed] = named(result, 'pod').points;
    expect(named(result, 'pod').title).toBe('superposition of 23 solved queries');
    expect(superposed.error / result.twoPointError).toBeCloseTo(1, 2);
    // hybrids reach what their solver reaches
    for (const name of ['guess_amg', 'deflation']) {
      expect(Math.min(...named(result, name).points.map(({ error }) => error))).toBeLessThan(1e-3);
    }
    expect(named(result, 'surrogate').points[0].error).toBeLessThan(0.1);
    expect(result.meshError.error).toBeGreaterThan(0.5 * result.twoPointError);
    checkVerdict(result);
    const page = readFileSync(at('many.html'), 'utf8');
    expect(page).toContain(result.verdict.words.split(':')[0]);
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it('one solve of another part: the model does not fit, the classical part stands; errors in kelvin of rise', async () => {
    const text = `${PLATE}surrogate: random-bc\nqueries: { error: 0.02 }\n`;
    const result = await benched(text);
    expect(result.references).toBe(1);
    expect(result.model!.outside.length).toBeGreaterThan(0);
    expect(result.verdict).toMatchObject({ worthIt: false, withModel: null, breakEven: null });
    expect(result.verdict.words).toContain('The model random-bc does not fit');
    expect(named(result, 'surrogate').points.length).toBe(1);
    expect(named(result, 'pod').missing).toMatch(
      /it would solve 2 queries first, as many as are asked \(1\) or more/,
    );
    checkVerdict(result);
    // another zero of the temperature changes no error
    const kelvin = await benched(text.replace('value: 20 }', 'value: 293.15 }'));
    const coarsest = (each: BenchResult) => named(each, 'surrogate').points[0].error;
    expect(coarsest(kelvin) / coarsest(result)).toBeCloseTo(1, 6);
  });

  it('convection and another dimension: no surrogate is measured and the verdict says why', async () => {
    const cooled = PLATE.replace(
      '{ type: flux, value: 1000 }',
      '{ type: convection, coefficient: 50, ambient: 20 }',
    );
    const result = await benched(`${cooled}surrogate: random-bc\nqueries: { perMesh: 40 }\n`);
    expect(result.methods.every(({ kind }) => kind === 'classical' || kind === 'reduced')).toBe(true);
    expect(result.verdict.words).toMatch(/does not fit: patch top gives heat off by convection/);
    // one heat: exact after one solve
    expect(named(result, 'pod').points[0].error).toBeLessThan(1e-4);
    checkVerdict(result);
    const solid = PLATE.replace('cells: 400', 'cells: 400\n  extrude: { height: 3, layers: 1 }');
    const other = await benched(`${solid}surrogate: random-bc\n`);
    expect(other.verdict.words).toMatch(/does not fit: it is of 2D meshes, the part is 3D/);
    expect(other.meshError.error).toBeNull();
    checkVerdict(other);
  });

  it('webgpu: figures of a GPU, or null with the reason', async () => {
    const result = await benched(
      `${SQUARE}queries: { perMesh: 2, device: webgpu, vary: { sources: { kind: hot-spots } } }\n`,
    );
    const gpu = result.methods.filter(({ device }) => device === 'webgpu');
    expect(gpu.map(({ name }) => name)).toEqual([
      'surrogate_webgpu',
      'surrogate_corrected_webgpu',
      'guess_amg_webgpu',
      'deflation_webgpu',
    ]);
    for (const { setupSeconds, points, missing } of gpu) {
      if (result.device.missing === null) expect(setupSeconds).toBeGreaterThan(0);
      else {
        expect({ setupSeconds, points }).toEqual({ setupSeconds: null, points: [] });
        expect(missing).toBe(result.device.missing);
        expect(result.verdict.words).toContain('There are no figures on webgpu');
      }
    }
    checkVerdict(result);
  });

  it('a part insulated all around, and a model trained here, whose seconds count', async () => {
    const closed = PLATE.replace(
      'right: { type: temperature, value: 20 }',
      'right: { type: flux, value: -1000 }',
    )
      .replace('heat: [{ region: chip, power: 10 }]', 'heat: []')
      .replace('top: { type: flux, value: 1000 }', 'left: { type: flux, value: 1000 }');
    const result = await benched(
      `${closed}queries: { perMesh: 3, error: 0.05 }\n`,
      '--train-budget',
      '1s',
      '--out',
      at('trained.html'),
    );
    expect(result.model).toMatchObject({ refusal: null, training: { source: 'measured' } });
    expect(existsSync(at('trained-run/model/card.json'))).toBe(true);
    expect(named(result, 'amg').points.at(-1)!.error).toBeLessThan(1e-4);
    checkVerdict(result);
  });

  it('says what it would measure, in words for people, and stops on ctrl-C without a page', async () => {
    writeFileSync(at('case.yaml'), `${PLATE}queries: { perMesh: 2 }\n`);
    const plan = await runInProcess('bench', at('case.yaml'), '--dry-run', '--queries', '50');
    expect(plan.output).toMatch(/50 queries on each of 1 meshes/);
    expect(plan.output).toMatch(/superposition of 2 solved queries\n/);
    expect(plan.output).toContain('nothing was measured or written');
    const words = await runInProcess('bench', at('case.yaml'), '--repeats', '1');
    expect(words.output).toMatch(/AMG-PCG +[\d.]+ m?s/);
    expect(words.output).toContain('No surrogate was measured');
    const stopped = await interruptInProcess('bench', at('case.yaml'), '--out', at('stopped.html'));
    expect(stopped.code).toBe(130);
    expect(existsSync(at('stopped.html'))).toBe(false);
  });

  it.each<[string, string, string[], RegExp]>([
    ['a page of another kind', PLATE, ['--out', 'x.pdf'], /ends in \.html/],
    [
      'a model and a training',
      PLATE,
      ['--model', 'random-bc', '--train-budget', '1s'],
      /give either it or --model/,
    ],
    ['heat in time', `${PLATE}time: { end: 3 }\n`, [], /fieldsmith bench treats steady problems/],
    ['factors that fall', `${PLATE}queries: { vary: { strengths: [2, 1] } }\n`, [], /two factors that rise/],
    [
      'nothing that heats',
      PLATE.replace('heat: [{ region: chip, power: 10 }]\n', '').replace(
        'top: { type: flux, value: 1000 }',
        'top: { type: insulated }',
      ),
      [],
      /nothing heats or cools this part/,
    ],
    [
      'convection to train on',
      PLATE.replace('{ type: flux, value: 1000 }', '{ type: convection, coefficient: 50, ambient: 20 }'),
      ['--train-budget', '1s'],
      /nothing to train: patch top gives heat off by convection/,
    ],
    ['a model that is none', PLATE, ['--model', 'nowhere'], /no model 'nowhere'/],
  ])('%s: a sentence', async (_, text, args, message) => {
    writeFileSync(at('case.yaml'), text);
    const { code, errors, output } = await runInProcess('bench', at('case.yaml'), ...args);
    expect(errors).toMatch(message);
    expect(code).toBe(1);
    expect(output).toBe('');
  });
});
