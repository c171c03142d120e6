import { FileError, InvalidInputError } from '../../common/errors.js';
import { type ControlPlan, type ControlSession, controlSession } from '../../control/index.js';
import { type Mesh, meshFromFile, writeVtu } from '../../geometry/index.js';
import type { StepOptions } from '../../geometry/steps.js';
import { runThrough } from '../../geometry/steps.js';
import { bytesOf, type DataFile } from '../data/open-data.js';
import { readAnySteps } from '../formats/read-any.js';
import { generatePart } from '../live/live-part.js';
import { HEAT_FIELD, HEAT_UNIT } from './control-fields.js';
import { type ControlPart, patchGroupsOf, sideOfFace } from './control-part.js';
import { controlQuestion, type HeatedMesh, heatSource } from './control-problem.js';
import type { ControlState } from './control-state.js';
import { type OpenControlSurrogate, openSurrogateAt, type SurrogateAssets } from './open-surrogate.js';

/** A plan as the page shows it. */
export interface ControlResult
  extends Pick<
    ControlPlan,
    | 'verdict'
    | 'sentence'
    | 'method'
    | 'reason'
    | 'peak'
    | 'cost'
    | 'certificate'
    | 'solves'
    | 'seconds'
    | 'refinement'
    | 'trainedRange'
    | 'gradientCosine'
  > {
  readonly values: readonly ControlledValue[];
  /** u without control and with the plan, by the solver, `[cell]`, °C */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Cells above the largest or below the least temperature that is allowed */
  readonly outside: { readonly before: number; readonly after: number };
  /** Where a surrogate ran */
  readonly device?: string;
}

/** One temperature of a controlled patch, °C. */
export interface ControlledValue {
  /** "left 2 of 4" */
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly bounds: readonly [number, number];
}

/** A mesh and the file that the viewer shows it from. */
export interface MadePlate {
  readonly part: ControlPart;
  readonly file: Uint8Array<ArrayBuffer>;
}

interface KeptSession {
  readonly key: string;
  readonly session: ControlSession;
}

/** Plans boundary temperatures for a body; lives in a worker, so that the page stays free, and is ended with it. */
export class ControlService {
  private mesh?: Mesh;
  private fields: ReadonlyMap<string, ArrayLike<number>> = new Map();
  private kept?: KeptSession;
  private surrogate?: OpenControlSurrogate;

  /** Generates a plate with holes and its heat. */
  makePlate(state: ControlState): MadePlate {
    const { cells, holes, seed } = state.plate;
    const mesh = generatePart({ kind: 'holes', cells, cutouts: holes, seed });
    this.use(mesh, new Map());
    const file = writeVtu(mesh, {
      cellData: { [HEAT_FIELD]: this.heat(state) },
      units: { [HEAT_FIELD]: HEAT_UNIT },
      compression: 'none',
    });
    return { part: this.describe(), file: file as Uint8Array<ArrayBuffer> };
  }

  /** Takes the mesh of a file that the viewer shows. @throws FileError if its cells form no mesh to compute on */
  async openPart(file: DataFile): Promise<ControlPart> {
    const bytes = await bytesOf(file, {});
    try {
      const content = runThrough(readAnySteps(bytes, file.name));
      let read = meshFromFile(content);
      const { patches } = read.mesh;
      // nothing is named: the sides of the box are what a person can point to
      if (patches.length === 1 && patches[0].name === 'boundary') {
        const nameOf = sideOfFace(read.mesh);
        read = meshFromFile(content, { patchOfFace: (_, centroid) => nameOf(centroid) });
      }
      const scalars = Object.entries(read.cellData).filter(([, { components }]) => components === 1);
      this.use(read.mesh, new Map(scalars.map(([name, { values }]) => [name, values])));
    } catch (cause) {
      throw new FileError(`${file.name} cannot be computed on: ${(cause as Error).message}`, { cause });
    }
    return this.describe();
  }

  /** q as the state says, `[cell]`. */
  heat(state: ControlState): Float64Array {
    return heatSource(this.heated(state), state);
  }

  /**
   * @param assets where the model for plates is; undefined where there is none
   * @throws InvalidInputError for states without a question; what `controlBoundary` throws
   */
  async plan(
    state: ControlState,
    assets: SurrogateAssets | undefined,
    options: StepOptions,
  ): Promise<ControlResult> {
    const { controls, goal, problem } = controlQuestion(this.heated(state), state);
    const { progress, signal } = options;
    if (state.method === 'surrogate' && !assets)
      throw new InvalidInputError(
        'There is no model here: it comes with `fieldsmith view`. The exact method needs none.',
      );
    // one that is open already is weighed against the solver; to load a runtime for a few solves is never the cheaper way
    if (state.method === 'surrogate' && assets) this.surrogate ??= await openSurrogateAt(assets);
    const surrogate = state.method === 'exact' ? undefined : this.surrogate;
    // limits change from plan to plan, and with them the answer of the same session
    const { limit: _, shown: __, method: ___, ...rest } = state;
    const key = JSON.stringify([rest, surrogate !== undefined]);
    if (this.kept?.key !== key) {
      await this.kept?.session.dispose();
      this.kept = { key, session: controlSession(problem, { controls, surrogate }) };
    }
    const plan = await this.kept.session.plan(goal, { method: state.method, progress, signal });
    const [{ before, after }] = plan.cases;
    const { maximum, minimum } = state.limit;
    const outside = (field: Float64Array) =>
      field.reduce(
        (count, u) => count + Number((maximum !== null && u > maximum) || (minimum !== null && u < minimum)),
        0,
      );
    const { verdict, sentence, method, reason, peak, cost, certificate, solves, seconds } = plan;
    const { refinement, trainedRange, gradientCosine } = plan;
    return {
      ...{ verdict, sentence, method, reason, peak, cost, certificate, solves, seconds, refinement },
      gradientCosine,
      ...(trainedRange && { trainedRange }),
      ...(method === 'surrogate' && surrogate && { device: surrogate.device }),
      values: plan.controls.flatMap(({ parameters, bounds }, block) =>
        Object.entries(parameters).map(([name, value]) => ({
          name,
          before: controls[block].reference!,
          after: value,
          bounds,
        })),
      ),
      before: before.slice(),
      after: after.slice(),
      outside: { before: outside(before), after: outside(after) },
    };
  }

  private heated(state: ControlState): HeatedMesh {
    if (!this.mesh) throw new InvalidInputError('control: there is no part');
    const field = state.heat.field === null ? undefined : this.fields.get(state.heat.field);
    return { mesh: this.mesh, field };
  }

  private describe(): ControlPart {
    const { mesh } = this;
    if (!mesh) throw new InvalidInputError('control: there is no part');
    const { dimension, cellCount } = mesh;
    return { dimension, cellCount, groups: patchGroupsOf(mesh), fields: [...this.fields.keys()] };
  }

  private use(mesh: Mesh, fields: ReadonlyMap<string, ArrayLike<number>>): void {
    this.mesh = mesh;
    this.fields = fields;
    void this.kept?.session.dispose();
    this.kept = undefined;
  }
}
