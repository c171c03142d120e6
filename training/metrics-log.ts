import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { FileError } from '../common/errors.js';
import { writeFileAtomically } from '../common/write-file.js';

/** The model on labelled samples it is not trained on; see `ProbeOptions`. */
export interface ProbeMetrics {
  /** Mean of ‖û − u‖₂/‖u‖₂, of the categories' means where there are several. */
  relativeL2: number;
  /** Where there are several categories. */
  categories?: Readonly<Record<string, number>>;
  /** Means of ‖d‖/‖e‖, e = u − û and d what the loss takes for it: volume-weighted L², and the energy norm. */
  proxyL2?: number;
  proxyEnergy?: number;
  /** Mean cosine between e and the direction −∂L/∂û in which the loss moves the field. */
  descentCosine: number;
  /** Wall time of the look, not part of the step's. */
  seconds: number;
}

/** One line of `metrics.jsonl`. */
export interface StepMetrics {
  /** Steps taken including this one: the first line has 1. */
  step: number;
  loss: number;
  /** Norm of the gradient before clipping. */
  gradientNorm: number;
  learningRate: number;
  /** Wall time of the step, and of the wait for its batch within it. */
  seconds: number;
  waitSeconds: number;
  /** Processor time of all threads meanwhile, those that prepare batches included. */
  processorSeconds: number;
  /** At the steps where the model was looked at. */
  probe?: ProbeMetrics;
}

export interface MetricsLog {
  append(metrics: StepMetrics): void;
  /** All lines, those of earlier sittings included. */
  history(): readonly StepMetrics[];
}

/**
 * Opens `metrics.jsonl` and drops what follows step `step`: a killed run may have logged steps after its last
 * checkpoint, which a resumed run takes again.
 */
export function openMetricsLog(path: string, step: number): MetricsLog {
  const history = readMetrics(path).filter((line) => line.step <= step);
  const text = history.map((line) => JSON.stringify(line) + '\n').join('');
  writeFileAtomically(path, text);
  return {
    append(metrics) {
      history.push(metrics);
      try {
        appendFileSync(path, JSON.stringify(metrics) + '\n');
      } catch (cause) {
        throw new FileError(`metrics log: cannot append to ${path}: ${(cause as Error).message}`, { cause });
      }
    },
    history: () => history,
  };
}

/** The lines of a `metrics.jsonl`; a last line cut off by a kill is left out. */
export function readMetrics(path: string): StepMetrics[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as StepMetrics;
    } catch (cause) {
      throw new FileError(`readMetrics: line ${index + 1} of ${path} is not JSON`, { cause });
    }
  });
}
