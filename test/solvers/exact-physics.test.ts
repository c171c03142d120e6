import { describe, expect, it } from 'vitest';
import { createMesh, extrudeMesh, type Mesh } from '../../geometry/index.js';
import {
  type BoundaryConditions,
  type Certificate,
  gradients,
  heatBalance,
  type PoissonProblem,
  solve,
} from '../../solvers/index.js';
import { observedOrder } from './convergence-study.js';
import { kuhnTetrahedra, meshFamily, withPoints } from './mesh-families.js';
import { structuredMesh } from './structured-mesh.js';

const insulated = { type: 'neumann', flux: 0 } as const;

async function solved(problem: PoissonProblem): Promise<Certificate> {
  const answer = await solve(problem, { relativeTolerance: 1e-11 });
  expect(answer.status).toBe('converged');
  expect(heatBalance(problem, answer).relativeImbalance).toBeLessThan(1e-10);
  return answer;
}

/** Relative error in L² at the centroids. */
function errorOf(mesh: Mesh, u: Float64Array, exact: (x: readonly number[]) => number): number {
  let [error, size] = [0, 0];
  for (let cell = 0; cell < mesh.cellCount; cell++) {
    const at = cell * mesh.dimension;
    const value = exact(Array.from(mesh.cellCentroids.subarray(at, at + mesh.dimension)));
    error += mesh.cellVolumes[cell] * (u[cell] - value) ** 2;
    size += mesh.cellVolumes[cell] * value ** 2;
  }
  return Math.sqrt(error / size);
}

async function order(sizes: readonly number[], measure: (n: number) => Promise<number>): Promise<number> {
  const points: { n: number; error: number }[] = [];
  for (const n of sizes) points.push({ n, error: await measure(n) });
  return observedOrder(points);
}

/** A ring sector's mesh: a rectangle's cells with x = log r, y = angle bent around the origin. */
function annulus(n: number, inner: number, outer: number): Mesh {
  const around = 8 * n;
  const points: number[] = [];
  for (let i = 0; i <= n; i++) {
    const r = inner * (outer / inner) ** (i / n);
    for (let j = 0; j < around; j++) {
      points.push(r * Math.cos((2 * Math.PI * j) / around), r * Math.sin((2 * Math.PI * j) / around));
    }
  }
  const at = (i: number, j: number) => i * around + (j % around);
  const cells: number[][] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < around; j++) {
      const [a, b, c, d] = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
      cells.push([a, b, c], [a, c, d]);
    }
  }
  const middle = Math.sqrt(inner * outer);
  return createMesh({
    points,
    cells,
    patchOfFace: (_, __, x) => (Math.hypot(...x) < middle ? 'inner' : 'outer'),
  });
}

/** An eighth of the unit ball: the cube's shells |x|_∞ = r bent into spheres. Patches xMax, yMax, zMax are its surface. */
function ballOctant(n: number): Mesh {
  const cube = kuhnTetrahedra(n, 0);
  const points = cube.points.slice();
  for (let p = 0; p < points.length; p += 3) {
    const x = Array.from(points.subarray(p, p + 3));
    const length = Math.hypot(...x);
    if (length > 0) for (let k = 0; k < 3; k++) points[p + k] *= Math.max(...x) / length;
  }
  return withPoints(cube, points);
}

