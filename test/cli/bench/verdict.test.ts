import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakEven } from '../../../cli/bench/break-even.js';
import { type Cost, costsAt, totalOf } from '../../../cli/bench/costs.js';
import {
  type BenchFigures,
  isLearned,
  type MethodFigures,
  type MethodKind,
  type ModelFigures,
} from '../../../cli/bench/figures.js';
import { judge } from '../../../cli/bench/verdict.js';

const point = (error: number, secondsPerQuery: number) => ({
  setting: `to ${error}`,
  error,
  largestError: 2 * error,
  secondsPerQuery,
  iterations: null,
});

const method = (
  name: string,
  kind: MethodKind,
  setupSeconds: number | null,
  ...points: [error: number, seconds: number][]
): MethodFigures => ({
  name,
  title: `the ${name}`,
  kind,
  device: 'cpu',
  setupSeconds,
  setupParts: {},
  points: points.map(([error, seconds]) => point(error, seconds)),
  missing: setupSeconds === null ? 'not here' : null,
});

const MODEL: ModelFigures = {
  name: 'runs/part',
  operator: 'reduced-basis',
  parameters: 1000,
  refusal: null,
  outside: [],
  rangeScore: 0.5,
  training: { seconds: 100, source: 'card' },
};

const figures = (methods: readonly MethodFigures[], rest: Partial<BenchFigures> = {}): BenchFigures => ({
  wantedError: 0.01,
  meshes: 1,
  queriesPerMesh: 1,
  discretisationError: null,
  model: MODEL,
  device: { asked: 'cpu', missing: null },
  methods,
  ...rest,
});

const SURROGATE = method('surrogate', 'surrogate', 1, [0.005, 0.001]);
const MULTIGRID = method('multigrid', 'classical', 0.1, [0.05, 0.005], [0.008, 0.01]);

describe('the verdict of a bench', () => {
  it('one solve: no, and from how many queries on it would be otherwise', () => {
    const verdict = judge(figures([SURROGATE, MULTIGRID]));
    expect(verdict).toMatchObject({
      worthIt: false,
      recommended: { name: 'multigrid', setting: 'to 0.008' },
      withModel: { name: 'surrogate' },
    });
    // 1 + 0.001 n < 0.1 + 0.01 n from n = 100 + 1
    expect(verdict.breakEven).toEqual({ from: 101, until: null });
    expect(verdict.words).toMatch(
      /^No: for one solve of this part, the multigrid is the cheapest way to 1 %, 110 ms in all\./,
    );
    expect(verdict.words).toContain('It pays from 101 queries a mesh on.');
    // 100 s of training more
    expect(verdict.breakEvenWithTraining).toEqual({ from: Math.floor(100.9 / 0.009) + 1, until: null });
  });

  it('many queries: yes', () => {
    const verdict = judge(figures([SURROGATE, MULTIGRID], { queriesPerMesh: 10_000 }));
    expect(verdict.worthIt).toBe(true);
    expect(verdict.words).toMatch(/^Yes: for 10,000 queries on this mesh, the surrogate/);
    expect(verdict.withoutModel!.totalSeconds).toBeCloseTo(100.1, 9);
  });

  it('a training that the bench has done counts, that of a card does not', () => {
    const measured = { ...MODEL, training: { seconds: 100, source: 'measured' } } as const;
    const few = figures([SURROGATE, MULTIGRID], { queriesPerMesh: 10_000, model: measured });
    expect(judge(few)).toMatchObject({ worthIt: false, recommended: { name: 'multigrid' } });
    expect(judge({ ...few, queriesPerMesh: 100_000 }).worthIt).toBe(true);
    // meshes share it
    expect(judge({ ...few, meshes: 1000 }).worthIt).toBe(true);
  });

  it('a surrogate that misses the accuracy is not recommended, however fast', () => {
    const coarse = method('surrogate', 'surrogate', 0, [0.03, 1e-6]);
    const verdict = judge(figures([coarse, MULTIGRID], { queriesPerMesh: 1_000_000 }));
    expect(verdict).toMatchObject({ worthIt: false, withModel: null, breakEven: null });
    expect(verdict.words).toMatch(
      /misses the 1 % that are wanted: its best answers are 3 % off, which the multigrid reaches in/,
    );
    expect(
      judge(figures([coarse, MULTIGRID], { wantedError: 0.03, queriesPerMesh: 1_000_000 })).worthIt,
    ).toBe(true);
  });

  it('a model outside of its range or of another kind: the classical part stands', () => {
    for (const model of [
      { ...MODEL, outside: ['shape: it is long', 'load: it is rough', 'material: copper'] },
      { ...MODEL, refusal: 'it is of 2D meshes, the part is 3D' },
    ]) {
      const verdict = judge(figures([SURROGATE, MULTIGRID], { queriesPerMesh: 10_000, model }));
      expect(verdict).toMatchObject({ worthIt: false, recommended: { name: 'multigrid' }, withModel: null });
      expect(verdict.words).toContain('The model runs/part does not fit');
      expect(verdict.words).not.toContain('copper');
    }
  });

  it('no model, nothing accurate enough, a device that is not there, an accuracy below that of the mesh', () => {
    expect(judge(figures([MULTIGRID], { model: null })).words).toContain('No surrogate was measured');
    const nothing = judge(figures([MULTIGRID], { wantedError: 1e-6 }));
    expect(nothing).toMatchObject({ worthIt: false, recommended: null });
    expect(nothing.words).toMatch(/^No: nothing that was measured reaches/);
    const missing = method('surrogate_webgpu', 'surrogate', null);
    const absent = figures([SURROGATE, missing, MULTIGRID], {
      device: { asked: 'webgpu', missing: 'no adapter' },
    });
    expect(judge(absent).words).toContain('There are no figures on webgpu: no adapter');
    const moot = judge(figures([SURROGATE, MULTIGRID], { discretisationError: 0.02 }));
    expect(moot.belowMeshError).toBe(true);
    expect(moot.words).toContain('The mesh itself is about 2 % off: an accuracy of 1 % is moot');
    expect(judge(figures([MULTIGRID], { discretisationError: 0.002 })).belowMeshError).toBe(false);
  });

  it('a surrogate that pays only up to a number of queries', () => {
    const quick = method('surrogate', 'surrogate', 0.1, [0.001, 0.02]);
    const factor = method('factor', 'classical', 1, [1e-9, 0.001]);
    const verdict = judge(figures([quick, factor], { queriesPerMesh: 100 }));
    // 0.1 + 0.02 n < 1 + 0.001 n up to n = 47
    expect(verdict.breakEven).toEqual({ from: 1, until: 47 });
    expect(verdict.words).toContain('It pays from 1 to 47 queries a mesh');
  });
});

