import { FileError } from '../../common/errors.js';
import { type ModelTensorInfo, readOnnx } from '../../runtime/onnx/read.js';
import {
  CONSTRAINED_CARD_KEY,
  type ConstrainedCard,
  parseConstrainedCard,
} from '../../training/constrained/constrained-card.js';
import { type ModelCard, parseModelCard } from '../../training/model-card.js';
import { CARD_KEY } from '../../training/model-from-onnx.js';
import {
  parseStepperCard,
  STEPPER_CARD_KEY,
  type StepperCard,
} from '../../training/time-stepper/stepper-card.js';
import { formatNumber, formatSeconds } from '../numbers.js';

/** A heading with terms and what they are. */
export interface ModelFacts {
  readonly heading: string;
  readonly entries: readonly (readonly [term: string, text: string])[];
}

/** What the card of an ONNX file says, in words. */
export interface ModelDescription {
  readonly file: string;
  /** Bytes of the file */
  readonly size: number;
  readonly kind: 'surrogate' | 'time stepper' | 'constrained operator';
  readonly name: string;
  /** What it answers, in a sentence */
  readonly task: string;
  readonly facts: readonly ModelFacts[];
  readonly errors: readonly ModelErrors[];
  /** Figures of the training problems, least and largest */
  readonly range: readonly { readonly name: string; readonly low: number; readonly high: number }[];
  readonly inputs: readonly ModelTensorInfo[];
  readonly outputs: readonly ModelTensorInfo[];
  /** Whether it answers steady conduction on a 2D mesh */
  readonly conduction: boolean;
}

/** Relative L2 errors on a named test set. */
export interface ModelErrors {
  readonly set: string;
  readonly samples: number;
  readonly mean: number;
  readonly median: number;
  readonly maximum: number;
}

type Described = Pick<ModelDescription, 'kind' | 'name' | 'task' | 'facts'> &
  Partial<Pick<ModelDescription, 'errors' | 'range' | 'conduction'>>;

/**
 * Describes a surrogate, a time stepper or a constrained operator from the metadata of its file; the graph is not run.
 *
 * @throws FileError for bytes that are no complete ONNX model, a model of another maker, or a card that is damaged
 */
export function describeModel(bytes: Uint8Array, file: string): ModelDescription {
  const { inputs, outputs, metadata } = summaryOf(bytes, file);
  const described = describedBy(metadata, file);
  if (!described) {
    const names = (tensors: readonly ModelTensorInfo[]) =>
      tensors
        .slice(0, 4)
        .map(({ name }) => name)
        .join(', ') + (tensors.length > 4 ? ', …' : '');
    throw new FileError(
      `${file} is an ONNX model (inputs ${names(inputs)}; outputs ${names(outputs)}), but not one of Fieldsmith’s: its metadata ` +
        'hold no card that says what it answers. Export the model with `fieldsmith export`.',
    );
  }
  const own = [CARD_KEY, STEPPER_CARD_KEY, CONSTRAINED_CARD_KEY];
  const others = Object.entries(metadata).filter(([key]) => !own.includes(key));
  const more = others.map(([key, text]) => [key, shortened(text)] as const);
  return {
    file,
    size: bytes.length,
    errors: [],
    range: [],
    conduction: false,
    ...described,
    facts: [...described.facts, ...(more.length > 0 ? [{ heading: 'Other metadata', entries: more }] : [])],
    inputs,
    outputs,
  };
}

function summaryOf(bytes: Uint8Array, file: string): ReturnType<typeof readOnnx> {
  if (bytes.length === 0) throw new FileError(`${file} is empty.`);
  try {
    return readOnnx(bytes);
  } catch (cause) {
    throw new FileError(`${file} cannot be shown: ${(cause as Error).message}`, { cause });
  }
}

function describedBy(metadata: Readonly<Record<string, string>>, file: string): Described | undefined {
  if (metadata[CARD_KEY] !== undefined) return ofSurrogate(parseModelCard(metadata[CARD_KEY], file));
  try {
    if (metadata[STEPPER_CARD_KEY] !== undefined)
      return ofStepper(parseStepperCard(metadata[STEPPER_CARD_KEY]));
    if (metadata[CONSTRAINED_CARD_KEY] !== undefined)
      return ofConstrained(parseConstrainedCard(metadata[CONSTRAINED_CARD_KEY]));
  } catch (cause) {
    throw new FileError(`${file} cannot be shown: ${(cause as Error).message}`, { cause });
  }
  return undefined;
}

