import { createRandom } from '../../common/random.js';
import type { ReportData } from '../../viewer/report-data.js';

/** A report of synthetic values, complete in every section. */
export function reportFixture(): ReportData {
  const random = createRandom(11);
  const steps = Array.from({ length: 200 }, (_, i) => i + 1);
  return {
    title: 'Synthetic <values> & a </script> in the title',
    summary: 'Values of a test.',
    figures: [{ label: 'mean error', value: '3.1 %', note: 'synthetic' }],
    training: {
      lossName: 'loss',
      steps,
      loss: steps.map((step) => Math.exp(-step / 50)),
      learningRate: steps.map((step) => 1e-3 * Math.sin((Math.PI * step) / 200)),
      seconds: 90,
    },
    supervision: {
      name: 'ritzEnergy',
      description: 'No converged solution is seen.',
      costPerSample: [{ part: 'assembly', seconds: 0.0012 }],
    },
    errors: ['0 corners removed', '1 corner removed'].flatMap((category) =>
      ['all Dirichlet', 'random types'].map((boundary) => ({
        category,
        boundary,
        relativeL2: Array.from({ length: 20 }, () => 0.03 * Math.exp(0.4 * random.normal())),
      })),
    ),
    discretisation: {
      method: 'against cells of a quarter of the size',
      errors: [{ category: '0 corners removed', relativeL2: 0.0125 }],
    },
    solvers: [
      { name: 'surrogate', kind: 'surrogate', points: [{ seconds: 0.03, relativeL2: 0.03 }] },
      {
        name: 'Jacobi-PCG',
        kind: 'classical',
        points: [10, 20, 40].map((n) => ({
          seconds: n * 1e-4,
          relativeL2: Math.exp(-n / 9),
          label: `${n} iterations`,
        })),
      },
    ],
    tables: [{ title: 'Certified solves', columns: ['guess', 'iterations'], rows: [['zero', '34']] }],
    files: [{ path: 'fields/sample 0.vtu', description: 'a sample' }],
    hardware: { processor: 'none' },
    configuration: { seed: '7' },
  };
}
