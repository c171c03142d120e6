import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  boxMesh,
  cornerRemovedSquare,
  cubeWithCylindricalHole,
  generateMesh,
  type Mesh,
  type PolygonGeometry,
  plateWithHoles,
} from '../../geometry/index.js';
import { assemble, assembleOperator, type PoissonProblem } from '../../solvers/index.js';
import { descriptorKinds, problemDescriptors } from '../../training/problem-descriptors.js';
import { shapeDescriptors } from '../../training/shape-descriptors.js';
import { judgeRange, rangeStatistics } from '../../training/trained-range.js';
import { areaUnderCurve, insulatedBut, scaledMesh } from './range-checks.js';

const figure = (mesh: Mesh, name: string) =>
  shapeDescriptors(mesh)[descriptorKinds(mesh.dimension).shape.findIndex((kind) => kind.name === name)];

describe('shapeDescriptors', () => {
  it('are those of a box', () => {
    const [a, b, c] = [4, 2, 1];
    const mesh = boxMesh({ size: [a, b, c], cells: [16, 8, 4] });
    // L = a/2; moments of a box are (side/L)²/12, less (h/L)²/12 where cells stand for their centroids
    const inL = (x: number) => x / (a / 2);
    const surface = 2 * (a * b + b * c + c * a);
    for (const [name, value] of [
      ['side of the bounding box along y over its longest', Math.log(b / a)],
      ['share of the bounding box that is filled', 1],
      ['boundary over volume', Math.log((surface / (a * b * c)) * (a / 2))],
      ['centre of volume along x', 0],
      ['second moment xx of the volume', (inL(a) ** 2 - inL(0.25) ** 2) / 12],
      ['second moment zz of the volume', (inL(c) ** 2 - inL(0.25) ** 2) / 12],
      ['second moment xy of the volume', 0],
      ['third moment of the volume along x', 0],
      ['share of the boundary that faces z', (2 * a * b) / surface],
      ['alignment of the boundary with the axes', 1],
      ['through holes', 0],
    ] as const)
      expect(figure(mesh, name), name).toBeCloseTo(value, 10);
  });

  it('count through holes in the plane and in space', () => {
    for (const holes of [0, 1, 3])
      expect(
        figure(generateMesh(plateWithHoles({ holes, seed: 4 }), { cellCount: 300 }), 'through holes'),
      ).toBe(holes);
    expect(figure(cubeWithCylindricalHole({ seed: 2, cellCount: 600 }), 'through holes')).toBe(1);
  });
});

