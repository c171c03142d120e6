import { fourierSource, gaussianRandomField, hotSpots, type Source } from '../datasets/index.js';
import {
  aggregationBasis,
  type BasisProjection,
  cosineBasis,
  projectFields,
  projectionOf,
  properOrthogonalDecomposition,
  REDUCED_BASIS_DEFAULTS,
} from '../operators/index.js';
import type { BenchCase } from './main.js';
import type { Encoder } from './many-sources-encoder.js';
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

/**
 * Mean relative L² errors of bases of equal rank on one mesh, after the same Ritz projection, `…_error` without a correction
 * and `…_corrected_error` all with the encoder's: encoder trained and untrained, smoothed aggregation, POD of snapshots for
 * sources of the same family (`pod`) and of the task's Fourier family (`pod_fourier`), and cosine modes alone. `ours_ms` is
 * the network.
 */
export async function qualityCases(
  problem: ManySourcesProblem,
  { trained, untrained }: { readonly trained: Encoder | null; readonly untrained: Encoder },
): Promise<BenchCase[]> {
  const { operator, types } = problem;
  if (operator.matrix.rows > LARGEST) return [];
  const { rank, correction } = trained ?? untrained;
  const [learned, raw] = [
    trained && (await trained.encode(operator, types)),
    await untrained.encode(operator, types),
  ];
  const cosines = projectionOf(operator, cosineBasis(operator.mesh, { rank }).basis, rank, {
    smoothing: REDUCED_BASIS_DEFAULTS.smoothing,
  });
  const aggregates = aggregateBases(problem, rank);
  const snapshots = (source: Source) => {
    const draws = drawLoads(problem, source, 1, Math.ceil((4 / 3) * rank));
    const solutions = solveLoads(operator, draws, SNAPSHOT_TOLERANCE);
    const found = properOrthogonalDecomposition(operator, solutions, { rank });
    return projectionOf(operator, found.basis, found.rank);
  };
  const general = snapshots(FAMILIES.fourier);
  return Object.entries(FAMILIES).map(([family, source]) => {
    const loads = drawLoads(problem, source, 0, SOURCES);
    const references = solveLoads(operator, loads);
    const own = family === 'fourier' ? general : snapshots(source);
    const errorOf = (projection: BasisProjection, second: typeof correction) => {
      const asked = { ...projection, options: { ...projection.options, correction: second } };
      return meanError(projectFields(asked, loads).fields, references);
    };
    const rivals: Readonly<Record<string, readonly BasisProjection[]>> = {
      trained: learned ? [learned.projection] : [],
      untrained: [raw.projection],
      aggregation: aggregates,
      cosine: [cosines],
      pod: [own],
      pod_fourier: [general],
    };
    const figures: Record<string, number | null> = {};
    for (const [name, candidates] of Object.entries(rivals)) {
      const best = (second: typeof correction) =>
        candidates.length > 0 ? Math.min(...candidates.map((basis) => errorOf(basis, second))) : null;
      figures[`${name}_error`] = best('none');
      figures[`${name}_corrected_error`] = best(correction);
    }
    return {
      name: `quality-${problem.name}-${family}`,
      cells: operator.matrix.rows,
      rank,
      pod_rank: own.basis.columns,
      ours_ms: (learned ?? raw).milliseconds.network,
      ...figures,
    };
  });
}

/** At several smoothings around one step for every layer of an aggregate, and with the encoder's smoothing. */
function aggregateBases({ operator }: ManySourcesProblem, rank: number): BasisProjection[] {
  const { mesh, matrix } = operator;
  // layers of a patch of N/r cells, from its middle out
  const layers = 0.5 * (matrix.rows / rank) ** (1 / mesh.dimension);
  const steps = SMOOTHINGS.map((factor) => Math.max(1, Math.round(factor * layers)));
  const { smoothing } = REDUCED_BASIS_DEFAULTS;
  return [
    ...steps.map((count) =>
      projectionOf(operator, aggregationBasis(operator, { rank, smoothing: count }).basis, rank),
    ),
    projectionOf(operator, aggregationBasis(operator, { rank, smoothing: 0 }).basis, rank, { smoothing }),
  ];
}
