import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { burgers1dStandard } from 'fieldsmith/datasets';
import { fno } from 'fieldsmith/operators';
import { noisyTrajectories, type Progress, trainStepper, writeFileAtomically } from 'fieldsmith/training';
import { JAWS_CASES } from './parts/cases.js';
import { type JawsRow, rowOf, solverRow } from './parts/figures.js';
import { writeReport } from './parts/report.js';

export interface JawsBurgersOptions {
  /** Folder of the runs and the data; a second call goes on where the first one stopped. */
  out?: string;
  /** Where the rows go, each as soon as it is known. */
  results?: string;
  seeds?: number;
  /** Optimizer steps of a run. */
  steps?: number;
  /** Instead of them, processor seconds: all methods get the same time, and as many steps as they can take in it. */
  processorSeconds?: number;
  /** Largest of the schedule, picked among 0.002, 0.005, 0.01 and 0.02 with one seed; 0.01 and 0.02 were about as good. */
  learningRate?: number;
  viscosity?: number;
  /** Measurement noise on the training data, as a share of the states' standard deviation; tests stay clean. */
  dataNoise?: number;
  /** Folder for a report page of every run. */
  reports?: string;
  /** States of each report whose steps' stretch is bounded, some seconds each. */
  certifiedFrames?: number;
  /** Part of the names of the cases to run, and the last rank of them. */
  only?: string;
  rank?: number;
  signal?: AbortSignal;
  progress?: Progress;
}

/**
 * Trains a small Fourier neural operator as a time stepper of viscous Burgers by every method of `parts/cases.ts` and
 * measures roll-outs of 200 steps: inside the training distribution, outside of it, and from noisy starts.
 *
 * @returns the rows, which `scripts/jaws-results.mjs` turns into docs/results/jaws.md
 */
export async function run({
  out = 'runs/jaws',
  results = 'docs/results/jaws.json',
  seeds = 3,
  steps = 1500,
  learningRate = 1e-2,
  viscosity = 0.005,
  dataNoise = 0,
  processorSeconds,
  reports,
  certifiedFrames = 8,
  only = '',
  rank = 3,
  signal,
  progress,
}: JawsBurgersOptions = {}): Promise<JawsRow[]> {
  const generate = { viscosity, cache: join(out, 'data'), workers: 1, progress, signal };
  const clean = await burgers1dStandard('train', generate);
  const train = dataNoise > 0 ? noisyTrajectories(clean, { level: dataNoise }) : clean;
  const sets = {
    test: await burgers1dStandard('test', generate),
    ood: await burgers1dStandard('otherInitialStates', generate),
  };
  const operator = fno({
    inputs: 1,
    width: 20,
    layers: 3,
    modes: 16,
    headWidth: 48,
    skip: 'added',
    local: 'neighbours',
  });
  const rows: JawsRow[] = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : [];
  const setting = {
    ...(dataNoise > 0 ? { dataNoise } : {}),
    ...(processorSeconds === undefined ? {} : { processorSeconds }),
  };
  const has = (method: string, seed: number) =>
    rows.some(
      (row) =>
        row.method === method &&
        row.seed === seed &&
        row.viscosity === viscosity &&
        row.dataNoise === (dataNoise || undefined) &&
        row.processorSeconds === processorSeconds,
    );
  const add = (row: JawsRow) => {
    rows.push(row);
    writeFileAtomically(results, `${JSON.stringify(rows, null, 1)}\n`);
    progress?.message(JSON.stringify({ ...row, jacobian: undefined }));
  };
  if (!has('solver', 0)) add({ ...(await solverRow(sets)), ...setting });
  const folderOf = (name: string, seed: number) => {
    const parts = [viscosity, ...Object.entries(setting).flat(), name, seed];
    return parts.join('-').replace(/[ ,]+/g, '-');
  };
  const cases = JAWS_CASES.filter((entry) => entry.name.includes(only) && entry.rank <= rank);
  for (const level of [1, 2, 3]) {
    for (let seed = 0; seed < seeds; seed++) {
      for (const { name, method, conservative } of cases.filter((entry) => entry.rank === level)) {
        signal?.throwIfAborted();
        if (has(name, seed)) continue;
        const trained = await trainStepper(operator, train, {
          method,
          conservative,
          ...(processorSeconds === undefined ? { steps } : { processorBudgetSeconds: processorSeconds }),
          learningRate,
          seed,
          threads: 1,
          out: join(out, folderOf(name, seed)),
          resume: true,
          checkpointEvery: 250,
          signal,
          progress,
        });
        if (trained.status === 'completed') {
          add({ ...(await rowOf(name, seed, trained, sets)), ...setting });
          if (reports) {
            const path = join(reports, `${folderOf(name, seed)}.html`);
            await writeReport(path, name, trained, train, sets, { certifiedFrames, signal, progress });
          }
        }
      }
    }
  }
  return rows;
}