function ofSurrogate(card: ModelCard): Described {
  const { operator, trainedRange: range, training } = card;
  const { cells, boundaryFaces, geometry, boundary, source, statistics } = range;
  const answer =
    operator.output === 'basis'
      ? 'the basis of a reduced model, for any source and boundary values'
      : 'the field itself';
  return {
    kind: 'surrogate',
    name: operator.name,
    task: card.equation,
    conduction: statistics ? statistics.dimension === 2 : card.meshKind.startsWith('2D'),
    facts: [
      {
        heading: 'Model',
        entries: [
          ['Answers with', answer],
          ['Meshes', card.meshKind],
          ['Units', card.units],
          ['Parameters', counted(training.parameters)],
        ],
      },
      {
        heading: 'Trained on',
        entries: [
          ['Cells', `${counted(cells[0])} to ${counted(cells[1])}`],
          ['Boundary faces', `${counted(boundaryFaces[0])} to ${counted(boundaryFaces[1])}`],
          ['Geometry', geometry],
          ['Boundary', optionsText(boundary)],
          ['Source', optionsText(source)],
        ],
      },
      {
        heading: 'Training',
        entries: [
          ['Supervision', optionsText(training.supervision)],
          ['Steps', `${counted(training.steps)} of ${counted(training.batchSize)} samples`],
          ['Time', formatSeconds(training.seconds)],
          ['Seed', String(training.seed)],
        ],
      },
      {
        heading: 'Network',
        entries: [
          ['Normalisation', card.normalisation],
          ['Options', optionsText(operator.options)],
        ],
      },
    ],
    errors: Object.entries(card.errors).flatMap(([set, categories]) =>
      Object.entries(categories).map(
        ([category, { samples, meanRelativeL2, medianRelativeL2, maximumRelativeL2 }]) => ({
          set: `${category} (${set})`,
          samples,
          mean: meanRelativeL2,
          median: medianRelativeL2,
          maximum: maximumRelativeL2,
        }),
      ),
    ),
    range: Object.values(statistics?.groups ?? {}).flatMap(({ names, low, high }) =>
      names.map((name, i) => ({ name, low: low[i], high: high[i] })),
    ),
  };
}

function ofStepper({
  operator,
  trained,
  interval,
  components,
  constants,
  conservative,
}: StepperCard): Described {
  const quantities = `${components - constants} quantit${components - constants === 1 ? 'y' : 'ies'}`;
  return {
    kind: 'time stepper',
    name: operator.name,
    task: `Advances ${quantities} on a grid by ${formatNumber(interval)} in time, again and again; fieldsmith rollout runs it.`,
    facts: [
      {
        heading: 'Model',
        entries: [
          ['Step in time', formatNumber(interval)],
          ['Components', String(components)],
          ...(constants > 0 ? [['Constant ones', String(constants)] as const] : []),
          ['Conserves the mean', conservative ? 'yes' : 'no'],
          ['Options', optionsText(operator.options)],
        ],
      },
      {
        heading: 'Trained on',
        entries: [
          ['Grid', trained.points.map(counted).join(' × ')],
          ['Length', trained.length.map((length) => formatNumber(length)).join(' × ')],
          ['Viscosity', trained.viscosity.map((value) => formatNumber(value)).join(' to ')],
          ['Method', optionsText(trained.method)],
          ['Steps', `${counted(trained.steps)} of ${counted(trained.batchSize)} samples`],
          ['Seed', String(trained.seed)],
        ],
      },
    ],
  };
}

function ofConstrained({ network, constraint, solve, basisFields }: ConstrainedCard): Described {
  return {
    kind: 'constrained operator',
    name: network.name,
    task: `Proposes ${counted(basisFields)} basis fields, whose combination is solved for so that ${constraint.name} holds.`,
    facts: [
      {
        heading: 'Model',
        entries: [
          ['Options', optionsText(network.options)],
          ['Constraint', `${constraint.name}; ${optionsText(constraint.options)}`],
          ['Solve', `${solve.mode}, ${solve.norm}, experts ${[solve.experts].flat().join(' × ')}`],
        ],
      },
    ],
  };
}

const counted = (value: number) => value.toLocaleString('en');
const LONGEST_TEXT = 400;
const shortened = (text: string) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

/** Options of any shape as `name value, name value`; inner ones in brackets. */
function optionsText(value: unknown): string {
  const textOf = (each: unknown): string => {
    if (Array.isArray(each))
      return listText(
        each.map(textOf),
        each.every((entry) => typeof entry === 'number'),
      );
    if (typeof each === 'number') return formatNumber(each);
    if (typeof each !== 'object' || each === null) return String(each);
    const { name, kind, ...rest } = each as Record<string, unknown>;
    const list = Object.entries(rest).flatMap(([key, inner]) => {
      if (
        inner === undefined ||
        (typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0)
      )
        return [];
      const text = textOf(inner);
      return [`${wordsOf(key)} ${typeof inner === 'object' && !Array.isArray(inner) ? `(${text})` : text}`];
    });
    return [...[name, kind].filter((title) => typeof title === 'string'), ...list].join(', ');
  };
  return shortened(textOf(value)) || 'none';
}

/** A pair of numbers is a range. */
function listText(texts: readonly string[], numbers: boolean): string {
  if (!numbers || texts.length !== 2) return texts.join(', ');
  return texts[0] === texts[1] ? texts[0] : texts.join(' to ');
}

/** waveNumber → wave number */
const wordsOf = (key: string) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
