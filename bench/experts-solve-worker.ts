import { createInterface } from 'node:readline';
import type { AdjointRequest, SolveRequest } from '../operators/index.js';
import { onThisThread } from '../operators/index.js';
import { constraintPool } from '../training/index.js';
import { type ExpertsCase, expertsRequest, modelledFlops } from './experts-case.js';

/**
 * A process that solves one case and nothing else, so that its largest resident set is that of the solve. Reads
 * `{ case, threads, repeats }` a line, of which the first also warms up; answers `{ forward, backward, peak_mb, … }`. One thread is the calling
 * one, more are worker threads.
 */
interface Question {
  readonly case: ExpertsCase;
  readonly threads: number;
  readonly repeats: number;
}

let started: Awaited<ReturnType<typeof start>> | undefined;
const idle_mb = process.resourceUsage().maxRSS / 1024;

async function start({ case: settings, threads }: Question) {
  const pool = threads > 1 ? constraintPool(threads) : undefined;
  const executor = pool?.executor ?? onThisThread;
  const request = expertsRequest(settings);
  const experts = Array.from({ length: settings.experts }, (_, expert) => expert);
  // the experts of one sample, dealt out to the threads
  const requests: SolveRequest[] = Array.from(
    { length: Math.min(threads, settings.experts) },
    (_, thread) => ({
      ...request,
      only: experts.filter((expert) => expert % threads === thread),
    }),
  );
  const cotangent = Float64Array.from({ length: settings.frames * settings.cells }, (_, at) => Math.cos(at));
  const forward = () => executor.solve(requests);
  const backward = (answers: Awaited<ReturnType<typeof forward>>) =>
    executor.adjoint(
      requests.map((own, at): AdjointRequest => ({ ...own, outcomes: answers[at].outcomes, cotangent })),
    );
  await backward(await forward());
  return { forward, backward, settings };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as Question;
  started ??= await start(question);
  const { forward, backward, settings } = started;
  const times: { forward: number; backward: number }[] = [];
  let answers = await forward();
  for (let repeat = 0; repeat < question.repeats; repeat++) {
    const began = performance.now();
    answers = await forward();
    const between = performance.now();
    await backward(answers);
    times.push({ forward: between - began, backward: performance.now() - between });
  }
  const diagnostics = answers.flatMap(({ outcomes }) => outcomes.map((outcome) => outcome.diagnostics));
  // (u − c)² summed: contributions of experts are disjoint
  const check = answers
    .flatMap(({ contributions }) => contributions)
    .reduce((sum, { values }) => sum + values.reduce((part, value) => part + value * value, 0), 0);
  console.log(
    JSON.stringify({
      forward: times.map((time) => time.forward),
      backward: times.map((time) => time.backward),
      iterations: diagnostics.reduce((sum, { iterations }) => sum + iterations, 0) / diagnostics.length,
      converged: diagnostics.filter(({ status }) => status === 'converged').length,
      gflop: modelledFlops(settings, diagnostics) / 1e9,
      peak_mb: process.resourceUsage().maxRSS / 1024,
      idle_mb,
      check,
    }),
  );
}
process.exit();