const kinds = fc.constantFrom<MethodKind>('surrogate', 'hybrid', 'classical', 'reduced');
const time = fc.double({ min: 0, max: 10, noNaN: true });
const anyMethod = fc
  .record({
    kind: kinds,
    setup: fc.option(time, { freq: 8 }),
    points: fc.array(fc.tuple(fc.double({ min: 1e-6, max: 0.5, noNaN: true }), time), { maxLength: 4 }),
  })
  .map(({ kind, setup, points }) => method(kind, kind, setup, ...(points as [number, number][])));
const anyFigures = fc
  .record({
    wantedError: fc.constantFrom(0.001, 0.01, 0.1),
    meshes: fc.integer({ min: 1, max: 50 }),
    queriesPerMesh: fc.integer({ min: 1, max: 100_000 }),
    source: fc.constantFrom('card', 'measured'),
    outside: fc.boolean(),
    methods: fc.array(anyMethod, { maxLength: 7 }),
  })
  .map(({ source, outside, methods, ...rest }) =>
    figures(
      methods.map((each, index) => ({ ...each, name: `${each.name}-${index}` })),
      {
        ...rest,
        model: {
          ...MODEL,
          outside: outside ? ['everything'] : [],
          training: { seconds: 3, source: source as 'card' | 'measured' },
        },
      },
    ),
  );

/** Written anew: the total of every method that may be recommended, at each of its points. */
function totalsByHand({ methods, wantedError, meshes, queriesPerMesh, model }: BenchFigures): number[] {
  const totals: number[] = [];
  for (const { kind, setupSeconds, points } of methods) {
    const learned = kind === 'surrogate' || kind === 'hybrid';
    if (setupSeconds === null || (learned && model!.outside.length > 0)) continue;
    for (const { error, secondsPerQuery } of points) {
      if (error > wantedError) continue;
      const once = learned && model!.training.source === 'measured' ? model!.training.seconds : 0;
      totals.push(once + meshes * setupSeconds + meshes * queriesPerMesh * secondsPerQuery);
    }
  }
  return totals;
}

describe('for any figures', () => {
  it('the method recommended is never slower in total than another that is accurate enough', () => {
    fc.assert(
      fc.property(anyFigures, (given) => {
        const { recommended, worthIt, words } = judge(given);
        const totals = totalsByHand(given);
        expect(recommended === null).toBe(totals.length === 0);
        if (recommended) {
          for (const total of totals) {
            expect(recommended.totalSeconds).toBeLessThanOrEqual(total * (1 + 1e-12) + 1e-12);
          }
          const { kind } = given.methods.find(({ name }) => name === recommended.name)!;
          expect(worthIt).toBe(isLearned({ kind }));
        }
        expect(words).toMatch(worthIt ? /^Yes: / : /^No: /);
        expect(words).not.toMatch(/undefined|NaN|null/);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('the break-even range is the first stretch of a count from one to many', () => {
    const anyCost = fc
      .record({
        fixed: fc.integer({ min: 0, max: 40 }),
        setup: fc.integer({ min: 0, max: 40 }),
        each: fc.integer({ min: 0, max: 8 }),
      })
      .map(
        ({ fixed, setup, each }): Cost => ({
          method: MULTIGRID,
          point: MULTIGRID.points[0],
          meshes: 2,
          fixed,
          setup,
          each,
        }),
      );
    const costs = fc.array(anyCost, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(costs, costs, (ours, rivals) => {
        const least = (all: readonly Cost[], n: number) => Math.min(...all.map((cost) => totalOf(cost, n)));
        const wins = Array.from({ length: 200 }, (_, k) => least(ours, k + 1) < least(rivals, k + 1));
        const from = wins.indexOf(true) + 1;
        const found = breakEven(ours, rivals);
        if (from === 0) {
          expect(found).toBeNull();
          return;
        }
        const end = wins.indexOf(false, from);
        expect(found).toEqual({ from, until: end < 0 ? null : end });
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('costs are those of the cheapest setting that is accurate enough', () => {
    const [cost] = costsAt(
      figures([method('many', 'classical', 1, [0.5, 0.1], [0.01, 3], [0.001, 2])]),
      0.01,
    );
    expect(cost.point).toMatchObject({ error: 0.001, secondsPerQuery: 2 });
  });
});
