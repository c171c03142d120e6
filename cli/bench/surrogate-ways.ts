import { type ReducedModel, reducedSession } from '../../operators/index.js';
import { deflation, smoothedAggregation } from '../../solvers/index.js';
import { choosePreconditioner } from '../../solvers/preconditioner-choice.js';
import type { Surrogate } from '../../training/index.js';
import type { BenchCase } from './bench-case.js';
import { iterate } from './iterate.js';
import { type Query, typesOf } from './query.js';
import type { Field, OpenWay, Way } from './ways.js';

export interface SurrogateSetting {
  readonly surrogate: Surrogate;
  readonly device: 'cpu' | 'webgpu';
  readonly threads?: number;
}

const PLAIN = { corrected: false } as const;

/** The model's answers, and solvers that start from them or leave the model's span out of their iteration. */
export function surrogateWays(given: BenchCase, setting: SurrogateSetting): Way[] {
  const { surrogate } = setting;
  return surrogate.card.operator.output === 'basis'
    ? basisWays(given, setting)
    : [fieldWay(given, setting), guessWay(given, setting)];
}

function basisWays(given: BenchCase, setting: SurrogateSetting): Way[] {
  const { surrogate, device } = setting;
  const hasCorrection = (surrogate.card.operator.projection?.correction ?? 'none') !== 'none';
  const variants = hasCorrection ? ([false, true] as const) : ([false] as const);
  return [
    ...variants.map(
      (corrected): Way => ({
        ...named(corrected ? 'surrogate_corrected' : 'surrogate', device),
        title: `the ${hasCorrection ? (corrected ? 'corrected ' : 'uncorrected ') : ''}surrogate${onDevice(device)}`,
        kind: 'surrogate',
        device,
        settings: [{ label: 'one answer', ...PLAIN }],
        open: () => openAnswers(given, setting, corrected),
      }),
    ),
    guessWay(given, setting),
    deflationWay(given, setting),
  ];
}

/** Answers in the plain equations: the model knows no oblique faces. */
async function openAnswers(
  given: BenchCase,
  { surrogate, device, threads }: SurrogateSetting,
  corrected: boolean,
): Promise<OpenWay> {
  const started = performance.now();
  const reduced = await encode(given, surrogate);
  const encoded = performance.now();
  const { projection } = reduced;
  const session = await reducedSession(
    corrected ? projection : { ...projection, options: { ...projection.options, correction: 'none' } },
    { device, threads },
  );
  return {
    parts: { encoding: (encoded - started) / 1000, session: (performance.now() - encoded) / 1000 },
    answer: async (queries) => ({ fields: await session.apply(queries.map(({ load }) => load)) }),
    dispose: () => session.dispose(),
  };
}

function encode({ operator, query }: BenchCase, surrogate: Surrogate): Promise<ReducedModel> {
  return surrogate.reduce(operator, surrogateTypes(query(0)));
}

const surrogateTypes = (query: Query) => typesOf(query.problem) as Record<string, 'dirichlet' | 'neumann'>;

/** A field operator: one pass of the network for every query, nothing once a mesh. */
function fieldWay(given: BenchCase, { surrogate, device }: SurrogateSetting): Way {
  return {
    ...named('surrogate', device),
    title: `the surrogate${onDevice(device)}`,
    kind: 'surrogate',
    device,
    settings: [{ label: 'one answer', ...PLAIN }],
    open: async () => ({
      answer: async (queries) => ({ fields: await predicted(given, surrogate, queries) }),
    }),
  };
}

async function predicted({ operator }: BenchCase, surrogate: Surrogate, queries: readonly Query[]) {
  const fields: Field[] = [];
  // one after the other, as the network takes them
  for (const { problem } of queries) {
    fields.push(await surrogate.predict(problem, operator.singular ? { neumannImbalance: 'remove' } : {}));
  }
  return fields;
}

function guessWay(given: BenchCase, setting: SurrogateSetting): Way {
  const { surrogate, device } = setting;
  const isBasis = surrogate.card.operator.output === 'basis';
  return {
    ...named('guess_amg', device),
    title: `AMG-PCG from the surrogate's guess${onDevice(device)}`,
    kind: 'hybrid',
    device,
    settings: 'tolerances',
    open: async () => {
      const answers = isBasis ? await openAnswers(given, setting, false) : undefined;
      const encoded = performance.now();
      const preconditioner = smoothedAggregation(given.operator.matrix);
      return {
        parts: { ...answers?.parts, hierarchy: (performance.now() - encoded) / 1000 },
        answer: async (queries, asked) => {
          const guesses = answers
            ? (await answers.answer(queries, asked)).fields
            : await predicted(given, surrogate, queries);
          return iterate(given, preconditioner, queries, { ...asked, guesses });
        },
        dispose: answers?.dispose,
      };
    },
  };
}

function deflationWay(given: BenchCase, { surrogate, device }: SurrogateSetting): Way {
  return {
    ...named('deflation', device),
    title: `PCG deflated by the surrogate's basis${onDevice(device)}`,
    kind: 'hybrid',
    device,
    settings: 'tolerances',
    open: async () => {
      const started = performance.now();
      const { coarseSpace } = await encode(given, surrogate);
      const encoded = performance.now();
      const inner = choosePreconditioner(given.operator.matrix, 'auto');
      const preconditioner = deflation(coarseSpace, inner);
      return {
        parts: { encoding: (encoded - started) / 1000, [inner.name]: (performance.now() - encoded) / 1000 },
        answer: (queries, asked) => iterate(given, preconditioner, queries, asked),
      };
    },
  };
}

const named = (name: string, device: 'cpu' | 'webgpu') => ({
  name: device === 'cpu' ? name : `${name}_${device}`,
});

const onDevice = (device: 'cpu' | 'webgpu') => (device === 'cpu' ? '' : ` on ${device}`);
