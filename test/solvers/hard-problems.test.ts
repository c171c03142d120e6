import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GeometryError, IllPosedProblemError, InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import {
  assemble,
  type BoundaryConditions,
  heatBalance,
  type PoissonProblem,
  solve,
} from '../../solvers/index.js';
import { kuhnTetrahedra } from './mesh-families.js';
import { meshOfPolygons, structuredMesh } from './structured-mesh.js';

const names = ['left', 'right', 'bottom', 'top'];
const every = <T>(value: T): Record<string, T> => Object.fromEntries(names.map((name) => [name, value]));
const insulated = { type: 'neumann', flux: 0 } as const;
const fixed = (value: number | ((x: readonly number[]) => number)) => ({ type: 'dirichlet', value }) as const;

function triangles(n: number, width = 1, height = 1, jitter = 0.2, seed = 3) {
  const random = createRandom(seed);
  return structuredMesh({
    columns: n,
    rows: n,
    width,
    height,
    shape: 'triangles',
    jitter,
    random: () => random.uniform(-1, 1),
  });
}

/** The largest |u − exact| over cells. */
function largestError(
  { mesh }: PoissonProblem,
  u: Float64Array,
  exact: (x: readonly number[]) => number,
): number {
  return u.reduce((most, value, cell) => {
    const at = cell * mesh.dimension;
    const place = Array.from(mesh.cellCentroids.subarray(at, at + mesh.dimension));
    return Math.max(most, Math.abs(value - exact(place)));
  }, 0);
}

