import type { Mesh } from '../../geometry/mesh.js';
import type { BoundaryConditions, BoundaryValue, PoissonProblem } from '../../solvers/index.js';

type Position = readonly number[];

/** A solution with the derivatives that its equation needs; tensors are full, `[i][j]`. */
export interface Manufactured {
  readonly value: (x: Position) => number;
  readonly gradient: (x: Position) => number[];
  readonly hessian: (x: Position) => number[][];
  readonly conductivity: (x: Position) => number[][];
  /** Σ_i ∂K_ij/∂x_i */
  readonly conductivityDivergence: (x: Position) => number[];
  readonly reaction: (x: Position) => number;
}

/** f(x) g(y) h(z) from its factors and their first two derivatives. */
export function product(factors: readonly ((x: number) => readonly [number, number, number])[]) {
  const all = (x: Position) => x.map((coordinate, k) => factors[k](coordinate));
  const at = (x: Position, orders: readonly number[]) =>
    all(x).reduce((result, factor, k) => result * factor[orders[k]], 1);
  const order = (x: Position, ...axes: number[]) => {
    const orders = x.map((_, k) => axes.filter((axis) => axis === k).length);
    return at(x, orders);
  };
  return {
    value: (x: Position) => order(x),
    gradient: (x: Position) => x.map((_, i) => order(x, i)),
    hessian: (x: Position) => x.map((_, i) => x.map((__, j) => order(x, i, j))),
  };
}

const wave = (frequency: number, phase: number) => (x: number) =>
  [
    Math.sin(frequency * x + phase),
    frequency * Math.cos(frequency * x + phase),
    -(frequency ** 2) * Math.sin(frequency * x + phase),
  ] as const;
const growth = (rate: number) => (x: number) =>
  [Math.exp(rate * x), rate * Math.exp(rate * x), rate ** 2 * Math.exp(rate * x)] as const;

const identity = (x: Position, factor = 1) => x.map((_, i) => x.map((__, j) => (i === j ? factor : 0)));
const zero = (x: Position) => x.map(() => 0);

const smooth = product([wave(2, 0.3), wave(1.5, Math.PI / 2), growth(0.5)]);

export const CONSTANT: Manufactured = {
  ...smooth,
  conductivity: (x) => identity(x),
  conductivityDivergence: zero,
  reaction: () => 0,
};

const variable = (x: Position) => 1 + 0.8 * Math.sin(3 * x[0]) * Math.cos(2 * x[1]);

/** κ between 0.2 and 1.8, and a reaction. */
export const VARIABLE: Manufactured = {
  ...smooth,
  conductivity: (x) => identity(x, variable(x)),
  conductivityDivergence: (x) => [
    2.4 * Math.cos(3 * x[0]) * Math.cos(2 * x[1]),
    -1.6 * Math.sin(3 * x[0]) * Math.sin(2 * x[1]),
    ...x.slice(2).map(() => 0),
  ],
  reaction: (x) => 2 + x[0],
};

/** 10 : 1 along a direction that no face follows, growing with x. */
export const ANISOTROPIC: Manufactured = {
  ...smooth,
  conductivity: (x) => {
    const direction = [0.8, 0.5, 0.33].slice(0, x.length);
    const squared = direction.reduce((sum, a) => sum + a * a, 0);
    return x.map((_, i) =>
      x.map((__, j) => (1 + x[0] / 2) * ((i === j ? 1 : 0) + (9 * direction[i] * direction[j]) / squared)),
    );
  },
  conductivityDivergence: (x) => ANISOTROPIC.conductivity([0, ...x.slice(1)])[0].map((entry) => entry / 2),
  reaction: () => 0,
};

/** Of period 1 in x. */
export const PERIODIC: Manufactured = {
  ...CONSTANT,
  ...product([wave(2 * Math.PI, 0.5), wave(1.5, Math.PI / 2), growth(0.5)]),
};

export const STEP = { resistance: 0.3, conductivities: [1, 5], plane: 0.5 } as const;

/** κ = 1 left and 5 right of x = 1/2, and a contact resistance between: u jumps, κ ∂u/∂x does not. */
export const CONTACT: Manufactured = {
  ...product([
    (x) => {
      const { resistance, conductivities, plane } = STEP;
      const [f, slope, curvature] = wave(2, 0.3)(x);
      if (x < plane) return [f, slope, curvature];
      const [edge, flux] = wave(2, 0.3)(plane);
      const t = x - plane;
      return [
        edge + resistance * flux + (flux / conductivities[1]) * t + t * t,
        flux / conductivities[1] + 2 * t,
        2,
      ];
    },
    wave(1.5, Math.PI / 2),
    growth(0.5),
  ]),
  conductivity: (x) => identity(x, STEP.conductivities[x[0] < STEP.plane ? 0 : 1]),
  conductivityDivergence: zero,
  reaction: () => 0,
};