describe('problemDescriptors', () => {
  const mesh = boxMesh({ size: [1, 0.8, 0.6], cells: [8, 6, 5] });
  const figuresOf = (problem: Partial<PoissonProblem> & { mesh: Mesh }) => {
    const { operator, rightHandSide } = assemble({
      source: 0,
      boundaryConditions: insulatedBut(problem.mesh, ['xMin']),
      ...problem,
    });
    const source =
      problem.source instanceof Float64Array ? problem.source : new Float64Array(problem.mesh.cellCount);
    return problemDescriptors(operator, { source, rightHandSide });
  };
  const centroids = Array.from({ length: mesh.cellCount }, (_, cell) => mesh.cellCentroids[3 * cell]);

  it('are the same in millimetres, with κ and q in their units', () => {
    const problem = (scale: number) => ({
      mesh: scaledMesh(mesh, scale),
      source: Float64Array.from(centroids, (x) => Math.sin(5 * x) / scale ** 2),
      conductivity: Float64Array.from(centroids, (x) => (1 + x) * (scale === 1 ? 1 : 200)),
    });
    const [metres, millimetres] = [1, 1000].map((scale) => figuresOf(problem(scale)));
    for (const [group, figures] of Object.entries(metres)) {
      figures.forEach((value, i) => {
        expect(millimetres[group as keyof typeof metres]![i], `${group} ${i}`).toBeCloseTo(value, 6);
      });
    }
  });

  it('measure wave numbers: k of sin kx', () => {
    const fine = boxMesh({ size: [1, 0.1, 0.1], cells: [200, 2, 2] });
    for (const k of [4 * Math.PI, 10 * Math.PI]) {
      const source = Float64Array.from({ length: fine.cellCount }, (_, cell) =>
        Math.sin(k * fine.cellCentroids[3 * cell]),
      );
      const [wave] = figuresOf({ mesh: fine, source }).load!;
      expect(Math.abs(Math.expm1(wave) / ((k * 0.5) / Math.PI) - 1)).toBeLessThan(0.01);
    }
  });

  it('tell loads by fluxes, by boundary values and by sources apart', () => {
    const conditions = (value: number, flux: number) =>
      ({
        ...insulatedBut(mesh, []),
        xMin: { type: 'dirichlet', value },
        xMax: { type: 'neumann', flux },
      }) as const;
    const ones = new Float64Array(mesh.cellCount).fill(1);
    const shares = (problem: Partial<PoissonProblem>) => figuresOf({ mesh, ...problem }).load!.slice(1);
    expect(shares({ source: ones })).toEqual([expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    expect(shares({ boundaryConditions: conditions(0, 3) })).toEqual([1, 0]);
    expect(shares({ boundaryConditions: conditions(7, 0) })).toEqual([0, 1]);
    // as much heat by the flux, over 0.48, as by the source, over 0.48 too
    expect(shares({ source: ones, boundaryConditions: conditions(0, 1) })[0]).toBeCloseTo(0.5, 10);
  });

  it('see anisotropy, contrast and reaction', () => {
    const base = figuresOf({ mesh }).material!;
    expect(base).toEqual([0, 0, 0, 0, 0]);
    const layered = Float64Array.from(centroids, (x) => (x < 0.5 ? 1 : 100));
    expect(figuresOf({ mesh, conductivity: layered }).material![1]).toBeCloseTo(Math.log(100), 12);
    // K = diag(3, 1.5, 1.5) = 2 I + diag(1, −½, −½): √(3/2)/(2√3)
    expect(figuresOf({ mesh, conductivity: [3, 0, 0, 1.5, 0, 1.5] }).material![2]).toBeCloseTo(
      Math.sqrt(1 / 8),
      12,
    );
    expect(Math.expm1(figuresOf({ mesh, reaction: 8 }).material![3])).toBeCloseTo(8 * 0.25, 12);
  });
});

describe('rangeStatistics', () => {
  /** Figures of a shape that depend on a few hidden parameters, as those of a family of parts do. */
  function family(seed: number, parameters: number) {
    const random = createRandom(seed);
    const figures = descriptorKinds(2).shape.length;
    const effects = Array.from({ length: figures }, () =>
      Array.from({ length: parameters }, () => 0.1 * random.normal()),
    );
    return () => {
      const values = Array.from({ length: parameters }, () => random.uniform(-1, 1));
      return { shape: effects.map((row) => row.reduce((sum, effect, i) => sum + effect * values[i], 0)) };
    };
  }

  it.each([12, 40, 150])('takes few of a family for strangers, of %i seen', (count) => {
    // a quantile of so few varies from family to family: the mean over several of them
    const shares = Array.from({ length: 10 }, (_, seed) => {
      const draw = family(seed, 6);
      const statistics = rangeStatistics(2, Array.from({ length: count }, draw));
      const verdicts = Array.from({ length: 100 }, () => judgeRange(statistics, draw()));
      return verdicts.filter(({ outside }) => outside).length / 100;
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / 10).toBeLessThan(0.1);
  });

  it('finds parts that break the relations of a family though every figure is within its extremes', () => {
    const draw = family(3, 2);
    const seen = Array.from({ length: 60 }, draw);
    const statistics = rangeStatistics(2, seen);
    const random = createRandom(8);
    // each figure from another part of the family
    const mixed = () => ({ shape: seen[0].shape.map((_, i) => seen[random.integer(0, 59)].shape[i]) });
    for (let i = 0; i < 20; i++) {
      const { outside, reasons } = judgeRange(statistics, mixed());
      expect(outside).toBe(true);
      expect(reasons[0]).toMatch(/^shape: each figure is one that training saw, but not together/);
    }
  });

  it('judges by floors what training saw only one value of', () => {
    const kinds = descriptorKinds(2).material;
    const zero = kinds.map(() => 0);
    const statistics = rangeStatistics(2, [{ material: zero }, { material: zero.slice() }]);
    const at = (i: number, floors: number) => ({
      material: zero.map((_, j) => (i === j ? floors * kinds[i].floor : 0)),
    });
    kinds.forEach((kind, i) => {
      expect(judgeRange(statistics, at(i, 2.9)).outside).toBe(false);
      expect(judgeRange(statistics, at(i, 3.1)).reasons[0]).toContain(`material: ${kind.name} is`);
      if (kind.upwards) expect(judgeRange(statistics, at(i, -9)).score).toBe(0);
    });
  });

  it('knows nothing without statistics, or with those of other figures', () => {
    const unknown = { score: null, outside: false, groups: {} };
    expect(judgeRange(undefined, {})).toMatchObject(unknown);
    const statistics = rangeStatistics(2, [{ material: [0, 0, 0, 0, 0] }]);
    statistics.groups.material.names[1] = 'something else';
    const verdict = judgeRange(statistics, { material: [0, 0, 0, 0, 0] });
    expect(verdict).toMatchObject(unknown);
    expect(verdict.reasons[0]).toMatch(/another version/);
  });
});

describe('the score in the plane', () => {
  const cells = { cellCount: 250 };
  const square = (corners: number, seed: number) => cornerRemovedSquare({ corners, seed });
  const stretched = ({ outer }: PolygonGeometry, factor: number): PolygonGeometry => ({
    outer: { ...outer, vertices: outer.vertices.map(([x, y]): [number, number] => [factor * x, y]) },
  });
  const angle = (width: number): PolygonGeometry => ({
    outer: {
      vertices: [
        [0, 0],
        [1, 0],
        [1, width],
        [width, width],
        [width, 1],
        [0, 1],
      ],
      patches: ['a', 'b', 'c', 'd', 'e', 'f'],
    },
  });
  const verdictsOn = (parts: readonly PolygonGeometry[]) => {
    const figures = parts.map((part) => {
      const mesh = generateMesh(part, cells);
      return problemDescriptors(
        assembleOperator(
          mesh,
          1,
          insulatedBut(
            mesh,
            mesh.patches.map(({ name }) => name),
          ),
        ),
      );
    });
    return figures;
  };
  const many = (count: number, part: (seed: number) => PolygonGeometry) =>
    Array.from({ length: count }, (_, i) => part(i));
  const statistics = rangeStatistics(
    2,
    verdictsOn([...many(12, (i) => square(2, 100 + i)), ...many(12, (i) => square(4, 100 + i))]),
  );
  const scores = (parts: readonly PolygonGeometry[]) =>
    verdictsOn(parts).map((part) => judgeRange(statistics, part).score!);
  const familiar = scores([...many(10, (i) => square(2, 300 + i)), ...many(10, (i) => square(4, 300 + i))]);

  it('is below 1 on held-out squares without corners, and on those with three, which are between', () => {
    expect(familiar.filter((score) => score > 1).length).toBeLessThanOrEqual(2);
    expect(scores(many(10, (i) => square(3, i))).filter((score) => score > 1).length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['plates with holes', many(10, (i) => plateWithHoles({ holes: 1 + (i % 4), seed: i }))],
    ['angles', many(8, (i) => angle(0.2 + 0.04 * i))],
    ['squares stretched by 1.3', many(8, (i) => stretched(square(4, 500 + i), 1.3))],
    ['squares stretched by 2', many(8, (i) => stretched(square(2, 500 + i), 2))],
  ] as const)('tells %s from squares without corners: AUC ≥ 0.9', (_, parts) => {
    expect(areaUnderCurve(familiar, scores(parts))).toBeGreaterThanOrEqual(0.9);
  });
});
