import { join } from 'node:path';
import { writeFileAtomically } from '../../common/write-file.js';
import { writeVtu } from '../../geometry/index.js';
import { relativeL2, type Surrogate } from '../../training/index.js';
import { type RunIndex, runIndexPath, runIndexSchema } from '../../viewer/index.js';
import { CORNER_COUNTS, categoryName, type TestSet } from './held-out.js';

/** Samples of a category written for looking at. */
const SHOWN = 2;

/** Writes prediction, reference, error and source of some samples of every set as VTU files, and their index. */
export async function writeFields(
  folder: string,
  surrogate: Surrogate,
  sets: readonly TestSet[],
): Promise<RunIndex> {
  const samples: RunIndex['samples'] = [];
  for (const { name, title, samples: all } of sets) {
    for (const corners of CORNER_COUNTS) {
      const chosen = all.filter(({ category }) => category === categoryName(corners)).slice(0, SHOWN);
      for (const [number, sample] of chosen.entries()) {
        const { operator, reference, source, rightHandSide: load } = sample;
        const prediction = await surrogate.answer(sample);
        const error = prediction.map((value, cell) => value - reference[cell]);
        const file = `${name}-${corners}-corners-${number + 1}.vtu`;
        const cellData = { prediction, reference, error, source, load };
        writeFileAtomically(join(folder, 'fields', file), writeVtu(operator.mesh, { cellData }));
        samples.push({
          file,
          name: `${categoryName(corners)}, sample ${number + 1}`,
          category: title,
          relativeL2: relativeL2(
            prediction,
            reference,
            operator.singular ? { gaugeVolumes: operator.mesh.cellVolumes } : {},
          ),
          boundaryTypes: sample.boundaryTypes,
        });
      }
    }
  }
  const index = runIndexSchema.parse({
    title: 'Poisson surrogate on squares with removed corners',
    samples,
    fields: {
      prediction: { array: 'prediction', label: 'u', unit: '' },
      reference: { array: 'reference', label: 'u', unit: '' },
      error: { array: 'error', label: 'error of u', unit: '' },
      source: { array: 'source', label: 'source q', unit: '' },
    },
    // κ = 1 in all of them
    problem: { load: 'load' },
  } satisfies RunIndex);
  writeFileAtomically(join(folder, runIndexPath), JSON.stringify(index, null, 2) + '\n');
  return index;
}
