import { median } from '../common/median.js';
import { supervision } from '../operators/index.js';
import {
  choosePreconditioner,
  conjugateGradient,
  incompleteCholesky,
  type PreconditionerName,
} from '../solvers/index.js';
import type { BenchCase } from './main.js';
import {
  randomFields,
  type SupervisedBatch,
  type SupervisedModel,
  supervisedBatches,
  supervisedModels,
  supervisedStep,
  supervisions,
  unknownSamples,
} from './supervision-cases.js';

const CELLS = [1000, 2000] as const;
/** Longer than ONNX Runtime's threads spin on after a call. */
const PAUSE_MS = 200;

/**
 * What supervision costs of a training step, batch 8, fresh boundary types in every sample, so that each step sets every
 * preconditioner up anew. `supervision_cpu_ms` is processor time of set-up, K steps and cotangent on the calling thread,
 * measured by itself; `cpu_share` is its part of the step's processor time on all threads, `wall_share` of its wall time.
 *
 * A reduced basis answers 16 sources a sample: one set-up serves K steps on each of 16 fields. Its projection belongs to
 * the model, whatever the supervision. `Ritz energy` there is the projection's own, which costs less than the energy of
 * the fields that is measured here. `converged labels` is IC(0)-PCG to 1e-8 for every source, made outside of the step
 * and as a share of a step with it.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const model of supervisedModels()) {
    const batches = await Promise.all(CELLS.map((cells) => supervisedBatches(model, cells, repeats + 2)));
    for (const [name, config] of Object.entries(supervisions)) {
      console.error(`supervision: ${model.name}, ${name}`);
      await pause();
      const loss = supervision(config);
      const preconditioner = (loss.options as { preconditioner?: PreconditionerName }).preconditioner;
      const alone = batches.map((own) => ({
        supervision: processorOf(own, (samples, fields) => loss.evaluate(samples, fields)),
        setup: preconditioner
          ? processorOf(own, (samples) => {
              for (const { operator } of samples) choosePreconditioner(operator.matrix, preconditioner);
            })
          : 0,
      }));
      const { step, close } = await supervisedStep(model, loss);
      for (const [index, cells] of CELLS.entries()) {
        const times = await timeSteps(step, batches[index]);
        cases.push(caseOf(model, cells, name, times, alone[index], batches[index]));
      }
      await close();
    }
    for (const [index, cells] of CELLS.entries()) {
      const labels = processorOf(batches[index], (samples) => {
        for (const { operator, rightHandSides } of samples) {
          const preconditioner = incompleteCholesky(operator.matrix);
          const singular = operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined;
          for (const b of rightHandSides) {
            conjugateGradient(operator.matrix, b, { preconditioner, relativeTolerance: 1e-8, singular });
          }
        }
      });
      // a step under labels is one under the cheapest loss, and the solves
      const cheapest = cases.find((row) => row.name === nameOf(model, cells, 'Ritz energy'))!;
      const times = {
        wall: cheapest.ours_ms + labels,
        processor: Number(cheapest.step_cpu_ms) + labels,
      };
      cases.push(
        caseOf(model, cells, 'converged labels', times, { supervision: labels, setup: 0 }, batches[index]),
      );
    }
  }
  return cases;
}

const nameOf = (model: SupervisedModel, cells: number, supervisionName: string) =>
  `${model.name}, ${cells} cells, ${supervisionName}`;

function caseOf(
  model: SupervisedModel,
  cells: number,
  name: string,
  step: { wall: number; processor: number },
  alone: { supervision: number; setup: number },
  batches: readonly SupervisedBatch[],
): BenchCase {
  return {
    name: nameOf(model, cells, name),
    ours_ms: step.wall,
    step_cpu_ms: step.processor,
    supervision_cpu_ms: alone.supervision,
    setup_cpu_ms: alone.setup,
    cpu_share: alone.supervision / step.processor,
    wall_share: alone.supervision / step.wall,
    drawing_ms: median(batches.map(({ drawing }) => drawing)),
    sources: model.sources,
  };
}

/** Median processor time in milliseconds of `work` on each batch, the first two of which warm it up. */
function processorOf(
  batches: readonly SupervisedBatch[],
  work: (samples: ReturnType<typeof unknownSamples>, fields: Float64Array[][]) => unknown,
): number {
  const times = batches.map(({ samples }) => {
    const fresh = unknownSamples(samples);
    const fields = randomFields(samples);
    const before = process.cpuUsage();
    work(fresh, fields);
    return processorMilliseconds(before);
  });
  return median(times.slice(2));
}

async function timeSteps(
  step: Awaited<ReturnType<typeof supervisedStep>>['step'],
  batches: readonly SupervisedBatch[],
): Promise<{ wall: number; processor: number }> {
  const times: { wall: number; processor: number }[] = [];
  for (const { inputs, samples } of batches) {
    const context = { samples: unknownSamples(samples) };
    const [started, before] = [performance.now(), process.cpuUsage()];
    await step.run(inputs, { learningRate: 1e-4 }, context);
    times.push({ wall: performance.now() - started, processor: processorMilliseconds(before) });
  }
  const timed = times.slice(2);
  return {
    wall: median(timed.map(({ wall }) => wall)),
    processor: median(timed.map(({ processor }) => processor)),
  };
}

function processorMilliseconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