describe('solved with a certificate', () => {
  it.each([
    ['quadrilaterals', 1e6],
    ['quadrilaterals', 1e-6],
    ['triangles', 1e3],
    ['triangles', 1e6],
  ] as const)('%s of aspect ratio %d', async (shape, aspect) => {
    const mesh = structuredMesh({ columns: 10, rows: 10, width: aspect, shape });
    const exact = ([x, y]: readonly number[]) => 1 + x / aspect - 2 * y;
    const problem = { mesh, source: 0, boundaryConditions: every(fixed(exact)) };
    const answer = await solve(problem, { relativeTolerance: 1e-9 });
    expect(answer.status).toBe('converged');
    expect(largestError(problem, answer.solution, exact)).toBeLessThan(1e-6);
    expect(heatBalance(problem, answer).relativeImbalance).toBeLessThan(1e-10);
  });

  it('angles of a hundredth of a degree', async () => {
    // two needles in every square: the inner column is moved to 1/10,000 of its neighbour
    const columns = [0, 0.5, 0.50005, 1];
    const points = columns.flatMap((x) => [0, 0.25, 0.5, 0.75, 1].flatMap((y) => [x, y]));
    const cells: number[][] = [];
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 4; j++) {
        const [a, b, c, d] = [5 * i + j, 5 * i + 5 + j, 5 * i + 6 + j, 5 * i + j + 1];
        cells.push([a, b, c], [a, c, d]);
      }
    }
    const mesh = meshOfPolygons(points, cells, () => 'wall', ['wall']);
    const exact = ([x, y]: readonly number[]) => 3 * x - y;
    const problem: PoissonProblem = { mesh, source: 0, boundaryConditions: { wall: fixed(exact) } };
    const answer = await solve(problem, { relativeTolerance: 1e-8 });
    expect(answer.status).toBe('converged');
    expect(answer.nonOrthogonalCorrection).toBe(1);
    expect(largestError(problem, answer.solution, exact)).toBeLessThan(1e-4);
  });

  it('conductivities twelve orders apart', async () => {
    const mesh = triangles(10);
    const problem: PoissonProblem = {
      mesh,
      conductivity: ([x, y]) => (Math.hypot(x - 0.5, y - 0.5) < 0.3 ? 1e-12 : 1),
      source: 1,
      boundaryConditions: every(fixed(0)),
    };
    const answer = await solve(problem);
    expect(answer.relativeResidual).toBeLessThanOrEqual(1e-8);
    expect(heatBalance(problem, answer).relativeImbalance).toBeLessThan(1e-10);
  });

  it('an empty patch, with or without a condition', async () => {
    const { patches, ...rest } = triangles(6);
    const mesh = { ...rest, patches: [...patches, { name: 'none', start: rest.faceCount, size: 0 }] };
    const conditions: BoundaryConditions = every(fixed(1));
    const without = await solve({ mesh, source: 1, boundaryConditions: conditions });
    for (const none of [
      insulated,
      fixed(5),
      { type: 'robin', coefficient: 1, ambient: 2 },
      { type: 'neumann', flux: new Float64Array(0) },
    ] as const) {
      const problem: PoissonProblem = { mesh, source: 1, boundaryConditions: { ...conditions, none } };
      const answer = await solve(problem);
      expect(answer.solution).toEqual(without.solution);
      expect(heatBalance(problem, answer).patches[4]).toEqual({
        name: 'none',
        area: 0,
        rate: 0,
        meanFlux: 0,
      });
    }
  });

  it('a Robin patch with h = 0 like an insulated one, also everywhere', async () => {
    const mesh = triangles(8);
    const none = { type: 'robin', coefficient: 0, ambient: 7 } as const;
    const answers = [insulated, none].map((top) =>
      solve({ mesh, source: 1, boundaryConditions: { ...every(fixed(1)), top } }),
    );
    const [reference, robin] = await Promise.all(answers);
    expect(robin.solution).toEqual(reference.solution);
    const closed = { mesh, source: 1, boundaryConditions: every(none) };
    await expect(solve(closed)).rejects.toBeInstanceOf(IllPosedProblemError);
    expect((await solve(closed, { neumannImbalance: 'remove' })).status).toBe('converged');
  });

  it('a Robin patch with a huge h like a Dirichlet one', async () => {
    const mesh = triangles(8);
    const [wall, limit] = await Promise.all(
      [fixed(2), { type: 'robin', coefficient: 1e14, ambient: 2 } as const].map((condition) =>
        solve({ mesh, source: 1, boundaryConditions: every(condition) }, { relativeTolerance: 1e-12 }),
      ),
    );
    wall.solution.forEach((value, cell) => {
      expect(Math.abs(value - limit.solution[cell])).toBeLessThan(1e-9);
    });
  });

  it('periodic on all sides: balanced data to zero mean, and determined by a reaction', async () => {
    const mesh = triangles(16);
    const boundaryConditions: BoundaryConditions = {
      left: { type: 'periodic', partner: 'right' },
      right: { type: 'periodic', partner: 'left' },
      bottom: { type: 'periodic', partner: 'top', translation: [0, 1] },
      top: { type: 'periodic', partner: 'bottom' },
    };
    const exact = ([x, y]: readonly number[]) => Math.sin(2 * Math.PI * x) * Math.cos(2 * Math.PI * y);
    const source = (x: readonly number[]) => 8 * Math.PI ** 2 * exact(x);
    const free = await solve({ mesh, source, boundaryConditions }, { neumannImbalance: 'remove' });
    expect(free.status).toBe('converged');
    expect(largestError({ mesh, source, boundaryConditions }, free.solution, exact)).toBeLessThan(0.06);
    await expect(solve({ mesh, source: 1, boundaryConditions })).rejects.toBeInstanceOf(IllPosedProblemError);
    const constant = await solve({ mesh, source: 6, reaction: 2, boundaryConditions });
    constant.solution.forEach((value) => {
      expect(value).toBeCloseTo(3, 6);
    });
  });

  it('a crack of duplicated points as a patch of its own', async () => {
    // two squares side by side that share the lower half of their edge; the upper half has its points twice
    const points = [0, 0, 1, 0, 2, 0, 0, 1, 1, 1, 2, 1, 0, 2, 1, 2, 2, 2, 1, 2];
    const cells = [
      [0, 1, 4, 3],
      [1, 2, 5, 4],
      [3, 4, 7, 6],
      [4, 5, 8, 9],
    ];
    const crack = (p: number, q: number) => [p, q].includes(4) && ([p, q].includes(7) || [p, q].includes(9));
    const mesh = meshOfPolygons(
      points,
      cells,
      (p, q) => (crack(p, q) ? 'crack' : points[2 * p] + points[2 * q] === 0 ? 'left' : 'rest'),
      ['left', 'rest', 'crack'],
    );
    const boundaryConditions: BoundaryConditions = { left: fixed(1), rest: fixed(0), crack: insulated };
    const problem = { mesh, source: 0, boundaryConditions };
    const answer = await solve(problem);
    expect(answer.status).toBe('converged');
    const without: BoundaryConditions = { left: fixed(1), rest: fixed(0) };
    await expect(solve({ mesh, source: 0, boundaryConditions: without })).rejects.toThrow(
      /'crack' has no boundary/,
    );
  });

  it('any plain problem: residual met, balance closed, maximum principle kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: -6, max: 4, noNaN: true }),
        fc.double({ min: -3, max: 6, noNaN: true }),
        fc.array(fc.constantFrom('dirichlet', 'robin', 'neumann'), { minLength: 3, maxLength: 3 }),
        async (seed, contrast, logH, kinds) => {
          const random = createRandom(seed);
          const mesh = triangles(6, 1, 1, 0.25, seed);
          const conductivity = Float64Array.from({ length: mesh.cellCount }, () =>
            random.uniform(0, 1) < 0.5 ? 1 : 10 ** contrast,
          );
          const conditionOf = (kind: string, value: number): BoundaryConditions[string] => {
            if (kind === 'dirichlet') return fixed(value);
            return kind === 'robin' ? { type: 'robin', coefficient: 10 ** logH, ambient: value } : insulated;
          };
          const boundaryConditions = Object.fromEntries(
            names.map((name, i) => [name, conditionOf(i === 0 ? 'robin' : kinds[i - 1], i)]),
          );
          const problem = { mesh, conductivity, source: 0, boundaryConditions };
          const plain = await solve(problem, { nonOrthogonalCorrection: false, relativeTolerance: 1e-10 });
          // met, or below what a product with B can resolve, and said so
          const { values } = assemble(problem).operator.matrix;
          const roundOff = 1e-15 * 3 * Math.sqrt(mesh.cellCount) * Math.max(...values);
          expect(plain.status).toBe(plain.relativeResidual <= 1e-10 ? 'converged' : 'stagnated');
          expect(plain.relativeResidual <= 1e-10 || plain.residualNorm < roundOff).toBe(true);
          for (const value of plain.solution) {
            expect(value).toBeGreaterThan(-1e-5);
            expect(value).toBeLessThan(3 + 1e-5);
          }
          const corrected = await solve(problem, { relativeTolerance: 1e-6 });
          expect(corrected).toMatchObject({ status: 'converged', nonOrthogonalCorrection: 1 });
          for (const answer of [plain, corrected]) {
            expect(heatBalance(problem, answer).relativeImbalance).toBeLessThan(1e-9);
          }
        },
      ),
      { numRuns: 40, seed: 12 },
    );
  });
});

