import { breakEven, type QueryRange } from './break-even.js';
import { type Cost, cheapest, costsAt, totalOf } from './costs.js';
import { type BenchFigures, isLearned } from './figures.js';
import { verdictWords } from './verdict-words.js';

/** A method's share in a verdict. */
export interface Candidate {
  readonly name: string;
  readonly setting: string;
  /** s for all queries on all meshes; with the training where this bench has done it */
  readonly totalSeconds: number;
}

export interface Verdict {
  /** Whether the surrogate, alone or with a solver, is the cheapest way to the accuracy that is wanted */
  readonly worthIt: boolean;
  /** Null where nothing that was measured is accurate enough */
  readonly recommended: Candidate | null;
  /** The cheapest with the model and the cheapest without, at this number of queries */
  readonly withModel: Candidate | null;
  readonly withoutModel: Candidate | null;
  /** Queries a mesh at which the model pays, its training counted where this bench has done it, and counted in any case */
  readonly breakEven: QueryRange | null;
  readonly breakEvenWithTraining: QueryRange | null;
  /** The accuracy that is wanted is finer than the mesh */
  readonly belowMeshError: boolean;
  readonly words: string;
}

/**
 * What to use, from figures alone: the method with the least total time for the queries on all meshes, among those whose error
 * is small enough. A model outside of its trained range, or that refuses such problems, is not recommended whatever was measured.
 */
export function judge(figures: BenchFigures): Verdict {
  const { wantedError, queriesPerMesh, discretisationError, model } = figures;
  const costs = costsAt(figures, wantedError);
  const learned = costs.filter(({ method }) => isLearned(method));
  const others = costs.filter(({ method }) => !isLearned(method));
  const best = cheapest(costs, queriesPerMesh);
  const trained = costsAt(figures, wantedError, { training: true }).filter(({ method }) => isLearned(method));
  const facts = {
    worthIt: best !== null && isLearned(best.method),
    recommended: best,
    withModel: cheapest(learned, queriesPerMesh),
    withoutModel: cheapest(others, queriesPerMesh),
    breakEven: breakEven(learned, others),
    breakEvenWithTraining: model ? breakEven(trained, others) : null,
    belowMeshError: discretisationError !== null && wantedError < discretisationError,
  };
  const candidate = (cost: Cost | null): Candidate | null =>
    cost && {
      name: cost.method.name,
      setting: cost.point.setting,
      totalSeconds: totalOf(cost, queriesPerMesh),
    };
  return {
    ...facts,
    recommended: candidate(facts.recommended),
    withModel: candidate(facts.withModel),
    withoutModel: candidate(facts.withoutModel),
    words: verdictWords(figures, facts),
  };
}
