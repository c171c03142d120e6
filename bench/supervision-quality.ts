import { createRandom } from '../common/random.js';
import {
  cornerRemovedMeshes,
  fourierSource,
  generateMeshes,
  poissonTask,
  sampleSource,
} from '../datasets/index.js';
import { type SupervisionConfig, supervision } from '../operators/index.js';
import { norm } from '../solvers/vectors.js';
import { type EvaluationSample, evaluationSamples, proxyQuality } from '../training/index.js';
import { meanProxyQuality } from '../training/proxy-quality.js';
import { BATCH } from './supervision-cases.js';

/** Size of the errors beside the solutions, that of a network half-way through its training. */
const ERROR = 0.08;
const SAMPLES = 24;

/** Predictions u − e with e of two kinds: Fourier fields of 4 and of 10 modes along an axis. */
export interface QualityCase {
  readonly modes: number;
  readonly predictions: readonly { readonly sample: EvaluationSample; readonly field: Float64Array }[];
}

export async function qualityCases(cellCount: number): Promise<QualityCase[]> {
  const meshes = await generateMeshes(cornerRemovedMeshes({ corners: 4, count: BATCH, seed: 1, cellCount }));
  const samples = evaluationSamples(poissonTask({ meshes }), { category: 'probe', count: SAMPLES, seed: 5 });
  return [4, 10].map((modes) => ({
    modes,
    predictions: samples.map((sample, index) => {
      const { mesh } = sample.operator;
      const [error] = sampleSource(fourierSource({ modes }), mesh, createRandom(100 + index), 1);
      const scale = (ERROR * norm(sample.reference)) / norm(error);
      return { sample, field: sample.reference.map((value, cell) => value - scale * error[cell]) };
    }),
  }));
}

/** Means of {@link proxyQuality} over the predictions of each kind, named for a bench's columns. */
export function qualityFigures(
  config: SupervisionConfig,
  cases: readonly QualityCase[],
): Record<string, number | null> {
  const loss = supervision(config);
  return Object.fromEntries(
    cases.flatMap(({ modes, predictions }) => {
      const { proxyL2, proxyEnergy, descentCosine } = meanProxyQuality(
        predictions.map(({ sample, field }) => proxyQuality(loss, sample, field)),
      );
      return [
        [`proxy_l2_${modes}_modes`, proxyL2 ?? null],
        [`proxy_energy_${modes}_modes`, proxyEnergy ?? null],
        [`descent_cosine_${modes}_modes`, descentCosine],
      ];
    }),
  );
}