describe('refused with the reason', () => {
  const mesh = triangles(4);
  const good: PoissonProblem = { mesh, source: 1, boundaryConditions: every(fixed(0)) };
  const withNaN = new Float64Array(mesh.cellCount).fill(1);
  withNaN[5] = Number.NaN;
  const somewhere =
    (value: number) =>
    ([x, y]: readonly number[]) =>
      x > 0.5 && y > 0.5 ? value : 1;
  const robin = (coefficient: number, ambient = 0) =>
    ({ ...every(fixed(0)), top: { type: 'robin', coefficient, ambient } }) as BoundaryConditions;
  const cases: [string, Partial<PoissonProblem>, RegExp][] = [
    [
      'cells of κ = 0',
      { conductivity: somewhere(0) },
      /positive conductivity, conductivity\[\d+\] is 0; leave cells/,
    ],
    ['negative κ', { conductivity: somewhere(-1) }, /positive conductivity/],
    [
      'an indefinite tensor',
      { conductivity: [1, 2, 1] },
      /positive definite.*conductivity\[0\] is \[1, 2, 1\]/,
    ],
    ['a semi-definite tensor', { conductivity: [1, 1, 1] }, /positive definite/],
    [
      'a tensor of another dimension',
      { conductivity: [1, 0, 0, 1, 0, 1] },
      /tensor of 3 components.*6 components/,
    ],
    ['κ of another mesh', { conductivity: new Float64Array(7).fill(1) }, /expected 32 values.*or 96.*got 7/],
    ['negative h', { boundaryConditions: robin(-2) }, /top\.coefficient\[0\] is -2, expected h >= 0/],
    ['infinite h', { boundaryConditions: robin(Number.POSITIVE_INFINITY) }, /top\.coefficient is Infinity/],
    ['an ambient of NaN', { boundaryConditions: robin(1, Number.NaN) }, /top\.ambient is NaN/],
    ['a negative reaction', { reaction: -1 }, /reaction c >= 0, reaction\[0\] is -1/],
    ['a reaction with NaN', { reaction: withNaN }, /reaction\[5\] is NaN/],
    [
      'a negative resistance',
      { contactResistances: [{ interface: Int32Array.of(1), resistance: -1 }] },
      /resistance\[0\] is -1, expected R >= 0/,
    ],
    [
      'a resistance on the boundary',
      { contactResistances: [{ interface: Int32Array.of(mesh.internalFaceCount), resistance: 1 }] },
      /the internal faces of this mesh are/,
    ],
    [
      'an unknown interface',
      { contactResistances: [{ interface: 'glue', resistance: 1 }] },
      /no interface is named 'glue'; this mesh has no interfaces/,
    ],
    [
      'a periodic patch without its partner',
      { boundaryConditions: { ...every(fixed(0)), left: { type: 'periodic', partner: 'right' } } },
      /periodic patch 'left' names the partner 'right', which should be/,
    ],
    [
      'periodic patches that do not match',
      {
        boundaryConditions: {
          ...every(fixed(0)),
          left: { type: 'periodic', partner: 'top' },
          top: { type: 'periodic', partner: 'left' },
        },
      },
      /'left' and 'top' do not match: none of equal size and opposite normal/,
    ],
    [
      'an unknown type',
      { boundaryConditions: { ...every(fixed(0)), left: { type: 'wall' } as never } },
      /unknown boundary type 'wall'; expected one of dirichlet, neumann, robin, periodic/,
    ],
  ];
  it.each(cases)('%s', async (_, change, message) => {
    const attempt = solve({ ...good, ...change });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InvalidInputError);
  });

  it('points in one place: cells without volume and faces without area', async () => {
    const points = [0, 0, 1, 0, 1, 1, 0, 1, 1, 1];
    const cells = [
      [0, 1, 2],
      [0, 2, 3],
      [2, 4, 3],
    ];
    const broken = meshOfPolygons(points, cells, () => 'wall', ['wall']);
    const attempt = solve({ mesh: broken, source: 1, boundaryConditions: { wall: fixed(0) } });
    await expect(attempt).rejects.toThrow(/cell 2 has the volume 0; points of it are duplicated/);
    await expect(attempt).rejects.toBeInstanceOf(GeometryError);
  });

  it('a part that duplicated points cut off', async () => {
    const points = [0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 2, 0, 2, 1, 1, 1];
    const cells = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ];
    const split = meshOfPolygons(points, cells, (p) => (p < 4 ? 'near' : 'far'), ['near', 'far']);
    const boundaryConditions: BoundaryConditions = { near: fixed(0), far: insulated };
    const attempt = solve({ mesh: split, source: 1, boundaryConditions });
    await expect(attempt).rejects.toThrow(/1 of 2 cells \(the first is cell 1\).*disconnected/);
    await expect(attempt).rejects.toBeInstanceOf(IllPosedProblemError);
    const held: BoundaryConditions = { near: fixed(0), far: { type: 'robin', coefficient: 1, ambient: 4 } };
    expect((await solve({ mesh: split, source: 1, boundaryConditions: held })).status).toBe('converged');
  });

  it('data of other conditions than the operator’s', () => {
    const { operator } = assemble({ ...good, boundaryConditions: robin(2) });
    expect(operator.robin?.some((h) => h === 2)).toBe(true);
    const other: PoissonProblem = { ...good, boundaryConditions: robin(3) };
    expect(() => heatBalance(other, { solution: new Float64Array(mesh.cellCount) }, operator)).toThrow(
      /'top' as h = 2.*h = 3; assemble the operator anew/,
    );
  });
});

describe('tetrahedra of every kind of patch', () => {
  it('pair periodic faces in 3D whatever their order', async () => {
    const mesh = kuhnTetrahedra(4, 0.15);
    const boundaryConditions: BoundaryConditions = Object.fromEntries(
      mesh.patches.map(({ name }) => {
        const other = name.endsWith('Min') ? name.replace('Min', 'Max') : name.replace('Max', 'Min');
        return [
          name,
          name[0] === 'z' ? fixed(name === 'zMin' ? 0 : 1) : { type: 'periodic', partner: other },
        ];
      }),
    );
    const problem = { mesh, source: 0, boundaryConditions };
    const answer = await solve(problem, { relativeTolerance: 1e-11 });
    expect(largestError(problem, answer.solution, ([, , z]) => z)).toBeLessThan(1e-9);
    const { patches } = heatBalance(problem, answer);
    expect(patches.find(({ name }) => name === 'zMax')?.rate).toBeCloseTo(1, 8);
    expect(patches.find(({ name }) => name === 'xMin')?.rate).toBeCloseTo(0, 8);
  });
});
