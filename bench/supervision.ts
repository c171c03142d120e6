import { median } from '../common/median.js';
import { type FieldLoss, supervision } from '../operators/index.js';
import { stepPreconditioner } from '../operators/losses/step-preconditioner.js';
import type { PreconditionerName } from '../solvers/index.js';
import { referenceSolutions } from '../training/reference-solutions.js';
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
import { type SupervisionPeers, supervisionPeers } from './supervision-peers.js';
import { qualityCases, qualityFigures } from './supervision-quality.js';

const CELLS = [1000, 2000] as const;
/** Longer than ONNX Runtime's threads spin on after a call. */
const PAUSE_MS = 200;

/**
 * What supervision costs of a training step, batch 8, fresh boundary types in every sample, so that each step sets every
 * preconditioner up anew. `supervision_cpu_ms` is processor time of set-up, K steps and cotangent, measured by themselves,
 * and `cpu_share` its part of the step's processor time on all threads; `wall_share` is the part of the step's wall time
 * in which its calling thread computes the loss.
 *
 * A reduced basis answers 16 sources a sample: one set-up serves K steps on each of 16 fields. Its projection belongs to
 * the model, whatever the supervision. `Ritz energy` there is the projection's own, which costs less than the energy of
 * the fields that is measured here. `converged labels` are solves of every source to a relative residual of 1e-8, four
 * at a time, made outside of the step and given as a share of a step with them.
 *
 * `peer_ms`, for one source a sample: the same steps of a batch by PyAMG (set-up counted) and by PyTorch (Jacobi), one thread.
 *
 * Beside the cost stands what it buys, on predictions that are off by 8 %: the K-step difference over the error in L² and in
 * energy, and the cosine between the direction in which the loss moves the field and the error.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  const qualities = await Promise.all(CELLS.map(qualityCases));
  for (const model of supervisedModels()) {
    const batches = await Promise.all(CELLS.map((cells) => supervisedBatches(model, cells, repeats + 2)));
    const peers = batches.map(([batch]) =>
      model.sources === 1 ? supervisionPeers(batch, repeats) : undefined,
    );
    for (const [name, config] of Object.entries(supervisions)) {
      console.error(`supervision: ${model.name}, ${name}`);
      await pause();
      const loss = supervision(config);
      const preconditioner = (loss.options as { preconditioner?: PreconditionerName }).preconditioner;
      const alone = batches.map((own) => ({
        supervision: processorOf(own, (samples, fields) => loss.evaluate(samples, fields)),
        setup: preconditioner
          ? processorOf(own, (samples) => {
              for (const { operator } of samples) stepPreconditioner(operator.matrix, preconditioner);
            })
          : 0,
      }));
      const watched = stopwatch(loss);
      const { step, close } = await supervisedStep(model, watched.loss);
      for (const [index, cells] of CELLS.entries()) {
        const times = await timeSteps(step, batches[index], watched);
        const peer = peerOf(name, peers[index]);
        cases.push({
          ...caseOf(model, cells, name, times, alone[index], batches[index]),
          ...(peer === undefined ? {} : { peer_ms: peer, ratio: peer && alone[index].supervision / peer }),
          ...qualityFigures(config, qualities[index]),
        });
      }
      await close();
    }
    for (const [index, cells] of CELLS.entries()) {
      const labels = processorOf(batches[index], (samples) => {
        for (const { operator, rightHandSides } of samples) {
          referenceSolutions(operator, rightHandSides, { relativeTolerance: 1e-8, what: 'a sample' });
        }
      });
      // a step under labels is one under the cheapest loss, and the solves
      const cheapest = cases.find((row) => row.name === nameOf(model, cells, 'Ritz energy'))!;
      const times = {
        wall: cheapest.ours_ms + labels,
        processor: Number(cheapest.step_cpu_ms) + labels,
        supervising: labels,
      };
      cases.push(
        caseOf(model, cells, 'converged labels', times, { supervision: labels, setup: 0 }, batches[index]),
      );
    }
  }
  return cases;
}

/** The peer's time for the same steps: PyAMG's for AMG, PyTorch's for Jacobi. */
function peerOf(name: string, peers: SupervisionPeers | undefined): number | null | undefined {
  if (name === 'amg K = 3') return peers?.pyamg_ms;
  return name === 'jacobi K = 40' ? peers?.torch_ms : undefined;
}

const nameOf = (model: SupervisedModel, cells: number, supervisionName: string) =>
  `${model.name}, ${cells} cells, ${supervisionName}`;

function caseOf(
  model: SupervisedModel,
  cells: number,
  name: string,
  step: StepTimes,
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
    wall_share: step.supervising / step.wall,
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

interface StepTimes {
  readonly wall: number;
  readonly processor: number;
  /** Wall time within the loss. */
  readonly supervising: number;
}

/** Medians in milliseconds; the first two steps warm up. */
async function timeSteps(
  step: Awaited<ReturnType<typeof supervisedStep>>['step'],
  batches: readonly SupervisedBatch[],
  watched: ReturnType<typeof stopwatch>,
): Promise<StepTimes> {
  const times: StepTimes[] = [];
  for (const { inputs, samples } of batches) {
    const context = { samples: unknownSamples(samples) };
    watched.reset();
    const [started, before] = [performance.now(), process.cpuUsage()];
    await step.run(inputs, { learningRate: 1e-4 }, context);
    times.push({
      wall: performance.now() - started,
      processor: processorMilliseconds(before),
      supervising: watched.milliseconds(),
    });
  }
  const timed = times.slice(2);
  return {
    wall: median(timed.map(({ wall }) => wall)),
    processor: median(timed.map(({ processor }) => processor)),
    supervising: median(timed.map(({ supervising }) => supervising)),
  };
}

/** The loss, and how long it has been at work. A reduced basis computes the Ritz energy itself: it takes no time here. */
function stopwatch(loss: FieldLoss) {
  let spent = 0;
  const evaluate: FieldLoss['evaluate'] = (...given) => {
    const started = performance.now();
    const value = loss.evaluate(...given);
    spent += performance.now() - started;
    return value;
  };
  return {
    loss: { ...loss, evaluate },
    reset: () => {
      spent = 0;
    },
    milliseconds: () => spent,
  };
}

function processorMilliseconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
