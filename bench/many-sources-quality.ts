import { fourierSource, gaussianRandomField, hotSpots, type Source } from '../datasets/index.js';
import {
  aggregationBasis,
  cosineBasis,
  type ProjectionOptions,
  projectFields,
  projectionOf,
  properOrthogonalDecomposition,
  REDUCED_BASIS_DEFAULTS,
} from '../operators/index.js';
import type { BenchCase } from './main.js';
import type { Encoded, Encoder } from './many-sources-encoder.js';
import { drawLoads, type ManySourcesProblem, meanError, solveLoads } from './many-sources-problem.js';

/** The training family and two rougher ones, none of few dimensions */
const FAMILIES: Readonly<Record<string, Source>> = {
  fourier: fourierSource(),
  'hot-spots': hotSpots(),
  'rough-field': gaussianRandomField({ smoothness: 0.5 }),
};
const SOURCES = 16;
const SNAPSHOT_TOLERANCE = 1e-6;
/** Damped-Jacobi steps over those of an aggregate's layers: the best for the rival counts. */
const SMOOTHINGS = [0.5, 1, 2, 4];
/** Larger meshes are for times: errors of a basis change little with the mesh, snapshots take minutes. */
const LARGEST = 50_000;

type Basis = Parameters<typeof projectionOf>[1];

/**
 * Mean relative L² errors of bases of equal rank on one mesh, after the same Ritz projection: encoder trained and untrained,
 * smoothed aggregation, POD of snapshots for sources of the same family (`pod_error`) and of the task's Fourier family
 * (`pod_fourier_error`), and cosine modes alone. `ours_ms` is the encoding.
 */
export async function qualityCases(
  problem: ManySourcesProblem,
  { trained, untrained }: { readonly trained: Encoder | null; readonly untrained: Encoder },
): Promise<BenchCase[]> {
  const { operator, types } = problem;
  if (operator.matrix.rows > LARGEST) return [];
  const { rank } = trained ?? untrained;
  const [learned, raw] = [
    trained && (await trained.encode(operator, types)),
    await untrained.encode(operator, types),
  ];
  const { smoothing } = REDUCED_BASIS_DEFAULTS;
  const aggregates = aggregateBases(problem, rank);
  const cosines = cosineBasis(operator.mesh, { rank });
  const snapshots = (source: Source) =>
    properOrthogonalDecomposition(
      operator,
      solveLoads(operator, drawLoads(problem, source, 1, Math.ceil((4 / 3) * rank)), SNAPSHOT_TOLERANCE),
      { rank },
    );
  const general = snapshots(FAMILIES.fourier);
  return Object.entries(FAMILIES).map(([family, source]) => {
    const loads = drawLoads(problem, source, 0, SOURCES);
    const references = solveLoads(operator, loads);
    const errorOf = (basis: Basis, columns = rank, options: Partial<ProjectionOptions> = {}) =>
      meanError(projectFields(projectionOf(operator, basis, columns, options), loads).fields, references);
    const own = family === 'fourier' ? general : snapshots(source);
    const answered = ({ projection }: Encoded) =>
      meanError(projectFields(projection, loads).fields, references);
    return {
      name: `quality-${problem.name}-${family}`,
      cells: operator.matrix.rows,
      rank,
      ours_ms: (learned ?? raw).milliseconds.network,
      trained_encoder: trained?.training ?? null,
      trained_encoder_error: learned && answered(learned),
      untrained_encoder_error: answered(raw),
      aggregation_error: Math.min(...aggregates.map((basis) => errorOf(basis))),
      cosine_error: errorOf(cosines.basis, rank, { smoothing }),
      pod_error: errorOf(own.basis, own.rank),
      pod_rank: own.rank,
      pod_fourier_error: errorOf(general.basis, general.rank),
    };
  });
}

/** At several smoothings around one step for every layer of an aggregate. */
function aggregateBases({ operator }: ManySourcesProblem, rank: number): Basis[] {
  const { mesh, matrix } = operator;
  // layers of a patch of N/r cells, from its middle out
  const layers = 0.5 * (matrix.rows / rank) ** (1 / mesh.dimension);
  return SMOOTHINGS.map(
    (factor) =>
      aggregationBasis(operator, { rank, smoothing: Math.max(1, Math.round(factor * layers)) }).basis,
  );
}