/** Roots of φ'(L) = −(h/κ) φ(L) for φ = λ cos λx + (h/κ) sin λx, one in each ((m − 1)π/L, mπ/L). */
function robinEigenvalue(m: number, ratio: number, length: number): number {
  const f = (k: number) =>
    2 * ratio * k * Math.cos(k * length) - (k * k - ratio * ratio) * Math.sin(k * length);
  let [low, high] = [((m - 1) * Math.PI) / length + 1e-9, (m * Math.PI) / length];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (f(low) * f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

describe('exact physics, heat balance closed to 1e-10', () => {
  it('a heated rod with Robin ends: its series', async () => {
    const [length, width, kappa, h, q] = [1, 0.6, 2, 5, 30];
    const ratio = h / kappa;
    // −κΔu = q, κ∂u/∂n = −h u at x = 0 and L, u = 0 at y = 0 and W, in the eigenfunctions φ_m(x)
    const terms = Array.from({ length: 60 }, (_, index) => {
      const k = robinEigenvalue(index + 1, ratio, length);
      const integral = Math.sin(k * length) + (ratio / k) * (1 - Math.cos(k * length));
      const steps = 2000;
      let squared = 0;
      for (let i = 0; i < steps; i++) {
        const x = ((i + 0.5) * length) / steps;
        squared += ((k * Math.cos(k * x) + ratio * Math.sin(k * x)) ** 2 * length) / steps;
      }
      return { k, amplitude: (q * integral) / (squared * kappa * k * k) };
    });
    const exact = ([x, y]: readonly number[]) =>
      terms.reduce((sum, { k, amplitude }) => {
        const mode = k * Math.cos(k * x) + ratio * Math.sin(k * x);
        const across = (Math.exp(-k * y) + Math.exp(-k * (width - y))) / (1 + Math.exp(-k * width));
        return sum + amplitude * mode * (1 - across);
      }, 0);
    const robin = { type: 'robin', coefficient: h, ambient: 0 } as const;
    const cold = { type: 'dirichlet', value: 0 } as const;
    const boundaryConditions = { left: robin, right: robin, bottom: cold, top: cold };
    const rate = await order([8, 16, 32, 64], async (n) => {
      const mesh = structuredMesh({ columns: n, rows: n, width: length, height: width, shape: 'triangles' });
      const { solution } = await solved({ mesh, conductivity: kappa, source: q, boundaryConditions });
      return errorOf(mesh, solution, exact);
    });
    expect(Math.abs(rate - 2)).toBeLessThan(0.15);
  });

  it('an annulus, fixed inside and convecting outside: the logarithmic profile and its heat', async () => {
    const [inner, outer, kappa, h, hot, ambient] = [0.5, 1.5, 3, 4, 80, 20];
    // per metre: Q = 2π (T₁ − T∞)/(ln(r₂/r₁)/κ + 1/(h r₂))
    const heat = (2 * Math.PI * (hot - ambient)) / (Math.log(outer / inner) / kappa + 1 / (h * outer));
    const exact = (x: readonly number[]) =>
      hot - (heat / (2 * Math.PI * kappa)) * Math.log(Math.hypot(...x) / inner);
    const boundaryConditions: BoundaryConditions = {
      inner: { type: 'dirichlet', value: hot },
      outer: { type: 'robin', coefficient: h, ambient },
    };
    const heatErrors: { n: number; error: number }[] = [];
    const rate = await order([4, 8, 16, 32], async (n) => {
      const mesh = annulus(n, inner, outer);
      const problem = { mesh, conductivity: kappa, source: 0, boundaryConditions };
      const answer = await solved(problem);
      const { patches } = heatBalance(problem, answer);
      const [into, out] = ['inner', 'outer'].map(
        (name) => patches.find((patch) => patch.name === name)!.rate,
      );
      expect(into).toBeCloseTo(-out, 8);
      heatErrors.push({ n, error: Math.abs(into / heat - 1) });
      return errorOf(mesh, answer.solution, exact);
    });
    expect(Math.abs(rate - 2)).toBeLessThan(0.15);
    expect(observedOrder(heatErrors)).toBeGreaterThan(1.8);
    expect(heatErrors[3].error).toBeLessThan(1e-3);
  });

  it('a sphere that heats itself and convects: the parabola', async () => {
    const [kappa, h, q, ambient] = [1.5, 2, 12, 20];
    const exact = (x: readonly number[]) =>
      ambient + q / (3 * h) + (q / (6 * kappa)) * (1 - x.reduce((sum, value) => sum + value * value, 0));
    const wall = { type: 'robin', coefficient: h, ambient } as const;
    const boundaryConditions = {
      ...{ xMin: insulated, yMin: insulated, zMin: insulated },
      ...{ xMax: wall, yMax: wall, zMax: wall },
    };
    const wallErrors: { n: number; error: number }[] = [];
    const rate = await order([4, 6, 8, 12], async (n) => {
      const mesh = ballOctant(n);
      const problem = { mesh, conductivity: kappa, source: q, boundaryConditions };
      const answer = await solved(problem);
      const { faceValues } = heatBalance(problem, answer);
      const surface = mesh.patches.filter(({ name }) => name.endsWith('Max'));
      const worst = surface.flatMap(({ start, size }) =>
        Array.from(
          faceValues.subarray(start - mesh.internalFaceCount, start + size - mesh.internalFaceCount),
          (value) => Math.abs(value - ambient - q / (3 * h)),
        ),
      );
      wallErrors.push({ n, error: Math.max(...worst) });
      return errorOf(mesh, answer.solution, exact);
    });
    expect(Math.abs(rate - 2)).toBeLessThan(0.2);
    expect(observedOrder(wallErrors)).toBeGreaterThan(1);
  });

  it.each(['jittered triangles', 'jittered quadrilaterals', 'prisms', 'jittered tetrahedra'])(
    'a slab of two layers with a contact resistance, to round-off: %s',
    async (name) => {
      const family = meshFamily(name);
      const mesh = family.mesh(family.dimension === 2 ? 8 : 4);
      const [k1, k2, resistance] = [1, 20, 0.35];
      const { dimension } = mesh;
      const joint = Int32Array.from({ length: mesh.internalFaceCount }, (_, face) => face).filter(
        (face) =>
          Math.abs(mesh.faceCentroids[face * dimension] - 0.5) < 1e-9 &&
          Math.abs(mesh.faceNormals[face * dimension]) > 0.9,
      );
      const problem: PoissonProblem = {
        mesh: { ...mesh, interfaces: [{ name: 'joint', faces: joint }] },
        conductivity: ([x]) => (x < 0.5 ? k1 : k2),
        source: 0,
        boundaryConditions: Object.fromEntries(
          mesh.patches.map(({ name: patch }, i) => [
            patch,
            i < 2 ? { type: 'dirichlet', value: i } : insulated,
          ]),
        ),
        contactResistances: [{ interface: 'joint', resistance }],
      };
      const answer = await solved(problem);
      const flux = 1 / (0.5 / k1 + resistance + 0.5 / k2);
      answer.solution.forEach((value, cell) => {
        const x = mesh.cellCentroids[cell * dimension];
        const expected = x < 0.5 ? (flux / k1) * x : 1 - (flux / k2) * (1 - x);
        expect(Math.abs(value - expected)).toBeLessThan(1e-8);
      });
      const slopes = gradients(problem, answer);
      for (let cell = 0; cell < mesh.cellCount; cell++) {
        const expected = flux / (mesh.cellCentroids[cell * dimension] < 0.5 ? k1 : k2);
        expect(Math.abs(slopes[cell * dimension] - expected)).toBeLessThan(1e-7);
        expect(Math.abs(slopes[cell * dimension + 1])).toBeLessThan(1e-7);
      }
      const { patches, faceFluxes } = heatBalance(problem, answer);
      expect(patches[1].meanFlux).toBeCloseTo(flux, 8);
      const wall = mesh.patches[0].start - mesh.internalFaceCount;
      expect(faceFluxes[wall]).toBeCloseTo(-flux, 7);
    },
  );

  it('a fin as a reaction: the hyperbolic cosine and its efficiency', async () => {
    const [length, thickness, kappa, h, base, ambient] = [1, 0.1, 1, 0.4, 100, 20];
    // h on both sides of the sheet over its thickness
    const exchange = (2 * h) / thickness;
    const m = Math.sqrt(exchange / kappa);
    const exact = ([x]: readonly number[]) =>
      ambient + ((base - ambient) * Math.cosh(m * (length - x))) / Math.cosh(m * length);
    const rate = await order([16, 32, 64], async (n) => {
      const mesh = structuredMesh({
        columns: n,
        rows: n / 8,
        width: length,
        height: thickness,
        shape: 'triangles',
      });
      const problem: PoissonProblem = {
        mesh,
        conductivity: kappa,
        reaction: exchange,
        source: exchange * ambient,
        boundaryConditions: {
          left: { type: 'dirichlet', value: base },
          right: insulated,
          bottom: insulated,
          top: insulated,
        },
      };
      const answer = await solved(problem);
      const { patches, reaction, source } = heatBalance(problem, answer);
      const heat = kappa * m * (base - ambient) * Math.tanh(m * length) * thickness;
      if (n === 64) expect(patches[0].rate / heat).toBeCloseTo(1, 2);
      expect(-(reaction + source) / patches[0].rate).toBeCloseTo(1, 9);
      return errorOf(mesh, answer.solution, exact);
    });
    expect(Math.abs(rate - 2)).toBeLessThan(0.15);
  });

  it('a thin fin in 2D with convecting sides loses what the fin equation says', async () => {
    const [length, thickness, kappa, h, base, ambient] = [1, 0.02, 10, 0.5, 100, 20];
    const wall = { type: 'robin', coefficient: h, ambient } as const;
    const mesh = structuredMesh({ columns: 200, rows: 6, width: length, height: thickness });
    const problem: PoissonProblem = {
      mesh,
      conductivity: kappa,
      source: 0,
      boundaryConditions: {
        left: { type: 'dirichlet', value: base },
        right: insulated,
        bottom: wall,
        top: wall,
      },
    };
    const { patches } = heatBalance(problem, await solved(problem));
    const m = Math.sqrt((2 * h) / (kappa * thickness));
    const heat = kappa * m * (base - ambient) * Math.tanh(m * length) * thickness;
    // exact up to the Biot number of half the thickness, 5e-4
    expect(Math.abs(patches[0].rate / heat - 1)).toBeLessThan(1e-3);
  });

  it.each(['jittered triangles', 'jittered hexahedra', 'jittered tetrahedra'])(
    'linear fields in an anisotropic solid, to round-off, whatever the patches: %s',
    async (name) => {
      const family = meshFamily(name);
      const mesh = family.mesh(4);
      const tensor = mesh.dimension === 2 ? [4, 1.5, 2] : [4, 1.5, 0.4, 2, -0.3, 1];
      const full =
        mesh.dimension === 2
          ? [
              [4, 1.5],
              [1.5, 2],
            ]
          : [
              [4, 1.5, 0.4],
              [1.5, 2, -0.3],
              [0.4, -0.3, 1],
            ];
      const slope = [2, -3, 0.7].slice(0, mesh.dimension);
      const exact = (x: readonly number[]) => 1 + x.reduce((sum, value, k) => sum + slope[k] * value, 0);
      const heatFlux = full.map((row) => row.reduce((sum, entry, j) => sum + entry * slope[j], 0));
      const problem: PoissonProblem = {
        mesh,
        conductivity: tensor,
        source: 0,
        boundaryConditions: Object.fromEntries(
          mesh.patches.map(({ name: patch }, i) => {
            const flux = (i % 2 ? 1 : -1) * heatFlux[i >> 1];
            if (i === 0) return [patch, { type: 'dirichlet', value: exact }];
            if (i % 2) return [patch, { type: 'neumann', flux }];
            return [
              patch,
              { type: 'robin', coefficient: 3, ambient: (x: readonly number[]) => exact(x) + flux / 3 },
            ];
          }),
        ),
      };
      const answer = await solved(problem);
      expect(errorOf(mesh, answer.solution, exact)).toBeLessThan(1e-9);
      gradients(problem, answer).forEach((value, i) => {
        expect(Math.abs(value - slope[i % mesh.dimension])).toBeLessThan(1e-6);
      });
    },
  );

  it('does in 3D what it does in the section of an extruded mesh', async () => {
    const section = meshFamily('jittered triangles').mesh(8);
    const mesh = extrudeMesh(section, { height: 0.5, layers: 3, bottom: 'front', top: 'back' });
    const source = ([x, y]: readonly number[]) => Math.sin(5 * x) + y;
    const sides: BoundaryConditions = {
      left: { type: 'dirichlet', value: 0 },
      right: { type: 'robin', coefficient: 2, ambient: 1 },
      bottom: insulated,
      top: { type: 'neumann', flux: 0.4 },
    };
    const ends = { front: insulated, back: insulated };
    const flat = await solved({ mesh: section, source, boundaryConditions: sides });
    const deep = await solved({ mesh, source, boundaryConditions: { ...sides, ...ends } });
    deep.solution.forEach((value, cell) => {
      expect(Math.abs(value - flat.solution[cell % section.cellCount])).toBeLessThan(1e-8);
    });
  });
});
