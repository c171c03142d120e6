import { formatPercent, formatSeconds } from '../../viewer/numbers.js';
import type { QueryRange } from './break-even.js';
import { type Cost, cheapest, costsAt, totalOf } from './costs.js';
import { type BenchFigures, isLearned } from './figures.js';

/** What `judge` has found, to be put in words. */
export interface VerdictFacts {
  readonly worthIt: boolean;
  readonly recommended: Cost | null;
  readonly withModel: Cost | null;
  readonly withoutModel: Cost | null;
  readonly breakEven: QueryRange | null;
  readonly breakEvenWithTraining: QueryRange | null;
  readonly belowMeshError: boolean;
}

/** A verdict in one paragraph. */
export function verdictWords(figures: BenchFigures, facts: VerdictFacts): string {
  return [
    answer(figures, facts),
    ...(facts.worthIt ? whyYes(figures, facts) : whyNo(figures, facts)),
    ...trainingSentence(figures, facts),
    ...deviceSentence(figures),
    ...meshSentence(figures, facts),
  ].join(' ');
}

function answer(figures: BenchFigures, { recommended, worthIt }: VerdictFacts): string {
  const { wantedError, queriesPerMesh } = figures;
  const wanted = percent(wantedError);
  if (!recommended) return `No: nothing that was measured reaches ${wanted}.`;
  const time = formatSeconds(totalOf(recommended, queriesPerMesh));
  const { title } = recommended.method;
  return `${worthIt ? 'Yes' : 'No'}: for ${pattern(figures)}, ${title} is the cheapest way to ${wanted}, ${time} in all.`;
}

function whyYes({ queriesPerMesh }: BenchFigures, facts: VerdictFacts): string[] {
  const { withModel, withoutModel, breakEven } = facts;
  if (!withoutModel) return ['No method without the model reaches it.'];
  const ratio = totalOf(withoutModel, queriesPerMesh) / totalOf(withModel!, queriesPerMesh);
  return [
    `${sentenceStart(withoutModel.method.title)}, the cheapest without the model, takes ${formatSeconds(totalOf(withoutModel, queriesPerMesh))}, ${times(ratio)} as long.`,
    ...(breakEven ? [`The model pays ${rangeWords(breakEven)}.`] : []),
  ];
}

function whyNo(figures: BenchFigures, facts: VerdictFacts): string[] {
  const { model, queriesPerMesh, methods, wantedError } = figures;
  const { withModel, recommended, breakEven } = facts;
  if (!model) return ['No surrogate was measured: name one with --model, or train one with --train-budget.'];
  if (model.refusal) return [`The model ${model.name} does not fit: ${model.refusal}.`];
  if (model.outside.length > 0) {
    return [
      `The model ${model.name} does not fit: this problem is outside of what it was trained on (${shortened(model.outside)}), so its figures here say nothing of the next part.`,
    ];
  }
  if (withModel && recommended) {
    const [ours, theirs] = [totalOf(withModel, queriesPerMesh), totalOf(recommended, queriesPerMesh)];
    const once = withModel.meshes * withModel.setup;
    return [
      `${sentenceStart(withModel.method.title)}, the cheapest with the model, takes ${formatSeconds(ours)}, ${times(ours / theirs)} as long` +
        `${once > 0.5 * ours ? `, ${formatSeconds(once)} of it before the first answer` : ''}.`,
      breakEven ? `It pays ${rangeWords(breakEven)}.` : 'More queries on a mesh would not change that.',
    ];
  }
  const learned = methods.filter(isLearned).flatMap(({ points }) => points);
  if (learned.length === 0) return [`The model ${model.name} could not be measured.`];
  const best = Math.min(...learned.map(({ error }) => error));
  const atBest = cheapest(
    costsAt(figures, best).filter(({ method }) => !isLearned(method)),
    queriesPerMesh,
  );
  return [
    `The model ${model.name} misses the ${percent(wantedError)} that are wanted: its best answers are ${percent(best)} off` +
      `${atBest ? `, which ${atBest.method.title} reaches in ${formatSeconds(totalOf(atBest, queriesPerMesh))}` : ''}.`,
  ];
}

function trainingSentence({ model }: BenchFigures, facts: VerdictFacts): string[] {
  if (!model || model.refusal || model.outside.length > 0) return [];
  const { seconds, source } = model.training;
  if (source === 'measured') return [`The ${formatSeconds(seconds)} of its training are counted.`];
  const { breakEvenWithTraining: counted } = facts;
  return [
    `Its training, ${formatSeconds(seconds)} by its card, is not counted` +
      `${counted ? `; with it, the model would pay ${rangeWords(counted)}` : ''}.`,
  ];
}

function deviceSentence({ device }: BenchFigures): string[] {
  return device.missing === null
    ? []
    : [`There are no figures on ${device.asked}: ${device.missing}; those of the model are of the CPU.`];
}

function meshSentence(figures: BenchFigures, { belowMeshError }: VerdictFacts): string[] {
  const { discretisationError, wantedError } = figures;
  if (!belowMeshError) return [];
  return [
    `The mesh itself is about ${percent(discretisationError!)} off: an accuracy of ${percent(wantedError)} is moot before it is refined.`,
  ];
}

function pattern({ meshes, queriesPerMesh }: BenchFigures): string {
  const queries = queriesPerMesh === 1 ? 'one solve' : `${count(queriesPerMesh)} queries`;
  if (meshes === 1) return queriesPerMesh === 1 ? 'one solve of this part' : `${queries} on this mesh`;
  return `${queries} on each of ${count(meshes)} such meshes`;
}

function rangeWords({ from, until }: QueryRange): string {
  if (until === null) return from === 1 ? 'from the first query on' : `from ${count(from)} queries a mesh on`;
  return from === until
    ? `at ${count(from)} queries a mesh alone`
    : `from ${count(from)} to ${count(until)} queries a mesh`;
}

/** The first reasons, and how many there are beside them. */
function shortened(reasons: readonly string[], most = 2): string {
  const more = reasons.length > most ? `; and ${reasons.length - most} more` : '';
  return `${reasons.slice(0, most).join('; ')}${more}`;
}

const count = (value: number) => value.toLocaleString('en');
/** 1 %, not 1.00 % */
const percent = (error: number) =>
  formatPercent(error)
    .replace(/(\.\d*?)0+ %$/, '$1 %')
    .replace('. %', ' %');
const times = (ratio: number) =>
  ratio < 1.05 ? 'about' : `${ratio < 10 ? ratio.toFixed(1) : count(Math.round(ratio))} times`;
const sentenceStart = (title: string) => title[0].toUpperCase() + title.slice(1);
