import { FileError, InvalidInputError } from '../../common/errors.js';
import { type Mesh, meshFromFile, writeVtu } from '../../geometry/index.js';
import { runThrough } from '../../geometry/steps.js';
import type { ReducedModel } from '../../operators/index.js';
import { assembleOperator, assembleRightHandSide, type PoissonOperator } from '../../solvers/index.js';
import { describeVerdict } from '../../training/inference.js';
import { bytesOf, type DataFile } from '../data/open-data.js';
import { type DifferenceStatistics, differenceStatistics } from '../filters/statistics.js';
import { readAnySteps } from '../formats/read-any.js';
import { LIVE_FIELD, TEMPERATURE_UNIT } from './live-fields.js';
import { describePart, generatePart, type LivePart } from './live-part.js';
import { type LiveLoads, liveConditions, liveProblem, liveTypes, spotSource } from './live-problem.js';
import type { Part } from './live-state.js';
import { type LiveModel, type LiveModelOptions, type OpenedModel, openLiveModel } from './open-live-model.js';
import { type Polish, type PolishCertificate, type PolishSteps, polish } from './polish.js';

/** What encoding mesh, boundary types and κ gave. */
export interface LiveEncoding {
  /** Basis fields; none of an operator that answers with a field */
  readonly rank?: number;
  /** Neither a temperature is held nor heat can leave: answers are those of zero mean */
  readonly singular: boolean;
  readonly milliseconds: number;
}

/** An answer for loads. */
export interface LiveAnswer {
  /** u, `[cell]`, °C */
  readonly field: Float64Array;
  /** ‖b − Bu‖/‖b‖; undefined for operators that answer with a field */
  readonly relativeResidual?: number;
  /** Estimate of ‖u* − u‖/‖u‖, u* the discrete solution */
  readonly estimatedError?: number;
  /** Of the model: right-hand side, products and solves in r unknowns, or the network */
  readonly milliseconds: number;
  /** When it was ready, ms since 1970 */
  readonly finished: number;
}

/** A mesh with the file that the viewer shows it from. */
export interface MadePart {
  readonly part: LivePart;
  readonly file: Uint8Array<ArrayBuffer>;
}

interface Encoded {
  readonly operator: PoissonOperator;
  readonly reduced?: ReducedModel;
  readonly types: Readonly<Record<string, 'dirichlet' | 'neumann'>>;
}

interface Polishing {
  readonly answer: Float64Array;
  readonly fromAnswer: Polish;
  readonly fromZero: Polish;
}

/** A model, a mesh, and the answers of the one for the other; lives in a worker, so that the page stays free. */
export class LiveService {
  private opened?: OpenedModel;
  private mesh?: Mesh;
  private encoded?: Encoded;
  private polishing?: Polishing;

  /** @throws FileError for a file that is no model */
  async openModel(file: DataFile, options: LiveModelOptions): Promise<LiveModel> {
    const opened = await openLiveModel(await bytesOf(file, {}), file.name, options);
    await this.opened?.surrogate.dispose();
    this.opened = opened;
    this.encoded = undefined;
    return opened.model;
  }

  /** Generates a part, and its file with a field of zeros for the answers. */
  makePart(description: Part): MadePart {
    const { kind } = description;
    if (kind === 'open')
      throw new InvalidInputError('makePart: the open mesh is not generated; use openPart');
    const mesh = generatePart({ ...description, kind });
    this.use(mesh);
    const file = writeVtu(mesh, {
      cellData: { [LIVE_FIELD]: new Float64Array(mesh.cellCount) },
      units: { [LIVE_FIELD]: TEMPERATURE_UNIT },
      compression: 'none',
    });
    return { part: describePart(mesh), file: file as Uint8Array<ArrayBuffer> };
  }

  /** Takes the mesh of a file that the viewer shows. @throws FileError if its cells form no mesh to compute on */
  async openPart(file: DataFile): Promise<LivePart> {
    const bytes = await bytesOf(file, {});
    let mesh: Mesh;
    try {
      mesh = meshFromFile(runThrough(readAnySteps(bytes, file.name))).mesh;
    } catch (cause) {
      throw new FileError(`${file.name} cannot be computed on: ${(cause as Error).message}`, { cause });
    }
    this.use(mesh);
    return describePart(mesh);
  }

