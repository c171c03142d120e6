import type { DataService, DataSummary } from '../data/data-service.js';
import type { FieldReference } from '../data/field-reference.js';
import type { Remote } from '../data/remote.js';
import type { Residual, ResidualService } from '../data/residual-service.js';
import { type StartedWorker, startLazyWorker } from './lazy-worker.js';
import { type ResidualQuestion, residualQuestion } from './residual-question.js';
import type { RunContext } from './shown.js';
import type { ViewState } from './view-state.js';

/** Residuals of what is compared, where the data say of which discrete problem. */
export interface ComparedResiduals {
  readonly residuals: readonly Residual[];
  readonly names: readonly string[];
  readonly unit: string;
}

const residualName = (field: string) => `residual of ${field}`;

/** Has residuals computed in a worker of their own, each once. */
export class ResidualFields {
  private worker?: Promise<StartedWorker<ResidualService>>;
  private made = '';
  private result: Promise<ComparedResiduals | undefined> = Promise.resolve(undefined);
  private put = '';

  constructor(private readonly service: Remote<DataService>) {}

  /**
   * Residuals of field and reference; undefined where the data do not say which problem they answer.
   *
   * @param revision another number with all other data or values
   */
  of(
    state: Pick<ViewState, 'field' | 'compare' | 'live'>,
    run: RunContext | undefined,
    revision: string,
  ): Promise<ComparedResiduals | undefined> {
    const question = residualQuestion(state, run);
    const key = JSON.stringify([question, revision]);
    if (this.made !== key) {
      this.made = key;
      // a problem that does not fit the file leaves nothing to show
      this.result = question
        ? this.compute(question, revision).catch(() => undefined)
        : Promise.resolve(undefined);
    }
    return this.result;
  }

  /** The residuals as fields of the cells that are shown; undefined if they are there already. */
  async putOn({ residuals, names, unit }: ComparedResiduals): Promise<DataSummary | undefined> {
    if (this.put === this.made) return undefined;
    this.put = this.made;
    let summary: DataSummary | undefined;
    for (const [i, { cells }] of residuals.entries())
      summary = await this.service.setCellField(names[i], cells, unit);
    return summary;
  }

  private async compute(
    { problem, fields, unit }: ResidualQuestion,
    revision: string,
  ): Promise<ComparedResiduals> {
    this.worker ??= startLazyWorker<ResidualService>('residual-worker').catch((error) => {
      this.worker = undefined;
      throw error;
    });
    const { service } = await this.worker;
    const file = await this.service.shownFile();
    const values = await Promise.all(fields.map((field) => this.service.cellValues(field)));
    const key = JSON.stringify([problem, file.name, revision.split(' ')[0]]);
    const residuals = await service.residuals(key, file, problem, values);
    return { residuals, unit, names: fields.map(({ name }) => residualName(name)) };
  }
}

/** The state with residuals in the places of the fields, over a range of their own. */
export function withResiduals(state: ViewState, { names }: ComparedResiduals): ViewState {
  const [field, reference] = names.map(
    (name): FieldReference => ({ name, association: 'cell', component: 'magnitude' }),
  );
  const range = state.colours.range === 'locked' ? 'automatic' : state.colours.range;
  return {
    ...state,
    field,
    compare: { ...state.compare, reference, lockedError: null },
    colours: { ...state.colours, range },
  };
}
