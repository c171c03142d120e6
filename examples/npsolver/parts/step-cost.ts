import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NeuralOperator } from 'fieldsmith/operators';
import { type TrainOptions, train } from 'fieldsmith/training';

/** What one optimizer step costs where nothing disturbs it. */
export interface StepCost {
  readonly processorSeconds: number;
  readonly seconds: number;
}

const WARM_UP_STEPS = 5;
const ROUNDS = 3;
const STEPS_A_ROUND = 12;

/**
 * Processor and wall time of a training step, batches and supervision included, all threads of the process added up: after
 * a warm-up the cheapest of three rounds of 12 steps, since whatever disturbs them only adds.
 */
export async function stepCost(
  operator: NeuralOperator,
  task: Parameters<typeof train>[1],
  options: Omit<TrainOptions, 'out' | 'steps' | 'progress' | 'signal'>,
): Promise<StepCost> {
  const out = mkdtempSync(join(tmpdir(), 'step-cost-'));
  const enough = new AbortController();
  let [used, started] = [0, 0];
  const rounds: StepCost[] = [];
  const update = (phase: string, done: number) => {
    if (phase !== 'training' || done < WARM_UP_STEPS || (done - WARM_UP_STEPS) % STEPS_A_ROUND !== 0) return;
    if (done > WARM_UP_STEPS) {
      rounds.push({
        processorSeconds: (processorSeconds() - used) / STEPS_A_ROUND,
        seconds: (performance.now() - started) / 1000 / STEPS_A_ROUND,
      });
    }
    if (rounds.length === ROUNDS) enough.abort();
    [used, started] = [processorSeconds(), performance.now()];
  };
  try {
    // more steps than are taken, so that batches are prepared ahead to the end
    await train(operator, task, {
      ...options,
      out,
      steps: 1000,
      signal: enough.signal,
      progress: { update, message: () => {} },
    });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  return rounds.reduce((least, next) => (next.processorSeconds < least.processorSeconds ? next : least));
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