  /** Assembles the operator and, for a basis, encodes it: once for mesh, boundary types and κ. */
  async encode({
    conductivity,
    patches,
  }: Pick<LiveLoads, 'conductivity' | 'patches'>): Promise<LiveEncoding> {
    const { surrogate, model } = this.model;
    const started = performance.now();
    const types = liveTypes(patches);
    const operator = assembleOperator(this.meshInUse, conductivity, types);
    const reduced = model.answers === 'basis' ? await surrogate.reduce(operator, types) : undefined;
    this.encoded = { operator, types, ...(reduced && { reduced }) };
    return {
      ...(reduced && { rank: reduced.rank }),
      singular: operator.singular,
      milliseconds: performance.now() - started,
    };
  }

  /** The field under the loads that the sliders say. */
  async answer(loads: LiveLoads): Promise<LiveAnswer> {
    const { operator, reduced } = this.encoding;
    const started = performance.now();
    const mesh = this.meshInUse;
    const timed = (field: Float64Array) => ({
      field,
      milliseconds: performance.now() - started,
      finished: performance.timeOrigin + performance.now(),
    });
    if (!reduced) {
      const problem = liveProblem(mesh, loads);
      return timed(await this.model.surrogate.predict(problem, { neumannImbalance: 'remove' }));
    }
    const source = loads.source.shown ? spotSource(mesh, loads.source) : 0;
    const rightHandSide = assembleRightHandSide(operator, source, liveConditions(loads.patches));
    const { fields, relativeResiduals, errorEstimates } = reduced.apply([rightHandSide]);
    return {
      ...timed(fields[0]),
      relativeResidual: relativeResiduals[0],
      estimatedError: errorEstimates[0].relativeL2,
    };
  }

  /** How the problem compares with what the model was trained on, in a sentence. */
  range(loads: LiveLoads): { readonly outside: boolean; readonly sentence: string } {
    const verdict = this.model.surrogate.rangeOf(liveProblem(this.meshInUse, loads));
    return { outside: verdict.outside || verdict.score === null, sentence: describeVerdict(verdict) };
  }

  /** Gets the solver ready at the surrogate's answer and, to compare with, at zero. */
  async startPolish(loads: LiveLoads): Promise<void> {
    const problem = liveProblem(this.meshInUse, loads);
    const { field } = await this.answer(loads);
    this.polishing = { answer: field, fromAnswer: polish(problem, field), fromZero: polish(problem) };
  }

  /** Some steps from the surrogate's answer, or from zero. */
  polishSteps(from: 'answer' | 'zero', count: number): PolishSteps {
    const { fromAnswer, fromZero } = this.polishInUse;
    return (from === 'answer' ? fromAnswer : fromZero).steps(count);
  }

  /** The certificate of what the steps from the answer reached, and how far the surrogate was from it. */
  async certify(): Promise<PolishCertificate & { readonly error: DifferenceStatistics }> {
    const { answer, fromAnswer } = this.polishInUse;
    const certificate = await fromAnswer.certify();
    return { ...certificate, error: differenceStatistics(answer, certificate.field) };
  }

  private get polishInUse(): Polishing {
    if (!this.polishing) throw new InvalidInputError('live: nothing is being polished');
    return this.polishing;
  }

  private use(mesh: Mesh): void {
    this.mesh = mesh;
    this.encoded = undefined;
    this.polishing = undefined;
  }

  private get model(): OpenedModel {
    if (!this.opened) throw new InvalidInputError('live: no model is open');
    return this.opened;
  }

  private get meshInUse(): Mesh {
    if (!this.mesh) throw new InvalidInputError('live: there is no part');
    return this.mesh;
  }

  private get encoding(): Encoded {
    if (!this.encoded) throw new InvalidInputError('live: the part is not encoded');
    return this.encoded;
  }
}