/** −∇·(K∇u) + c u */
export function sourceOf(exact: Manufactured): (x: Position) => number {
  return (x) => {
    const [k, h, g, divergence] = [
      exact.conductivity(x),
      exact.hessian(x),
      exact.gradient(x),
      exact.conductivityDivergence(x),
    ];
    let sum = exact.reaction(x) * exact.value(x);
    for (let i = 0; i < x.length; i++) {
      sum -= divergence[i] * g[i];
      for (let j = 0; j < x.length; j++) sum -= k[i][j] * h[i][j];
    }
    return sum;
  };
}

export const BOUNDARY_KINDS = ['dirichlet', 'neumann', 'robin', 'periodic', 'all neumann'] as const;
export type BoundaryKind = (typeof BOUNDARY_KINDS)[number];

/**
 * The problem that `exact` solves on a mesh of the unit square or cube whose patches come in pairs (minimum and maximum
 * of x, then of y, then of z): Dirichlet on the minima and `kind` on the maxima; periodic in x; or Neumann everywhere.
 */
export function manufacturedProblem(mesh: Mesh, exact: Manufactured, kind: BoundaryKind): PoissonProblem {
  const boundaryConditions: BoundaryConditions = Object.fromEntries(
    mesh.patches.map(({ name }, index) => {
      const [axis, maximum] = [index >> 1, index % 2 === 1];
      const partner = mesh.patches[index ^ 1].name;
      if (kind === 'periodic' && axis === 0) return [name, { type: 'periodic', partner }] as const;
      const flux: BoundaryValue = (x) => {
        const g = exact.gradient(x);
        const normalFlux = exact.conductivity(x)[axis].reduce((sum, entry, j) => sum + entry * g[j], 0);
        return maximum ? normalFlux : -normalFlux;
      };
      if (kind === 'all neumann' || (maximum && kind === 'neumann')) {
        return [name, { type: 'neumann', flux }] as const;
      }
      if (maximum && kind === 'robin') {
        const coefficient = (x: Position) => 2 + x[0];
        const ambient = (x: Position) => exact.value(x) + flux(x) / coefficient(x);
        return [name, { type: 'robin', coefficient, ambient }] as const;
      }
      return [name, { type: 'dirichlet', value: exact.value }] as const;
    }),
  );
  const problem: PoissonProblem = {
    mesh,
    conductivity: conductivityOf(exact),
    reaction: exact.reaction,
    source: sourceOf(exact),
    boundaryConditions,
  };
  if (exact !== CONTACT) return problem;
  return { ...problem, contactResistances: [{ interface: facesOnPlane(mesh), resistance: STEP.resistance }] };
}

/** A number where the tensor is a multiple of the identity, else its upper triangle. */
function conductivityOf(exact: Manufactured): (x: Position) => number | number[] {
  return (x) => {
    const k = exact.conductivity(x);
    if (k.every((row, i) => row.every((entry, j) => (i === j ? entry === k[0][0] : entry === 0))))
      return k[0][0];
    return k.flatMap((row, i) => row.slice(i));
  };
}

function facesOnPlane({ dimension, internalFaceCount, faceCentroids, faceNormals }: Mesh): Int32Array {
  const faces: number[] = [];
  for (let face = 0; face < internalFaceCount; face++) {
    const on = Math.abs(faceCentroids[face * dimension] - STEP.plane) < 1e-9;
    if (on && Math.abs(faceNormals[face * dimension]) > 0.9) faces.push(face);
  }
  return Int32Array.from(faces);
}

/** Relative errors in L²; of zero mean both where constants are free. */
export function relativeErrors(
  mesh: Mesh,
  exact: Manufactured,
  u: Float64Array,
  slopes: Float64Array,
  constantsFree: boolean,
): { readonly solution: number; readonly gradient: number } {
  const { dimension, cellVolumes, cellCentroids } = mesh;
  const places = Array.from({ length: mesh.cellCount }, (_, cell) =>
    Array.from(cellCentroids.subarray(cell * dimension, (cell + 1) * dimension)),
  );
  const values = places.map(exact.value);
  const total = cellVolumes.reduce((sum, volume) => sum + volume, 0);
  const mean = constantsFree
    ? values.reduce((sum, value, cell) => sum + value * cellVolumes[cell], 0) / total
    : 0;
  let [error, size, slopeError, slopeSize] = [0, 0, 0, 0];
  places.forEach((place, cell) => {
    error += cellVolumes[cell] * (u[cell] - values[cell] + mean) ** 2;
    size += cellVolumes[cell] * (values[cell] - mean) ** 2;
    exact.gradient(place).forEach((slope, k) => {
      slopeError += cellVolumes[cell] * (slopes[cell * dimension + k] - slope) ** 2;
      slopeSize += cellVolumes[cell] * slope ** 2;
    });
  });
  return { solution: Math.sqrt(error / size), gradient: Math.sqrt(slopeError / slopeSize) };
}
