import { InvalidInputError } from '../../common/errors.js';
import { luSolver } from '../../operators/hard-constraints/symmetric-factor.js';
import { properOrthogonalDecomposition } from '../../operators/index.js';
import { combine, transposeProduct } from '../../operators/reduced-basis/dense-products.js';
import { fromPanels, panelsOfColumns, toPanels } from '../../operators/reduced-basis/panels.js';
import { compile, tf } from '../../runtime/index.js';
import { imageOf } from '../../solvers/discrete-system.js';
import { removeVolumeMean } from '../../solvers/neumann-projection.js';
import type { BenchCase } from './bench-case.js';
import { direct, isDirect } from './direct-answers.js';
import { iterate } from './iterate.js';
import type { Query } from './query.js';
import { manyQueriesPreconditioner } from './references.js';
import { missingWay, type OpenWay, type Way } from './ways.js';

/** Modes at most, and solved queries to each where the dimension of the loads is not known or larger. */
const [MOST_MODES, OVERSAMPLING] = [128, 4 / 3];
/** Residual of the solved queries over the error that is wanted. */
const SNAPSHOT_ACCURACY = 1e-3;
/** Share of the error that is wanted which two-point fluxes may take. */
const ENOUGH = 0.7;
/** Queries of the snapshots are none of those that errors are measured on. */
const SNAPSHOT_STREAM = 1;

export interface ReducedOptions {
  readonly queriesPerMesh: number;
  readonly wantedError: number;
  /** Error of the two-point fluxes solved to the end */
  readonly twoPointError: number;
  readonly threads?: number;
}

/**
 * POD of queries solved on this mesh, other draws than those that are asked: where all loads are sums of few, it is their
 * superposition and exact. Not measured where there are no more queries than it would solve first.
 */
export function reducedWays(
  given: BenchCase,
  { queriesPerMesh, wantedError, twoPointError, threads }: ReducedOptions,
): Way[] {
  const { loadDimension } = given;
  const known = loadDimension !== null && loadDimension <= MOST_MODES;
  const count = known ? loadDimension : Math.ceil(OVERSAMPLING * MOST_MODES);
  const way = {
    name: 'pod',
    title: known ? `superposition of ${count} solved queries` : `POD of ${count} solved queries`,
    kind: 'reduced',
    device: 'cpu',
  } as const;
  if (count >= queriesPerMesh) {
    return [
      missingWay(
        way,
        `it would solve ${count} queries first, as many as are asked (${queriesPerMesh}) or more`,
      ),
    ];
  }
  // two-point fluxes are many times cheaper, where they are accurate enough
  const corrected = twoPointError > ENOUGH * wantedError;
  const fluxes = given.orthogonal ? '' : corrected ? ', corrected fluxes' : ', two-point fluxes';
  let queries: readonly Query[] = [];
  return [
    {
      ...way,
      // drawing queries is the work of whoever asks
      prepare: () => {
        queries = Array.from({ length: count }, (_, index) => given.query(index, SNAPSHOT_STREAM));
      },
      settings: [{ label: `${Math.min(count, MOST_MODES)} modes${fluxes}`, corrected }],
      open: () =>
        openReduced(given, queries, { tolerance: SNAPSHOT_ACCURACY * wantedError, corrected, threads }),
    },
  ];
}

interface OpenOptions {
  readonly tolerance: number;
  readonly corrected: boolean;
  readonly threads?: number;
}

async function openReduced(
  given: BenchCase,
  queries: readonly Query[],
  { tolerance, corrected, threads }: OpenOptions,
): Promise<OpenWay> {
  const started = performance.now();
  const preconditioner = manyQueriesPreconditioner(given);
  const fields =
    preconditioner.name === 'cholesky' && isDirect(given, { corrected })
      ? direct(preconditioner, queries)
      : (await iterate(given, preconditioner, queries, { tolerance, corrected })).fields;
  const solved = performance.now();
  const { operator } = given;
  const { basis, rank } = properOrthogonalDecomposition(
    operator,
    fields.map((field) => Float64Array.from(field)),
    { rank: Math.min(queries.length, MOST_MODES) },
  );
  const answer = await reducedAnswer(given, basis, rank, { corrected, threads });
  return {
    parts: { snapshots: (solved - started) / 1000, decomposition: (performance.now() - solved) / 1000 },
    ...answer,
  };
}

/**
 * Galerkin's projection, with the correction for oblique faces A = B − c′, without A = B: u = Φ (ΦᵀAΦ)⁻¹ Φᵀ (b + c(0)), as two dense products
 * in single precision.
 */
async function reducedAnswer(
  { operator, mesh }: BenchCase,
  basis: Float64Array,
  rank: number,
  { corrected, threads }: Omit<OpenOptions, 'tolerance'>,
): Promise<Omit<OpenWay, 'parts'>> {
  const rows = mesh.cellCount;
  const panels = toPanels(basis, rows, rank);
  const system = {
    operator,
    rightHandSide: new Float64Array(rows),
    boundaryValues: new Float64Array(mesh.faceCount - mesh.internalFaceCount),
    preconditioner: { name: 'none', apply: () => {} },
    correctionShare: corrected ? 1 : 0,
  };
  const images = Array.from({ length: rank }, (_, k) =>
    imageOf(
      system,
      Float64Array.from({ length: rows }, (_, cell) => basis[cell * rank + k]),
    ),
  );
  const gram = transposeProduct(panels, panelsOfColumns(images, rows));
  const left = fromPanels(
    combine(panels, transposedInverse(gram, rank), rank),
    new Float32Array(rows * rank),
  );
  const compiled = await compile(
    ({ loads }, { left: first, right }) => ({
      fields: tf.matMul(tf.matMul(loads, first), right, false, true),
    }),
    { loads: { shape: ['queries', rows], dtype: 'float32' } },
    {
      threads,
      parameters: {
        left: { shape: [rows, rank], values: left },
        right: { shape: [rows, rank], values: Float32Array.from(basis) },
      },
    },
  );
  return {
    answer: async (queries: readonly Query[]) => {
      const data = new Float32Array(queries.length * rows);
      queries.forEach(({ load, correctedLoad }, s) => {
        data.set(corrected ? correctedLoad : load, s * rows);
      });
      const { fields } = await compiled.run({ loads: { shape: [queries.length, rows], data } });
      const values = fields.data as Float32Array;
      return { fields: queries.map((_, s) => ungauged(values.slice(s * rows, (s + 1) * rows))) };
    },
    dispose: () => compiled.dispose(),
  };

  function ungauged(field: Float32Array): Float32Array | Float64Array {
    if (!operator.singular) return field;
    const free = Float64Array.from(field);
    removeVolumeMean(free, mesh.cellVolumes);
    return free;
  }
}

/** K⁻ᵀ of a small dense matrix, row-major. */
function transposedInverse(matrix: Float64Array, n: number): Float64Array {
  const solve = luSolver(
    matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)]),
    n,
  );
  if (!solve)
    throw new InvalidInputError(
      'bench: the reduced equations are singular; the solved queries span no space',
    );
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < n; column++) {
    const unit = new Float64Array(n);
    unit[column] = 1;
    solve(unit).forEach((value, row) => {
      inverse[row * n + column] = value;
    });
  }
  return inverse;
}
